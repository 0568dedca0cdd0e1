// F21 against a computation from scratch, its skips, and Fisher's z of scenario S17-A.
#include "engine/features/pair_returns.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "engine/core/archive.hpp"
#include "engine/core/detmath.hpp"

namespace omega {
namespace {

TfBar bar(TimeNs t_close, Price close, bool gap = false) {
  TfBar b;
  b.t_close = t_close;
  b.close = close;
  b.flags = gap ? tf_flag::kGap : 0;
  return b;
}

TEST(PairReturns, SumsAndCorrelationEqualThoseFromScratch) {
  constexpr std::uint64_t kSeed = 20181;
  std::printf("SEED %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  constexpr std::size_t kWindow = 50;
  PairReturns pair(kWindow);
  std::vector<PairReturns::Return> all;
  Price x = 1'100'000'000, y = 150'000'000'000;
  Price x_before = 0, y_before = 0;
  for (int i = 1; i <= 400; ++i) {
    const auto move = static_cast<Price>(random() % 2001) - 1000;
    x += move * 500;
    y += move * 60'000 + (static_cast<Price>(random() % 2001) - 1000) * 20'000;
    const TfBar a = bar(i, x), b = bar(i, y);
    pair.on_close(&a, &b);
    if (i > 1) all.push_back({return_quanta(x_before, x), return_quanta(y_before, y)});
    x_before = x, y_before = y;
    ASSERT_EQ(pair.valid(), all.size() >= kWindow + 0 && i >= 51) << i;
    if (!pair.valid()) continue;
    const std::size_t from = random() % 20, n = 5 + random() % 25;
    PairReturns::Sums s;
    double mx = 0, my = 0, sxx = 0, syy = 0, sxy = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const auto& r = all[all.size() - 1 - from - k];
      s.add(r);
      mx += static_cast<double>(r.x) / static_cast<double>(n);
      my += static_cast<double>(r.y) / static_cast<double>(n);
    }
    for (std::size_t k = 0; k < n; ++k) {
      const auto& r = all[all.size() - 1 - from - k];
      const double dx = static_cast<double>(r.x) - mx, dy = static_cast<double>(r.y) - my;
      sxx += dx * dx, syy += dy * dy, sxy += dx * dy;
    }
    ASSERT_TRUE(pair.sums(from, n) == s) << i;
    ASSERT_NEAR(correlation(s).value, sxy / std::sqrt(sxx * syy), 1e-9) << i;
    ASSERT_NEAR(slope_of_y_on_x(s).value, sxy / sxx, 1e-9 * std::fabs(sxy / sxx) + 1e-9) << i;
  }
}

TEST(PairReturns, SkipsWhatIsNotSynchronisedAndSaysWhenItIsTooMuch) {
  PairReturns pair(20);
  TimeNs t = 0;
  Price p = 1'000'000'000;
  const auto both = [&](bool gap = false) {
    ++t;
    p += 1000 * (t % 7);
    const TfBar a = bar(t, p, gap), b = bar(t, p + 5);
    pair.on_close(&a, &b);
  };
  for (int i = 0; i < 21; ++i) both();
  EXPECT_EQ(pair.returns().size(), 20u);
  EXPECT_TRUE(pair.valid());
  ++t;
  const TfBar alone = bar(t, p);
  pair.on_close(&alone, nullptr);  // one skipped; the next pair spans unequal times, so it is skipped too
  both();
  EXPECT_TRUE(pair.valid());       // 2 of 20
  both(true);                      // a gap
  EXPECT_FALSE(pair.valid());      // 3 of 20
  for (int i = 0; i < 18; ++i) both();
  EXPECT_TRUE(pair.valid());
}

TEST(PairReturns, ASeriesThatStandsStillHasNoCorrelation) {
  PairReturns::Sums s;
  for (int i = 0; i < 10; ++i) s.add({i, 5});
  EXPECT_EQ(correlation(s).state, FeatureState::kInvalid);
  EXPECT_TRUE(slope_of_y_on_x(s).ready());
}

TEST(PairReturns, FisherZOfTheScenario) {
  EXPECT_NEAR((detmath::atanh(.30) - detmath::atanh(.85)) / std::sqrt(1.0 / 17 + 1.0 / 77), -3.5325, 5e-5);
}

}  // namespace
}  // namespace omega
