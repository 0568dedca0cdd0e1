// Property: a decimal text is read as the same number as exact 128-bit arithmetic gives, and refused exactly when that
// number does not fit.
#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <random>

#include "adapters/feed/decimal.hpp"
#include "engine/core/types.hpp"

namespace omega::feed {
namespace {

constexpr std::uint64_t kSeed = 20180311;

struct Sample {
  std::string text;
  i128 scaled = 0;      // exact, before rounding, at 10^-extra of the scale
  int extra = 0;        // digits beyond the scale
};

/// Up to 24 digits in all, so that 128 bits hold them; half of them near the 64-bit limit.
Sample draw(std::mt19937_64& random, int scale_digits) {
  Sample s;
  const bool negative = random() % 2 == 0;
  const auto whole_digits = 1 + random() % 12, fraction_digits = random() % 13;
  std::string digits;
  for (std::size_t i = 0; i < whole_digits + fraction_digits; ++i) digits += static_cast<char>('0' + random() % 10);
  if (random() % 2 == 0 && whole_digits >= 10) digits.replace(0, 10, "9223372036");
  if (negative) s.text += '-';
  s.text += digits.substr(0, whole_digits);
  if (fraction_digits > 0) s.text += '.' + digits.substr(whole_digits);
  for (const char c : digits) s.scaled = s.scaled * 10 + (c - '0');
  for (auto n = static_cast<int>(fraction_digits); n < scale_digits; ++n) s.scaled *= 10;
  s.extra = std::max(0, static_cast<int>(fraction_digits) - scale_digits);
  if (negative) s.scaled = -s.scaled;
  return s;
}

/// Nearest, ties away from zero.
i128 round_off(i128 value, int digits) {
  i128 unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const i128 magnitude = value < 0 ? -value : value;
  const i128 rounded = (magnitude + unit / 2) / unit;
  return value < 0 ? -rounded : rounded;
}

TEST(DecimalProperty, agrees_with_exact_wide_arithmetic) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  int fitting = 0, overflowing = 0;
  for (int i = 0; i < 100'000; ++i) {
    const int scale_digits = i % 2 == 0 ? kPriceDigits : kQtyDigits;
    const Sample s = draw(random, scale_digits);
    const i128 want = round_off(s.scaled, s.extra);
    const i128 magnitude = want < 0 ? -want : want;
    const Decimal got = parse_decimal(s.text, scale_digits);
    if (magnitude > std::numeric_limits<std::int64_t>::max()) {
      ASSERT_EQ(got.error, DecimalError::kOverflow) << s.text;
      ++overflowing;
    } else {
      ASSERT_TRUE(got.ok()) << s.text;
      ASSERT_EQ(got.value, static_cast<std::int64_t>(want)) << s.text;
      ++fitting;
    }
  }
  EXPECT_GT(fitting, 1000);
  EXPECT_GT(overflowing, 1000);
}

TEST(DecimalProperty, one_changed_byte_never_yields_another_number_unless_it_is_a_digit_sign_or_point) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 50'000; ++i) {
    std::string text = draw(random, kPriceDigits).text;
    const auto byte = static_cast<char>(random());
    text[random() % text.size()] = byte;
    if ((byte >= '0' && byte <= '9') || byte == '.' || byte == '-') continue;
    ASSERT_FALSE(parse_decimal(text, kPriceDigits).ok()) << text;
  }
}

}  // namespace
}  // namespace omega::feed
