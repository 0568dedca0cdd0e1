// What:     Target ladders of a signal. STD(R): 50 % at 1.5R, 30 % at 2.5R, rest at R; a partial level >= R is dropped and its
//           share goes to R; after the first partial SL -> entry; from 2R on SL follows confirmed M15 swings.
//           Prices are placed from entry_ref here and re-anchored at the entry fill by the orders stage (kTargetsInR).
// Threads:  pure functions; any.   Units: R = |entry - SL|; shares of the quantity.   Source: STRATEGIES 3.0.
#pragma once

#include <cmath>
#include <span>

#include "engine/core/assert.hpp"
#include "engine/core/events.hpp"

namespace omega {

struct TargetStep {
  double r = 0, share = 0;
};

/// steps: nearest first, shares sum to 1.
inline void targets_in_r(Signal& s, std::span<const TargetStep> steps) noexcept {
  OMEGA_REQUIRE(!steps.empty() && steps.size() <= s.take_profit.size(), steps.size(), s.take_profit.size());
  const auto risk = static_cast<double>(s.direction * (s.entry_ref - s.stop_loss));
  s.tp_count = 0;
  for (const TargetStep& step : steps) {
    s.take_profit[s.tp_count] = s.entry_ref + s.direction * std::llround(step.r * risk);
    s.tp_r[s.tp_count] = step.r;
    s.tp_fraction[s.tp_count] = step.share;
    ++s.tp_count;
  }
  s.flags |= signal_flag::kTargetsInR;
}

inline void standard_targets(Signal& s, double final_r) noexcept {
  std::array<TargetStep, 3> steps{};
  std::size_t n = 0;
  double rest = 1.0;
  for (const TargetStep& partial : {TargetStep{1.5, .5}, TargetStep{2.5, .3}}) {
    if (partial.r >= final_r) continue;
    steps[n++] = partial;
    rest -= partial.share;
  }
  steps[n++] = {final_r, rest};
  targets_in_r(s, {steps.data(), n});
  s.flags |= signal_flag::kBreakEven | signal_flag::kTrailM15;
}

}  // namespace omega
