// What:     Sessions, daylight saving by rule, the FX week and trading hours (STRATEGIES 1.4).
// Owner:    pure functions; SessionClock is a value holding one setting.   Threads: any.
// Units:    TimeNs UTC. Every interval is half-open [start, end).
// Source:   US rule: Energy Policy Act of 2005 (second Sunday of March 02:00 local to first Sunday of November 02:00
//           local, in force since 2007). EU rule: Directive 2000/84/EC (last Sundays of March and October, 01:00 UTC).
//           The rules are applied to every year; before 2007 the US one differs from history.
#pragma once

#include "engine/core/civil_time.hpp"
#include "engine/core/config.hpp"

namespace omega {

enum class Session : std::uint8_t { kTokyo = 0, kLondon = 1, kNewYork = 2 };

[[nodiscard]] bool us_daylight_saving(TimeNs ts) noexcept;
[[nodiscard]] bool eu_daylight_saving(TimeNs ts) noexcept;

/// The FX week is Sunday 22:00 UTC to Friday 22:00 UTC, both at 21:00 while US daylight saving is on.
[[nodiscard]] bool fx_week_open(TimeNs ts) noexcept;
/// Start of the FX week that holds ts, or of the last one before it.
[[nodiscard]] TimeNs fx_week_start(TimeNs ts) noexcept;
/// End of the FX week that holds ts, or of the next one: the first week end after ts.
[[nodiscard]] TimeNs fx_week_end(TimeNs ts) noexcept;

/// Crypto trades at all times, everything else in the FX week (venue breaks inside it are not modelled).
[[nodiscard]] bool in_trading_hours(AssetClass asset, TimeNs ts) noexcept;

enum class SessionRule : std::uint8_t {
  kFixedUtc = 0,  // the configured UTC windows all year (default)
  kLocal = 1,     // windows follow London and New York daylight saving, one hour earlier in UTC
};

class SessionClock {
 public:
  explicit SessionClock(SessionRule rule = SessionRule::kFixedUtc) noexcept : rule_(rule) {}
  [[nodiscard]] bool in_session(Session session, TimeNs ts) const noexcept;
  /// London and New York both open: 13:00-16:00 UTC under the fixed rule.
  [[nodiscard]] bool in_overlap(TimeNs ts) const noexcept {
    return in_session(Session::kLondon, ts) && in_session(Session::kNewYork, ts);
  }

 private:
  SessionRule rule_;
};

}  // namespace omega
