#include "replay/report_record.hpp"

#include "engine/core/civil_time.hpp"

namespace omega::replay {

RunRecord::RunRecord(const EngineConfig& config)
    : strategies(config.strategies.size()), quality(config.instruments.size()) {}

int layer_of(ReasonCode code) noexcept {
  switch (code) {
    case ReasonCode::kKsL1: return 1;
    case ReasonCode::kKsL2: return 2;
    case ReasonCode::kKsL3: return 3;
    case ReasonCode::kKsL4: return 4;
    case ReasonCode::kStatBreaker: return 5;
    default: return 0;
  }
}

void RunRecord::count(StrategyId strategy, ReasonCode code) {
  const std::size_t s = static_cast<std::size_t>(strategy) - 1, c = static_cast<std::size_t>(code);
  if (s < strategies.size() && c < kReasonCount) ++strategies[s].reasons[c];
}

void RunRecord::on_bar(const Bar& bar) {
  if (bar.instrument >= quality.size()) return;
  InputQuality& q = quality[bar.instrument];
  ++q.bars;
  for (std::size_t bit = 0; bit < q.by_flag.size(); ++bit) q.by_flag[bit] += (bar.flags >> bit) & 1u;
  if ((bar.flags & bar_flag::kBadMask) != 0) {
    ++q.quarantined;
    return;
  }
  if (q.first_ts == 0) q.first_ts = bar.ts;
  if (q.last_ts != 0 && bar.ts - q.last_ts > kMaxGap_ns + kMinute_ns) ++q.gaps;
  q.last_ts = bar.ts;
  if (bar.volume == 0 || bar.volume_kind == VolumeKind::kNone) ++q.without_volume;
  const std::int64_t day = utc_day(bar.t_open);
  if (market_days.empty() || market_days.back() < day) market_days.push_back(day);
}

template <class Tick>
void RunRecord::on_tick(std::uint64_t InputQuality::*count, const void* body) {
  const Tick& tick = *static_cast<const Tick*>(body);
  if (tick.instrument >= quality.size()) return;
  InputQuality& q = quality[tick.instrument];
  ++(q.*count);
  q.ticks_quarantined += (tick.flags & tick_flag::kBadMask) != 0 ? 1 : 0;
}

void RunRecord::on(Lane lane, EventType type, Seq seq, const void* body) {
  switch (type) {
    case EventType::kBar:
      if (lane == Lane::kInputs) on_bar(*static_cast<const Bar*>(body));
      break;
    case EventType::kQuote: on_tick<Quote>(&InputQuality::quotes, body); break;
    case EventType::kTrade: on_tick<Trade>(&InputQuality::trades, body); break;
    case EventType::kBookDelta: on_tick<BookDelta>(&InputQuality::book_events, body); break;
    case EventType::kBookSnapshot: on_tick<BookSnapshot>(&InputQuality::book_events, body); break;
    case EventType::kSignal: {
      const auto& s = *static_cast<const Signal*>(body);
      ++signals;
      if (s.strategy >= 1 && s.strategy <= strategies.size()) ++strategies[s.strategy - 1u].signals;
      pending_[seq << 8 | (s.index & 0xffu)] = {s.strategy, false};
      break;
    }
    case EventType::kStrategyDisabled: {
      const auto& d = *static_cast<const StrategyDisabled*>(body);
      disabled.push_back({d.strategy, d.instrument, d.missing});
      break;
    }
    case EventType::kRiskDecision: {
      const auto& d = *static_cast<const RiskDecision*>(body);
      const auto signal = pending_.find(seq << 8 | (d.signal_index & 0xffu));
      if (signal == pending_.end()) break;
      if (d.code == ReasonCode::kApproved) {
        signal->second.approved = true;  // the venue has the last word
      } else {
        count(d.strategy, d.code);
        pending_.erase(signal);
      }
      break;
    }
    case EventType::kKillSwitch: {
      const auto& k = *static_cast<const KillSwitchEvent*>(body);
      const std::size_t layer = static_cast<std::size_t>(k.layer) - 1;
      if (k.action == KillSwitchAction::kTrip && layer < kLayers) ++activations[layer];
      break;
    }
    case EventType::kOrderCommand:
      entries += static_cast<const OrderCommand*>(body)->action == OrderAction::kEnter ? 1 : 0;
      break;
    case EventType::kSignalOutcome: {
      const auto& o = *static_cast<const SignalOutcome*>(body);
      if (pending_.erase(o.order_id) == 0) break;
      count(o.strategy, o.code);
      filled += o.code == ReasonCode::kFilled || o.code == ReasonCode::kPartial ? 1 : 0;
      break;
    }
    case EventType::kTradeClosed:
      trades.push_back(*static_cast<const TradeClosed*>(body));
      break;
    case EventType::kEquityMark: {
      const auto& m = *static_cast<const EquityMark*>(body);
      if (m.kind == MarkKind::kDayRoll) days.push_back({utc_day(m.ts - 1), money_to_double(m.equity)});
      break;
    }
    default: break;
  }
}

void RunRecord::finish() {
  for (const auto& [id, p] : pending_) count(p.strategy, p.approved ? ReasonCode::kApproved : ReasonCode::kNone);
  pending_.clear();
}

}  // namespace omega::replay
