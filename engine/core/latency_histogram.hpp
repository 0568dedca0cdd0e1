// What:     Counts durations in log-linear buckets, 128 per power of two: a quantile is at most 1/128 too high. Two
//           histograms merge without loss. May lie in memory that another process reads while it is written.
// Owner:    who measures.
// Threads:  add(): one. The rest: any thread or process; it may miss what is being added.
// Units:    the caller's (TSC ticks or ns).
// Source:   the bucket layout of HDR histograms (Tene, hdrhistogram.org).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace omega {

class LatencyHistogram {
 public:
  void add(std::uint64_t v) noexcept {
    bump(buckets_[index(v)], 1);
    bump(count_, 1);
    bump(sum_, v);
    if (v > get(max_)) max_.store(v, std::memory_order_relaxed);  // relaxed because each counter stands for itself
  }
  void merge(const LatencyHistogram& other) noexcept {
    for (std::size_t i = 0; i < buckets_.size(); ++i) bump(buckets_[i], get(other.buckets_[i]));
    bump(count_, other.count());
    bump(sum_, get(other.sum_));
    max_.store(std::max(max(), other.max()), std::memory_order_relaxed);  // relaxed because each counter stands for itself
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return get(count_); }
  [[nodiscard]] std::uint64_t max() const noexcept { return get(max_); }
  /// 0 when empty.
  [[nodiscard]] double mean() const noexcept { return count() == 0 ? 0 : static_cast<double>(get(sum_)) / static_cast<double>(count()); }
  /// By the adding thread.
  void reset() noexcept {
    for (Counter& c : buckets_) c.store(0, std::memory_order_relaxed);  // relaxed because each counter stands for itself
    for (Counter* c : {&count_, &sum_, &max_}) c->store(0, std::memory_order_relaxed);  // relaxed because of the same
  }
  /// Upper end of the bucket that holds the value of rank ceil(q * count), at most max(); 0 when empty.
  [[nodiscard]] std::uint64_t quantile(double q) const noexcept {
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count())));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      below += get(buckets_[i]);
      if (below >= rank && below > 0) return std::min(upper(i), max());
    }
    return max();
  }

 private:
  using Counter = std::atomic<std::uint64_t>;
  static constexpr unsigned kSubBits = 7;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;
  static std::uint64_t get(const Counter& c) noexcept { return c.load(std::memory_order_relaxed); }  // relaxed because each counter stands for itself
  // Not fetch_add: there is one writer, and a locked instruction would cost it 20 cycles.
  static void bump(Counter& c, std::uint64_t by) noexcept { c.store(get(c) + by, std::memory_order_relaxed); }  // relaxed because of the same
  /// Values below 2 * kSub have a bucket each; above, the leading kSubBits + 1 bits choose.
  static constexpr std::size_t index(std::uint64_t v) noexcept {
    const auto bits = static_cast<unsigned>(std::bit_width(v));
    const unsigned shift = bits > kSubBits + 1 ? bits - kSubBits - 1 : 0;
    return shift * kSub + static_cast<std::size_t>(v >> shift);
  }
  static constexpr std::uint64_t upper(std::size_t i) noexcept {
    if (i < 2 * kSub) return i;
    const std::size_t shift = i / kSub - 1;
    return ((std::uint64_t{i - shift * kSub} + 1) << shift) - 1;
  }
  std::array<Counter, (64 - kSubBits) * kSub + kSub> buckets_{};
  Counter count_{0}, sum_{0}, max_{0};
};

}  // namespace omega
