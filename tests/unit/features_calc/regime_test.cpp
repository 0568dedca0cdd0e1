// F30: every threshold at and around its value, the trend state's memory, follow-through, shocks and the debounced label.
#include "engine/features/regime.hpp"

#include <gtest/gtest.h>

#include "calc_fixture.hpp"

namespace omega {
namespace {

using namespace test;

constexpr Price kP = 1'100'000'000, kTick = 10'000;

double above(double x) { return std::nextafter(x, 1e9); }
double under(double x) { return std::nextafter(x, -1e9); }

Regime::Input input(double hurst, double adx) {
  Regime::Input in;
  in.hurst = FeatureValue::of(hurst);
  in.adx = FeatureValue::of(adx);
  return in;
}
TfBar m15(int i, Price close, Price high, Price low) { return bar_of(i, high, low, close, 15 * kMinute_ns); }
/// Quiet: closes inside a constant range, hence no breakout and a volatility ratio near 1.
TfBar quiet(int i) { return m15(i, kP + (i % 2) * kTick, kP + 2 * kTick, kP - kTick); }

/// Warm after 99 quiet bars with H = .5 and ADX = 20 (outside the trend state: both get .25).
Regime warm(double vol_ratio_shock = 1.8, double shutdown_bp = 50) {
  Regime r(vol_ratio_shock, shutdown_bp);
  for (int i = 0; i < 99; ++i) r.on_m15(quiet(i), input(.5, 20));
  return r;
}
Regime one_more(const Regime::Input& in) {
  Regime r = warm();
  r.on_m15(quiet(99), in);
  return r;
}

TEST(Regime, NeedsADayOfReturnsHurstAndAdx) {
  Regime r(1.8, 50);
  for (int i = 0; i < 96; ++i) r.on_m15(quiet(i), input(.5, 20));
  EXPECT_EQ(r.trend().state, FeatureState::kWarming);
  Regime::Input no_hurst = input(.5, 20), no_adx = no_hurst;
  no_hurst.hurst = no_adx.adx = FeatureValue::warming();
  r.on_m15(quiet(96), no_hurst);
  r.on_m15(quiet(97), no_adx);
  EXPECT_EQ(r.label().state, FeatureState::kWarming);
  r.on_m15(quiet(98), input(.5, 20));
  EXPECT_DOUBLE_EQ(r.trend().value, .5);
  EXPECT_DOUBLE_EQ(r.range().value, .5);
  EXPECT_DOUBLE_EQ(r.shock().value, 0);
  EXPECT_EQ(r.label().value, 1.0);
}

TEST(Regime, InvalidHurstOrAdxMakesEverythingInvalidUntilItReturns) {
  for (const bool hurst : {true, false}) {
    Regime r = warm();
    Regime::Input in = input(.5, 20);
    (hurst ? in.hurst : in.adx) = FeatureValue::invalid();
    r.on_m15(quiet(99), in);
    for (const FeatureValue& v : {r.trend(), r.range(), r.shock(), r.label()}) EXPECT_EQ(v.state, FeatureState::kInvalid);
    r.on_m15(quiet(100), input(.5, 20));
    EXPECT_TRUE(r.trend().ready());
    EXPECT_TRUE(r.label().ready());
  }
}

TEST(Regime, HurstThresholdsAreStrict) {
  EXPECT_DOUBLE_EQ(one_more(input(above(.55), 20)).trend().value, .4 / .5);
  EXPECT_DOUBLE_EQ(one_more(input(.55, 20)).trend().value, .5);
  EXPECT_DOUBLE_EQ(one_more(input(.45, 20)).range().value, .5);
  EXPECT_DOUBLE_EQ(one_more(input(under(.45), 20)).range().value, .4 / .5);
}

TEST(Regime, AdxThresholdsOutsideTheTrendState) {
  EXPECT_DOUBLE_EQ(one_more(input(.5, above(28))).trend().value, .4 / .55);
  EXPECT_DOUBLE_EQ(one_more(input(.5, 28)).trend().value, .5);
  EXPECT_DOUBLE_EQ(one_more(input(.5, 15)).range().value, .5);
  EXPECT_DOUBLE_EQ(one_more(input(.5, under(15))).range().value, .4 / .55);
}

TEST(Regime, TrendStateHoldsDownTo22AndIsThenLeft) {
  Regime r = warm();
  r.on_m15(quiet(99), input(.5, 29));
  r.on_m15(quiet(100), input(.5, 22));
  EXPECT_DOUBLE_EQ(r.trend().value, .4 / .55);
  r.on_m15(quiet(101), input(.5, under(22)));
  EXPECT_DOUBLE_EQ(r.range().value, .4 / .55);  // leaves in favour of range
  r.on_m15(quiet(102), input(.5, 25));
  EXPECT_DOUBLE_EQ(r.trend().value, .5);         // 25 does not bring it back
  r.on_m15(quiet(103), input(.5, above(28)));
  EXPECT_DOUBLE_EQ(r.trend().value, .4 / .55);
}

/// 100 bars: five breakouts at 60..64 (closes P+1 .. P+5 ticks), then closes[0..4] five bars later, then flat.
Regime after_breakouts(const std::array<int, 5>& later) {
  Regime r(1.8, 50);
  for (int i = 0; i < 100; ++i) {
    const int ticks = i < 60 ? 0 : i < 65 ? i - 59 : i < 70 ? later[static_cast<std::size_t>(i - 65)] : later[4];
    r.on_m15(m15(i, kP + ticks * kTick, kP + ticks * kTick, kP - 1000 * kTick), input(.5, 20));
  }
  return r;
}

TEST(Regime, FollowThroughAboveSixtyPercentIsTrendBelowFortyIsRange) {
  EXPECT_DOUBLE_EQ(after_breakouts({4, 4, 4, 5, 4}).trend().value, .4 / .65);  // 4 of 5 go further
  EXPECT_DOUBLE_EQ(after_breakouts({4, 4, 4, 4, 4}).trend().value, .5);        // 3 of 5 is not above .60
  EXPECT_DOUBLE_EQ(after_breakouts({4, 4, 3, 4, 4}).range().value, .5);        // 2 of 5 is not below .40
  EXPECT_DOUBLE_EQ(after_breakouts({4, 2, 3, 4, 4}).range().value, .4 / .65);  // 1 of 5
}

TEST(Regime, FollowThroughIsTheSameUpsideDown) {
  auto random = seeded(59);
  Regime r(1.8, 50), mirror(1.8, 50);
  for (const TfBar& b : random_walk(random, 600, 15 * kMinute_ns)) {
    TfBar flat = b;  // the volatility of simple returns is not mirrored exactly; follow-through is
    r.on_m15(flat, input(.5, 20));
    mirror.on_m15(mirrored(flat, 1'100'000'000), input(.5, 20));
    ASSERT_EQ(r.trend().ready(), mirror.trend().ready());
    if (!r.trend().ready()) continue;
    ASSERT_EQ(r.trend().value, mirror.trend().value);
  }
}

TEST(Regime, FollowThroughCountsAtEveryCloseTheBreakoutsOfBars55To5AfterACheckpointToo) {
  auto random = seeded(67);
  Regime r(1e9, 50);
  const std::vector<TfBar> bars = random_walk(random, 900, 15 * kMinute_ns);
  int trends = 0, ranges = 0;
  for (std::size_t t = 0; t < bars.size(); ++t) {
    r.on_m15(bars[t], input(.5, 20));
    if (below(random, 40) == 0) {
      StateWriter saved;
      saved(r);
      r = Regime(1e9, 50);
      StateReader loaded(saved.bytes());
      loaded(r);
      ASSERT_TRUE(loaded.at_end());
    }
    if (!r.trend().ready()) continue;
    int breakouts = 0, followed = 0;
    for (std::size_t i = t - 55; i <= t - 5; ++i) {
      Price high = bars[i - 1].high, low = bars[i - 1].low;
      for (std::size_t j = i - 20; j < i; ++j) high = std::max(high, bars[j].high), low = std::min(low, bars[j].low);
      const int d = bars[i].close > high ? 1 : bars[i].close < low ? -1 : 0;
      breakouts += d != 0;
      followed += d != 0 && d * (bars[i + 5].close - bars[i].close) > 0;
    }
    const double share = breakouts > 0 ? static_cast<double>(followed) / breakouts : .5;
    const double trend = .25 + (share > .60 ? .15 : 0), range = .25 + (share < .40 ? .15 : 0);
    ASSERT_DOUBLE_EQ(r.trend().value, trend / (trend + range)) << "bar " << t;
    trends += share > .60;
    ranges += share < .40;
  }
  EXPECT_GT(trends, 20);
  EXPECT_GT(ranges, 20);
}

TEST(Regime, VolatilityRatioAboveTheBoundIsAShockAndHalvesTheRest) {
  std::vector<TfBar> bars;
  ReturnWindow fast(16), slow(96);
  for (int i = 0; i < 100; ++i) {
    const Price swing = i < 84 ? kTick : 30 * kTick;
    bars.push_back(m15(i, kP + (i % 2) * swing, kP + 100 * kTick, kP - 100 * kTick));
    fast.on_bar(bars.back());
    slow.on_bar(bars.back());
  }
  const double ratio = fast.sigma().value / slow.sigma().value;
  ASSERT_GT(ratio, 1.8);
  for (const bool exceeded : {false, true}) {
    Regime r(exceeded ? under(ratio) : ratio, 50);
    for (const TfBar& b : bars) r.on_m15(b, input(.5, 20));
    EXPECT_DOUBLE_EQ(r.shock().value, exceeded ? .4 / .65 : 0.0);
    EXPECT_DOUBLE_EQ(r.trend().value, exceeded ? .125 / .65 : .5);
    EXPECT_DOUBLE_EQ(r.range().value, r.trend().value);
  }
}

TEST(Regime, SpreadShockAndVpinCountWhenReadyAndAboveTheirBounds) {
  const auto shock = [](FeatureValue spread_shock, FeatureValue vpin) {
    Regime::Input in = input(.5, 20);
    in.spread_shock = spread_shock;
    in.vpin = vpin;
    return one_more(in).shock().value;
  };
  const auto none = FeatureValue::warming(), bad = FeatureValue::invalid();
  EXPECT_DOUBLE_EQ(shock(FeatureValue::of(above(2.5)), none), .25 / .75);
  EXPECT_DOUBLE_EQ(shock(FeatureValue::of(2.5), none), 0);
  EXPECT_DOUBLE_EQ(shock(none, FeatureValue::of(above(.70))), .1 / .6);
  EXPECT_DOUBLE_EQ(shock(none, FeatureValue::of(.70)), 0);
  EXPECT_DOUBLE_EQ(shock(bad, bad), 0);
}

TEST(Regime, SpreadAboveTheShutdownBoundOverridesAll) {
  Regime::Input in = input(.6, 40);
  in.spread_bp = FeatureValue::of(50);
  EXPECT_DOUBLE_EQ(one_more(in).trend().value, 1.0);
  in.spread_bp = FeatureValue::of(above(50));
  const Regime r = one_more(in);
  EXPECT_EQ(r.trend().value, .075);
  EXPECT_EQ(r.range().value, .075);
  EXPECT_EQ(r.shock().value, .85);
}

TEST(Regime, LabelChangesAfterFiveEqualEvaluations) {
  Regime r = warm();  // label range
  int i = 99;
  for (int n = 0; n < 4; ++n) r.on_m15(quiet(i++), input(.6, 40));
  EXPECT_EQ(r.label().value, 1.0);
  r.on_m15(quiet(i++), input(.4, 10));  // one other evaluation starts the count again
  for (int n = 0; n < 4; ++n) r.on_m15(quiet(i++), input(.6, 40));
  EXPECT_EQ(r.label().value, 1.0);
  r.on_m15(quiet(i++), input(.6, 40));
  EXPECT_EQ(r.label().value, 0.0);
}

TEST(Regime, ProbabilitiesAddUpToOneWhateverComesIn) {
  auto random = seeded(61);
  Regime r(1.8, 50);
  int seen = 0;
  for (const TfBar& b : random_walk(random, 1500, 15 * kMinute_ns)) {
    Regime::Input in = input(static_cast<double>(below(random, 100)) / 100, static_cast<double>(below(random, 60)));
    in.spread_shock = FeatureValue::of(static_cast<double>(below(random, 50)) / 10);
    in.vpin = FeatureValue::of(static_cast<double>(below(random, 100)) / 100);
    in.spread_bp = FeatureValue::of(static_cast<double>(below(random, 55)));
    r.on_m15(b, in);
    if (!r.trend().ready()) continue;
    ++seen;
    ASSERT_NEAR(r.trend().value + r.range().value + r.shock().value, 1.0, 1e-15);
    for (const FeatureValue& v : {r.trend(), r.range(), r.shock()}) ASSERT_TRUE(v.value >= 0 && v.value <= 1);
    ASSERT_TRUE(r.label().value == 0 || r.label().value == 1 || r.label().value == 2);
  }
  EXPECT_GT(seen, 1000);
}

}  // namespace
}  // namespace omega
