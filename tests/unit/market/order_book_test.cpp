// The book of snapshots and deltas against a plain std::map of all levels, and its states.
#include "engine/market/order_book.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/core/archive.hpp"

namespace omega {
namespace {

BookSnapshot snapshot(std::initializer_list<BookLevel> bids, std::initializer_list<BookLevel> asks) {
  BookSnapshot s{.ts = 1};
  for (const BookLevel& l : bids) s.bid_price[s.bid_levels] = l.price, s.bid_size[s.bid_levels++] = l.size;
  for (const BookLevel& l : asks) s.ask_price[s.ask_levels] = l.price, s.ask_size[s.ask_levels++] = l.size;
  return s;
}
BookDelta delta(BookSide side, Price price, Qty size, std::uint16_t flags = 0) {
  return {.ts = 2, .price = price, .new_size = size, .flags = flags, .side = side};
}

TEST(OrderBook, IsEmptyUntilTheFirstSnapshot) {
  OrderBook book;
  EXPECT_FALSE(book.on_delta(delta(BookSide::kBid, 100, 5)));
  EXPECT_EQ(book.state(), OrderBook::State::kEmpty);
  book.on_snapshot(snapshot({{100, 5}, {99, 3}}, {{101, 4}}));
  EXPECT_TRUE(book.usable());
  EXPECT_EQ(book.mid2(), 201);
}

TEST(OrderBook, AGapMakesItStaleUntilASnapshot) {
  OrderBook book;
  book.on_snapshot(snapshot({{100, 5}}, {{101, 4}}));
  EXPECT_FALSE(book.on_delta(delta(BookSide::kBid, 99, 5, tick_flag::kGap)));
  EXPECT_EQ(book.state(), OrderBook::State::kStale);
  EXPECT_FALSE(book.on_delta(delta(BookSide::kBid, 98, 5)));
  EXPECT_FALSE(book.usable());
  book.on_snapshot(snapshot({{90, 5}}, {{91, 4}}));
  EXPECT_TRUE(book.usable());
  EXPECT_EQ(book.bids().size_at(100), 0);
}

TEST(OrderBook, IsNotUsableInsideAnUpdateNorCrossedNorOneSided) {
  OrderBook book;
  book.on_snapshot(snapshot({{100, 5}}, {{101, 4}}));
  book.on_delta(delta(BookSide::kBid, 101, 5, tick_flag::kMore));
  EXPECT_FALSE(book.usable());
  book.on_delta(delta(BookSide::kAsk, 102, 1));
  EXPECT_TRUE(book.usable()) << "locked is kept";
  book.on_delta(delta(BookSide::kBid, 102, 5));
  EXPECT_FALSE(book.usable());
  book.on_delta(delta(BookSide::kBid, 102, 0));
  book.on_delta(delta(BookSide::kAsk, 101, 0));
  EXPECT_TRUE(book.usable());
  book.on_delta(delta(BookSide::kAsk, 102, 0));
  EXPECT_FALSE(book.usable());
}

TEST(OrderBook, EqualsAMapOfAllLevelsThroughRandomDeltas) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("SEED %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50; ++round) {
    OrderBook book;
    book.on_snapshot(snapshot({}, {}));
    std::map<Price, Qty, std::greater<>> bids;
    std::map<Price, Qty> asks;
    for (int i = 0; i < 2000; ++i) {
      const auto size = static_cast<Qty>(random() % 4 == 0 ? 0 : 1 + random() % 9);
      const bool bid = random() % 2 == 0;
      const auto price = static_cast<Price>(bid ? 100 - random() % 60 : 101 + random() % 60);
      ASSERT_TRUE(book.on_delta(delta(bid ? BookSide::kBid : BookSide::kAsk, price, size)));
      const auto apply = [&](auto& side) {
        if (size == 0) side.erase(price);
        else side[price] = size;
      };
      if (bid) apply(bids);
      else apply(asks);
      const auto same = [](const BookLadder& ladder, const auto& side) {
        std::size_t n = 0;
        for (const auto& [p, q] : side) {
          ASSERT_LT(n, ladder.levels().size());
          ASSERT_EQ(ladder.levels()[n], (BookLevel{p, q}));
          ++n;
        }
        ASSERT_EQ(n, ladder.levels().size());
      };
      same(book.bids(), bids);
      same(book.asks(), asks);
    }
  }
}

TEST(OrderBook, KeepsTheBestLevelsWhenThereAreTooMany) {
  OrderBook book;
  book.on_snapshot(snapshot({}, {}));
  for (Price p = 1; p <= 200; ++p) book.on_delta(delta(BookSide::kBid, p, 1));
  ASSERT_EQ(book.bids().levels().size(), BookLadder::kLevelsMax);
  EXPECT_EQ(book.bids().best().price, 200);
  EXPECT_EQ(book.bids().levels().back().price, 200 - static_cast<Price>(BookLadder::kLevelsMax) + 1);
  book.on_delta(delta(BookSide::kBid, 1, 1));
  EXPECT_EQ(book.bids().size_at(1), 0);
}

TEST(OrderBook, ComesBackFromACheckpoint) {
  OrderBook book;
  book.on_snapshot(snapshot({{100, 5}, {99, 3}}, {{101, 4}}));
  book.on_delta(delta(BookSide::kAsk, 103, 8, tick_flag::kMore));
  StateWriter out;
  out(book);
  OrderBook again;
  StateReader in(out.bytes());
  in(again);
  ASSERT_TRUE(in.at_end());
  StateWriter second;
  second(again);
  EXPECT_EQ(out.bytes(), second.bytes());
  EXPECT_FALSE(again.whole());
}

}  // namespace
}  // namespace omega
