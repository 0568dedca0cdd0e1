// What:     F26 filter of a two-state Gaussian hidden Markov model over annualised realised volatility: how probable it is that
//           the market is in its HIGH volatility state. The model is an input; nothing is fitted in the stream.
// Owner:    feature set.   Threads: one.
// Formula:  o = σ_w·√A (F11, sample sd of the last w returns, A bars a year); p_j = Σ_i α_{t−1}(i)·A_ij, α_0 = π;
//           α_t(j) ∝ p_j·N(o; μ_j, σ_j). State 0 (LOW) is the one with the smaller μ. Both densities < 1e-300 -> α = p.
// Units:    probability [0, 1]; steps are a count.   Ready: w returns; without a model INVALID.   Cost: O(1).
// Exact:    recursive doubles in a fixed order, exp from detmath.   Choice: a bar that brings no return (GAP, the first) is no step.
// Source:   Hamilton (1989) Econometrica 57(2):357-384; Rabiner (1989) Proc. IEEE 77(2):257-286.
#pragma once

#include <optional>

#include "engine/core/config.hpp"
#include "engine/core/detmath.hpp"
#include "engine/features/returns.hpp"

namespace omega {

/// N(x; mean, sd).
[[nodiscard]] inline double normal_density(double x, double mean, double sd) noexcept {
  constexpr double kInvSqrt2Pi = 3.98942280401432677940e-01;
  const double z = (x - mean) / sd;
  return kInvSqrt2Pi / sd * detmath::exp(-0.5 * z * z);
}

/// Probability of LOW after the observation o, from the one before it.
[[nodiscard]] inline double filtered_low(const VolatilityModel& m, double low_before, double o) noexcept {
  constexpr double kDensity_min = 1e-300;
  const double high_before = 1.0 - low_before;
  const double low = low_before * m.stay_low + high_before * (1.0 - m.stay_high);
  const double high = low_before * (1.0 - m.stay_low) + high_before * m.stay_high;
  const double density_low = normal_density(o, m.mean_low, m.sd_low), density_high = normal_density(o, m.mean_high, m.sd_high);
  if (density_low < kDensity_min && density_high < kDensity_min) return low;
  const double joint_low = low * density_low, joint_high = high * density_high;
  return joint_low / (joint_low + joint_high);
}

class VolatilityHmm {
 public:
  VolatilityHmm(int w, double bars_per_year, const std::optional<VolatilityModel>& model)
      : returns_(w), root_year_(std::sqrt(bars_per_year)), model_(model), low_(model ? model->start_low : 0.0) {}

  void on_bar(const TfBar& bar) noexcept {
    const bool brings_return = started_ && !bar.gap();
    started_ = true;
    returns_.on_bar(bar);
    const FeatureValue sigma = returns_.sigma();
    if (!model_ || !brings_return || !sigma.ready()) return;
    low_ = filtered_low(*model_, low_, sigma.value * root_year_);
    ++steps_;
  }
  [[nodiscard]] FeatureValue high() const noexcept { return after_a_step(1.0 - low_); }
  [[nodiscard]] FeatureValue steps() const noexcept { return after_a_step(static_cast<double>(steps_)); }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, started_, low_, steps_); }

 private:
  [[nodiscard]] FeatureValue after_a_step(double value) const noexcept {
    if (!model_) return FeatureValue::invalid();
    return steps_ > 0 ? FeatureValue::of(value) : FeatureValue::warming();
  }
  ReturnWindow returns_;
  double root_year_;                       // configuration
  std::optional<VolatilityModel> model_;   // configuration
  bool started_ = false;
  double low_;
  std::uint64_t steps_ = 0;
};

}  // namespace omega
