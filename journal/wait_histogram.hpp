// What:     Counts durations in log-linear buckets: 16 per power of two, so a quantile is at most 1/16 too high.
// Owner:    who measures.   Threads: one at a time.
// Units:    ns.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace omega::journal {

class WaitHistogram {
 public:
  void add(std::uint64_t ns) noexcept {
    ++buckets_[index(ns)];
    ++count_;
    max_ns_ = std::max(max_ns_, ns);
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max_ns() const noexcept { return max_ns_; }
  /// Upper end of the bucket that holds the value of rank ceil(q * count), at most max_ns(); 0 when empty.
  [[nodiscard]] std::uint64_t quantile_ns(double q) const noexcept {
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      below += buckets_[i];
      if (below >= rank && below > 0) return std::min(upper(i), max_ns_);
    }
    return max_ns_;
  }

 private:
  static constexpr unsigned kSubBits = 4;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;
  /// Values below 2 * kSub have a bucket each; above, the five leading bits choose.
  static constexpr std::size_t index(std::uint64_t ns) noexcept {
    const auto bits = static_cast<unsigned>(std::bit_width(ns));
    const unsigned shift = bits > kSubBits + 1 ? bits - kSubBits - 1 : 0;
    return shift * kSub + static_cast<std::size_t>(ns >> shift);
  }
  static constexpr std::uint64_t upper(std::size_t i) noexcept {
    if (i < 2 * kSub) return i;
    const std::size_t shift = i / kSub - 1;
    return ((std::uint64_t{i - shift * kSub} + 1) << shift) - 1;
  }
  std::array<std::uint64_t, (64 - kSubBits) * kSub + kSub> buckets_{};
  std::uint64_t count_ = 0, max_ns_ = 0;
};

}  // namespace omega::journal
