// What:     Ticks and a venue for the tests of fills on quotes, trades and books: EURUSD (0) has a book, GBPUSD (1) quotes.
#pragma once

#include <initializer_list>
#include <utility>

#include "tests/unit/orders/venue_fixture.hpp"

namespace omega::test {

inline constexpr InstrumentId kBookPair = 0, kQuotePair = 1;
inline constexpr Price kTick = 10'000;    // both pairs
inline constexpr Price kSlip = kPip / 2;  // 0.5 pip

inline EngineConfig tick_symbols() {
  EngineConfig c = two_symbols();
  c.instruments[kBookPair].capabilities = capability::kBars | capability::kQuotes | capability::kL2 | capability::kTrades;
  c.instruments[kQuotePair].capabilities = capability::kBars | capability::kQuotes;
  return c;
}

/// ms after the moment at which long_entry() acts.
inline TimeNs at(std::int64_t ms) { return kT0 + kMinute_ns + 50 * kMilli_ns + ms * kMilli_ns; }
/// Thousands of units: 100 are one lot of EURUSD.
inline Qty k_units(double v) { return std::llround(v * 1000 * 1e8); }

inline Quote quote_at(std::int64_t ms, double bid, double ask) {
  return {.ts = at(ms), .bid = px(bid), .ask = px(ask), .instrument = kQuotePair};
}
inline Trade trade_at(std::int64_t ms, double price, Qty size, Direction aggressor) {
  return {.ts = at(ms), .price = px(price), .size = size, .instrument = kBookPair, .aggressor = aggressor};
}
inline BookDelta delta_at(std::int64_t ms, BookSide side, double price, Qty size, std::uint16_t flags = 0) {
  return {.ts = at(ms), .price = px(price), .new_size = size, .instrument = kBookPair, .flags = flags, .side = side};
}
using Levels = std::initializer_list<std::pair<double, double>>;  // price, thousands of units
inline BookSnapshot snapshot_at(std::int64_t ms, Levels bids, Levels asks) {
  BookSnapshot s;
  s.ts = at(ms);
  s.instrument = kBookPair;
  for (const auto& [price, size] : bids) {
    s.bid_price[s.bid_levels] = px(price);
    s.bid_size[s.bid_levels++] = k_units(size);
  }
  for (const auto& [price, size] : asks) {
    s.ask_price[s.ask_levels] = px(price);
    s.ask_size[s.ask_levels++] = k_units(size);
  }
  return s;
}

inline constexpr Price mirrored(Price p) { return 2'200'000'000 - p; }
inline Quote mirrored(const Quote& q) {
  Quote m = q;
  m.bid = mirrored(q.ask);
  m.ask = mirrored(q.bid);
  return m;
}
inline Trade mirrored(const Trade& t) {
  Trade m = t;
  m.price = mirrored(t.price);
  m.aggressor = static_cast<Direction>(-t.aggressor);
  return m;
}
inline BookDelta mirrored(const BookDelta& d) {
  BookDelta m = d;
  m.price = mirrored(d.price);
  m.side = d.side == BookSide::kBid ? BookSide::kAsk : BookSide::kBid;
  return m;
}
inline BookSnapshot mirrored(const BookSnapshot& s) {
  BookSnapshot m = s;
  std::swap(m.bid_levels, m.ask_levels);
  for (std::size_t i = 0; i < kBookLevels; ++i) {
    m.bid_price[i] = i < s.ask_levels ? mirrored(s.ask_price[i]) : 0;
    m.ask_price[i] = i < s.bid_levels ? mirrored(s.bid_price[i]) : 0;
    m.bid_size[i] = s.ask_size[i];
    m.ask_size[i] = s.bid_size[i];
  }
  return m;
}

/// long_entry() of the pair, acting at(0).
inline OrderCommand tick_entry(InstrumentId id, OrderId order = 256) {
  OrderCommand c = long_entry(order);
  c.instrument = id;
  return c;
}
/// A change that acts at(ms).
inline OrderCommand change_at(const OrderCommand& entry, OrderAction action, std::int64_t ms, Price stop = 0) {
  return change(entry, action, at(ms) - 50 * kMilli_ns, stop);
}

struct TickVenueTest : ::testing::Test {
  EngineConfig config = tick_symbols();
  PaperVenue venue{config};
  ReportSink sink;

  template <class T>
  std::vector<ExecReport> feed(const T& event) {
    sink.clear();
    venue.on_market(InputEvent::of(event), sink);
    return {sink.view().begin(), sink.view().end()};
  }
  std::vector<ExecReport> timer(TimeNs ts) {
    sink.clear();
    venue.on_timer(ts, sink);
    return {sink.view().begin(), sink.view().end()};
  }
};

}  // namespace omega::test
