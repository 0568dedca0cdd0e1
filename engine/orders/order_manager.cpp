#include "engine/orders/order_manager.hpp"

#include <algorithm>

#include "engine/core/assert.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {
namespace {

constexpr double kTrailFrom_r = 2.0;
constexpr double kStepGuard = 1e-9;  // share × lots / step may fall a rounding error short of a whole step

/// Cuts lots into the signal's targets (see the banner) and keeps only the targets that get something.
void cut_targets(const Signal& s, Qty lots, Qty step, OrderCommand& c) noexcept {
  Qty left = lots;
  double share = 0;
  for (std::size_t i = 0; i < s.tp_count; ++i) {
    share += s.tp_fraction[i];
    const bool last = i + 1u == s.tp_count;
    const double steps = std::floor(share * static_cast<double>(lots) / static_cast<double>(step) + kStepGuard);
    const Qty quantity = last ? left : std::clamp<Qty>(static_cast<Qty>(steps) * step, 0, left);
    if (quantity == 0) continue;
    share = 0;
    left -= quantity;
    c.take_profit[c.tp_count] = s.take_profit[i];
    c.tp_r[c.tp_count] = s.tp_r[i];
    c.tp_quantity[c.tp_count++] = quantity;
  }
}

constexpr bool is_target(OrderLeg leg) noexcept {
  return leg == OrderLeg::kTakeProfit1 || leg == OrderLeg::kTakeProfit2 || leg == OrderLeg::kTakeProfit3;
}

}  // namespace

bool OrderManager::enter(const Signal& s, OrderId id, Seq seq, Qty lots, OrdersOut& out) noexcept {
  OMEGA_REQUIRE(s.instrument < config_->instruments.size() && s.tp_count <= 3, s.instrument, s.tp_count);
  if (count_ == brackets_.size()) return false;
  Bracket& b = brackets_[count_++];
  b = {.order_id = id, .signal_seq = seq, .initial_stop = s.stop_loss, .stop = s.stop_loss,
       .instrument = s.instrument, .strategy = s.strategy, .flags = s.flags, .direction = s.direction,
       .timeframe = s.timeframe, .pair = s.pair};
  b.deadline_ts = s.time_stop_ns > 0 ? s.ts + s.time_stop_ns : 0;
  OrderCommand& c = push(b, s.ts, OrderAction::kEnter, ExitReason::kNone, out);
  c.quantity = lots;
  c.entry_ref = s.entry_ref;
  c.stop_loss = s.stop_loss;
  c.flags = s.flags;
  c.deadline_ts = b.deadline_ts;
  c.expiry_ts = s.expiry_ns > 0 ? s.ts + s.expiry_ns : 0;
  if (s.pair != 0) c.tp_r = s.tp_r;
  cut_targets(s, lots, config_->instruments[s.instrument].lot_step, c);
  return true;
}

void OrderManager::on_exec(const ExecReport& r, OrdersOut& out) noexcept {
  const std::size_t i = find(r.order_id);
  if (i == count_) return;
  Bracket& b = brackets_[i];
  const bool entry_refused = r.leg == OrderLeg::kEntry && r.kind != ExecKind::kFilled;
  const bool flat = r.kind == ExecKind::kFilled && r.leg != OrderLeg::kEntry && r.remaining == 0;
  if (entry_refused || flat) {
    if (Bracket* const other = partner(b); other != nullptr) close(*other, r.ts, entry_refused ? ExitReason::kLegBroken : exit_reason(r), out);
    std::move(brackets_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
              brackets_.begin() + static_cast<std::ptrdiff_t>(count_), brackets_.begin() + static_cast<std::ptrdiff_t>(i));
    --count_;
    return;
  }
  // The stop's reason changes when the venue confirms, so that a fill at the old stop keeps the old reason.
  if (r.kind == ExecKind::kReplaced)
    b.stop_reason = r.price == b.entry_price ? ExitReason::kBreakEvenStop : ExitReason::kTrailingStop;
  if (r.kind != ExecKind::kFilled) return;
  if (r.leg == OrderLeg::kEntry) {
    b.entry_price = r.price;
    b.ordered = b.left = r.quantity;
    // The fill overtook the cancel: what was to be prevented is now to be closed.
    if (b.close_reason != ExitReason::kNone) close(b, r.ts, b.close_reason, out);
    return;
  }
  b.left = std::min(b.left, r.remaining);
  if (is_target(r.leg) && !b.partial_done) {
    b.partial_done = true;
    if ((b.flags & signal_flag::kBreakEven) != 0) modify(b, r.ts, b.entry_price, ExitReason::kBreakEvenStop, out);
  }
}

void OrderManager::on_frame(const FeatureFrame& frame, const FeatureValue& swing_high, const FeatureValue& swing_low,
                            OrdersOut& out) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    Bracket& b = brackets_[i];
    if (b.instrument != frame.instrument || !b.filled()) continue;
    if (b.deadline_ts != 0 && frame.ts >= b.deadline_ts && frame.closed(b.timeframe))
      close_pair(b, frame.ts, ExitReason::kTimeStop, out);
    if ((b.flags & signal_flag::kTrailM15) != 0) trail(b, frame, b.direction == kLong ? swing_low : swing_high, out);
  }
}

void OrderManager::trail(Bracket& b, const FeatureFrame& frame, const FeatureValue& swing, OrdersOut& out) noexcept {
  if (!frame.closed(Timeframe::kM1)) return;
  const TfBar& m1 = frame.bar(Timeframe::kM1);
  const Price mark = b.direction == kLong ? m1.bid_close : m1.ask_close;
  const Price risk = b.direction * (b.entry_price - b.initial_stop);
  if (static_cast<double>(b.direction * (mark - b.entry_price)) >= kTrailFrom_r * static_cast<double>(risk)) b.trailing = true;
  if (!b.trailing || !swing.ready()) return;
  const Price level = std::llround(swing.value);
  const Price tick = std::max<Price>(config_->instruments[b.instrument].tick, 1);
  const Price stop = b.direction == kLong ? floor_div(level, tick) * tick : -floor_div(-level, tick) * tick;
  if (b.direction * (mark - stop) > 0) modify(b, frame.ts, stop, ExitReason::kTrailingStop, out);
}

void OrderManager::on_exit_request(const ExitRequest& request, OrdersOut& out) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    Bracket& b = brackets_[i];
    if (b.strategy != request.strategy || b.pair != request.pair) continue;
    if (request.pair == 0) {
      if (b.instrument == request.instrument) close(b, request.ts, request.reason, out);
    } else if (request.share_percent == 0) {
      close(b, request.ts, request.reason, out);
    } else if ((b.flags & signal_flag::kPairFirst) != 0) {
      close_share(b, request, out);
    }
  }
}

/// b: leg 1.
void OrderManager::close_share(Bracket& b, const ExitRequest& request, OrdersOut& out) noexcept {
  Bracket* const other = partner(b);
  if (other == nullptr || !b.filled() || !other->filled() || b.close_sent || other->close_sent) return;
  const auto share = [&](const Bracket& leg) {
    const Qty step = config_->instruments[leg.instrument].lot_step;
    return leg.ordered * request.share_percent / 100 / step * step;
  };
  const Qty first = share(b), second = share(*other);
  if (first == 0 || second == 0) return;
  if (first >= b.left || second >= other->left) return close_pair(b, request.ts, request.reason, out);
  push(b, request.ts, OrderAction::kClose, request.reason, out).quantity = first;
  push(*other, request.ts, OrderAction::kClose, request.reason, out).quantity = second;
  b.left -= first;
  other->left -= second;
}

Bracket* OrderManager::partner(const Bracket& b) noexcept {
  const OrderId id = partner_order(b.order_id, b.flags);
  const std::size_t i = id != 0 ? find(id) : count_;
  return i < count_ ? &brackets_[i] : nullptr;
}

void OrderManager::close_pair(Bracket& b, TimeNs ts, ExitReason reason, OrdersOut& out) noexcept {
  close(b, ts, reason, out);
  if (Bracket* const other = partner(b); other != nullptr) close(*other, ts, reason, out);
}

void OrderManager::close_all(TimeNs ts, ExitReason reason, OrdersOut& out) noexcept {
  for (std::size_t i = 0; i < count_; ++i) close(brackets_[i], ts, reason, out);
}

ExitReason OrderManager::exit_reason(const ExecReport& r) const noexcept {
  const std::size_t i = find(r.order_id);
  if (i == count_) return ExitReason::kNone;
  if (r.leg == OrderLeg::kStopLoss) return brackets_[i].stop_reason;
  return r.leg == OrderLeg::kClose ? brackets_[i].close_reason : ExitReason::kTakeProfit;
}

void OrderManager::close(Bracket& b, TimeNs ts, ExitReason reason, OrdersOut& out) noexcept {
  if (b.filled()) {
    if (b.close_sent) return;
    b.close_sent = true;
  } else if (b.close_reason != ExitReason::kNone) {
    return;  // the cancel is on its way
  }
  b.close_reason = reason;
  push(b, ts, b.filled() ? OrderAction::kClose : OrderAction::kCancel, reason, out);
}

void OrderManager::modify(Bracket& b, TimeNs ts, Price stop, ExitReason reason, OrdersOut& out) noexcept {
  if (b.close_sent || b.direction * (stop - b.stop) <= 0) return;
  b.stop = stop;
  push(b, ts, OrderAction::kModifyStop, reason, out).stop_loss = stop;
}

OrderCommand& OrderManager::push(const Bracket& b, TimeNs ts, OrderAction action, ExitReason reason,
                                 OrdersOut& out) noexcept {
  OMEGA_ASSERT(out.count < out.capacity, out.count, out.capacity);
  OrderCommand& c = out.commands[out.count];
  c = {};
  c.ts = ts;
  c.active_ts = ts + config_->venue.latency_ns;
  c.order_id = b.order_id;
  c.signal_seq = b.signal_seq;
  c.index = out.count++;
  c.instrument = b.instrument;
  c.strategy = b.strategy;
  c.direction = b.direction;
  c.pair = b.pair;
  c.action = action;
  c.reason = reason;
  return c;
}

std::size_t OrderManager::find(OrderId id) const noexcept {
  for (std::size_t i = 0; i < count_; ++i)
    if (brackets_[i].order_id == id) return i;
  return count_;
}

}  // namespace omega
