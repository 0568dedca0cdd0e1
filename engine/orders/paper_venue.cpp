#include "engine/orders/paper_venue.hpp"

#include <algorithm>

namespace omega {
namespace {

/// True when `price` is at or past `level` in direction s (+1: rising through it).
constexpr bool reached(Price price, Price level, int s) noexcept { return s * (price - level) >= 0; }

struct ClosingSide {  // the prices at which a position of direction d can be closed
  Price open, worst, best;
};
ClosingSide closing_side(const BarSides& s, Direction d) noexcept {
  return d == kLong ? ClosingSide{s.bid.open, s.bid.low, s.bid.high} : ClosingSide{s.ask.open, s.ask.high, s.ask.low};
}

constexpr OrderLeg target_leg(std::size_t i) noexcept {
  return static_cast<OrderLeg>(static_cast<std::size_t>(OrderLeg::kTakeProfit1) + i);
}

/// Leg under which a refused command is answered; kEntry only for entries, so that nobody mistakes a late cancel for
/// a refused entry.
constexpr OrderLeg answer_leg(OrderAction a) noexcept {
  switch (a) {
    case OrderAction::kEnter: return OrderLeg::kEntry;
    case OrderAction::kModifyStop: return OrderLeg::kStopLoss;
    default: return OrderLeg::kClose;
  }
}

}  // namespace

PaperVenue::PaperVenue(const EngineConfig& config) noexcept : config_(&config) {}

void PaperVenue::accept(const OrderCommand& command) noexcept {
  OMEGA_REQUIRE(command_count_ < commands_.size(), command_count_, commands_.size());
  OMEGA_REQUIRE(command.instrument < config_->instruments.size(), command.instrument, config_->instruments.size());
  const auto later = [](const OrderCommand& a, const OrderCommand& b) {
    return a.active_ts != b.active_ts ? a.active_ts < b.active_ts : a.order_id < b.order_id;
  };
  const auto end = commands_.begin() + static_cast<std::ptrdiff_t>(command_count_);
  const auto at = std::upper_bound(commands_.begin(), end, command, later);
  std::move_backward(at, end, end + 1);
  *at = command;
  ++command_count_;
}

void PaperVenue::on_market(const InputEvent& event, ReportSink& out) noexcept {
  if (event.type == EventType::kBar) on_bar(event.as<Bar>(), out);
}

void PaperVenue::on_bar(const Bar& bar, ReportSink& out) noexcept {
  if ((bar.flags & bar_flag::kBadMask) != 0) return;
  const InstrumentConfig& instrument = config_->instruments[bar.instrument];
  const Moment m{&bar, bar_sides(bar, instrument.spread),
                 std::llround(config_->venue.slippage_pips * static_cast<double>(instrument.pip))};
  run_commands(m, bar.t_open + 1, out);
  match_resting(m, true, out);
  run_commands(m, bar.ts, out);
  match_resting(m, false, out);
}

void PaperVenue::on_timer(TimeNs ts, ReportSink& out) noexcept {
  const TimeNs known = ts - kMinute_ns;
  for (std::size_t i = 0; i < command_count_;) {
    const OrderCommand c = commands_[i];
    const bool expired = c.expiry_ts != 0 && c.expiry_ts <= known;
    if (c.action != OrderAction::kEnter || !(expired || has_cancel(c.order_id, known + 1))) {
      ++i;
      continue;
    }
    erase_command(i);
    if (!expired) take_cancel(c.order_id, known + 1);
    answer(c, expired ? ExecKind::kExpired : ExecKind::kCancelled, ts, ts, out);
  }
}

void PaperVenue::run_commands(const Moment& m, TimeNs active_until, ReportSink& out) noexcept {
  for (std::size_t i = 0; i < command_count_ && commands_[i].active_ts < active_until;) {
    if (commands_[i].instrument != m.bar->instrument) {
      ++i;
      continue;
    }
    const OrderCommand c = commands_[i];
    erase_command(i);
    act(c, m, out);
  }
  drop_closed();
}

void PaperVenue::act(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept {
  if (c.action == OrderAction::kEnter) return enter(c, m, out);
  const TimeNs fill_ts = std::max(m.bar->t_open, c.active_ts);
  Order* o = find(c.order_id);
  if (o == nullptr || c.action == OrderAction::kCancel) return answer(c, ExecKind::kRejected, m.bar->ts, fill_ts, out);
  if (c.action == OrderAction::kClose) {
    const Price price = closing_side(m.sides, o->direction).open - o->direction * m.slippage;
    const Qty quantity = c.quantity > 0 ? std::min(c.quantity, o->remaining) : o->remaining;
    return fill_exit(*o, OrderLeg::kClose, price, m.slippage, quantity, *m.bar, fill_ts, out);
  }
  if (c.stop_loss <= 0) return answer(c, ExecKind::kRejected, m.bar->ts, fill_ts, out);
  o->stop_loss = c.stop_loss;
  answer(c, ExecKind::kReplaced, m.bar->ts, fill_ts, out);
  match_at_open(*o, m, fill_ts, out);
}

void PaperVenue::enter(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept {
  const Bar& bar = *m.bar;
  const TimeNs fill_ts = std::max(bar.t_open, c.active_ts);
  const Direction d = c.direction;
  if (!well_formed(c) || order_count_ == orders_.size() || find(c.order_id) != nullptr)
    return answer(c, ExecKind::kRejected, bar.ts, fill_ts, out);
  if (take_cancel(c.order_id, fill_ts + 1)) return answer(c, ExecKind::kCancelled, bar.ts, fill_ts, out);
  if (c.expiry_ts != 0 && fill_ts >= c.expiry_ts) return answer(c, ExecKind::kExpired, bar.ts, fill_ts, out);
  const Price exit_open = closing_side(m.sides, d).open;
  const bool past_stop = reached(exit_open, c.stop_loss, -d);
  const bool past_target = c.tp_count > 0 && reached(exit_open, c.take_profit[c.tp_count - 1u], d);
  if (past_stop || past_target) return answer(c, ExecKind::kStale, bar.ts, fill_ts, out);

  const Price entry = (d == kLong ? m.sides.ask.open : m.sides.bid.open) + d * m.slippage;
  Order& o = orders_[order_count_++];
  o = {.id = c.order_id, .instrument = c.instrument, .strategy = c.strategy, .direction = d, .tp_count = c.tp_count,
       .remaining = c.quantity, .stop_loss = c.stop_loss, .take_profit = c.take_profit, .tp_quantity = c.tp_quantity};
  if ((c.flags & signal_flag::kTargetsInR) != 0) {
    const auto risk = static_cast<double>(d * (entry - c.stop_loss));
    for (std::size_t i = 0; i < c.tp_count; ++i) o.take_profit[i] = entry + d * std::llround(c.tp_r[i] * risk);
  }
  out.push({.ts = bar.ts, .fill_ts = fill_ts, .order_id = o.id, .exec_id = next_exec_id_++, .price = entry,
            .quantity = o.remaining, .remaining = o.remaining, .commission = commission(o.remaining),
            .slippage = m.slippage, .instrument = o.instrument, .strategy = o.strategy, .kind = ExecKind::kFilled,
            .leg = OrderLeg::kEntry, .direction = d});
  match_at_open(o, m, fill_ts, out);
}

void PaperVenue::match_at_open(Order& o, const Moment& m, TimeNs fill_ts, ReportSink& out) noexcept {
  const Price open = closing_side(m.sides, o.direction).open;
  if (reached(open, o.stop_loss, -o.direction))
    return fill_exit(o, OrderLeg::kStopLoss, open - o.direction * m.slippage, m.slippage, o.remaining, *m.bar, fill_ts, out);
  for (std::size_t i = 0; i < o.tp_count && o.remaining > 0; ++i)
    if (o.tp_quantity[i] > 0 && reached(open, o.take_profit[i], o.direction)) {
      const Qty quantity = o.tp_quantity[i];
      o.tp_quantity[i] = 0;
      fill_exit(o, target_leg(i), open, 0, quantity, *m.bar, fill_ts, out);
    }
}

void PaperVenue::match_inside(Order& o, const Moment& m, ReportSink& out) noexcept {
  const ClosingSide side = closing_side(m.sides, o.direction);
  if (reached(side.worst, o.stop_loss, -o.direction))
    return fill_exit(o, OrderLeg::kStopLoss, o.stop_loss - o.direction * m.slippage, m.slippage, o.remaining, *m.bar,
                     m.bar->ts, out);
  for (std::size_t i = 0; i < o.tp_count && o.remaining > 0; ++i)
    if (o.tp_quantity[i] > 0 && reached(side.best, o.take_profit[i], o.direction)) {
      const Qty quantity = o.tp_quantity[i];
      o.tp_quantity[i] = 0;
      fill_exit(o, target_leg(i), o.take_profit[i], 0, quantity, *m.bar, m.bar->ts, out);
    }
}

void PaperVenue::match_resting(const Moment& m, bool at_open, ReportSink& out) noexcept {
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != m.bar->instrument) continue;
    if (at_open) match_at_open(o, m, m.bar->t_open, out);
    else match_inside(o, m, out);
  }
  drop_closed();
}

void PaperVenue::fill_exit(Order& o, OrderLeg leg, Price price, Price slippage, Qty quantity, const Bar& bar,
                           TimeNs fill_ts, ReportSink& out) noexcept {
  OMEGA_ASSERT(quantity > 0 && quantity <= o.remaining, quantity, o.remaining);
  o.remaining -= quantity;
  out.push({.ts = bar.ts, .fill_ts = fill_ts, .order_id = o.id, .exec_id = next_exec_id_++, .price = price,
            .quantity = quantity, .remaining = o.remaining, .commission = commission(quantity), .slippage = slippage,
            .instrument = o.instrument, .strategy = o.strategy, .kind = ExecKind::kFilled, .leg = leg,
            .direction = o.direction});
}

void PaperVenue::answer(const OrderCommand& c, ExecKind kind, TimeNs ts, TimeNs fill_ts, ReportSink& out) noexcept {
  const Order* o = find(c.order_id);
  out.push({.ts = ts, .fill_ts = fill_ts, .order_id = c.order_id, .exec_id = next_exec_id_++,
            .price = c.action == OrderAction::kModifyStop ? c.stop_loss : 0, .quantity = 0,
            .remaining = o != nullptr ? o->remaining : 0, .commission = 0, .slippage = 0, .instrument = c.instrument,
            .strategy = c.strategy, .kind = kind, .leg = answer_leg(c.action), .direction = c.direction});
}

bool PaperVenue::well_formed(const OrderCommand& c) const noexcept {
  if ((c.direction != kLong && c.direction != kShort) || c.quantity <= 0 || c.stop_loss <= 0 || c.tp_count > 3) return false;
  Qty sum = 0;
  for (std::size_t i = 0; i < c.tp_count; ++i) {
    const bool ordered = i == 0 || reached(c.take_profit[i], c.take_profit[i - 1], c.direction);
    if (c.tp_quantity[i] < 0 || !ordered || !reached(c.take_profit[i], c.stop_loss, c.direction)) return false;
    if ((c.flags & signal_flag::kTargetsInR) != 0 && !(c.tp_r[i] > 0)) return false;
    sum += c.tp_quantity[i];
  }
  return sum <= c.quantity;
}

Money PaperVenue::commission(Qty quantity) const noexcept {
  static_assert(kMoneyScale == kQtyScale);  // so per lot × 1e-8 lots is 1e-8 of the currency
  return std::llround(config_->venue.commission_per_lot_round_turn * 0.5 * static_cast<double>(quantity));
}

PaperVenue::Order* PaperVenue::find(OrderId id) noexcept {
  for (std::size_t i = 0; i < order_count_; ++i)
    if (orders_[i].id == id && orders_[i].remaining > 0) return &orders_[i];
  return nullptr;
}

std::size_t PaperVenue::find_cancel(OrderId id, TimeNs active_until) const noexcept {
  for (std::size_t i = 0; i < command_count_ && commands_[i].active_ts < active_until; ++i)
    if (commands_[i].order_id == id && commands_[i].action == OrderAction::kCancel) return i;
  return command_count_;
}

bool PaperVenue::has_cancel(OrderId id, TimeNs active_until) const noexcept {
  return find_cancel(id, active_until) < command_count_;
}

bool PaperVenue::take_cancel(OrderId id, TimeNs active_until) noexcept {
  const std::size_t i = find_cancel(id, active_until);
  if (i == command_count_) return false;
  erase_command(i);
  return true;
}

void PaperVenue::erase_command(std::size_t i) noexcept {
  const auto at = commands_.begin() + static_cast<std::ptrdiff_t>(i);
  std::move(at + 1, commands_.begin() + static_cast<std::ptrdiff_t>(command_count_), at);
  --command_count_;
}

void PaperVenue::drop_closed() noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < order_count_; ++i)
    if (orders_[i].remaining > 0) {
      if (kept != i) orders_[kept] = orders_[i];
      ++kept;
    }
  order_count_ = kept;
}

}  // namespace omega
