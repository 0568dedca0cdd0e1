#include "engine/orders/paper_venue.hpp"

#include <algorithm>

#include "engine/orders/book_fills.hpp"
#include "engine/orders/venue_prices.hpp"

namespace omega {
namespace {

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

PaperVenue::PaperVenue(const EngineConfig& config) : config_(&config) {
  std::size_t books = 0;
  for (const InstrumentConfig& i : config.instruments) {
    matching_.push_back((i.capabilities & capability::kL2) != 0       ? Matching::kBook
                        : (i.capabilities & capability::kQuotes) != 0 ? Matching::kQuotes
                                                                      : Matching::kBars);
    book_index_.push_back(static_cast<std::uint16_t>(books));
    if (matching_.back() == Matching::kBook) ++books;
  }
  books_.resize(books);
}

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

void PaperVenue::on_bar(const Bar& bar, ReportSink& out) noexcept {
  if (idle() || (bar.flags & bar_flag::kBadMask) != 0 || matching_[bar.instrument] != Matching::kBars) return;
  const BarSides sides = bar_sides(bar, config_->instruments[bar.instrument].spread);
  Moment m = moment(bar.instrument, bar.t_open, bar.ts, sides.bid.open, sides.ask.open);
  m.bar = &sides;
  run_commands(m, bar.t_open + 1, out);
  match_resting(m, true, out);
  run_commands(m, bar.ts, out);
  match_resting(m, false, out);
}

PaperVenue::Moment PaperVenue::moment(InstrumentId id, TimeNs from, TimeNs ts, Price bid, Price ask) const noexcept {
  const InstrumentConfig& i = config_->instruments[id];
  return {id, from, ts, bid, ask, std::llround(config_->venue.slippage_pips * static_cast<double>(i.pip)), std::max<Price>(i.tick, 1),
          i.contract, nullptr, nullptr};
}

PaperVenue::MarketFill PaperVenue::market_fill(const Moment& m, int side, Qty lots) noexcept {
  const Price best = side > 0 ? m.ask : m.bid;
  if (m.book == nullptr) return {best + side * m.slippage, m.slippage, 0};
  const BookWalk walk = walk_book((side > 0 ? m.book->asks() : m.book->bids()).levels(), side, units_of(lots, m.contract), m.tick);
  const Price price = std::max<Price>(walk.price + side * m.slippage, 1);
  return {price, side * (price - best), walk.beyond_book ? exec_flag::kBeyondBook : std::uint8_t{0}};
}

void PaperVenue::on_timer(TimeNs ts, ReportSink& out) noexcept {
  for (std::size_t i = 0; i < command_count_;) {
    const OrderCommand c = commands_[i];
    const TimeNs known = matching_[c.instrument] == Matching::kBars ? ts - kMinute_ns : ts;
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
    if (commands_[i].instrument != m.instrument) {
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
  const TimeNs fill_ts = std::max(m.from, c.active_ts);
  Order* o = find(c.order_id);
  if (o == nullptr || c.action == OrderAction::kCancel) return answer(c, ExecKind::kRejected, m.ts, fill_ts, out);
  if (c.action == OrderAction::kClose) {
    const Qty quantity = c.quantity > 0 ? std::min(c.quantity, o->remaining) : o->remaining;
    return fill_exit(*o, OrderLeg::kClose, market_fill(m, -o->direction, quantity), quantity, m, fill_ts, out);
  }
  if (c.stop_loss <= 0) return answer(c, ExecKind::kRejected, m.ts, fill_ts, out);
  o->stop_loss = c.stop_loss;
  answer(c, ExecKind::kReplaced, m.ts, fill_ts, out);
  if (m.bar != nullptr) match_at_open(*o, m, fill_ts, out);
}

void PaperVenue::enter(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept {
  const TimeNs fill_ts = std::max(m.from, c.active_ts);
  const Direction d = c.direction;
  if (!well_formed(c) || order_count_ == orders_.size() || find(c.order_id) != nullptr)
    return answer(c, ExecKind::kRejected, m.ts, fill_ts, out);
  if (take_cancel(c.order_id, fill_ts + 1)) return answer(c, ExecKind::kCancelled, m.ts, fill_ts, out);
  if (c.expiry_ts != 0 && fill_ts >= c.expiry_ts) return answer(c, ExecKind::kExpired, m.ts, fill_ts, out);
  const bool past_stop = reached(m.closing(d), c.stop_loss, -d);
  const bool past_target = c.tp_count > 0 && reached(m.closing(d), c.take_profit[c.tp_count - 1u], d);
  if (past_stop || past_target) return answer(c, ExecKind::kStale, m.ts, fill_ts, out);

  const MarketFill entry = market_fill(m, d, c.quantity);
  Order& o = orders_[order_count_++];
  o = {.id = c.order_id, .instrument = c.instrument, .strategy = c.strategy, .direction = d, .tp_count = c.tp_count,
       .remaining = c.quantity, .stop_loss = c.stop_loss, .take_profit = c.take_profit, .tp_quantity = c.tp_quantity};
  if ((c.flags & signal_flag::kTargetsInR) != 0) {
    const auto risk = static_cast<double>(d * (entry.price - c.stop_loss));
    for (std::size_t i = 0; i < c.tp_count; ++i) o.take_profit[i] = entry.price + d * std::llround(c.tp_r[i] * risk);
  }
  out.push({.ts = m.ts, .fill_ts = fill_ts, .order_id = o.id, .exec_id = next_exec_id_++, .price = entry.price,
            .quantity = o.remaining, .remaining = o.remaining, .commission = commission(o.remaining),
            .slippage = entry.slippage, .instrument = o.instrument, .strategy = o.strategy, .kind = ExecKind::kFilled,
            .leg = OrderLeg::kEntry, .direction = d, .flags = entry.flags});
  if (m.bar != nullptr) return match_at_open(o, m, fill_ts, out);
  o.fresh = true;
  if (m.book != nullptr) rest_targets(o, m);
}

void PaperVenue::match_at_open(Order& o, const Moment& m, TimeNs fill_ts, ReportSink& out) noexcept {
  const Price open = m.closing(o.direction);
  if (reached(open, o.stop_loss, -o.direction))
    return fill_exit(o, OrderLeg::kStopLoss, market_fill(m, -o.direction, o.remaining), o.remaining, m, fill_ts, out);
  for (std::size_t i = 0; i < o.tp_count && o.remaining > 0; ++i)
    if (o.tp_quantity[i] > 0 && reached(open, o.take_profit[i], o.direction)) {
      const Qty quantity = o.tp_quantity[i];
      o.tp_quantity[i] = 0;
      fill_exit(o, target_leg(i), {open, 0, 0}, quantity, m, fill_ts, out);
    }
}

void PaperVenue::match_inside(Order& o, const Moment& m, ReportSink& out) noexcept {
  const Ohlc& side = o.direction == kLong ? m.bar->bid : m.bar->ask;
  const Price worst = o.direction == kLong ? side.low : side.high, best = o.direction == kLong ? side.high : side.low;
  if (reached(worst, o.stop_loss, -o.direction))
    return fill_exit(o, OrderLeg::kStopLoss, {o.stop_loss - o.direction * m.slippage, m.slippage, 0}, o.remaining, m, m.ts, out);
  for (std::size_t i = 0; i < o.tp_count && o.remaining > 0; ++i)
    if (o.tp_quantity[i] > 0 && reached(best, o.take_profit[i], o.direction)) {
      const Qty quantity = o.tp_quantity[i];
      o.tp_quantity[i] = 0;
      fill_exit(o, target_leg(i), {o.take_profit[i], 0, 0}, quantity, m, m.ts, out);
    }
}

void PaperVenue::match_resting(const Moment& m, bool at_open, ReportSink& out) noexcept {
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != m.instrument) continue;
    if (at_open) match_at_open(o, m, m.from, out);
    else match_inside(o, m, out);
  }
  drop_closed();
}

void PaperVenue::fill_exit(Order& o, OrderLeg leg, const MarketFill& fill, Qty quantity, const Moment& m, TimeNs fill_ts,
                           ReportSink& out) noexcept {
  OMEGA_ASSERT(quantity > 0 && quantity <= o.remaining, quantity, o.remaining);
  o.remaining -= quantity;
  out.push({.ts = m.ts, .fill_ts = fill_ts, .order_id = o.id, .exec_id = next_exec_id_++, .price = fill.price,
            .quantity = quantity, .remaining = o.remaining, .commission = commission(quantity), .slippage = fill.slippage,
            .instrument = o.instrument, .strategy = o.strategy, .kind = ExecKind::kFilled, .leg = leg,
            .direction = o.direction, .flags = fill.flags});
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
