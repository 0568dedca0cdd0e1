#include "engine/features/hurst.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/features_calc/lcg.hpp"

namespace omega::test {
namespace {

TEST(Hurst, GivesTheFixtureNumbers) {
  Lcg u;
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(u.next() - .5);
  const HurstResult r = hurst_rescaled_range(values);
  ASSERT_TRUE(r.ok);
  const double expected[] = {1.89351053, 2.88286688, 4.28263200, 6.30777150, 9.22646581};
  for (std::size_t s = 0; s < r.mean_rs.size(); ++s) EXPECT_NEAR(r.mean_rs[s], expected[s], 1e-8);
  EXPECT_NEAR(r.raw, .56990556, 1e-8);
  EXPECT_NEAR(r.corrected, .47203190, 1e-8);
  EXPECT_NEAR(r.r2, .99961828, 1e-8);
}

TEST(Hurst, KnowsTheExpectedRescaledRangeOfWhiteNoise) {
  const double expected[] = {1.92736, 3.02333, 4.61111, 6.88951, 10.13915};
  for (std::size_t s = 0; s < kHurstScales.size(); ++s) EXPECT_NEAR(expected_rescaled_range(kHurstScales[s]), expected[s], 6e-6);
}

TEST(Hurst, AFlatSeriesHasNoExponent) {
  const std::vector<double> flat(400, 0.001);
  EXPECT_FALSE(hurst_rescaled_range(flat).ok);
}

TEST(Hurst, IsWarmAfterItsReturnsAndSkipsTheReturnOfAGap) {
  Hurst h(400);
  Lcg u;
  double close = 100;
  for (int i = 0; i <= 401; ++i) {
    close += u.next() - .5;
    TfBar b = bar_at(i, close, close, close, close);
    if (i == 10) b.flags |= tf_flag::kGap;
    h.on_bar(b);
    EXPECT_EQ(h.value().ready(), i >= 401) << i;  // 401 bars make 400 returns, one was skipped
  }
}

}  // namespace
}  // namespace omega::test
