#include "adapters/cli/journal_filter.hpp"

#include <algorithm>
#include <optional>

#include "adapters/config/issues.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

Error unknown(const std::string& option, const std::string& name, const std::vector<std::string>& known) {
  return Error{ErrorKind::kUsage, "journal cat: " + option + ": expected a known name, got '" + name + "'; did you mean '" +
                                      config::nearest_name(name, known) + "'?"};
}

template <class Id>
Status to_ids(const std::string& option, const std::vector<std::string>& wanted, const std::vector<std::string>& table,
              std::vector<Id>& ids) {
  for (const std::string& name : wanted) {
    const auto found = std::find(table.begin(), table.end(), name);
    if (found == table.end() || name.empty()) return unknown(option, name, table);
    ids.push_back(static_cast<Id>(found - table.begin()));
  }
  return Ok{};
}

// Where the ids lie differs by type.
template <class T> std::optional<InstrumentId> instrument_in(const journal::FrameView& v) { return v.as<T>().instrument; }
template <class T> std::optional<StrategyId> strategy_in(const journal::FrameView& v) { return v.as<T>().strategy; }

std::optional<InstrumentId> instrument_of(const journal::FrameView& v) {
  switch (v.type) {
    case EventType::kBar: return instrument_in<Bar>(v);
    case EventType::kQuote: return instrument_in<Quote>(v);
    case EventType::kTrade: return instrument_in<Trade>(v);
    case EventType::kBookDelta: return instrument_in<BookDelta>(v);
    case EventType::kBookSnapshot: return instrument_in<BookSnapshot>(v);
    case EventType::kLargeOrder: return instrument_in<LargeOrder>(v);
    case EventType::kExecReport: return instrument_in<ExecReport>(v);
    case EventType::kFeatureVector: return instrument_in<FeatureVectorHead>(v);
    case EventType::kSignal: return instrument_in<Signal>(v);
    case EventType::kExitRequest: return instrument_in<ExitRequest>(v);
    case EventType::kStrategyDisabled: return instrument_in<StrategyDisabled>(v);
    case EventType::kToxState: return instrument_in<ToxStateChange>(v);
    case EventType::kRiskDecision: return instrument_in<RiskDecision>(v);
    case EventType::kOrderCommand: return instrument_in<OrderCommand>(v);
    case EventType::kSignalOutcome: return instrument_in<SignalOutcome>(v);
    case EventType::kTradeClosed: return instrument_in<TradeClosed>(v);
    default: return std::nullopt;
  }
}

std::optional<StrategyId> strategy_of(const journal::FrameView& v) {
  switch (v.type) {
    case EventType::kControl: return strategy_in<Control>(v);
    case EventType::kExecReport: return strategy_in<ExecReport>(v);
    case EventType::kSignal: return strategy_in<Signal>(v);
    case EventType::kExitRequest: return strategy_in<ExitRequest>(v);
    case EventType::kStrategyDisabled: return strategy_in<StrategyDisabled>(v);
    case EventType::kRiskDecision: return strategy_in<RiskDecision>(v);
    case EventType::kKillSwitch: return strategy_in<KillSwitchEvent>(v);
    case EventType::kOrderCommand: return strategy_in<OrderCommand>(v);
    case EventType::kSignalOutcome: return strategy_in<SignalOutcome>(v);
    case EventType::kTradeClosed: return strategy_in<TradeClosed>(v);
    default: return std::nullopt;
  }
}

template <class Id>
bool among(const std::vector<Id>& wanted, const std::optional<Id>& id) {
  return wanted.empty() || (id && std::find(wanted.begin(), wanted.end(), *id) != wanted.end());
}

}  // namespace

Result<Filter> filter_of(const JournalOptions& o, const journal::NameTables& names) {
  Filter f{.lanes = {}, .types = {}, .instruments = {}, .strategies = {}};
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    if (o.lane.empty() || o.lane == kLaneName[l]) f.lanes.push_back(static_cast<Lane>(l));
  }
  for (const std::string& name : o.types) {
    f.types.push_back(journal::event_type_of(name));
    if (f.types.back() == EventType::kNone) {
      std::vector<std::string> known;
      for (std::uint16_t t = 1; t <= 96; ++t) {
        if (const auto n = journal::event_type_name(static_cast<EventType>(t)); !n.empty()) known.emplace_back(n);
      }
      return unknown("--type", name, known);
    }
  }
  if (Status s = to_ids("--symbol", o.symbols, names.instruments, f.instruments); !s) return s.error();
  if (Status s = to_ids("--strategy", o.strategies, names.strategies, f.strategies); !s) return s.error();
  for (const auto& [text, name, target] : {std::tuple{&o.from, "--from", &f.from}, std::tuple{&o.to, "--to", &f.to}}) {
    if (text->empty()) continue;
    const auto ts = replay::parse_time(*text);
    if (!ts) return Error{ErrorKind::kUsage, std::string("journal cat: ") + name + ": expected a date or an RFC 3339 time in UTC, got '" + *text + "'"};
    *target = *ts;
  }
  f.from_seq = o.from_seq;
  if (o.to_seq > 0) f.to_seq = o.to_seq;
  f.limit = o.limit;
  return f;
}

bool passes(const Filter& f, const journal::FrameView& v) {
  if (!f.types.empty() && std::find(f.types.begin(), f.types.end(), v.type) == f.types.end()) return false;
  if ((f.from != 0 && v.ts() < f.from) || v.seq < f.from_seq) return false;
  return (f.instruments.empty() || among(f.instruments, instrument_of(v))) &&
         (f.strategies.empty() || among(f.strategies, strategy_of(v)));
}

}  // namespace omega::cli
