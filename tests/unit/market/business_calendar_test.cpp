#include "engine/market/business_calendar.hpp"

#include <gtest/gtest.h>

namespace omega {
namespace {

std::int64_t day(int y, int m, int d) { return days_from_civil(y, m, d); }

/// The holidays that the fixtures of the specification turn on.
BusinessCalendar calendar() {
  const std::vector<std::int64_t> holidays{day(2008, 3, 21), day(2024, 12, 25), day(2025, 4, 18), day(2026, 6, 19)};
  return BusinessCalendar(holidays);
}

TEST(BusinessCalendar, ExpiryDaysAreThoseOfTheSpecification) {
  const BusinessCalendar c = calendar();
  EXPECT_EQ(c.expiry_day(2024, 3), day(2024, 3, 15));
  EXPECT_EQ(c.expiry_day(2025, 4), day(2025, 4, 17));
  EXPECT_EQ(c.expiry_day(2025, 9), day(2025, 9, 19));
  EXPECT_EQ(c.expiry_day(2025, 12), day(2025, 12, 19));
  EXPECT_EQ(c.expiry_day(2026, 6), day(2026, 6, 18));
  EXPECT_EQ(c.expiry_day(2008, 3), day(2008, 3, 20));
}

TEST(BusinessCalendar, CountsBusinessDaysBothWays) {
  const BusinessCalendar c = calendar();
  EXPECT_EQ(c.between(day(2025, 9, 17), day(2025, 9, 19)), 2);
  EXPECT_EQ(c.between(day(2025, 9, 16), day(2025, 9, 19)), 3);
  EXPECT_EQ(c.between(day(2025, 9, 19), day(2025, 9, 19)), 0);
  EXPECT_EQ(c.between(day(2025, 9, 19), day(2025, 9, 22)), 1) << "over a weekend";
  EXPECT_EQ(c.between(day(2025, 4, 17), day(2025, 4, 21)), 1) << "over Good Friday";
  EXPECT_EQ(c.between(day(2025, 9, 19), day(2025, 9, 17)), -2);
}

TEST(BusinessCalendar, EndsOfMonthsSkipWeekendsAndHolidays) {
  const BusinessCalendar c = calendar();
  EXPECT_EQ(c.left_in_month(day(2025, 9, 30)), 1);
  EXPECT_EQ(c.left_in_month(day(2025, 9, 29)), 2);
  EXPECT_EQ(c.left_in_month(day(2025, 9, 27)), 2) << "a Saturday";
  EXPECT_EQ(c.left_in_month(day(2025, 9, 26)), 3);
  EXPECT_EQ(c.left_in_month(day(2024, 12, 24)), 5);
  EXPECT_EQ(c.last_of_month(day(2025, 8, 1)), day(2025, 8, 29));
  EXPECT_EQ(c.last_of_month(day(2024, 12, 2)), day(2024, 12, 31));
}

TEST(BusinessCalendar, SpeaksForWholeYearsFromItsFirstToItsLastDay) {
  const BusinessCalendar c = calendar();
  EXPECT_FALSE(c.covers(day(2007, 12, 31)));
  EXPECT_TRUE(c.covers(day(2008, 1, 1)));
  EXPECT_TRUE(c.covers(day(2026, 12, 31)));
  EXPECT_FALSE(c.covers(day(2027, 1, 1)));
  EXPECT_TRUE(c.is_business_day(day(2008, 1, 1))) << "not in this list";
  EXPECT_FALSE(c.is_business_day(day(2008, 3, 21)));
  EXPECT_EQ(c.left_in_month(day(2026, 12, 31)), 1);
  EXPECT_FALSE(BusinessCalendar().covers(day(2025, 1, 1)));
  EXPECT_FALSE(BusinessCalendar(std::vector<std::int64_t>{}).covers(0));
}

}  // namespace
}  // namespace omega
