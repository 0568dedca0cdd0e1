// What:     F06 flow z-score and F07 normalised cumulative volume delta over the last W_f M1 bars with volume.
//           F_t = Σ_{W_f} δ. fz = (F_t − m)/s, m and s = mean and sample sd of F_{t−W_f−499} .. F_{t−W_f} (no overlap with
//           the current window), clipped to ±6. cvd_n = Σ δ / Σ V.
// Units:    fz standard deviations [−6, 6]; cvd_n [−1, 1].
// Warm-up:  fz: 200 base values (+ 2·W_f bars); cvd_n: W_f bars. s = 0 or ΣV = 0 -> INVALID. O(1), exact sums.
// Source:   STRATEGIES F06, F07.
#pragma once

#include "engine/features/feature.hpp"

namespace omega {

class FlowZ final : public FeatureGroupBase<FlowZ> {
 public:
  static constexpr std::size_t kBaseReady = 200;
  static constexpr double kClip = 6.0;

  FlowZ(std::size_t window, std::size_t base) : delta_(window), volume_(window), delayed_(window), base_(base) {}

  void on_bar(const TfBar&, const FeatureContext& c) noexcept override {
    if (!c.volume_ok) {
      fz_ = cvd_n_ = FeatureValue::invalid();
      return;
    }
    if (!c.flow.ready) return;  // no volume: the features keep their values
    delta_.push(volume_quanta(c.flow.delta()));
    volume_.push(volume_quanta(c.flow.volume));
    if (!delta_.full()) return;
    const auto f = static_cast<std::int64_t>(delta_.sum());
    if (delayed_.full()) base_.push(delayed_.oldest());
    delayed_.push(f);
    cvd_n_ = volume_.sum() > 0
                 ? FeatureValue::of(static_cast<double>(delta_.sum()) / static_cast<double>(volume_.sum()))
                 : FeatureValue::invalid();
    if (base_.size() < kBaseReady) return;
    const double sd = base_.sd();
    if (sd <= 0) {
      fz_ = FeatureValue::invalid();
      return;
    }
    const double z = (static_cast<double>(f) - base_.mean()) / sd;
    fz_ = FeatureValue::of(z > kClip ? kClip : z < -kClip ? -kClip : z);
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override { return id == FeatureId::kFlowZ ? fz_ : cvd_n_; }
  template <class Archive> void serialize(Archive& ar) { ar(delta_, volume_, delayed_, base_, fz_, cvd_n_); }

 private:
  RollingSum delta_, volume_;
  Ring<std::int64_t> delayed_;  // the W_f newest F values, not yet in the base
  RollingMoments base_;
  FeatureValue fz_, cvd_n_;
};

/// F07 cvd_raw: Σ signed volume since 00:00 UTC, units.
class CvdRaw final : public FeatureGroupBase<CvdRaw> {
 public:
  void on_bar(const TfBar& bar, const FeatureContext& c) noexcept override {
    const std::int64_t day = day_index(bar.t_open);
    if (day != day_) {
      day_ = day;
      sum_ = 0;
    }
    if (!c.flow.ready) return;
    sum_ += c.flow.delta();
    value_ = FeatureValue::of(static_cast<double>(sum_) / static_cast<double>(kQtyScale));
  }
  [[nodiscard]] FeatureValue value(FeatureId) const noexcept override { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(day_, sum_, value_); }

 private:
  std::int64_t day_ = -1;
  i128 sum_ = 0;
  FeatureValue value_;
};

}  // namespace omega
