// What:     What reports call things, and how a value that may be undefined is written: null, never 0 or NaN.
// Owner:    pure functions.   Threads: any.
#pragma once

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/core/config.hpp"
#include "replay/statistics.hpp"

namespace omega::replay::words {

inline constexpr std::array<const char*, 5> kLayer{"per_trade_risk", "daily_loss", "strategy_circuit_breaker", "emergency_drawdown",
                                                   "statistical_breaker"};  // by KillSwitchLayer - 1
inline constexpr std::array<const char*, 6> kToxicity{"unknown", "safe", "caution", "elevated", "veto", "hard_veto"};  // by ToxLevel

[[nodiscard]] inline const char* strategy_name(const EngineConfig& config, StrategyId id) noexcept {
  return id >= 1 && id <= config.strategies.size() ? config.strategies[id - 1u].name.c_str() : "unknown";
}
[[nodiscard]] inline const char* symbol_of(const EngineConfig& config, InstrumentId id) noexcept {
  return id < config.instruments.size() ? config.instruments[id].symbol.c_str() : "all";
}
[[nodiscard]] inline const char* side_name(Direction d) noexcept { return d > 0 ? "long" : "short"; }

/// Days of a year for annualised ratios: all of them when every tradable instrument of the run is crypto.
[[nodiscard]] inline double days_per_year(const EngineConfig& config) noexcept {
  bool any = false, crypto = true;
  for (const InstrumentConfig& i : config.instruments) {
    if (!i.active || !i.tradable) continue;
    any = true;
    crypto = crypto && i.asset_class == AssetClass::kCrypto;
  }
  return any && crypto ? kCryptoDays : kFxDays;
}

[[nodiscard]] inline nlohmann::ordered_json finite(double v) {
  return std::isfinite(v) ? nlohmann::ordered_json(v) : nlohmann::ordered_json(nullptr);
}
[[nodiscard]] inline nlohmann::ordered_json number(const std::optional<double>& v) {
  return v ? nlohmann::ordered_json(*v) : nlohmann::ordered_json(nullptr);
}
[[nodiscard]] inline nlohmann::ordered_json interval(const std::optional<Interval>& v) {
  return v ? nlohmann::ordered_json::array({v->low, v->high}) : nlohmann::ordered_json(nullptr);
}
[[nodiscard]] inline nlohmann::ordered_json ratio(double numerator, double denominator) {
  return denominator > 0 ? nlohmann::ordered_json(numerator / denominator) : nlohmann::ordered_json(nullptr);
}

}  // namespace omega::replay::words
