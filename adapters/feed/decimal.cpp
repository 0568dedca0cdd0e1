#include "adapters/feed/decimal.hpp"

#include <cctype>
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

}  // namespace omega::feed
