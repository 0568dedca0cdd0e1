// What:     F12 rolling VWAP and F13 mean, sd and z of closes, all lagged: statistics over the n bars before the current.
//           VWAP = Σ p·V/ΣV with the typical price p = (H+L+C)/3 (3p is an integer, so the sum is exact).
//           z = (C − VWAP)/sd, as S01 uses it. sd = 0 or ΣV = 0 -> INVALID (an SMA never stands in for the VWAP).
// Units:    prices as double of Price; z standard deviations.   Warm-up: n + 1 bars; O(1).
// Source:   STRATEGIES F12, F13.
#pragma once

#include "engine/features/feature.hpp"

namespace omega {

class LaggedMoments final : public FeatureGroupBase<LaggedMoments> {
 public:
  explicit LaggedMoments(std::size_t n) : closes_(n), items_(n) {}
  void on_bar(const TfBar& bar, const FeatureContext& c) noexcept override {
    ready_ = closes_.full();
    if (ready_) {
      mean_ = closes_.mean();
      sd_ = closes_.sd();
      vwap_ok_ = volume_sum_ > 0 && c.volume_ok;
      if (vwap_ok_) vwap_ = static_cast<double>(price_volume_) / (3.0 * static_cast<double>(volume_sum_));
      close_ = static_cast<double>(bar.close);
    }
    closes_.push(bar.close);
    if (items_.full()) {
      price_volume_ -= i128{items_.oldest().first} * items_.oldest().second;
      volume_sum_ -= items_.oldest().second;
    }
    const std::pair<Price, std::int64_t> item{bar.high + bar.low + bar.close, volume_quanta(bar.volume)};
    items_.push(item);
    price_volume_ += i128{item.first} * item.second;
    volume_sum_ += item.second;
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override {
    if (!ready_) return FeatureValue::warming();
    switch (id) {
      case FeatureId::kCloseMeanLag: return FeatureValue::of(mean_);
      case FeatureId::kCloseSdLag: return sd_ > 0 ? FeatureValue::of(sd_) : FeatureValue::invalid();
      case FeatureId::kVwapLag: return vwap_ok_ ? FeatureValue::of(vwap_) : FeatureValue::invalid();
      default: return vwap_ok_ && sd_ > 0 ? FeatureValue::of((close_ - vwap_) / sd_) : FeatureValue::invalid();
    }
  }
  template <class Archive> void serialize(Archive& ar) {
    ar(closes_, items_, price_volume_, volume_sum_, ready_, vwap_ok_, mean_, sd_, vwap_, close_);
  }

 private:
  RollingMoments closes_;
  Ring<std::pair<Price, std::int64_t>> items_;
  i128 price_volume_ = 0, volume_sum_ = 0;
  bool ready_ = false, vwap_ok_ = false;
  double mean_ = 0, sd_ = 0, vwap_ = 0, close_ = 0;
};

}  // namespace omega
