// What:     F18 mean bar range against the one before: mean of the last a ranges / mean of the b before them.
// Owner:    feature set.   Threads: one.   Units: ratio, >= 0.   Ready: a + b bars; a mean of 0 before -> INVALID.   Cost: O(1), exact sums.
// Source:   definition (STRATEGIES S22); the volume counterpart is vmr of F17.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class RangeMeanRatio {
 public:
  RangeMeanRatio(int recent, int before) : recent_(static_cast<std::size_t>(recent)), before_(static_cast<std::size_t>(before)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (recent_.full()) before_.push(recent_.window().oldest());
    recent_.push(bar.high - bar.low);
    if (before_.full()) value_ = FeatureValue::of(recent_.mean() / before_.mean());
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(recent_, before_, value_); }

 private:
  RollingMoments recent_, before_;
  FeatureValue value_;
};

}  // namespace omega
