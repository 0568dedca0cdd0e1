// What:     The last n integers with their order: median and rank queries. A sorted array beside the ring: O(log n)
//           search plus a short memmove, no allocation.
// Owner:    a feature.   Threads: one.
#pragma once

#include <algorithm>

#include "engine/features/rolling.hpp"

namespace omega {

class OrderStatisticRing {
 public:
  explicit OrderStatisticRing(std::size_t n) : ring_(n), sorted_(n) {}
  void push(std::int64_t x) noexcept {
    if (ring_.full()) erase(ring_.oldest());
    ring_.push(x);
    auto* const end = sorted_.data() + count_;
    auto* const at = std::upper_bound(sorted_.data(), end, x);
    std::move_backward(at, end, end + 1);
    *at = x;
    ++count_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool full() const noexcept { return ring_.full(); }
  /// Mean of the two middle values when n is even. Requires size() > 0.
  [[nodiscard]] double median() const noexcept {
    OMEGA_ASSERT(count_ > 0, count_, 0);
    const std::size_t half = count_ / 2;
    if (count_ % 2 == 1) return static_cast<double>(sorted_[half]);
    return (static_cast<double>(sorted_[half - 1]) + static_cast<double>(sorted_[half])) / 2.0;
  }
  [[nodiscard]] std::size_t count_below(std::int64_t x) const noexcept {
    return static_cast<std::size_t>(std::lower_bound(sorted_.data(), sorted_.data() + count_, x) - sorted_.data());
  }
  [[nodiscard]] std::size_t count_at_most(std::int64_t x) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(sorted_.data(), sorted_.data() + count_, x) - sorted_.data());
  }
  template <class Archive> void serialize(Archive& ar) { ar(ring_, sorted_, count_); }

 private:
  void erase(std::int64_t x) noexcept {
    auto* const end = sorted_.data() + count_;
    auto* const at = std::lower_bound(sorted_.data(), end, x);
    OMEGA_ASSERT(at != end && *at == x, x, count_);
    std::move(at + 1, end, at);
    --count_;
  }
  Ring<std::int64_t> ring_;
  std::vector<std::int64_t> sorted_;
  std::size_t count_ = 0;
};

}  // namespace omega
