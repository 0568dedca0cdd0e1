#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

std::vector<double> defaults() {
  std::vector<double> p;
  for (const ParamSpec& s : strategy_registry()[2].info->params) p.push_back(s.value);
  return p;
}

struct Filter : ToxicityFilter {
  Filter() : ToxicityFilter(defaults()) {}
  ToxLevel after(std::initializer_list<double> buckets, int bars_each = 0) {
    for (const double v : buckets) {
      for (int i = 0; i < bars_each; ++i) on_m1_bar();
      on_bucket(v);
    }
    return level();
  }
};

TEST(S03, ScenarioAVetoesAfterTheFifthBucketAndReleasesAfterFiveCalmOnes) {
  Filter f;
  EXPECT_EQ(f.after({.56, .57, .58, .56}), ToxLevel::kElevated);
  EXPECT_EQ(f.after({.60}), ToxLevel::kVeto);
  EXPECT_DOUBLE_EQ(f.multiplier(), .5);
  EXPECT_EQ(f.after({.50, .44, .43, .42, .41}, 6), ToxLevel::kVeto);  // 30 bars, four calm
  EXPECT_EQ(f.after({.40}, 5), ToxLevel::kCaution);                   // 35 bars, five calm
}

TEST(S03, ScenarioBStaysOpenOnAStreakOfTwoThenOneExtremeBucketVetoes) {
  Filter f;
  EXPECT_EQ(f.after({.56, .57, .54, .58, .59}), ToxLevel::kElevated);
  EXPECT_EQ(f.toxic_streak(), 2u);
  EXPECT_EQ(f.after({.71}), ToxLevel::kHardVeto);
}

TEST(S03, EveryThresholdIsOnItsStatedSide) {
  EXPECT_EQ(Filter().after({.30 - 1e-9}), ToxLevel::kSafe);
  EXPECT_EQ(Filter().after({.30}), ToxLevel::kCaution);
  EXPECT_EQ(Filter().after({.45 - 1e-9}), ToxLevel::kCaution);
  EXPECT_EQ(Filter().after({.45}), ToxLevel::kElevated);
  EXPECT_EQ(Filter().after({.55, .55, .55, .55, .55}), ToxLevel::kVeto);
  EXPECT_EQ(Filter().after({.55, .55, .55, .55, .55 - 1e-9}), ToxLevel::kElevated);
  EXPECT_EQ(Filter().after({.70}), ToxLevel::kHardVeto);
  EXPECT_EQ(Filter().after({.70 - 1e-9}), ToxLevel::kElevated);
}

TEST(S03, TheReleaseNeedsTwentyBarsAsWellAsFiveCalmBuckets) {
  Filter f;
  f.after({.75});
  for (int i = 0; i < 19; ++i) f.on_m1_bar();
  EXPECT_EQ(f.after({.44, .44, .44, .44, .44}), ToxLevel::kHardVeto);  // 19 bars
  f.on_m1_bar();
  EXPECT_EQ(f.level(), ToxLevel::kHardVeto);                           // per bucket, not per bar
  EXPECT_EQ(f.after({.29}), ToxLevel::kSafe);
  Filter g;
  g.after({.75});
  for (int i = 0; i < 30; ++i) g.on_m1_bar();
  EXPECT_EQ(g.after({.44, .44, .44, .44, .45}), ToxLevel::kHardVeto);  // .45 is not calm
}

TEST(S03, MultipliersAreThoseOfTheTable) {
  Filter f;
  EXPECT_DOUBLE_EQ(f.multiplier(), .75);  // UNKNOWN
  f.after({.1});
  EXPECT_DOUBLE_EQ(f.multiplier(), 1.0);
  f.after({.4});
  EXPECT_DOUBLE_EQ(f.multiplier(), .75);
  f.after({.5});
  EXPECT_DOUBLE_EQ(f.multiplier(), .5);
}

TEST(S03, TheStageJournalsEveryChangeAndForgetsAVpinThatIsNotReady) {
  StageHarness s({3});
  const auto bar = [&](std::initializer_list<double> buckets) {
    s.advance(kMinute_ns);
    s.close_bar(Timeframe::kM1, 1.1, 1.1, 1.1, 1.1);
    for (const double v : buckets) s.frames[0].vpin_bucket[s.frames[0].vpin_bucket_count++] = v;
    s.step();
  };
  bar({.56, .57, .58, .56, .60});
  bar({});
  s.value(FeatureId::kVpin, Timeframe::kM1, 50) = FeatureValue::invalid();
  bar({});
  bar({});
  const auto changes = s.sink.all<ToxStateChange>();
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].from, ToxLevel::kUnknown);
  EXPECT_EQ(changes[0].to, ToxLevel::kElevated);
  EXPECT_DOUBLE_EQ(changes[0].vpin, .56);
  EXPECT_EQ(changes[1].to, ToxLevel::kVeto);
  EXPECT_EQ(changes[1].toxic_streak, 5u);
  EXPECT_EQ(changes[2].from, ToxLevel::kVeto);
  EXPECT_EQ(changes[2].to, ToxLevel::kUnknown);
  EXPECT_DOUBLE_EQ(changes[2].multiplier, .75);
  ASSERT_NE(s.stage->toxicity(0), nullptr);
  EXPECT_EQ(s.stage->toxicity(0)->level(), ToxLevel::kUnknown);
  EXPECT_EQ(s.stage->toxicity(7), nullptr);
}

}  // namespace
}  // namespace omega::test
