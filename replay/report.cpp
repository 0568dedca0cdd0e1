#include "replay/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/report_time.hpp"
#include "replay/statistics.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;
using words::interval, words::number, words::ratio;
using words::strategy_name, words::symbol_of;

Json time_or_null(TimeNs ts) { return ts == 0 ? Json(nullptr) : Json(format_time(ts)); }


std::vector<DisabledEntry> all_disabled(const RunFacts& facts, const RunRecord& record) {
  std::vector<DisabledEntry> all = record.disabled;
  for (const DisabledEntry& f : facts.disabled) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const DisabledEntry& d) {
      return d.strategy == f.strategy && d.instrument == f.instrument;
    });
    if (!known) all.push_back(f);
  }
  return all;
}

/// Why the strategy runs nowhere; null when it runs on at least one active instrument.
Json disabled_reason(const EngineConfig& config, const StrategyConfig& s, const std::vector<DisabledEntry>& disabled) {
  if (!s.built) return "NOT_BUILT";
  std::uint32_t missing = 0;
  std::size_t off = 0;
  for (const DisabledEntry& d : disabled) {
    if (d.strategy != s.id) continue;
    missing |= d.missing;
    if (d.instrument == kNoInstrument) return "missing " + capability_names(missing);
    off += d.instrument < config.instruments.size() && config.instruments[d.instrument].active ? 1 : 0;
  }
  const auto active = static_cast<std::size_t>(std::count_if(config.instruments.begin(), config.instruments.end(),
                                                             [](const InstrumentConfig& i) { return i.active; }));
  return off > 0 && off >= active ? Json("missing " + capability_names(missing)) : Json(nullptr);
}

Json header_section(const EngineConfig& config, const RunFacts& facts) {
  Json notes = Json::array(), instruments = Json::array();
  bool simulated = false, proxy = false, modelled = false;
  for (const InstrumentConfig& i : config.instruments) {
    if (!i.active) continue;
    simulated |= i.simulated;
    proxy |= i.volume_kind == VolumeKind::kProxyRange;
    const bool one_price = i.basis != PriceBasis::kBidAsk;
    modelled |= one_price;
    instruments.push_back({{"symbol", i.symbol}, {"tradable", i.tradable}, {"price_basis", price_basis_name(i.basis)},
                           {"volume_kind", volume_kind_name(i.volume_kind)}, {"simulated", i.simulated},
                           {"flow_source", flow_source_name(flow_source_of(i.capabilities))}, {"capabilities", capability_names(i.capabilities)},
                           {"modelled_spread_pips", one_price && i.pip > 0
                                ? Json(static_cast<double>(i.spread) / static_cast<double>(i.pip)) : Json(nullptr)}});
  }
  if (simulated) notes.push_back("SIMULATED");
  if (proxy) notes.push_back("PROXY_RANGE");
  if (modelled) notes.push_back("MODELLED_SPREAD");
  if (!config.news_calendar) notes.push_back("NEWS_FILTER_OFF");
  return {{"notes", std::move(notes)}, {"feed", facts.feed}, {"stopped_by_user", facts.stopped},
          {"instruments", std::move(instruments)}};
}

/// How long orders were held until their cause was durable; null where they never are.
Json resume_of(const RunFacts& facts) {
  if (!facts.resume) return nullptr;
  const ResumeFacts& r = *facts.resume;
  return {{"recorded_inputs", r.recorded_inputs}, {"snapshot_seq", r.snapshot_seq}, {"snapshots_ignored", r.snapshots_ignored}, {"appended_inputs", r.appended_inputs}, {"appended_derived", r.appended_derived},
          {"bytes_cut", r.bytes_cut}, {"derived_events_cut", r.frames_cut}};
}

Json order_wait(const RunFacts& facts) {
  if (!facts.order_wait) return nullptr;
  const OrderWait& w = *facts.order_wait;
  const auto ms = [](std::uint64_t n, std::uint64_t ns) { return n > 0 ? Json(static_cast<double>(ns) / 1e6) : Json(nullptr); };
  return {{"orders", w.orders}, {"p50_ms", ms(w.orders, w.p50_ns)}, {"p99_ms", ms(w.orders, w.p99_ns)},
          {"max_ms", ms(w.orders, w.max_ns)}, {"syncs", w.syncs}, {"sync_p50_ms", ms(w.syncs, w.sync_p50_ns)}};
}

/// Equity at the end of each UTC day; the last day ends where the run ends.
std::vector<DayClose> day_closes(const RunFacts& facts, const RunRecord& record) {
  std::vector<DayClose> days = record.days;
  const std::int64_t last = facts.to_ts > 0 ? utc_day(facts.to_ts - 1) : 0;
  if (facts.events > 0 && (days.empty() || days.back().day < last)) {
    days.push_back({last, money_to_double(facts.final_equity)});
  }
  return days;
}

EquityStatistics market_day_statistics(const EngineConfig& config, const RunFacts& facts, const RunRecord& record,
                                       const std::vector<DayClose>& days) {
  std::vector<double> closes{money_to_double(facts.initial_equity)};
  for (const DayClose& d : days) {
    if (std::binary_search(record.market_days.begin(), record.market_days.end(), d.day)) closes.push_back(d.equity);
  }
  return equity_statistics(closes, words::days_per_year(config), facts.max_drawdown);
}

Json statistics_section(const RunFacts& facts, const RunRecord& record, const TradeStatistics& t, const EquityStatistics& e) {
  std::uint64_t arbitrated = 0;
  for (const StrategyRecord& s : record.strategies) {
    arbitrated += s.reasons[static_cast<std::size_t>(ReasonCode::kArbLost)] +
                  s.reasons[static_cast<std::size_t>(ReasonCode::kArbSilence)];
  }
  const auto signals = static_cast<double>(record.signals), filled = static_cast<double>(record.filled);
  return {{"trades", t.trades}, {"wins", t.wins}, {"losses", t.losses}, {"scratches", t.scratches},
          {"win_rate", number(t.win_rate)}, {"win_rate_95", interval(t.win_rate_95)},
          {"total_pnl", t.total_pnl}, {"gross_profit", t.gross_profit}, {"gross_loss", t.gross_loss},
          {"profit_factor", number(t.profit_factor)}, {"profit_factor_infinite", t.profit_factor_infinite},
          {"expectancy", number(t.expectancy)}, {"expectancy_r", number(t.expectancy_r)},
          {"expectancy_r_95", interval(expectancy_r_interval(record.trades))},
          {"reward_risk_avg", number(t.reward_risk_avg)}, {"payoff_ratio", number(t.payoff_ratio)},
          {"max_drawdown", facts.events > 0 ? Json(facts.max_drawdown) : Json(nullptr)},
          {"max_drawdown_duration_days", facts.events > 0
               ? Json(static_cast<double>(facts.max_drawdown_duration_ns) / static_cast<double>(kDay_ns)) : Json(nullptr)},
          {"daily_pnl_volatility", number(e.daily_volatility)},
          {"sharpe", number(e.sharpe)}, {"sortino", number(e.sortino)}, {"calmar", number(e.calmar)},
          {"signals", record.signals}, {"orders", record.entries}, {"filled", record.filled},
          {"execution_rate", ratio(filled, signals - static_cast<double>(arbitrated))},
          {"execution_rate_raw", ratio(filled, signals)},
          {"market_days", record.market_days.size()},
          {"trades_per_day", ratio(static_cast<double>(t.trades), static_cast<double>(record.market_days.size()))},
          {"commission", t.commission}, {"slippage", t.slippage}};
}

Json strategies_section(const EngineConfig& config, const RunRecord& record, const std::vector<DisabledEntry>& disabled) {
  Json list = Json::array();
  for (const StrategyConfig& s : config.strategies) {
    if (!s.enabled) continue;
    std::vector<TradeClosed> own;
    std::copy_if(record.trades.begin(), record.trades.end(), std::back_inserter(own),
                 [&](const TradeClosed& t) { return t.strategy == s.id; });
    const TradeStatistics t = trade_statistics(own);
    list.push_back({{"name", s.name}, {"id", fmt::format("S{:02}", s.id)},
                    {"signals", record.strategies[s.id - 1u].signals}, {"trades", t.trades},
                    {"wins", t.wins}, {"losses", t.losses}, {"win_rate", number(t.win_rate)},
                    {"total_pnl", t.total_pnl}, {"expectancy_r", number(t.expectancy_r)},
                    {"profit_factor", number(t.profit_factor)},
                    {"reward_risk_avg", number(t.reward_risk_avg)},
                    {"disabled_reason", disabled_reason(config, s, disabled)}});
  }
  return list;
}

Json killswitch_section(const RunFacts& facts, const RunRecord& record) {
  static constexpr std::array<const char*, 3> kStatus{"ACTIVE", "TRIPPED", "OFF"};
  std::array<std::uint64_t, kLayers> blocked{};
  for (const StrategyRecord& s : record.strategies) {
    for (std::size_t code = 0; code < kReasonCount; ++code) {
      const int layer = layer_of(static_cast<ReasonCode>(code));
      if (layer > 0) blocked[static_cast<std::size_t>(layer) - 1] += s.reasons[code];
    }
  }
  Json layers = Json::array();
  Json breaker;
  for (std::size_t i = 0; i < kLayers; ++i) {
    const LayerFacts& f = facts.layers[i];
    Json one{{"layer", i + 1}, {"name", words::kLayer[i]}, {"status", kStatus[static_cast<std::size_t>(f.status)]},
             {"until", time_or_null(f.until)}, {"activations", record.activations[i]}, {"blocked", blocked[i]}};
    if (i < 4) layers.push_back(std::move(one)); else breaker = std::move(one);
  }
  breaker.erase("layer");
  return {{"emergency_stop", facts.emergency_stop}, {"layers", std::move(layers)}, {"statistical_breaker", std::move(breaker)}};
}

Json trades_section(const EngineConfig& config, const RunRecord& record) {
  Json list = Json::array();
  for (const TradeClosed& t : record.trades) {
    const char* strategy = strategy_name(config, t.strategy);
    const char* symbol = symbol_of(config, t.instrument);
    list.push_back({{"id", fmt::format("{}-{}-{}", strategy, symbol, t.signal_seq)}, {"symbol", symbol}, {"strategy", strategy},
                    {"side", t.direction > 0 ? "long" : "short"}, {"quantity", qty_to_double(t.quantity)},
                    {"entry_time", format_time(t.entry_ts)}, {"entry_price", price_to_double(t.entry_price)},
                    {"exit_time", format_time(t.exit_ts)}, {"exit_price", price_to_double(t.exit_price)},
                    {"exit_reason", exit_reason_name(t.reason)}, {"pnl", money_to_double(t.net_pnl)},
                    {"r_multiple", t.r_multiple}, {"cause_seq", t.signal_seq},
                    {"gross_pnl", money_to_double(t.gross_pnl)}, {"commission", money_to_double(t.commission)},
                    {"slippage", money_to_double(t.slippage)}, {"initial_stop", price_to_double(t.initial_stop)},
                    {"final_target", price_to_double(t.final_target)}, {"exit_fills", t.legs}});
  }
  return list;
}

Json reasons_section(const EngineConfig& config, const RunRecord& record) {
  Json rows = Json::object(), totals = Json::object();
  std::array<std::uint64_t, kReasonCount> sums{};
  std::uint64_t all = 0;
  for (std::size_t s = 0; s < record.strategies.size(); ++s) {
    if (record.strategies[s].signals == 0) continue;
    Json codes = Json::object();
    for (std::size_t c = 0; c < kReasonCount; ++c) {
      const std::uint64_t n = record.strategies[s].reasons[c];
      sums[c] += n;
      all += n;
      if (n > 0) codes[std::string(kReasonNames[c])] = n;
    }
    rows[config.strategies[s].name] = std::move(codes);
  }
  for (std::size_t c = 0; c < kReasonCount; ++c) {
    if (sums[c] > 0) totals[std::string(kReasonNames[c])] = sums[c];
  }
  return {{"signals", record.signals}, {"sum", all}, {"reconciled", all == record.signals},
          {"totals", std::move(totals)}, {"strategies", std::move(rows)}};
}

Json funnel_section(const EngineConfig& config, const RunFacts& facts) {
  Json all = Json::object();
  for (const StrategyFunnel& f : facts.funnels) {
    Json steps = Json::array();
    for (const FunnelStep& step : f.steps) steps.push_back({{"step", step.name}, {"count", step.count}});
    all[strategy_name(config, f.strategy)] = std::move(steps);
  }
  return all;
}

Json quality_section(const EngineConfig& config, const RunRecord& record) {
  static constexpr std::array<const char*, 6> kFlags{"bad_price", "bad_range", "crossed", "duplicate", "out_of_order", "jump"};
  Json list = Json::array();
  for (std::size_t i = 0; i < record.quality.size(); ++i) {
    const InputQuality& q = record.quality[i];
    if (q.bars == 0 && !config.instruments[i].active) continue;
    Json bad = Json::object();
    for (std::size_t f = 0; f < kFlags.size(); ++f) bad[kFlags[f]] = q.by_flag[f];
    list.push_back({{"symbol", config.instruments[i].symbol}, {"bars", q.bars}, {"quarantined", q.quarantined},
                    {"quarantined_by", std::move(bad)}, {"gaps", q.gaps}, {"without_volume", q.without_volume},
                    {"quotes", q.quotes}, {"trades", q.trades}, {"book_events", q.book_events}, {"ticks_quarantined", q.ticks_quarantined},
                    {"from", time_or_null(q.first_ts)}, {"to", time_or_null(q.last_ts)}});
  }
  return list;
}

}  // namespace

Json latency_json(const std::vector<LatencyRow>& rows) {
  Json list = Json::array();
  for (const LatencyRow& r : rows)
    list.push_back({{"stage", r.stage}, {"count", r.count}, {"p50_ns", r.p50_ns}, {"p99_ns", r.p99_ns}, {"p999_ns", r.p999_ns}, {"max_ns", r.max_ns}});
  return list;
}

Json build_report(const EngineConfig& config, const RunFacts& facts, const RunRecord& record, const std::string& journal_path) {
  const std::vector<DisabledEntry> disabled = all_disabled(facts, record);
  const std::vector<DayClose> days = day_closes(facts, record);
  Json report;
  report["schema"] = "omega.report/1";
  report["profile"] = config.profile;
  report["mode"] = config.mode;
  report["journal"] = {{"path", journal_path}, {"inputs_digest", facts.inputs_digest}, {"derived_digest", facts.derived_digest}};
  const DurationNs span = facts.to_ts - facts.from_ts;
  report["period"] = {{"from", time_or_null(facts.from_ts)}, {"to", time_or_null(facts.to_ts)},
                      {"days", (span + kDay_ns - 1) / kDay_ns}};
  report["run"] = {{"events", facts.events}, {"wall_seconds", facts.wall_seconds},
                   {"events_per_second", ratio(static_cast<double>(facts.events - (facts.resume ? facts.resume->snapshot_seq : 0)), facts.wall_seconds)}, {"layout", facts.layout}, {"threads", facts.threads}, {"layout_notes", facts.layout_notes}, {"latency", latency_json(facts.latency)},
                   {"ring_full_waits", facts.ring_full_waits}, {"late_periods", facts.late_periods},
                   {"late_max_ms", static_cast<double>(facts.late_max_ns) / kMilli_ns}, {"durability", facts.durability}, {"order_wait", order_wait(facts)},
                   {"resume", resume_of(facts)}};
  report["capital"] = {{"currency", config.account_currency}, {"initial", money_to_double(facts.initial_equity)},
                       {"final", money_to_double(facts.final_equity)}, {"peak", money_to_double(facts.peak_equity)},
                       {"open_pnl", money_to_double(facts.open_pnl)}, {"open_positions", facts.open_positions}};
  report["header"] = header_section(config, facts);
  report["statistics"] = statistics_section(facts, record, trade_statistics(record.trades),
                                            market_day_statistics(config, facts, record, days));
  report["strategies"] = strategies_section(config, record, disabled);
  report["killswitch"] = killswitch_section(facts, record);
  report["reasons"] = reasons_section(config, record);
  report["funnel"] = funnel_section(config, facts);
  report["quality"] = quality_section(config, record);
  Json off = Json::array();
  for (const DisabledEntry& d : disabled) {
    off.push_back({{"strategy", strategy_name(config, d.strategy)}, {"symbol", symbol_of(config, d.instrument)},
                   {"missing", capability_names(d.missing)}});
  }
  report["disabled"] = std::move(off);
  report["trades"] = trades_section(config, record);
  report["equity"] = Json::array();
  for (const DayClose& d : days) report["equity"].push_back(Json::array({format_date(d.day * kDay_ns), d.equity}));
  return report;
}

const char* price_basis_name(PriceBasis basis) noexcept {
  switch (basis) {
    case PriceBasis::kBidAsk: return "bid_ask";
    case PriceBasis::kBid: return "bid";
    case PriceBasis::kAsk: return "ask";
    case PriceBasis::kMid: return "mid";
    case PriceBasis::kTrade: return "trade";
  }
  return "unknown";
}

const char* flow_source_name(FlowSource source) noexcept {
  switch (source) {
    case FlowSource::kNone: return "NONE";
    case FlowSource::kOfiL1: return "OFI_L1";
    case FlowSource::kTradeSigned: return "TRADE_SIGNED";
    case FlowSource::kBvcBar: return "BVC_BAR";
  }
  return "NONE";
}

const char* volume_kind_name(VolumeKind kind) noexcept {
  switch (kind) {
    case VolumeKind::kNone: return "NONE";
    case VolumeKind::kTraded: return "TRADED";
    case VolumeKind::kTicks: return "TICKS";
    case VolumeKind::kProxyRange: return "PROXY_RANGE";
  }
  return "unknown";
}

}  // namespace omega::replay
