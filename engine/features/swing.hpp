// What:     F15 swing points of strength k. Bar i is a swing high iff H_i > H_j for the k bars before and H_i >= H_j for the
//           k bars after (first bar of a plateau wins); low mirrored. Confirmed at the close of bar i + k.
//           For timeframes <= M30 no GAP may lie inside the 2k + 1 bars (forbid_gap).
// Units:    Price.   Warm-up: 2k + 1 bars; O(k), k <= 5. The last 32 per side are kept.
// Source:   STRATEGIES F15.
#pragma once

#include <optional>

#include "engine/features/feature.hpp"

namespace omega {

struct Swing {
  Price price = 0;
  TimeNs bar_open = 0, confirmed = 0;
  template <class Archive> void serialize(Archive& ar) { ar(price, bar_open, confirmed); }
};

class SwingDetector {
 public:
  static constexpr std::size_t kKept = 32;
  SwingDetector(int k, bool forbid_gap)
      : k_(static_cast<std::size_t>(k)), forbid_gap_(forbid_gap), bars_(2 * k_ + 1), highs_(kKept), lows_(kKept) {}

  void on_bar(const TfBar& bar) noexcept {
    new_high_ = new_low_ = false;
    bars_.push(bar);
    if (!bars_.full()) return;
    if (forbid_gap_) {
      for (std::size_t age = 0; age < 2 * k_; ++age) {  // a GAP of the oldest bar lies before the window
        if (bars_.at(age).gap()) return;
      }
    }
    const TfBar& mid = bars_.at(k_);
    bool high = true, low = true;
    for (std::size_t i = 1; i <= k_; ++i) {
      const TfBar& before = bars_.at(k_ + i);
      const TfBar& after = bars_.at(k_ - i);
      high = high && mid.high > before.high && mid.high >= after.high;
      low = low && mid.low < before.low && mid.low <= after.low;
    }
    if (high) highs_.push({mid.high, mid.t_open, bar.t_close});
    if (low) lows_.push({mid.low, mid.t_open, bar.t_close});
    new_high_ = high;
    new_low_ = low;
  }
  [[nodiscard]] bool new_high() const noexcept { return new_high_; }
  [[nodiscard]] bool new_low() const noexcept { return new_low_; }
  /// at(0) is the newest.
  [[nodiscard]] const Ring<Swing>& highs() const noexcept { return highs_; }
  [[nodiscard]] const Ring<Swing>& lows() const noexcept { return lows_; }
  template <class Archive> void serialize(Archive& ar) { ar(bars_, highs_, lows_, new_high_, new_low_); }

 private:
  std::size_t k_;
  bool forbid_gap_;
  Ring<TfBar> bars_;
  Ring<Swing> highs_, lows_;
  bool new_high_ = false, new_low_ = false;
};

[[nodiscard]] constexpr bool forbids_gap(Timeframe tf) noexcept { return tf <= Timeframe::kM30; }

/// The last confirmed swing of each side as features.
class SwingFeature final : public FeatureGroupBase<SwingFeature> {
 public:
  SwingFeature(int k, Timeframe tf) : detector_(k, forbids_gap(tf)) {}
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override { detector_.on_bar(bar); }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override {
    const bool high = id == FeatureId::kSwingHigh || id == FeatureId::kSwingHighTime;
    const Ring<Swing>& side = high ? detector_.highs() : detector_.lows();
    if (side.size() == 0) return FeatureValue::warming();
    const bool time = id == FeatureId::kSwingHighTime || id == FeatureId::kSwingLowTime;
    return FeatureValue::of(time ? static_cast<double>(side.at(0).bar_open / kSecond_ns) : static_cast<double>(side.at(0).price));
  }
  template <class Archive> void serialize(Archive& ar) { ar(detector_); }

 private:
  SwingDetector detector_;
};

/// F16 structure label: last two confirmed highs and lows (k = 3) both rising +1, both falling −1, else 0.
/// WARMING stands for UNKNOWN (fewer than two of each).
class StructureLabel final : public FeatureGroupBase<StructureLabel> {
 public:
  explicit StructureLabel(Timeframe tf) : detector_(3, forbids_gap(tf)) {}
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override {
    detector_.on_bar(bar);
    const auto& h = detector_.highs();
    const auto& l = detector_.lows();
    if (h.size() < 2 || l.size() < 2) return;
    const bool up = h.at(0).price > h.at(1).price && l.at(0).price > l.at(1).price;
    const bool down = h.at(0).price < h.at(1).price && l.at(0).price < l.at(1).price;
    value_ = FeatureValue::of(up ? 1.0 : down ? -1.0 : 0.0);
  }
  [[nodiscard]] FeatureValue value(FeatureId) const noexcept override { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(detector_, value_); }

 private:
  SwingDetector detector_;
  FeatureValue value_;
};

}  // namespace omega
