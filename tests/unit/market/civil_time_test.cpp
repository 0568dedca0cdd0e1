#include "engine/core/civil_time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace omega {
namespace {

TEST(civil_time, days_and_dates_are_inverse_over_eight_centuries) {
  const std::int64_t from = days_from_civil(1600, 1, 1), to = days_from_civil(2400, 12, 31);
  CivilDate previous = civil_from_days(from - 1);
  for (std::int64_t day = from; day <= to; ++day) {
    const CivilDate date = civil_from_days(day);
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), day);
    const bool next_day = date.day == previous.day + 1 && date.month == previous.month && date.year == previous.year;
    const bool next_month = date.day == 1 && (date.month == previous.month + 1 || (date.month == 1 && previous.month == 12));
    ASSERT_TRUE(next_day || next_month) << date.year << '-' << date.month << '-' << date.day;
    previous = date;
  }
}

TEST(civil_time, known_days) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11'017);
  EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
  EXPECT_EQ(utc_time(2025, 3, 7, 13, 30), 1'741'354'200 * kSecond_ns);
  EXPECT_EQ(civil_from_days(days_from_civil(2024, 2, 29)), (CivilDate{2024, 2, 29}));
  EXPECT_EQ(days_from_civil(1900, 3, 1) - days_from_civil(1900, 2, 28), 1) << "1900 was not a leap year";
}

TEST(civil_time, time_of_day_holds_for_every_time_that_fits_in_64_bits) {
  EXPECT_EQ(time_of_day(0), 0);
  EXPECT_EQ(time_of_day(-1), kDay_ns - 1);
  EXPECT_EQ(time_of_day(-kDay_ns), 0);
  // 2^63 ns = 106751 days, 23:47:16.854775808 (the day of the smallest value starts where no int64 reaches)
  EXPECT_EQ(time_of_day(std::numeric_limits<TimeNs>::min()), kDay_ns - 85'636'854'775'808);
  EXPECT_EQ(time_of_day(std::numeric_limits<TimeNs>::max()), 85'636'854'775'807);
}

TEST(civil_time, weekdays) {
  EXPECT_EQ(weekday(utc_time(1970, 1, 1)), Weekday::kThursday);
  EXPECT_EQ(weekday(utc_time(2025, 3, 7, 23, 59, 59)), Weekday::kFriday);
  EXPECT_EQ(weekday(utc_time(2025, 3, 9)), Weekday::kSunday);
  EXPECT_EQ(weekday(utc_time(1969, 12, 31)), Weekday::kWednesday);
}

TEST(civil_time, a_day_is_half_open) {
  const TimeNs midnight = utc_time(2025, 1, 2);
  EXPECT_EQ(utc_day(midnight - 1) + 1, utc_day(midnight));
  EXPECT_EQ(utc_day_start(midnight - 1), midnight - kDay_ns);
  EXPECT_EQ(time_of_day(midnight), 0);
  EXPECT_EQ(hour_of_day(midnight - 1), 23);
}

TEST(civil_time, nth_and_last_weekdays_give_the_option_expiries) {
  // third Fridays, holidays not considered: STRATEGIES 5.3 OPEX
  EXPECT_EQ(nth_weekday(2024, 3, Weekday::kFriday, 3), days_from_civil(2024, 3, 15));
  EXPECT_EQ(nth_weekday(2025, 9, Weekday::kFriday, 3), days_from_civil(2025, 9, 19));
  EXPECT_EQ(nth_weekday(2025, 8, Weekday::kFriday, 1), days_from_civil(2025, 8, 1));
  EXPECT_EQ(last_weekday(2025, 3, Weekday::kSunday), days_from_civil(2025, 3, 30));
  EXPECT_EQ(last_weekday(2024, 12, Weekday::kTuesday), days_from_civil(2024, 12, 31));
}

}  // namespace
}  // namespace omega
