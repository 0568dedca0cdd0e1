// F33 refill tracker, and the figures of S12.
#include "engine/features/refill_tracker.hpp"

#include <map>
#include <tuple>

#include "ticks.hpp"

namespace omega {
namespace {

using test::delta;
using test::kTick;
using test::kU;
using test::kUnit;
using test::trade;

constexpr Price p(double x) { return static_cast<Price>(x * 1e5 + 0.5) * kTick; }
constexpr TimeNs ms(std::int64_t n) { return n * kMilli_ns; }

/// A book around 1.10000 bid / 1.10010 ask with a tracker behind it.
struct Rig {
  OrderBook book;
  RefillTracker tracker{kTick, kU};
  Rig() {
    book.on_snapshot(test::snapshot({{p(1.1), 5 * kUnit}, {p(1.09999), 9 * kUnit}, {p(1.09998), 9 * kUnit}},
                                    {{p(1.1001), 9 * kUnit}, {p(1.10011), 9 * kUnit}}));
    tracker.on_book(book, 1);
  }
  void set(TimeNs ts, Price price, Qty size, BookSide side = BookSide::kBid) {
    book.on_delta(delta(side, price, size, ts));
    tracker.on_book(book, ts);
  }
  void sell(TimeNs ts, Price price, Qty size) { tracker.on_trade(trade(ts, price, size, kShort), kShort); }
  /// Hit for size, gone, back after wait.
  void round(TimeNs ts, Qty size, TimeNs wait, Qty back = 5 * kUnit, Price price = p(1.1)) {
    sell(ts, price, size);
    set(ts, price, 5 * kUnit - size);
    set(ts + wait, price, back);
  }
  [[nodiscard]] const RefillRecord* record(Price price, BookSide side = BookSide::kBid) const {
    for (const RefillRecord& r : tracker.records(side)) {
      if (r.price == price) return &r;
    }
    return nullptr;
  }
};

TEST(RefillTracker, FiguresOfS12A) {
  Rig rig;
  for (int i = 0; i < 6; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(200));
  for (int bar = 0; bar <= 10; ++bar) rig.tracker.on_bar();  // the first bar was not seen from its start
  const auto c = rig.tracker.candidate(BookSide::kBid, 3);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->price, p(1.1));
  EXPECT_EQ(c->executed, 30 * kUnit);
  EXPECT_EQ(c->peak, 5 * kUnit);
  EXPECT_DOUBLE_EQ(c->rho(), 6.0);
  EXPECT_EQ(c->refills, 6u);
  EXPECT_EQ(c->bars_held, 10u);
  EXPECT_FALSE(rig.tracker.candidate(BookSide::kBid, 7).has_value());
  EXPECT_FALSE(rig.tracker.candidate(BookSide::kAsk, 0)->refills > 0);
  EXPECT_TRUE(rig.tracker.broken().empty());
}
TEST(RefillTracker, FiguresOfS12B) {
  Rig rig;
  rig.round(kSecond_ns, 4 * kUnit, ms(200));
  rig.round(2 * kSecond_ns, 4 * kUnit, ms(200));
  EXPECT_DOUBLE_EQ(rig.record(p(1.1))->rho(), 1.6);
  EXPECT_EQ(rig.record(p(1.1))->executed, 8 * kUnit);
}
TEST(RefillTracker, ARefillComesWithinHalfASecond) {
  for (const auto& [wait, refills] : {std::pair{ms(500), 1u}, std::pair{ms(500) + 1, 0u}}) {
    Rig rig;
    rig.round(kSecond_ns, 5 * kUnit, wait);
    EXPECT_EQ(rig.record(p(1.1))->refills, refills) << wait;
  }
}
TEST(RefillTracker, ARefillReachesFourFifthsOfThePeak) {
  for (const auto& [back, refills] : {std::pair{4 * kUnit, 1u}, std::pair{4 * kUnit - 1, 0u}}) {
    Rig rig;
    rig.round(kSecond_ns, 5 * kUnit, ms(100), back);
    EXPECT_EQ(rig.record(p(1.1))->refills, refills) << back;
  }
}
TEST(RefillTracker, TradesMustHaveRemovedHalf) {
  Rig rig;
  rig.sell(kSecond_ns, p(1.1), 5 * kUnit / 2 - 1);
  rig.set(kSecond_ns, p(1.1), kUnit);
  rig.set(kSecond_ns + ms(10), p(1.1), 5 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->refills, 0u);
  rig.sell(2 * kSecond_ns, p(1.1), kUnit);
  rig.sell(2 * kSecond_ns + 1, p(1.1), kUnit + kUnit / 2);  // half in two trades
  rig.set(2 * kSecond_ns + 1, p(1.1), kUnit);
  rig.set(2 * kSecond_ns + ms(10), p(1.1), 5 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->refills, 1u);
}
TEST(RefillTracker, WhatWasCancelledAndComesBackIsNoRefill) {
  Rig rig;
  rig.set(kSecond_ns, p(1.1), 0);
  rig.set(kSecond_ns + ms(10), p(1.1), 5 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->refills, 0u);
}
TEST(RefillTracker, TheBookChangeOfATradeMayComeBeforeIt) {
  Rig rig;
  rig.set(kSecond_ns, p(1.1), 0);
  rig.sell(kSecond_ns, p(1.1), 5 * kUnit);
  rig.set(kSecond_ns + ms(10), p(1.1), 5 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->refills, 1u);
  EXPECT_EQ(rig.record(p(1.1))->executed, 5 * kUnit);
}
TEST(RefillTracker, ABookUpdateBetweenTradeAndItsChangeIsNoRefill) {
  Rig rig;
  rig.sell(kSecond_ns, p(1.1), 5 * kUnit);
  rig.set(kSecond_ns + 1, p(1.09998), 7 * kUnit);  // something else; the level still shows 5
  EXPECT_EQ(rig.record(p(1.1))->refills, 0u);
  rig.set(kSecond_ns + 2, p(1.1), 0);
  rig.set(kSecond_ns + ms(100), p(1.1), 5 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->refills, 1u);
}
TEST(RefillTracker, OnlyOppositeAggressorsCount) {
  Rig rig;
  rig.tracker.on_trade(trade(kSecond_ns, p(1.1), kUnit, kLong), kLong);
  rig.tracker.on_trade(trade(kSecond_ns, p(1.1), kUnit, 0), 0);
  EXPECT_EQ(rig.record(p(1.1))->executed, 0);
  rig.tracker.on_trade(trade(kSecond_ns, p(1.1001), kUnit, kLong), kLong);
  EXPECT_EQ(rig.record(p(1.1001), BookSide::kAsk)->executed, kUnit);
}
TEST(RefillTracker, OneTickThroughIsBrokenOnceAndTwoTicksDropTheRecord) {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(100));
  ASSERT_TRUE(rig.tracker.candidate(BookSide::kBid, 3).has_value());
  rig.set(10 * kSecond_ns, p(1.1), 0);  // cancelled; best 1.09999
  ASSERT_EQ(rig.tracker.broken().size(), 1u);
  EXPECT_EQ(rig.tracker.broken()[0].record.price, p(1.1));
  EXPECT_EQ(rig.tracker.broken()[0].side, BookSide::kBid);
  EXPECT_FALSE(rig.tracker.candidate(BookSide::kBid, 3).has_value());
  EXPECT_NE(rig.record(p(1.1)), nullptr);
  rig.set(10 * kSecond_ns + 1, p(1.09998), 8 * kUnit);
  EXPECT_TRUE(rig.tracker.broken().empty()) << "told once";
  rig.set(10 * kSecond_ns + 2, p(1.09999), 0);
  EXPECT_EQ(rig.record(p(1.1)), nullptr);
}
TEST(RefillTracker, WithFewRefillsNothingIsToldAsBroken) {
  Rig rig;
  for (int i = 0; i < 2; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(100));
  rig.set(10 * kSecond_ns, p(1.1), 0);
  EXPECT_TRUE(rig.tracker.broken().empty());
  EXPECT_NE(rig.record(p(1.1)), nullptr);
}
TEST(RefillTracker, AnEmptiedLevelIsNotThroughWhileItsRefillMayCome) {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(100));
  rig.sell(10 * kSecond_ns, p(1.1), 5 * kUnit);
  rig.set(10 * kSecond_ns, p(1.1), 0);
  rig.set(10 * kSecond_ns, p(1.09999), 0);  // two ticks
  rig.set(10 * kSecond_ns + ms(500), p(1.09998), 8 * kUnit);
  EXPECT_TRUE(rig.tracker.broken().empty());
  ASSERT_NE(rig.record(p(1.1)), nullptr);
  rig.set(10 * kSecond_ns + ms(500) + 1, p(1.09998), 9 * kUnit);
  ASSERT_EQ(rig.tracker.broken().size(), 1u);
  EXPECT_EQ(rig.record(p(1.1)), nullptr) << "told and dropped in one update";
}
TEST(RefillTracker, ATradeBeyondTheEmptiedLevelEndsTheWait) {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(100));
  rig.sell(10 * kSecond_ns, p(1.1), 5 * kUnit);
  rig.set(10 * kSecond_ns, p(1.1), 0);
  EXPECT_TRUE(rig.tracker.broken().empty());
  rig.sell(10 * kSecond_ns + 1, p(1.09999), kUnit);
  rig.set(10 * kSecond_ns + 1, p(1.09999), 8 * kUnit);
  EXPECT_EQ(rig.tracker.broken().size(), 1u);
}
TEST(RefillTracker, FifteenMinutesWithoutATradeForgetIt) {
  Rig rig;
  rig.round(kSecond_ns, 5 * kUnit, ms(100));
  rig.set(kSecond_ns + 15 * kMinute_ns, p(1.09998), 8 * kUnit);
  EXPECT_EQ(rig.record(p(1.1))->executed, 5 * kUnit);
  rig.set(kSecond_ns + 15 * kMinute_ns + 1, p(1.09998), 9 * kUnit);
  ASSERT_NE(rig.record(p(1.1)), nullptr) << "it still stands, as a new record";
  EXPECT_EQ(rig.record(p(1.1))->executed, 0);
  EXPECT_EQ(rig.record(p(1.1))->refills, 0u);
}
TEST(RefillTracker, OnlyTheTopFiveHaveRecords) {
  Rig rig;
  for (int i = 0; i < 4; ++i) rig.set(10 + i, p(1.09990) - i * kTick, kUnit);
  EXPECT_NE(rig.record(p(1.09989)), nullptr) << "the fifth";
  EXPECT_EQ(rig.record(p(1.09988)), nullptr);
}
TEST(RefillTracker, BarsCountWhileTheBestPriceIsWithinTwoUnits) {
  Rig rig;
  rig.tracker.on_bar();
  rig.tracker.on_bar();
  EXPECT_EQ(rig.record(p(1.1))->bars_held, 1u);
  rig.set(kMinute_ns, p(1.1002), kUnit, BookSide::kAsk);
  rig.set(kMinute_ns, p(1.1001), 0, BookSide::kAsk);
  rig.set(kMinute_ns, p(1.10011), 0, BookSide::kAsk);
  rig.set(kMinute_ns, p(1.10011), kUnit);  // best bid 1.1 u above: within
  rig.sell(kMinute_ns, p(1.1), kUnit);     // keeps the record
  rig.tracker.on_bar();
  EXPECT_EQ(rig.record(p(1.1))->bars_held, 2u);
  rig.set(kMinute_ns, p(1.1003), kUnit, BookSide::kAsk);
  rig.set(kMinute_ns, p(1.1002), 0, BookSide::kAsk);
  rig.set(kMinute_ns, p(1.1002), kUnit);            // exactly 2 u
  rig.tracker.on_bar();
  EXPECT_EQ(rig.record(p(1.1))->bars_held, 3u);
  rig.set(kMinute_ns, p(1.10021), kUnit);           // 2.1 u
  rig.set(kMinute_ns, p(1.10021), 0);               // and back
  rig.tracker.on_bar();
  EXPECT_EQ(rig.record(p(1.1))->bars_held, 0u);
  rig.tracker.on_bar();
  EXPECT_EQ(rig.record(p(1.1))->bars_held, 1u);
}
TEST(RefillTracker, AStaleBookDropsEverything) {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.round(kSecond_ns * (1 + i), 5 * kUnit, ms(100));
  rig.book.on_delta(delta(BookSide::kBid, p(1.1), 5, 9 * kSecond_ns, tick_flag::kGap));
  rig.tracker.on_book(rig.book, 9 * kSecond_ns);
  EXPECT_TRUE(rig.tracker.records(BookSide::kBid).empty());
  EXPECT_TRUE(rig.tracker.broken().empty());
}
TEST(RefillTracker, AFullSideMakesRoomWithoutGrowing) {
  OrderBook book;
  book.on_snapshot(test::snapshot({{p(1.1), kUnit}}, {{p(1.2), kUnit}}));
  RefillTracker t(kTick, kU);
  t.on_book(book, 1);
  TimeNs ts = 1;
  for (int i = 1; i <= 40; ++i) {  // ever higher bids, each traded at, so none is forgotten
    book.on_delta(delta(BookSide::kBid, p(1.1) + i * kTick, kUnit, ++ts));
    t.on_book(book, ts);
    t.on_trade(trade(ts, p(1.1) + i * kTick, 1, kShort), kShort);
  }
  EXPECT_EQ(t.records(BookSide::kBid).size(), RefillTracker::kRecords);
  EXPECT_EQ(t.evicted(), 9u);
  EXPECT_EQ(t.records(BookSide::kBid).front().price, p(1.1) + 40 * kTick);
  EXPECT_EQ(t.records(BookSide::kBid).back().price, p(1.1) + 9 * kTick) << "the untraded one and the oldest went";
}

/// The rules again, over a map.
class Model {
 public:
  struct R {
    long long peak = 0, executed = 0, removed = 0;
    TimeNs active = 0, depleted = -1;
    unsigned refills = 0, bars = 0;
    bool low = false, held = false, beyond = false, broken = false, top = true;
  };
  std::size_t evicted = 0;
  std::map<std::pair<int, Price>, R> records;  // side 0 bid, 1 ask
  std::vector<std::pair<int, Price>> broken;
  Price best[2] = {0, 0};

  void on_trade(const Trade& t, Direction sign) {
    if (sign == 0) return;
    const int side = sign > 0 ? 1 : 0;
    for (auto& [key, r] : records) {
      if (key.first != side) continue;
      const bool better = side == 0 ? key.second > t.price : key.second < t.price;
      if (better && r.depleted >= 0) r.beyond = true;
      if (key.second != t.price) continue;
      r.executed += t.size;
      r.removed += t.size;
      r.active = t.ts;
      if (2 * r.removed >= r.peak) r.depleted = t.ts;
    }
  }
  void on_book(const OrderBook& book, TimeNs ts) {
    broken.clear();
    for (int side = 0; side < 2; ++side) {
      const auto levels = book.side(static_cast<BookSide>(side)).levels();
      std::map<Price, Qty> top;
      for (std::size_t i = 0; i < std::min<std::size_t>(5, levels.size()); ++i) top[levels[i].price] = levels[i].size;
      best[side] = levels[0].price;
      const Price worst = side == 0 ? top.begin()->first : top.rbegin()->first;
      std::vector<Price> in_order;  // best first
      for (const auto& [key, r] : records) {
        if (key.first == side) in_order.push_back(key.second);
      }
      if (side == 0) std::reverse(in_order.begin(), in_order.end());
      for (const Price price : in_order) {
        R& r = records[{side, price}];
        const bool shown = top.count(price) != 0, below = levels.size() >= 5 && (side == 0 ? price < worst : price > worst);
        const long long size = shown ? top[price] : 0;
        if (r.executed == 0 && (shown || r.top)) r.active = ts;
        r.top = shown;
        if (!below) {
          const bool returned = 5 * size >= 4 * r.peak;
          if (returned && r.low && r.depleted >= 0 && ts - r.depleted <= 500 * kMilli_ns) ++r.refills;
          if (returned && (r.low || ts - r.active > 500 * kMilli_ns)) r.removed = 0, r.depleted = -1, r.beyond = false;
          r.low = !returned;
          r.peak = std::max(r.peak, size);
        }
        const Price away = price > best[side] ? price - best[side] : best[side] - price;
        if (away > 2 * kU) r.held = false;
        const Price through = side == 0 ? price - best[side] : best[side] - price;
        const bool idle = ts - r.active > (r.executed > 0 ? 15 * kMinute_ns : 500 * kMilli_ns);
        const bool waits = !r.beyond && r.depleted >= 0 && ts - r.depleted <= 500 * kMilli_ns;
        if (!idle && !waits && through >= kTick && !r.broken && r.refills >= 3) {
          r.broken = true;
          broken.push_back({side, price});
        }
        if (idle || (!waits && through >= 2 * kTick)) records.erase({side, price});
      }
      for (std::size_t i = 0; i < std::min<std::size_t>(5, levels.size()); ++i) {
        if (records.count({side, levels[i].price}) != 0) continue;
        make_room(side);
        R r;
        r.peak = levels[i].size;
        r.active = ts;
        records[{side, levels[i].price}] = r;
      }
    }
  }
  /// 32 a side: out goes an untraded one that is not in the top, else the traded one longest idle, of equals the worst price.
  void make_room(int side) {
    std::vector<std::tuple<int, TimeNs, Price, Price>> order;  // the least goes; the last is the key
    for (const auto& [key, r] : records) {
      if (key.first == side) order.emplace_back(r.executed > 0 ? 1 : r.top ? 2 : 0, r.active, side == 0 ? key.second : -key.second, key.second);
    }
    if (order.size() < 32) return;
    records.erase({side, std::get<3>(*std::min_element(order.begin(), order.end()))});
    ++evicted;
  }
  void on_bar() {
    for (auto& [key, r] : records) {
      r.bars = r.held ? r.bars + 1 : 0;
      r.held = std::llabs(key.second - best[key.first]) <= 2 * kU;
    }
  }
};

class RefillProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RefillProperty, EqualsTheMapModelIsMirroredAndSurvivesCheckpoints) {
  test::Random random(GetParam());
  test::TickMarket market(random);
  const test::Mirror mirror;
  OrderBook book, mirrored_book;
  RefillTracker tracker(kTick, kU), mirrored(kTick, kU);
  Model model;
  book.on_snapshot(test::TickMarket::first());
  mirrored_book.on_snapshot(mirror(test::TickMarket::first()));
  tracker.on_book(book, 1);
  mirrored.on_book(mirrored_book, 1);
  model.on_book(book, 1);
  std::uint64_t refills = 0, broken = 0, held = 0;
  TimeNs next_bar = kMinute_ns;
  for (int i = 0; i < 12'000; ++i) {
    const test::Tick t = market.next();
    while (t.ts() >= next_bar) {
      tracker.on_bar();
      mirrored.on_bar();
      model.on_bar();
      next_bar += kMinute_ns;
    }
    if (t.is_trade) {
      tracker.on_trade(t.trade, t.trade.aggressor);
      mirrored.on_trade(mirror(t.trade), static_cast<Direction>(-t.trade.aggressor));
      model.on_trade(t.trade, t.trade.aggressor);
      ASSERT_TRUE(tracker.broken().empty());
    } else {
      book.on_delta(t.delta);
      mirrored_book.on_delta(mirror(t.delta));
      tracker.on_book(book, t.ts());
      mirrored.on_book(mirrored_book, t.ts());
      model.on_book(book, t.ts());
      ASSERT_EQ(tracker.broken().size(), model.broken.size());
      for (std::size_t k = 0; k < model.broken.size(); ++k) {
        ASSERT_EQ(static_cast<int>(tracker.broken()[k].side), model.broken[k].first);
        ASSERT_EQ(tracker.broken()[k].record.price, model.broken[k].second);
      }
      ASSERT_EQ(mirrored.broken().size(), model.broken.size());
      broken += model.broken.size();
    }
    ASSERT_EQ(tracker.evicted(), model.evicted);
    std::size_t count = 0;
    for (int side = 0; side < 2; ++side) {
      const auto of = static_cast<BookSide>(side);
      const auto records = tracker.records(of), other = mirrored.records(test::Mirror::side(of));
      count += records.size();
      ASSERT_EQ(other.size(), records.size());
      for (std::size_t k = 0; k < records.size(); ++k) {
        const RefillRecord& r = records[k];
        const auto at = model.records.find({side, r.price});
        ASSERT_NE(at, model.records.end());
        ASSERT_EQ(r.peak, at->second.peak);
        ASSERT_EQ(r.executed, at->second.executed);
        ASSERT_EQ(r.refills, at->second.refills);
        ASSERT_EQ(r.bars_held, at->second.bars);
        ASSERT_EQ(r.broken, at->second.broken);
        ASSERT_EQ(other[k].price, mirror.price(r.price));
        RefillRecord m = other[k];
        m.price = r.price;
        ASSERT_EQ(test::saved(m), test::saved(r));
        held = std::max<std::uint64_t>(held, r.bars_held);
        refills = std::max<std::uint64_t>(refills, r.refills);
      }
      for (const std::uint32_t least : {0u, 1u, 3u}) {
        const auto c = tracker.candidate(of, least);
        const RefillRecord* best = nullptr;
        for (const RefillRecord& r : records) {  // best price first: the first of equals is the nearest, for what is not through
          if (r.broken || r.refills < least) continue;
          if (best == nullptr || r.rho() > best->rho()) best = &r;
        }
        ASSERT_EQ(c.has_value(), best != nullptr);
        if (best != nullptr) {
          ASSERT_EQ(c->rho(), best->rho());
        }
      }
    }
    ASSERT_EQ(count, model.records.size());
    if (random.one_in(300)) tracker = test::restored(tracker, RefillTracker(kTick, kU));
  }
  EXPECT_GE(refills, 3u) << "the market refilled nothing";
  EXPECT_GT(broken, 0u);
  EXPECT_GT(held, 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, RefillProperty, testing::Values(1u, 2u, 3u, 4u));

}  // namespace
}  // namespace omega
