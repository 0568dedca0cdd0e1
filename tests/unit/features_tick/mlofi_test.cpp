// F05.
#include "engine/features/mlofi.hpp"

#include "ticks.hpp"

namespace omega {
namespace {

using test::book_of;
using test::delta;

TEST(Mlofi, TheFirstLevelAloneIsOfi) {
  Mlofi m(2);
  OrderBook book = book_of({{100, 10}, {99, 5}}, {{102, 8}, {103, 5}});
  m.on_book(book);
  EXPECT_EQ(m.event().state, FeatureState::kWarming);
  book.on_delta(delta(BookSide::kBid, 100, 14));
  m.on_book(book);
  EXPECT_EQ(static_cast<long long>(m.level_event(1)), 4);
  EXPECT_EQ(static_cast<long long>(m.level_event(2)), 0);
  EXPECT_DOUBLE_EQ(m.event().value, 4 * (1 / 1.5));
}
TEST(Mlofi, LevelsMoveWithTheBook) {
  Mlofi m(2);
  OrderBook book = book_of({{100, 10}, {98, 6}}, {{102, 8}, {103, 5}});
  m.on_book(book);
  book.on_delta(delta(BookSide::kBid, 101, 3));  // a new best: level 1 rises to 101, level 2 from 98 to 100
  m.on_book(book);
  EXPECT_EQ(static_cast<long long>(m.level_event(1)), 3);
  EXPECT_EQ(static_cast<long long>(m.level_event(2)), 10);
  EXPECT_DOUBLE_EQ(m.event().value, (3 * 1.0 + 10 * 0.5) / 1.5);
}
TEST(Mlofi, AThinBookUsesTheLevelsItHasAndSaysSo) {
  Mlofi m(3);
  OrderBook book = book_of({{100, 10}, {99, 6}}, {{102, 8}, {103, 5}, {104, 9}});
  m.on_book(book);
  EXPECT_TRUE(m.thin_book());
  book.on_delta(delta(BookSide::kBid, 98, 7));  // level 3 of the bids was not there before
  m.on_book(book);
  EXPECT_FALSE(m.thin_book());
  EXPECT_EQ(static_cast<long long>(m.level_event(3)), 0);
  book.on_delta(delta(BookSide::kAsk, 104, 4));
  m.on_book(book);
  EXPECT_EQ(static_cast<long long>(m.level_event(3)), 5);
  EXPECT_DOUBLE_EQ(m.event().value, 5 * (1.0 / 3) / (1 + 1.0 / 2 + 1.0 / 3));
}
TEST(Mlofi, AStaleBookStartsAgainAndHalfAnUpdateIsPassedOver) {
  Mlofi m(2);
  OrderBook book = book_of({{100, 10}, {99, 6}}, {{102, 8}, {103, 5}});
  m.on_book(book);
  book.on_delta(delta(BookSide::kBid, 100, 12, 2, tick_flag::kMore));
  m.on_book(book);
  EXPECT_EQ(m.event().state, FeatureState::kWarming);
  book.on_delta(delta(BookSide::kBid, 99, 7));
  m.on_book(book);
  EXPECT_EQ(static_cast<long long>(m.level_event(1)), 2);
  EXPECT_EQ(static_cast<long long>(m.level_event(2)), 1);
  book.on_delta(delta(BookSide::kBid, 99, 7, 3, tick_flag::kGap));
  m.on_book(book);
  book.on_snapshot(test::snapshot({{100, 900}, {99, 900}}, {{102, 8}, {103, 5}}));
  m.on_book(book);
  EXPECT_EQ(static_cast<long long>(m.level_event(1)), 2) << "no event across the gap";
  m.end_bar();
  EXPECT_DOUBLE_EQ(m.bar().value, 2 * (1 / 1.5) + 1 * (0.5 / 1.5));
}

class MlofiProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MlofiProperty, EqualsTheDefinitionIsMirroredAndSurvivesCheckpoints) {
  test::Random random(GetParam());
  test::TickMarket market(random);
  const test::Mirror mirror;
  const auto levels = static_cast<std::size_t>(2 + random.below(9));
  Mlofi m(static_cast<int>(levels)), other(static_cast<int>(levels));
  OrderBook book, mirrored_book;
  book.on_snapshot(test::TickMarket::first());
  mirrored_book.on_snapshot(mirror(test::TickMarket::first()));
  m.on_book(book);
  other.on_book(mirrored_book);
  std::vector<long long> bar(levels, 0);
  for (int i = 0; i < 4'000; ++i) {
    const test::Tick t = market.next();
    if (t.is_trade) continue;
    const std::vector<BookLevel> bids(book.bids().levels().begin(), book.bids().levels().end());
    const std::vector<BookLevel> asks(book.asks().levels().begin(), book.asks().levels().end());
    book.on_delta(t.delta);
    mirrored_book.on_delta(mirror(t.delta));
    m.on_book(book);
    other.on_book(mirrored_book);
    double weighted = 0, weights = 0;
    for (std::size_t k = 0; k < levels; ++k) {
      long long e = 0;
      if (k < bids.size() && k < book.bids().levels().size()) {
        const BookLevel &a = bids[k], &b = book.bids().levels()[k];
        e += (b.price >= a.price ? b.size : 0) - (b.price <= a.price ? a.size : 0);
      }
      if (k < asks.size() && k < book.asks().levels().size()) {
        const BookLevel &a = asks[k], &b = book.asks().levels()[k];
        e += (b.price >= a.price ? a.size : 0) - (b.price <= a.price ? b.size : 0);
      }
      ASSERT_EQ(static_cast<long long>(m.level_event(static_cast<int>(k + 1))), e);
      bar[k] += e;
      weighted += static_cast<double>(e) / static_cast<double>(k + 1);
      weights += 1.0 / static_cast<double>(k + 1);
    }
    ASSERT_NEAR(m.event().value, weighted / weights, 1e-3);
    ASSERT_EQ(other.event().value, -m.event().value);
    ASSERT_EQ(m.thin_book(), book.bids().levels().size() < levels || book.asks().levels().size() < levels);
    if (random.one_in(50)) {
      m.end_bar();
      other.end_bar();
      for (std::size_t k = 0; k < levels; ++k) ASSERT_EQ(static_cast<long long>(m.level_bar(static_cast<int>(k + 1))), bar[k]);
      ASSERT_EQ(other.bar().value, -m.bar().value);
      bar.assign(levels, 0);
    }
    if (random.one_in(100)) m = test::restored(m, Mlofi(static_cast<int>(levels)));
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, MlofiProperty, testing::Values(1u, 2u, 3u, 4u, 5u, 6u));

}  // namespace
}  // namespace omega
