// detmath against references of 60 digits (detmath_reference.py), at its special points, and in its order.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

#include "engine/core/detmath.hpp"

namespace omega {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Worst {
  int points = 0;
  double absolute = 0, relative = 0;
};

/// Worst errors of one function over the rows of the reference whose |y| >= smallest.
Worst worst_of(const std::string& name, double (*f)(double), double smallest) {
  std::ifstream file(OMEGA_SOURCE_DIR "/tests/unit/core/detmath_reference.csv");
  EXPECT_TRUE(file.is_open());
  Worst worst;
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(','), second = line.find(',', first + 1);
    if (line.substr(0, first) != name) continue;
    const double x = std::strtod(line.c_str() + first + 1, nullptr), y = std::strtod(line.c_str() + second + 1, nullptr);
    const double error = std::fabs(f(x) - y);
    ++worst.points;
    if (!(error <= worst.absolute)) worst.absolute = error;
    if (std::fabs(y) >= smallest && !(error / std::fabs(y) <= worst.relative)) worst.relative = error / std::fabs(y);
  }
  ::testing::Test::RecordProperty(name + "_relative", std::to_string(worst.relative / 0x1p-53));
  return worst;
}

TEST(Detmath, ExpIsWithinTwoUlp) {
  const Worst w = worst_of("exp", detmath::exp, std::numeric_limits<double>::min());
  EXPECT_GT(w.points, 400);
  EXPECT_LE(w.relative, 4e-16);
}
TEST(Detmath, LogIsWithinTwoUlpAlsoNextToOneAndBelowTheNormals) {
  const Worst w = worst_of("log", detmath::log, std::numeric_limits<double>::min());
  EXPECT_GT(w.points, 400);
  EXPECT_LE(w.relative, 4e-16);
}
TEST(Detmath, ErfcIsWithinFourEMinus16AndKeepsItsTail) {
  const Worst w = worst_of("erfc", detmath::erfc, 1e-290);
  EXPECT_GT(w.points, 300);
  EXPECT_LE(w.absolute, 4e-16);
  EXPECT_LE(w.relative, 2e-15);
}
TEST(Detmath, NormalCdfIsWithinFourEMinus16) {
  const Worst w = worst_of("normal_cdf", detmath::normal_cdf, 1.0);
  EXPECT_GT(w.points, 400);
  EXPECT_LE(w.absolute, 4e-16);
}

TEST(Detmath, AtanhIsWithinEightEMinus16) {
  const Worst w = worst_of("atanh", detmath::atanh, std::numeric_limits<double>::min());
  EXPECT_GT(w.points, 400);
  EXPECT_LE(w.relative, 8e-16);
  EXPECT_EQ(detmath::atanh(1.0), kInf);
  EXPECT_EQ(detmath::atanh(-1.0), -kInf);
  EXPECT_TRUE(std::isnan(detmath::atanh(1.0000001)) && std::isnan(detmath::atanh(kNan)));
}

TEST(Detmath, LgammaIsWithinSixEMinus16AlsoNextToItsZerosAtOneAndTwo) {
  const Worst w = worst_of("lgamma", detmath::lgamma, std::numeric_limits<double>::min());
  EXPECT_GT(w.points, 1900);
  EXPECT_LE(w.relative, 6e-16);
}
TEST(Detmath, LgammaAtItsSpecialPointsAndOutsideItsDomain) {
  for (const double zero : {1.0, 2.0}) {
    EXPECT_EQ(detmath::lgamma(zero), 0.0);
    EXPECT_FALSE(std::signbit(detmath::lgamma(zero)));
  }
  EXPECT_EQ(detmath::lgamma(kInf), kInf);
  EXPECT_EQ(detmath::lgamma(2.6e305), kInf);
  for (const double pole : {0.0, -0.0, -1.0, -2.0, -4503599627370495.0, -4503599627370496.0, -1e300}) EXPECT_EQ(detmath::lgamma(pole), kInf) << pole;
  for (const double negative : {-0.5, -1.5, -1e-300, -4503599627370495.5, -kInf, kNan}) EXPECT_TRUE(std::isnan(detmath::lgamma(negative))) << negative;
}
TEST(Detmath, LgammaKeepsItsRecurrenceAndItsDuplicationFormula) {
  constexpr double kLn2 = 0.69314718055994530942, kHalfLnPi = 0.57236494292470008707;
  for (double x = 1.0 / 64; x < 60; x += 1.0 / 64) {
    const double scale = 1e-15 * (1 + std::fabs(detmath::lgamma(2 * x + 1)));
    EXPECT_NEAR(detmath::lgamma(x + 1), detmath::lgamma(x) + detmath::log(x), scale) << x;  // across every border of the pieces
    EXPECT_NEAR(detmath::lgamma(x) + detmath::lgamma(x + 0.5), (1 - 2 * x) * kLn2 + kHalfLnPi + detmath::lgamma(2 * x), 2 * scale) << x;
  }
}

/// Over all rows of the reference, in their order.
std::uint64_t bits_of(const std::string& name, double (*f)(double)) {
  std::ifstream file(OMEGA_SOURCE_DIR "/tests/unit/core/detmath_reference.csv");
  std::uint64_t digest = 14695981039346656037ULL;  // FNV-1a over words
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(',');
    if (line.substr(0, first) != name) continue;
    digest = (digest ^ std::bit_cast<std::uint64_t>(f(std::strtod(line.c_str() + first + 1, nullptr)))) * 1099511628211ULL;
  }
  return digest;
}
TEST(Detmath, EveryBuildGivesTheSameBits) {
  EXPECT_EQ(bits_of("exp", detmath::exp), 12432878107648521308ULL);
  EXPECT_EQ(bits_of("log", detmath::log), 12036306438613531025ULL);
  EXPECT_EQ(bits_of("erfc", detmath::erfc), 9121897470230754655ULL);
  EXPECT_EQ(bits_of("normal_cdf", detmath::normal_cdf), 9731175726531320397ULL);
  EXPECT_EQ(bits_of("atanh", detmath::atanh), 7398564333988562869ULL);
  EXPECT_EQ(bits_of("lgamma", detmath::lgamma), 12215488705773425337ULL);
}

TEST(Detmath, SpecialValuesAreAsDocumented) {
  EXPECT_EQ(detmath::exp(0.0), 1.0);
  EXPECT_EQ(detmath::exp(-0.0), 1.0);
  EXPECT_EQ(detmath::exp(kInf), kInf);
  EXPECT_EQ(detmath::exp(-kInf), 0.0);
  EXPECT_EQ(detmath::exp(709.79), kInf);
  EXPECT_EQ(detmath::exp(-708.4), 0.0);  // subnormal results are flushed
  EXPECT_TRUE(std::isnan(detmath::exp(kNan)));
  EXPECT_EQ(detmath::log(1.0), 0.0);
  EXPECT_EQ(detmath::log(0.0), -kInf);
  EXPECT_EQ(detmath::log(-0.0), -kInf);
  EXPECT_EQ(detmath::log(kInf), kInf);
  EXPECT_TRUE(std::isnan(detmath::log(-1.0)));
  EXPECT_TRUE(std::isnan(detmath::log(-kInf)));
  EXPECT_TRUE(std::isnan(detmath::log(kNan)));
  EXPECT_EQ(detmath::erfc(0.0), 1.0);
  EXPECT_EQ(detmath::erfc(kInf), 0.0);
  EXPECT_EQ(detmath::erfc(-kInf), 2.0);
  EXPECT_TRUE(std::isnan(detmath::erfc(kNan)));
  EXPECT_EQ(detmath::normal_cdf(0.0), 0.5);
  EXPECT_EQ(detmath::normal_cdf(kInf), 1.0);
  EXPECT_EQ(detmath::normal_cdf(-kInf), 0.0);
  EXPECT_TRUE(std::isnan(detmath::normal_cdf(kNan)));
}

TEST(Detmath, BvcSharesOfTheVpinFixtureComeOut) {
  EXPECT_NEAR(100.0 * std::fabs(2.0 * detmath::normal_cdf(1.0) - 1.0), 68.2689492, 5e-8);
  EXPECT_NEAR(detmath::normal_cdf(1.0) + detmath::normal_cdf(-1.0), 1.0, 2e-16);
}

TEST(Detmath, FunctionsRiseAndFallWithoutSteps) {  // beyond the rounding of two neighbours
  constexpr double kStep = 1.0 / 512.0;
  for (double x = -10; x < 10; x += kStep) {
    EXPECT_LT(detmath::exp(x), detmath::exp(x + kStep)) << x;
    EXPECT_LE(detmath::normal_cdf(x), detmath::normal_cdf(x + kStep) + 2e-16) << x;
    if (x > 0) {
      EXPECT_LT(detmath::log(x), detmath::log(x + kStep)) << x;
    }
  }
}

}  // namespace
}  // namespace omega
