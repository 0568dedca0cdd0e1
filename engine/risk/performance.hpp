// What:     What each strategy's closed trades say about it: wins and losses of the last 50 trades (PERF, EV prior), and the
//           EWMA correlation of strategies' daily R for arbitration.
// Owner:    risk stage.   Threads: one.   Units: R; a scratch is |R| < .05 and counts as a trade, not as a win or a loss.
// Source:   STRATEGIES 4.3 (PERF), 4.6 (family cap: half-life 30 days, >= 20 common days), 4.10.
#pragma once

#include <cmath>

#include "engine/features/window.hpp"
#include "engine/signals/arbitration.hpp"

namespace omega {

inline constexpr double kScratch_r = 0.05;
[[nodiscard]] constexpr int outcome_of(double r) noexcept { return r >= kScratch_r ? 1 : r <= -kScratch_r ? -1 : 0; }

class Performance final : public StrategyCorrelation {
 public:
  static constexpr std::size_t kWindow_trades = 50;
  static constexpr int kCommonDays_min = 20;
  static constexpr double kDecay_per_day = 0.97715996843424594;  // 2^(-1/30)

  void on_trade(StrategyId strategy, double r) noexcept {
    Track& t = tracks_[strategy];
    if (t.outcomes.full()) t.wins -= t.outcomes.oldest() > 0 ? 1 : 0;
    t.outcomes.push(static_cast<std::int8_t>(outcome_of(r)));
    t.wins += outcome_of(r) > 0 ? 1 : 0;
    t.day_r += r;
    t.day_traded = true;
  }
  void on_day_roll() noexcept {
    for (std::size_t a = 0; a < kStrategiesMax; ++a) {
      for (std::size_t b = a + 1; b < kStrategiesMax; ++b) {
        if (!tracks_[a].day_traded || !tracks_[b].day_traded) continue;
        Pair& p = pairs_[a * kStrategiesMax + b];
        const double x = tracks_[a].day_r, y = tracks_[b].day_r;
        ++p.days;
        p.weight = p.weight * kDecay_per_day + 1.0;
        p.x = p.x * kDecay_per_day + x;
        p.y = p.y * kDecay_per_day + y;
        p.xx = p.xx * kDecay_per_day + x * x;
        p.yy = p.yy * kDecay_per_day + y * y;
        p.xy = p.xy * kDecay_per_day + x * y;
      }
    }
    for (Track& t : tracks_) {
      t.day_r = 0;
      t.day_traded = false;
    }
  }
  /// (wins + 13)/(trades + 20): prior .65.
  [[nodiscard]] double perf(StrategyId s) const noexcept {
    return (tracks_[s].wins + 13.0) / (static_cast<double>(tracks_[s].outcomes.size()) + 20.0);
  }
  /// (wins + 5)/(trades + 10).
  [[nodiscard]] double win_probability(StrategyId s) const noexcept {
    return (tracks_[s].wins + 5.0) / (static_cast<double>(tracks_[s].outcomes.size()) + 10.0);
  }
  [[nodiscard]] double between(StrategyId a, StrategyId b) const noexcept override {
    const Pair& p = pairs_[std::min(a, b) * kStrategiesMax + std::max(a, b)];
    if (p.days < kCommonDays_min) return 0;
    const double vx = p.xx - p.x * p.x / p.weight, vy = p.yy - p.y * p.y / p.weight;
    if (vx <= 0 || vy <= 0) return 0;
    return (p.xy - p.x * p.y / p.weight) / std::sqrt(vx * vy);
  }
  template <class Archive> void serialize(Archive& ar) { ar(tracks_, pairs_); }

 private:
  struct Track {
    Window<std::int8_t> outcomes{kWindow_trades};
    int wins = 0;
    double day_r = 0;
    bool day_traded = false;
    template <class Archive> void serialize(Archive& ar) { ar(outcomes, wins, day_r, day_traded); }
  };
  struct Pair {
    int days = 0;
    double weight = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    template <class Archive> void serialize(Archive& ar) { ar(days, weight, x, y, xx, yy, xy); }
  };
  std::array<Track, kStrategiesMax> tracks_{};
  std::array<Pair, kStrategiesMax * kStrategiesMax> pairs_{};
};

}  // namespace omega
