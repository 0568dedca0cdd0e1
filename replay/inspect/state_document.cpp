#include "replay/inspect/state_document.hpp"

#include <fmt/format.h>

#include <map>

#include "engine/risk/exposure.hpp"
#include "replay/inspect/account_state.hpp"
#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(TimeNs ts) { return ts == 0 ? Json(nullptr) : Json(format_time(ts)); }

Json bars_of(const FeatureFrame& frame) {
  Json bars = Json::array();
  for (std::size_t tf = 0; tf < kTimeframeCount; ++tf) {
    const TfBar& b = frame.bars[tf];
    if (b.t_close == 0) continue;
    bars.push_back({{"timeframe", kTimeframeName[tf]}, {"t_open", format_time(b.t_open)}, {"t_close", format_time(b.t_close)},
                    {"open", price_to_double(b.open)}, {"high", price_to_double(b.high)}, {"low", price_to_double(b.low)},
                    {"close", price_to_double(b.close)}, {"volume", qty_to_double(b.volume)}, {"minutes", b.n_m1}, {"gap", b.gap()}});
  }
  return bars;
}

Json features_of(const FeatureFrame& frame, std::span<const FeatureKey> keys) {
  Json list = Json::array();
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const FeatureValue& v = frame.values[h];
    list.push_back({{"name", feature_name(keys[h])}, {"unit", feature_info(keys[h].id).unit}, {"state", feature_state_name(v.state)},
                    {"value", v.ready() ? words::finite(v.value) : Json(nullptr)}});
  }
  return list;
}

Json levels_of(const LevelBook* book) {
  static constexpr std::array<const char*, 5> kOrigin{"m1_swing", "h4_swing", "d1_swing", "previous_day", "round"};
  Json list = Json::array();
  if (book == nullptr) return list;
  for (const Level& l : book->levels()) {
    list.push_back({{"id", l.id}, {"price", price_to_double(l.price)}, {"type", l.type > 0 ? "support" : "resistance"},
                    {"origin", kOrigin[static_cast<std::size_t>(l.origin)]}, {"birth", format_time(l.birth)}, {"dies", format_time(l.dies)},
                    {"touches", l.touches}});
  }
  return list;
}

Json instruments_of(const StateAt& s) {
  const Stages& stages = s.engine->stages();
  Json list = Json::array();
  for (InstrumentId id = 0; id < s.config->instruments.size(); ++id) {
    if (!s.config->instruments[id].active) continue;
    const Account& account = stages.orders().account();
    const ToxicityFilter* tox = stages.signals().toxicity(id);
    const FeatureFrame* frame = stages.features().frame(id);
    list.push_back({{"symbol", s.config->instruments[id].symbol},
                    {"book", {{"bid", price_to_double(account.bid(id))}, {"ask", price_to_double(account.ask(id))}, {"mid", price_to_double(account.mid(id))}}},
                    {"feed_stale", stages.features().feed_stale(id)},
                    {"toxicity", tox == nullptr ? Json(nullptr) : Json(words::kToxicity[static_cast<std::size_t>(tox->level())])},
                    {"bars", frame == nullptr ? Json::array() : bars_of(*frame)},
                    {"features", frame == nullptr ? Json::array() : features_of(*frame, stages.requests().keys())},
                    {"levels", levels_of(stages.signals().levels(id))}});
  }
  return list;
}

Json funnel_of(const Strategy& strategy) {
  const Funnel& f = strategy.funnel();
  Json conditions = Json::array();
  for (std::size_t i = 0; i < strategy.info().conditions.size() && i < Funnel::kConditionsMax; ++i)
    conditions.push_back({{"condition", strategy.info().conditions[i]}, {"passed", f.passed(i)}});
  return {{"evaluations", f.evaluations()}, {"not_ready", f.skipped_not_ready()}, {"conditions", std::move(conditions)},
          {"not_an_edge", f.suppressed_edge()}, {"cooling", f.suppressed_cooldown()}, {"position_open", f.suppressed_position()},
          {"signals", f.signals()}};
}

Json view_of(const PositionView& p) {
  return {{"order_id", p.order_id}, {"side", words::side_name(p.direction)}, {"open", p.open}, {"lots", qty_to_double(p.quantity)},
          {"entry", price_to_double(p.entry_price)}, {"entry_ref", price_to_double(p.entry_ref)}, {"stop", price_to_double(p.stop_loss)}};
}

Json strategies_of(const StateAt& s) {
  const Stages& stages = s.engine->stages();
  Json list = Json::array();
  for (const auto& r : stages.signals().running()) {
    StateText internals;
    r.strategy->describe(internals);
    const ReasonCode entries = stages.risk().kill_switch().check(r.strategy->info().id);
    list.push_back({{"strategy", r.strategy->info().name}, {"symbol", words::symbol_of(*s.config, r.instrument)},
                    {"conditions_held", r.strategy->held()}, {"last_signal", time_or_null(r.strategy->last_signal_ts())},
                    {"entries", entries == ReasonCode::kNone ? Json("allowed") : Json(std::string(reason_name(entries)))},
                    {"position", r.position->open ? view_of(*r.position) : Json(nullptr)},
                    {"last_sent", r.sent->order_id == 0 ? Json(nullptr) : view_of(*r.sent)}, {"funnel", funnel_of(*r.strategy)},
                    {"internals", Json::parse(internals.text())}});
  }
  return list;
}

Json brackets_of(const StateAt& s) {
  Json list = Json::array();
  for (const Bracket& b : s.engine->stages().orders().manager().brackets()) {
    list.push_back({{"order_id", b.order_id}, {"symbol", words::symbol_of(*s.config, b.instrument)},
                    {"strategy", words::strategy_name(*s.config, b.strategy)}, {"side", words::side_name(b.direction)},
                    {"state", !b.filled() ? "entry sent" : b.close_sent ? "closing" : "open"}, {"entry", b.filled() ? Json(price_to_double(b.entry_price)) : Json(nullptr)},
                    {"initial_stop", price_to_double(b.initial_stop)}, {"stop", price_to_double(b.stop)}, {"time_stop", time_or_null(b.deadline_ts)},
                    {"partial_done", b.partial_done}, {"trailing", b.trailing},
                    {"closing_because", b.close_reason == ExitReason::kNone ? Json(nullptr) : Json(exit_reason_name(b.close_reason))}});
  }
  return list;
}

Json exposure_of(const StateAt& s) {
  const RiskStage& risk = s.engine->stages().risk();
  const Exposure measure(*s.config);
  const double equity = money_to_double(risk.equity());
  double total = 0;
  std::map<std::string, double> symbols, strategies;
  for (const OpenPosition& p : risk.account().positions()) {
    const double r = measure.risk_of(risk.account(), p, equity);
    total += r;
    symbols[words::symbol_of(*s.config, p.instrument)] += r;
    strategies[words::strategy_name(*s.config, p.strategy)] += r;
  }
  const RiskConfig& limit = s.config->risk;
  return {{"total", total}, {"total_max", limit.exposure_total_max}, {"by_symbol", symbols}, {"symbol_max", limit.exposure_symbol_max},
          {"by_strategy", strategies}, {"strategy_max", limit.exposure_strategy_max}};
}

Json outcomes_of(const OrdersStage& orders) {
  Json all = Json::object();
  for (std::size_t c = 0; c < orders.outcomes().size(); ++c)
    if (orders.outcomes()[c] > 0) all[std::string(reason_name(static_cast<ReasonCode>(c)))] = orders.outcomes()[c];
  return all;
}

}  // namespace

const char* feature_state_name(FeatureState s) noexcept {
  return s == FeatureState::kReady ? "ready" : s == FeatureState::kWarming ? "warming" : "invalid";
}

Json state_document(const std::string& journal, const StateAt& s) {
  const OrdersStage& orders = s.engine->stages().orders();
  return {{"schema", "omega.inspect/1"}, {"journal", journal}, {"seq", s.seq}, {"time", format_time(s.ts)}, {"snapshot_seq", s.snapshot_seq},
          {"snapshots_ignored", s.ignored}, {"state_digest", fmt::format("{:016x}", s.digest())}, {"currency", s.config->account_currency},
          {"account", account_state(s.engine->stages(), *s.config)}, {"exposure", exposure_of(s)},
          {"orders", {{"brackets", brackets_of(s)}, {"sent", orders.orders_sent()}, {"outcomes", outcomes_of(orders)}, {"trades", orders.trades()},
                      {"max_drawdown", orders.curve().max_drawdown()}}},
          {"strategies", strategies_of(s)}, {"instruments", instruments_of(s)}};
}

}  // namespace omega::replay
