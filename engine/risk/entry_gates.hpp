// What:     Gate 4: may a new entry be made now, in this session, at this spread, this near to news? Exits are always allowed.
// Threads:  pure functions; any.   Units: UTC ns, Price, basis points.
// Choices:  windows are half-open: Friday 20:00:00 and the moment 30 min before the week's end already refuse.
//           A blackout holds from 30 min before a release and ends 15 min after it, that moment excluded.
// Source:   STRATEGIES 4.2. Without a calendar the news blackout cannot work: NEWS_FILTER_OFF in the run header.
#pragma once

#include "engine/market/news_book.hpp"
#include "engine/market/session_clock.hpp"

namespace omega {

/// kSession or kNone. Crypto trades round the clock.
[[nodiscard]] inline ReasonCode session_gate(const RiskConfig& risk, const InstrumentConfig& instrument, TimeNs ts) noexcept {
  if (instrument.asset_class == AssetClass::kCrypto) return ReasonCode::kNone;
  const DurationNs tod = time_of_day(ts);
  const bool in_hours = tod >= risk.session_open_hour_utc * kHour_ns && tod < risk.session_close_hour_utc * kHour_ns;
  const bool late_friday = weekday(ts) == Weekday::kFriday && tod >= risk.friday_last_entry_hour_utc * kHour_ns;
  const bool last_minutes = !fx_week_open(ts) || fx_week_end(ts) - ts <= risk.week_end_quiet_ns;
  return in_hours && !late_friday && !last_minutes ? ReasonCode::kNone : ReasonCode::kSession;
}

/// kSpread, kShutdown or kNone, at the current sides of the market. F10 not warm: its rule waits, the others do not.
[[nodiscard]] inline ReasonCode spread_gate(const RiskConfig& risk, const InstrumentConfig& instrument, const Signal& s,
                                            Price bid, Price ask) noexcept {
  const auto spread = static_cast<double>(s.spread > 0 ? s.spread : ask - bid);
  if ((s.valid_mask & signal_valid::kSpread) != 0 &&
      spread > risk.spread_median_factor_max * static_cast<double>(s.spread_median)) {
    return ReasonCode::kSpread;
  }
  if (instrument.asset_class == AssetClass::kFxMajor &&
      spread > risk.spread_fx_major_pips_max * static_cast<double>(instrument.pip)) {
    return ReasonCode::kSpread;
  }
  // products, not a quotient: exactly the limit is allowed. 2e4: bid + ask is twice the mid
  if (2e4 * spread > instrument.shutdown_spread_bp * static_cast<double>(bid + ask)) return ReasonCode::kShutdown;
  return ReasonCode::kNone;
}

inline constexpr DurationNs kNewsBefore_ns = 30 * kMinute_ns, kNewsAfter_ns = 15 * kMinute_ns;
inline constexpr StrategyId kNewsStrategy = 24;  // it trades the release itself

/// kNews or kNone: a HIGH-impact release of one of the instrument's currencies is near.
[[nodiscard]] inline ReasonCode news_gate(const NewsBook& news, const NewsCurrencies& currencies, StrategyId strategy, TimeNs ts) noexcept {
  if (strategy == kNewsStrategy) return ReasonCode::kNone;
  return news.blackout(currencies, ts, kNewsBefore_ns, kNewsAfter_ns) ? ReasonCode::kNews : ReasonCode::kNone;
}

}  // namespace omega
