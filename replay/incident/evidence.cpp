#include "replay/incident/evidence.hpp"

#include <bit>
#include <cmath>

#include "replay/inspect/state_document.hpp"
#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

/// Journaled vectors of the input: by (instrument, timeframe).
std::map<std::pair<InstrumentId, Timeframe>, std::vector<double>> journaled_vectors(const journal::JournalReader& reader, Seq seq) {
  std::map<std::pair<InstrumentId, Timeframe>, std::vector<double>> all;
  journal::LaneCursor cursor = reader.lane(Lane::kFeatures);
  if (!cursor.seek(seq)) return all;
  journal::FrameView frame;
  while (cursor.next(frame) && frame.seq == seq) {
    if (frame.type != EventType::kFeatureVector) continue;
    const auto& head = frame.as<FeatureVectorHead>();
    all[{head.instrument, head.timeframe}] = {frame.list.begin(), frame.list.end()};
  }
  return all;
}

/// By how much it held (positive) or failed (negative); null for a condition without figures or of equality.
Json margin_of(const Check& c) {
  switch (c.relation) {
    case Relation::kAtLeast:
    case Relation::kAbove: return words::finite(c.value - c.limit);
    case Relation::kAtMost:
    case Relation::kBelow: return words::finite(c.limit - c.value);
    default: return nullptr;
  }
}

const char* relation_name(Relation r) {
  constexpr std::array<const char*, 7> kNames{"holds", ">=", "<=", ">", "<", "=", "!="};
  return kNames[static_cast<std::size_t>(r)];
}

Json steps_of(const Funnel& a, const Funnel& b, const StrategyInfo& info, std::string& at) {
  Json steps = Json::array();
  std::uint64_t reached = b.evaluations() - a.evaluations();
  for (std::size_t i = 0; i < info.conditions.size() && i < Funnel::kConditionsMax; ++i) {
    const std::uint64_t passed = b.passed(i) - a.passed(i);
    if (reached > 0 && passed < reached) at = info.conditions[i];
    Json step{{"condition", info.conditions[i]}, {"reached", reached}, {"passed", passed}};
    if (reached > 0) {
      const Check& c = b.last(i);
      const bool figures = c.relation != Relation::kHolds;
      step["held"] = c.holds;
      step["value"] = figures ? words::finite(c.value) : Json(nullptr);
      step["relation"] = figures ? Json(relation_name(c.relation)) : Json(nullptr);
      step["threshold"] = figures ? words::finite(c.limit) : Json(nullptr);
      step["margin"] = margin_of(c);
    }
    steps.push_back(std::move(step));
    reached = passed;
  }
  return steps;
}

/// Values of the features without which the strategy does not evaluate, as it saw them.
Json inputs_of(Rederivation& r, const SignalsStage::RunningView& running) {
  Json list = Json::array();
  for (const FeatureFrame& frame : r.slot().features.view()) {
    if (frame.instrument != running.instrument) continue;
    for (const FeatureHandle h : running.strategy->needed()) {
      const FeatureKey& key = r.stages().requests().keys()[h];
      const FeatureValue& v = frame.get(h);
      list.push_back({{"feature", feature_name(key)}, {"value", v.ready() ? words::finite(v.value) : Json(nullptr)}, {"unit", feature_info(key.id).unit}});
    }
  }
  return list;
}

Json parameters_of(const EngineConfig& config, const StrategyInfo& info) {
  Json list = Json::array();
  const std::vector<double>& values = config.strategies[info.id - 1u].params;
  for (std::size_t i = 0; i < info.params.size() && i < values.size(); ++i)
    list.push_back({{"name", info.params[i].name}, {"value", values[i]}, {"unit", info.params[i].unit}});
  return list;
}

Json one_strategy(Rederivation& r, const FunnelBefore& before) {
  const Strategy& strategy = *before.running.strategy;
  const Funnel &a = before.funnel, &b = strategy.funnel();
  std::string at;
  Json steps = steps_of(a, b, strategy.info(), at);
  Json missing = Json::array();
  for (std::size_t i = 0; i < strategy.needed().size(); ++i) {
    if (b.skipped_not_ready(i) == a.skipped_not_ready(i)) continue;
    missing.push_back(feature_name(r.stages().requests().keys()[strategy.needed()[i]]));
  }
  const char* verdict = at.empty() ? "evaluated, nothing to raise" : "conditions";  // `at` names the one that failed
  if (b.signals() > a.signals()) verdict = "signal";
  else if (b.suppressed_cooldown() > a.suppressed_cooldown()) verdict = "cool-down";
  else if (b.suppressed_position() > a.suppressed_position()) verdict = "own position is open";
  else if (b.suppressed_edge() > a.suppressed_edge()) verdict = "not an edge: the conditions held before already";
  else if (b.evaluations() == a.evaluations()) verdict = "features not ready";
  return {{"strategy", strategy.info().name}, {"symbol", words::symbol_of(r.config(), before.running.instrument)}, {"verdict", verdict},
          {"at", at.empty() ? Json(nullptr) : Json(at)}, {"evaluations", b.evaluations() - a.evaluations()}, {"steps", std::move(steps)},
          {"missing", std::move(missing)}, {"inputs", inputs_of(r, before.running)}, {"parameters", parameters_of(r.config(), strategy.info())}};
}

Json features_of_frame(Rederivation& r, const FeatureFrame& frame) {
  const auto journaled = journaled_vectors(r.reader(), r.input().seq);
  const std::span<const FeatureKey> keys = r.stages().requests().keys();
  std::array<std::size_t, kTimeframeCount> next{};  // place of the key inside its timeframe's vector
  Json list = Json::array();
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const FeatureValue& v = frame.values[h];
    const std::size_t place = next[static_cast<std::size_t>(keys[h].tf)]++;
    Json one{{"instrument", r.names().instruments[frame.instrument]}, {"name", feature_name(keys[h])},
             {"unit", feature_info(keys[h].id).unit}, {"state", feature_state_name(v.state)},
             {"value", v.ready() ? words::finite(v.value) : Json(nullptr)}};
    if (const auto vector = journaled.find({frame.instrument, keys[h].tf}); vector != journaled.end() && place < vector->second.size()) {
      const double recorded = vector->second[place];
      const bool equal = v.ready() ? std::bit_cast<std::uint64_t>(recorded) == std::bit_cast<std::uint64_t>(v.value) : std::isnan(recorded);
      one["journaled"] = words::finite(recorded);
      one["equal"] = equal;
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

Funnels funnels_of(const Stages& stages) {
  Funnels all;
  for (const auto& running : stages.signals().running()) all.push_back({running, running.strategy->funnel()});
  return all;
}

Json conditions_of(Rederivation& r, const Funnels& before) {
  Json list = Json::array();
  for (const FunnelBefore& one : before) {
    const Funnel &a = one.funnel, &b = one.running.strategy->funnel();
    if (a.evaluations() == b.evaluations() && a.skipped_not_ready() == b.skipped_not_ready()) continue;
    list.push_back(one_strategy(r, one));
  }
  return list;
}

Json input_json(Rederivation& r) {
  const InputEvent& e = r.input();
  journal::FrameView view;
  view.type = e.type;
  view.lane = Lane::kInputs;
  view.seq = e.seq;
  view.body = e.body.data();
  view.body_bytes = e.body_bytes();
  return Json::parse(journal::to_json_line(view, r.names()));
}

Json market_of(Rederivation& r) {
  Json features = Json::array();
  for (const FeatureFrame& frame : r.slot().features.view()) {
    for (Json& one : features_of_frame(r, frame)) features.push_back(std::move(one));
  }
  return {{"seq", r.input().seq}, {"ts", format_time(r.input().ts())}, {"input", input_json(r)},
          {"frames", r.slot().features.count}, {"features", std::move(features)}};
}

Price sized_entry(const Rederivation& r, const Signal& s) {
  const Account& account = r.stages().risk().account();
  const Price touch = s.direction > 0 ? account.ask(s.instrument) : account.bid(s.instrument);
  const double slip = r.config().venue.slippage_pips * static_cast<double>(r.config().instruments[s.instrument].pip);
  return touch + s.direction * std::llround(slip);
}

}  // namespace omega::replay
