#include "engine/market/session_clock.hpp"

namespace omega {

namespace {

struct Window {
  int open_hour, close_hour;  // UTC, winter
};
constexpr Window window_of(Session s) noexcept {
  switch (s) {
    case Session::kTokyo: return {0, 9};
    case Session::kLondon: return {8, 16};
    case Session::kNewYork: return {13, 22};
  }
  return {0, 0};
}

constexpr DurationNs kFxRollWinter_ns = 22 * kHour_ns;
[[nodiscard]] DurationNs fx_roll(TimeNs ts) noexcept {
  return us_daylight_saving(ts) ? kFxRollWinter_ns - kHour_ns : kFxRollWinter_ns;
}

/// Roll instant on the given UTC day. Both US changes fall on a Sunday morning, hours before that day's roll, so
/// the state at noon is the state at the roll.
[[nodiscard]] TimeNs roll_on(std::int64_t day) noexcept {
  const TimeNs start = day * kDay_ns;
  return start + fx_roll(start + 12 * kHour_ns);
}

}  // namespace

bool us_daylight_saving(TimeNs ts) noexcept {
  const int year = civil_date(ts).year;
  const TimeNs on = nth_weekday(year, 3, Weekday::kSunday, 2) * kDay_ns + 7 * kHour_ns;    // 02:00 EST
  const TimeNs off = nth_weekday(year, 11, Weekday::kSunday, 1) * kDay_ns + 6 * kHour_ns;  // 02:00 EDT
  return ts >= on && ts < off;
}

bool eu_daylight_saving(TimeNs ts) noexcept {
  const int year = civil_date(ts).year;
  const TimeNs on = last_weekday(year, 3, Weekday::kSunday) * kDay_ns + kHour_ns;
  const TimeNs off = last_weekday(year, 10, Weekday::kSunday) * kDay_ns + kHour_ns;
  return ts >= on && ts < off;
}

bool fx_week_open(TimeNs ts) noexcept {
  switch (weekday(ts)) {
    case Weekday::kSaturday: return false;
    case Weekday::kSunday: return ts >= roll_on(utc_day(ts));
    case Weekday::kFriday: return ts < roll_on(utc_day(ts));
    default: return true;
  }
}

TimeNs fx_week_start(TimeNs ts) noexcept {
  const std::int64_t day = utc_day(ts);
  const std::int64_t sunday = day - static_cast<int>(weekday_of_day(day));
  const TimeNs start = roll_on(sunday);
  return ts >= start ? start : roll_on(sunday - 7);
}

TimeNs fx_week_end(TimeNs ts) noexcept {
  const std::int64_t day = utc_day(ts);
  const std::int64_t friday = day - static_cast<int>(weekday_of_day(day)) + static_cast<int>(Weekday::kFriday);
  const TimeNs end = roll_on(friday);
  return ts < end ? end : roll_on(friday + 7);
}

bool in_trading_hours(AssetClass asset, TimeNs ts) noexcept {
  return asset == AssetClass::kCrypto || fx_week_open(ts);
}

bool SessionClock::in_session(Session session, TimeNs ts) const noexcept {
  DurationNs shift = 0;
  if (rule_ == SessionRule::kLocal) {
    if (session == Session::kLondon && eu_daylight_saving(ts)) shift = kHour_ns;
    if (session == Session::kNewYork && us_daylight_saving(ts)) shift = kHour_ns;
  }
  const Window w = window_of(session);
  const DurationNs t = time_of_day(ts) + shift;  // no window reaches midnight, so no wrap
  return t >= w.open_hour * kHour_ns && t < w.close_hour * kHour_ns;
}

}  // namespace omega
