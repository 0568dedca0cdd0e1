// Guards: trades of the wrong side, price or size; fills paired that are no pair; a trade whose side only the future tells.
#include "adapters/feed/fill_matcher.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace omega::feed {
namespace {

constexpr TimeNs kT = 1'430'438'404 * kSecond_ns;

Fill bid(std::uint64_t order, Price price, Qty size, TimeNs ts = kT) { return {.ts = ts, .order = order, .price = price, .size = size, .side = BookSide::kBid}; }
Fill ask(std::uint64_t order, Price price, Qty size, TimeNs ts = kT) { return {.ts = ts, .order = order, .price = price, .size = size, .side = BookSide::kAsk}; }
/// An order that the file never saw entered.
Fill older(BookSide side, Price price, TimeNs ts = kT) { return {.ts = ts, .order = 1, .price = price, .side = side}; }

TEST(FillMatcher, the_order_entered_later_took_at_the_price_of_the_other) {
  FillMatcher first;
  EXPECT_FALSE(first.add(bid(10, 236, 5)));
  const auto sold = first.add(ask(11, 235, 5, kT + 30));
  ASSERT_TRUE(sold);
  EXPECT_EQ(std::tuple(sold->ts, sold->price, sold->size, sold->aggressor), std::tuple(kT + 30, 236, 5, kShort));
  FillMatcher second;
  EXPECT_FALSE(second.add(bid(12, 237, 5)));
  const auto bought = second.add(ask(11, 235, 5));
  ASSERT_TRUE(bought);
  EXPECT_EQ(std::tuple(bought->price, bought->aggressor), std::tuple(235, kLong));
}

TEST(FillMatcher, only_fills_of_both_sides_of_one_size_and_moment_are_a_pair_and_each_once) {
  FillMatcher m;
  EXPECT_FALSE(m.add(bid(10, 236, 5)));
  EXPECT_FALSE(m.add(bid(11, 236, 5))) << "the same side";
  EXPECT_FALSE(m.add(ask(12, 236, 6))) << "another size";
  EXPECT_FALSE(m.add(older(BookSide::kAsk, 236))) << "no size";
  EXPECT_FALSE(m.add(ask(13, 236, 5, kT + kFillWindow_ns + 1))) << "too late";
  FillMatcher n;
  EXPECT_FALSE(n.add(bid(10, 236, 5)));
  EXPECT_TRUE(n.add(ask(13, 236, 5, kT + kFillWindow_ns))) << "just in time";
  EXPECT_FALSE(n.add(ask(14, 236, 5, kT + kFillWindow_ns))) << "the bid is spoken for";
}

TEST(FillMatcher, sizes_may_differ_by_the_tolerance_and_the_maker_s_is_taken) {
  FillMatcher m(2);
  EXPECT_FALSE(m.add(ask(10, 236, 1'000)));
  const auto both = m.add(bid(11, 236, 1'002));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->size, 1'000);
  EXPECT_FALSE(m.add(ask(12, 236, 1'000)));
  EXPECT_FALSE(m.add(bid(13, 236, 1'003)));
}

TEST(FillMatcher, a_recorded_trade_has_the_side_of_the_pair_before_it_once) {
  FillMatcher m;
  static_cast<void>(m.add(ask(10, 236, 5)));
  ASSERT_TRUE(m.add(bid(11, 237, 5)));
  EXPECT_EQ(m.taker(kT, 235, 5), 0) << "another price";
  EXPECT_EQ(m.taker(kT + kFillWindow_ns + 1, 236, 5), 0) << "another time";
  EXPECT_EQ(m.taker(kT, 236, 5), kLong);
  EXPECT_EQ(m.taker(kT, 236, 5), 0) << "told before";
}

TEST(FillMatcher, of_a_trade_with_one_end_seen_that_end_took_when_something_says_so) {
  FillMatcher better;
  static_cast<void>(better.add(bid(10, 237, 5)));
  EXPECT_EQ(better.taker(kT, 236, 5), kLong) << "it would have paid more than the trade's price: that is the maker's";
  FillMatcher met;
  static_cast<void>(met.add(ask(10, 236, 5)));
  EXPECT_EQ(met.taker(kT, 236, 5), 0) << "either may have taken";
  static_cast<void>(met.add(older(BookSide::kAsk, 236)));
  EXPECT_EQ(met.taker(kT, 236, 5), 0) << "an order of its own side says nothing";
  static_cast<void>(met.add(older(BookSide::kBid, 235)));
  EXPECT_EQ(met.taker(kT, 236, 5), 0) << "nor one at another price";
  static_cast<void>(met.add(older(BookSide::kBid, 236)));
  EXPECT_EQ(met.taker(kT, 236, 5), kShort);
  EXPECT_EQ(met.taker(kT, 236, 6), 0) << "no end of that size was seen";
}

TEST(FillMatcher, forgets_the_oldest_beyond_its_bound) {
  FillMatcher m;
  static_cast<void>(m.add(bid(1, 236, 7)));
  for (std::size_t i = 0; i < kFillsKept_max; ++i) static_cast<void>(m.add(bid(2 + i, 236, 5)));
  EXPECT_FALSE(m.add(ask(999, 236, 7)));
}

}  // namespace
}  // namespace omega::feed
