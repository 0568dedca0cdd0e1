// What the guard says of quotes, trades and book events taken alone.
#include <gtest/gtest.h>

#include "engine/market/input_guard.hpp"

namespace omega {
namespace {

constexpr Price kPrice = 1'100'000'000;

std::uint16_t judge(const auto& value) { return judge_tick(InputEvent::of(value)); }

TEST(TickGuard, Quotes) {
  const Quote good{.ts = 1, .bid = kPrice, .ask = kPrice + 1, .bid_size = 0, .ask_size = kVolumeLimit};
  EXPECT_EQ(judge(good), 0);
  Quote q = good;
  q.ask = q.bid;
  EXPECT_EQ(judge(q), 0) << "locked is kept";
  q.ask = q.bid - 1;
  EXPECT_EQ(judge(q), tick_flag::kBadCrossed);
  q = good, q.bid = 0;
  EXPECT_EQ(judge(q), tick_flag::kBadPrice);
  q = good, q.ask = kPriceLimit + 1;
  EXPECT_EQ(judge(q), tick_flag::kBadPrice);
  q = good, q.bid_size = -1;
  EXPECT_EQ(judge(q), tick_flag::kBadSize);
  q = good, q.ask_size = kVolumeLimit + 1;
  EXPECT_EQ(judge(q), tick_flag::kBadSize);
}

TEST(TickGuard, TradesAndDeltas) {
  EXPECT_EQ(judge(Trade{.price = kPrice, .size = 1}), 0);
  EXPECT_EQ(judge(Trade{.price = kPrice, .size = 0}), tick_flag::kBadSize);
  EXPECT_EQ(judge(Trade{.price = -1, .size = 1}), tick_flag::kBadPrice);
  EXPECT_EQ(judge(BookDelta{.price = kPrice, .new_size = 0}), 0);
  EXPECT_EQ(judge(BookDelta{.price = kPrice, .new_size = -1}), tick_flag::kBadSize);
  EXPECT_EQ(judge(BookDelta{.price = 0, .new_size = 1}), tick_flag::kBadPrice);
}

TEST(TickGuard, Snapshots) {
  BookSnapshot s{.ts = 1, .bid_levels = 2, .ask_levels = 2};
  s.bid_price = {kPrice, kPrice - 5};
  s.bid_size = {1, 2};
  s.ask_price = {kPrice + 5, kPrice + 9};
  s.ask_size = {3, 4};
  EXPECT_EQ(judge(s), 0);
  BookSnapshot bad = s;
  bad.bid_price[1] = kPrice;
  EXPECT_EQ(judge(bad), tick_flag::kBadCrossed) << "a level twice";
  bad = s, bad.ask_price[1] = kPrice + 4;
  EXPECT_EQ(judge(bad), tick_flag::kBadCrossed) << "a side out of order";
  bad = s, bad.bid_price[0] = kPrice + 6;
  EXPECT_EQ(judge(bad), tick_flag::kBadCrossed) << "bid above ask";
  bad = s, bad.ask_size[0] = 0;
  EXPECT_EQ(judge(bad), tick_flag::kBadSize);
  bad = s, bad.bid_levels = kBookLevels + 1;
  EXPECT_EQ(judge(bad), tick_flag::kBadSize);
  bad = s, bad.bid_levels = 0, bad.ask_levels = 0;
  EXPECT_EQ(judge(bad), 0) << "an empty book is a book";
}

TEST(TickGuard, ACopyOfAnEventIsTheEvent) {
  BookSnapshot s{.ts = 7, .bid_levels = 1, .ask_levels = 1};
  s.ask_size[9] = 12345;
  InputEvent e = InputEvent::of(s);
  e.seq = 3;
  const InputEvent copy = e;
  EXPECT_EQ(copy.seq, 3u);
  EXPECT_EQ(std::memcmp(copy.body.data(), &s, sizeof s), 0);
  InputEvent other = InputEvent::of(Trade{.ts = 1, .price = 2, .size = 3});
  other = copy;
  EXPECT_EQ(std::memcmp(other.body.data(), &s, sizeof s), 0);
}

}  // namespace
}  // namespace omega
