#include "engine/core/detmath.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/core/detmath_reference.hpp"

namespace omega::test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(Detmath, ExpAndLogStayInsideTheirStatedRelativeError) {
  for (const Reference& r : kExpReference) EXPECT_LE(std::fabs(detmath::exp(r.x) - r.f), 4e-16 * r.f) << r.x;
  for (const Reference& r : kLogReference) EXPECT_LE(std::fabs(detmath::log(r.x) - r.f), 4e-16 * std::fabs(r.f)) << r.x;
}

TEST(Detmath, ErfcAndTheNormalDistributionStayInsideTheirStatedError) {
  for (const Reference& r : kErfcReference) {
    EXPECT_LE(std::fabs(detmath::erfc(r.x) - r.f), 4e-16) << r.x;
    EXPECT_LE(std::fabs(detmath::erfc(r.x) - r.f), 4e-15 * r.f) << r.x;
  }
  EXPECT_NEAR(detmath::normal_cdf(1), 0.84134474606854293, 1e-15);
  EXPECT_NEAR(detmath::normal_cdf(-2), 0.022750131948179207, 1e-15);
  EXPECT_EQ(detmath::normal_cdf(0), 0.5);
}

TEST(Detmath, TheEdgesOfTheirDomains) {
  EXPECT_EQ(detmath::exp(710), kInf);
  EXPECT_EQ(detmath::exp(-800), 0.0);
  EXPECT_EQ(detmath::log(0), -kInf);
  EXPECT_EQ(detmath::log(kInf), kInf);
  EXPECT_TRUE(std::isnan(detmath::log(-1)));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(detmath::exp(nan)) && std::isnan(detmath::log(nan)) && std::isnan(detmath::erfc(nan)));
  EXPECT_EQ(detmath::erfc(30), 0.0);
  EXPECT_EQ(detmath::erfc(-30), 2.0);
}

TEST(Detmath, TheNormalDistributionNeverDecreases) {
  double before = 0;
  for (int i = -80'000; i <= 80'000; ++i) {
    const double now = detmath::normal_cdf(i * 1e-4);
    ASSERT_GE(now, before - 1.2e-16) << i;
    before = now;
  }
}

}  // namespace
}  // namespace omega::test
