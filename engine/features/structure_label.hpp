// What:     F16 structure label of a timeframe from its confirmed swings (k = 3).
// Units:    −1, 0, +1; WARMING stands for UNKNOWN.   O(k) per bar.   Source: STRATEGIES F16.
#pragma once

#include "engine/features/swing.hpp"

namespace omega {

/// F16 structure label: last two confirmed highs and lows (k = 3) both rising +1, both falling −1, else 0.
/// WARMING stands for UNKNOWN (fewer than two of each).
class StructureLabel {
 public:
  explicit StructureLabel(bool forbid_gap) : detector_(3, forbid_gap) {}
  void on_bar(const TfBar& bar) noexcept {
    detector_.on_bar(bar);
    const auto& h = detector_.highs();
    const auto& l = detector_.lows();
    if (h.size() < 2 || l.size() < 2) return;
    const bool up = h.back(0).price > h.back(1).price && l.back(0).price > l.back(1).price;
    const bool down = h.back(0).price < h.back(1).price && l.back(0).price < l.back(1).price;
    value_ = FeatureValue::of(up ? 1.0 : down ? -1.0 : 0.0);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(detector_, value_); }

 private:
  SwingDetector detector_;
  FeatureValue value_;
};

}  // namespace omega
