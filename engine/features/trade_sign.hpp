// What:     F02 who took liquidity in a trade: +1 the buyer, −1 the seller, 0 not known (its volume counts half for each).
// Owner:    feature set of the instrument.   Threads: one.   Cost: O(1).
// Rule:     the aggressor as the venue sent it; else Lee-Ready without their 5-second lag: above the mid in force just before the
//           trade +1, below −1, equal (or no quote yet) the sign of the last change of the trade price that was not 0, the step
//           to this trade included; no such change yet -> 0.
// Source:   Lee & Ready (1991) J. Finance 46(2):733-746.
#pragma once

#include "engine/core/events.hpp"

namespace omega {

class TradeSign {
 public:
  /// mid2_before: bid + ask of the quote in force before the trade; 0: none.
  Direction on_trade(const Trade& trade, Price mid2_before) noexcept {
    if (last_price_ != 0 && trade.price != last_price_) last_change_ = trade.price > last_price_ ? kLong : kShort;
    last_price_ = trade.price;
    if (trade.aggressor != 0) return trade.aggressor;
    const Price doubled = 2 * trade.price;
    if (mid2_before == 0 || doubled == mid2_before) return last_change_;
    return doubled > mid2_before ? kLong : kShort;
  }
  template <class Archive> void serialize(Archive& ar) { ar(last_price_, last_change_); }

 private:
  Price last_price_ = 0;       // 0: no trade yet (prices are positive)
  Direction last_change_ = 0;
};

}  // namespace omega
