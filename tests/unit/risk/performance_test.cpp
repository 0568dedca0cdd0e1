// PERF, win probability and the correlation of strategies' daily R: STRATEGIES 4.3, 4.6.
#include "engine/risk/performance.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

TEST(Performance, WithoutTradesThePriorsSpeak) {
  const Performance p;
  EXPECT_DOUBLE_EQ(p.perf(1), .65);
  EXPECT_DOUBLE_EQ(p.win_probability(1), .5);
}

TEST(Performance, ScratchesCountAsTradesAndNotAsWins) {
  Performance p;
  p.on_trade(1, .05);    // a win, exactly
  p.on_trade(1, .0499);  // a scratch
  p.on_trade(1, -.05);   // a loss, exactly
  EXPECT_DOUBLE_EQ(p.perf(1), 14.0 / 23);
  EXPECT_DOUBLE_EQ(p.win_probability(1), 6.0 / 13);
  EXPECT_DOUBLE_EQ(p.perf(2), .65) << "another strategy's trades are not its own";
}

TEST(Performance, OnlyTheLastFiftyTradesCount) {
  Performance p;
  for (int i = 0; i < 50; ++i) p.on_trade(1, 1);
  EXPECT_DOUBLE_EQ(p.perf(1), 63.0 / 70);
  p.on_trade(1, -1);
  EXPECT_DOUBLE_EQ(p.perf(1), 62.0 / 70);
  for (int i = 0; i < 49; ++i) p.on_trade(1, -1);
  EXPECT_DOUBLE_EQ(p.perf(1), 13.0 / 70);
}

TEST(Performance, CorrelationNeedsTwentyCommonDays) {
  Performance p;
  const auto day = [&](double a, double b) {
    p.on_trade(1, a);
    p.on_trade(2, b);
    p.on_day_roll();
  };
  for (int i = 0; i < 19; ++i) day(i % 3 - 1, 2 * (i % 3 - 1));
  EXPECT_EQ(p.between(1, 2), 0);
  p.on_trade(1, 5);  // strategy 2 rests: not a common day
  p.on_day_roll();
  EXPECT_EQ(p.between(1, 2), 0);
  day(1, 2);
  EXPECT_NEAR(p.between(1, 2), 1, 1e-9);
  EXPECT_EQ(p.between(2, 1), p.between(1, 2));
}

TEST(Performance, OpposedStrategiesCorrelateNegatively) {
  Performance p;
  for (int i = 0; i < 25; ++i) {
    p.on_trade(1, i % 4);
    p.on_trade(2, -(i % 4));
    p.on_day_roll();
  }
  EXPECT_NEAR(p.between(1, 2), -1, 1e-9);
}

TEST(Performance, TheHalfLifeIsThirtyDays) {
  double w = 1;
  for (int i = 0; i < 30; ++i) w *= Performance::kDecay_per_day;
  EXPECT_NEAR(w, .5, 1e-12);
}

}  // namespace
}  // namespace omega::test
