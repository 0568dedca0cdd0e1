// What:     Both sides and the mid of an input bar. Bars that carry one price path get the other side from the
//           instrument table (MODELLED_SPREAD): STRATEGIES 1.6 and 4.8.
// Owner:    value type.   Threads: any.   Units: Price.
#pragma once

#include "engine/core/config.hpp"

namespace omega {

struct Ohlc {
  Price open = 0, high = 0, low = 0, close = 0;
};

struct BarSides {
  Ohlc bid, ask, mid;
};

[[nodiscard]] inline BarSides bar_sides(const Bar& b, Price modelled_spread) noexcept {
  BarSides s;
  const Ohlc path{b.bid_open, b.bid_high, b.bid_low, b.bid_close};
  const auto shift = [](const Ohlc& o, Price d) { return Ohlc{o.open + d, o.high + d, o.low + d, o.close + d}; };
  const Price half = modelled_spread / 2;
  switch (b.basis) {
    case PriceBasis::kBidAsk:
      s.bid = path;
      s.ask = {b.ask_open, b.ask_high, b.ask_low, b.ask_close};
      break;
    case PriceBasis::kBid:
      s.bid = path;
      s.ask = shift(path, 2 * half);
      break;
    case PriceBasis::kAsk:
      s.ask = path;
      s.bid = shift(path, -2 * half);
      break;
    case PriceBasis::kMid:
    case PriceBasis::kTrade:
      s.bid = shift(path, -half);
      s.ask = shift(path, half);
      break;
  }
  // floor, not truncation: the same rule for every sign (prices are positive, but mirrored tests are not)
  const auto mid = [](Price x, Price y) { return floor_div(x + y, 2); };
  s.mid = {mid(s.bid.open, s.ask.open), mid(s.bid.high, s.ask.high), mid(s.bid.low, s.ask.low), mid(s.bid.close, s.ask.close)};
  return s;
}

}  // namespace omega
