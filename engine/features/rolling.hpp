// What:     Exact rolling statistics over ring buffers: integer sums in 64/128 bits, add the new, subtract the leaving.
//           Nothing drifts, so nothing is ever rebuilt; only the last division and square root are in double.
// Owner:    a feature.   Threads: one.   Units: the caller's integers.
// Bounds:   |x|·n < 1.3e19 for RollingMoments (n·Σx² must fit 127 bits).
// Source:   STRATEGIES 1.3-2.
#pragma once

#include <cmath>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/core/assert.hpp"
#include "engine/core/types.hpp"

namespace omega {

/// The last n items, oldest overwritten. at(0) is the newest.
template <class T>
class Ring {
 public:
  explicit Ring(std::size_t capacity) : items_(capacity) { OMEGA_REQUIRE(capacity > 0, capacity, 0); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return items_.size(); }
  [[nodiscard]] bool full() const noexcept { return size_ == items_.size(); }
  [[nodiscard]] const T& at(std::size_t age) const noexcept {
    OMEGA_ASSERT(age < size_, age, size_);
    const std::size_t i = next_ + items_.size() - 1 - age;
    return items_[i >= items_.size() ? i - items_.size() : i];
  }
  [[nodiscard]] const T& oldest() const noexcept { return at(size_ - 1); }
  void push(const T& item) noexcept {
    items_[next_] = item;
    next_ = next_ + 1 == items_.size() ? 0 : next_ + 1;
    if (size_ < items_.size()) ++size_;
  }
  template <class Archive> void serialize(Archive& ar) { ar(items_, next_, size_); }

 private:
  std::vector<T> items_;
  std::size_t next_ = 0, size_ = 0;
};

/// Sum over the last n values.
class RollingSum {
 public:
  explicit RollingSum(std::size_t n) : ring_(n) {}
  void push(std::int64_t x) noexcept {
    if (ring_.full()) sum_ -= ring_.oldest();
    ring_.push(x);
    sum_ += x;
  }
  [[nodiscard]] i128 sum() const noexcept { return sum_; }
  [[nodiscard]] std::size_t size() const noexcept { return ring_.size(); }
  [[nodiscard]] bool full() const noexcept { return ring_.full(); }
  [[nodiscard]] std::int64_t at(std::size_t age) const noexcept { return ring_.at(age); }
  template <class Archive> void serialize(Archive& ar) { ar(ring_, sum_); }

 private:
  Ring<std::int64_t> ring_;
  i128 sum_ = 0;
};

/// Mean and sample standard deviation (ddof 1) over the last n values.
class RollingMoments {
 public:
  explicit RollingMoments(std::size_t n) : ring_(n) {}
  void push(std::int64_t x) noexcept {
    if (ring_.full()) {
      const std::int64_t old = ring_.oldest();
      sum_ -= old;
      squares_ -= i128{old} * old;
    }
    ring_.push(x);
    sum_ += x;
    squares_ += i128{x} * x;
  }
  [[nodiscard]] std::size_t size() const noexcept { return ring_.size(); }
  [[nodiscard]] bool full() const noexcept { return ring_.full(); }
  [[nodiscard]] std::int64_t at(std::size_t age) const noexcept { return ring_.at(age); }
  [[nodiscard]] i128 sum() const noexcept { return sum_; }
  [[nodiscard]] i128 squares() const noexcept { return squares_; }
  [[nodiscard]] double mean() const noexcept { return static_cast<double>(sum_) / static_cast<double>(ring_.size()); }
  /// 0 with fewer than two values.
  [[nodiscard]] double sd() const noexcept {
    const auto n = static_cast<std::int64_t>(ring_.size());
    if (n < 2) return 0;
    const i128 spread = i128{n} * squares_ - sum_ * sum_;  // n²·population variance, exact and >= 0
    return std::sqrt(static_cast<double>(spread) / (static_cast<double>(n) * static_cast<double>(n - 1)));
  }
  template <class Archive> void serialize(Archive& ar) { ar(ring_, sum_, squares_); }

 private:
  Ring<std::int64_t> ring_;
  i128 sum_ = 0, squares_ = 0;
};

}  // namespace omega
