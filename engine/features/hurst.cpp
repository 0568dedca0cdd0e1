#include "engine/features/hurst.hpp"

#include <algorithm>
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

/// Γ((n−1)/2)/Γ(n/2) by the recurrence Γ(x+1) = x·Γ(x) from Γ(1/2) = √π and Γ(1) = 1. Not by exp(lgamma − lgamma), which would be as short:
/// n/2 products and quotients of whole numbers keep all but the last bits, the difference of two logarithms near 100 loses two digits,
/// and other bits here are other journals.
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

/// What does not depend on the returns: ln n and the slope of ln E(R/S), computed once.
struct Expectation {
  std::array<double, kHurstScales.size()> ln_n{};
  double slope = 0;
  Expectation() {
    std::array<double, kHurstScales.size()> ln_expected{};
    for (std::size_t s = 0; s < kHurstScales.size(); ++s) {
      ln_n[s] = detmath::log(static_cast<double>(kHurstScales[s]));
      ln_expected[s] = detmath::log(expected_rescaled_range(kHurstScales[s]));
    }
    slope = fit(ln_n, ln_expected).slope;
  }
};
const Expectation kExpectation;

/// Mean R/S per scale -> exponent. rs(s, b): of scale s the b-th newest of its blocks; flat blocks (−1) are dropped.
template <class RescaledRange>
HurstResult exponent(std::size_t values, RescaledRange&& rs) noexcept {
  HurstResult out;
  std::array<double, kHurstScales.size()> ln_rs{};
  for (std::size_t s = 0; s < kHurstScales.size(); ++s) {
    double sum = 0, used = 0;
    for (std::size_t b = values / static_cast<std::size_t>(kHurstScales[s]); b-- > 0;) {  // oldest first
      const double block = rs(s, b);
      if (block < 0) continue;
      sum += block;
      used += 1;
    }
    if (used == 0 || sum <= 0) return out;
    out.mean_rs[s] = sum / used;
    ln_rs[s] = detmath::log(out.mean_rs[s]);
  }
  const Line line = fit(kExpectation.ln_n, ln_rs);
  out.raw = line.slope;
  out.corrected = line.slope - kExpectation.slope + 0.5;
  out.r2 = line.r2;
  out.ok = true;
  return out;
}

}  // namespace

double expected_rescaled_range(int n) noexcept {
  constexpr double kSqrtPi = 1.7724538509055160273;
  double sum = 0;
  for (int i = 1; i < n; ++i) sum += std::sqrt(static_cast<double>(n - i) / static_cast<double>(i));
  return gamma_ratio(n) / kSqrtPi * sum;
}

HurstResult hurst_rescaled_range(std::span<const double> values) noexcept {
  return exponent(values.size(), [values](std::size_t s, std::size_t b) {
    const auto n = static_cast<std::size_t>(kHurstScales[s]);
    return block_rescaled_range(values.subspan(values.size() - (b + 1) * n, n));
  });
}

Hurst::Hurst(int n)
    : returns_(static_cast<std::size_t>(n)),
      blocks_{Window<double>(static_cast<std::size_t>(n)), Window<double>(static_cast<std::size_t>(n)), Window<double>(static_cast<std::size_t>(n)),
              Window<double>(static_cast<std::size_t>(n)), Window<double>(static_cast<std::size_t>(n))} {}

void Hurst::close_blocks(std::int64_t newest) noexcept {
  recent_[recent_next_] = recent_[recent_next_ + kLongest] = static_cast<double>(newest) / kReturnScale;
  recent_next_ = recent_next_ + 1 == kLongest ? 0 : recent_next_ + 1;
  recent_count_ = std::min(recent_count_ + 1, kLongest);
  const double* const end = recent_.data() + recent_next_ + kLongest;  // behind the newest
  for (std::size_t s = 0; s < kHurstScales.size(); ++s) {
    const auto n = static_cast<std::size_t>(kHurstScales[s]);
    blocks_[s].push(recent_count_ >= n ? block_rescaled_range({end - n, n}) : -1.0);  // too few: never read
  }
}

void Hurst::rebuild_blocks() noexcept {
  recent_next_ = recent_count_ = 0;
  for (std::size_t age = returns_.size(); age-- > 0;) close_blocks(returns_.back(age));
}

void Hurst::evaluate() noexcept {
  const HurstResult r = exponent(returns_.size(), [this](std::size_t s, std::size_t b) {
    return blocks_[s].back(b * static_cast<std::size_t>(kHurstScales[s]));
  });
  h_ = r.ok ? FeatureValue::of(r.corrected) : FeatureValue::invalid();
  r2_ = r.ok ? FeatureValue::of(r.r2) : FeatureValue::invalid();
}

}  // namespace omega
