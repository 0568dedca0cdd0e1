// Sharpe ratios against luck: the worked examples of the two papers, and the cases where nothing can be said.
#include "replay/optimize/luck.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace omega::replay {
namespace {

TEST(LuckTest, the_normal_distribution_and_its_inverse_agree_with_tables) {
  EXPECT_NEAR(normal_cdf(1.959963984540054), 0.975, 1e-15);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-9), -5.997807015007687, 1e-9);
}

TEST(LuckTest, the_probabilistic_ratio_is_that_of_the_paper) {  // Bailey & Lopez de Prado (2012), hedge fund example
  const Moments observed{.n = 24, .mean = 0.458, .sd = 1, .skewness = -2.448, .kurtosis = 10.164};
  EXPECT_NEAR(*probabilistic_sharpe(observed, 0), 0.913, 0.0005);
  const Moments normal{.n = 24, .mean = 0.458, .sd = 1};
  EXPECT_NEAR(*probabilistic_sharpe(normal, 0), 0.982, 0.0005);
}

TEST(LuckTest, the_deflated_ratio_is_that_of_the_paper) {  // Bailey & Lopez de Prado (2014), numerical example
  const double luck = expected_best_of_luck(100, std::sqrt(0.5 / 250));
  EXPECT_NEAR(luck, 0.1132, 0.00005);
  const Moments observed{.n = 1250, .mean = 2.5 / std::sqrt(250.0), .sd = 1, .skewness = -3, .kurtosis = 10};
  EXPECT_NEAR(*probabilistic_sharpe(observed, luck), 0.9004, 0.0005);
}

TEST(LuckTest, moments_are_those_of_the_sample) {  // skewness and kurtosis by scipy 1.17
  const std::vector<double> returns{0.01, -0.02, 0.03, 0.00, 0.01};
  const Moments m = moments_of(returns);
  EXPECT_NEAR(m.mean, 0.006, 1e-15);
  EXPECT_NEAR(m.sd, std::sqrt(0.00132 / 4), 1e-15);
  EXPECT_NEAR(m.skewness, -0.1790421686972, 1e-12);
  EXPECT_NEAR(m.kurtosis, 2.268595041322, 1e-12);
}

TEST(LuckTest, nothing_is_said_about_what_does_not_vary_or_is_too_short) {
  EXPECT_FALSE(moments_of(std::vector<double>{}).sharpe());
  EXPECT_FALSE(moments_of(std::vector<double>{0.01}).sharpe());
  EXPECT_FALSE(moments_of(std::vector<double>{0.01, 0.01, 0.01}).sharpe());
  EXPECT_FALSE(probabilistic_sharpe(moments_of(std::vector<double>{0.01, 0.02}), 0));
  EXPECT_EQ(expected_best_of_luck(1, 1), 0);
}

}  // namespace
}  // namespace omega::replay
