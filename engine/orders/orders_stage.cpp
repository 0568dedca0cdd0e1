#include "engine/orders/orders_stage.hpp"

#include "engine/core/assert.hpp"

namespace omega {
namespace {

ReasonCode outcome_code(ExecKind kind) noexcept {
  switch (kind) {
    case ExecKind::kFilled: return ReasonCode::kFilled;
    case ExecKind::kStale: return ReasonCode::kStale;
    case ExecKind::kExpired: return ReasonCode::kExpired;
    default: return ReasonCode::kRejected;
  }
}

FeatureValue value_of(const FeatureFrame& frame, FeatureHandle h) noexcept {
  return h == kNoFeature ? FeatureValue::warming() : frame.get(h);
}

Money initial_capital(const EngineConfig& config) noexcept {
  const auto money = to_fixed(config.risk.initial_capital, kMoneyScale);
  OMEGA_REQUIRE(money.has_value() && *money > 0, config.risk.initial_capital, 0);
  return *money;
}

}  // namespace

OrdersStage::OrdersStage(const EngineConfig& config, LaneSink& sink, Swings swings)
    : lane_(sink), account_(config), manager_(config), curve_(initial_capital(config)), swings_(swings) {}

void OrdersStage::process(const InputEvent& event, const FeaturesOut& features, const SignalsOut& signals,
                          const RiskOut& risk, OrdersOut& out) noexcept {
  const TimeNs ts = event.ts();
  out.count = flushed_ = 0;
  const bool day_roll = event.type == EventType::kTimer && event.as<Timer>().kind == TimerKind::kDay;
  if (event.type == EventType::kTimer && !day_roll && features.count + signals.exit_count + risk.count == 0 && risk.close_all == ExitReason::kNone)
    return lane_.end_of_input(event.seq, ts);  // nearly every minute's timer
  bool filled = false;
  if (event.type == EventType::kExecReport) {
    on_exec(event.as<ExecReport>(), event.seq, out);
    filled = event.as<ExecReport>().kind == ExecKind::kFilled;
  } else if (event.type == EventType::kBar) {
    on_bar(event.as<Bar>());
  }
  for (const FeatureFrame& frame : features.view())
    manager_.on_frame(frame, value_of(frame, swings_.high), value_of(frame, swings_.low), out);
  for (const ExitRequest& request : signals.exit_view()) manager_.on_exit_request(request, out);
  if (risk.close_all != ExitReason::kNone) manager_.close_all(ts, risk.close_all, out);
  if (out.count > 0) flush(event.seq, out);
  if (risk.count > 0) send_approved(event, signals, risk, out);
  if (filled) mark(ts, event.seq, MarkKind::kFill);
  if (day_roll) mark(ts, event.seq, MarkKind::kDayRoll);
  flushed_ = 0;
  lane_.end_of_input(event.seq, ts);
}

void OrdersStage::on_exec(const ExecReport& r, Seq seq, OrdersOut& out) noexcept {
  const OpenPosition* before = account_.find(r.order_id);
  const bool answers_entry = r.leg == OrderLeg::kEntry && before != nullptr && !before->filled;
  const Seq signal_seq = before != nullptr ? before->signal_seq : 0;
  const ExitReason reason = manager_.exit_reason(r);
  std::optional<TradeClosed> trade = account_.on_exec(r);
  if (answers_entry) {
    --outcomes_[static_cast<std::size_t>(ReasonCode::kApproved)];
    outcome(r.ts, seq, r.order_id, signal_seq, r.instrument, r.strategy, outcome_code(r.kind));
  }
  if (trade) {
    if (r.leg != OrderLeg::kEntry) trade->reason = reason;  // the manager knows why it closed; the report only says which leg
    lane_.append(seq, *trade);
    ++trades_;
  }
  manager_.on_exec(r, out);
}

void OrdersStage::on_bar(const Bar& bar) noexcept {
  if ((bar.flags & bar_flag::kBadMask) != 0) return;
  account_.on_market(bar);
  curve_.mark(bar.ts, account_.equity());
}

void OrdersStage::send_approved(const InputEvent& event, const SignalsOut& signals, const RiskOut& risk,
                                OrdersOut& out) noexcept {
  for (const ApprovedOrder& approved : risk.view()) {
    OMEGA_REQUIRE(approved.signal_index < signals.signal_count, approved.signal_index, signals.signal_count);
    const Signal& s = signals.signals[approved.signal_index];
    const OrderId id = order_id_of(event.seq, approved.signal_index);
    if (manager_.enter(s, id, event.seq, approved.lots, out)) {
      ++orders_sent_;
      ++outcomes_[static_cast<std::size_t>(ReasonCode::kApproved)];
      flush(event.seq, out);
    } else {
      outcome(s.ts, event.seq, id, event.seq, s.instrument, s.strategy, ReasonCode::kRejected);
    }
  }
}

/// Journals and books the commands pushed since the last call.
void OrdersStage::flush(Seq seq, OrdersOut& out) noexcept {
  for (; flushed_ < out.count; ++flushed_) {
    lane_.append(seq, out.commands[flushed_]);
    account_.on_order(out.commands[flushed_]);
  }
}

void OrdersStage::outcome(TimeNs ts, Seq seq, OrderId id, Seq signal_seq, InstrumentId instrument, StrategyId strategy,
                          ReasonCode code) noexcept {
  ++outcomes_[static_cast<std::size_t>(code)];
  lane_.append(seq, SignalOutcome{.ts = ts, .order_id = id, .signal_seq = signal_seq, .instrument = instrument,
                                  .strategy = strategy, .code = code});
}

void OrdersStage::mark(TimeNs ts, Seq seq, MarkKind kind) noexcept {
  std::uint32_t open = 0;
  for (const OpenPosition& p : account_.positions()) open += p.filled && p.quantity > 0 && (p.flags & signal_flag::kPairSecond) == 0 ? 1u : 0u;
  lane_.append(seq, EquityMark{.ts = ts, .equity = account_.equity(), .realised = account_.realised(),
                               .open = account_.open_pnl(), .peak = curve_.peak(),
                               .max_drawdown = curve_.max_drawdown(), .positions = open, .kind = kind});
}

}  // namespace omega
