// What:     How much of a Sharpe ratio luck explains: its probability to exceed a benchmark given length, skewness and kurtosis of
//           the returns, and the benchmark that the best of N trials without skill would reach.
// Owner:    pure functions.   Threads: any.   Units: Sharpe ratios per observation, not annualised.
// Errors:   nullopt where it is undefined: fewer than 3 observations, no variance, a variance of the estimate that is not positive.
// Source:   Bailey & Lopez de Prado (2012), "The Sharpe ratio efficient frontier", J. Risk 15(2); (2014), "The deflated Sharpe
//           ratio", J. Portf. Manag. 40(5):94-107.
#pragma once

#include <optional>
#include <span>

namespace omega::replay {

struct Moments {
  std::size_t n = 0;
  double mean = 0, sd = 0;             // sd: sample, ddof 1
  double skewness = 0, kurtosis = 3;   // population moments; kurtosis of a normal is 3
  [[nodiscard]] std::optional<double> sharpe() const noexcept { return n > 1 && sd > 0 ? std::optional(mean / sd) : std::nullopt; }
};
[[nodiscard]] Moments moments_of(std::span<const double> returns);

[[nodiscard]] double normal_cdf(double z);
/// Inverse of normal_cdf for 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

/// P(true Sharpe ratio > benchmark).
[[nodiscard]] std::optional<double> probabilistic_sharpe(const Moments& m, double benchmark);
/// Expected largest of `trials` estimates around zero with the given spread (standard deviation between trials).
[[nodiscard]] double expected_best_of_luck(std::size_t trials, double spread);

}  // namespace omega::replay
