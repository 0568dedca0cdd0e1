// What:     Quality gate Q = .40·MTF + .25·STR + .20·FLOW + .10·REG + .05·PERF of a signal.
// Threads:  pure functions; any.   Units: fractions.
// Choices:  what is not known yet is not rewarded: no confluence MTF 0, no vpin vq 0; no cvd_n counts as 0, no regime as an
//           even mix of the three. STR comes with the signal.
// Source:   STRATEGIES 4.3.
#pragma once

#include <algorithm>

#include "engine/core/config.hpp"

namespace omega {

struct Quality {
  double q = 0, mtf = 0, str = 0, flow = 0, reg = 0, perf = 0;
};

[[nodiscard]] inline double clip01(double x) noexcept { return x < 0 ? 0.0 : x > 1 ? 1.0 : x; }

/// Family weight under (trend, range, shock); S15 and S19 keep full weight in a shock.
[[nodiscard]] inline std::array<double, 3> family_weights(SignalFamily family, StrategyId strategy) noexcept {
  switch (family) {
    case SignalFamily::kMomentum: return {1.0, .4, .3};
    case SignalFamily::kReversal: return {.3, 1.0, strategy == 15 || strategy == 19 ? 1.0 : .4};
    case SignalFamily::kMicro: return {.7, .8, .3};
    case SignalFamily::kStatArb: return {.5, 1.0, .2};
    case SignalFamily::kEvent:
    case SignalFamily::kFilter: break;
  }
  return {.7, .7, .7};
}

[[nodiscard]] inline Quality quality_of(const Signal& s, double perf) noexcept {
  const auto has = [&](std::uint32_t bit) { return (s.valid_mask & bit) != 0; };
  Quality q;
  q.mtf = has(signal_valid::kConf) ? clip01((s.conf - .4) / .6) : 0.0;
  q.str = clip01(s.str);
  const double vq = !has(signal_valid::kVpin) ? 0.0 : s.vpin <= .30 ? 1.0 : s.vpin >= .50 ? 0.0 : (.50 - s.vpin) / .20;
  const double cvd = has(signal_valid::kCvd) ? s.direction * s.cvd_n : 0.0;
  q.flow = .6 * vq + .4 * clip01(.5 + cvd);
  const auto w = family_weights(s.family, s.strategy);
  q.reg = has(signal_valid::kRegime) ? s.regime_trend * w[0] + s.regime_range * w[1] + s.regime_shock * w[2]
                                     : (w[0] + w[1] + w[2]) / 3.0;
  q.perf = perf;
  q.q = .40 * q.mtf + .25 * q.str + .20 * q.flow + .10 * q.reg + .05 * q.perf;
  return q;
}

/// Of both legs of a pair: MTF is the mean of the legs, each in its own direction; flow is leg 1's at the worse VPIN of the two.
[[nodiscard]] inline Quality quality_of_pair(const Signal& first, const Signal& second, double perf) noexcept {
  Signal worse = first;
  const bool known = (first.valid_mask & second.valid_mask & signal_valid::kVpin) != 0;
  worse.vpin = std::max(first.vpin, second.vpin);
  if (!known) worse.valid_mask &= ~signal_valid::kVpin;
  const Quality a = quality_of(worse, perf), b = quality_of(second, perf);
  Quality q = a;
  q.mtf = (a.mtf + b.mtf) / 2;
  q.q = .40 * q.mtf + .25 * q.str + .20 * q.flow + .10 * q.reg + .05 * q.perf;
  return q;
}

}  // namespace omega
