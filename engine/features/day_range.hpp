// What:     F14 range of the running UTC day against the mean range of the last n full days.
// Owner:    feature set (M1 bars).   Threads: one.
// Formula:  (H − L of the day so far) / (Σ_n (H − L of a full day) / n); the sums are exact integers.
// Full day: one after the instrument's first (unless that began with its 00:00 bar), and not a Saturday or Sunday unless the
//           instrument trades on them (the two Sunday hours of FX are not a day); the rule of F08.
// Units:    ratio, >= 0.   Ready: n full days; a mean of 0 -> INVALID.   Cost: O(1) per M1 close.
// Source:   STRATEGIES S19 (day range rule); TR: Wilder (1978) New Concepts in Technical Trading Systems.
#pragma once

#include <algorithm>

#include "engine/core/civil_time.hpp"
#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class DayRange {
 public:
  DayRange(int days, bool trades_weekend) : ranges_(static_cast<std::size_t>(days)), trades_weekend_(trades_weekend) {}

  void on_bar(const TfBar& bar) noexcept {
    const std::int64_t day = utc_day(bar.t_open);
    if (day != day_) {
      const Weekday weekday = weekday_of_day(day_);
      const bool weekend = weekday == Weekday::kSaturday || weekday == Weekday::kSunday;
      if (whole_ && (trades_weekend_ || !weekend)) ranges_.push(high_ - low_);
      whole_ = day_ >= 0 || time_of_day(bar.t_open) == 0;
      day_ = day;
      high_ = bar.high;
      low_ = bar.low;
    }
    high_ = std::max(high_, bar.high);
    low_ = std::min(low_, bar.low);
    if (ranges_.full()) value_ = FeatureValue::of(static_cast<double>(high_ - low_) / ranges_.mean());
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] const RollingMoments& ranges() const noexcept { return ranges_; }
  template <class Archive> void serialize(Archive& ar) { ar(ranges_, day_, high_, low_, whole_, value_); }

 private:
  RollingMoments ranges_;
  bool trades_weekend_;       // configuration
  std::int64_t day_ = -1;     // -1: no bar yet
  Price high_ = 0, low_ = 0;
  bool whole_ = false;        // the running day will count
  FeatureValue value_;
};

}  // namespace omega
