// What:     F17 volume ratios: vr(n) = V/mean lag(n); vz(n) = lagged z of V; vmr(a,b) = mean of the last a over the mean of
//           the b before them; vpct(n) = share of lag(n) volumes strictly below V × 100. Bars without volume are skipped.
// Units:    ratios >= 0, sd, percent.   Warm-up: n + 1 bars with volume; O(1), vpct O(log n). Denominator 0 -> INVALID.
// Source:   STRATEGIES F17.
#pragma once

#include "engine/features/feature.hpp"

namespace omega {

class VolumeRatio final : public FeatureGroupBase<VolumeRatio> {
 public:
  explicit VolumeRatio(std::size_t n) : window_(n) {}
  void on_bar(const TfBar& bar, const FeatureContext& c) noexcept override {
    if (!c.volume_ok) {
      ratio_ = z_ = FeatureValue::invalid();
      return;
    }
    if (!bar.has_volume()) return;
    const std::int64_t v = volume_quanta(bar.volume);
    if (window_.full()) {
      const double mean = window_.mean(), sd = window_.sd();
      ratio_ = mean > 0 ? FeatureValue::of(static_cast<double>(v) / mean) : FeatureValue::invalid();
      z_ = sd > 0 ? FeatureValue::of((static_cast<double>(v) - mean) / sd) : FeatureValue::invalid();
    }
    window_.push(v);
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override { return id == FeatureId::kVolumeRatio ? ratio_ : z_; }
  template <class Archive> void serialize(Archive& ar) { ar(window_, ratio_, z_); }

 private:
  RollingMoments window_;
  FeatureValue ratio_, z_;
};

class VolumeMeanRatio final : public FeatureGroupBase<VolumeMeanRatio> {
 public:
  VolumeMeanRatio(std::size_t a, std::size_t b) : recent_(a), before_(b) {}
  void on_bar(const TfBar& bar, const FeatureContext& c) noexcept override {
    if (!c.volume_ok) {
      value_ = FeatureValue::invalid();
      return;
    }
    if (!bar.has_volume()) return;
    if (recent_.full()) before_.push(recent_.at(recent_.size() - 1));
    recent_.push(volume_quanta(bar.volume));
    if (!before_.full()) return;
    const double recent = static_cast<double>(recent_.sum()) / static_cast<double>(recent_.size());
    const double before = static_cast<double>(before_.sum()) / static_cast<double>(before_.size());
    value_ = before > 0 ? FeatureValue::of(recent / before) : FeatureValue::invalid();
  }
  [[nodiscard]] FeatureValue value(FeatureId) const noexcept override { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(recent_, before_, value_); }

 private:
  RollingSum recent_, before_;
  FeatureValue value_;
};

class VolumePercentile final : public FeatureGroupBase<VolumePercentile> {
 public:
  explicit VolumePercentile(std::size_t n) : window_(n) {}
  void on_bar(const TfBar& bar, const FeatureContext& c) noexcept override {
    if (!c.volume_ok) {
      value_ = FeatureValue::invalid();
      return;
    }
    if (!bar.has_volume()) return;
    const std::int64_t v = volume_quanta(bar.volume);
    if (window_.full()) {
      value_ = FeatureValue::of(static_cast<double>(window_.count_below(v)) / static_cast<double>(window_.size()) * 100.0);
    }
    window_.push(v);
  }
  [[nodiscard]] FeatureValue value(FeatureId) const noexcept override { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(window_, value_); }

 private:
  OrderStatisticRing window_;
  FeatureValue value_;
};

}  // namespace omega
