// F22 against a computation from scratch in long double, its anchor, its skips and its state.
#include "engine/features/pair_levels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "engine/core/archive.hpp"

namespace omega {
namespace {

TfBar bar(TimeNs t_close, double price) {
  TfBar b;
  b.t_close = t_close;
  b.close = std::llround(price * 1e9);
  return b;
}

TEST(PairLevels, FitAndMomentsEqualThoseFromScratch) {
  constexpr std::uint64_t kSeed = 20187;
  std::printf("SEED %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  std::normal_distribution<double> normal;
  constexpr std::size_t kWindow = 40;
  PairLevels levels(kWindow);
  std::vector<std::pair<long double, long double>> all;  // x, y
  double x = 1.27, y = 1.1;
  const long double x0 = 100 * std::log(static_cast<long double>(std::llround(x * 1e9))), y0 = 100 * std::log(static_cast<long double>(std::llround(y * 1e9)));
  for (int i = 0; i < 300; ++i) {
    if (i > 0) {
      const double dx = normal(random) * 1e-3;
      x *= 1 + dx;
      y *= 1 + .8 * dx + normal(random) * 3e-4;
    }
    const TfBar bx = bar(i, x), by = bar(i, y);
    ASSERT_TRUE(levels.on_close(&by, &bx));
    all.emplace_back(100 * std::log(static_cast<long double>(bx.close)) - x0, 100 * std::log(static_cast<long double>(by.close)) - y0);
    if (all.size() < kWindow) continue;
    ASSERT_TRUE(levels.full());
    long double sx = 0, sy = 0, sxx = 0, sxy = 0, sse = 0;
    const auto from = all.end() - static_cast<std::ptrdiff_t>(kWindow);
    for (auto p = from; p != all.end(); ++p) sx += p->first / kWindow, sy += p->second / kWindow;
    for (auto p = from; p != all.end(); ++p) sxx += (p->first - sx) * (p->first - sx), sxy += (p->first - sx) * (p->second - sy);
    const long double beta = sxy / sxx, alpha = sy - beta * sx;
    for (auto p = from; p != all.end(); ++p) sse += std::pow(p->second - alpha - beta * p->first, 2.0L);
    const HedgeFit f = levels.fit();
    ASSERT_TRUE(f.valid);
    EXPECT_NEAR(f.beta, static_cast<double>(beta), 1e-9);
    EXPECT_NEAR(f.alpha, static_cast<double>(alpha), 1e-8);
    EXPECT_NEAR(f.residual_variance, static_cast<double>(sse / (kWindow - 2)), 1e-8);
    EXPECT_NEAR(f.x_squares, static_cast<double>(sxx), 1e-8);
    const SpreadMoments m = spread_moments(levels.sums(), f.beta);
    EXPECT_NEAR(m.mean, static_cast<double>(alpha), 1e-8);
    EXPECT_NEAR(m.sd, static_cast<double>(std::sqrt(sse / (kWindow - 1))), 1e-7);
  }
}

TEST(PairLevels, ItsSumsAreThoseOfItsWindowWhateverWentThroughIt) {
  PairLevels levels(10), fresh(10);
  std::vector<std::pair<TfBar, TfBar>> bars;
  for (int i = 0; i < 57; ++i) bars.emplace_back(bar(i, 1.1 + .001 * (i % 7)), bar(i, 1.3 + .002 * (i % 5)));
  for (const auto& [y, x] : bars) levels.on_close(&y, &x);
  fresh.on_close(&bars[0].first, &bars[0].second);  // the anchor is the run's first bar, not the window's
  for (std::size_t i = 47; i < 57; ++i) fresh.on_close(&bars[i].first, &bars[i].second);
  EXPECT_EQ(levels.sums(), fresh.sums());
  EXPECT_EQ(levels.sums_before().n, 10);
}

TEST(PairLevels, AMissingOrLateLegGivesNoLevelAndAFlatOneNoFit) {
  PairLevels levels(3);
  const TfBar a = bar(1, 1.1), late = bar(2, 1.2);
  EXPECT_FALSE(levels.on_close(&a, nullptr));
  EXPECT_FALSE(levels.on_close(nullptr, &a));
  EXPECT_FALSE(levels.on_close(&a, &late));
  EXPECT_EQ(levels.size(), 0u);
  for (int i = 0; i < 3; ++i) {
    const TfBar y = bar(i, 1.1 + .001 * i), x = bar(i, 1.3);
    EXPECT_TRUE(levels.on_close(&y, &x));
  }
  EXPECT_FALSE(levels.fit().valid);
}

TEST(PairLevels, ACheckpointGoesOnAlike) {
  PairLevels one(5), two(5);
  for (int i = 0; i < 12; ++i) {
    const TfBar y = bar(i, 1.1 + .001 * (i % 4)), x = bar(i, 1.3 + .001 * (i % 3));
    one.on_close(&y, &x);
    two.on_close(&y, &x);
    StateWriter out;
    out(two);
    two = PairLevels(5);
    StateReader in(out.bytes());
    in(two);
    ASSERT_TRUE(in.at_end());
    EXPECT_EQ(one.sums(), two.sums());
  }
  EXPECT_EQ(one.fit().beta, two.fit().beta);
}

}  // namespace
}  // namespace omega
