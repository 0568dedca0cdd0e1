// What:     F22 rolling hedge ratio: the last w log mids of two symbols over synchronised closes, exact sums over them, and ordinary
//           least squares y = alpha + beta·x with what a filter needs to start from it.
// Owner:    the strategy.   Threads: one.   Allocation: constructor only.
// Formula:  level = 100·ln(mid) - 100·ln(mid of the pair's first bar in the run), rounded once to 2^-40; beta = Sxy/Sxx, alpha = mean y - beta·mean x;
//           residual variance = (Syy - beta·Sxy)/(n - 2), S centred.
// Synchronised: both symbols closed at the same time; else the pair has no level there. Gaps do not matter to levels.
// Units:    level: percent of log price.   Ready: w levels.   Cost: O(1) per close.
// Source:   STRATEGIES F22; sums pair_sums.hpp.
#pragma once

#include <algorithm>

#include "engine/core/detmath.hpp"
#include "engine/features/pair_sums.hpp"
#include "engine/features/window.hpp"

namespace omega {

inline constexpr double kLevelScale = static_cast<double>(std::int64_t{1} << 40);

struct HedgeFit {
  bool valid = false;  // false: x does not move
  double alpha = 0, beta = 0;
  double residual_variance = 0;
  double n = 0, x_mean = 0, x_squares = 0;  // x_squares: sum of (x - mean)^2
};

class PairLevels {
 public:
  explicit PairLevels(std::size_t w) : levels_(w) {}

  /// One close at which at least one of the two is there (nullptr: the other is not). True when both are.
  bool on_close(const TfBar* y, const TfBar* x) noexcept {
    if (y == nullptr || x == nullptr || y->t_close != x->t_close || y->close <= 0 || x->close <= 0) return false;
    const double log_y = 100 * detmath::log(static_cast<double>(y->close)), log_x = 100 * detmath::log(static_cast<double>(x->close));
    if (!anchored_) {
      anchored_ = true;
      anchor_y_ = log_y;
      anchor_x_ = log_x;
    }
    before_ = sums_;
    if (levels_.full()) sums_.remove(levels_.oldest());
    const PairPoint p{quanta(log_x - anchor_x_), quanta(log_y - anchor_y_)};
    levels_.push(p);
    sums_.add(p);
    return true;
  }
  [[nodiscard]] bool full() const noexcept { return levels_.full(); }
  [[nodiscard]] std::size_t size() const noexcept { return levels_.size(); }
  /// The window with the newest level; and as it was one close before it (to judge the newest by what came before).
  [[nodiscard]] const PairSums& sums() const noexcept { return sums_; }
  [[nodiscard]] const PairSums& sums_before() const noexcept { return before_; }
  [[nodiscard]] double y(std::size_t age) const noexcept { return static_cast<double>(levels_.back(age).y) / kLevelScale; }
  [[nodiscard]] double x(std::size_t age) const noexcept { return static_cast<double>(levels_.back(age).x) / kLevelScale; }

  [[nodiscard]] HedgeFit fit() const noexcept {
    HedgeFit f;
    const FeatureValue slope = slope_of_y_on_x(sums_);
    if (!slope.ready() || sums_.n < 3) return f;
    f.n = static_cast<double>(sums_.n);
    f.beta = slope.value;
    f.x_mean = static_cast<double>(sums_.x) / f.n / kLevelScale;
    f.alpha = static_cast<double>(sums_.y) / f.n / kLevelScale - f.beta * f.x_mean;
    const double unit = f.n * kLevelScale * kLevelScale;
    f.x_squares = static_cast<double>(sums_.var_x()) / unit;
    const double residual = (static_cast<double>(sums_.var_y()) - f.beta * static_cast<double>(sums_.cov())) / unit;
    f.residual_variance = std::max(0.0, residual) / (f.n - 2);
    f.valid = true;
    return f;
  }
  template <class Archive> void serialize(Archive& ar) { ar(levels_, sums_, before_, anchored_, anchor_y_, anchor_x_); }

 private:
  [[nodiscard]] static std::int64_t quanta(double level) noexcept { return std::llround(std::clamp(level, -250.0, 250.0) * kLevelScale); }

  Window<PairPoint> levels_;
  PairSums sums_, before_;
  bool anchored_ = false;
  double anchor_y_ = 0, anchor_x_ = 0;
};

/// Mean and sample sd of y - beta·x over the points of s, in levels. sd 0: no spread.
struct SpreadMoments {
  double mean = 0, sd = 0;
};
[[nodiscard]] inline SpreadMoments spread_moments(const PairSums& s, double beta) noexcept {
  const auto n = static_cast<double>(s.n);
  if (s.n < 2) return {};
  const double variance = static_cast<double>(s.var_y()) - 2 * beta * static_cast<double>(s.cov()) + beta * beta * static_cast<double>(s.var_x());
  return {(static_cast<double>(s.y) - beta * static_cast<double>(s.x)) / n / kLevelScale,
          std::sqrt(std::max(0.0, variance) / (n * (n - 1))) / kLevelScale};
}

}  // namespace omega
