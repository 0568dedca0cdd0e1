// What:     Peak and worst drawdown of the equity curve, one mark at a time.
// Owner:    OrdersStage.   Threads: one.
// Units:    Money account currency; drawdown as a fraction of the peak it fell from; durations ns, from a peak to the
//           mark that regains it, or to the newest mark while it is not regained.
#pragma once

#include <algorithm>

#include "engine/core/types.hpp"

namespace omega {

class EquityCurve {
 public:
  explicit EquityCurve(Money initial) noexcept : peak_(initial) {}

  void mark(TimeNs ts, Money equity) noexcept {
    if (peak_ts_ == 0) peak_ts_ = ts;
    if (equity < peak_) under_water_ = true;
    if (under_water_) max_duration_ns_ = std::max(max_duration_ns_, ts - peak_ts_);
    if (equity >= peak_) {
      peak_ = equity;
      peak_ts_ = ts;
      under_water_ = false;
      return;
    }
    const Money fall = peak_ - equity;
    max_value_ = std::max(max_value_, fall);
    if (peak_ > 0)
      max_fraction_ = std::max(max_fraction_, static_cast<double>(fall) / static_cast<double>(peak_));
  }

  [[nodiscard]] Money peak() const noexcept { return peak_; }
  [[nodiscard]] double max_drawdown() const noexcept { return max_fraction_; }
  [[nodiscard]] Money max_drawdown_value() const noexcept { return max_value_; }
  [[nodiscard]] DurationNs max_drawdown_ns() const noexcept { return max_duration_ns_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(peak_, peak_ts_, max_fraction_, max_value_, max_duration_ns_, under_water_);
  }

 private:
  Money peak_;
  TimeNs peak_ts_ = 0;
  double max_fraction_ = 0;
  Money max_value_ = 0;
  DurationNs max_duration_ns_ = 0;
  bool under_water_ = false;
};

}  // namespace omega
