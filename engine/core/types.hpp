// What:     Scalar types shared by the whole engine, and the fixed-point scales behind them.
// Owner:    nobody; value types.     Threads: any.
// Units:    Price 1e-9 of the quote currency · Qty 1e-8 lots/units · Money 1e-8 account currency · TimeNs UTC ns.
// Errors:   conversions from double are checked (see to_fixed); overflow is reported, never wrapped.
// Source:   the scales are the project's own; 1e-9 matches the finest exchange feeds (CME, DBN).
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace omega {

using TimeNs = std::int64_t;   // nanoseconds since 1970-01-01T00:00Z, no leap seconds
using DurationNs = std::int64_t;
using Price = std::int64_t;    // 1e-9 quote currency per unit; a half tick is exact because ticks are >= 2e-9
using Qty = std::int64_t;      // 1e-8 (lots for orders, units or ticks for market volume)
using Money = std::int64_t;    // 1e-8 account currency
using Seq = std::uint64_t;     // 1, 2, 3 ... position in the inputs lane; 0 = none
using InstrumentId = std::uint16_t;  // index in config/instruments.yaml
using StrategyId = std::uint16_t;    // 1..24 for S01..S24
using OrderId = std::uint64_t;       // (causing seq << 8) | index: the same after recovery
using i128 = __int128;

inline constexpr std::int64_t kPriceScale = 1'000'000'000;
inline constexpr std::int64_t kQtyScale = 100'000'000;
inline constexpr std::int64_t kMoneyScale = 100'000'000;
inline constexpr std::size_t kCacheLine_bytes = 64;
inline constexpr InstrumentId kNoInstrument = 0xffff;

inline constexpr DurationNs kMicro_ns = 1'000;
inline constexpr DurationNs kMilli_ns = 1'000'000;
inline constexpr DurationNs kSecond_ns = 1'000'000'000;
inline constexpr DurationNs kMinute_ns = 60 * kSecond_ns;
inline constexpr DurationNs kHour_ns = 60 * kMinute_ns;
inline constexpr DurationNs kDay_ns = 24 * kHour_ns;

/// Direction of a signal, an order or a position: +1 long, -1 short.
using Direction = std::int8_t;
inline constexpr Direction kLong = 1;
inline constexpr Direction kShort = -1;

[[nodiscard]] inline double price_to_double(Price p) noexcept {
  return static_cast<double>(p) / static_cast<double>(kPriceScale);
}
[[nodiscard]] inline double qty_to_double(Qty q) noexcept {
  return static_cast<double>(q) / static_cast<double>(kQtyScale);
}
[[nodiscard]] inline double money_to_double(Money m) noexcept {
  return static_cast<double>(m) / static_cast<double>(kMoneyScale);
}

/// Nearest fixed-point value (ties away from zero), or nullopt when not finite or outside ±2^62.
[[nodiscard]] inline std::optional<std::int64_t> to_fixed(double value, std::int64_t scale) noexcept {
  const double scaled = value * static_cast<double>(scale);
  if (!(scaled > -4611686018427387904.0 && scaled < 4611686018427387904.0)) return std::nullopt;
  return std::llround(scaled);
}

/// floor division for a positive divisor (C++ truncates toward zero).
[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  const std::int64_t q = a / b;
  return (a % b != 0 && a < 0) ? q - 1 : q;
}

}  // namespace omega
