#include "engine/features/order_statistic_ring.hpp"

#include <algorithm>

namespace omega {

namespace {

/// How many of n sorted items satisfy below(item), which holds for a prefix. Written so that the compiler selects instead
/// of branching: where a random value falls cannot be predicted.
template <class Below>
[[nodiscard]] std::size_t prefix_length(const std::int64_t* items, std::size_t n, Below below) noexcept {
  const std::int64_t* base = items;
  while (n > 1) {
    const std::size_t half = n / 2;
    base = below(base[half - 1]) ? base + half : base;
    n -= half;
  }
  return static_cast<std::size_t>(base - items) + (n == 1 && below(*base) ? 1 : 0);
}

}  // namespace

std::size_t OrderStatisticRing::count_below(std::int64_t x) const noexcept {
  return prefix_length(sorted_.data(), size(), [x](std::int64_t item) { return item < x; });
}

std::size_t OrderStatisticRing::count_up_to(std::int64_t x) const noexcept {
  return prefix_length(sorted_.data(), size(), [x](std::int64_t item) { return item <= x; });
}

void OrderStatisticRing::push(std::int64_t item) noexcept {
  std::int64_t* const s = sorted_.data();
  const std::size_t to = count_below(item);
  // the hole the new item may use: the slot of the item that leaves, or the first free one
  const std::size_t hole = window_.full() ? count_below(window_.oldest()) : size();
  if (hole < to) {
    std::copy(s + hole + 1, s + to, s + hole);
    s[to - 1] = item;
  } else {
    std::copy_backward(s + to, s + hole, s + hole + 1);
    s[to] = item;
  }
  window_.push(item);
}

double OrderStatisticRing::median() const noexcept {
  const std::size_t n = size();
  const std::int64_t upper = kth(n / 2);
  if (n % 2 != 0) return static_cast<double>(upper);
  return (static_cast<double>(kth(n / 2 - 1)) + static_cast<double>(upper)) / 2.0;
}

void OrderStatisticRing::sort_window() noexcept {
  for (std::size_t age = 0; age < window_.size(); ++age) sorted_[age] = window_.back(age);
  std::sort(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(window_.size()));
}

}  // namespace omega
