// What:     F07 cumulative volume delta: raw since 00:00 UTC, and normalised over a window.
// Owner:    feature set.   Threads: one.
// Formula:  cvd_raw = Σ δ since midnight (volume units); cvd_n = Σ_W δ / Σ_W V, in [−1, 1]. Exact sums.
//           Bars without volume are skipped.
#pragma once

#include "engine/core/civil_time.hpp"
#include "engine/features/bvc.hpp"

namespace omega {

class CvdNormalised {
 public:
  explicit CvdNormalised(int w) : delta_(static_cast<std::size_t>(w)), volume_(static_cast<std::size_t>(w)) {}
  void on_flow(const TfBar& bar, const Flow& flow) noexcept {
    if (!flow.known || !bar.has_volume()) return;
    delta_.push(flow.delta());
    volume_.push(flow.volume);
    if (!delta_.full()) return;
    const double whole = nearest_double(volume_.sum()) * kFlowScale;
    value_ = whole > 0 ? FeatureValue::of(nearest_double(delta_.sum()) / whole) : FeatureValue::invalid();
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(delta_, volume_, value_); }

 private:
  RollingSum delta_, volume_;
  FeatureValue value_;
};

class CvdRaw {
 public:
  /// The day is that of the bar's open.
  void on_flow(const TfBar& bar, const Flow& flow) noexcept {
    if (!flow.known || !bar.has_volume()) return;
    const std::int64_t day = utc_day(bar.t_open);
    if (day != day_) sum_ = 0;
    day_ = day;
    sum_ += flow.delta();
    value_ = FeatureValue::of(nearest_double(sum_) / (kFlowScale * static_cast<double>(kQtyScale)));
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(sum_, day_, value_); }

 private:
  i128 sum_ = 0;  // 2^-20 Qty quanta
  std::int64_t day_ = 0;
  FeatureValue value_;
};

}  // namespace omega
