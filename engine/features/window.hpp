// What:     The last N items in a ring that never grows: the memory behind every rolling feature.
// Owner:    the feature.   Threads: one.
// Errors:   capacity 0 is the caller's bug. A checkpoint with impossible positions loads as an empty window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/core/assert.hpp"

namespace omega {

template <class T>
class Window {
 public:
  explicit Window(std::size_t capacity) : items_(capacity) { OMEGA_REQUIRE(capacity > 0, capacity, 0); }

  [[nodiscard]] std::size_t capacity() const noexcept { return items_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return size_ == items_.size(); }
  /// The item that the next push() overwrites; only when full().
  [[nodiscard]] const T& oldest() const noexcept { return items_[full() ? next_ : 0]; }
  /// age 0 is the newest item; age < size().
  [[nodiscard]] const T& back(std::size_t age) const noexcept {
    return items_[next_ > age ? next_ - 1 - age : next_ + items_.size() - 1 - age];
  }
  /// Position the next push() writes to.
  [[nodiscard]] std::size_t next_slot() const noexcept { return next_; }

  void push(const T& item) noexcept {
    items_[next_] = item;
    next_ = next_ + 1 == items_.size() ? 0 : next_ + 1;
    if (size_ < items_.size()) ++size_;
  }

  template <class Archive>
  void serialize(Archive& ar) {
    for (T& item : items_) ar(item);  // the capacity is configuration, not state
    std::uint64_t next = next_, size = size_;
    ar(next, size);
    if constexpr (Archive::kLoading) {
      const bool possible = next < items_.size() && size <= items_.size() && (size == items_.size() || next == size);
      next_ = possible ? next : 0;
      size_ = possible ? size : 0;
    }
  }

 private:
  std::vector<T> items_;
  std::size_t next_ = 0, size_ = 0;
};

}  // namespace omega
