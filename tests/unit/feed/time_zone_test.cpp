// Guards: bars that are an hour off for half of the year, and local times that exist twice or never.
#include "adapters/feed/time_zone.hpp"

#include <gtest/gtest.h>

#include "adapters/feed/timestamp.hpp"

namespace omega::feed {
namespace {

TimeNs at(const char* text) { return parse_timestamp(text).value().local; }
TimeZone zone(const char* name) { return TimeZone::parse(name).value(); }

TEST(TimeZone, new_york_is_five_hours_behind_in_winter_and_four_in_summer_of_2018) {
  const TimeZone ny = zone("NewYork");
  EXPECT_EQ(ny.to_utc(at("2018-01-01 17:00")).first, at("2018-01-01 22:00"));
  EXPECT_EQ(ny.to_utc(at("2018-03-11 01:59:59")).first, at("2018-03-11 06:59:59"));
  EXPECT_EQ(ny.to_utc(at("2018-03-11 03:00")).first, at("2018-03-11 07:00"));
  EXPECT_EQ(ny.to_utc(at("2018-11-04 00:59:59")).first, at("2018-11-04 04:59:59"));
  EXPECT_EQ(ny.to_utc(at("2018-11-04 02:00")).first, at("2018-11-04 07:00"));
  EXPECT_EQ(ny.to_utc(at("2018-12-31 16:59")).first, at("2018-12-31 21:59"));
}

TEST(TimeZone, the_hour_that_spring_skips_and_the_hour_that_autumn_repeats_have_two_readings) {
  const TimeZone ny = zone("NewYork");
  const LocalTime skipped = ny.to_utc(at("2018-03-11 02:30"));
  EXPECT_EQ(skipped.kind, LocalTime::Kind::kSkipped);
  EXPECT_EQ(skipped.first, at("2018-03-11 07:30"));   // winter offset
  EXPECT_EQ(skipped.second, at("2018-03-11 06:30"));  // summer offset
  const LocalTime repeated = ny.to_utc(at("2018-11-04 01:30"));
  EXPECT_EQ(repeated.kind, LocalTime::Kind::kRepeated);
  EXPECT_EQ(repeated.first, at("2018-11-04 05:30"));
  EXPECT_EQ(repeated.second, at("2018-11-04 06:30"));
  EXPECT_EQ(ny.to_utc(at("2018-03-11 02:00")).kind, LocalTime::Kind::kSkipped);
  EXPECT_EQ(ny.to_utc(at("2018-11-04 01:00")).kind, LocalTime::Kind::kRepeated);
  EXPECT_EQ(ny.to_utc(at("2018-11-04 02:00")).kind, LocalTime::Kind::kUnique);
}

TEST(TimeZone, us_releases_at_0830_new_york_fall_at_1330_utc_in_winter_and_1230_in_summer) {
  const TimeZone ny = zone("NewYork");
  EXPECT_EQ(ny.to_utc(at("2025-03-07 08:30")).first, at("2025-03-07 13:30"));
  EXPECT_EQ(ny.to_utc(at("2025-04-04 08:30")).first, at("2025-04-04 12:30"));
}

TEST(TimeZone, the_us_rule_before_2007_began_in_april_and_ended_in_october) {
  const TimeZone ny = zone("NewYork");
  EXPECT_EQ(ny.to_utc(at("2006-03-20 12:00")).first, at("2006-03-20 17:00"));
  EXPECT_EQ(ny.to_utc(at("2006-04-02 03:00")).first, at("2006-04-02 07:00"));
  EXPECT_EQ(ny.to_utc(at("2006-10-29 02:00")).first, at("2006-10-29 07:00"));
  EXPECT_EQ(ny.to_utc(at("1986-07-01 12:00")).kind, LocalTime::Kind::kUnknown);
}

TEST(TimeZone, new_york_with_european_summer_time_changes_two_weeks_later_and_one_week_earlier) {
  const TimeZone z = zone("NewYork-EU-DST");
  EXPECT_EQ(z.to_utc(at("2018-03-20 12:00")).first, at("2018-03-20 17:00"));  // US summer, not yet the EU's
  EXPECT_EQ(z.to_utc(at("2018-03-26 12:00")).first, at("2018-03-26 16:00"));
  EXPECT_EQ(z.to_utc(at("2018-10-27 12:00")).first, at("2018-10-27 16:00"));
  EXPECT_EQ(z.to_utc(at("2018-10-29 12:00")).first, at("2018-10-29 17:00"));
  EXPECT_EQ(z.to_utc(at("2018-03-24 20:30")).kind, LocalTime::Kind::kSkipped);   // 01:00 UTC of the 25th is 20:00
  EXPECT_EQ(z.to_utc(at("2018-10-27 20:30")).kind, LocalTime::Kind::kRepeated);  // 01:00 UTC of the 28th is 21:00
}

TEST(TimeZone, fixed_offsets_read_hours_and_minutes) {
  EXPECT_EQ(zone("UTC").to_utc(at("2018-07-01 12:00")).first, at("2018-07-01 12:00"));
  EXPECT_EQ(zone("UTC-5").to_utc(at("2018-07-01 12:00")).first, at("2018-07-01 17:00"));
  EXPECT_EQ(zone("UTC+8").to_utc(at("2018-07-01 12:00")).first, at("2018-07-01 04:00"));
  EXPECT_EQ(zone("UTC+5:30").to_utc(at("2018-07-01 12:00")).first, at("2018-07-01 06:30"));
}

TEST(TimeZone, an_unknown_name_is_refused_with_the_known_ones) {
  for (const char* name : {"", "EST", "newyork", "UTC5", "UTC+15", "UTC+", "UTC+1:5", "UTC+1:60", "UTC-+5"}) {
    const auto z = TimeZone::parse(name);
    ASSERT_FALSE(z) << name;
    EXPECT_EQ(z.error().kind, ErrorKind::kUsage);
    EXPECT_NE(z.error().message.find("NewYork-EU-DST"), std::string::npos) << name;
  }
}

TEST(Timestamp, reads_iso_forms_and_compact_ones) {
  const TimeNs t = at("2012-02-01 00:01:00");
  EXPECT_EQ(t, 1'328'054'460 * kSecond_ns);
  EXPECT_EQ(at("2012-02-01T00:01"), t);
  EXPECT_EQ(at("2012/02/01 00:01"), t);
  EXPECT_EQ(at("2012.02.01 00:01:00.000"), t);
  EXPECT_EQ(at("20120201 000100"), t);
  EXPECT_EQ(at("2012-02-01 00:01:00.123456789"), t + 123'456'789);
  EXPECT_EQ(parse_timestamp("2012-02-01T00:01:00Z")->offset, 0);
  EXPECT_EQ(parse_timestamp("2012-02-01 00:01:00+00:00")->offset, 0);
  EXPECT_EQ(parse_timestamp("2012-02-01 00:01:00-0530")->offset, -(5 * kHour_ns + 30 * kMinute_ns));
}

TEST(Timestamp, refuses_impossible_and_two_way_dates) {
  for (const char* text : {"2018-02-29 00:00", "2018-13-01 00:00", "2018-00-01 00:00", "2018-01-01 24:00", "2018-01-01 00:60",
                           "2018-01-01 00:00:60", "01/02/2018 00:00", "2018-1-1 00:00", "2018-01-01", "1969-12-31 00:00",
                           "2018-01-01  00:00", "2018-01-01 00:00 ", "2018-01-01 00:00+", "2018-01-01 00:00:00.", "", "T", "20181332 256161"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

TEST(Timestamp, epoch_numbers_state_their_unit_by_their_digits_or_not_at_all) {
  constexpr TimeNs t = 1'328'054'460 * kSecond_ns;
  EXPECT_EQ(parse_epoch("1328054460", EpochUnit::kByDigits), t);
  EXPECT_EQ(parse_epoch("1328054460000", EpochUnit::kByDigits), t);
  EXPECT_EQ(parse_epoch("1328054460000000", EpochUnit::kByDigits), t);
  EXPECT_EQ(parse_epoch("1328054460000000000", EpochUnit::kByDigits), t);
  EXPECT_FALSE(parse_epoch("132805446000", EpochUnit::kByDigits));
  EXPECT_EQ(parse_epoch("132805446000", EpochUnit::kMillis), 132'805'446 * kSecond_ns);
  EXPECT_FALSE(parse_epoch("9999999999999999999", EpochUnit::kSeconds));
  EXPECT_FALSE(parse_epoch("-1328054460", EpochUnit::kSeconds));
}

}  // namespace
}  // namespace omega::feed
