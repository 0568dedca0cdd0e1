// What:     A quote, trade or book event and where it was read, in 56 bytes: files hold millions of them, an InputEvent is as
//           large as a whole book. TickList is what one instrument has of them.
// Owner:    the import.   Threads: value types.   Errors: none.
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
#pragma once

#include <vector>

#include "engine/core/events.hpp"

namespace omega::feed {

struct PlacedTick {
  TimeNs ts = 0;
  Price price = 0, ask = 0;    // quote: bid and ask; else the price
  Qty size = 0, ask_size = 0;  // quote: bid size and ask size; delta: the level's new size
  std::uint32_t line = 0;      // row or record of the source
  std::uint32_t source = 0;    // index in the import's list of sources
  std::uint32_t extra = 0;     // delta: orders on the level; snapshot: its place in TickList::snapshots
  std::uint16_t flags = 0;     // tick_flag bits
  std::uint8_t type = 0;       // EventType, which fits
  std::int8_t side = 0;        // trade: aggressor; delta: BookSide

  [[nodiscard]] EventType event_type() const noexcept { return static_cast<EventType>(type); }
  [[nodiscard]] bool is(EventType t) const noexcept { return type == static_cast<std::uint8_t>(t); }
  [[nodiscard]] bool is_book() const noexcept { return is(EventType::kBookDelta) || is(EventType::kBookSnapshot); }
  [[nodiscard]] bool good() const noexcept { return (flags & tick_flag::kBadMask) == 0; }
};
static_assert(sizeof(PlacedTick) == 56);

struct TickList {
  std::vector<PlacedTick> ticks;
  std::vector<BookSnapshot> snapshots;  // without instrument and flags, which the tick has

  void add(const Quote& q, std::uint32_t line) {
    ticks.push_back({.ts = q.ts, .price = q.bid, .ask = q.ask, .size = q.bid_size, .ask_size = q.ask_size, .line = line, .flags = q.flags,
                     .type = static_cast<std::uint8_t>(EventType::kQuote)});
  }
  void add(const Trade& t, std::uint32_t line) {
    ticks.push_back({.ts = t.ts, .price = t.price, .size = t.size, .line = line, .flags = t.flags,
                     .type = static_cast<std::uint8_t>(EventType::kTrade), .side = t.aggressor});
  }
  void add(const BookDelta& d, std::uint32_t line) {
    ticks.push_back({.ts = d.ts, .price = d.price, .size = d.new_size, .line = line, .extra = d.n_orders, .flags = d.flags,
                     .type = static_cast<std::uint8_t>(EventType::kBookDelta), .side = static_cast<std::int8_t>(d.side)});
  }
  void add(const BookSnapshot& s, std::uint32_t line) {
    ticks.push_back({.ts = s.ts, .line = line, .extra = static_cast<std::uint32_t>(snapshots.size()), .flags = s.flags,
                     .type = static_cast<std::uint8_t>(EventType::kBookSnapshot)});
    snapshots.push_back(s);
  }
  /// Moves another list's ticks behind these, as of a source.
  void append(TickList&& other, std::uint32_t source);

  [[nodiscard]] BookDelta delta(const PlacedTick& t) const noexcept {
    return {.ts = t.ts, .price = t.price, .new_size = t.size, .n_orders = t.extra, .flags = t.flags, .side = static_cast<BookSide>(t.side)};
  }
  [[nodiscard]] BookSnapshot snapshot(const PlacedTick& t) const noexcept {
    BookSnapshot s = snapshots[t.extra];
    s.flags = t.flags;
    return s;
  }
  [[nodiscard]] InputEvent event(const PlacedTick& t, InstrumentId instrument) const noexcept;
};

}  // namespace omega::feed
