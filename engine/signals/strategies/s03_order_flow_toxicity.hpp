// What:     S03, a filter: per instrument, from completed VPIN buckets. SAFE v < .30 (×1.0), CAUTION v < .45 (×.75), ELEVATED
//           (×.50); VETO when 5 consecutive buckets have v >= .55; HARD_VETO at once when v >= .70; released when 5
//           consecutive buckets have v < .45 and >= 20 M1 bars have passed since the veto began. UNKNOWN until the first
//           bucket and whenever VPIN stops being READY (×.75, and strategies that use VPIN are refused). While vetoed every
//           entry that is not exempt is rejected.
// Choices:  everything happens per completed bucket, so a release waits for the next bucket when its 20 bars end between two;
//           a hard veto during a veto keeps the veto's start; losing VPIN forgets streaks and veto (no number stands behind them).
// Owner:    SignalsStage, one per instrument.   Threads: one.   Units: VPIN [0,1].
// Source:   STRATEGIES S03; Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493; critique Andersen & Bondarenko (2014).
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/events.hpp"

namespace omega {

struct StrategyInfo;

class ToxicityFilter {
 public:
  /// params: order of s03_info().params.
  explicit ToxicityFilter(std::span<const double> params);

  void on_m1_bar() noexcept { ++bars_since_veto_; }
  /// Returns true when the level changed.
  bool on_bucket(double vpin) noexcept;
  /// VPIN is WARMING or INVALID. Returns true when the level changed.
  bool on_not_ready() noexcept;

  [[nodiscard]] ToxLevel level() const noexcept { return level_; }
  [[nodiscard]] double multiplier() const noexcept;
  [[nodiscard]] std::uint32_t toxic_streak() const noexcept { return toxic_streak_; }
  template <class Archive> void serialize(Archive& ar) { ar(level_, toxic_streak_, calm_streak_, bars_since_veto_); }

 private:
  double safe_, caution_, toxic_, extreme_;
  std::uint32_t streak_needed_, bars_needed_;
  ToxLevel level_ = ToxLevel::kUnknown;
  std::uint32_t toxic_streak_ = 0, calm_streak_ = 0, bars_since_veto_ = 0;
};

}  // namespace omega
