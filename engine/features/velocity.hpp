// What:     F31 velocity d·(P2 − P1)/u per real elapsed minute, at least one minute for M1 data.
// Threads:  pure function.   Units: u per minute.   Source: STRATEGIES F31.
#pragma once

#include <algorithm>

#include "engine/core/types.hpp"

namespace omega {

[[nodiscard]] inline double velocity_u_per_min(Direction d, Price from, Price to, TimeNs from_ts, TimeNs to_ts, Price u) noexcept {
  const double minutes = std::max(1.0, static_cast<double>(to_ts - from_ts) / static_cast<double>(kMinute_ns));
  return static_cast<double>(d * (to - from)) / static_cast<double>(u) / minutes;
}

}  // namespace omega
