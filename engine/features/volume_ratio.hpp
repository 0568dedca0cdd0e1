// What:     F17 volume ratios of one timeframe.
// Owner:    feature set.   Threads: one.   Input: bars with volume only; others are skipped by the caller.
// Formula:  vr(n) = V_t / mean lag(n); vz(n) = (V_t − mean)/sd over lag(n); vpct(n) = share of lag(n) strictly below V_t, ×100;
//           vmr(a,b) = mean of the last a / mean of the b before them.
// Ready:    n + 1 bars (vmr: a + b).   Denominator 0 -> INVALID.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/order_statistic_ring.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class VolumeLag {
 public:
  explicit VolumeLag(int n) : volumes_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (volumes_.full()) {
      const double volume = static_cast<double>(bar.volume), mean = volumes_.mean();
      ratio_ = FeatureValue::of(volume / mean);
      z_ = FeatureValue::of((volume - mean) / volumes_.sd());  // sd = 0 gives Inf or NaN, hence INVALID
    }
    volumes_.push(bar.volume);
  }
  [[nodiscard]] FeatureValue ratio() const noexcept { return ratio_; }
  [[nodiscard]] FeatureValue z() const noexcept { return z_; }
  [[nodiscard]] const RollingMoments& volumes() const noexcept { return volumes_; }
  template <class Archive> void serialize(Archive& ar) { ar(volumes_, ratio_, z_); }

 private:
  RollingMoments volumes_;
  FeatureValue ratio_, z_;
};

class VolumePercentile {
 public:
  explicit VolumePercentile(int n) : volumes_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (volumes_.full()) {
      const auto below = static_cast<double>(volumes_.count_below(bar.volume));
      value_ = FeatureValue::of(100.0 * below / static_cast<double>(volumes_.size()));
    }
    volumes_.push(bar.volume);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(volumes_, value_); }

 private:
  OrderStatisticRing volumes_;
  FeatureValue value_;
};

class VolumeMeanRatio {
 public:
  VolumeMeanRatio(int recent, int before)
      : recent_(static_cast<std::size_t>(recent)), before_(static_cast<std::size_t>(before)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (recent_.full()) before_.push(recent_.window().oldest());
    recent_.push(bar.volume);
    if (before_.full()) value_ = FeatureValue::of(recent_.mean() / before_.mean());
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(recent_, before_, value_); }

 private:
  RollingMoments recent_, before_;
  FeatureValue value_;
};

}  // namespace omega
