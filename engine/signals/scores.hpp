// What:     The score terms every strategy is written in, for direction d.
// Threads:  pure functions; any.   Units: [0, 1].   Source: STRATEGIES 3.0.
#pragma once

#include <cmath>
#include <span>

#include "engine/features/candle.hpp"

namespace omega::score {

[[nodiscard]] inline double clip(double x) noexcept { return x < 0 ? 0.0 : x > 1 ? 1.0 : x; }
/// Flow z-score against θ.
[[nodiscard]] inline double sf(Direction d, double fz, double theta) noexcept { return clip(d * fz / theta); }
/// Cumulative volume delta against θ.
[[nodiscard]] inline double sc(Direction d, double cvd_n, double theta) noexcept { return clip(d * cvd_n / theta); }
/// VPIN: full below θ, falling to 0 over .20.
[[nodiscard]] inline double sv(double vpin, double theta) noexcept {
  const double x = 1.0 - (vpin - theta) / 0.20;
  return vpin < theta ? 1.0 : x > 0 ? x : 0.0;
}
[[nodiscard]] inline double sx(double x, double a, double b) noexcept { return clip((x - a) / (b - a)); }
/// Wick in direction d over twice the body.
[[nodiscard]] inline double sw(const TfBar& bar, Direction d, Price tick) noexcept {
  return clip(static_cast<double>(candle_wick(bar, d)) / (2.0 * static_cast<double>(candle_body(bar, tick))));
}
/// Left to right, so that every build rounds alike.
[[nodiscard]] inline double sum(std::span<const double> terms) noexcept {
  double total = 0;
  for (const double x : terms) total += x;
  return total;
}
/// Scores compare after rounding to 1e-9, so that 1+0.6+1+0.5+0.4 meets 3.5 as on paper (STRATEGIES 1.3-6).
[[nodiscard]] inline bool at_least(double score, double threshold) noexcept {
  return std::llround(score * 1e9) >= std::llround(threshold * 1e9);
}

/// The same rounding for a strict comparison.
[[nodiscard]] inline bool above(double score, double threshold) noexcept {
  return std::llround(score * 1e9) > std::llround(threshold * 1e9);
}

}  // namespace omega::score
