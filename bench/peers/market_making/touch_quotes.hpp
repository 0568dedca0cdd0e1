// What:     The rule of the comparison with other engines on quotes, on the paper venue: on each side of the market one order that rests
//           DISTANCE ticks away from the touch, made anew once the touch has gone AWAY ticks from there. Not one to trade.
// Owner:    one pass.   Threads: one.   Units: Price, Qty as in types.hpp; distances in ticks.
// Ordering: what is decided at a quote acts at the next one, before that one can fill anything that rests.
// Choices:  the venue has no resting entries: its limit orders are the targets of brackets. So the order that rests on the ask side is the
//           target of a long bracket and the one on the bid side that of a short bracket, one lot each. Inventory is between -1 and +1 lot:
//           0 while both rest, the other side's lot once one of them was taken. A side that was taken is entered again at market,
//           one that the touch left is closed at market and entered again: each costs the spread, which a quoting that begins flat
//           would not pay.
#pragma once

#include <vector>

#include "engine/orders/paper_venue.hpp"

namespace omega::bench {

struct Fill {
  TimeNs ts = 0;
  int side = 0;  // +1 bought, -1 sold
  Price price = 0;
  bool operator==(const Fill&) const = default;
};

class TouchQuotes {
 public:
  TouchQuotes(InstrumentId instrument, Price tick, int distance_ticks, int away_ticks, std::size_t fills_max)
      : distance_(distance_ticks * tick), too_far_((distance_ticks + away_ticks) * tick), instrument_(instrument) {
    fills_.reserve(fills_max);
  }

  /// Once per quote, with what the venue reported when it saw the quote; sends the orders that follow.
  void on_quote(const Quote& quote, std::span<const ExecReport> reports, PaperVenue& venue) noexcept {
    for (const ExecReport& r : reports) take(r);
    for (Side& side : sides_) {
      const Price touch = side.direction == kLong ? quote.ask : quote.bid;  // where an entry would buy or sell
      if (side.state == State::kNone) enter(side, quote.ts, touch, venue);
      else if (side.state == State::kResting && side.direction * (side.price - touch) >= too_far_) close(side, quote.ts, venue);
    }
  }
  [[nodiscard]] const std::vector<Fill>& fills() const noexcept { return fills_; }  // in the order of the reports
  [[nodiscard]] bool overrun() const noexcept { return overrun_; }                  // there were more than fills_max

 private:
  static constexpr Price kStopDistance = kPriceScale;  // never met
  enum class State : std::uint8_t { kNone, kEntering, kResting, kClosing };
  struct Side {
    Direction direction;
    State state = State::kNone;
    OrderId id = 0;
    Price price = 0;  // of the resting order
  };

  void take(const ExecReport& r) noexcept {
    Side& side = sides_[r.direction == kLong ? 0 : 1];
    if (r.order_id != side.id) return;
    if (r.kind == ExecKind::kFilled) {
      const bool entry = r.leg == OrderLeg::kEntry;
      if (fills_.size() < fills_.capacity()) fills_.push_back({r.fill_ts, entry ? r.direction : -r.direction, r.price});
      else overrun_ = true;
      side.state = entry ? State::kResting : State::kNone;
    } else if (r.leg == OrderLeg::kEntry) {  // stale: the touch jumped beyond the target
      side.state = State::kNone;
    }
  }
  void enter(Side& side, TimeNs now, Price touch, PaperVenue& venue) noexcept {
    side = {side.direction, State::kEntering, ++last_id_, touch + side.direction * distance_};
    OrderCommand c = command(side, now, OrderAction::kEnter);
    c.quantity = kQtyScale;
    c.entry_ref = touch;
    c.stop_loss = touch - side.direction * kStopDistance;
    c.take_profit[0] = side.price;
    c.tp_quantity[0] = c.quantity;
    c.tp_count = 1;
    venue.accept(c);
  }
  void close(Side& side, TimeNs now, PaperVenue& venue) noexcept {
    side.state = State::kClosing;
    venue.accept(command(side, now, OrderAction::kClose));
  }
  [[nodiscard]] OrderCommand command(const Side& side, TimeNs now, OrderAction action) const noexcept {
    OrderCommand c;
    c.ts = now;
    c.active_ts = now + 1;
    c.order_id = side.id;
    c.instrument = instrument_;
    c.direction = side.direction;
    c.action = action;
    return c;
  }

  Price distance_, too_far_;
  InstrumentId instrument_;
  std::array<Side, 2> sides_{{{kLong}, {kShort}}};
  OrderId last_id_ = 0;
  std::vector<Fill> fills_;
  bool overrun_ = false;
};

}  // namespace omega::bench
