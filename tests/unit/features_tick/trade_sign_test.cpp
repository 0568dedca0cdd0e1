// F02.
#include "engine/features/trade_sign.hpp"

#include "ticks.hpp"

namespace omega {
namespace {

using test::trade;

TEST(TradeSign, TheVenuesWordIsFinal) {
  TradeSign s;
  EXPECT_EQ(s.on_trade(trade(1, 90, 1, kLong), 200), kLong);
  EXPECT_EQ(s.on_trade(trade(1, 110, 1, kShort), 200), kShort);
}
TEST(TradeSign, ElseTheSideOfTheMid) {
  TradeSign s;
  EXPECT_EQ(s.on_trade(trade(1, 101, 1, 0), 201), kLong);
  EXPECT_EQ(s.on_trade(trade(1, 100, 1, 0), 201), kShort);
}
TEST(TradeSign, AtTheMidTheLastChangeThatWasNotZero) {
  TradeSign s;
  EXPECT_EQ(s.on_trade(trade(1, 100, 1, 0), 200), 0) << "no history";
  EXPECT_EQ(s.on_trade(trade(2, 100, 1, 0), 200), 0) << "no change yet";
  EXPECT_EQ(s.on_trade(trade(3, 101, 1, 0), 202), kLong) << "the step to this trade counts";
  EXPECT_EQ(s.on_trade(trade(4, 101, 1, 0), 202), kLong);
  EXPECT_EQ(s.on_trade(trade(5, 99, 1, kLong), 202), kLong);
  EXPECT_EQ(s.on_trade(trade(6, 99, 1, 0), 198), kShort) << "a trade with an aggressor moves the history as well";
}
TEST(TradeSign, WithoutAQuoteTheTickTestDecides) {
  TradeSign s;
  EXPECT_EQ(s.on_trade(trade(1, 100, 1, 0), 0), 0);
  EXPECT_EQ(s.on_trade(trade(2, 99, 1, 0), 0), kShort);
}
TEST(TradeSign, AMirroredTradeHasTheOppositeSignAndACheckpointChangesNothing) {
  test::Random random(12);
  const test::Mirror mirror;
  TradeSign s, m;
  int ties = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Price mid2 = 2 * test::kPar + random.below(9) - 4;
    const Trade t = trade(i, test::kPar + random.below(5) - 2, 1, static_cast<Direction>(random.one_in(10) ? random.below(3) - 1 : 0));
    ties += 2 * t.price == mid2;
    const Direction sign = s.on_trade(t, mid2);
    ASSERT_EQ(m.on_trade(mirror(t), 2 * mirror.centre2 - mid2), -sign);
    ASSERT_TRUE(sign == 0 || sign == 1 || sign == -1);
    if (random.one_in(50)) s = test::restored(s, TradeSign());
  }
  EXPECT_GT(ties, 1'000);
}

}  // namespace
}  // namespace omega
