#include "replay/optimize/luck.hpp"

#include <cmath>
#include <numbers>

namespace omega::replay {

Moments moments_of(std::span<const double> returns) {
  Moments m;
  m.n = returns.size();
  if (m.n == 0) return m;
  const double n = static_cast<double>(m.n);
  for (const double r : returns) m.mean += r / n;
  double two = 0, three = 0, four = 0;
  for (const double r : returns) {
    const double d = r - m.mean;
    two += d * d;
    three += d * d * d;
    four += d * d * d * d;
  }
  if (m.n < 2 || !(two > 0)) return m;
  m.sd = std::sqrt(two / (n - 1));
  m.skewness = three / n / std::pow(two / n, 1.5);
  m.kurtosis = four / n / (two / n * (two / n));
  return m;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  double low = -40, high = 40;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (normal_cdf(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::optional<double> probabilistic_sharpe(const Moments& m, double benchmark) {
  const auto sharpe = m.sharpe();
  if (!sharpe || m.n < 3) return std::nullopt;
  const double variance = 1 - m.skewness * *sharpe + (m.kurtosis - 1) / 4 * *sharpe * *sharpe;
  if (!(variance > 0)) return std::nullopt;
  return normal_cdf((*sharpe - benchmark) * std::sqrt(static_cast<double>(m.n - 1)) / std::sqrt(variance));
}

double expected_best_of_luck(std::size_t trials, double spread) {
  if (trials < 2) return 0;
  const double n = static_cast<double>(trials);
  return spread * ((1 - std::numbers::egamma) * normal_quantile(1 - 1 / n) + std::numbers::egamma * normal_quantile(1 - 1 / (n * std::numbers::e)));
}

}  // namespace omega::replay
