// What:     Peak, drawdown and its duration over the equity marks of a run.
// Owner:    a stage.   Threads: one.   Units: Money; drawdown as a fraction of the running peak; durations ns.
// Source:   STRATEGIES 4.10 (max over M1 marks of (running peak − equity)/running peak).
#pragma once

#include <algorithm>

#include "engine/core/types.hpp"

namespace omega {

class EquityCurve {
 public:
  explicit EquityCurve(Money initial) noexcept : peak_(initial) {}
  void mark(TimeNs ts, Money equity) noexcept {
    if (equity >= peak_ || peak_ts_ == 0) {
      peak_ = std::max(peak_, equity);
      peak_ts_ = ts;
    }
    const double dd = peak_ > 0 ? static_cast<double>(peak_ - equity) / static_cast<double>(peak_) : 0.0;
    max_drawdown_ = std::max(max_drawdown_, dd);
    longest_ns_ = std::max(longest_ns_, ts - peak_ts_);
  }
  [[nodiscard]] Money peak() const noexcept { return peak_; }
  [[nodiscard]] double max_drawdown() const noexcept { return max_drawdown_; }
  /// Longest time from a peak until it was reached again, or until now.
  [[nodiscard]] DurationNs longest_drawdown_ns() const noexcept { return longest_ns_; }
  template <class Archive> void serialize(Archive& ar) { ar(peak_, peak_ts_, max_drawdown_, longest_ns_); }

 private:
  Money peak_;
  TimeNs peak_ts_ = 0;
  double max_drawdown_ = 0;
  DurationNs longest_ns_ = 0;
};

}  // namespace omega
