// What a market order pays in a visible book (STRATEGIES 4.8, "L2 market order"), in worked numbers.
#include "engine/orders/book_fills.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace omega {
namespace {

constexpr Price kTick = 10;

std::vector<BookLevel> asks(std::size_t levels, Qty size) {
  std::vector<BookLevel> out;
  for (std::size_t i = 0; i < levels; ++i) out.push_back({1000 + static_cast<Price>(i) * kTick, size});
  return out;
}

TEST(WalkBook, WithinTheFirstLevelIsItsPrice) {
  const auto book = asks(3, 5);
  EXPECT_EQ(walk_book(book, 1, 4, kTick).price, 1000);
  EXPECT_EQ(walk_book(book, 1, 5, kTick).price, 1000);
  EXPECT_FALSE(walk_book(book, 1, 5, kTick).beyond_book);
}

TEST(WalkBook, SeveralLevelsGiveTheWeightedMean) {
  const std::vector<BookLevel> book{{1000, 50}, {1010, 30}, {1020, 40}};
  EXPECT_EQ(walk_book(book, 1, 100, kTick).price, 1007);  // (50·1000 + 30·1010 + 20·1020) / 100
}

TEST(WalkBook, TheMeanIsRoundedAgainstUs) {
  const std::vector<BookLevel> up{{1000, 2}, {1010, 9}}, down{{1010, 2}, {1000, 9}};
  EXPECT_EQ(walk_book(up, 1, 3, kTick).price, 1004);     // 3010 / 3 = 1003.33
  EXPECT_EQ(walk_book(down, -1, 3, kTick).price, 1006);  // 3020 / 3 = 1006.67
}

TEST(WalkBook, TheWholeTopIsStillVisible) {
  const auto book = asks(10, 1);
  const BookWalk w = walk_book(book, 1, 10, kTick);
  EXPECT_EQ(w.price, 1045);
  EXPECT_FALSE(w.beyond_book);
}

TEST(WalkBook, ARestUpToTheLastLevelsSizeIsOneTickWorseAndOneMoreUnitIsTwo) {
  const std::vector<BookLevel> book{{1000, 4}};
  const BookWalk one = walk_book(book, 1, 8, kTick);  // 4 at 1000, 4 at 1010
  EXPECT_EQ(one.price, 1005);
  EXPECT_TRUE(one.beyond_book);
  EXPECT_EQ(walk_book(book, 1, 9, kTick).price, 1012);  // 4 at 1000, 5 at 1020: 9100 / 9 = 1011.1
  EXPECT_EQ(walk_book(book, -1, 8, kTick).price, 995);
  EXPECT_EQ(walk_book(book, -1, 9, kTick).price, 988);  // 8900 / 9 = 988.9
}

TEST(WalkBook, LevelsBeyondTheTenthAreNotWalked) {
  auto book = asks(11, 1);
  book[10].size = 1000;
  const BookWalk w = walk_book(book, 1, 12, kTick);
  EXPECT_TRUE(w.beyond_book);
  EXPECT_EQ(w.price, (10450 + 2 * (1090 + 2 * kTick) + 11) / 12);
}

TEST(WalkBook, AbsurdSizesStopAtTheLimitsInsteadOfWrapping) {
  const std::vector<BookLevel> book{{1000, 1}};
  EXPECT_GE(walk_book(book, -1, Qty{1} << 40, kTick).price, kTick);
  EXPECT_LE(walk_book(book, 1, Qty{1} << 62, 1'000'000).price, kPriceLimit);
}

TEST(UnitsOf, AreLotsTimesTheContract) {
  EXPECT_EQ(units_of(kQtyScale, 100'000), 100'000 * kQtyScale);
  EXPECT_EQ(units_of(1, 100'000), 100'000);
  EXPECT_EQ(units_of(1, 0.1), 1);                       // never nothing
  EXPECT_EQ(units_of(Qty{1} << 60, 100'000), Qty{1} << 62);  // never a wrap
}

}  // namespace
}  // namespace omega
