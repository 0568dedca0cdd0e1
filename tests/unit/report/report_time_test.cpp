#include "replay/report_time.hpp"

#include <gtest/gtest.h>

#include "engine/core/civil_time.hpp"

namespace omega::replay {
namespace {

TEST(ReportTime, WritesRfc3339WithNanoseconds) {
  EXPECT_EQ(format_time(utc_time(2018, 1, 2, 8, 30, 5) + 7), "2018-01-02T08:30:05.000000007Z");
  EXPECT_EQ(format_date(utc_time(2020, 2, 29)), "2020-02-29");
}

TEST(ReportTime, ReadsWhatItWritesAndPlainDates) {
  for (const TimeNs ts : {TimeNs{0}, utc_time(2018, 3, 11, 7), utc_time(2024, 12, 31, 23, 59, 59) + 999'999'999}) {
    EXPECT_EQ(parse_time(format_time(ts)), ts);
  }
  EXPECT_EQ(parse_time("2018-01-02"), utc_time(2018, 1, 2));
  EXPECT_EQ(parse_time("2018-01-02T08:30Z"), utc_time(2018, 1, 2, 8, 30));
  EXPECT_EQ(parse_time("2018-01-02T08:30:01.5Z"), utc_time(2018, 1, 2, 8, 30, 1) + 500'000'000);
}

TEST(ReportTime, RefusesWhatIsNotATime) {
  for (const char* text : {"", "2018", "2018-1-2", "2018-02-30", "2018-13-01", "2018-01-02 08:30", "2018-01-02T08:30",
                           "2018-01-02T24:00Z", "2018-01-02T08:30:00.Z", "2018-01-02T08:30:00.1234567890Z", "2018-01-02Z",
                           "2018-01-02T08:30+01:00", "yesterday", "2018-01-02T08:30Zx"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(ReportTime, DurationsAreShort) {
  EXPECT_EQ(format_duration(12'300 * kMilli_ns), "12.3 s");
  EXPECT_EQ(format_duration(2 * kHour_ns + 5 * kMinute_ns), "2h 05m");
  EXPECT_EQ(format_duration(3 * kDay_ns + 4 * kHour_ns), "3d 04h");
}

}  // namespace
}  // namespace omega::replay
