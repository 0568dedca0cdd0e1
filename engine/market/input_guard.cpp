#include "engine/market/input_guard.hpp"

#include "engine/core/assert.hpp"

#include <algorithm>

namespace omega {
namespace {

bool bad_price(Price o, Price h, Price l, Price c) noexcept { return o <= 0 || h <= 0 || l <= 0 || c <= 0; }
bool bad_range(Price o, Price h, Price l, Price c) noexcept { return h < std::max(o, c) || l > std::min(o, c); }

}  // namespace

InputGuard::InputGuard(const EngineConfig& config) : last_(config.instruments.size()) {}

void InputGuard::check(Bar& b) noexcept {
  ++counters_.bars;
  OMEGA_ASSERT(b.instrument < last_.size(), b.instrument, last_.size());
  Last& last = last_[b.instrument];
  std::uint16_t flags = b.flags;
  if (bad_price(b.bid_open, b.bid_high, b.bid_low, b.bid_close)) flags |= bar_flag::kBadPrice;
  if (bad_range(b.bid_open, b.bid_high, b.bid_low, b.bid_close)) flags |= bar_flag::kBadRange;
  if (b.basis == PriceBasis::kBidAsk) {
    if (bad_price(b.ask_open, b.ask_high, b.ask_low, b.ask_close)) flags |= bar_flag::kBadPrice;
    if (bad_range(b.ask_open, b.ask_high, b.ask_low, b.ask_close)) flags |= bar_flag::kBadRange;
    if (b.bid_close > b.ask_close) flags |= bar_flag::kBadCrossed;
  }
  if (last.seen) {
    if (b.t_open == last.t_open) flags |= bar_flag::kBadDuplicate;
    if (b.t_open < last.t_open) flags |= bar_flag::kBadOrder;
    const Price move = b.bid_close > last.close ? b.bid_close - last.close : last.close - b.bid_close;
    if (i128{move} * 100 > i128{last.close} * kJump_percent) flags |= bar_flag::kBadJump;
  }
  b.flags = flags;
  if ((flags & bar_flag::kBadMask) != 0) {
    ++counters_.quarantined;
    for (unsigned bit = 0; bit < counters_.by_bit.size(); ++bit) counters_.by_bit[bit] += (flags >> bit) & 1u;
    return;
  }
  last = {b.t_open, b.bid_close, true};
}

}  // namespace omega
