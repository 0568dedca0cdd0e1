#include "engine/features/order_statistic_ring.hpp"

#include <algorithm>
#include <bit>

namespace omega {

OrderStatisticRing::OrderStatisticRing(std::size_t n)
    : window_(n),
      bits_(n <= kFlatMax ? static_cast<unsigned>(std::bit_width(n)) : kBlock_bits),
      mask_((std::size_t{1} << bits_) - 1),
      sorted_((n | mask_) + 1),
      begin_((n >> bits_) + 1) {}

/// How many of the sorted items satisfy below(item), which holds for a prefix. Written so that the compiler selects instead
/// of branching: where a random value falls cannot be predicted.
template <class Below>
std::size_t OrderStatisticRing::prefix_length(Below below) const noexcept {
  std::size_t n = size();
  if (n <= mask_ + 1) {  // one block, which begins at its first place
    const std::int64_t* at = sorted_.data();
    while (n > 1) {
      const std::size_t half = n / 2;
      at = below(at[half - 1]) ? at + half : at;
      n -= half;
    }
    return static_cast<std::size_t>(at - sorted_.data()) + (n == 1 && below(*at) ? 1 : 0);
  }
  // first the block: by the least items of the blocks
  std::size_t block = 0, blocks = (n + mask_) >> bits_;
  while (blocks > 1) {
    const std::size_t half = blocks / 2;
    block = below(sorted_[place((block + half) << bits_)]) ? block + half : block;
    blocks -= half;
  }
  const std::size_t base = block << bits_;
  n = std::min(n - base, mask_ + 1);
  const std::int64_t* const items = sorted_.data() + base;
  const std::size_t begin = begin_[block];
  std::size_t at = 0;
  while (n > 1) {
    const std::size_t half = n / 2;
    at = below(items[(begin + at + half - 1) & mask_]) ? at + half : at;
    n -= half;
  }
  return base + at + (n == 1 && below(items[(begin + at) & mask_]) ? 1 : 0);
}

std::size_t OrderStatisticRing::count_below(std::int64_t x) const noexcept {
  return prefix_length([x](std::int64_t item) { return item < x; });
}

std::size_t OrderStatisticRing::count_up_to(std::int64_t x) const noexcept {
  return prefix_length([x](std::int64_t item) { return item <= x; });
}

/// shift_up() inside one block, whose array the items may run around.
inline void OrderStatisticRing::turn_up(std::size_t from, std::size_t hole) noexcept {
  std::int64_t* const s = sorted_.data();
  const std::size_t low = place(from), high = place(hole);
  if (low <= high) {
    std::copy_backward(s + low, s + high, s + high + 1);
    return;
  }
  const std::size_t first = from & ~mask_, last = first | mask_;
  std::copy_backward(s + first, s + high, s + high + 1);
  s[first] = s[last];
  std::copy_backward(s + low, s + last, s + last + 1);
}

/// shift_down() inside one block.
inline void OrderStatisticRing::turn_down(std::size_t hole, std::size_t to) noexcept {
  std::int64_t* const s = sorted_.data();
  const std::size_t low = place(hole), high = place(to);
  if (low <= high) {
    std::copy(s + low + 1, s + high + 1, s + low);
    return;
  }
  const std::size_t first = to & ~mask_, last = first | mask_;
  std::copy(s + low + 1, s + last + 1, s + low);
  s[last] = s[first];
  std::copy(s + first + 1, s + high + 1, s + first);
}

/// Items from .. hole − 1 go one place up; place `from` is then free.
void OrderStatisticRing::shift_up(std::size_t from, std::size_t hole) noexcept {
  std::int64_t* const s = sorted_.data();
  for (std::size_t block = hole >> bits_; block > from >> bits_; --block) {
    const std::size_t first = block << bits_;
    if (hole - first == mask_) {  // a whole block: turn it
      begin_[block] = (begin_[block] + mask_) & mask_;
    } else {
      turn_up(first, hole);
    }
    hole = first - 1;
    s[place(first)] = s[place(hole)];
  }
  turn_up(from, hole);
}

/// Items hole + 1 .. to go one place down; place `to` is then free.
void OrderStatisticRing::shift_down(std::size_t hole, std::size_t to) noexcept {
  std::int64_t* const s = sorted_.data();
  for (std::size_t block = hole >> bits_; block < to >> bits_; ++block) {
    const std::size_t last = (block << bits_) | mask_;
    if ((hole & mask_) == 0) {
      begin_[block] = (begin_[block] + 1) & mask_;
    } else {
      turn_down(hole, last);
    }
    hole = last + 1;
    s[place(last)] = s[place(hole)];
  }
  turn_down(hole, to);
}

void OrderStatisticRing::push(std::int64_t item) noexcept {
  if (window_.full() && window_.oldest() == item) return window_.push(item);  // comes where it leaves
  std::size_t to, hole;  // the hole the new item may use: the slot of the item that leaves, or the first free one
  if (!window_.full()) {
    to = count_below(item);
    hole = size();
  } else if (size() <= mask_ + 1) {  // side by side: neither waits for the other's loads
    const std::int64_t leaves = window_.oldest();
    const std::int64_t *a = sorted_.data(), *b = a;
    std::size_t n = size();
    while (n > 1) {
      const std::size_t half = n / 2;
      a = a[half - 1] < item ? a + half : a;
      b = b[half - 1] < leaves ? b + half : b;
      n -= half;
    }
    to = static_cast<std::size_t>(a - sorted_.data()) + (*a < item ? 1 : 0);
    hole = static_cast<std::size_t>(b - sorted_.data()) + (*b < leaves ? 1 : 0);
  } else {
    to = count_below(item);
    hole = count_below(window_.oldest());
  }
  if (hole < to) {
    shift_down(hole, to - 1);
    sorted_[place(to - 1)] = item;
  } else {
    shift_up(to, hole);
    sorted_[place(to)] = item;
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
  std::fill(begin_.begin(), begin_.end(), std::size_t{0});
  for (std::size_t age = 0; age < window_.size(); ++age) sorted_[age] = window_.back(age);
  std::sort(sorted_.begin(), sorted_.begin() + static_cast<std::ptrdiff_t>(window_.size()));
}

}  // namespace omega
