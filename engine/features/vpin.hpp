// What:     F08 VPIN, volume-synchronised probability of informed trading, and its empirical distribution function.
// Owner:    feature set; one per n, all fed by the instrument's VolumeBuckets.   Threads: one.
// Formula:  vpin = Σ_n |V^B − V^S| / (n·V̄) = Σ_n |V^B − V^S| / Σ_n V; updated when a bucket completes.
//           vpin_cdf = share of the last 1000 values <= the current one, itself included.
// Ready:    n buckets; the cdf after 200 values (the specification gives no number; F06 uses the same).
// Source:   as F03; (2011) J. Portfolio Management 37(2):118-128; critique: Andersen & Bondarenko (2014) J. Financial
//           Markets 17:1-46 (the level depends on classification and bucket choice).
#pragma once

#include <bit>

#include "engine/features/order_statistic_ring.hpp"
#include "engine/features/volume_buckets.hpp"

namespace omega {

class Vpin {
 public:
  static constexpr std::size_t kHistory = 1000, kHistoryMin = 200;

  explicit Vpin(int n) : imbalance_(static_cast<std::size_t>(n)), volume_(static_cast<std::size_t>(n)) {}

  void on_buckets(std::span<const VolumeBuckets::Bucket> completed) noexcept {
    value_count_ = 0;
    for (const VolumeBuckets::Bucket& bucket : completed) {
      imbalance_.push(bucket.imbalance);
      volume_.push(bucket.size);
      if (!imbalance_.full()) continue;
      const double v = nearest_double(imbalance_.sum()) / (nearest_double(volume_.sum()) * kFlowScale);
      value_ = FeatureValue::of(v);
      values_[value_count_++] = v;
      history_.push(std::bit_cast<std::int64_t>(v));  // v >= 0: the order of the bits is the order of the values
    }
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] FeatureValue cdf() const noexcept {
    if (history_.size() < kHistoryMin) return FeatureValue::warming();
    const auto at_most = static_cast<double>(history_.count_up_to(std::bit_cast<std::int64_t>(value_.value)));
    return FeatureValue::of(at_most / static_cast<double>(history_.size()));
  }
  /// VPIN after each bucket of the last event, oldest first; buckets completed while warming have none.
  [[nodiscard]] std::span<const double> values() const noexcept { return {values_.data(), value_count_}; }
  [[nodiscard]] const RollingSum& imbalance() const noexcept { return imbalance_; }

  template <class Archive>
  void serialize(Archive& ar) {
    ar(imbalance_, volume_, history_, value_);  // values_ lives for one event only
    if constexpr (Archive::kLoading) value_count_ = 0;
  }

 private:
  RollingSum imbalance_, volume_;
  OrderStatisticRing history_{kHistory};
  FeatureValue value_;
  std::array<double, kVpinBucketsMax> values_{};
  std::size_t value_count_ = 0;
};

}  // namespace omega
