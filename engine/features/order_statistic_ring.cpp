#include "engine/features/order_statistic_ring.hpp"

namespace omega {

namespace {

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014, OOPSLA: 453-472): a bijection, so priorities never tie.
[[nodiscard]] std::uint64_t scatter(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

OrderStatisticRing::OrderStatisticRing(std::size_t n) : window_(n), nodes_(n) {
  for (std::size_t i = 0; i < n; ++i) nodes_[i].priority = scatter(i);
}

void OrderStatisticRing::push(std::int64_t item) noexcept {
  const Slot slot = static_cast<Slot>(window_.next_slot());
  if (window_.full()) remove(slot);
  window_.push(item);
  insert(slot, item);
}

std::size_t OrderStatisticRing::count_below(std::int64_t x) const noexcept {
  std::size_t count = 0;
  for (Slot s = root_; s != kNone;) {
    const Node& node = nodes_[s];
    if (node.key < x) {
      count += 1 + size_of(node.left);
      s = node.right;
    } else {
      s = node.left;
    }
  }
  return count;
}

std::size_t OrderStatisticRing::count_up_to(std::int64_t x) const noexcept {
  std::size_t count = 0;
  for (Slot s = root_; s != kNone;) {
    const Node& node = nodes_[s];
    if (node.key <= x) {
      count += 1 + size_of(node.left);
      s = node.right;
    } else {
      s = node.left;
    }
  }
  return count;
}

std::int64_t OrderStatisticRing::kth(std::size_t k) const noexcept {
  OMEGA_REQUIRE(k < size(), k, size());
  Slot s = root_;
  for (;;) {
    const Node& node = nodes_[s];
    const std::size_t left = size_of(node.left);
    if (k == left) return node.key;
    if (k < left) {
      s = node.left;
    } else {
      k -= left + 1;
      s = node.right;
    }
  }
}

double OrderStatisticRing::median() const noexcept {
  const std::size_t n = size();
  const std::int64_t upper = kth(n / 2);
  if (n % 2 != 0) return static_cast<double>(upper);
  const std::int64_t lower = kth(n / 2 - 1);
  return (static_cast<double>(lower) + static_cast<double>(upper)) / 2.0;
}

void OrderStatisticRing::rebuild() noexcept {
  root_ = kNone;
  for (std::size_t age = window_.size(); age-- > 0;) {
    const std::size_t slot = (window_.next_slot() + window_.capacity() - 1 - age) % window_.capacity();
    insert(static_cast<Slot>(slot), window_.back(age));
  }
}

void OrderStatisticRing::insert(Slot s, std::int64_t key) noexcept {
  Node& node = nodes_[s];
  node.key = key;
  node.left = node.right = kNone;
  node.size = 1;
  Slot below = kNone, above = kNone;
  split(root_, key, s, below, above);
  root_ = merge(merge(below, s), above);
}

/// Walks down to the node, one smaller subtree at a time, and puts its merged children in its place.
void OrderStatisticRing::remove(Slot s) noexcept {
  const std::int64_t key = nodes_[s].key;
  Slot* link = &root_;
  while (*link != s) {
    Node& node = nodes_[*link];
    --node.size;
    link = before(*link, key, s) ? &node.right : &node.left;
  }
  *link = merge(nodes_[s].left, nodes_[s].right);
}

void OrderStatisticRing::split(Slot tree, std::int64_t key, Slot at, Slot& below, Slot& rest) noexcept {
  if (tree == kNone) {
    below = rest = kNone;
    return;
  }
  if (before(tree, key, at)) {
    split(nodes_[tree].right, key, at, nodes_[tree].right, rest);
    below = tree;
  } else {
    split(nodes_[tree].left, key, at, below, nodes_[tree].left);
    rest = tree;
  }
  update(tree);
}

OrderStatisticRing::Slot OrderStatisticRing::merge(Slot below, Slot above) noexcept {
  if (below == kNone) return above;
  if (above == kNone) return below;
  if (nodes_[below].priority > nodes_[above].priority) {
    nodes_[below].right = merge(nodes_[below].right, above);
    update(below);
    return below;
  }
  nodes_[above].left = merge(below, nodes_[above].left);
  update(above);
  return above;
}

}  // namespace omega
