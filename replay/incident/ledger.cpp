#include "replay/incident/ledger.hpp"

#include <algorithm>


namespace omega::replay {
namespace {

void keep(Ledger& ledger, const journal::FrameView& f) {
  switch (f.type) {
    case EventType::kSignal: ledger.signals.push_back({f.seq, f.as<Signal>()}); break;
    case EventType::kExitRequest: ledger.exits.push_back({f.seq, f.as<ExitRequest>()}); break;
    case EventType::kStrategyDisabled: ledger.disabled.push_back({f.seq, f.as<StrategyDisabled>()}); break;
    case EventType::kRiskDecision: ledger.decisions.push_back({f.seq, f.as<RiskDecision>()}); break;
    case EventType::kKillSwitch: ledger.killswitch.push_back({f.seq, f.as<KillSwitchEvent>()}); break;
    case EventType::kOrderCommand: ledger.orders.push_back({f.seq, f.as<OrderCommand>()}); break;
    case EventType::kSignalOutcome: ledger.outcomes.push_back({f.seq, f.as<SignalOutcome>()}); break;
    case EventType::kTradeClosed: ledger.trades.push_back({f.seq, f.as<TradeClosed>()}); break;
    case EventType::kEquityMark: ledger.marks.push_back({f.seq, f.as<EquityMark>()}); break;
    default: break;
  }
}

/// First record of the causing input whose index matches; lanes are in seq order.
template <class T, class Index>
const Recorded<T>* at_cause(const std::vector<Recorded<T>>& all, OrderId id, Index index) noexcept {
  auto at = std::lower_bound(all.begin(), all.end(), cause_of(id), [](const Recorded<T>& r, Seq seq) { return r.seq < seq; });
  for (; at != all.end() && at->seq == cause_of(id); ++at) {
    if ((index(at->event) & 0xffu) == index_of(id)) return &*at;
  }
  return nullptr;
}

template <class T>
const Recorded<T>* of_order(const std::vector<Recorded<T>>& all, OrderId id) noexcept {
  const auto at = std::find_if(all.begin(), all.end(), [id](const Recorded<T>& r) { return r.event.order_id == id; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

Result<Ledger> Ledger::read(const journal::JournalReader& reader) {
  Ledger ledger;
  for (const Lane lane : {Lane::kSignals, Lane::kRisk, Lane::kOrders}) {
    journal::LaneCursor cursor = reader.lane(lane);
    journal::FrameView frame;
    while (cursor.next(frame)) keep(ledger, frame);
    if (cursor.error()) return *cursor.error();
  }
  return ledger;
}

const Recorded<Signal>* Ledger::signal(OrderId id) const noexcept {
  return at_cause(signals, id, [](const Signal& s) { return s.index; });
}
const Recorded<RiskDecision>* Ledger::decision(OrderId id) const noexcept {
  return at_cause(decisions, id, [](const RiskDecision& d) { return d.signal_index; });
}
const Recorded<SignalOutcome>* Ledger::outcome(OrderId id) const noexcept { return of_order(outcomes, id); }
const Recorded<TradeClosed>* Ledger::trade(OrderId id) const noexcept { return of_order(trades, id); }

}  // namespace omega::replay
