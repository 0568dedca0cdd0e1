#include "engine/orders/orders_stage.hpp"

#include <algorithm>

namespace omega {
namespace {

constexpr double kTrailFromR = 2.0;  // STD: from 2R on the stop follows

Money initial_money(const EngineConfig& c) { return std::llround(c.risk.initial_capital * static_cast<double>(kMoneyScale)); }

}  // namespace

void OrdersStage::request_features(FeatureRequests& requests) {
  requests.request({.id = FeatureId::kSwingHigh, .tf = Timeframe::kM15, .p0 = 3, .p1 = 0});
  requests.request({.id = FeatureId::kSwingLow, .tf = Timeframe::kM15, .p0 = 3, .p1 = 0});
}

OrdersStage::OrdersStage(const EngineConfig& config, LaneSink& lane, FeatureHandle m15_swing_high, FeatureHandle m15_swing_low)
    : config_(&config),
      lane_(lane),
      swing_high_(m15_swing_high),
      swing_low_(m15_swing_low),
      account_(config),
      curve_(initial_money(config)) {}

void OrdersStage::process(const InputEvent& input, const FeaturesOut& features, const SignalsOut& signals,
                          const RiskOut& risk, OrdersOut& out) noexcept {
  out.count = 0;
  switch (input.type) {
    case EventType::kExecReport: on_exec(input, out); break;
    case EventType::kBar:
      if ((input.as<Bar>().flags & bar_flag::kBadMask) == 0) {
        account_.on_market(input.as<Bar>());
        curve_.mark(input.ts(), account_.equity());
      }
      break;
    case EventType::kTimer:
      if (input.as<Timer>().kind == TimerKind::kDay) mark(input, MarkKind::kDayRoll);
      break;
    default: break;
  }
  for (const FeatureFrame& frame : features.view()) on_frame(input, frame, out);
  for (const ExitRequest& exit : signals.exit_view()) {
    for (const OpenPosition& p : account_.positions()) {
      Plan* const plan = plan_of(p.order_id);
      if (p.strategy == exit.strategy && p.instrument == exit.instrument && plan != nullptr) {
        close(input, p, *plan, exit.reason, out);
      }
    }
  }
  if (risk.close_all != ExitReason::kNone) {
    for (const OpenPosition& p : account_.positions()) {
      if (Plan* const plan = plan_of(p.order_id); plan != nullptr) close(input, p, *plan, risk.close_all, out);
    }
  }
  for (const ApprovedOrder& approved : risk.view()) enter(input, signals.signals[approved.signal_index], approved, out);
  lane_.end_of_input(input.seq, input.ts());
}

void OrdersStage::on_exec(const InputEvent& input, OrdersOut& out) noexcept {
  const ExecReport& r = input.as<ExecReport>();
  const OpenPosition* const before = account_.find(r.order_id);
  if (before != nullptr && r.leg == OrderLeg::kEntry) {
    SignalOutcome o;
    o.ts = r.ts;
    o.order_id = r.order_id;
    o.signal_seq = before->signal_seq;
    o.instrument = r.instrument;
    o.strategy = r.strategy;
    switch (r.kind) {
      case ExecKind::kFilled: o.code = r.quantity < before->quantity_ordered ? ReasonCode::kPartial : ReasonCode::kFilled; break;
      case ExecKind::kStale: o.code = ReasonCode::kStale; break;
      case ExecKind::kExpired: o.code = ReasonCode::kExpired; break;
      default: o.code = ReasonCode::kRejected; break;
    }
    lane_.append(input.seq, o);
  }
  const std::optional<TradeClosed> trade = account_.on_exec(r);
  if (trade) {
    lane_.append(input.seq, *trade);
    ++trades_closed_;
  }
  if (r.kind != ExecKind::kFilled) {
    forget_finished();
    return;
  }
  curve_.mark(input.ts(), account_.equity());
  mark(input, MarkKind::kFill);
  const OpenPosition* const p = account_.find(r.order_id);
  Plan* const plan = plan_of(r.order_id);
  if (p != nullptr && plan != nullptr && r.leg >= OrderLeg::kTakeProfit1 && r.leg <= OrderLeg::kTakeProfit3) {
    plan->partial_done = true;
    if ((p->flags & signal_flag::kBreakEven) != 0) move_stop(input, *p, *plan, p->entry_price, out);
  }
  forget_finished();
}

void OrdersStage::on_frame(const InputEvent& input, const FeatureFrame& frame, OrdersOut& out) noexcept {
  for (const OpenPosition& p : account_.positions()) {
    if (p.instrument != frame.instrument || !p.filled) continue;
    Plan* const plan = plan_of(p.order_id);
    if (plan == nullptr) continue;
    if (frame.closed(plan->timeframe) && input.ts() >= plan->deadline_ts) {
      close(input, p, *plan, ExitReason::kTimeStop, out);
      continue;
    }
    if ((p.flags & signal_flag::kTrailM15) == 0 || !frame.closed(Timeframe::kM15)) continue;
    const Price risk = std::abs(p.entry_price - p.initial_stop);
    const Price gain = p.direction * (frame.bar(Timeframe::kM15).close - p.entry_price);
    if (static_cast<double>(gain) < kTrailFromR * static_cast<double>(risk)) continue;
    const FeatureValue& swing = frame.get(p.direction > 0 ? swing_low_ : swing_high_);
    if (!swing.ready()) continue;
    const Price stop = std::llround(swing.value);
    const Price in_force = plan->wanted_stop;
    const Price market = p.direction > 0 ? account_.bid(p.instrument) : account_.ask(p.instrument);
    if (p.direction * (stop - in_force) > 0 && p.direction * (market - stop) > 0) move_stop(input, p, *plan, stop, out);
  }
}

void OrdersStage::enter(const InputEvent& input, const Signal& s, const ApprovedOrder& approved, OrdersOut& out) noexcept {
  OrderCommand c;
  c.order_id = order_id_of(input.seq, s.index);
  c.signal_seq = input.seq;
  c.quantity = approved.lots;
  c.entry_ref = s.entry_ref;
  c.stop_loss = s.stop_loss;
  c.expiry_ts = s.ts + s.expiry_ns;
  c.deadline_ts = s.ts + s.time_stop_ns;
  c.instrument = s.instrument;
  c.strategy = s.strategy;
  c.flags = s.flags;
  c.action = OrderAction::kEnter;
  c.direction = s.direction;
  // Partials are rounded down to the lot step, the rest goes to the last target; a partial of zero is dropped.
  const Qty step = config_->instruments[s.instrument].lot_step;
  Qty left = approved.lots;
  for (std::uint8_t t = 0; t < s.tp_count; ++t) {
    const bool last = t + 1 == s.tp_count;
    const Qty share = std::llround(s.tp_fraction[t] * static_cast<double>(approved.lots));
    const Qty quantity = last ? left : std::min(left, share / step * step);
    if (quantity == 0 && !last) continue;
    c.take_profit[c.tp_count] = s.take_profit[t];
    c.tp_r[c.tp_count] = s.tp_r[t];
    c.tp_quantity[c.tp_count] = quantity;
    ++c.tp_count;
    left -= quantity;
  }
  OMEGA_ASSERT(plan_count_ < kPositionsMax, plan_count_, c.order_id);
  plans_[plan_count_++] = {.order_id = c.order_id,
                           .deadline_ts = c.deadline_ts,
                           .wanted_stop = c.stop_loss,
                           .closing = false,
                           .partial_done = false,
                           .timeframe = s.timeframe};
  send(input, c, out);
}

void OrdersStage::close(const InputEvent& input, const OpenPosition& p, Plan& plan, ExitReason reason, OrdersOut& out) noexcept {
  if (plan.closing) return;
  plan.closing = true;
  OrderCommand c;
  c.order_id = p.order_id;
  c.signal_seq = p.signal_seq;
  c.instrument = p.instrument;
  c.strategy = p.strategy;
  c.direction = p.direction;
  c.reason = reason;
  c.action = p.filled ? OrderAction::kClose : OrderAction::kCancel;
  send(input, c, out);
}

void OrdersStage::move_stop(const InputEvent& input, const OpenPosition& p, Plan& plan, Price stop, OrdersOut& out) noexcept {
  if (plan.closing || p.direction * (stop - plan.wanted_stop) <= 0) return;  // a stop only ever improves
  plan.wanted_stop = stop;
  OrderCommand c;
  c.order_id = p.order_id;
  c.signal_seq = p.signal_seq;
  c.instrument = p.instrument;
  c.strategy = p.strategy;
  c.direction = p.direction;
  c.stop_loss = stop;
  c.action = OrderAction::kModifyStop;
  send(input, c, out);
}

void OrdersStage::send(const InputEvent& input, OrderCommand& c, OrdersOut& out) noexcept {
  c.ts = input.ts();
  c.active_ts = input.ts() + config_->venue.latency_ns;
  c.index = out.count;
  account_.on_order(c);
  lane_.append(input.seq, c);
  OMEGA_ASSERT(out.count < out.capacity, out.count, out.capacity);
  out.commands[out.count++] = c;
}

void OrdersStage::mark(const InputEvent& input, MarkKind kind) noexcept {
  EquityMark m;
  m.ts = input.ts();
  m.realised = account_.realised();
  m.open = account_.open_pnl();
  m.equity = account_.equity();
  m.peak = curve_.peak();
  m.max_drawdown = curve_.max_drawdown();
  m.positions = static_cast<std::uint32_t>(account_.positions().size());
  m.kind = kind;
  lane_.append(input.seq, m);
}

OrdersStage::Plan* OrdersStage::plan_of(OrderId id) noexcept {
  for (std::size_t i = 0; i < plan_count_; ++i) {
    if (plans_[i].order_id == id) return &plans_[i];
  }
  return nullptr;
}

void OrdersStage::forget_finished() noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < plan_count_; ++i) {
    if (account_.find(plans_[i].order_id) != nullptr) plans_[kept++] = plans_[i];
  }
  plan_count_ = kept;
}

void OrdersStage::save(StateWriter& out) const {
  out(lane_, account_, curve_, plan_count_, trades_closed_);
  for (std::size_t i = 0; i < plan_count_; ++i) out(plans_[i]);
}

void OrdersStage::load(StateReader& in) {
  in(lane_, account_, curve_, plan_count_, trades_closed_);
  if (plan_count_ > plans_.size()) plan_count_ = 0;  // a damaged checkpoint; the reader's ok() tells the caller
  for (std::size_t i = 0; i < plan_count_; ++i) in(plans_[i]);
}

}  // namespace omega
