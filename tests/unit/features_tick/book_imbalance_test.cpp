// F09.
#include "engine/features/book_imbalance.hpp"

#include "ticks.hpp"

namespace omega {
namespace {

using test::book_of;

TEST(BookImbalance, IsTheLeanOfTheFirstLevels) {
  const OrderBook book = book_of({{100, 2}, {99, 2}, {98, 25}, {97, 2}, {96, 2}, {95, 500}}, {{101, 1}, {102, 1}, {103, 1}, {104, 1}, {105, 1}, {106, 500}});
  EXPECT_DOUBLE_EQ(book_imbalance(book).value, 28.0 / 38) << "S23-A: .7368";
  EXPECT_NEAR(book_imbalance(book).value, .7368, 5e-5);
  EXPECT_DOUBLE_EQ(l2_ratio(book).value, 33.0 / 5);
  EXPECT_DOUBLE_EQ(book_imbalance(book, 1).value, 1.0 / 3);
  EXPECT_DOUBLE_EQ(book_imbalance(book, 6).value, 28.0 / 1038);
}
TEST(BookImbalance, PressureWeighsByDistanceInTicks) {
  const OrderBook book = book_of({{100, 10}, {98, 10}}, {{101, 30}});
  // mid 100.5; tick 1: distances .5, 2.5 and .5
  const double bid = 10 / 1.5 + 10 / 3.5, ask = 30 / 1.5;
  EXPECT_DOUBLE_EQ(book_pressure(book, 1).value, (bid - ask) / (bid + ask));
}
TEST(BookImbalance, IsInvalidWithoutAUsableBook) {
  OrderBook book;
  const auto all_invalid = [&] {
    return book_imbalance(book).state == FeatureState::kInvalid && l2_ratio(book).state == FeatureState::kInvalid &&
           book_pressure(book, 1).state == FeatureState::kInvalid;
  };
  EXPECT_TRUE(all_invalid()) << "no book yet";
  book.on_snapshot(test::snapshot({{100, 1}}, {}));
  EXPECT_TRUE(all_invalid()) << "one side empty";
  book.on_snapshot(test::snapshot({{100, 1}}, {{101, 1}}));
  EXPECT_FALSE(all_invalid());
  book.on_delta(test::delta(BookSide::kBid, 99, 1, 2, tick_flag::kMore));
  EXPECT_TRUE(all_invalid()) << "inside an update";
  book.on_delta(test::delta(BookSide::kBid, 98, 1, 2, tick_flag::kGap));
  EXPECT_TRUE(all_invalid()) << "stale";
}
TEST(BookImbalance, StaysInBoundsAndFlipsInTheMirror) {
  test::Random random(9);
  test::TickMarket market(random);
  const test::Mirror mirror;
  OrderBook book, mirrored;
  book.on_snapshot(test::TickMarket::first());
  mirrored.on_snapshot(mirror(test::TickMarket::first()));
  for (int i = 0; i < 4'000; ++i) {
    const test::Tick t = market.next();
    if (t.is_trade) continue;
    book.on_delta(t.delta);
    mirrored.on_delta(mirror(t.delta));
    for (int levels = 1; levels <= 10; ++levels) {
      const double imbalance = book_imbalance(book, levels).value, pressure = book_pressure(book, test::kTick, levels).value;
      ASSERT_LE(std::abs(imbalance), 1);
      ASSERT_LE(std::abs(pressure), 1);
      ASSERT_GT(l2_ratio(book, levels).value, 0);
      ASSERT_EQ(book_imbalance(mirrored, levels).value, -imbalance);
      ASSERT_EQ(book_pressure(mirrored, test::kTick, levels).value, -pressure);
      const BookDepth depth = BookDepth::of(book, levels), swapped = BookDepth::of(mirrored, levels);
      ASSERT_TRUE(depth.bid == swapped.ask && depth.ask == swapped.bid);
    }
  }
}

}  // namespace
}  // namespace omega
