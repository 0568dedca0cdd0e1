// What:     The last N integers, kept sorted as they come: rank, percentile and median of a rolling window.
// Owner:    the feature.   Threads: one.   Allocation: constructor only.
// Cost:     a question is a binary search, O(log N), the median O(1). A push is two searches and one move of the items between the
//           value that leaves and the one that comes. Up to kFlatMax items stand in one array and at most N words move, about a third
//           of that on average. More stand in blocks of 256 that begin anywhere (rings): of a block in between one item moves to its
//           neighbour and the beginning turns by one, so at most 512 + N/256 words move.
//           Measured at N = 200 inside the stage: about 130 ns a push; a treap with O(log N) pushes took about 500.
// Units:    those of the items.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/features/window.hpp"

namespace omega {

class OrderStatisticRing {
 public:
  explicit OrderStatisticRing(std::size_t n);

  void push(std::int64_t item) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return window_.size(); }
  [[nodiscard]] bool full() const noexcept { return window_.full(); }
  /// Items strictly below x.
  [[nodiscard]] std::size_t count_below(std::int64_t x) const noexcept;
  /// Items below or equal to x.
  [[nodiscard]] std::size_t count_up_to(std::int64_t x) const noexcept;
  /// The k-th smallest, k = 0 .. size()-1.
  [[nodiscard]] std::int64_t kth(std::size_t k) const noexcept {
    OMEGA_REQUIRE(k < size(), k, size());
    return sorted_[place(k)];
  }
  /// Mean of the two middle items when size() is even; size() > 0.
  [[nodiscard]] double median() const noexcept;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(window_);
    if constexpr (Archive::kLoading) sort_window();
  }

 private:
  static constexpr std::size_t kFlatMax = 2048;
  static constexpr unsigned kBlock_bits = 8;

  /// Where the k-th smallest stands.
  [[nodiscard]] std::size_t place(std::size_t k) const noexcept { return (k & ~mask_) | ((k + begin_[k >> bits_]) & mask_); }
  template <class Below>
  [[nodiscard]] std::size_t prefix_length(Below below) const noexcept;
  void turn_up(std::size_t from, std::size_t hole) noexcept;
  void turn_down(std::size_t hole, std::size_t to) noexcept;
  void shift_up(std::size_t from, std::size_t hole) noexcept;
  void shift_down(std::size_t hole, std::size_t to) noexcept;
  void sort_window() noexcept;

  Window<std::int64_t> window_;
  unsigned bits_;                      // a block holds 2^bits_ items; all blocks but the last are full
  std::size_t mask_;
  std::vector<std::int64_t> sorted_;   // the first size() items, by place()
  std::vector<std::size_t> begin_;     // by block: offset of its least item; 0 in the only block of a short window
};

}  // namespace omega
