// What:     M1 bars of one instrument -> closed bars of M1, M5, M15, M30, H1, H4, D1 on UTC boundaries, mid prices (F28).
// Owner:    features stage, one per instrument.   Threads: the stage's.
// Ordering: bars come with rising t_open (the input guard's promise, REQUIREd here). Emission is smallest timeframe first.
// Closing:  a bar ending at E closes inside the M1 bar that ends at E; else before the first own bar with t_open >= E; else
//           at the first timer with ts > E (at ts == E the last minute may still be on its way).
// Gaps:     more than kMaxGap between the end of one good bar and the start of the next marks the next M1 bar kGap, and
//           with it every bar of a higher timeframe that contains it. The first bar of all has no gap.
// Volume:   sums; a bar of another volume kind than the instrument's first one counts as without volume (1.7: kinds are
//           never mixed in one window). Missing minutes are simply absent.
#pragma once

#include <algorithm>
#include <array>

#include "engine/core/assert.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/market/tf_bar.hpp"

namespace omega {

inline constexpr DurationNs kMaxGap_ns = 2 * kHour_ns;

class BarBuilder {
 public:
  explicit BarBuilder(Price modelled_spread) noexcept : modelled_spread_(modelled_spread) {}

  /// emit(Timeframe, const TfBar&) for every bar this one closes.
  template <class Emit>
  void on_m1(const Bar& bar, Emit&& emit) {
    OMEGA_REQUIRE(last_end_ == kNever || bar.t_open >= last_end_, bar.t_open, last_end_);
    close_ended_before(bar.t_open + 1, emit);
    const TfBar m1 = make_m1(bar);
    last_end_ = m1.t_close;
    emit(Timeframe::kM1, m1);
    for (std::size_t i = 1; i < kTimeframeCount; ++i) {
      TfBar& bar_of_tf = open_[i];
      if (bar_of_tf.n_m1 == 0) begin(m1, i);
      else add(m1, bar_of_tf);
      if (bar_of_tf.t_close == m1.t_close) close(i, emit);
    }
  }

  /// Closes what has gone quiet: bars that ended before ts.
  template <class Emit>
  void on_timer(TimeNs ts, Emit&& emit) {
    close_ended_before(ts, emit);
  }

  [[nodiscard]] bool started() const noexcept { return last_end_ != kNever; }
  /// End of the last M1 bar; only when started().
  [[nodiscard]] TimeNs last_end() const noexcept { return last_end_; }

  template <class Archive> void serialize(Archive& ar) { ar(open_, last_end_, earliest_end_, volume_kind_); }

 private:
  static constexpr TimeNs kNever = -1;

  template <class Emit>
  void close_ended_before(TimeNs ts, Emit&& emit) {
    if (earliest_end_ == kNever || earliest_end_ >= ts) return;
    for (std::size_t i = 1; i < kTimeframeCount; ++i) {
      if (open_[i].n_m1 > 0 && open_[i].t_close < ts) close(i, emit);
    }
  }

  template <class Emit>
  void close(std::size_t i, Emit&& emit) {
    const TfBar closed = open_[i];
    open_[i] = TfBar{};
    refresh_earliest_end();
    emit(static_cast<Timeframe>(i), closed);
  }

  /// The next M1 bar of one under construction.
  static void add(const TfBar& m1, TfBar& bar) noexcept {
    bar.high = std::max(bar.high, m1.high);
    bar.low = std::min(bar.low, m1.low);
    bar.close = m1.close;
    bar.bid_close = m1.bid_close;
    bar.ask_close = m1.ask_close;
    bar.volume += m1.volume;
    bar.n_m1 += 1;
    bar.flags |= m1.flags & tf_flag::kGap;
    if (!m1.has_volume()) return;
    bar.flags &= static_cast<std::uint16_t>(~tf_flag::kNoVolume);
    bar.volume_kind = m1.volume_kind;
  }

  TfBar make_m1(const Bar& bar) noexcept;
  void begin(const TfBar& m1, std::size_t i) noexcept;
  void refresh_earliest_end() noexcept;

  Price modelled_spread_;                        // configuration
  std::array<TfBar, kTimeframeCount> open_{};    // n_m1 == 0: none under construction; [kM1] is never used
  TimeNs last_end_ = kNever;
  TimeNs earliest_end_ = kNever;                 // of the bars under construction: timers mostly stop here
  VolumeKind volume_kind_ = VolumeKind::kNone;   // of the first bar with volume
};

}  // namespace omega
