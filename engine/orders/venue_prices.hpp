// What:     The two words that every matching rule of the paper venue speaks in.
// Threads:  any; pure functions.   Units: Price.
#pragma once

#include "engine/core/events.hpp"

namespace omega {

/// True when `price` is at or past `level` in direction s (+1: rising through it).
[[nodiscard]] constexpr bool reached(Price price, Price level, int s) noexcept { return s * (price - level) >= 0; }

[[nodiscard]] constexpr OrderLeg target_leg(std::size_t i) noexcept {
  return static_cast<OrderLeg>(static_cast<std::size_t>(OrderLeg::kTakeProfit1) + i);
}

}  // namespace omega
