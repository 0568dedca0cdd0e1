// F14: the fixture of STRATEGIES 5.3, the rules for gaps and 0/0, the mirror and the range.
#include "engine/features/adx.hpp"

#include <gtest/gtest.h>

#include "calc_fixture.hpp"

namespace omega {
namespace {

using namespace test;

/// ADX has no unit, so the fixture is fed at 1e-15: rounding then stays far below its printed digits.
std::vector<TfBar> fixture_bars() {
  constexpr double kScale = 1e15;
  Lcg u;
  std::vector<TfBar> bars;
  double close = 100;
  for (int i = 0; i < 200; ++i) {
    close += u() - .5;
    const double high = close + .5 * u(), low = close - .5 * u();
    bars.push_back(bar_of(i, std::llround(high * kScale), std::llround(low * kScale), std::llround(close * kScale)));
  }
  return bars;
}

TEST(Adx, FixtureComesOutAtIndices27And99And199) {
  Adx adx(14);
  std::vector<FeatureValue> values;
  for (const TfBar& b : fixture_bars()) {
    adx.on_bar(b);
    values.push_back(adx.value());
  }
  EXPECT_EQ(values[26].state, FeatureState::kWarming);
  ASSERT_TRUE(values[27].ready());
  EXPECT_NEAR(values[27].value, 17.863767914, 1e-9);
  EXPECT_NEAR(values[99].value, 15.265073055, 1e-9);
  EXPECT_NEAR(values[199].value, 49.666900967, 1e-9);
}

TEST(Adx, GapBarCountsItsOwnRangeAndNoMovement) {
  // n = 2, by hand. TR 4, 4 | DM+ 2, 2 -> +DI 50, −DI 0, DX 100; then a gap bar far away: TR 4, DM 0.
  Adx adx(2);
  adx.on_bar(bar_of(0, 12, 8, 10));
  adx.on_bar(bar_of(1, 14, 10, 12));
  adx.on_bar(bar_of(2, 16, 12, 14));
  TfBar gap = bar_of(3, 1004, 1000, 1002);
  gap.flags |= tf_flag::kGap;
  adx.on_bar(gap);
  ASSERT_TRUE(adx.value().ready());
  EXPECT_DOUBLE_EQ(adx.value().value, 100.0);  // only +DM so far, halved, not drowned by the jump
  adx.on_bar(bar_of(4, 1003, 998, 1000));      // −DM 2 from the gap bar: +DM 1, −DM 2, DX 100/3
  EXPECT_DOUBLE_EQ(adx.value().value, (100.0 + 100.0 / 3.0) / 2.0);
}

TEST(Adx, OnlyTheLargerMovementCountsAndEqualOnesCancel) {
  Adx outside(2);  // each bar reaches 2 further on both sides: neither movement counts, DX stays at its start 0
  for (int i = 0; i < 5; ++i) outside.on_bar(bar_of(i, 100 + 2 * i, 90 - 2 * i, 95));
  ASSERT_TRUE(outside.value().ready());
  EXPECT_EQ(outside.value().value, 0.0);

  Adx upper(2);  // 3 up against 2 down: only +DM
  for (int i = 0; i < 5; ++i) upper.on_bar(bar_of(i, 100 + 3 * i, 90 - 2 * i, 95));
  EXPECT_DOUBLE_EQ(upper.value().value, 100.0);
}

TEST(Adx, FlatBarsKeepThePreviousDx) {
  Adx flat(2);
  for (int i = 0; i < 10; ++i) flat.on_bar(bar_of(i, 100, 100, 100));
  ASSERT_TRUE(flat.value().ready());
  EXPECT_EQ(flat.value().value, 0.0);
}

TEST(Adx, MirrorKeepsEveryBitAndTheRangeIsNeverLeft) {
  auto random = seeded(41);
  Adx adx(14), mirror(14);
  for (const TfBar& b : random_walk(random, 3000)) {
    adx.on_bar(b);
    mirror.on_bar(mirrored(b, 1'100'000'000));
    ASSERT_EQ(adx.value().state, mirror.value().state);
    if (!adx.value().ready()) continue;
    ASSERT_EQ(adx.value().value, mirror.value().value);
    ASSERT_GE(adx.value().value, 0.0);
    ASSERT_LE(adx.value().value, 100.0 + 1e-9);
  }
}

}  // namespace
}  // namespace omega
