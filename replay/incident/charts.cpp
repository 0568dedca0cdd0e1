#include "replay/incident/charts.hpp"

#include <algorithm>

#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr DurationNs kNoTradeBack_ns = 6 * kHour_ns;

std::set<InstrumentId> symbols_of(const Rederivation& r, const Story& story) {
  std::set<InstrumentId> ids;
  for (const auto& [strategy, instrument] : story.parties) ids.insert(instrument);
  if (story.no_trade != kNoInstrument) ids = {story.no_trade};
  if (!ids.empty()) return ids;
  for (InstrumentId id = 0; id < r.config().instruments.size(); ++id)
    if (r.config().instruments[id].active) ids.insert(id);
  return ids;
}

std::set<FeatureHandle> features_of(const Rederivation& r, const Story& story) {
  std::set<StrategyId> wanted;
  for (const auto& [strategy, instrument] : story.parties) wanted.insert(strategy);
  std::set<FeatureHandle> handles;
  for (const auto& running : r.stages().signals().running()) {
    if (!wanted.empty() && !wanted.contains(running.strategy->info().id)) continue;
    for (const FeatureHandle h : running.strategy->needed()) handles.insert(h);
  }
  return handles;
}

}  // namespace

ChartRecorder::ChartRecorder(const Rederivation& r, const Story& story, const Ledger& ledger, DurationNs window_ns) {
  const TimeNs first = time_of_input(r.reader(), story.first).value_or(story.at), last = time_of_input(r.reader(), story.last).value_or(story.at);
  from_ = (story.no_trade != kNoInstrument ? story.at - kNoTradeBack_ns : first) - window_ns;
  to_ = std::max(last, story.at) + window_ns;
  for (const OrderId id : story.orders)  // a trade still open when the story ends is shown to its end
    if (const auto* t = ledger.trade(id)) to_ = std::max(to_, t->event.exit_ts + window_ns);
  for (const FeatureHandle h : features_of(r, story)) {
    if (features_.size() == kChartFeatures_max) break;
    const FeatureKey& key = r.stages().requests().keys()[h];
    features_.push_back({h, feature_name(key), feature_info(key.id).unit});
  }
  for (const InstrumentId id : symbols_of(r, story)) {
    if (symbols_.size() == kChartSymbols_max) break;
    symbols_.push_back({id, words::symbol_of(r.config(), id), {}, std::vector<Line>(features_.size())});
  }
}

void ChartRecorder::note(Rederivation& r) {
  const TimeNs ts = r.input().ts();
  if (ts < from_ || ts > to_ || r.input().type != EventType::kBar) return;
  const double equity = money_to_double(r.stages().risk().equity());
  if (!equity_.empty() && equity_.back().ts == ts) equity_.back().value = equity;
  else equity_.push_back({ts, equity});
  for (const FeatureFrame& frame : r.slot().features.view()) {
    const auto symbol = std::find_if(symbols_.begin(), symbols_.end(), [&](const Symbol& s) { return s.id == frame.instrument; });
    if (symbol == symbols_.end() || !frame.closed(Timeframe::kM1)) continue;
    symbol->price.push_back({ts, price_to_double(frame.bar(Timeframe::kM1).close)});
    for (std::size_t f = 0; f < features_.size(); ++f) {
      const FeatureValue& v = frame.get(features_[f].handle);
      symbol->features[f].push_back({ts, v.ready() ? v.value : std::numeric_limits<double>::quiet_NaN()});
    }
  }
}

Json ChartRecorder::points(const Line& line) {
  Json list = Json::array();
  const std::size_t step = (line.size() + kChartPoints_max - 1) / kChartPoints_max;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (step > 1 && i % step != 0 && i + 1 != line.size()) continue;
    list.push_back(Json::array({line[i].ts, words::finite(line[i].value)}));
  }
  return list;
}

Json ChartRecorder::json() const {
  Json prices = Json::array(), features = Json::array();
  for (const Symbol& s : symbols_) {
    prices.push_back({{"symbol", s.name}, {"points", points(s.price)}});
    for (std::size_t f = 0; f < features_.size(); ++f)
      features.push_back({{"symbol", s.name}, {"name", features_[f].name}, {"unit", features_[f].unit}, {"points", points(s.features[f])}});
  }
  return {{"from", format_time(from_)}, {"to", format_time(to_)}, {"prices", std::move(prices)}, {"features", std::move(features)}, {"equity", points(equity_)}};
}

}  // namespace omega::replay
