// What:     F01 spread and F10 spread baseline of one instrument, sampled at M1 closes.
// Owner:    feature set.   Threads: one.
// Formula:  spread = ask_close − bid_close; median of the last 200, current included; shock = spread/median.
// Units:    spread and median are Price as double (1e-9), shock a ratio, spread_bp = 10⁴·spread/mid.
// Ready:    spread at once; median and shock after 50 samples; median 0 -> shock INVALID.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/order_statistic_ring.hpp"

namespace omega {

class SpreadBaseline {
 public:
  static constexpr std::size_t kSamples = 200, kSamplesMin = 50;

  void on_bar(const TfBar& bar) noexcept {
    const Price spread = bar.ask_close - bar.bid_close;
    samples_.push(spread);
    spread_ = FeatureValue::of(static_cast<double>(spread));
    spread_bp_ = FeatureValue::of(1e4 * static_cast<double>(spread) / static_cast<double>(bar.close));
    if (samples_.size() < kSamplesMin) return;
    const double median = samples_.median();
    median_ = FeatureValue::of(median);
    shock_ = FeatureValue::of(static_cast<double>(spread) / median);
  }
  [[nodiscard]] FeatureValue spread() const noexcept { return spread_; }
  [[nodiscard]] FeatureValue spread_bp() const noexcept { return spread_bp_; }
  [[nodiscard]] FeatureValue median() const noexcept { return median_; }
  [[nodiscard]] FeatureValue shock() const noexcept { return shock_; }
  template <class Archive> void serialize(Archive& ar) { ar(samples_, spread_, spread_bp_, median_, shock_); }

 private:
  OrderStatisticRing samples_{kSamples};
  FeatureValue spread_, spread_bp_, median_, shock_;
};

}  // namespace omega
