// F20: the fixture of STRATEGIES 5.3, E(R/S), warm-up, gaps, dropped blocks.
#include "engine/features/hurst.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "calc_fixture.hpp"
#include "engine/core/detmath.hpp"

namespace omega {
namespace {

using namespace test;

std::vector<double> fixture_values(std::size_t n) {
  Lcg u;
  std::vector<double> values(n);
  for (double& v : values) v = u() - .5;
  return values;
}

TEST(Hurst, TheGeneratorOfTheFixturesStartsAsPrinted) {
  Lcg u;
  EXPECT_NEAR(u(), .020402685739, 5e-13);
  EXPECT_NEAR(u(), .016547848238, 5e-13);
  EXPECT_NEAR(u(), .543155794498, 5e-13);
}

TEST(Hurst, FixtureComesOutToItsPrintedDigits) {
  const HurstResult r = hurst_rescaled_range(fixture_values(400));
  ASSERT_TRUE(r.ok);
  const std::array<double, 5> expected{1.89351053, 2.88286688, 4.28263200, 6.30777150, 9.22646581};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(r.mean_rs[i], expected[i], 5.1e-9) << kHurstScales[i];
  EXPECT_NEAR(r.raw, .56990556, 5.1e-9);
  EXPECT_NEAR(r.raw - r.corrected + .5, .59787365, 5.1e-9);
  EXPECT_NEAR(r.corrected, .47203190, 5.1e-9);
  EXPECT_NEAR(r.r2, .99961828, 5.1e-9);
}

TEST(Hurst, ExpectedRescaledRangeMatchesTheTable) {
  const std::array<double, 5> expected{1.92736, 3.02333, 4.61111, 6.88951, 10.13915};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(expected_rescaled_range(kHurstScales[i]), expected[i], 5.1e-6);
  EXPECT_NEAR(expected_rescaled_range(2), 1.0, 1e-15);                        // Γ(1/2)/(√π Γ(1))·1
  EXPECT_NEAR(expected_rescaled_range(3), 2.0 / 3.14159265358979 * (std::sqrt(2.0) + std::sqrt(.5)), 1e-13);
}

TEST(Hurst, TheRecurrenceOfTheExpectationAgreesWithLgammaToItsBound) {
  constexpr double kLgammaBound = 6e-16, kHalfUlp = 0x1p-53, kLnSqrtPi = 0.57236494292470008707;
  for (int n = 2; n <= 400; ++n) {
    const double a = detmath::lgamma((n - 1) / 2.0), b = detmath::lgamma(n / 2.0);
    double sum = 0;
    for (int i = 1; i < n; ++i) sum += std::sqrt(static_cast<double>(n - i) / static_cast<double>(i));
    const double by_lgamma = detmath::exp(a - b - kLnSqrtPi) * sum, by_recurrence = expected_rescaled_range(n);
    const double bound = kLgammaBound * (std::fabs(a) + std::fabs(b)) + (n + 8) * kHalfUlp;  // of both lgamma; of n roundings, exp and the rest
    EXPECT_LE(std::fabs(by_lgamma - by_recurrence), bound * by_recurrence) << n;
  }
}

/// Sample mean and sd of H, and the share above .65, over Gaussian white noise.
struct WhiteNoise {
  double mean = 0, sd = 0, above = 0;
};
WhiteNoise white_noise(std::size_t n, int draws, std::uint64_t seed) {
  auto random = seeded(seed);
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + .5) * 0x1p-53; };
  std::vector<double> h, values(n);
  for (int i = 0; i < draws; ++i) {
    for (double& v : values) v = std::sqrt(-2 * std::log(uniform())) * std::cos(2 * 3.14159265358979323846 * uniform());
    h.push_back(hurst_rescaled_range(values).corrected);
  }
  WhiteNoise w;
  for (const double x : h) w.mean += x / draws, w.above += x > .65 ? 1.0 / draws : 0;
  for (const double x : h) w.sd += (x - w.mean) * (x - w.mean) / (draws - 1);
  w.sd = std::sqrt(w.sd);
  return w;
}

TEST(Hurst, WhiteNoiseScattersAsTheSpecificationSays) {
  // Bounds: half of the last printed digit and four standard errors, sd/√(2·draws) of an sd.
  const WhiteNoise short_window = white_noise(100, 8000, 20), long_window = white_noise(400, 8000, 21);
  EXPECT_NEAR(short_window.sd, .079, .0005 + 4 * .079 / std::sqrt(16'000.0));
  EXPECT_NEAR(long_window.sd, .037, .0005 + 4 * .037 / std::sqrt(16'000.0));
  EXPECT_NEAR(short_window.mean, .5, .02);  // below it: the correction is of ln E(R/S), one block of 80 gives E ln(R/S)
  EXPECT_NEAR(long_window.mean, .5, .005);
  EXPECT_NEAR(short_window.above, .02, .01);
  EXPECT_LT(long_window.above, .001);
}

TEST(Hurst, BlocksAreAlignedToTheNewestAndFlatOnesAreDropped) {
  std::vector<double> values = fixture_values(400);
  const HurstResult whole = hurst_rescaled_range(values);
  values.insert(values.begin(), {9e9, -9e9, 9e9});  // three older values that fill no block of any scale
  EXPECT_EQ(hurst_rescaled_range(values).raw, whole.raw);

  std::vector<double> flat_start = fixture_values(400);
  std::fill(flat_start.begin(), flat_start.begin() + 80, .25);  // S = 0 in whole blocks of every scale
  const std::vector<double> rest(flat_start.begin() + 80, flat_start.end());
  EXPECT_NEAR(hurst_rescaled_range(flat_start).raw, hurst_rescaled_range(rest).raw, 1e-15);
  EXPECT_FALSE(hurst_rescaled_range(std::vector<double>(400, .25)).ok);
}

TEST(Hurst, ReversedSignGivesTheSameExponent) {
  std::vector<double> values = fixture_values(400);
  const HurstResult r = hurst_rescaled_range(values);
  for (double& v : values) v = -v;
  EXPECT_EQ(hurst_rescaled_range(values).corrected, r.corrected);
}

TEST(Hurst, BarsNeedNReturnsAndGapReturnsAreSkipped) {
  auto random = seeded(53);
  std::vector<TfBar> bars = random_walk(random, 140);
  for (TfBar& b : bars) b.flags = 0;
  Hurst plain(100), gapped(100);
  for (int i = 0; i < 100; ++i) plain.on_bar(bars[static_cast<std::size_t>(i)]);
  EXPECT_EQ(plain.value().state, FeatureState::kWarming);
  plain.on_bar(bars[100]);
  ASSERT_TRUE(plain.value().ready());
  EXPECT_TRUE(plain.r2().ready());

  for (int i = 0; i < 50; ++i) gapped.on_bar(bars[static_cast<std::size_t>(i)]);
  TfBar gap = bars[49];  // a gap bar that closes where the last one did: its return is not taken
  gap.flags |= tf_flag::kGap;
  gapped.on_bar(gap);
  for (int i = 50; i <= 100; ++i) gapped.on_bar(bars[static_cast<std::size_t>(i)]);
  EXPECT_EQ(gapped.value().value, plain.value().value);
}

TEST(Hurst, RememberedBlocksGiveAtEveryCloseWhatTheWholeWindowGives) {
  for (const std::size_t n : {100u, 400u, 403u}) {
    auto random = seeded(71 + static_cast<unsigned>(n));
    auto hurst = std::make_unique<Hurst>(static_cast<int>(n));
    std::vector<double> returns;
    Price previous = 0;
    int compared = 0;
    for (TfBar b : random_walk(random, 1500)) {
      if (below(random, 3) == 0 && previous != 0) b.close = previous;  // flat stretches: blocks that are dropped
      if (previous != 0 && !b.gap()) returns.push_back(static_cast<double>(return_quanta(previous, b.close)) / kReturnScale);
      previous = b.close;
      hurst->on_bar(b);
      if (below(random, 50) == 0) {  // what is remembered is not in a checkpoint
        StateWriter saved;
        saved(*hurst);
        hurst = std::make_unique<Hurst>(static_cast<int>(n));
        StateReader loaded(saved.bytes());
        loaded(*hurst);
        ASSERT_TRUE(loaded.at_end());
      }
      ASSERT_EQ(hurst->value().state == FeatureState::kWarming, returns.size() < n);
      if (returns.size() < n) continue;
      const HurstResult whole = hurst_rescaled_range(std::span(returns).last(n));
      ASSERT_TRUE(whole.ok);
      ASSERT_EQ(hurst->value().value, whole.corrected);
      ASSERT_EQ(hurst->r2().value, whole.r2);
      ++compared;
    }
    EXPECT_GT(compared, 900);
  }
}

TEST(Hurst, PricesThatNeverMoveAreInvalid) {
  Hurst hurst(100);
  for (int i = 0; i < 120; ++i) hurst.on_bar(bar_of(i, 1'100'000'000, 1'100'000'000, 1'100'000'000));
  EXPECT_EQ(hurst.value().state, FeatureState::kInvalid);
  EXPECT_EQ(hurst.r2().state, FeatureState::kInvalid);
}

}  // namespace
}  // namespace omega
