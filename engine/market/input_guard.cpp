#include "engine/market/input_guard.hpp"

#include <algorithm>
#include <span>

#include "engine/core/assert.hpp"
#include "engine/market/bar_sides.hpp"

namespace omega {

namespace {

constexpr TimeNs kTimeLimit = TimeNs{1} << 62;  // year 2116; keeps every later sum of times in range

[[nodiscard]] bool bad_price(const Ohlc& o) noexcept {
  const auto bad = [](Price p) { return p <= 0 || p > kPriceLimit; };
  return bad(o.open) || bad(o.high) || bad(o.low) || bad(o.close);
}

[[nodiscard]] bool bad_range(const Ohlc& o) noexcept {
  return o.high < std::max(o.open, o.close) || o.low > std::min(o.open, o.close);
}

[[nodiscard]] std::uint16_t judge_price(Price p) noexcept { return p <= 0 || p > kPriceLimit ? tick_flag::kBadPrice : 0; }
[[nodiscard]] std::uint16_t judge_size(Qty q, Qty least) noexcept { return q < least || q > kVolumeLimit ? tick_flag::kBadSize : 0; }

/// sign +1: prices fall from the best on (bids).
[[nodiscard]] std::uint16_t judge_side(std::span<const Price> price, std::span<const Qty> size, int sign) noexcept {
  std::uint16_t bad = 0;
  for (std::size_t i = 0; i < price.size(); ++i) {
    bad |= static_cast<std::uint16_t>(judge_price(price[i]) | judge_size(size[i], 1));
    if (i > 0 && sign * (price[i - 1] - price[i]) <= 0) bad |= tick_flag::kBadCrossed;
  }
  return bad;
}

[[nodiscard]] std::uint16_t judge_snapshot(const BookSnapshot& s) noexcept {
  if (s.bid_levels > kBookLevels || s.ask_levels > kBookLevels) return tick_flag::kBadSize;
  auto bad = static_cast<std::uint16_t>(judge_side({s.bid_price.data(), s.bid_levels}, {s.bid_size.data(), s.bid_levels}, 1) |
                      judge_side({s.ask_price.data(), s.ask_levels}, {s.ask_size.data(), s.ask_levels}, -1));
  if (s.bid_levels > 0 && s.ask_levels > 0 && s.bid_price[0] > s.ask_price[0]) bad |= tick_flag::kBadCrossed;
  return bad;
}

}  // namespace

std::uint16_t judge_tick(const InputEvent& event) noexcept {
  switch (event.type) {
    case EventType::kQuote: {
      const Quote& q = event.as<Quote>();
      return static_cast<std::uint16_t>(judge_price(q.bid) | judge_price(q.ask) | judge_size(q.bid_size, 0) | judge_size(q.ask_size, 0) |
             (q.bid > q.ask ? tick_flag::kBadCrossed : 0));
    }
    case EventType::kTrade: return static_cast<std::uint16_t>(judge_price(event.as<Trade>().price) | judge_size(event.as<Trade>().size, 1));
    case EventType::kBookDelta: return static_cast<std::uint16_t>(judge_price(event.as<BookDelta>().price) | judge_size(event.as<BookDelta>().new_size, 0));
    case EventType::kBookSnapshot: return judge_snapshot(event.as<BookSnapshot>());
    default: return 0;
  }
}

bool InputGuard::check(InputEvent& event) noexcept {
  if (event.type == EventType::kBar) return check(event.as<Bar>());
  const InstrumentId instrument = instrument_of(event);
  OMEGA_REQUIRE(instrument < last_.size(), instrument, last_.size());
  add_market_flags(event, judge_tick(event));
  const unsigned all = market_flags(event) & tick_flag::kBadMask;
  if (all == 0) {
    ++good_;
    return true;
  }
  for (std::size_t bit = 0; bit < kReasonCount; ++bit) by_reason_[bit] += (all >> bit) & 1u;
  ++quarantined_;
  return false;
}

bool InputGuard::confirms_jump(const Last& last, TimeNs t_open, Price mid_close) noexcept {
  if (last.jump_close == 0 || t_open <= last.jump_t_open) return false;
  const Price move = mid_close > last.jump_close ? mid_close - last.jump_close : last.jump_close - mid_close;
  return 2 * move <= last.jump_close;
}

InputGuard::InputGuard(const EngineConfig& config) : last_(config.instruments.size()) {
  for (const InstrumentConfig& i : config.instruments) modelled_spread_.push_back(i.spread);
}

bool InputGuard::check(Bar& bar) noexcept {
  OMEGA_REQUIRE(bar.instrument < last_.size(), bar.instrument, last_.size());
  Last& last = last_[bar.instrument];
  std::uint16_t bad = 0;

  const bool two_sided = bar.basis == PriceBasis::kBidAsk;
  const Ohlc bid{bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close};
  const Ohlc ask{bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close};
  if (bad_price(bid) || (two_sided && bad_price(ask)) || bar.volume < 0 || bar.volume > kVolumeLimit) {
    bad |= bar_flag::kBadPrice;
  }
  if (bad_range(bid) || (two_sided && bad_range(ask))) bad |= bar_flag::kBadRange;
  if (two_sided && bar.bid_close > bar.ask_close) bad |= bar_flag::kBadCrossed;  // locked is kept

  const bool on_minute = bar.t_open >= 0 && bar.t_open < kTimeLimit && bar.t_open % kMinute_ns == 0 &&
                         bar.ts == bar.t_open + kMinute_ns;
  const bool seen = last.mid_close != 0;
  if (!on_minute || (seen && bar.t_open < last.t_open)) bad |= bar_flag::kBadOrder;
  if (seen && bar.t_open == last.t_open) bad |= bar_flag::kBadDuplicate;

  Price mid_close = 0;
  if ((bad & bar_flag::kBadPrice) == 0) {  // otherwise the mid has no meaning and may not be representable
    mid_close = bar_sides(bar, modelled_spread_[bar.instrument]).mid.close;
    if (mid_close <= 0) bad |= bar_flag::kBadPrice;  // a modelled spread wider than the price
    const Price move = mid_close > last.mid_close ? mid_close - last.mid_close : last.mid_close - mid_close;
    if (seen && 2 * move > last.mid_close && !confirms_jump(last, bar.t_open, mid_close)) bad |= bar_flag::kBadJump;
  }

  const bool only_jumped = (bar.flags & bar_flag::kBadMask) == 0 && bad == bar_flag::kBadJump;
  bar.flags |= bad;
  const unsigned all = bar.flags & bar_flag::kBadMask;
  if (only_jumped) {
    last.jump_t_open = bar.t_open;
    last.jump_close = mid_close;
  }
  if (all == 0) {
    last = {bar.t_open, mid_close, 0, 0};
    ++good_;
    return true;
  }
  for (std::size_t bit = 0; bit < kReasonCount; ++bit) by_reason_[bit] += (all >> bit) & 1u;
  ++quarantined_;
  return false;
}

}  // namespace omega
