// Guards: numbers that are read as something else than they say (RELIABILITY F17, F18).
#include "adapters/feed/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace omega::feed {
namespace {

TEST(Decimal, reads_plain_numbers_exactly) {
  EXPECT_EQ(parse_decimal("1.24056", kPriceDigits).value, 1'240'560'000);
  EXPECT_EQ(parse_decimal("0", kPriceDigits).value, 0);
  EXPECT_EQ(parse_decimal("-0.0", kPriceDigits).value, 0);
  EXPECT_EQ(parse_decimal("-1.5", kPriceDigits).value, -1'500'000'000);
  EXPECT_EQ(parse_decimal("007", kQtyDigits).value, 700'000'000);
  EXPECT_EQ(parse_decimal("2300413.7295", kQtyDigits).value, 230'041'372'950'000);
  EXPECT_EQ(parse_decimal("46.2042", 6).value, 46'204'200);
}

TEST(Decimal, rounds_what_is_finer_than_the_scale_to_the_nearest_and_says_so) {
  EXPECT_EQ(parse_decimal("1.1077000000000001", kPriceDigits).value, 1'107'700'000);
  EXPECT_TRUE(parse_decimal("1.1077000000000001", kPriceDigits).rounded);
  EXPECT_EQ(parse_decimal("33.35399601000002", kQtyDigits).value, 3'335'399'601);
  EXPECT_EQ(parse_decimal("0.0000000005", kPriceDigits).value, 1);
  EXPECT_EQ(parse_decimal("-0.0000000005", kPriceDigits).value, -1);
  EXPECT_EQ(parse_decimal("0.00000000049", kPriceDigits).value, 0);
  EXPECT_FALSE(parse_decimal("1.10770000000000", kPriceDigits).rounded);
}

TEST(Decimal, refuses_everything_that_is_not_a_plain_decimal_and_says_why) {
  EXPECT_EQ(parse_decimal("", kPriceDigits).error, DecimalError::kEmpty);
  for (const char* text : {"nan", "NaN", "-nan", "inf", "-Inf", "+INFINITY"}) {
    EXPECT_EQ(parse_decimal(text, kPriceDigits).error, DecimalError::kNotFinite) << text;
  }
  for (const char* text : {"1e0", "1.5E+3", "1E-320", "-2e5"}) {
    EXPECT_EQ(parse_decimal(text, kPriceDigits).error, DecimalError::kExponent) << text;
  }
  for (const char* text : {" 1", "1 ", "+1", ".5", "5.", ".", "-", "1.2.3", "1,5", "1'000", "0x10", "N/A", "e5", "--1", "1-"}) {
    EXPECT_EQ(parse_decimal(text, kPriceDigits).error, DecimalError::kNotANumber) << text;
  }
}

TEST(Decimal, accepts_the_largest_value_and_refuses_the_next) {
  EXPECT_EQ(parse_decimal("9223372036.854775807", kPriceDigits).value, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("-9223372036.854775807", kPriceDigits).value, -std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("9223372036.854775808", kPriceDigits).error, DecimalError::kOverflow);
  EXPECT_EQ(parse_decimal("9223372036.8547758074", kPriceDigits).value, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("9223372036.8547758075", kPriceDigits).error, DecimalError::kOverflow);
  EXPECT_EQ(parse_decimal("9223372037", kPriceDigits).error, DecimalError::kOverflow);
  EXPECT_EQ(parse_decimal("99999999999999999999999999", kPriceDigits).error, DecimalError::kOverflow);
  EXPECT_EQ(parse_decimal("99999999999999999999x", kPriceDigits).error, DecimalError::kNotANumber);
}

}  // namespace
}  // namespace omega::feed
