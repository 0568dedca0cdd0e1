// What:     F21 rolling correlation: the last w returns of two symbols over synchronised bars, and exact sums over any part of
//           them, so that older and newer correlation, and the slope of one on the other, come from one window.
// Owner:    the strategy.   Threads: one.   Allocation: constructor only.
// Formula:  Pearson on returns, rho = (n Sxy - Sx Sy)/sqrt((n Sxx - Sx^2)(n Syy - Sy^2)); slope of y on x: (n Sxy - Sx Sy)/(n Sxx - Sx^2).
//           Sums are integers (2^-40 quanta in 128 bits), so only the last divisions and roots are in double.
// Synchronised: both symbols closed at the same time now and at the same time before; neither return spans a gap. Otherwise the pair
//           skips that close; more than 10 % skipped of the last w closes -> not valid.
// Units:    returns in 2^-40; rho in [-1, 1].   Ready: w synchronised pairs.   Cost: O(1) per close, O(n) per sum of n.
// Source:   STRATEGIES F21; Fisher (1915) Biometrika 10(4):507-521 for z = atanh rho, se 1/sqrt(n - 3).
#pragma once

#include <cmath>

#include "engine/features/frame.hpp"
#include "engine/features/returns.hpp"

namespace omega {

class PairReturns {
 public:
  struct Return {
    std::int64_t x = 0, y = 0;
    template <class Archive> void serialize(Archive& ar) { ar(x, y); }
  };
  struct Sums {
    i128 n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
    void add(const Return& r) noexcept {
      n += 1;
      x += r.x;
      y += r.y;
      xx += static_cast<i128>(r.x) * r.x;
      yy += static_cast<i128>(r.y) * r.y;
      xy += static_cast<i128>(r.x) * r.y;
    }
  };

  explicit PairReturns(std::size_t w) : returns_(w), skipped_(w) {}

  /// One close at which at least one of the two is there (nullptr: the other is not).
  void on_close(const TfBar* x, const TfBar* y) noexcept {
    const bool both = x != nullptr && y != nullptr && x->t_close == y->t_close && before_.x_close != 0 && before_.y_close != 0 &&
                      before_.x_ts == before_.y_ts && !x->gap() && !y->gap();
    if (both) returns_.push({return_quanta(before_.x_close, x->close), return_quanta(before_.y_close, y->close)});
    if (skipped_.full()) skipped_count_ -= skipped_.oldest();
    skipped_.push(both ? 0 : 1);
    skipped_count_ += both ? 0 : 1;
    if (x != nullptr) before_.x_close = x->close, before_.x_ts = x->t_close;
    if (y != nullptr) before_.y_close = y->close, before_.y_ts = y->t_close;
  }
  [[nodiscard]] bool valid() const noexcept { return returns_.full() && 10 * skipped_count_ <= skipped_.size(); }
  [[nodiscard]] const Window<Return>& returns() const noexcept { return returns_; }

  /// Over ages [from, from + n), newest first; from + n <= size.
  [[nodiscard]] Sums sums(std::size_t from, std::size_t n) const noexcept {
    Sums s;
    for (std::size_t age = from; age < from + n; ++age) s.add(returns_.back(age));
    return s;
  }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, skipped_, skipped_count_, before_); }

 private:
  struct Before {
    Price x_close = 0, y_close = 0;  // 0: no bar yet
    TimeNs x_ts = 0, y_ts = 0;
    template <class Archive> void serialize(Archive& ar) { ar(x_close, y_close, x_ts, y_ts); }
  };
  Window<Return> returns_;
  Window<std::uint8_t> skipped_;
  std::uint64_t skipped_count_ = 0;
  Before before_;
};

/// INVALID when one of the two does not move.
[[nodiscard]] inline FeatureValue correlation(const PairReturns::Sums& s) noexcept {
  const i128 xx = s.n * s.xx - s.x * s.x, yy = s.n * s.yy - s.y * s.y, xy = s.n * s.xy - s.x * s.y;
  if (xx <= 0 || yy <= 0) return FeatureValue::invalid();
  const double rho = static_cast<double>(xy) / (std::sqrt(static_cast<double>(xx)) * std::sqrt(static_cast<double>(yy)));
  return FeatureValue::of(rho > 1 ? 1.0 : rho < -1 ? -1.0 : rho);
}
/// Of y on x; INVALID when x does not move.
[[nodiscard]] inline FeatureValue slope_of_y_on_x(const PairReturns::Sums& s) noexcept {
  const i128 xx = s.n * s.xx - s.x * s.x;
  if (xx <= 0) return FeatureValue::invalid();
  return FeatureValue::of(static_cast<double>(s.n * s.xy - s.x * s.y) / static_cast<double>(xx));
}

}  // namespace omega
