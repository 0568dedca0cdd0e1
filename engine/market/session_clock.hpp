// What:     Trading hours by rule: FX week and the UTC session windows of the profiles.
// Threads:  pure functions; any.   Source: STRATEGIES 1.4.
#pragma once

#include "engine/core/civil_time.hpp"
#include "engine/core/config.hpp"

namespace omega {

/// When the FX week ends and begins: Friday/Sunday 22:00 UTC, 21:00 while US daylight time is on.
[[nodiscard]] constexpr DurationNs fx_week_edge(TimeNs ts) noexcept { return (us_dst(ts) ? 21 : 22) * kHour_ns; }

[[nodiscard]] constexpr bool fx_week_open(TimeNs ts) noexcept {
  const int wd = weekday_of_day(day_index(ts));
  const DurationNs tod = time_of_day(ts);
  if (wd == 6) return false;
  if (wd == 0) return tod >= fx_week_edge(ts);
  if (wd == 5) return tod < fx_week_edge(ts);
  return true;
}

/// Nanoseconds until the FX week ends; 0 when closed.
[[nodiscard]] constexpr DurationNs until_fx_week_end(TimeNs ts) noexcept {
  if (!fx_week_open(ts)) return 0;
  const std::int64_t day = day_index(ts);
  const int to_friday = (5 - weekday_of_day(day) + 7) % 7;
  const TimeNs friday = (day + to_friday) * kDay_ns;
  return friday + fx_week_edge(friday + 12 * kHour_ns) - ts;
}

[[nodiscard]] constexpr bool is_24x7(AssetClass a) noexcept { return a == AssetClass::kCrypto; }

/// Market open for the instrument: used for staleness, not for entries.
[[nodiscard]] constexpr bool market_open(AssetClass a, TimeNs ts) noexcept { return is_24x7(a) || fx_week_open(ts); }

}  // namespace omega
