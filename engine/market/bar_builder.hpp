// What:     M5, M15, M30, H1, H4 and D1 bars of one instrument from its M1 bars, on UTC boundaries, mid prices.
//           A bar ending at E closes inside the M1 bar that completes it (t_open + 60 s == E), else with the first own
//           bar that opens at or after E, else with the first timer later than E. Missing minutes are simply absent.
// Owner:    the features stage.   Threads: one.   Source: STRATEGIES 1.7 (gaps), F28.
#pragma once

#include "engine/core/archive.hpp"
#include "engine/core/civil_time.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/market/tf_bar.hpp"

#include <span>

namespace omega {

class BarBuilder {
 public:
  static constexpr DurationNs kMaxGap_ns = 2 * kHour_ns;

  /// closed() afterwards lists what this bar closed: first the quiet bars it ended, then M1, then what it completed.
  void on_bar(const Bar& bar, Price modelled_spread) noexcept;
  /// Closes bars that ended before ts and were not completed.
  void on_timer(TimeNs ts) noexcept;

  struct Closed {
    Timeframe tf;
    TfBar bar;
  };
  [[nodiscard]] std::span<const Closed> closed() const noexcept { return {closed_.data(), closed_count_}; }
  [[nodiscard]] const TfBar& m1() const noexcept { return m1_; }

  template <class Archive> void serialize(Archive& ar) { ar(m1_, open_, has_open_, last_t_open_, seen_); }

 private:
  void close_ended(TimeNs end_at_or_before, bool strictly_before) noexcept;
  void close(std::size_t tf) noexcept;

  TfBar m1_;
  std::array<TfBar, kTimeframeCount> open_{};      // under construction, index by timeframe, [0] unused
  std::array<bool, kTimeframeCount> has_open_{};
  TimeNs last_t_open_ = 0;
  bool seen_ = false;
  std::array<Closed, 2 * kTimeframeCount> closed_{};
  std::size_t closed_count_ = 0;
};

}  // namespace omega
