// What:     What a market order pays in a visible book: walks the levels from the best on (STRATEGIES 4.8, "L2 market order").
// Threads:  any; pure functions.
// Units:    Price 1e-9; units 1e-8 of book sizes (lots × contract).
// Rules:    at most the 10 best levels are walked. What is left fills at the last of them, worse by one tick per multiple of its
//           size, rounded up: a rest of 1..size is one tick worse, of size+1..2·size two. A book that shows fewer levels ends at its
//           last. One fill has one price: the mean over all units, rounded against us; never above kPriceLimit or below one tick.
//           Our own orders leave no trace in the book: two that act in one event both find all of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "engine/market/input_guard.hpp"
#include "engine/market/order_book.hpp"

namespace omega {

/// Units of the book in lots of an order, at least 1, at most 2^62.
[[nodiscard]] inline Qty units_of(Qty lots, double contract) noexcept {
  const double units = static_cast<double>(lots) * contract;
  if (!(units < 4611686018427387904.0)) return Qty{1} << 62;
  return std::max<Qty>(std::llround(units), 1);
}

struct BookWalk {
  Price price = 0;
  bool beyond_book = false;  // some of it was more than the walked levels show
};

/// side: +1 buys from the asks, -1 sells to the bids; levels best first, not empty; units > 0.
[[nodiscard]] inline BookWalk walk_book(std::span<const BookLevel> levels, int side, Qty units, Price tick) noexcept {
  OMEGA_ASSERT(!levels.empty() && units > 0, levels.size(), units);
  levels = levels.first(std::min(levels.size(), kBookLevels));
  i128 cost = 0;
  Qty left = units;
  for (const BookLevel& level : levels) {
    const Qty here = std::min(left, level.size);
    cost += i128{level.price} * here;
    left -= here;
    if (left == 0) break;
  }
  if (left > 0) {
    const BookLevel& last = levels.back();
    const i128 ticks = (i128{left} + last.size - 1) / last.size;
    const i128 price = last.price + side * ticks * tick;
    cost += std::clamp<i128>(price, tick, std::max(kPriceLimit, last.price)) * left;
  }
  const i128 mean = side > 0 ? (cost + units - 1) / units : cost / units;
  return {static_cast<Price>(mean), left > 0};
}

}  // namespace omega
