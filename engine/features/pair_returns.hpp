// What:     F21 rolling correlation: the last w returns of two symbols over synchronised bars, and exact sums over any part of
//           them, so that older and newer correlation, and the slope of one on the other, come from one window.
// Owner:    the strategy.   Threads: one.   Allocation: constructor only.
// Formula:  Pearson on returns; slope of y on x (pair_sums.hpp).
// Synchronised: both symbols closed at the same time now and at the same time before; neither return spans a gap. Otherwise the pair
//           skips that close; more than 10 % skipped of the last w closes -> not valid.
// Units:    returns in 2^-40; rho in [-1, 1].   Ready: w synchronised pairs.   Cost: O(1) per close and for the whole window, O(n) per part of n.
// Source:   STRATEGIES F21; Fisher (1915) Biometrika 10(4):507-521 for z = atanh rho, se 1/sqrt(n - 3).
#pragma once

#include "engine/features/pair_sums.hpp"
#include "engine/features/returns.hpp"

namespace omega {

class PairReturns {
 public:
  using Return = PairPoint;
  using Sums = PairSums;

  explicit PairReturns(std::size_t w) : returns_(w), skipped_(w) {}

  /// One close at which at least one of the two is there (nullptr: the other is not).
  void on_close(const TfBar* x, const TfBar* y) noexcept {
    const bool both = x != nullptr && y != nullptr && x->t_close == y->t_close && before_.x_close != 0 && before_.y_close != 0 &&
                      before_.x_ts == before_.y_ts && !x->gap() && !y->gap();
    if (both) {
      if (returns_.full()) all_.remove(returns_.oldest());
      const Return r{return_quanta(before_.x_close, x->close), return_quanta(before_.y_close, y->close)};
      returns_.push(r);
      all_.add(r);
    }
    if (skipped_.full()) skipped_count_ -= skipped_.oldest();
    skipped_.push(both ? 0 : 1);
    skipped_count_ += both ? 0 : 1;
    if (x != nullptr) before_.x_close = x->close, before_.x_ts = x->t_close;
    if (y != nullptr) before_.y_close = y->close, before_.y_ts = y->t_close;
  }
  [[nodiscard]] bool valid() const noexcept { return returns_.full() && 10 * skipped_count_ <= skipped_.size(); }
  [[nodiscard]] const Window<Return>& returns() const noexcept { return returns_; }

  /// Over the whole window, O(1).
  [[nodiscard]] const Sums& sums() const noexcept { return all_; }
  /// Over ages [from, from + n), newest first; from + n <= size.
  [[nodiscard]] Sums sums(std::size_t from, std::size_t n) const noexcept {
    Sums s;
    for (std::size_t age = from; age < from + n; ++age) s.add(returns_.back(age));
    return s;
  }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, all_, skipped_, skipped_count_, before_); }

 private:
  struct Before {
    Price x_close = 0, y_close = 0;  // 0: no bar yet
    TimeNs x_ts = 0, y_ts = 0;
    template <class Archive> void serialize(Archive& ar) { ar(x_close, y_close, x_ts, y_ts); }
  };
  Window<Return> returns_;
  Sums all_;
  Window<std::uint8_t> skipped_;
  std::uint64_t skipped_count_ = 0;
  Before before_;
};

}  // namespace omega
