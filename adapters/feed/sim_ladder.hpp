// What:     One side of a simulated order book: always ten levels, best first, sizes in quanta. The best price is where the caller puts it;
//           the levels behind it stay where they are, those overrun go, new ones appear at the far end or in the gap that a jump leaves.
// Owner:    SimTicks.   Threads: one.   Units: Price 1e-9; quanta of kQuantum.   No allocation.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/events.hpp"

namespace omega::sim {

struct LadderLevel {
  Price price = 0;
  std::int64_t size = 0;
};

class Ladder {
 public:
  static constexpr std::size_t kLevels = kBookLevels;
  Ladder() = default;
  Ladder(BookSide side, Price tick) noexcept : side_(side), sign_(side == BookSide::kBid ? 1 : -1), tick_(tick) {}

  [[nodiscard]] BookSide side() const noexcept { return side_; }
  [[nodiscard]] const LadderLevel& best() const noexcept { return levels_[0]; }
  [[nodiscard]] const std::array<LadderLevel, kLevels>& levels() const noexcept { return levels_; }
  /// The level of this price stays as long as the best is not worse; 0: none.
  void pin(Price price) noexcept { pinned_ = price; }
  [[nodiscard]] Price pinned() const noexcept { return pinned_; }
  void resize(std::size_t level, std::int64_t size) noexcept { levels_[level].size = size; }
  /// kLevels when the price is none of the levels.
  [[nodiscard]] std::size_t find(Price price) const noexcept {
    std::size_t i = 0;
    while (i < kLevels && levels_[i].price != price) ++i;
    return i;
  }
  [[nodiscard]] std::int64_t top_size(std::size_t n) const noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += levels_[i].size;
    return sum;
  }
  void clear() noexcept { *this = Ladder(side_, tick_); }

  /// Moves the best price; draw() gives the size of a new level. The ladder as it was: for the caller to tell the changes.
  template <class Draw>
  std::array<LadderLevel, kLevels> move_best(Price best, Draw&& draw) noexcept {
    const std::array<LadderLevel, kLevels> before = levels_;
    std::size_t n = 0;
    const auto push = [&](Price price) {
      if (n == kLevels) return;
      const std::size_t i = price_in(before, price);
      levels_[n++] = {price, i < kLevels ? before[i].size : draw()};
    };
    push(best);
    Price last = best;
    for (const LadderLevel& l : before) {
      const Price behind = sign_ * (last - l.price);
      if (l.size == 0 || behind <= 0 || (behind < kGap_min * tick_ && l.price != pinned_)) continue;
      for (Price gap = behind; gap > 2 * kGap * tick_ && n < kLevels; gap -= kGap * tick_) push(last -= sign_ * kGap * tick_);
      push(l.price);
      last = l.price;
    }
    while (n < kLevels) push(last -= sign_ * kGap * tick_);
    return before;
  }

 private:
  static constexpr Price kGap = 8, kGap_min = 3;   // ticks between levels
  static std::size_t price_in(const std::array<LadderLevel, kLevels>& levels, Price price) noexcept {
    std::size_t i = 0;
    while (i < kLevels && (levels[i].price != price || levels[i].size == 0)) ++i;
    return i;
  }

  BookSide side_ = BookSide::kBid;
  int sign_ = 1;                                   // +1: higher is better
  Price tick_ = 1, pinned_ = 0;
  std::array<LadderLevel, kLevels> levels_{};
};

}  // namespace omega::sim
