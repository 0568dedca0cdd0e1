// What:     UTC civil dates of the proleptic Gregorian calendar, both ways, without the host's time zone database.
// Owner:    pure functions.   Threads: any.
// Units:    TimeNs UTC; days are counted from 1970-01-01; weekday 0 = Sunday ... 6 = Saturday.
// Source:   the year is shifted to start in March, so that the leap day is its last day and the length of the months
//           before month m is (153·m + 2)/5 (Zeller 1882).
#pragma once

#include "engine/core/types.hpp"

namespace omega {

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  friend constexpr bool operator==(const CivilDate&, const CivilDate&) = default;
};

enum class Weekday : std::uint8_t { kSunday = 0, kMonday, kTuesday, kWednesday, kThursday, kFriday, kSaturday };

inline constexpr std::int64_t kDaysPerEra = 146'097;         // 400 Gregorian years
inline constexpr std::int64_t kDaysToEpoch = 719'468;        // 0000-03-01 to 1970-01-01

[[nodiscard]] constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);  // March-based year
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t march_month = month > 2 ? month - 3 : month + 9;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysToEpoch;
}

[[nodiscard]] constexpr CivilDate civil_from_days(std::int64_t days) noexcept {
  const std::int64_t shifted = days + kDaysToEpoch;
  const std::int64_t era = floor_div(shifted, kDaysPerEra);
  const std::int64_t day_of_era = shifted - era * kDaysPerEra;
  // leap days passed inside the era are taken out, then every year has 365 days
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1);
  const int month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0), month, day};
}

/// Number of the UTC day that holds ts. Days, D1 bars and the daily roll all use it.
[[nodiscard]] constexpr std::int64_t utc_day(TimeNs ts) noexcept { return floor_div(ts, kDay_ns); }
[[nodiscard]] constexpr TimeNs utc_day_start(TimeNs ts) noexcept { return utc_day(ts) * kDay_ns; }
// By the remainder, not by the start of the day: the day that holds the smallest int64 starts below it.
[[nodiscard]] constexpr DurationNs time_of_day(TimeNs ts) noexcept {
  const DurationNs rest = ts % kDay_ns;
  return rest < 0 ? rest + kDay_ns : rest;
}
[[nodiscard]] constexpr int hour_of_day(TimeNs ts) noexcept { return static_cast<int>(time_of_day(ts) / kHour_ns); }
[[nodiscard]] constexpr CivilDate civil_date(TimeNs ts) noexcept { return civil_from_days(utc_day(ts)); }

[[nodiscard]] constexpr Weekday weekday_of_day(std::int64_t days) noexcept {
  const std::int64_t since_thursday = days + 4;  // 1970-01-01 was a Thursday
  return static_cast<Weekday>(since_thursday - floor_div(since_thursday, 7) * 7);
}
[[nodiscard]] constexpr Weekday weekday(TimeNs ts) noexcept { return weekday_of_day(utc_day(ts)); }

[[nodiscard]] constexpr TimeNs utc_time(int year, int month, int day, int hour = 0, int minute = 0,
                                        int second = 0) noexcept {
  return days_from_civil(year, month, day) * kDay_ns + hour * kHour_ns + minute * kMinute_ns + second * kSecond_ns;
}

/// Day number of the n-th (1, 2, ...) given weekday of a month.
[[nodiscard]] constexpr std::int64_t nth_weekday(int year, int month, Weekday day, int n) noexcept {
  const std::int64_t first = days_from_civil(year, month, 1);
  const int ahead = (static_cast<int>(day) - static_cast<int>(weekday_of_day(first)) + 7) % 7;
  return first + ahead + 7 * (n - 1);
}

/// Day number of the last given weekday of a month.
[[nodiscard]] constexpr std::int64_t last_weekday(int year, int month, Weekday day) noexcept {
  const std::int64_t next_month = month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
  const std::int64_t last = next_month - 1;
  const int back = (static_cast<int>(weekday_of_day(last)) - static_cast<int>(day) + 7) % 7;
  return last - back;
}

}  // namespace omega
