#include "replay/incident/incident.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "engine/signals/signals_out.hpp"
#include "replay/incident/charts.hpp"
#include "replay/incident/evidence.hpp"
#include "replay/incident/gates.hpp"
#include "replay/incident/story.hpp"
#include "replay/incident/timeline.hpp"
#include "replay/inspect/account_state.hpp"
#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

/// What the replay passes by and keeps.
struct Observed {
  std::map<Seq, Json> market, conditions;      // at the causes of the story's orders and at its focus
  std::map<OrderId, Price> entries;            // what sizing used
  Json before, after;                          // account around the story
  std::map<std::string, Json> last_looks;      // no trade: by strategy, its last evaluation of the symbol
};

bool touches(Rederivation& r, InstrumentId instrument) {
  for (const FeatureFrame& f : r.slot().features.view()) {
    if (f.instrument == instrument) return true;
  }
  return false;
}

std::set<Seq> causes_of(const Story& story) {
  std::set<Seq> causes{story.focus};
  for (const OrderId id : story.orders) causes.insert(cause_of(id));
  return causes;
}

void look(Rederivation& r, const Story& story, const Ledger& ledger, const Funnels& before, Observed& seen) {
  const Seq seq = r.input().seq;
  seen.market[seq] = market_of(r);
  seen.conditions[seq] = conditions_of(r, before);
  for (const OrderId id : story.orders) {
    if (const auto* s = ledger.signal(id); s != nullptr && s->seq == seq) seen.entries[id] = sized_entry(r, s->event);
  }
}

void look_for_no_trade(Rederivation& r, const Story& story, const Funnels& before, Observed& seen) {
  if (!touches(r, story.no_trade)) return;
  for (Json& one : conditions_of(r, before)) {
    if (one["symbol"] != words::symbol_of(r.config(), story.no_trade)) continue;
    one["seq"] = r.input().seq;
    one["ts"] = format_time(r.input().ts());
    const std::string strategy = one["strategy"].get<std::string>();
    seen.last_looks[strategy] = std::move(one);
  }
}

/// Replays up to the end of the story, and on to the end of its charts.
Status observe(Rederivation& r, const Story& story, const Ledger& ledger, Observed& seen, ChartRecorder& charts) {
  const std::set<Seq> causes = causes_of(story);
  const bool no_trade = story.no_trade != kNoInstrument;
  while (r.fetch()) {
    const Seq seq = r.input().seq;
    const bool cause = causes.contains(seq), every = no_trade && seq >= story.first && seq <= story.last;
    if (seq == story.first) seen.before = account_state(r.stages(), r.config());
    Funnels before;
    if (cause || every) before = funnels_of(r.stages());
    r.run();
    if (cause) look(r, story, ledger, before, seen);
    if (every) look_for_no_trade(r, story, before, seen);
    charts.note(r);
    if (seq == story.last) seen.after = account_state(r.stages(), r.config());
    if (seq >= story.last && r.input().ts() >= charts.to()) break;
  }
  if (r.error()) return *r.error();
  r.finish();
  for (std::size_t l = 1; l < kLaneCount; ++l) {
    if (r.lane(static_cast<Lane>(l))->error()) return *r.lane(static_cast<Lane>(l))->error();
  }
  return Ok{};
}

/// How much was derived again, and what differs from the journal.
Json rederived_json(const Rederivation& r) {
  Json lanes = Json::object(), differences = Json::array();
  std::uint64_t decisions = 0, count = 0;
  for (std::size_t l = 1; l < kLaneCount; ++l) {
    const AlignedSink& sink = *r.lane(static_cast<Lane>(l));
    Json types = Json::object();
    for (const auto& [type, n] : sink.equal()) {
      if (type != EventType::kDigest) types[std::string(journal::event_type_name(type))] = n;
      if (l >= static_cast<std::size_t>(Lane::kSignals) && type != EventType::kDigest) decisions += n;
    }
    lanes[kLaneName[l]] = std::move(types);
    count += sink.difference_count();
    for (const Difference& d : sink.differences()) {
      differences.push_back({{"lane", kLaneName[l]}, {"seq", d.seq},
                             {"recorded", d.recorded.empty() ? Json(nullptr) : Json::parse(d.recorded)},
                             {"derived", d.derived.empty() ? Json(nullptr) : Json::parse(d.derived)}});
    }
  }
  return {{"inputs", r.inputs()}, {"decisions", decisions}, {"mismatches", count}, {"equal", std::move(lanes)},
          {"first_mismatches", std::move(differences)}};
}

template <class T>
Json event_json(const T& event, Seq seq, Lane lane, const journal::NameTables& names) {
  journal::FrameView v;
  v.type = EventTypeOf<T>::value;
  v.lane = lane;
  v.seq = seq;
  v.body = reinterpret_cast<const std::uint8_t*>(&event);
  v.body_bytes = sizeof event;
  return Json::parse(journal::to_json_line(v, names));
}

Json of_strategy(const Json& conditions, const Json& strategy, const Json& symbol) {
  for (const Json& c : conditions) {
    if (c["strategy"] == strategy && c["symbol"] == symbol) return c;
  }
  return nullptr;
}

/// From signal to trade, with what led to it.
Json chain_of(OrderId id, const Rederivation& r, const Ledger& ledger, const Observed& seen) {
  const auto* s = ledger.signal(id);
  Json chain{{"order_id", id}, {"cause_seq", cause_of(id)}};
  if (s == nullptr) return chain;
  const auto* d = ledger.decision(id);
  const auto* outcome = ledger.outcome(id);
  const auto* trade = ledger.trade(id);
  chain["symbol"] = r.names().instruments[s->event.instrument];
  chain["strategy"] = r.names().strategies[s->event.strategy];
  chain["side"] = s->event.direction > 0 ? "long" : "short";
  chain["ts"] = format_time(s->event.ts);
  if (const auto m = seen.market.find(s->seq); m != seen.market.end()) chain["market"] = m->second;
  if (const auto c = seen.conditions.find(s->seq); c != seen.conditions.end()) {
    chain["conditions"] = of_strategy(c->second, chain["strategy"], chain["symbol"]);
    chain["other_strategies"] = c->second;
  }
  chain["signal"] = event_json(s->event, s->seq, Lane::kSignals, r.names());
  if (d != nullptr) {
    const GateInput in{r.config(), s->event, d->event, outcome != nullptr ? &outcome->event : nullptr};
    const auto entry = seen.entries.find(id);
    chain["decision"] = event_json(d->event, d->seq, Lane::kRisk, r.names());
    chain["gates"] = gates_of(in);
    chain["sizing"] = sizing_of(in, entry != seen.entries.end() ? entry->second : 0);
  }
  chain["outcome"] = outcome != nullptr ? Json(std::string(reason_name(outcome->event.code)))
                     : d != nullptr     ? Json(std::string(reason_name(d->event.code))) : Json(nullptr);
  chain["trade"] = trade != nullptr ? event_json(trade->event, trade->seq, Lane::kOrders, r.names()) : Json(nullptr);
  return chain;
}

/// Why each strategy of the profile did not trade the symbol.
Json no_trade_json(const Story& story, const Rederivation& r, const Ledger& ledger, const Observed& seen) {
  Json list = Json::array();
  for (const StrategyConfig& s : r.config().strategies) {
    if (!s.enabled) continue;
    Json one{{"strategy", s.name}};
    const auto look = seen.last_looks.find(s.name);
    for (const auto& d : ledger.disabled) {
      if (d.event.strategy == s.id && (d.event.instrument == story.no_trade || d.event.instrument == kNoInstrument)) one["disabled_missing"] = d.event.missing;
    }
    if (!s.built) one["answer"] = "not built";
    else if (one.contains("disabled_missing")) one["answer"] = "disabled on this symbol: its data are missing";
    else if (look == seen.last_looks.end()) one["answer"] = "did not look at the symbol in the day before (no set-up, or a filter)";
    else if (look->second["at"].is_string() && look->second["verdict"] == "conditions") one["answer"] = "condition not met: " + look->second["at"].get<std::string>();
    else one["answer"] = look->second["verdict"];
    if (look != seen.last_looks.end()) one["last_evaluation"] = look->second;
    for (auto d = ledger.decisions.rbegin(); d != ledger.decisions.rend(); ++d) {  // the newest signal, if it raised one
      if (d->seq > story.focus || d->seq < story.first || d->event.strategy != s.id || d->event.instrument != story.no_trade) continue;
      const OrderId id = order_id_of(d->seq, d->event.signal_index);
      one["last_signal"] = chain_of(id, r, ledger, seen);
      if (look != seen.last_looks.end() && look->second["verdict"] == "signal") {
        one["answer"] = fmt::format("raised a signal that ended as {}", one["last_signal"]["outcome"].get<std::string>());
      }
      break;
    }
    list.push_back(std::move(one));
  }
  return list;
}

std::uint64_t count_contradictions(const Json& orders) {
  std::uint64_t n = 0;
  for (const Json& o : orders) {
    for (const Json& g : o.value("gates", Json::array())) n += g["contradiction"].get<bool>() ? 1 : 0;
    n += o.contains("sizing") && o["sizing"].contains("agrees") && !o["sizing"]["agrees"].get<bool>() ? 1 : 0;
    if (!o.contains("market")) continue;
    for (const Json& f : o["market"]["features"]) n += f.contains("equal") && !f["equal"].get<bool>() ? 1 : 0;
  }
  return n;
}

}  // namespace

Result<Json> build_incident(const IncidentQuestion& q) {
  auto opened = Rederivation::open(q.journal);
  if (!opened) return opened.error();
  Rederivation& r = *opened.value();
  auto ledger = Ledger::read(r.reader());
  if (!ledger) return ledger.error();
  auto story = find_story(q, ledger.value(), r.reader(), r.names());
  if (!story) return story.error();
  Observed seen;
  ChartRecorder charts(r, story.value(), ledger.value(), q.window_ns);
  if (Status s = observe(r, story.value(), ledger.value(), seen, charts); !s) return s.error();

  Json doc{{"schema", "omega.incident/1"}, {"journal", q.journal}, {"profile", r.config().profile}, {"mode", r.config().mode},
           {"currency", r.config().account_currency},
           {"question", {{"kind", story.value().kind}, {"text", story.value().text}, {"seq", story.value().focus}, {"ts", format_time(story.value().at)}}},
           {"rederived", rederived_json(r)}};
  Json orders = Json::array();
  for (const OrderId id : story.value().orders) orders.push_back(chain_of(id, r, ledger.value(), seen));
  doc["contradictions"] = count_contradictions(orders);
  doc["trip"] = story.value().trip != nullptr ? event_json(story.value().trip->event, story.value().trip->seq, Lane::kRisk, r.names()) : Json(nullptr);
  doc["before"] = seen.before;
  doc["after"] = seen.after;
  if (story.value().kind == "no_trade") doc["no_trade"] = no_trade_json(story.value(), r, ledger.value(), seen);
  doc["market"] = seen.market[story.value().focus];
  doc["conditions"] = seen.conditions[story.value().focus];
  doc["orders"] = std::move(orders);
  doc["orders_left_out"] = story.value().orders_left_out;
  doc["timeline"] = story.value().kind == "no_trade" ? Json::array()
                                                     : timeline_of(story.value(), r.reader(), r.names(), q.window_ns);
  doc["charts"] = charts.json();
  return doc;
}

}  // namespace omega::replay
