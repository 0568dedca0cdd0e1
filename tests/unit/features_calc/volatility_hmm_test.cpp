// F26: the fixture of the specification, a second forward pass, and the rules around missing returns and models.
#include "engine/features/volatility_hmm.hpp"

#include <gtest/gtest.h>

#include "engine/core/archive.hpp"


namespace omega {
namespace {

const VolatilityModel kTestModel{.stay_low = .95, .stay_high = .9, .start_low = .7, .mean_low = .01, .sd_low = .005, .mean_high = .03, .sd_high = .015};
constexpr TimeNs kStart = 1'741'600'800'000'000'000;

TfBar bar_of(int i, Price close, bool gap = false) {
  TfBar b;
  b.t_open = kStart + i * 15 * kMinute_ns;
  b.t_close = b.t_open + 15 * kMinute_ns;
  b.open = b.high = b.low = b.close = close;
  b.flags = gap ? tf_flag::kGap : 0;
  return b;
}

TEST(VolatilityHmm, GivesTheFixtureOfTheSpecification) {
  EXPECT_NEAR(normal_density(.012, .01, .005), 73.654, 5e-4);
  EXPECT_NEAR(normal_density(.012, .03, .015), 12.9457, 5e-5);
  EXPECT_NEAR(filtered_low(kTestModel, .7, .012), .9283896798, 5e-11);
  EXPECT_NEAR(filtered_low(kTestModel, .7, .020), .5360460027, 5e-11);
}

TEST(VolatilityHmm, KeepsThePredictionWhenBothDensitiesVanish) {
  EXPECT_DOUBLE_EQ(filtered_low(kTestModel, .7, 5.0), .7 * .95 + .3 * (1 - .9));
  VolatilityModel narrow = kTestModel;  // only one vanishes: the other state is certain
  narrow.sd_low = 1e-4;
  EXPECT_EQ(filtered_low(narrow, .7, .03), 0.0);
}

TEST(VolatilityHmm, FollowsAHandMadeForwardPassOverReturns) {
  constexpr int kWindow = 10;
  const double year = 260 * 96;
  VolatilityHmm f(kWindow, year, kTestModel);
  std::uint64_t state = 12'345;
  std::vector<double> returns;
  Price close = 1'100'000'000;
  double low = kTestModel.start_low;
  int steps = 0;
  for (int i = 0; i < 400; ++i) {
    state = (1'664'525 * state + 1'013'904'223) % (std::uint64_t{1} << 32);
    const double u = static_cast<double>(state) / 4294967296.0;
    const Price before = close;
    const bool gap = i % 37 == 36;
    close += std::llround((u - .5) * (i % 100 < 50 ? 300'000 : 900'000));
    f.on_bar(bar_of(i, close, gap));
    if (i > 0 && !gap) {
      returns.push_back(static_cast<double>(return_quanta(before, close)) / kReturnScale);
      if (returns.size() >= kWindow) {
        double mean = 0, sum = 0;
        for (std::size_t k = returns.size() - kWindow; k < returns.size(); ++k) mean += returns[k] / kWindow;
        for (std::size_t k = returns.size() - kWindow; k < returns.size(); ++k) sum += (returns[k] - mean) * (returns[k] - mean);
        const double o = std::sqrt(sum / (kWindow - 1)) * std::sqrt(year);
        const double p0 = low * .95 + (1 - low) * .1, p1 = low * .05 + (1 - low) * .9;
        const double d0 = p0 * std::exp(-.5 * std::pow((o - .01) / .005, 2)) / .005, d1 = p1 * std::exp(-.5 * std::pow((o - .03) / .015, 2)) / .015;
        low = d0 / (d0 + d1);
        ++steps;
      }
    }
    ASSERT_EQ(f.high().ready(), steps > 0) << i;
    if (steps > 0) {
      ASSERT_NEAR(f.high().value, 1 - low, 1e-9) << i;
      ASSERT_EQ(f.steps().value, steps);
    }
  }
  EXPECT_GT(steps, 300);
}

TEST(VolatilityHmm, WithoutAModelItIsInvalid) {
  VolatilityHmm f(10, 260 * 96, std::nullopt);
  for (int i = 0; i < 30; ++i) f.on_bar(bar_of(i, 1'000'000'000 + i % 3));
  EXPECT_EQ(f.high().state, FeatureState::kInvalid);
  EXPECT_EQ(f.steps().state, FeatureState::kInvalid);
}

TEST(VolatilityHmm, ContinuesFromACheckpoint) {
  VolatilityHmm a(10, 260 * 96, kTestModel), b(10, 260 * 96, kTestModel);
  for (int i = 0; i < 60; ++i) a.on_bar(bar_of(i, 1'000'000'000 + (i * i * 7919) % 400'000));
  StateWriter w;
  w(a);
  StateReader r(w.bytes());
  r(b);
  ASSERT_TRUE(r.at_end());
  for (int i = 60; i < 80; ++i) {
    const TfBar bar = bar_of(i, 1'000'000'000 + (i * i * 7919) % 400'000);
    a.on_bar(bar);
    b.on_bar(bar);
    EXPECT_EQ(a.high().value, b.high().value);
    EXPECT_EQ(a.steps().value, b.steps().value);
  }
}

}  // namespace
}  // namespace omega
