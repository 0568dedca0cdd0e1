#include "engine/features/hurst.hpp"

#include <cmath>

#include "engine/core/detmath.hpp"

namespace omega {
namespace {

struct Line {
  double slope = 0, r2 = 0;
};

Line fit(const std::array<double, kHurstScales.size()>& x, const std::array<double, kHurstScales.size()>& y) noexcept {
  const auto n = static_cast<double>(x.size());
  double mx = 0, my = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mx += x[i] / n;
    my += y[i] / n;
  }
  double sxx = 0, sxy = 0, syy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sxx += (x[i] - mx) * (x[i] - mx);
    sxy += (x[i] - mx) * (y[i] - my);
    syy += (y[i] - my) * (y[i] - my);
  }
  return {sxy / sxx, syy > 0 ? sxy * sxy / (sxx * syy) : 1.0};
}

/// Γ((n−1)/2)/Γ(n/2) by the recurrence Γ(x+1) = x·Γ(x) from Γ(1/2) = √π and Γ(1) = 1.
double gamma_ratio(int n) noexcept {
  constexpr double kSqrtPi = 1.7724538509055160273;
  double ratio = n % 2 == 0 ? kSqrtPi : 2.0 / kSqrtPi;  // n = 2: Γ(1/2)/Γ(1); n = 3: Γ(1)/Γ(3/2)
  for (int k = n % 2 == 0 ? 2 : 3; k < n; k += 2) ratio *= (static_cast<double>(k) - 1.0) / static_cast<double>(k);
  return ratio;
}

double block_rescaled_range(std::span<const double> v) noexcept {
  const auto n = static_cast<double>(v.size());
  double sum = 0;  // exact for quantised returns, so a block of equal ones has S = 0
  for (const double x : v) sum += x;
  const double mean = sum / n;
  double z = 0, high = 0, low = 0, squares = 0;
  for (const double x : v) {
    z += x - mean;
    high = z > high ? z : high;
    low = z < low ? z : low;
    squares += (x - mean) * (x - mean);
  }
  const double s = std::sqrt(squares / n);
  return s > 0 ? (high - low) / s : -1.0;
}

}  // namespace

double expected_rescaled_range(int n) noexcept {
  constexpr double kSqrtPi = 1.7724538509055160273;
  double sum = 0;
  for (int i = 1; i < n; ++i) sum += std::sqrt(static_cast<double>(n - i) / static_cast<double>(i));
  return gamma_ratio(n) / kSqrtPi * sum;
}

HurstResult hurst_rescaled_range(std::span<const double> values) noexcept {
  HurstResult out;
  std::array<double, kHurstScales.size()> ln_n{}, ln_rs{}, ln_expected{};
  for (std::size_t s = 0; s < kHurstScales.size(); ++s) {
    const auto n = static_cast<std::size_t>(kHurstScales[s]);
    const std::size_t blocks = values.size() / n;
    double sum = 0, used = 0;
    for (std::size_t b = 0; b < blocks; ++b) {  // aligned to the newest
      const double rs = block_rescaled_range(values.subspan(values.size() - (blocks - b) * n, n));
      if (rs < 0) continue;
      sum += rs;
      used += 1;
    }
    if (used == 0 || sum <= 0) return out;
    out.mean_rs[s] = sum / used;
    ln_n[s] = detmath::log(static_cast<double>(n));
    ln_rs[s] = detmath::log(out.mean_rs[s]);
    ln_expected[s] = detmath::log(expected_rescaled_range(static_cast<int>(n)));
  }
  const Line line = fit(ln_n, ln_rs);
  out.raw = line.slope;
  out.corrected = line.slope - fit(ln_n, ln_expected).slope + 0.5;
  out.r2 = line.r2;
  out.ok = true;
  return out;
}

}  // namespace omega
