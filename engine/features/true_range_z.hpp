// What:     F14/F13 lagged z-score of the mean true range: like against like, a mean of k against the n such means before it.
// Owner:    feature set.   Threads: one.
// Formula:  TR = max(H − L, |H − C₋₁|, |L − C₋₁|), on a GAP or first bar H − L; x = mean of the last k TR;
//           z = (x − mean lag(n) of x)/sd lag(n) of x, sample sd. Sums of k integers are exact, so k cancels.
// Units:    standard deviations.   Ready: k + n bars; sd 0 -> INVALID.   Cost: O(1).
// Source:   Wilder (1978) New Concepts in Technical Trading Systems; STRATEGIES S19.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class TrueRangeZ {
 public:
  TrueRangeZ(int k, int n) : ranges_(static_cast<std::size_t>(k)), sums_(static_cast<std::size_t>(n)) {}

  void on_bar(const TfBar& bar) noexcept {
    Price range = bar.high - bar.low;
    if (previous_close_ != 0 && !bar.gap()) {
      range = std::max({range, std::abs(bar.high - previous_close_), std::abs(bar.low - previous_close_)});
    }
    previous_close_ = bar.close;
    ranges_.push(range);
    if (!ranges_.full()) return;
    const auto sum = static_cast<std::int64_t>(ranges_.sums().x);  // k bars of a bounded price
    if (sums_.full()) value_ = FeatureValue::of((static_cast<double>(sum) - sums_.mean()) / sums_.sd());
    sums_.push(sum);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(ranges_, sums_, previous_close_, value_); }

 private:
  RollingMoments ranges_, sums_;
  Price previous_close_ = 0;  // 0: no bar yet
  FeatureValue value_;
};

}  // namespace omega
