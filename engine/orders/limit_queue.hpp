// What:     Place in the queue of one limit order that rests in a visible book, and how much of it is filled (STRATEGIES 4.8,
//           "L2 limit order").
// Owner:    PaperVenue, one per target.   Threads: one.
// Units:    lots 1e-8 of the order; units 1e-8 of book and trades (lots × contract).
// Rules:    ahead   the size displayed at the price when the order begins to rest; when no level stands there, when one first shows.
//                   Until then nothing at the price fills.
//           trade   at the price by the opposite aggressor (the caller knows): first reduces ahead; what is left of it is for us.
//           cancel  a drop of the displayed size that no trade explains reduces ahead by c·ahead/level (floor; level: before the
//                   drop). Drops and trades of one timestamp explain each other in either order, so a cancel counts from the first
//                   event of a later time on; a trade whose drop has not come yet keeps explaining until the level next changes.
//           join    what is stamped as the event that showed the level is part of what it showed: such trades change nothing.
//           hidden  a level beyond the worst that the book shows is not known to be gone: ahead stays, and is at most what shows when
//                   it comes back. The same after a gap: the first snapshot leaves at most what it shows.
//           lots    a part fills as many whole 1e-8 lots as the units so far cover, so that parts add up to the order exactly.
#pragma once

#include <algorithm>

#include "engine/core/types.hpp"

namespace omega {

class LimitQueue {
 public:
  /// in_view: the price is not beyond the worst level that the book shows on this side.
  struct Level {
    Qty shown = 0;
    bool in_view = false;
  };

  /// lots, units > 0.
  void start(Qty lots, Qty units, Level level, TimeNs ts) noexcept {
    *this = LimitQueue{};
    lots_ = lots;
    units_ = left_units_ = units;
    step_ts_ = ts;
    if (level.shown > 0) join(level.shown, level.shown, ts);
  }
  /// The book as it stands after an event at ts.
  void on_level(Level level, TimeNs ts) noexcept {
    settle(ts);
    if (view_ == View::kSeen) {
      if (level.shown == 0 && !level.in_view) view_ = View::kHidden;
      else shown_ = level.shown;
    } else if (view_ == View::kHidden) {
      on_gap_closed(level, ts);
    } else if (level.shown > 0) {
      join(level.shown, level.shown, ts);
    }
  }
  /// The first snapshot after a gap.
  void on_gap_closed(Level level, TimeNs ts) noexcept {
    if (view_ == View::kUnseen) return on_level(level, ts);
    settle(ts);
    if (level.shown > 0 || level.in_view) join(std::min(ahead_, level.shown), level.shown, ts);
    else view_ = View::kHidden;
  }
  /// Volume at the price by the opposite aggressor; returns what of it is for us, at most left(). take() it or leave it.
  [[nodiscard]] Qty on_trade(Qty volume, TimeNs ts) noexcept {
    settle(ts);
    if (view_ == View::kUnseen || ts <= joined_ts_) return 0;
    traded_ += volume;
    const Qty before_us = std::min(ahead_, volume);
    ahead_ -= before_us;
    return std::min(volume - before_us, left_units_);
  }
  /// Fills units of the order; returns the lots that it adds, 0 when the units do not cover another 1e-8 lot.
  [[nodiscard]] Qty take(Qty units) noexcept {
    const Qty before = left_lots();
    left_units_ -= units;
    return before - left_lots();
  }

  [[nodiscard]] Qty left() const noexcept { return left_units_; }
  [[nodiscard]] Qty ahead() const noexcept { return ahead_; }  // as of the last settled cancel
  [[nodiscard]] bool joined() const noexcept { return view_ != View::kUnseen; }

  template <class Archive> void serialize(Archive& ar) {
    ar(lots_, units_, left_units_, ahead_, level_, shown_, traded_, step_ts_, joined_ts_, view_);
    if (units_ <= 0) units_ = 1;  // not started, or a damaged checkpoint: it divides
  }

 private:
  enum class View : std::uint8_t { kUnseen = 0, kSeen = 1, kHidden = 2 };

  void join(Qty ahead, Qty shown, TimeNs ts) noexcept {
    ahead_ = ahead;
    level_ = shown_ = shown;
    traded_ = 0;
    joined_ts_ = ts;
    view_ = View::kSeen;
  }
  /// Ends the timestamp before ts: what dropped in it and was not traded was cancelled.
  void settle(TimeNs ts) noexcept {
    if (ts <= step_ts_) return;
    step_ts_ = ts;
    if (view_ != View::kSeen || shown_ == level_) return;
    const Qty drop = std::max<Qty>(level_ - shown_, 0);
    const Qty by_trade = std::min(drop, traded_);
    if (const Qty cancelled = drop - by_trade; cancelled > 0)
      ahead_ -= static_cast<Qty>(i128{cancelled} * ahead_ / (level_ - by_trade));
    traded_ = 0;
    level_ = shown_;
  }
  [[nodiscard]] Qty left_lots() const noexcept {  // rounded up: a lot counts once all its units are there
    return static_cast<Qty>((i128{left_units_} * lots_ + units_ - 1) / units_);
  }

  Qty lots_ = 0, units_ = 1, left_units_ = 0;  // the order; units of it not filled yet
  Qty ahead_ = 0;
  Qty level_ = 0, shown_ = 0;                  // displayed size: at the end of the timestamp before, and now
  Qty traded_ = 0;                             // at the price, not yet seen as a drop
  TimeNs step_ts_ = 0, joined_ts_ = 0;
  View view_ = View::kUnseen;
};

}  // namespace omega
