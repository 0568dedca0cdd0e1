#include <gtest/gtest.h>

#include "engine/signals/scores.hpp"
#include "engine/signals/targets.hpp"

namespace omega {
namespace {

TEST(Scores, ClipKeepsTheUnitInterval) {
  EXPECT_EQ(score::clip(-.1), 0);
  EXPECT_EQ(score::clip(0), 0);
  EXPECT_EQ(score::clip(.5), .5);
  EXPECT_EQ(score::clip(1), 1);
  EXPECT_EQ(score::clip(1.1), 1);
}
TEST(Scores, FlowAndCvdScoreOnlyInTheDirectionOfTheTrade) {
  EXPECT_DOUBLE_EQ(score::sf(kLong, 1.5, 3), .5);
  EXPECT_DOUBLE_EQ(score::sf(kShort, 1.5, 3), 0);
  EXPECT_DOUBLE_EQ(score::sf(kShort, -6, 3), 1);
  EXPECT_DOUBLE_EQ(score::sc(kLong, .3, .6), .5);
  EXPECT_DOUBLE_EQ(score::sc(kShort, .3, .6), 0);
}
TEST(Scores, VpinScoresInFullBelowItsThresholdAndFallsToZeroOverTwoTenths) {
  EXPECT_DOUBLE_EQ(score::sv(.34, .35), 1);
  EXPECT_DOUBLE_EQ(score::sv(.35, .35), 1);
  EXPECT_NEAR(score::sv(.45, .35), .5, 1e-12);
  EXPECT_NEAR(score::sv(.55, .35), 0, 1e-12);
  EXPECT_DOUBLE_EQ(score::sv(.9, .35), 0);
}
TEST(Scores, SpanScoreIsLinearBetweenItsEnds) {
  EXPECT_DOUBLE_EQ(score::sx(1, 1, 3), 0);
  EXPECT_DOUBLE_EQ(score::sx(2, 1, 3), .5);
  EXPECT_DOUBLE_EQ(score::sx(4, 1, 3), 1);
}
TEST(Scores, WickScoreTakesTheWickThatSpeaksForTheTradeAndATickForADoji) {
  TfBar b;
  b.open = 110;
  b.high = 150;
  b.low = 70;
  b.close = 140;
  EXPECT_NEAR(score::sw(b, kLong, 1), 40.0 / 60, 1e-12);
  EXPECT_NEAR(score::sw(b, kShort, 1), 10.0 / 60, 1e-12);
  b.open = b.close = 110;
  EXPECT_DOUBLE_EQ(score::sw(b, kLong, 1000), 40.0 / 2000);
}
TEST(Scores, ComparisonsRoundToNineDecimals) {
  EXPECT_TRUE(score::at_least(1 + .6 + 1 + .5 + .4, 3.5));
  EXPECT_TRUE(score::at_least(.1 + .2, .3));
  EXPECT_TRUE(score::at_least(.7 + .1, .8));  // .7999999999999999 in binary
  EXPECT_FALSE(score::at_least(3.5 - 1e-9, 3.5));
  EXPECT_TRUE(score::at_least(3.5 - 4e-10, 3.5));
}

Signal with_risk(Direction d) {
  Signal s;
  s.direction = d;
  s.entry_ref = 1'000'000;
  s.stop_loss = 1'000'000 - d * 1'000;
  return s;
}
TEST(Targets, StandardLadderIsFiftyThirtyTwentyForThreeR) {
  for (const Direction d : {kLong, kShort}) {
    Signal s = with_risk(d);
    standard_targets(s, 3);
    ASSERT_EQ(s.tp_count, 3);
    EXPECT_EQ(s.take_profit[0], 1'000'000 + d * 1'500);
    EXPECT_EQ(s.take_profit[1], 1'000'000 + d * 2'500);
    EXPECT_EQ(s.take_profit[2], 1'000'000 + d * 3'000);
    EXPECT_NEAR(s.tp_fraction[0] + s.tp_fraction[1] + s.tp_fraction[2], 1, 1e-12);
  }
}
TEST(Targets, APartialAtOrBeyondTheFinalTargetGivesItsShareToIt) {
  Signal two = with_risk(kLong);
  standard_targets(two, 2.5);
  ASSERT_EQ(two.tp_count, 2);
  EXPECT_DOUBLE_EQ(two.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(two.tp_fraction[1], .5);
  Signal one = with_risk(kLong);
  standard_targets(one, 1.5);
  ASSERT_EQ(one.tp_count, 1);
  EXPECT_DOUBLE_EQ(one.tp_fraction[0], 1);
  EXPECT_EQ(one.take_profit[0], 1'001'500);
}

}  // namespace
}  // namespace omega
