// What:     F12 rolling volume-weighted average price, lagged: over the n bars with volume before the current one.
// Owner:    feature set.   Threads: one.
// Formula:  Σ p·V / Σ V with p = (H + L + C)/3; 3p is an integer, so both sums are exact.
//           A bar without volume is skipped: the value holds and the window does not move.
// Units:    Price as double (1e-9).   Ready: n bars with volume before the current one.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class VwapLag {
 public:
  explicit VwapLag(int n) : window_(static_cast<std::size_t>(n)) {}
  /// A bar with volume.
  void on_bar(const TfBar& bar) noexcept {
    if (window_.full()) {
      const RollingWeightedMean::Sums& s = window_.sums();
      value_ = FeatureValue::of(static_cast<double>(s.weighted) / (3.0 * static_cast<double>(s.weight)));
    }
    window_.push(bar.high + bar.low + bar.close, bar.volume);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] const RollingWeightedMean& window() const noexcept { return window_; }
  template <class Archive> void serialize(Archive& ar) { ar(window_, value_); }

 private:
  RollingWeightedMean window_;
  FeatureValue value_;
};

}  // namespace omega
