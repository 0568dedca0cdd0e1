// What:     What the tests of order readers share: the book that events make, as text, and the events of one kind.
// Owner:    each test.   Threads: one.
#pragma once

#include "adapters/feed/price_path.hpp"
#include "engine/market/order_book.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {

inline std::string level_text(const BookLevel& l) { return price_text(l.price) + " x" + price_text(l.size * (kPriceScale / kQtyScale)); }

/// "288 x150 | 288.1 x70" after the last event.
inline std::string book_of(const Imported& got) {
  OrderBook book;
  for (const InputEvent& e : got.events) {
    if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>());
    if (e.type == EventType::kBookDelta) {
      EXPECT_TRUE(book.on_delta(e.as<BookDelta>()));
    }
  }
  EXPECT_TRUE(book.whole());
  std::string text;
  for (const BookLevel& l : book.bids().levels()) text += level_text(l) + " ";
  text += "|";
  for (const BookLevel& l : book.asks().levels()) text += " " + level_text(l);
  return text;
}

template <class Event>
std::vector<Event> events_of(const Imported& got, EventType type) {
  std::vector<Event> out;
  for (const InputEvent& e : got.events) {
    if (e.type == type) out.push_back(e.as<Event>());
  }
  return out;
}
inline std::vector<Trade> trades_of(const Imported& got) { return events_of<Trade>(got, EventType::kTrade); }

}  // namespace omega::feed::testing
