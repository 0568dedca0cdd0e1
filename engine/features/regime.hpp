// What:     F30 regime probabilities (trend, range, shock) at M15 closes, and a label that changes only after 5 equal
//           evaluations. Scores: H > .55 trend +.3, < .45 range +.3, else both +.15; ADX with memory: in the trend state
//           >= 22 trend +.25 else range +.25; outside > 28 trend +.25, < 15 range +.25, else both +.1; follow-through of
//           20-bar breakouts > .60 trend +.15, < .40 range +.15; σ(4 h)/σ(24 h) above the instrument's bound: shock +.4 and
//           trend, range halved; spread_shock > 2.5 shock +.25; vpin > .70 shock +.1. Normalised to 1. A spread above the
//           shutdown bound gives (.075, .075, .85).
// Owner:    a feature node.   Threads: one.   Units: probabilities.   Cost: O(20) per M15 close.
// Choices:  READY needs H, ADX, both volatilities and 76 bars; an INVALID H or ADX makes all outputs INVALID. spread_shock and
//           vpin count when they are READY and are skipped otherwise. Follow-through: a bar t−55..t−5 whose close lies beyond
//           the high (low) of the 20 bars before it is a breakout; it follows through when the close five bars later is
//           further on.
// Source:   STRATEGIES F30.
#pragma once

#include "engine/features/returns.hpp"
#include "engine/features/window.hpp"

namespace omega {

class Regime {
 public:
  struct Input {
    FeatureValue hurst, adx, spread_shock, vpin, spread_bp;
  };
  Regime(double vol_ratio_shock, double shutdown_spread_bp)
      : vol_ratio_shock_(vol_ratio_shock), shutdown_spread_bp_(shutdown_spread_bp) {}

  void on_m15(const TfBar& bar, const Input& in) noexcept;

  [[nodiscard]] FeatureValue trend() const noexcept { return trend_; }
  [[nodiscard]] FeatureValue range() const noexcept { return range_; }
  [[nodiscard]] FeatureValue shock() const noexcept { return shock_; }
  /// 0 trend, 1 range, 2 shock.
  [[nodiscard]] FeatureValue label() const noexcept { return label_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(bars_, short_, long_, trend_state_, trend_, range_, shock_, label_, candidate_, candidate_count_);
    if constexpr (Archive::kLoading) rebuild_outcomes();
  }

 private:
  static constexpr std::size_t kBreakout_bars = 20, kOldest = 55, kNewest = 5, kFollow_bars = 5;
  static constexpr int kDebounce = 5;
  static_assert(kFollow_bars <= kNewest, "a bar is judged once, when it becomes kNewest bars old");
  enum class Outcome : std::uint8_t { kNone, kFailed, kFollowed };  // of a breakout; kNone: the bar was none
  using Outcomes = Window<Outcome>;
  [[nodiscard]] Outcome outcome_at(std::size_t age) const noexcept;
  void judge(std::size_t age) noexcept;
  void count(Outcome outcome, int sign) noexcept;
  void rebuild_outcomes();
  [[nodiscard]] double follow_through() const noexcept;
  void set_label(double trend, double range, double shock) noexcept;

  double vol_ratio_shock_, shutdown_spread_bp_;
  Window<TfBar> bars_{kOldest + kBreakout_bars + 1};
  ReturnWindow short_{16}, long_{96};  // 4 h and 24 h of M15 returns
  bool trend_state_ = false;
  FeatureValue trend_, range_, shock_, label_;
  int candidate_ = -1, candidate_count_ = 0;
  // ---- follow from bars_
  Outcomes outcomes_{kOldest - kNewest + 1};  // of the bars kOldest .. kNewest old
  int breakouts_ = 0, followed_ = 0;
};

}  // namespace omega
