// What:     Rolling sums over the last N integers, kept exactly: add the new item, subtract the one that leaves. No drift,
//           so no rebuild is needed (STRATEGIES 1.3-2); only the last division and square root are in double.
// Owner:    the feature.   Threads: one.
// Flavours: "lagged" statistics are read before push(), inclusive ones after it.
// Units:    those of the items.
// Range:    |item| · N < 2^63 keeps every intermediate inside __int128; push() clamps to it, which only absurd volumes meet.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/types.hpp"
#include "engine/features/window.hpp"

namespace omega {

/// The nearest double, as a cast gives it; most sums fit 64 bits, for which the processor has an instruction.
[[nodiscard]] inline double nearest_double(i128 x) noexcept {
  const auto narrow = static_cast<std::int64_t>(x);
  return narrow == x ? static_cast<double>(narrow) : static_cast<double>(x);
}

/// Sum, mean, sample standard deviation (ddof 1) and z-score.
class RollingMoments {
 public:
  struct Sums {
    i128 x = 0, xx = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
    template <class Archive> void serialize(Archive& ar) { ar(x, xx); }
  };

  explicit RollingMoments(std::size_t n)
      : window_(n), limit_(std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(n)) {}

  void push(std::int64_t item) noexcept {
    const std::int64_t x = std::clamp(item, -limit_, limit_);
    if (window_.full()) add(sums_, window_.oldest(), -1);
    window_.push(x);
    add(sums_, x, +1);
  }

  [[nodiscard]] std::size_t size() const noexcept { return window_.size(); }
  [[nodiscard]] bool full() const noexcept { return window_.full(); }
  [[nodiscard]] const Window<std::int64_t>& window() const noexcept { return window_; }
  [[nodiscard]] const Sums& sums() const noexcept { return sums_; }

  /// size() > 0.
  [[nodiscard]] double mean() const noexcept { return nearest_double(sums_.x) / static_cast<double>(size()); }
  /// size() > 1; exactly 0 when all items are equal.
  [[nodiscard]] double sd() const noexcept {
    const auto n = static_cast<i128>(size());
    const i128 numerator = n * sums_.xx - sums_.x * sums_.x;  // n² times the population variance, exact
    return std::sqrt(nearest_double(numerator) / nearest_double(n * (n - 1)));
  }
  [[nodiscard]] double root_sum_of_squares() const noexcept { return std::sqrt(nearest_double(sums_.xx)); }

  /// The sums from scratch; tests compare them with sums() bit for bit.
  [[nodiscard]] Sums recompute() const noexcept {
    Sums s;
    for (std::size_t i = 0; i < window_.size(); ++i) add(s, window_.back(i), +1);
    return s;
  }

  template <class Archive> void serialize(Archive& ar) { ar(window_, sums_); }

 private:
  static void add(Sums& s, std::int64_t x, int sign) noexcept {
    s.x += sign * static_cast<i128>(x);
    s.xx += sign * (static_cast<i128>(x) * x);
  }
  Window<std::int64_t> window_;
  std::int64_t limit_;  // configuration
  Sums sums_;
};

/// Σ value·weight and Σ weight over the last N pairs; |value| · weight · N < 2^127 is the caller's duty. For a VWAP,
/// 3 · price <= 2^56 and the volume of a five-minute bar <= 2^55 leave room for N = 2^16.
class RollingWeightedMean {
 public:
  struct Item {
    std::int64_t value = 0, weight = 0;
    template <class Archive> void serialize(Archive& ar) { ar(value, weight); }
  };
  struct Sums {
    i128 weighted = 0, weight = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
    template <class Archive> void serialize(Archive& ar) { ar(weighted, weight); }
  };

  explicit RollingWeightedMean(std::size_t n) : window_(n) {}

  void push(std::int64_t value, std::int64_t weight) noexcept {
    if (window_.full()) add(sums_, window_.oldest(), -1);
    window_.push({value, weight});
    add(sums_, window_.back(0), +1);
  }
  [[nodiscard]] bool full() const noexcept { return window_.full(); }
  [[nodiscard]] const Sums& sums() const noexcept { return sums_; }
  [[nodiscard]] Sums recompute() const noexcept {
    Sums s;
    for (std::size_t i = 0; i < window_.size(); ++i) add(s, window_.back(i), +1);
    return s;
  }
  template <class Archive> void serialize(Archive& ar) { ar(window_, sums_); }

 private:
  static void add(Sums& s, const Item& item, int sign) noexcept {
    s.weighted += sign * (static_cast<i128>(item.value) * item.weight);
    s.weight += sign * static_cast<i128>(item.weight);
  }
  Window<Item> window_;
  Sums sums_;
};

/// Σ x over the last N values of up to 128 bits (flows at 2^-20 quanta need the room).
class RollingSum {
 public:
  explicit RollingSum(std::size_t n) : window_(n) {}
  void push(i128 x) noexcept {
    if (window_.full()) sum_ -= window_.oldest();
    window_.push(x);
    sum_ += x;
  }
  [[nodiscard]] bool full() const noexcept { return window_.full(); }
  [[nodiscard]] i128 sum() const noexcept { return sum_; }
  [[nodiscard]] i128 recompute() const noexcept {
    i128 s = 0;
    for (std::size_t i = 0; i < window_.size(); ++i) s += window_.back(i);
    return s;
  }
  template <class Archive> void serialize(Archive& ar) { ar(window_, sum_); }

 private:
  Window<i128> window_;
  i128 sum_ = 0;
};

}  // namespace omega
