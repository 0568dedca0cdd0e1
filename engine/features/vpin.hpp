// What:     F08 VPIN on a volume clock. A bar's volume that overfills a bucket is split pro rata with the same buy share.
//           vpin = Σ|V^B − V^S| / ΣV over the last n buckets; vpin_cdf = share of the last 1000 values <= current.
//           Bucket size V = round(ADV20/50), ADV20 = mean volume of the last 20 full UTC days (at least 5), fixed at the
//           day roll and used from the next new bucket; an override from the instrument file replaces it.
// Units:    volume 1e-8 units; vpin in [0,1].   Warm-up: 5 full days (unless overridden) + n buckets. O(1 + volume/V).
// Choices:  a day is full when it has at least 720 M1 bars (so a Sunday evening does not dilute ADV);
//           one event completes at most 50 buckets, what is beyond is dropped (it would be over a day's volume at once).
// Source:   Easley, López de Prado, O'Hara (2012); critique Andersen & Bondarenko (2014) J. Fin. Markets 17:1-46.
#pragma once

#include <algorithm>

#include "engine/core/civil_time.hpp"
#include "engine/features/bvc.hpp"
#include "engine/features/frame.hpp"
#include "engine/features/order_statistic_ring.hpp"

namespace omega {

class Vpin {
 public:
  static constexpr std::uint32_t kFullDay_bars = 720;
  static constexpr std::size_t kAdvDays = 20, kAdvDays_min = 5, kCdfWindow = 1000;
  static constexpr double kCdfScale = 1e12;

  Vpin(std::size_t buckets, Qty bucket_override)
      : imbalance_(buckets), size_(buckets), days_(kAdvDays), history_(kCdfWindow), override_(bucket_override) {
    next_size_ = override_;
  }

  void on_bar(const TfBar& bar, const BarFlow& flow) noexcept {
    roll_day(day_index(bar.t_open));
    if (bar.has_volume()) day_volume_ += bar.volume;
    ++day_bars_;
    completed_ = 0;
    if (flow.ready) add(flow.volume, flow.buy);
  }

  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] FeatureValue cdf() const noexcept {
    if (!value_.ready()) return value_;
    return FeatureValue::of(static_cast<double>(history_.count_at_most(last_quantum_)) / static_cast<double>(history_.size()));
  }
  /// vpin after each bucket completed by the last bar, in order.
  [[nodiscard]] std::span<const double> completed() const noexcept { return {bucket_values_.data(), completed_}; }
  [[nodiscard]] Qty bucket_size() const noexcept { return current_size_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(imbalance_, size_, days_, history_, next_size_, current_size_, fill_, fill_buy_, day_, day_volume_, day_bars_,
       value_, last_quantum_, bucket_values_, completed_);
  }

 private:
  void roll_day(std::int64_t day) noexcept {
    if (day == day_) return;
    if (day_bars_ >= kFullDay_bars && day_volume_ > 0) {
      days_.push(day_volume_);
      if (override_ == 0 && days_.size() >= kAdvDays_min) {
        const double adv = static_cast<double>(days_.sum()) / static_cast<double>(days_.size());
        next_size_ = std::max<Qty>(1, std::llround(adv / 50.0));
      }
    }
    day_ = day;
    day_volume_ = 0;
    day_bars_ = 0;
  }
  void add(Qty volume, Qty buy) noexcept {
    while (volume > 0) {
      if (fill_ == 0) current_size_ = next_size_;  // a new bucket takes the size in force
      if (current_size_ == 0) return;
      const Qty part = std::min(volume, current_size_ - fill_);
      const Qty part_buy = part == volume ? buy : static_cast<Qty>(i128{buy} * part / volume);
      fill_ += part;
      fill_buy_ += part_buy;
      volume -= part;
      buy -= part_buy;
      if (fill_ == current_size_) {
        complete();
        if (completed_ == kVpinBucketsMax) return;
      }
    }
  }
  void complete() noexcept {
    const Qty imbalance = 2 * fill_buy_ - fill_;
    imbalance_.push(imbalance < 0 ? -imbalance : imbalance);
    size_.push(fill_);
    fill_ = fill_buy_ = 0;
    if (!size_.full()) return;
    const double v = static_cast<double>(imbalance_.sum()) / static_cast<double>(size_.sum());
    value_ = FeatureValue::of(v);
    last_quantum_ = std::llround(v * kCdfScale);
    history_.push(last_quantum_);
    bucket_values_[completed_++] = v;
  }

  RollingSum imbalance_, size_, days_;
  OrderStatisticRing history_;
  Qty override_ = 0, next_size_ = 0, current_size_ = 0, fill_ = 0, fill_buy_ = 0;
  std::int64_t day_ = -1;
  Qty day_volume_ = 0;
  std::uint32_t day_bars_ = 0;
  FeatureValue value_;
  std::int64_t last_quantum_ = 0;
  std::array<double, kVpinBucketsMax> bucket_values_{};
  std::size_t completed_ = 0;
};

}  // namespace omega
