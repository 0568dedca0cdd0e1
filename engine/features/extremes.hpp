// What:     Highest or lowest of the last N bars in O(1) amortised: a deque that only keeps items a later one has not beaten
//           (Lemire 2006, Nordic J. Computing 13(4):328-339), laid out in a fixed ring.
// Owner:    the feature.   Threads: one.   Units: Price; outputs are Price as double (1e-9).
// Flavours: lagged reads the extreme before the current bar is pushed, inclusive after it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/features/frame.hpp"
#include "engine/features/window.hpp"

namespace omega {

enum class Side : std::uint8_t { kHigh, kLow };
enum class WindowKind : std::uint8_t { kLagged, kInclusive };

template <Side kSide>
class RollingExtreme {
 public:
  explicit RollingExtreme(std::size_t n) : items_(n) { OMEGA_REQUIRE(n > 0, n, 0); }

  void push(Price price) noexcept {
    const std::size_t n = items_.size();
    if (size_ > 0 && items_[first_].index + n <= count_) {  // the front leaves the window
      first_ = first_ + 1 == n ? 0 : first_ + 1;
      --size_;
    }
    while (size_ > 0 && !beats(items_[wrap(first_ + size_ - 1)].price, price)) --size_;
    items_[wrap(first_ + size_)] = {price, count_};
    ++size_;
    ++count_;
  }
  [[nodiscard]] bool full() const noexcept { return count_ >= items_.size(); }
  /// At least one push.
  [[nodiscard]] Price value() const noexcept { return items_[first_].price; }

  template <class Archive>
  void serialize(Archive& ar) {
    for (Item& item : items_) ar(item);
    ar(count_, first_, size_);
    if constexpr (Archive::kLoading) {
      if (first_ >= items_.size() || size_ > items_.size()) count_ = first_ = size_ = 0;
    }
  }

 private:
  struct Item {
    Price price = 0;
    std::uint64_t index = 0;  // pushes before it
    template <class Archive> void serialize(Archive& ar) { ar(price, index); }
  };
  [[nodiscard]] static bool beats(Price kept, Price candidate) noexcept {
    return kSide == Side::kHigh ? kept > candidate : kept < candidate;
  }
  [[nodiscard]] std::size_t wrap(std::uint64_t i) const noexcept {
    return i >= items_.size() ? i - items_.size() : i;
  }
  std::vector<Item> items_;
  std::uint64_t count_ = 0, first_ = 0, size_ = 0;
};

/// Highest high or lowest low, lagged (kHighLag, kLowLag) or inclusive (kHighest, kLowest).
template <Side kSide, WindowKind kKind>
class Extreme {
 public:
  explicit Extreme(int n) : extreme_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    const Price price = kSide == Side::kHigh ? bar.high : bar.low;
    if constexpr (kKind == WindowKind::kLagged) read();
    extreme_.push(price);
    if constexpr (kKind == WindowKind::kInclusive) read();
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(extreme_, value_); }

 private:
  void read() noexcept {
    if (extreme_.full()) value_ = FeatureValue::of(static_cast<double>(extreme_.value()));
  }
  RollingExtreme<kSide> extreme_;
  FeatureValue value_;
};

}  // namespace omega
