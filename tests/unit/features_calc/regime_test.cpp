#include "engine/features/regime.hpp"

#include <gtest/gtest.h>

#include "tests/unit/features_calc/lcg.hpp"

namespace omega::test {
namespace {

Regime::Input input(double hurst, double adx, double spread_shock = 1, double vpin = .2, double spread_bp = 1) {
  return {FeatureValue::of(hurst), FeatureValue::of(adx), FeatureValue::of(spread_shock), FeatureValue::of(vpin), FeatureValue::of(spread_bp)};
}

/// A flat, even oscillation: no breakouts, follow-through one half, volatility ratio one.
void feed(Regime& r, int from, int n, const Regime::Input& in) {
  for (int i = from; i < from + n; ++i) {
    const double c = 100 + (i % 2 == 0 ? .1 : -.1);
    r.on_m15(bar_at(i, c, 100.2, 99.8, c), in);
  }
}

TEST(Regime, IsWarmingUntilItsWindowsAreFull) {
  Regime r(1.8, 50);
  feed(r, 0, 96, input(.7, 30));
  EXPECT_FALSE(r.trend().ready());
  feed(r, 96, 2, input(.7, 30));
  EXPECT_TRUE(r.trend().ready());
}

TEST(Regime, AddsUpTheStatedScoresAndNormalises) {
  Regime trend(1.8, 50);
  feed(trend, 0, 120, input(.7, 30));  // .3 + .25 trend, follow-through ½ adds nothing
  EXPECT_NEAR(trend.trend().value, 1.0, 1e-12);
  EXPECT_EQ(trend.label().value, 0);
  Regime range(1.8, 50);
  feed(range, 0, 120, input(.4, 10));  // .3 + .25 range
  EXPECT_NEAR(range.range().value, 1.0, 1e-12);
  Regime between(1.8, 50);
  feed(between, 0, 120, input(.5, 20));  // .15 + .1 each
  EXPECT_NEAR(between.trend().value, .5, 1e-12);
  EXPECT_NEAR(between.range().value, .5, 1e-12);
  Regime shocked(1.8, 50);
  feed(shocked, 0, 120, input(.5, 20, 2.6, .71));  // + .25 + .1 shock over .5
  EXPECT_NEAR(shocked.shock().value, .35 / .85, 1e-12);
}

TEST(Regime, TheTrendStateIsKeptFrom28DownTo22) {
  Regime r(1.8, 50);
  feed(r, 0, 120, input(.5, 28));  // not above 28: no trend state
  EXPECT_NEAR(r.trend().value, .5, 1e-12);
  feed(r, 120, 1, input(.5, 28.1));
  EXPECT_NEAR(r.trend().value, .4 / .55, 1e-12);
  feed(r, 121, 1, input(.5, 22));  // kept
  EXPECT_NEAR(r.trend().value, .4 / .55, 1e-12);
  feed(r, 122, 1, input(.5, 21.9));  // left: .25 to range
  EXPECT_NEAR(r.range().value, .4 / .55, 1e-12);
}

TEST(Regime, AShutdownSpreadOverridesEverything) {
  Regime r(1.8, 50);
  feed(r, 0, 120, input(.7, 30, 1, .2, 50.1));
  EXPECT_EQ(r.shock().value, .85);
  EXPECT_EQ(r.trend().value, .075);
}

TEST(Regime, TheLabelChangesAfterFiveEqualEvaluations) {
  Regime r(1.8, 50);
  feed(r, 0, 120, input(.7, 30));
  feed(r, 120, 4, input(.4, 10));
  EXPECT_EQ(r.label().value, 0);
  feed(r, 124, 1, input(.4, 10));
  EXPECT_EQ(r.label().value, 1);
}

}  // namespace
}  // namespace omega::test
