// What:     F09 how the sizes of the first L levels lean: imbalance, depth ratio, and the imbalance weighted by nearness to the mid.
// Threads:  pure functions.   Cost: O(L).
// Formula:  I_L = (ΣQ^b − ΣQ^a)/(ΣQ^b + ΣQ^a); l2_ratio = ΣQ^b/ΣQ^a; pressure: level i weighs 1/(1 + |p_i − mid|/tick).
// Missing:  a book that is not usable (not LIVE, inside an update, one side empty, crossed) -> INVALID. A side with fewer than L
//           levels counts with those it has.
// Out:      I and pressure in [−1, 1], the ratio > 0.
#pragma once

#include "engine/core/assert.hpp"
#include "engine/features/frame.hpp"
#include "engine/market/order_book.hpp"

namespace omega {

/// Exact sums of the first L levels.
struct BookDepth {
  static constexpr int kLevels = 5;
  i128 bid = 0, ask = 0;
  static BookDepth of(const OrderBook& book, int levels = kLevels) noexcept { return {sum(book.bids(), levels), sum(book.asks(), levels)}; }
  [[nodiscard]] double imbalance() const noexcept { return static_cast<double>(bid - ask) / static_cast<double>(bid + ask); }

 private:
  static i128 sum(const BookLadder& side, int levels) noexcept {
    i128 total = 0;
    for (const BookLevel& l : side.levels().first(std::min(static_cast<std::size_t>(levels), side.levels().size()))) total += l.size;
    return total;
  }
};

[[nodiscard]] inline FeatureValue book_imbalance(const OrderBook& book, int levels = BookDepth::kLevels) noexcept {
  OMEGA_REQUIRE(levels >= 1, levels, 0);
  return book.usable() ? FeatureValue::of(BookDepth::of(book, levels).imbalance()) : FeatureValue::invalid();
}

[[nodiscard]] inline FeatureValue l2_ratio(const OrderBook& book, int levels = BookDepth::kLevels) noexcept {
  OMEGA_REQUIRE(levels >= 1, levels, 0);
  if (!book.usable()) return FeatureValue::invalid();
  const BookDepth depth = BookDepth::of(book, levels);
  return FeatureValue::of(static_cast<double>(depth.bid) / static_cast<double>(depth.ask));
}

[[nodiscard]] inline FeatureValue book_pressure(const OrderBook& book, Price tick, int levels = BookDepth::kLevels) noexcept {
  OMEGA_REQUIRE(levels >= 1 && tick > 0, levels, tick);
  if (!book.usable()) return FeatureValue::invalid();
  const Price mid2 = book.mid2();
  const auto weighted = [&](const BookLadder& side) {
    double total = 0;
    for (const BookLevel& l : side.levels().first(std::min(static_cast<std::size_t>(levels), side.levels().size()))) {
      const Price distance2 = l.price * 2 > mid2 ? l.price * 2 - mid2 : mid2 - l.price * 2;
      total += static_cast<double>(l.size) / (1.0 + static_cast<double>(distance2) / static_cast<double>(2 * tick));
    }
    return total;
  };
  const double bid = weighted(book.bids()), ask = weighted(book.asks());
  return FeatureValue::of((bid - ask) / (bid + ask));
}

}  // namespace omega
