// What:     Which of several signals on one symbol in one event may trade (gate 7).
//           weight w = (level/3)·Q·1/(1 + Σ_{others, corr > .7} corr·w_other), computed once from the initial weights;
//           net = Σ d·w/Σ w, |net| < net_min -> silence; winner = max of w·EV on the side of net with
//           EV = p·RR − (1 − p) − cost/risk; EV < ev_min -> silence. Ties: lower strategy number.
//           Family cap: of signals whose strategies' daily-R correlation exceeds .85 the heaviest stays.
// Threads:  pure function; any.   Units: R multiples, fractions.
// Source:   STRATEGIES 4.6.
#pragma once

#include <array>
#include <span>

#include "engine/core/events.hpp"

namespace omega {

inline constexpr std::size_t kStrategiesMax = 32;
inline constexpr std::size_t kCandidatesMax = 2 * kStrategiesMax;  // on one symbol in one event: a pair strategy may have several pairs there

struct Candidate {
  StrategyId strategy = 0;
  Direction direction = 0;
  std::uint8_t level = 0;
  double quality = 0;
  double win_probability = 0;   // (wins + 5)/(trades + 10)
  double reward_risk = 0;
  double cost_risk = 0;         // (spread + slippage + commission)/risk
  // ---- filled by arbitrate()
  double weight = 0, ev = 0;
  ReasonCode code = ReasonCode::kNone;  // kNone: the winner
};

/// Correlation of two strategies' daily R; 0 when unknown.
class StrategyCorrelation {
 public:
  virtual ~StrategyCorrelation() = default;
  [[nodiscard]] virtual double between(StrategyId a, StrategyId b) const noexcept = 0;
};

/// Marks every candidate; returns net. At most one candidate keeps kNone.
double arbitrate(std::span<Candidate> candidates, const StrategyCorrelation& correlation, double net_min,
                 double ev_min) noexcept;

}  // namespace omega
