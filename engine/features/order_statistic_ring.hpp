// What:     The last N integers, sorted as they come: rank, percentile and median in O(log N) per question and per push.
// Owner:    the feature.   Threads: one.   Allocation: constructor only.
// Method:   a treap (Aragon & Seidel 1989, Proc. FOCS: 540-545) whose nodes are the ring's slots. The priority of a slot
//           is a fixed hash of its index, not a random draw, so the shape is a function of the content alone, and a
//           checkpoint need not hold it.
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
  [[nodiscard]] const Window<std::int64_t>& window() const noexcept { return window_; }
  /// Items strictly below x.
  [[nodiscard]] std::size_t count_below(std::int64_t x) const noexcept;
  /// Items below or equal to x.
  [[nodiscard]] std::size_t count_up_to(std::int64_t x) const noexcept;
  /// The k-th smallest, k = 0 .. size()-1.
  [[nodiscard]] std::int64_t kth(std::size_t k) const noexcept;
  /// Mean of the two middle items when size() is even; size() > 0.
  [[nodiscard]] double median() const noexcept;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(window_);
    if constexpr (Archive::kLoading) rebuild();
  }

 private:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0xffff'ffff;
  struct Node {
    std::int64_t key = 0;
    std::uint64_t priority = 0;
    Slot left = kNone, right = kNone;
    std::uint32_t size = 0;
  };

  void rebuild() noexcept;
  [[nodiscard]] std::uint32_t size_of(Slot s) const noexcept { return s == kNone ? 0 : nodes_[s].size; }
  void update(Slot s) noexcept { nodes_[s].size = 1 + size_of(nodes_[s].left) + size_of(nodes_[s].right); }
  /// Equal values are told apart by slot, so every key is unique and removal finds its own node.
  [[nodiscard]] bool before(Slot a, std::int64_t key, Slot b) const noexcept {
    return nodes_[a].key < key || (nodes_[a].key == key && a < b);
  }
  void insert(Slot s, std::int64_t key) noexcept;
  void remove(Slot s) noexcept;
  void split(Slot tree, std::int64_t key, Slot at, Slot& below, Slot& rest) noexcept;
  [[nodiscard]] Slot merge(Slot below, Slot above) noexcept;

  Window<std::int64_t> window_;
  std::vector<Node> nodes_;
  Slot root_ = kNone;
};

}  // namespace omega
