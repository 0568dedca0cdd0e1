// What:     M1 bars of one instrument -> closed bars of M1, M5, M15, M30, H1, H4, D1 on UTC boundaries, mid prices (F28).
// Owner:    features stage, one per instrument.   Threads: the stage's.
// Ordering: bars come with rising t_open (the input guard's promise, REQUIREd here). Emission is smallest timeframe first.
// Closing:  a bar ending at E closes inside the M1 bar that ends at E; else before the first own bar with t_open >= E; else
//           at the first timer with ts > E (at ts == E the last minute may still be on its way).
// Gaps:     more than kMaxGap between the end of one good bar and the start of the next marks the next M1 bar kGap, and
//           with it every bar of a higher timeframe that contains it. The first bar of all has no gap.
// Volume:   sums; a bar of another volume kind than the instrument's first one counts as without volume (1.7: kinds are
//           never mixed in one window). Missing minutes are simply absent.
// Cost:     an M1 bar goes into the open M5 bar alone; M5 bars go into all the higher ones when they close, which gives the same bars.
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
    TfBar& m5 = open_[kM5];
    if (m5.n_m1 == 0) {
      begin(m1, m5, kM5);
      refresh_earliest_end();
    } else {
      add(m1, m5);
    }
    if (m5.t_close != m1.t_close) return;
    for (std::size_t i = kM5; i < kTimeframeCount; ++i) {
      if (open_[i].t_close == m1.t_close) close(i, emit);
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

  /// As if every M1 bar had gone into every bar at once.
  template <class Archive> void serialize(Archive& ar) {
    std::array<TfBar, kTimeframeCount> whole = open_;
    if constexpr (!Archive::kLoading) {
      if (open_[kM5].n_m1 > 0) pass_on(open_[kM5], whole);
    }
    ar(whole, last_end_, earliest_end_, volume_kind_);
    if constexpr (Archive::kLoading) {
      open_ = whole;
      passed_on_ = {open_[kM5].volume, open_[kM5].n_m1};
    }
  }

 private:
  static constexpr TimeNs kNever = -1;
  static constexpr auto kM5 = static_cast<std::size_t>(Timeframe::kM5);
  using Bars = std::array<TfBar, kTimeframeCount>;

  template <class Emit>
  void close_ended_before(TimeNs ts, Emit&& emit) {
    if (earliest_end_ == kNever || earliest_end_ >= ts) return;
    for (std::size_t i = kM5; i < kTimeframeCount; ++i) {
      if (open_[i].n_m1 > 0 && open_[i].t_close < ts) close(i, emit);
    }
  }

  template <class Emit>
  void close(std::size_t i, Emit&& emit) {
    const TfBar closed = open_[i];
    if (i == kM5) {
      pass_on(closed, open_);
      passed_on_ = {};
    }
    open_[i] = TfBar{};
    refresh_earliest_end();
    emit(static_cast<Timeframe>(i), closed);
  }

  /// The next part of a bar under construction.
  static void add(const TfBar& part, TfBar& bar) noexcept {
    bar.high = std::max(bar.high, part.high);
    bar.low = std::min(bar.low, part.low);
    bar.close = part.close;
    bar.bid_close = part.bid_close;
    bar.ask_close = part.ask_close;
    bar.volume += part.volume;
    bar.n_m1 += part.n_m1;
    bar.flags |= part.flags & tf_flag::kGap;
    if (!part.has_volume()) return;
    bar.flags &= static_cast<std::uint16_t>(~tf_flag::kNoVolume);
    bar.volume_kind = part.volume_kind;
  }
  /// The first part.
  static void begin(const TfBar& part, TfBar& bar, std::size_t i) noexcept;
  /// An M5 bar into the higher ones.
  void pass_on(const TfBar& m5, Bars& into) const noexcept;

  TfBar make_m1(const Bar& bar) noexcept;
  void refresh_earliest_end() noexcept;

  Price modelled_spread_;                        // configuration
  Bars open_{};                                  // n_m1 == 0: none under construction; [M1] is never used; above M5 without the open M5 bar
  struct {
    Qty volume = 0;
    std::uint32_t n_m1 = 0;
  } passed_on_;                                  // of the open M5 bar, by a load: what its higher bars have already
  TimeNs last_end_ = kNever;
  TimeNs earliest_end_ = kNever;                 // of the bars under construction: timers mostly stop here
  VolumeKind volume_kind_ = VolumeKind::kNone;   // of the first bar with volume
};

}  // namespace omega
