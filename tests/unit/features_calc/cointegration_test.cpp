// F23, F24 and F25 against the fixtures KALMAN and JOH of STRATEGIES 5.3, to the digits given there.
#include "engine/features/cointegration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/features/kalman_hedge.hpp"

namespace omega {
namespace {

struct Joh {
  std::vector<double> y, x;
  Joh() {
    std::uint32_t s = 12345;
    const auto u = [&] {
      s = 1664525u * s + 1013904223u;
      return static_cast<double>(s) / 4294967296.0;
    };
    double level = 0, a = 0;
    for (int i = 0; i < 200; ++i) {
      level += u() - .5;
      a = .8 * a + .5 * (u() - .5);
      x.push_back(level);
      y.push_back(.8 * level + a + 3);
    }
  }
};

TEST(Cointegration, JohansenOfTheFixture) {
  const Joh f;
  const JohansenTest t = johansen(f.y, f.x);
  ASSERT_TRUE(t.valid);
  EXPECT_NEAR(t.trace_0, 25.52958388, 5e-9);
  EXPECT_NEAR(t.trace_1, 0.16095122, 5e-9);
  EXPECT_NEAR(t.lambda_1, 0.12025607, 5e-9);
  EXPECT_NEAR(t.lambda_2, 0.00081255, 5e-9);
  EXPECT_NEAR(t.b, -0.7478497, 5e-8);
  EXPECT_TRUE(t.rank_is_one(kJohansenTrace0_95, kJohansenTrace1_95));
  EXPECT_FALSE(t.rank_is_one(25.53, kJohansenTrace1_95));
  EXPECT_FALSE(t.rank_is_one(kJohansenTrace0_95, 0.16));
}

TEST(Cointegration, JohansenOfTheFixtureWithASecondLag) {
  const Joh f;
  const JohansenTest t = johansen(f.y, f.x, 2);
  ASSERT_TRUE(t.valid);
  EXPECT_NEAR(t.trace_0, 21.68681053, 5e-9);
  EXPECT_EQ(johansen(f.y, f.x, 1).trace_0, johansen(f.y, f.x).trace_0) << "one lag unless told";
  EXPECT_FALSE(johansen(f.y, f.x, 0).valid);
  EXPECT_FALSE(johansen(f.y, f.x, 3).valid);
  const auto of_first = [&](std::size_t n) { return johansen(std::span(f.y).first(n), std::span(f.x).first(n), 2); };
  EXPECT_FALSE(of_first(11).valid);
  EXPECT_TRUE(of_first(12).valid);
}

TEST(Cointegration, HalfLifeAdfAndEngleGrangerOfTheFixture) {
  const Joh f;
  const double b = johansen(f.y, f.x).b;
  std::vector<double> spread(f.y.size()), room(f.y.size());
  for (std::size_t i = 0; i < spread.size(); ++i) spread[i] = f.y[i] + b * f.x[i];
  const MeanReversion m = mean_reversion(spread);
  ASSERT_TRUE(m.valid);
  EXPECT_NEAR(m.kappa, -0.22820399, 5e-9);
  EXPECT_NEAR(m.half_life, 2.67588229, 5e-8);
  EXPECT_NEAR(m.adf_t, -5.00391363, 5e-8);
  EXPECT_NEAR(engle_granger(f.y, f.x, room).adf_t, -5.02549528, 5e-8);
}

TEST(Cointegration, WhatCannotBeInvertedIsNotValid) {
  const Joh f;
  std::vector<double> twice(f.x), flat(f.x.size(), 1.0), room(f.x.size());
  for (double& v : twice) v *= 2;
  EXPECT_FALSE(johansen(twice, f.x).valid);
  EXPECT_FALSE(johansen(flat, f.x).valid);
  EXPECT_FALSE(mean_reversion(flat).valid);
  EXPECT_FALSE(engle_granger(f.y, flat, room).valid);
  EXPECT_FALSE(johansen(std::span(f.y).first(7), std::span(f.x).first(7)).valid);
  EXPECT_EQ(mean_reversion(f.x).half_life > 0, mean_reversion(f.x).kappa < 0);
}

TEST(Cointegration, KalmanStepOfTheScenario) {
  KalmanHedge k;
  k.start(0, .80, 1e-4, 0, 1e-4, {.r = 4e-4, .q_alpha = 0, .q_beta = 0});
  k.predict();
  const KalmanHedge::Innovation i = k.update(.7388, 1.0);
  EXPECT_NEAR(i.s, 6.0e-4, 1e-16);
  EXPECT_NEAR(i.e, -.0612, 1e-15);
  EXPECT_NEAR(i.z, -2.4984795, 5e-8);
  EXPECT_NEAR(i.k_alpha, 1.0 / 6, 1e-15);
  EXPECT_NEAR(i.k_beta, 1.0 / 6, 1e-15);
  EXPECT_NEAR(k.alpha(), -.0102, 1e-15);
  EXPECT_NEAR(k.beta(), .7898, 1e-15);
}

TEST(Cointegration, KalmanFindsAConstantRatioAndAMissingLegOnlyWidens) {
  KalmanHedge k;
  k.start(0, 0, 1, 0, 1, {.r = 1e-4, .q_alpha = 1e-9, .q_beta = 1e-9});
  const Joh f;
  for (std::size_t i = 0; i < f.x.size(); ++i) {
    k.predict();
    k.update(1.5 + .7 * f.x[i], f.x[i]);
  }
  EXPECT_NEAR(k.alpha(), 1.5, 1e-3);
  EXPECT_NEAR(k.beta(), .7, 1e-3);
  const double before = k.variance_beta(), beta = k.beta();
  k.predict();
  EXPECT_GT(k.variance_beta(), before);
  EXPECT_EQ(k.beta(), beta);
}

}  // namespace
}  // namespace omega
