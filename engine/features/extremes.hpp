// What:     Highest high and lowest low: lagged (the n bars before the current, S01's 20-day extreme) and inclusive (the last
//           n bars, the structural stop of 3.0), and the close n bars ago (S04's momentum).
// Units:    Price as double.   Warm-up: lagged n + 1, inclusive 1 (fewer bars than n: those there are), close n + 1. O(n) per
//           close of the timeframe, n <= 500.
// Source:   STRATEGIES 3.0, S01, S04.
#pragma once

#include <algorithm>

#include "engine/features/feature.hpp"

namespace omega {

class Extremes final : public FeatureGroupBase<Extremes> {
 public:
  explicit Extremes(std::size_t n) : bars_(n) {}
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override {
    lag_ready_ = bars_.full();
    if (lag_ready_) scan(high_lag_, low_lag_);
    bars_.push({bar.high, bar.low});
    scan(high_, low_);
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override {
    switch (id) {
      case FeatureId::kHighLag: return lag_ready_ ? FeatureValue::of(static_cast<double>(high_lag_)) : FeatureValue::warming();
      case FeatureId::kLowLag: return lag_ready_ ? FeatureValue::of(static_cast<double>(low_lag_)) : FeatureValue::warming();
      case FeatureId::kHighest: return bars_.size() > 0 ? FeatureValue::of(static_cast<double>(high_)) : FeatureValue::warming();
      default: return bars_.size() > 0 ? FeatureValue::of(static_cast<double>(low_)) : FeatureValue::warming();
    }
  }
  template <class Archive> void serialize(Archive& ar) { ar(bars_, lag_ready_, high_lag_, low_lag_, high_, low_); }

 private:
  void scan(Price& high, Price& low) const noexcept {
    high = bars_.at(0).first;
    low = bars_.at(0).second;
    for (std::size_t age = 1; age < bars_.size(); ++age) {
      high = std::max(high, bars_.at(age).first);
      low = std::min(low, bars_.at(age).second);
    }
  }
  Ring<std::pair<Price, Price>> bars_;
  bool lag_ready_ = false;
  Price high_lag_ = 0, low_lag_ = 0, high_ = 0, low_ = 0;
};

class CloseLag final : public FeatureGroupBase<CloseLag> {
 public:
  explicit CloseLag(std::size_t n) : closes_(n + 1) {}
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override { closes_.push(bar.close); }
  [[nodiscard]] FeatureValue value(FeatureId) const noexcept override {
    return closes_.full() ? FeatureValue::of(static_cast<double>(closes_.oldest())) : FeatureValue::warming();
  }
  template <class Archive> void serialize(Archive& ar) { ar(closes_); }

 private:
  Ring<Price> closes_;
};

}  // namespace omega
