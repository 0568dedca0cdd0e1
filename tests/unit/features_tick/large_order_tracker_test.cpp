// F33 large orders, and the figures of S23.
#include "engine/features/large_order_tracker.hpp"

#include "ticks.hpp"

namespace omega {
namespace {

using test::delta;
using test::kTick;
using test::kU;
using test::trade;

constexpr TimeNs ms(std::int64_t n) { return n * kMilli_ns; }

/// The book of S23-A: median of the top-10 sizes 2, bid level 3 of 25, I_5 = (33 − 5)/38. Prices in ticks around 1000.
struct Rig {
  static constexpr TimeNs kStart = 10 * kSecond_ns;
  static Price bid(int level) { return test::kPar - level * kTick; }
  static Price ask(int level) { return test::kPar + level * kTick; }
  OrderBook book;
  LargeOrderTracker tracker{7, 10.0};
  explicit Rig(Qty large = 25) {
    book.on_snapshot(test::snapshot({{bid(1), 2}, {bid(2), 2}, {bid(4), 2}, {bid(5), 2}, {bid(6), 2}, {bid(7), 3}, {bid(8), 3}, {bid(9), 3}, {bid(10), 3}},
                                    {{ask(1), 1}, {ask(2), 1}, {ask(3), 1}, {ask(4), 1}, {ask(5), 1}, {ask(6), 3}, {ask(7), 3}, {ask(8), 3}, {ask(9), 3}, {ask(10), 3}}));
    tracker.on_book(book, 1);
    set(BookSide::kBid, bid(3), large, kStart);
  }
  void set(BookSide side, Price price, Qty size, TimeNs ts) {
    book.on_delta(delta(side, price, size, ts));
    tracker.on_book(book, ts);
  }
  /// A level and its size move to another price in one update.
  void move(BookSide side, Price from, Price to, Qty size, TimeNs ts) {
    book.on_delta(delta(side, from, 0, ts, tick_flag::kMore));
    book.on_delta(delta(side, to, size, ts));
    tracker.on_book(book, ts);
  }
};

TEST(LargeOrderTracker, FiguresOfS23A) {
  Rig rig;
  ASSERT_EQ(rig.tracker.standing(), 1u);
  const Price opened = rig.book.mid2();
  // the best ask rises by 1.2 u: the mid by .6 u; the asks' first five stay five ones
  rig.move(BookSide::kAsk, Rig::ask(1), Rig::ask(1) + 4 * kTick / 10, 1, Rig::kStart + ms(1'000));
  rig.move(BookSide::kAsk, Rig::ask(1) + 4 * kTick / 10, Rig::ask(1), 1, Rig::kStart + ms(1'500));
  EXPECT_TRUE(rig.tracker.closed().empty());
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + ms(3'200));
  EXPECT_TRUE(rig.tracker.closed().empty()) << "a trade of this moment may still come";
  rig.tracker.on_time(Rig::kStart + ms(3'200) + 1);
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  const LargeOrder& o = rig.tracker.closed()[0];
  EXPECT_EQ(o.opened_ts, Rig::kStart);
  EXPECT_EQ(o.ts - o.opened_ts, ms(3'200));
  EXPECT_EQ(o.price, Rig::bid(3));
  EXPECT_EQ(o.side, BookSide::kBid);
  EXPECT_EQ(o.size, 25);
  EXPECT_EQ(o.removed, 25);
  EXPECT_EQ(o.traded, 0);
  EXPECT_EQ(o.cancel_ratio, 1.0);
  EXPECT_DOUBLE_EQ(o.imbalance, 28.0 / 38);
  EXPECT_EQ(o.mid_opened, opened);
  EXPECT_EQ(o.mid_closed, opened);
  EXPECT_EQ(o.instrument, 7);
  EXPECT_EQ(rig.tracker.standing(), 0u);
  rig.tracker.on_time(Rig::kStart + ms(3'300));
  EXPECT_TRUE(rig.tracker.closed().empty()) << "told once";
}
TEST(LargeOrderTracker, TheMidOfItsEndIsKept) {
  Rig rig;
  rig.set(BookSide::kAsk, Rig::ask(1), 0, Rig::kStart + ms(1));  // best ask one tick up
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + ms(2));
  rig.tracker.on_time(Rig::kStart + ms(3));
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  EXPECT_EQ(rig.tracker.closed()[0].mid_closed - rig.tracker.closed()[0].mid_opened, kTick);
}
TEST(LargeOrderTracker, FiguresOfS23B) {
  Rig rig;
  rig.tracker.on_trade(trade(Rig::kStart + ms(900), Rig::bid(3), 12, kShort));
  rig.set(BookSide::kBid, Rig::bid(3), 13, Rig::kStart + ms(900));
  rig.tracker.on_trade(trade(Rig::kStart + ms(950), Rig::bid(2), 2, kShort));  // another level
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + ms(1'000));
  rig.tracker.on_trade(trade(Rig::kStart + ms(1'000), Rig::bid(3), 8, kShort));  // behind the book change that it made
  rig.tracker.on_trade(trade(Rig::kStart + ms(1'001), Rig::bid(1), 1, kShort));
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  EXPECT_EQ(rig.tracker.closed()[0].traded, 20);
  EXPECT_EQ(rig.tracker.closed()[0].removed, 25);
  EXPECT_NEAR(rig.tracker.closed()[0].cancel_ratio, .20, 1e-12);
}
TEST(LargeOrderTracker, OpensAtThetaTimesTheMedianOfTheOthers) {
  EXPECT_EQ(Rig(20).tracker.standing(), 1u);
  EXPECT_EQ(Rig(19).tracker.standing(), 0u);
}
TEST(LargeOrderTracker, TheMedianIsOfTheOthersAndOfTheTopTen) {
  // nine bids and ten asks beside the order: 19 others; their median is the 10th
  Rig rig(19);
  rig.set(BookSide::kBid, Rig::bid(11), 1'000'000, 20 * kSecond_ns);  // the 11th bid: not seen
  EXPECT_EQ(rig.tracker.standing(), 0u);
  rig.set(BookSide::kAsk, Rig::ask(10), 0, 21 * kSecond_ns);  // 18 others: still (2 + 2)/2
  EXPECT_EQ(rig.tracker.standing(), 0u);
  rig.set(BookSide::kBid, Rig::bid(6), 1, 22 * kSecond_ns);
  rig.set(BookSide::kBid, Rig::bid(5), 1, 22 * kSecond_ns);
  rig.set(BookSide::kBid, Rig::bid(4), 1, 22 * kSecond_ns);  // 8 ones, 2 twos, 8 threes: median 2
  EXPECT_EQ(rig.tracker.standing(), 0u);
  rig.set(BookSide::kBid, Rig::bid(2), 1, 22 * kSecond_ns);  // 9 ones, 1 two: median (1 + 2)/2 = 1.5
  EXPECT_EQ(rig.tracker.standing(), 1u) << "19 >= 15";
}
TEST(LargeOrderTracker, TheOrderItselfIsNotAmongTheOthers) {
  const OrderBook book = test::book_of({{100, 1}, {99, 5}}, {{101, 9}, {102, 1}});
  LargeOrderTracker t(1, 1.0);
  t.on_book(book, 1);  // others of the 5: 1, 1, 9; of the 1 at level 2: 1, 5, 9
  EXPECT_EQ(t.standing(), 1u);
  LargeOrderTracker u(1, 1.0);
  u.on_book(test::book_of({{100, 1}, {99, 5}}, {{101, 9}, {102, 9}}), 1);  // of the 5: 1, 9, 9; of the 9: 1, 5, 9
  EXPECT_EQ(u.standing(), 1u);
}
TEST(LargeOrderTracker, OnlyLevelsTwoToFiveOpenARecord) {
  Rig rig(2);
  rig.set(BookSide::kBid, Rig::bid(1), 500, 11 * kSecond_ns);
  rig.set(BookSide::kBid, Rig::bid(6), 500, 12 * kSecond_ns);
  EXPECT_EQ(rig.tracker.standing(), 0u);
  rig.set(BookSide::kBid, Rig::bid(5), 500, 13 * kSecond_ns);
  rig.set(BookSide::kAsk, Rig::ask(2), 500, 14 * kSecond_ns);
  EXPECT_EQ(rig.tracker.standing(), 2u);
}
TEST(LargeOrderTracker, ClosesWhenFourFifthsAreGone) {
  Rig rig;
  rig.set(BookSide::kBid, Rig::bid(3), 6, Rig::kStart + ms(1));
  rig.tracker.on_time(Rig::kStart + ms(2));
  EXPECT_TRUE(rig.tracker.closed().empty());
  rig.set(BookSide::kBid, Rig::bid(3), 5, Rig::kStart + ms(3));
  rig.tracker.on_time(Rig::kStart + ms(4));
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  EXPECT_EQ(rig.tracker.closed()[0].removed, 20);
}
TEST(LargeOrderTracker, TheMostItShowedIsItsSizeAndTheLeastImbalanceIsKept) {
  Rig rig;
  rig.set(BookSide::kBid, Rig::bid(3), 40, Rig::kStart + ms(1));
  rig.set(BookSide::kAsk, Rig::ask(1), 31, Rig::kStart + ms(2));  // I_5 = (48 − 35)/83
  rig.set(BookSide::kAsk, Rig::ask(1), 1, Rig::kStart + ms(3));
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + ms(4));
  rig.tracker.on_time(Rig::kStart + ms(5));
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  EXPECT_EQ(rig.tracker.closed()[0].size, 40);
  EXPECT_DOUBLE_EQ(rig.tracker.closed()[0].imbalance, 13.0 / 83);
}
TEST(LargeOrderTracker, MoreTradedThanRemovedIsACancelRatioOfZero) {
  Rig rig;
  rig.tracker.on_trade(trade(Rig::kStart + 1, Rig::bid(3), 60, kShort));  // refilled behind what is shown
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + 2);
  rig.tracker.on_time(Rig::kStart + 3);
  ASSERT_EQ(rig.tracker.closed().size(), 1u);
  EXPECT_EQ(rig.tracker.closed()[0].traded, 60);
  EXPECT_EQ(rig.tracker.closed()[0].cancel_ratio, 0.0);
}
TEST(LargeOrderTracker, WhatIsBackInTheSameMomentNeverWent) {
  Rig rig;
  rig.set(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + 5);
  rig.set(BookSide::kBid, Rig::bid(3), 24, Rig::kStart + 5);
  rig.tracker.on_time(Rig::kStart + 6);
  EXPECT_TRUE(rig.tracker.closed().empty());
  EXPECT_EQ(rig.tracker.standing(), 1u);
}
TEST(LargeOrderTracker, OneThatLeavesTheSightOfTheFeedIsForgotten) {
  Rig rig;
  BookSnapshot s;
  s.ts = Rig::kStart + 1;
  for (std::size_t i = 0; i < 10; ++i) {  // the market has risen: the order is below the tenth bid
    s.bid_price[i] = Rig::bid(-30) - static_cast<Price>(i) * kTick;
    s.ask_price[i] = Rig::ask(31) + static_cast<Price>(i) * kTick;
    s.bid_size[i] = s.ask_size[i] = 2;
  }
  s.bid_levels = s.ask_levels = 10;
  rig.book.on_snapshot(s);
  rig.tracker.on_book(rig.book, s.ts);
  rig.tracker.on_time(s.ts + 1);
  EXPECT_TRUE(rig.tracker.closed().empty());
  EXPECT_EQ(rig.tracker.standing(), 0u);
}
TEST(LargeOrderTracker, TheLastLevelOfAThinBookMayGo) {
  OrderBook book = test::book_of({{100, 2}, {99, 50}}, {{101, 2}, {102, 2}});
  LargeOrderTracker t(1, 10.0);
  t.on_book(book, 1);
  ASSERT_EQ(t.standing(), 1u);
  book.on_delta(delta(BookSide::kBid, 99, 0, 5));
  t.on_book(book, 5);
  t.on_time(6);
  EXPECT_EQ(t.closed().size(), 1u);
}
TEST(LargeOrderTracker, AStaleBookClosesAllWithoutEvents) {
  Rig rig;
  rig.book.on_delta(delta(BookSide::kBid, Rig::bid(3), 0, Rig::kStart + 1, tick_flag::kGap));
  rig.tracker.on_book(rig.book, Rig::kStart + 1);
  rig.tracker.on_time(Rig::kStart + 2);
  EXPECT_TRUE(rig.tracker.closed().empty());
  EXPECT_EQ(rig.tracker.standing(), 0u);
}
TEST(LargeOrderTracker, AtMostFourAreToldAtOnce) {
  OrderBook book;
  BookSnapshot s;
  s.ts = 1;
  for (std::size_t i = 0; i < 10; ++i) {
    const auto step = static_cast<Price>(i + 1);
    s.bid_price[i] = 1'000 - step, s.ask_price[i] = 1'000 + step;
    s.bid_size[i] = s.ask_size[i] = i >= 1 && i <= 3 ? 100 : 1;
  }
  s.bid_levels = s.ask_levels = 10;
  book.on_snapshot(s);
  LargeOrderTracker t(1, 10.0);
  t.on_book(book, 1);
  ASSERT_EQ(t.standing(), 6u);
  for (std::size_t i = 0; i < 10; ++i) s.bid_size[i] = s.ask_size[i] = 1;
  book.on_snapshot(s);
  t.on_book(book, 2);
  t.on_book(book, 3);
  EXPECT_EQ(t.closed().size(), 4u);
  t.on_book(book, 4);
  ASSERT_EQ(t.closed().size(), 2u);
  EXPECT_EQ(t.closed()[0].ts, 2) << "when it went, not when it was told";
}
TEST(LargeOrderTracker, WhenFullTheOneThatStoodLongestMakesRoom) {
  LargeOrderTracker t(1, 10.0);
  OrderBook book = test::book_of({{100'000, 1}, {99'000, 1}, {98'000, 1}, {97'000, 1}, {96'000, 1}, {95'000, 1}, {94'000, 1}}, {{200'000, 1}, {200'001, 1}});
  TimeNs ts = 1;
  for (Price i = 1; i <= 40; ++i) {  // behind ever better bids, large ones that stay
    book.on_delta(delta(BookSide::kBid, 100'000 + 2 * i, 1, ++ts, tick_flag::kMore));
    book.on_delta(delta(BookSide::kBid, 100'000 + 2 * i - 1, 1'000'000'000 * i, ts));
    t.on_book(book, ts);
  }
  EXPECT_LE(t.standing(), LargeOrderTracker::kRecords);
}

/// The rules again, with vectors and the definition of the median.
class Model {
 public:
  struct R {
    LargeOrder o;
    bool gone = false;
  };
  std::vector<R> records;
  std::vector<LargeOrder> closed;
  std::size_t before[2] = {0, 0};

  void settle(TimeNs ts) {
    closed.clear();
    std::vector<R> kept;
    for (R& r : records) {
      if (r.gone && r.o.ts < ts && closed.size() < 4) {
        r.o.cancel_ratio = r.o.traded >= r.o.removed ? 0 : 1 - static_cast<double>(r.o.traded) / static_cast<double>(r.o.removed);
        closed.push_back(r.o);
      } else {
        kept.push_back(r);
      }
    }
    records = kept;
  }
  void on_trade(const Trade& t) {
    settle(t.ts);
    for (R& r : records) {
      if (r.o.price == t.price) r.o.traded += t.size;
    }
  }
  void on_book(const OrderBook& book, TimeNs ts, double theta) {
    settle(ts);
    const auto depth = [&](BookSide s) {
      double sum = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(5, book.side(s).levels().size()); ++i) sum += static_cast<double>(book.side(s).levels()[i].size);
      return sum;
    };
    const double b = depth(BookSide::kBid), a = depth(BookSide::kAsk), imbalance = (b - a) / (b + a);
    std::vector<R> kept;
    for (R r : records) {
      if (!(r.gone && r.o.ts < ts)) {
        const auto levels = book.side(r.o.side).levels();
        Qty shown = 0;
        for (const BookLevel& l : levels) shown = l.price == r.o.price ? l.size : shown;
        const int better = r.o.side == BookSide::kBid ? 1 : -1;
        if (shown == 0 && better * (levels.back().price - r.o.price) > 0 && levels.size() >= before[static_cast<int>(r.o.side)]) continue;
        r.gone = 5 * shown <= r.o.size;
        if (r.gone) {
          r.o.ts = ts;
          r.o.removed = r.o.size - shown;
          r.o.mid_closed = book.mid2();
        } else {
          r.o.size = std::max(r.o.size, shown);
          r.o.imbalance = std::min(r.o.imbalance, better * imbalance);
        }
      }
      kept.push_back(r);
    }
    records = kept;
    for (const BookSide s : {BookSide::kBid, BookSide::kAsk}) {
      const auto levels = book.side(s).levels();
      for (std::size_t i = 1; i < std::min<std::size_t>(5, levels.size()); ++i) {
        std::vector<Qty> others;
        for (const BookSide o : {BookSide::kBid, BookSide::kAsk}) {
          for (std::size_t k = 0; k < std::min<std::size_t>(10, book.side(o).levels().size()); ++k) {
            if (o != s || k != i) others.push_back(book.side(o).levels()[k].size);
          }
        }
        std::sort(others.begin(), others.end());
        const double median = (static_cast<double>(others[(others.size() - 1) / 2]) + static_cast<double>(others[others.size() / 2])) / 2;
        bool stands = false;
        for (const R& r : records) stands = stands || (r.o.price == levels[i].price && r.o.side == s);
        if (stands || static_cast<double>(levels[i].size) < theta * median) continue;
        R r;
        r.o.opened_ts = ts;
        r.o.price = levels[i].price;
        r.o.mid_opened = book.mid2();
        r.o.size = levels[i].size;
        r.o.imbalance = s == BookSide::kBid ? imbalance : -imbalance;
        r.o.side = s;
        r.o.instrument = 3;
        records.push_back(r);
      }
    }
    before[0] = book.bids().levels().size();
    before[1] = book.asks().levels().size();
  }
};

bool equal(const LargeOrder& a, const LargeOrder& b) {
  return a.ts == b.ts && a.opened_ts == b.opened_ts && a.price == b.price && a.mid_opened == b.mid_opened && a.mid_closed == b.mid_closed &&
         a.size == b.size && a.removed == b.removed && a.traded == b.traded && a.imbalance == b.imbalance && a.cancel_ratio == b.cancel_ratio &&
         a.instrument == b.instrument && a.side == b.side;
}

class LargeOrderProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LargeOrderProperty, EqualsTheModelIsMirroredAndSurvivesCheckpoints) {
  test::Random random(GetParam());
  test::TickMarket market(random);
  const test::Mirror mirror;
  const double theta = 3.0 + static_cast<double>(random.below(80)) / 8;
  OrderBook book, mirrored_book;
  LargeOrderTracker tracker(3, theta), mirrored(3, theta);
  Model model;
  book.on_snapshot(test::TickMarket::first());
  mirrored_book.on_snapshot(mirror(test::TickMarket::first()));
  std::size_t closed = 0, traded = 0;
  for (int i = 0; i < 12'000; ++i) {
    const test::Tick t = market.next();
    if (t.is_trade) {
      tracker.on_trade(t.trade);
      mirrored.on_trade(mirror(t.trade));
      model.on_trade(t.trade);
    } else {
      book.on_delta(t.delta);
      mirrored_book.on_delta(mirror(t.delta));
      tracker.on_book(book, t.ts());
      mirrored.on_book(mirrored_book, t.ts());
      model.on_book(book, t.ts(), theta);
    }
    ASSERT_EQ(tracker.evicted(), 0u);
    ASSERT_EQ(tracker.standing(), model.records.size());
    ASSERT_EQ(tracker.closed().size(), model.closed.size());
    ASSERT_EQ(mirrored.closed().size(), model.closed.size());
    for (const LargeOrder& o : tracker.closed()) {
      const std::size_t k = static_cast<std::size_t>(&o - tracker.closed().data());
      ASSERT_TRUE(equal(o, model.closed[k]));
      ++closed;
      traded += o.traded > 0;
      ASSERT_GE(o.imbalance, -1);
      ASSERT_LE(o.imbalance, 1);
      ASSERT_GE(o.cancel_ratio, 0);
      ASSERT_LE(o.cancel_ratio, 1);
      ASSERT_GE(5 * o.removed, 4 * o.size);
      ASSERT_LT(o.opened_ts, o.ts + 1);
      // bids open before asks of the same update, so the mirror may tell them in another order
      bool found = false;
      for (const LargeOrder& other : mirrored.closed()) {
        LargeOrder m = other;
        m.price = mirror.price(other.price);
        m.mid_opened = 2 * mirror.centre2 - other.mid_opened;
        m.mid_closed = 2 * mirror.centre2 - other.mid_closed;
        m.side = test::Mirror::side(other.side);
        found = found || equal(m, o);
      }
      ASSERT_TRUE(found);
    }
    if (random.one_in(300)) tracker = test::restored(tracker, LargeOrderTracker(3, theta));
  }
  EXPECT_GT(closed, 20u);
  EXPECT_GT(traded, 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, LargeOrderProperty, testing::Values(1u, 2u, 3u, 4u));

}  // namespace
}  // namespace omega
