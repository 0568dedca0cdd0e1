// What:     What strategies that trade pairs with two legs have in common: which pairs of the configuration exist in the run, the step over
//           them, a signal per leg, requests that close both legs or a share of both, the score of S06 and S07.
// Signals:  leg 1 with direction d, leg 2 behind it; both carry the pair's number and PairTerms. Stops of the legs lie a fraction of
//           price away and are the pair's second line: its own stop is the strategy's, at closes of its timeframe.
// Owner:    SignalsStage.   Threads: one.   Units: levels in percent of log price (pair_levels.hpp), spreads in standard deviations.
// Choices:  no reward/risk floor: the bound on the spread to enter already is one. Nothing is judged at a close that a leg missed.
// Source:   STRATEGIES 3.0, S06, S07, S20.
#pragma once

#include <algorithm>

#include "engine/features/pair_levels.hpp"
#include "engine/features/pair_returns.hpp"
#include "engine/signals/strategy.hpp"

namespace omega {

using PairSymbols = std::array<std::string_view, 2>;  // leg 1, leg 2

/// Both legs at one close.
struct PairClose {
  std::size_t number;              // index of the pair
  const MarketLeg& one;
  const MarketLeg& two;
  const PairPositions& held;
};

struct PairOrder {
  Direction direction = 0;         // of leg 1
  Direction direction_2 = 0;
  PairTerms terms;
  double stop_fraction = 0;        // of each leg's price
  double score = 0, quality = 0;
  std::uint8_t level = 0;
};

class PairStrategy : public Strategy {
 public:
  PairStrategy(const StrategyInfo& info, const StrategySetup& setup, std::span<const PairSymbols> symbols);

  [[nodiscard]] bool fed() const noexcept override { return !ids_.empty(); }
  [[nodiscard]] bool uses(InstrumentId id) const noexcept override;
  [[nodiscard]] std::span<const PairIds> pairs() const noexcept override { return ids_; }
  void on_frame(const StrategyContext&, StrategyOut&) noexcept override {}

 protected:
  /// The bars of a pair's legs at this close, nullptr where there is none.
  [[nodiscard]] const TfBar* bar(const MarketLeg* leg) const noexcept { return leg != nullptr ? &leg->frame.bar(info().timeframe) : nullptr; }
  /// Every needed feature of both legs is READY.
  [[nodiscard]] bool both_ready(const PairClose& c) noexcept { return ready(c.one.frame) && ready(c.two.frame); }
  /// The full condition holds: the two signals if edge, cool-down and no open position allow (leg 1 is returned, leg 2 follows it in
  /// memory), else nullptr.
  Signal* raise_pair(const MarketContext& market, const PairClose& c, EntryEdge& edge, const PairOrder& order, StrategyOut& out) noexcept;
  /// Closes both legs, or a share of the entry quantity of both.
  void exit_pair(const MarketContext& market, const PairClose& c, StrategyOut& out, ExitReason reason, double value, double threshold, std::uint8_t share_percent = 0) noexcept;
  [[nodiscard]] static double worse_vpin(const PairClose& c, FeatureHandle vpin) noexcept {
    return std::max(c.one.frame.get(vpin).value, c.two.frame.get(vpin).value);
  }

 private:
  std::vector<PairIds> ids_;
};

/// 50 % at a spread of `half` sd, 30 % more at `most`, the rest at the zero crossing. steps: how many were asked for, of the open position.
/// Returns the share to close now in percent, 100 for all.
[[nodiscard]] inline std::uint8_t pair_ladder(double extension, double half, double most, std::uint8_t& steps) noexcept {
  constexpr std::uint8_t kHalf = 50, kThird = 30;
  if (extension <= 0) return 100;
  const std::uint8_t reached = extension <= most ? 2 : extension <= half ? 1 : 0;
  std::uint8_t share = 0;
  if (reached >= 1 && steps < 1) share = kHalf;
  if (reached >= 2 && steps < 2) share = static_cast<std::uint8_t>(share + kThird);
  steps = std::max(steps, reached);
  return share;
}

/// Sf(2)+Sc(.55)+Sv(.3) on leg 1 + Sx(vmr(5,15);1,1.4) + clip(|z|/3), in this order (S06, S07).
[[nodiscard]] inline std::array<double, 5> pair_scores(Direction d, double fz, double ofi, double cvd_n, double cvd, double vpin, double vpin_max, double vmr, double z) noexcept {
  constexpr double kVolumeFull = 1.4, kSpreadFull = 3;
  return {score::sf(d, fz, ofi), score::sc(d, cvd_n, cvd), score::sv(vpin, vpin_max), score::sx(vmr, 1, kVolumeFull), score::clip(std::fabs(z) / kSpreadFull)};
}

}  // namespace omega
