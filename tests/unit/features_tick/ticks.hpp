// What:     Books, quotes and trades for the tests of the tick features: by hand, at random from a seed, and mirrored.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iostream>
#include <random>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/features/best_quote.hpp"
#include "engine/market/order_book.hpp"

namespace omega::test {

inline constexpr Price kTick = 10'000;  // EURUSD: 0.00001
inline constexpr Price kU = 100'000;    // 0.0001
inline constexpr Price kPar = 1'100'000'000;
inline constexpr Qty kUnit = kQtyScale;

/// The seed is printed, so a failure can be run again.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) { std::cout << "seed " << seed << '\n'; }
  /// 0 .. n-1
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n)); }
  bool one_in(std::int64_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

inline BookSnapshot snapshot(std::initializer_list<BookLevel> bids, std::initializer_list<BookLevel> asks, TimeNs ts = 1) {
  BookSnapshot s;
  s.ts = ts;
  for (const BookLevel& l : bids) s.bid_price[s.bid_levels] = l.price, s.bid_size[s.bid_levels++] = l.size;
  for (const BookLevel& l : asks) s.ask_price[s.ask_levels] = l.price, s.ask_size[s.ask_levels++] = l.size;
  return s;
}
inline OrderBook book_of(std::initializer_list<BookLevel> bids, std::initializer_list<BookLevel> asks) {
  OrderBook book;
  book.on_snapshot(snapshot(bids, asks));
  return book;
}
inline BookDelta delta(BookSide side, Price price, Qty size, TimeNs ts = 2, std::uint16_t flags = 0) {
  BookDelta d;
  d.ts = ts;
  d.price = price;
  d.new_size = size;
  d.side = side;
  d.flags = flags;
  return d;
}
inline Trade trade(TimeNs ts, Price price, Qty size, Direction aggressor) {
  Trade t;
  t.ts = ts;
  t.price = price;
  t.size = size;
  t.aggressor = aggressor;
  return t;
}

/// p -> 2·centre − p, bid and ask swapped, aggressors flipped.
struct Mirror {
  Price centre2 = 2 * kPar;
  [[nodiscard]] Price price(Price p) const { return centre2 - p; }
  [[nodiscard]] BestQuote quote(const BestQuote& q) const { return {q.ts, price(q.ask), price(q.bid), q.ask_size, q.bid_size}; }
  [[nodiscard]] static BookSide side(BookSide s) { return s == BookSide::kBid ? BookSide::kAsk : BookSide::kBid; }
  [[nodiscard]] BookDelta operator()(BookDelta d) const {
    d.price = price(d.price);
    d.side = side(d.side);
    return d;
  }
  [[nodiscard]] Trade operator()(Trade t) const {
    t.price = price(t.price);
    t.aggressor = static_cast<Direction>(-t.aggressor);
    return t;
  }
  [[nodiscard]] BookSnapshot operator()(const BookSnapshot& s) const {
    BookSnapshot m = s;
    std::swap(m.bid_price, m.ask_price);
    std::swap(m.bid_size, m.ask_size);
    std::swap(m.bid_levels, m.ask_levels);
    for (std::size_t i = 0; i < m.bid_levels; ++i) m.bid_price[i] = price(m.bid_price[i]);
    for (std::size_t i = 0; i < m.ask_levels; ++i) m.ask_price[i] = price(m.ask_price[i]);
    return m;
  }
};

/// One event of a made-up market: a change of the book or a trade.
struct Tick {
  bool is_trade = false;
  Trade trade;
  BookDelta delta;
  [[nodiscard]] TimeNs ts() const { return is_trade ? trade.ts : delta.ts; }
};

/// A market around a drifting mid: levels come, change and go; the best ones are hit by trades, often refilled soon after; large
/// orders appear behind the best and are pulled or traded. Times repeat now and then.
class TickMarket {
 public:
  explicit TickMarket(Random& random) : random_(random) { book_.on_snapshot(first()); }

  [[nodiscard]] static BookSnapshot first() {
    BookSnapshot s;
    s.ts = 1;
    for (std::size_t i = 0; i < kBookLevels; ++i) {
      const auto step = static_cast<Price>(i + 1) * kTick;
      s.bid_price[i] = kPar - step, s.ask_price[i] = kPar + step;
      s.bid_size[i] = s.ask_size[i] = static_cast<Qty>(1 + i % 3) * kUnit;
    }
    s.bid_levels = s.ask_levels = kBookLevels;
    return s;
  }
  [[nodiscard]] Tick next() {
    if (!random_.one_in(4)) ts_ += random_.below(random_.one_in(20) ? 2'000 * kMilli_ns : 120 * kMilli_ns);
    if (pending_.delta.new_size > 0 && random_.one_in(2)) {  // refill what was hit
      Tick t = pending_;
      pending_ = {};
      t.delta.ts = ts_;
      return uncrossed(t) ? apply(t) : next();
    }
    const BookSide side = random_.one_in(2) ? BookSide::kBid : BookSide::kAsk;
    const auto levels = book_.side(side).levels();
    Tick t;
    if (random_.one_in(3) && !levels.empty()) {
      const BookLevel& hit = levels[static_cast<std::size_t>(random_.below(std::min<std::int64_t>(random_.one_in(4) ? 5 : 1, static_cast<std::int64_t>(levels.size()))))];
      t.is_trade = true;
      t.trade = trade(ts_, hit.price, 1 + random_.below(hit.size), side == BookSide::kBid ? kShort : kLong);
      if (random_.one_in(15)) t.trade.aggressor = 0;
      if (random_.one_in(2)) pending_.delta = delta(side, hit.price, hit.size);
      follow_ = delta(side, hit.price, random_.one_in(4) ? hit.size : hit.size - t.trade.size);
      has_follow_ = true;
      return t;
    }
    if (has_follow_) {
      has_follow_ = false;
      t.delta = follow_;
    } else {
      const Price best = levels.empty() ? kPar : levels.front().price;
      const Price away = (random_.below(8) - 1) * kTick;
      const Qty size = random_.one_in(4) ? 0 : random_.one_in(12) ? (20 + random_.below(60)) * kUnit : (1 + random_.below(4)) * kUnit;
      t.delta = delta(side, side == BookSide::kBid ? best - away : best + away, size);
    }
    t.delta.ts = ts_;
    return uncrossed(t) ? apply(t) : next();
  }

 private:
  [[nodiscard]] bool uncrossed(const Tick& t) const {
    OrderBook after = book_;
    after.on_delta(t.delta);
    return after.usable();
  }
  Tick apply(const Tick& t) {
    book_.on_delta(t.delta);
    return t;
  }

  Random& random_;
  OrderBook book_;
  TimeNs ts_ = kSecond_ns;
  Tick pending_;
  BookDelta follow_;
  bool has_follow_ = false;
};

template <class T>
std::vector<std::uint8_t> saved(const T& value) {
  StateWriter writer;
  writer(value);
  return writer.bytes();
}
/// What comes back from a checkpoint of `from` into a fresh object.
template <class T>
T restored(const T& from, T fresh) {
  const std::vector<std::uint8_t> bytes = saved(from);
  StateReader reader(bytes);
  reader(fresh);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(saved(fresh), bytes);
  return fresh;
}

/// Equal as results: same state, and the same bits when READY.
inline bool same(const FeatureValue& a, const FeatureValue& b) {
  return a.state == b.state && (!a.ready() || std::memcmp(&a.value, &b.value, sizeof a.value) == 0);
}

}  // namespace omega::test
