#include "adapters/feed/decimal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

namespace omega::feed {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != lower[i]) return false;
  }
  return true;
}

/// Says why a text that is not a plain decimal is refused.
DecimalError reason(std::string_view text) noexcept {
  std::string_view body = text;
  if (!body.empty() && (body[0] == '-' || body[0] == '+')) body.remove_prefix(1);
  for (const std::string_view word : {"nan", "inf", "infinity"}) {
    if (equals_ignoring_case(body, word)) return DecimalError::kNotFinite;
  }
  // digits with one e or E between: a number, only not in the form that is accepted
  bool digit = false, exponent = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (is_digit(c)) {
      digit = true;
    } else if ((c == 'e' || c == 'E') && digit && !exponent) {
      exponent = true;
      if (i + 1 < body.size() && (body[i + 1] == '+' || body[i + 1] == '-')) ++i;
    } else if (c != '.') {
      return DecimalError::kNotANumber;
    }
  }
  return exponent ? DecimalError::kExponent : DecimalError::kNotANumber;
}

}  // namespace

Decimal parse_decimal(std::string_view text, int scale_digits) noexcept {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (text.empty()) return {.error = DecimalError::kEmpty};
  const bool negative = text[0] == '-';
  std::size_t i = negative ? 1 : 0;
  const std::size_t whole_begin = i;
  std::int64_t value = 0;
  bool overflow = false;
  const auto push = [&](int digit) {
    if (value > (kMax - digit) / 10) {
      overflow = true;  // keep reading: a text that is not a number is reported as such first
    } else {
      value = value * 10 + digit;
    }
  };
  while (i < text.size() && is_digit(text[i])) push(text[i++] - '0');
  if (i == whole_begin) return {.error = reason(text)};
  int fraction_digits = 0;
  bool round_up = false, rounded = false;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction_begin = ++i;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      const int digit = text[i] - '0';
      if (fraction_digits < scale_digits) {
        push(digit);
        ++fraction_digits;
      } else {
        if (i - fraction_begin == static_cast<std::size_t>(scale_digits)) round_up = digit >= 5;
        rounded = rounded || digit != 0;
      }
    }
    if (i == fraction_begin) return {.error = reason(text)};
  }
  if (i != text.size()) return {.error = reason(text)};
  for (; fraction_digits < scale_digits; ++fraction_digits) push(0);
  if (round_up) {
    if (value == kMax) overflow = true;
    else ++value;
  }
  if (overflow) return {.error = DecimalError::kOverflow};
  return {.value = negative ? -value : value, .rounded = rounded};
}

std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

Decimal parse_scientific(std::string_view text, int scale_digits) noexcept {
  constexpr std::size_t kShift_max = 64;  // beyond it every number is 0 or too large
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return parse_decimal(text, scale_digits);
  const std::string_view mantissa = text.substr(0, e);
  const Decimal plain = parse_decimal(mantissa, 0);
  if (mantissa.size() > kScientificDigits_max || (!plain.ok() && plain.error != DecimalError::kOverflow)) return {.error = DecimalError::kNotANumber};
  std::string_view power = text.substr(e + 1);
  if (power.starts_with('+') && !power.starts_with("+-")) power.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
  if (error == std::errc::invalid_argument || end != power.data() + power.size()) return {.error = DecimalError::kNotANumber};
  if (error == std::errc::result_out_of_range) exponent = power[0] == '-' ? -static_cast<int>(2 * kShift_max) : static_cast<int>(2 * kShift_max);

  // The same digits with the point moved: zeros first where it moves to the left of them, zeros last where it moves beyond.
  std::array<char, kScientificDigits_max + 2 * kShift_max + 4> moved{};
  std::size_t n = 0;
  if (mantissa[0] == '-') moved[n++] = '-';
  const std::string_view digits = mantissa.substr(n);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  const int shift = std::clamp(exponent, -static_cast<int>(kShift_max), static_cast<int>(kShift_max));
  const int point = static_cast<int>(whole) + shift;  // digits before it
  int place = 0;
  if (point <= 0) {
    moved[n++] = '0', moved[n++] = '.';
    for (int i = point; i < 0; ++i) moved[n++] = '0';
    place = 1;  // the point is written
  }
  for (const char c : digits) {
    if (c == '.') continue;
    if (point > 0 && place == point) moved[n++] = '.';
    moved[n++] = c;
    ++place;
  }
  for (; point > 0 && place < point; ++place) moved[n++] = '0';
  return parse_decimal({moved.data(), n}, scale_digits);
}

}  // namespace omega::feed
