// What:     Exact sums over pairs (x, y) of integers, and what follows from them: correlation, least squares of y on x.
// Owner:    value types; F21 and F22 keep one per window.   Threads: any.
// Formula:  rho = (n Sxy - Sx Sy)/sqrt((n Sxx - Sx^2)(n Syy - Sy^2)); beta = (n Sxy - Sx Sy)/(n Sxx - Sx^2); alpha = (Sy - beta Sx)/n.
//           Sums are 128-bit integers: what leaves a window is subtracted exactly; only the last divisions and roots are in double.
// Units:    the caller's quanta (2^-40); n <= 1000 and |x|, |y| < 2^48, so that every product below stays inside 128 bits.
// Source:   STRATEGIES F21, F22.
#pragma once

#include <cmath>

#include "engine/features/frame.hpp"

namespace omega {

struct PairPoint {
  std::int64_t x = 0, y = 0;
  template <class Archive> void serialize(Archive& ar) { ar(x, y); }
};

struct PairSums {
  i128 n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  friend bool operator==(const PairSums&, const PairSums&) = default;
  void add(const PairPoint& p) noexcept { take(p, 1); }
  void remove(const PairPoint& p) noexcept { take(p, -1); }
  /// n^2 times the (co)variances, exact.
  [[nodiscard]] i128 var_x() const noexcept { return n * xx - x * x; }
  [[nodiscard]] i128 var_y() const noexcept { return n * yy - y * y; }
  [[nodiscard]] i128 cov() const noexcept { return n * xy - x * y; }
  template <class Archive> void serialize(Archive& ar) { ar(n, x, y, xx, yy, xy); }

 private:
  void take(const PairPoint& p, int sign) noexcept {
    n += sign;
    x += sign * p.x;
    y += sign * p.y;
    xx += sign * (static_cast<i128>(p.x) * p.x);
    yy += sign * (static_cast<i128>(p.y) * p.y);
    xy += sign * (static_cast<i128>(p.x) * p.y);
  }
};

/// INVALID when one of the two does not move.
[[nodiscard]] inline FeatureValue correlation(const PairSums& s) noexcept {
  const i128 xx = s.var_x(), yy = s.var_y();
  if (xx <= 0 || yy <= 0) return FeatureValue::invalid();
  const double rho = static_cast<double>(s.cov()) / (std::sqrt(static_cast<double>(xx)) * std::sqrt(static_cast<double>(yy)));
  return FeatureValue::of(rho > 1 ? 1.0 : rho < -1 ? -1.0 : rho);
}
/// Of y on x; INVALID when x does not move.
[[nodiscard]] inline FeatureValue slope_of_y_on_x(const PairSums& s) noexcept {
  if (s.var_x() <= 0) return FeatureValue::invalid();
  return FeatureValue::of(static_cast<double>(s.cov()) / static_cast<double>(s.var_x()));
}

}  // namespace omega
