// What:     UTC calendar arithmetic without the host's time zone database.
// Threads:  pure functions; any.   Units: TimeNs UTC; days since 1970-01-01; weekday 0 = Sunday.
// Source:   days <-> civil conversion after H. Hinnant, "chrono-compatible low-level date algorithms" (2013).
#pragma once

#include "engine/core/types.hpp"

namespace omega {

struct CivilDate {
  int year = 1970, month = 1, day = 1;
};

[[nodiscard]] constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

[[nodiscard]] constexpr CivilDate civil_from_days(std::int64_t days) noexcept {
  const std::int64_t z = days + 719468;
  const std::int64_t era = floor_div(z, 146097);
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400 + (month <= 2 ? 1 : 0)), month, static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

[[nodiscard]] constexpr std::int64_t day_index(TimeNs ts) noexcept { return floor_div(ts, kDay_ns); }
[[nodiscard]] constexpr int weekday_of_day(std::int64_t day) noexcept {  // 1970-01-01 was a Thursday
  const std::int64_t w = (day + 4) % 7;
  return static_cast<int>(w < 0 ? w + 7 : w);
}
[[nodiscard]] constexpr DurationNs time_of_day(TimeNs ts) noexcept { return ts - day_index(ts) * kDay_ns; }
[[nodiscard]] constexpr TimeNs floor_to(TimeNs ts, DurationNs step) noexcept { return floor_div(ts, step) * step; }
[[nodiscard]] constexpr TimeNs utc_ns(int y, int mo, int d, int h = 0, int mi = 0, int s = 0) noexcept {
  return days_from_civil(y, mo, d) * kDay_ns + h * kHour_ns + mi * kMinute_ns + s * kSecond_ns;
}

/// n-th (1-based) given weekday of a month; n = 0: the last one. Days since epoch.
[[nodiscard]] constexpr std::int64_t nth_weekday(int year, int month, int weekday, int n) noexcept {
  if (n == 0) {
    const std::int64_t next = month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
    return next - 1 - (weekday_of_day(next - 1) - weekday + 7) % 7;
  }
  const std::int64_t first = days_from_civil(year, month, 1);
  return first + (weekday - weekday_of_day(first) + 7) % 7 + 7 * (n - 1);
}

/// US daylight time (rule of 2007): second Sunday of March to first Sunday of November, 02:00 local.
[[nodiscard]] constexpr bool us_dst(TimeNs utc) noexcept {
  const int y = civil_from_days(day_index(utc)).year;
  const TimeNs on = nth_weekday(y, 3, 0, 2) * kDay_ns + 7 * kHour_ns;   // 02:00 EST
  const TimeNs off = nth_weekday(y, 11, 0, 1) * kDay_ns + 6 * kHour_ns; // 02:00 EDT
  return utc >= on && utc < off;
}
/// EU daylight time: last Sunday of March 01:00 UTC to last Sunday of October 01:00 UTC.
[[nodiscard]] constexpr bool eu_dst(TimeNs utc) noexcept {
  const int y = civil_from_days(day_index(utc)).year;
  return utc >= nth_weekday(y, 3, 0, 0) * kDay_ns + kHour_ns && utc < nth_weekday(y, 10, 0, 0) * kDay_ns + kHour_ns;
}

}  // namespace omega
