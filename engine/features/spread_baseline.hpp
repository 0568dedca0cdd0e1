// What:     F10 spread at the M1 close, its median over the last 200 closes, and the shock ratio spread/median.
// Units:    spread and median: Price as double; shock: ratio >= 0.   Warm-up: 50 samples; O(log 200).
// Source:   STRATEGIES F10 (bars: ask_close − bid_close; crossed bars never get here).
#pragma once

#include "engine/features/feature.hpp"

namespace omega {

class SpreadBaseline final : public FeatureGroupBase<SpreadBaseline> {
 public:
  static constexpr std::size_t kWindow = 200, kReady = 50;
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override {
    spread_ = bar.ask_close - bar.bid_close;
    seen_ = true;
    samples_.push(spread_);
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override {
    if (id == FeatureId::kSpread) return seen_ ? FeatureValue::of(static_cast<double>(spread_)) : FeatureValue::warming();
    if (samples_.size() < kReady) return FeatureValue::warming();
    const double median = samples_.median();
    if (id == FeatureId::kSpreadMedian) return FeatureValue::of(median);
    return median > 0 ? FeatureValue::of(static_cast<double>(spread_) / median) : FeatureValue::invalid();
  }
  template <class Archive> void serialize(Archive& ar) { ar(samples_, spread_, seen_); }

 private:
  OrderStatisticRing samples_{kWindow};
  Price spread_ = 0;
  bool seen_ = false;
};

}  // namespace omega
