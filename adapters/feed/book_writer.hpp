// What:     An order book that is known as changes of price levels, to events: one whole snapshot first, then the changes of every update.
// Owner:    a reader, one per instrument.   Threads: one.
// Rules:    every change of one update but the last carries kMore. After lose() the next state is journaled whole and carries kGap. A
//           snapshot never shares its time with a change before it (the total order would put it first), and never begins crossed:
//           until it can be made nothing is said of the book. Levels beyond those a snapshot has room for follow it as changes.
// Bounds:   BookLadder::kLevelsMax levels a side; the caller shows no more.
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
#pragma once

#include <span>

#include "adapters/feed/placed_tick.hpp"
#include "engine/market/order_book.hpp"

namespace omega::feed {

/// One level as it is after an update; size 0: gone.
struct LevelChange {
  Price price = 0;
  Qty size = 0;
  BookSide side = BookSide::kBid;
};

/// Changes from one state of a side to another, each best level first: the levels that went, then those that came or differ.
template <class Add>
void level_changes(BookSide side, std::span<const BookLevel> old, std::span<const BookLevel> now, Add&& add) {
  const int sign = side == BookSide::kBid ? 1 : -1;
  const auto better = [sign](const BookLevel& a, const BookLevel& b) { return sign * a.price > sign * b.price; };
  auto n = now.begin();
  for (const BookLevel& o : old) {
    while (n != now.end() && better(*n, o)) ++n;
    if (n == now.end() || n->price != o.price) add(LevelChange{o.price, 0, side});
  }
  auto o = old.begin();
  for (const BookLevel& l : now) {
    while (o != old.end() && better(*o, l)) ++o;
    if (o == old.end() || o->price != l.price || o->size != l.size) add(LevelChange{l.price, l.size, side});
  }
}

class BookWriter {
 public:
  /// One update of the book. may_begin: the state after it is known, so that a snapshot may be made of it.
  void update(TickList& out, TimeNs ts, std::uint32_t line, std::span<const LevelChange> changes, bool may_begin = true);
  /// Changes are missing from here on. True when the book was known until now.
  bool lose() noexcept {
    const bool was_known = begun_ && !whole_wanted_;
    whole_wanted_ = true;
    return was_known;
  }

 private:
  void snapshot(TickList& out, TimeNs ts, std::uint32_t line);

  BookLadder bids_{BookSide::kBid}, asks_{BookSide::kAsk};
  bool whole_wanted_ = true, begun_ = false;
  TimeNs last_ts_ = 0;  // of the last event; only when begun_
};

}  // namespace omega::feed
