#include "engine/market/session_clock.hpp"

#include <gtest/gtest.h>

namespace omega {
namespace {

TEST(session_clock, us_daylight_saving_turns_at_the_second) {
  const TimeNs on = utc_time(2025, 3, 9, 7), off = utc_time(2025, 11, 2, 6);  // 02:00 local, both times
  EXPECT_FALSE(us_daylight_saving(on - 1));
  EXPECT_TRUE(us_daylight_saving(on));
  EXPECT_TRUE(us_daylight_saving(off - 1));
  EXPECT_FALSE(us_daylight_saving(off));
}

TEST(session_clock, eu_daylight_saving_turns_at_the_second) {
  const TimeNs on = utc_time(2025, 3, 30, 1), off = utc_time(2025, 10, 26, 1);
  EXPECT_FALSE(eu_daylight_saving(on - 1));
  EXPECT_TRUE(eu_daylight_saving(on));
  EXPECT_TRUE(eu_daylight_saving(off - 1));
  EXPECT_FALSE(eu_daylight_saving(off));
}

TEST(session_clock, us_releases_of_the_specification_are_half_past_eight_in_new_york) {
  // 2025-03-07 13:30Z is winter time, 2025-04-04 12:30Z summer time: both 08:30 local
  EXPECT_FALSE(us_daylight_saving(utc_time(2025, 3, 7, 13, 30)));
  EXPECT_TRUE(us_daylight_saving(utc_time(2025, 4, 4, 12, 30)));
}

TEST(session_clock, london_opens_at_eight_local_under_the_local_rule) {
  const SessionClock local(SessionRule::kLocal), fixed;
  EXPECT_FALSE(local.in_session(Session::kLondon, utc_time(2025, 3, 28, 8) - 1));
  EXPECT_TRUE(local.in_session(Session::kLondon, utc_time(2025, 3, 28, 8)));
  EXPECT_FALSE(local.in_session(Session::kLondon, utc_time(2025, 3, 31, 7) - 1));
  EXPECT_TRUE(local.in_session(Session::kLondon, utc_time(2025, 3, 31, 7)));
  EXPECT_FALSE(local.in_session(Session::kLondon, utc_time(2025, 3, 31, 15)));
  EXPECT_FALSE(fixed.in_session(Session::kLondon, utc_time(2025, 3, 31, 7)));
  EXPECT_TRUE(fixed.in_session(Session::kLondon, utc_time(2025, 3, 31, 15)));
}

TEST(session_clock, windows_are_half_open) {
  const SessionClock clock;
  const TimeNs day = utc_time(2025, 1, 15);
  struct Case {
    Session session;
    int open, close;
  };
  for (const Case c : {Case{Session::kTokyo, 0, 9}, Case{Session::kLondon, 8, 16}, Case{Session::kNewYork, 13, 22}}) {
    EXPECT_FALSE(clock.in_session(c.session, day + c.open * kHour_ns - 1));
    EXPECT_TRUE(clock.in_session(c.session, day + c.open * kHour_ns));
    EXPECT_TRUE(clock.in_session(c.session, day + c.close * kHour_ns - 1));
    EXPECT_FALSE(clock.in_session(c.session, day + c.close * kHour_ns));
  }
  EXPECT_FALSE(clock.in_overlap(day + 13 * kHour_ns - 1));
  EXPECT_TRUE(clock.in_overlap(day + 13 * kHour_ns));
  EXPECT_FALSE(clock.in_overlap(day + 16 * kHour_ns));
}

TEST(session_clock, the_fx_week_in_winter_and_in_summer) {
  const TimeNs winter_open = utc_time(2025, 1, 12, 22), winter_close = utc_time(2025, 1, 17, 22);
  EXPECT_FALSE(fx_week_open(winter_open - 1));
  EXPECT_TRUE(fx_week_open(winter_open));
  EXPECT_TRUE(fx_week_open(winter_close - 1));
  EXPECT_FALSE(fx_week_open(winter_close));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 1, 18, 12)));
  EXPECT_TRUE(fx_week_open(utc_time(2025, 7, 13, 21)));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 7, 13, 21) - 1));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 7, 18, 21)));
}

TEST(session_clock, the_fx_week_around_the_us_change) {
  // Friday 7 March still winter time: 22:00. Sunday 9 March already summer time: 21:00.
  EXPECT_TRUE(fx_week_open(utc_time(2025, 3, 7, 22) - 1));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 3, 7, 22)));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 3, 9, 21) - 1));
  EXPECT_TRUE(fx_week_open(utc_time(2025, 3, 9, 21)));
  EXPECT_TRUE(fx_week_open(utc_time(2025, 11, 2, 22)));
  EXPECT_FALSE(fx_week_open(utc_time(2025, 11, 2, 22) - 1));
}

TEST(session_clock, week_start_and_end_enclose_every_hour_of_two_years) {
  for (TimeNs ts = utc_time(2024, 1, 1); ts < utc_time(2026, 1, 1); ts += kHour_ns) {
    const TimeNs start = fx_week_start(ts), end = fx_week_end(ts);
    ASSERT_LE(start, ts);
    ASSERT_GT(end, ts);
    ASSERT_TRUE(fx_week_open(start) && !fx_week_open(start - 1));
    ASSERT_TRUE(fx_week_open(end - 1) && !fx_week_open(end));
    ASSERT_EQ(fx_week_open(ts), end - start < 7 * kDay_ns) << "inside a week start and end are of the same week";
  }
}

TEST(session_clock, crypto_never_closes) {
  EXPECT_TRUE(in_trading_hours(AssetClass::kCrypto, utc_time(2025, 1, 18, 12)));
  EXPECT_FALSE(in_trading_hours(AssetClass::kFxMajor, utc_time(2025, 1, 18, 12)));
  EXPECT_TRUE(in_trading_hours(AssetClass::kMetal, utc_time(2025, 1, 15, 12)));
}

}  // namespace
}  // namespace omega
