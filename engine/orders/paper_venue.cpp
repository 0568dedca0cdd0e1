#include "engine/orders/paper_venue.hpp"

#include <algorithm>

#include "engine/orders/command_archive.hpp"

namespace omega {
namespace {

bool finished(const OrderCommand& order) noexcept { return order.order_id == 0; }

}  // namespace

template <class Archive>
void PaperVenue::Bracket::serialize(Archive& ar) {
  archive_command(ar, order);
  ar(filled, open, stop, target, target_quantity, next_target);
}

Price PaperVenue::slippage(InstrumentId i) const noexcept {
  return std::llround(config_->venue.slippage_pips * static_cast<double>(config_->instruments[i].pip));
}

PaperVenue::Bracket* PaperVenue::find(OrderId id) noexcept {
  for (std::size_t i = 0; i < bracket_count_; ++i) {
    if (brackets_[i].order.order_id == id) return &brackets_[i];
  }
  return nullptr;
}

void PaperVenue::accept(const OrderCommand& c) noexcept {
  if (c.action != OrderAction::kEnter) {
    OMEGA_ASSERT(pending_count_ < pending_.size(), pending_count_, c.order_id);
    // by (active_ts, arrival)
    std::size_t at = pending_count_++;
    for (; at > 0 && pending_[at - 1].active_ts > c.active_ts; --at) pending_[at] = pending_[at - 1];
    pending_[at] = c;
    return;
  }
  OMEGA_ASSERT(bracket_count_ < brackets_.size(), bracket_count_, c.order_id);
  // by (active_ts, order_id), whatever the moment of hand-over
  std::size_t at = bracket_count_++;
  const auto later = [&](const Bracket& b) {
    return b.order.active_ts != c.active_ts ? b.order.active_ts > c.active_ts : b.order.order_id > c.order_id;
  };
  for (; at > 0 && later(brackets_[at - 1]); --at) brackets_[at] = brackets_[at - 1];
  Bracket& b = brackets_[at];
  b = {};
  b.order = c;
  b.stop = c.stop_loss;
  b.target = c.take_profit;
  b.target_quantity = c.tp_quantity;
}

void PaperVenue::report(const Bracket& b, TimeNs ts, TimeNs fill_ts, ExecKind kind, OrderLeg leg, Price price,
                        Qty quantity, Price slip, ReportSink& out) noexcept {
  ExecReport r;
  r.ts = ts;
  r.fill_ts = fill_ts;
  r.order_id = b.order.order_id;
  r.exec_id = next_exec_id_++;
  r.price = price;
  r.quantity = quantity;
  r.remaining = b.open;
  if (kind == ExecKind::kFilled) {
    const double half = config_->venue.commission_per_lot_round_turn / 2.0;
    r.commission = std::llround(half * qty_to_double(quantity) * static_cast<double>(kMoneyScale));
    r.slippage = slip;
  }
  r.instrument = b.order.instrument;
  r.strategy = b.order.strategy;
  r.kind = kind;
  r.leg = leg;
  r.direction = b.order.direction;
  out.push(r);
}

void PaperVenue::apply_commands(const Bar& bar, ReportSink& out) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pending_count_; ++i) {
    OrderCommand& c = pending_[i];
    const bool due = c.instrument == bar.instrument && c.active_ts < bar.ts && c.action != OrderAction::kClose;
    Bracket* const b = due ? find(c.order_id) : nullptr;
    if (b != nullptr && c.action == OrderAction::kCancel &&
        (b->filled || c.active_ts > std::max(bar.t_open, b->order.active_ts))) {
      c.action = OrderAction::kClose;  // the entry was (or is) first
    }
    if (!due || c.action == OrderAction::kClose) {
      pending_[kept++] = c;
    } else if (b == nullptr) {
      reject(c, bar.ts, out);
    } else if (c.action == OrderAction::kModifyStop) {
      b->stop = c.stop_loss;
      report(*b, bar.ts, std::max(bar.t_open, c.active_ts), ExecKind::kReplaced, OrderLeg::kStopLoss, c.stop_loss, 0, 0, out);
    } else {
      report(*b, bar.ts, std::max(bar.t_open, c.active_ts), ExecKind::kCancelled, OrderLeg::kEntry, 0, 0, 0, out);
      b->order.order_id = 0;
    }
  }
  pending_count_ = kept;
  drop_finished();
}

void PaperVenue::reject(const OrderCommand& command, TimeNs ts, ReportSink& out) noexcept {
  Bracket unknown;
  unknown.order = command;
  report(unknown, ts, ts, ExecKind::kRejected, OrderLeg::kClose, 0, 0, 0, out);
}

void PaperVenue::on_bar(const Bar& bar, ReportSink& out) noexcept {
  if (bracket_count_ == 0 && pending_count_ == 0) return;
  const BarSides s = bar_sides(bar, config_->instruments[bar.instrument].spread);
  apply_commands(bar, out);
  for (std::size_t i = 0; i < bracket_count_; ++i) {
    Bracket& b = brackets_[i];
    if (b.order.instrument != bar.instrument || b.filled || b.order.active_ts >= bar.ts) continue;
    fill_entry(b, bar, s, out);
  }
  for (std::size_t i = 0; i < pending_count_; ++i) {
    const OrderCommand& c = pending_[i];
    if (c.action != OrderAction::kClose || c.instrument != bar.instrument || c.active_ts >= bar.ts) continue;
    if (Bracket* const b = find(c.order_id); b != nullptr) {
      close_at_open(*b, bar, s, c.active_ts, out);
    } else {
      reject(c, bar.ts, out);
    }
  }
  const auto done = [&](const OrderCommand& c) {
    return c.action == OrderAction::kClose && c.instrument == bar.instrument && c.active_ts < bar.ts;
  };
  pending_count_ = static_cast<std::size_t>(
      std::remove_if(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending_count_), done) - pending_.begin());
  for (std::size_t i = 0; i < bracket_count_; ++i) {
    Bracket& b = brackets_[i];
    if (b.order.instrument == bar.instrument && b.filled && !finished(b.order)) match_exits(b, bar, s, out);
  }
  drop_finished();
}

void PaperVenue::fill_entry(Bracket& b, const Bar& bar, const BarSides& s, ReportSink& out) noexcept {
  const OrderCommand& o = b.order;
  if (bar.t_open >= o.expiry_ts) {
    report(b, bar.ts, bar.ts, ExecKind::kExpired, OrderLeg::kEntry, 0, 0, 0, out);
    b.order.order_id = 0;
    return;
  }
  const Direction d = o.direction;
  const Price open = d > 0 ? s.ask.open : s.bid.open;
  // The exit side decides whether the open lies beyond the bracket already.
  const Price exit_open = d > 0 ? s.bid.open : s.ask.open;
  const Price last_target = o.tp_count > 0 ? o.take_profit[o.tp_count - 1] : 0;
  const bool beyond_stop = d * (exit_open - o.stop_loss) <= 0;
  const bool beyond_target = o.tp_count > 0 && d * (last_target - exit_open) <= 0;
  if (beyond_stop || beyond_target) {
    report(b, bar.ts, std::max(bar.t_open, o.active_ts), ExecKind::kStale, OrderLeg::kEntry, open, 0, 0, out);
    b.order.order_id = 0;
    return;
  }
  const Price slip = slippage(o.instrument);
  const Price price = open + d * slip;
  b.filled = true;
  b.open = o.quantity;
  if ((o.flags & signal_flag::kTargetsInR) != 0) {
    const auto risk = static_cast<double>(std::abs(price - o.stop_loss));
    for (std::uint8_t t = 0; t < o.tp_count; ++t) b.target[t] = price + d * std::llround(o.tp_r[t] * risk);
  }
  report(b, bar.ts, std::max(bar.t_open, o.active_ts), ExecKind::kFilled, OrderLeg::kEntry, price, o.quantity, slip, out);
}

void PaperVenue::close_at_open(Bracket& b, const Bar& bar, const BarSides& s, TimeNs active_ts, ReportSink& out) noexcept {
  if (finished(b.order)) return;
  if (!b.filled) {
    report(b, bar.ts, bar.ts, ExecKind::kCancelled, OrderLeg::kEntry, 0, 0, 0, out);
    b.order.order_id = 0;
    return;
  }
  const Direction d = b.order.direction;
  const Price slip = slippage(b.order.instrument);
  const Price price = (d > 0 ? s.bid.open : s.ask.open) - d * slip;
  const Qty quantity = b.open;
  b.open = 0;
  report(b, bar.ts, std::max(bar.t_open, active_ts), ExecKind::kFilled, OrderLeg::kClose, price, quantity, slip, out);
  b.order.order_id = 0;
}

void PaperVenue::match_exits(Bracket& b, const Bar& bar, const BarSides& s, ReportSink& out) noexcept {
  const Direction d = b.order.direction;
  const Ohlc& exit = d > 0 ? s.bid : s.ask;  // the side we would trade out on
  const Price against = d > 0 ? exit.low : exit.high, with = d > 0 ? exit.high : exit.low;
  const bool entry_bar = b.order.active_ts >= bar.t_open;  // filled at this bar's open or inside it
  if (d * (against - b.stop) <= 0) {  // pessimistic: the stop comes first, for all that is left
    const Price slip = slippage(b.order.instrument);
    const bool gapped = !entry_bar && d * (exit.open - b.stop) <= 0;
    const Price price = (gapped ? exit.open : b.stop) - d * slip;
    const Qty quantity = b.open;
    b.open = 0;
    report(b, bar.ts, gapped ? bar.t_open : bar.ts, ExecKind::kFilled, OrderLeg::kStopLoss, price, quantity, slip, out);
    b.order.order_id = 0;
    return;
  }
  while (b.next_target < b.order.tp_count && b.open > 0) {
    const std::uint8_t t = b.next_target;
    if (d * (with - b.target[t]) < 0) break;
    const bool gapped = !entry_bar && d * (exit.open - b.target[t]) >= 0;
    const Price price = gapped ? exit.open : b.target[t];
    const Qty quantity = t + 1 == b.order.tp_count ? b.open : std::min(b.open, b.target_quantity[t]);
    ++b.next_target;
    if (quantity == 0) continue;
    b.open -= quantity;
    report(b, bar.ts, gapped ? bar.t_open : bar.ts, ExecKind::kFilled,
           static_cast<OrderLeg>(static_cast<int>(OrderLeg::kTakeProfit1) + t), price, quantity, 0, out);
  }
  if (b.open == 0) b.order.order_id = 0;
}

void PaperVenue::on_timer(TimeNs ts, ReportSink& out) noexcept {
  for (std::size_t i = 0; i < bracket_count_; ++i) {
    Bracket& b = brackets_[i];
    // The bar that closes now may still hold the fill: expire only what the bar before this minute could not fill.
    if (b.filled || b.order.expiry_ts + kMinute_ns > ts || b.order.active_ts >= ts) continue;
    report(b, ts, ts, ExecKind::kExpired, OrderLeg::kEntry, 0, 0, 0, out);
    b.order.order_id = 0;
  }
  drop_finished();
}

void PaperVenue::drop_finished() noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < bracket_count_; ++i) {
    if (finished(brackets_[i].order)) continue;
    if (kept != i) brackets_[kept] = brackets_[i];
    ++kept;
  }
  bracket_count_ = kept;
}

void PaperVenue::save(StateWriter& out) const {
  auto& self = const_cast<PaperVenue&>(*this);  // serialize() is shared with load()
  out(bracket_count_, pending_count_, next_exec_id_);
  for (std::size_t i = 0; i < bracket_count_; ++i) self.brackets_[i].serialize(out);
  for (std::size_t i = 0; i < pending_count_; ++i) archive_command(out, self.pending_[i]);
}

void PaperVenue::load(StateReader& in) {
  in(bracket_count_, pending_count_, next_exec_id_);
  if (bracket_count_ > brackets_.size() || pending_count_ > pending_.size()) {
    bracket_count_ = pending_count_ = 0;  // a damaged checkpoint; the reader's ok() tells the caller
    return;
  }
  for (std::size_t i = 0; i < bracket_count_; ++i) brackets_[i].serialize(in);
  for (std::size_t i = 0; i < pending_count_; ++i) archive_command(in, pending_[i]);
}

}  // namespace omega
