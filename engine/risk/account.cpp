#include "engine/risk/account.hpp"

#include <algorithm>

#include "engine/core/assert.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/market/session_clock.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {
namespace {

constexpr std::uint8_t kExitFillsMax = 255;  // a target in a book may fill in any number of parts
constexpr DurationNs kStaleAfter_ns = 3 * kMinute_ns;  // bars, while the market is open

Money to_money(double amount) noexcept { return std::llround(amount * static_cast<double>(kMoneyScale)); }

}  // namespace

Account::Account(const EngineConfig& config)
    : config_(&config), initial_(to_money(config.risk.initial_capital)), marks_(config.instruments.size()) {
  quote_pair_.reserve(config.instruments.size());
  for (const InstrumentConfig& i : config.instruments) quote_pair_.push_back(find_pair(i.quote));
}

Account::QuotePair Account::find_pair(const std::string& quote) const {
  if (quote == config_->account_currency) return {PairKind::kSame, 0};
  for (std::size_t i = 0; i < config_->instruments.size(); ++i) {
    const InstrumentConfig& row = config_->instruments[i];
    if (row.base == quote && row.quote == config_->account_currency) return {PairKind::kDirect, static_cast<InstrumentId>(i)};
    if (row.base == config_->account_currency && row.quote == quote) return {PairKind::kInverse, static_cast<InstrumentId>(i)};
  }
  return {PairKind::kNone, 0};
}

void Account::on_market(const Bar& bar) noexcept {
  OMEGA_ASSERT(bar.instrument < marks_.size(), bar.instrument, marks_.size());
  const BarSides s = bar_sides(bar, config_->instruments[bar.instrument].spread);
  marks_[bar.instrument] = {s.bid.close, s.ask.close, bar.ts};
}

void Account::on_order(const OrderCommand& c) noexcept {
  if (c.action == OrderAction::kModifyStop) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (positions_[i].order_id == c.order_id) positions_[i].stop_loss = c.stop_loss;
    }
    return;
  }
  if (c.action == OrderAction::kClose || c.action == OrderAction::kCancel) {
    if (c.quantity > 0) return;  // a share: what ends the position comes later
    for (std::size_t i = 0; i < count_; ++i) {
      if (positions_[i].order_id == c.order_id && positions_[i].exit_reason == ExitReason::kNone) {
        positions_[i].exit_reason = c.reason;
      }
    }
    return;
  }
  OMEGA_ASSERT(count_ < kPositionsMax, count_, c.order_id);
  OpenPosition& p = positions_[count_++];
  p = {};
  p.order_id = c.order_id;
  p.signal_seq = c.signal_seq;
  p.instrument = c.instrument;
  p.strategy = c.strategy;
  p.direction = c.direction;
  p.flags = c.flags;
  p.quantity_ordered = c.quantity;
  p.entry_ref = c.entry_ref;
  p.stop_loss = p.initial_stop = c.stop_loss;
  p.final_target = c.tp_count > 0 ? c.take_profit[c.tp_count - 1] : 0;
  p.final_target_r = c.tp_count > 0 ? c.tp_r[c.tp_count - 1] : 0;
  p.pair = c.pair;
  if (c.pair != 0) {
    p.pair_risk = pair_terms(c).risk;
    p.final_target_r = pair_terms(c).reward_risk;
  }
  p.sent_ts = c.ts;
}

std::optional<TradeClosed> Account::on_exec(const ExecReport& r) noexcept {
  if (r.exec_id <= last_exec_id_) return std::nullopt;  // a repeated report changes nothing
  last_exec_id_ = r.exec_id;
  const std::size_t at = index_of(r.order_id);
  if (at == count_) {
    ++unknown_reports_;
    return std::nullopt;
  }
  OpenPosition& p = positions_[at];
  if (r.kind == ExecKind::kReplaced) {
    p.stop_loss = r.price;  // the venue moved the stop; stages that did not ask for it learn it here
    return std::nullopt;
  }
  if (r.kind != ExecKind::kFilled) {
    if (p.filled) return std::nullopt;
    const OrderId partner = partner_order(p.order_id, p.flags);
    remove(at);  // the entry never happened
    const std::size_t other = partner != 0 ? index_of(partner) : count_;
    return other < count_ && flat(other) ? close_if_over(other, r) : std::nullopt;
  }
  const InstrumentConfig& instrument = config_->instruments[p.instrument];
  const double rate = last_rate(p.instrument);
  // Price 1e-9 × lots 1e-8 × contract -> account currency
  const double unit = instrument.contract * rate / (static_cast<double>(kPriceScale) * static_cast<double>(kQtyScale));
  p.commission += r.commission;
  realised_ -= r.commission;
  p.slippage += to_money(static_cast<double>(r.slippage) * static_cast<double>(r.quantity) * unit);
  if (r.leg == OrderLeg::kEntry) {
    p.filled = true;
    p.quantity = p.quantity_ordered = r.quantity;
    p.entry_price = r.price;
    p.entry_ts = r.fill_ts;
    const Price risk = std::abs(r.price - p.initial_stop);
    if ((p.flags & signal_flag::kTargetsInR) != 0) {
      p.final_target = r.price + p.direction * std::llround(p.final_target_r * static_cast<double>(risk));
    }
    const double lost = p.pair != 0 ? p.pair_risk * static_cast<double>(r.price) : static_cast<double>(risk);
    p.initial_risk = to_money(lost * static_cast<double>(r.quantity) * unit);
    return std::nullopt;
  }
  const Money pnl = to_money(static_cast<double>(p.direction * (r.price - p.entry_price)) * static_cast<double>(r.quantity) * unit);
  p.realised += pnl;
  realised_ += pnl;
  p.quantity -= r.quantity;
  p.exit_quantity += r.quantity;
  p.exit_notional += i128{r.price} * r.quantity;
  if (p.exit_fills < kExitFillsMax) ++p.exit_fills;
  p.exit_ts = r.fill_ts;
  OMEGA_ASSERT(p.quantity >= 0 && p.quantity == r.remaining, p.quantity, r.remaining);
  if (p.quantity > 0) return std::nullopt;
  p.exit_reason = exit_reason_of(p, r);
  return close_if_over(at, r);
}

/// The trade of a flat position; of both legs of a pair once both are flat, nothing before.
std::optional<TradeClosed> Account::close_if_over(std::size_t at, const ExecReport& r) noexcept {
  const OrderId partner = partner_order(positions_[at].order_id, positions_[at].flags);
  const std::size_t other = partner != 0 ? index_of(partner) : count_;
  if (other < count_ && !flat(other)) return std::nullopt;
  const bool second = (positions_[at].flags & signal_flag::kPairSecond) != 0;
  const OpenPosition& p = positions_[second && other < count_ ? other : at];  // what the trade is named after
  TradeClosed t;
  t.ts = r.ts;
  t.entry_ts = p.entry_ts;
  t.exit_ts = p.exit_ts;
  t.order_id = p.order_id;
  t.signal_seq = p.signal_seq;
  t.entry_price = p.entry_price;
  t.exit_price = static_cast<Price>(p.exit_notional / p.exit_quantity);
  t.initial_stop = p.initial_stop;
  t.final_target = p.final_target;
  t.quantity = p.quantity_ordered;
  t.initial_risk = p.initial_risk;
  const Price risk = std::abs(p.entry_price - p.initial_stop);
  t.reward_risk_planned = p.pair != 0 ? p.final_target_r
                          : risk > 0  ? static_cast<double>(std::abs(p.final_target - p.entry_price)) / static_cast<double>(risk)
                                      : 0.0;
  t.instrument = p.instrument;
  t.strategy = p.strategy;
  t.direction = p.direction;
  t.reason = positions_[at].exit_reason;
  const auto add = [&](const OpenPosition& leg) {
    t.gross_pnl += leg.realised;
    t.commission += leg.commission;
    t.slippage += leg.slippage;
    t.legs = static_cast<std::uint8_t>(std::min(t.legs + leg.exit_fills, int{kExitFillsMax}));
    t.exit_ts = std::max(t.exit_ts, leg.exit_ts);
  };
  add(positions_[at]);
  if (other < count_) add(positions_[other]);
  t.net_pnl = t.gross_pnl - t.commission;
  t.r_multiple = t.initial_risk > 0 ? static_cast<double>(t.net_pnl) / static_cast<double>(t.initial_risk) : 0.0;
  const OrderId own = positions_[at].order_id;
  if (other < count_) remove(other);
  remove(index_of(own));
  return t;
}

ExitReason Account::exit_reason_of(const OpenPosition& p, const ExecReport& r) noexcept {
  if (r.leg == OrderLeg::kStopLoss) {
    if (p.stop_loss == p.initial_stop) return ExitReason::kStopLoss;
    return p.stop_loss == p.entry_price ? ExitReason::kBreakEvenStop : ExitReason::kTrailingStop;
  }
  if (r.leg == OrderLeg::kClose) return p.exit_reason == ExitReason::kNone ? ExitReason::kOperator : p.exit_reason;
  return ExitReason::kTakeProfit;
}

void Account::remove(std::size_t at) noexcept {
  for (std::size_t i = at + 1; i < count_; ++i) positions_[i - 1] = positions_[i];  // keeps the order of arrival
  --count_;
}

std::optional<double> Account::conversion(InstrumentId instrument, TimeNs now) const noexcept {
  const QuotePair pair = quote_pair_[instrument];
  if (pair.kind == PairKind::kSame) return 1.0;
  if (pair.kind == PairKind::kNone) return std::nullopt;
  const Mark& m = marks_[pair.instrument];
  if (m.ts == 0 || (now - m.ts > kStaleAfter_ns && in_trading_hours(config_->instruments[pair.instrument].asset_class, now))) {
    return std::nullopt;
  }
  return last_rate(instrument);
}

double Account::last_rate(InstrumentId instrument) const noexcept {
  const QuotePair pair = quote_pair_[instrument];
  if (pair.kind == PairKind::kSame) return 1.0;
  if (pair.kind == PairKind::kNone) return 0.0;
  const Mark& m = marks_[pair.instrument];
  const Price doubled = m.bid + m.ask;
  if (doubled <= 0) return 0.0;
  const double mid = static_cast<double>(doubled) / (2.0 * static_cast<double>(kPriceScale));
  return pair.kind == PairKind::kDirect ? mid : 1.0 / mid;
}

Money Account::open_pnl() const noexcept {
  Money sum = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const OpenPosition& p = positions_[i];
    if (!p.filled) continue;
    const Mark& m = marks_[p.instrument];
    const Price exit = p.direction > 0 ? m.bid : m.ask;
    const double unit = config_->instruments[p.instrument].contract * last_rate(p.instrument) /
                        (static_cast<double>(kPriceScale) * static_cast<double>(kQtyScale));
    sum += to_money(static_cast<double>(p.direction * (exit - p.entry_price)) * static_cast<double>(p.quantity) * unit);
  }
  return sum;
}

Money Account::equity() const noexcept { return initial_ + realised_ + open_pnl(); }

const OpenPosition* Account::find(OrderId id) const noexcept {
  const std::size_t at = index_of(id);
  return at < count_ ? &positions_[at] : nullptr;
}

std::size_t Account::index_of(OrderId id) const noexcept {
  std::size_t at = 0;
  while (at < count_ && positions_[at].order_id != id) ++at;
  return at;
}

Price Account::mid(InstrumentId i) const noexcept { return floor_div(marks_[i].bid + marks_[i].ask, 2); }
Price Account::bid(InstrumentId i) const noexcept { return marks_[i].bid; }
Price Account::ask(InstrumentId i) const noexcept { return marks_[i].ask; }

}  // namespace omega
