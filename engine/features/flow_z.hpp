// What:     F06 flow z-score fz: the net flow of the last W bars against 500 earlier values of itself. Every "OFI threshold"
//           of the strategies is a threshold on this number.
// Owner:    feature set.   Threads: one.
// Formula:  F_t = Σ_W δ; fz = (F_t − m)/s clipped to ±6; m, s = mean and sample sd of F_{t−W−499} … F_{t−W} (no overlap).
// Flow:     OFI of the bar where best quotes have sizes, else signed trades (F02), else F03: one source per instrument and run.
// Ready:    200 base values, hence 2·W + 199 bars with volume. s = 0 -> INVALID.
// Exact:    Σ_W δ is exact at 2^-20 quanta; F enters the base window rounded to a Qty quantum (1e-8 units), exact from there.
#pragma once

#include "engine/features/bvc.hpp"

namespace omega {

class FlowZ {
 public:
  static constexpr std::size_t kBaseMin = 200;
  static constexpr double kClip = 6.0;

  FlowZ(int w, int base)
      : flow_(static_cast<std::size_t>(w)), delay_(static_cast<std::size_t>(w)), base_(static_cast<std::size_t>(base)) {}

  /// Bars without volume are skipped: the value holds and the window does not move.
  void on_flow(const TfBar& bar, const Flow& flow) noexcept {
    if (!flow.known || (!flow.quotes && !bar.has_volume())) return;
    flow_.push(flow.delta());
    if (!flow_.full()) return;
    const std::int64_t f = flow_to_qty(flow_.sum());
    if (delay_.full()) base_.push(delay_.oldest());  // F_{t−W}
    delay_.push(f);
    if (base_.size() < kBaseMin) return;
    const double sd = base_.sd();
    const double z = (static_cast<double>(f) - base_.mean()) / sd;
    value_ = sd > 0 ? FeatureValue::of(std::clamp(z, -kClip, kClip)) : FeatureValue::invalid();
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] const RollingSum& flow_sum() const noexcept { return flow_; }
  [[nodiscard]] const RollingMoments& base() const noexcept { return base_; }
  template <class Archive> void serialize(Archive& ar) { ar(flow_, delay_, base_, value_); }

 private:
  RollingSum flow_;
  Window<std::int64_t> delay_;  // the last W values of F: what keeps base and window apart
  RollingMoments base_;
  FeatureValue value_;
};

}  // namespace omega
