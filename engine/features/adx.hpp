// What:     F14 Wilder's ADX. TR, ±DM smoothed as S ← S − S/n + x after a plain-sum seed; DI = 100·S_DM/S_TR;
//           DX = 100·|+DI − −DI|/(+DI + −DI) (0/0: previous DX); ADX seed = mean of the first n DX, then ((n−1)·ADX + DX)/n.
//           GAP bar: TR = H − L, DM = 0.
// Units:    [0, 100].   Warm-up: index 2n − 1 (bar 28 for n = 14); O(1), recursive doubles in a fixed order.
// Source:   Wilder (1978) New Concepts in Technical Trading Systems.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/features/frame.hpp"

namespace omega {

class Adx {
 public:
  explicit Adx(int n) : n_(n) {}
  void on_bar(const TfBar& bar) noexcept {
    if (has_previous_) {
      const bool gap = bar.gap();
      Price tr = bar.high - bar.low, plus = 0, minus = 0;
      if (!gap) {
        tr = std::max({tr, std::abs(bar.high - previous_.close), std::abs(bar.low - previous_.close)});
        const Price up = bar.high - previous_.high, down = previous_.low - bar.low;
        if (up > down && up > 0) plus = up;
        if (down > up && down > 0) minus = down;
      }
      accumulate(static_cast<double>(tr), static_cast<double>(plus), static_cast<double>(minus));
    }
    previous_ = bar;
    has_previous_ = true;
  }
  [[nodiscard]] FeatureValue value() const noexcept {
    return dx_count_ >= n_ ? FeatureValue::of(adx_) : FeatureValue::warming();
  }
  template <class Archive> void serialize(Archive& ar) {
    ar(previous_, has_previous_, count_, dx_count_, tr_, plus_, minus_, dx_, adx_);
  }

 private:
  void accumulate(double tr, double plus, double minus) noexcept {
    const double n = n_;
    ++count_;
    if (count_ <= n_) {
      tr_ += tr;
      plus_ += plus;
      minus_ += minus;
      if (count_ < n_) return;
    } else {
      tr_ = tr_ - tr_ / n + tr;
      plus_ = plus_ - plus_ / n + plus;
      minus_ = minus_ - minus_ / n + minus;
    }
    if (tr_ > 0) {
      const double pdi = 100.0 * plus_ / tr_, mdi = 100.0 * minus_ / tr_;
      if (pdi + mdi > 0) dx_ = 100.0 * std::fabs(pdi - mdi) / (pdi + mdi);
    }
    ++dx_count_;
    if (dx_count_ <= n_) {
      adx_ += dx_ / n;
      if (dx_count_ == n_) return;
    } else {
      adx_ = ((n - 1.0) * adx_ + dx_) / n;
    }
  }
  int n_;
  TfBar previous_;
  bool has_previous_ = false;
  int count_ = 0, dx_count_ = 0;
  double tr_ = 0, plus_ = 0, minus_ = 0, dx_ = 0, adx_ = 0;
};

}  // namespace omega
