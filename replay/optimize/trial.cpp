#include "replay/optimize/trial.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/report_time.hpp"

namespace omega::replay {

using Json = nlohmann::ordered_json;

Json Trial::json() const {
  Json list = Json::array();
  for (const TrialTrade& t : trades) list.push_back(Json::array({t.day, t.pnl, t.r}));
  return {{"trial", index}, {"values", values}, {"refused", refused}, {"initial", initial}, {"days_per_year", days_per_year}, {"days", days}, {"equity", equity}, {"trades", std::move(list)}};
}

std::optional<Trial> Trial::from_json(const std::string& line) {
  const Json j = Json::parse(line, nullptr, false);
  const auto is = [&](const char* key, bool (Json::*kind)() const noexcept) { return j.contains(key) && (j[key].*kind)(); };
  if (!j.is_object() || !is("trial", &Json::is_number_unsigned) || !is("values", &Json::is_array) || !is("refused", &Json::is_string) ||
      !is("initial", &Json::is_number) || !is("days_per_year", &Json::is_number) || !is("days", &Json::is_array) || !is("equity", &Json::is_array) || !is("trades", &Json::is_array))
    return std::nullopt;
  Trial t;
  t.index = j["trial"].get<std::uint64_t>();
  t.refused = j["refused"].get<std::string>();
  t.initial = j["initial"].get<double>();
  t.days_per_year = j["days_per_year"].get<double>();
  for (const Json& v : j["values"]) if (v.is_number()) t.values.push_back(v.get<double>());
  for (const Json& v : j["days"]) if (v.is_number_integer()) t.days.push_back(v.get<std::int64_t>());
  for (const Json& v : j["equity"]) if (v.is_number()) t.equity.push_back(v.get<double>());
  for (const Json& v : j["trades"]) {
    if (!v.is_array() || v.size() != 3 || !v[0].is_number_unsigned() || !v[1].is_number() || !v[2].is_number()) return std::nullopt;
    t.trades.push_back({v[0].get<std::size_t>(), v[1].get<double>(), v[2].get<double>()});
    if (t.trades.back().day >= t.days.size()) return std::nullopt;
  }
  if (t.days.size() != t.equity.size()) return std::nullopt;
  return t;
}

Trial trial_of(const Rerun& run, StrategyId strategy) {
  Trial t;
  t.initial = run.report["capital"]["initial"].get<double>();
  t.days_per_year = run.days_per_year;
  std::map<std::int64_t, double> equity;
  for (const Json& e : run.report["equity"])
    if (const auto ts = parse_time(e[0].get<std::string>())) equity[utc_day(*ts)] = e[1].get<double>();
  double last = t.initial;
  for (const std::int64_t day : run.market_days) {
    const auto at = equity.find(day);
    if (at != equity.end()) last = at->second;
    t.days.push_back(day);
    t.equity.push_back(last);
  }
  for (const Deal& d : run.deals) {
    if (!d.traded || d.signal.strategy != strategy || t.days.empty()) continue;
    // (from, to]: what happens at midnight belongs to the day before; a close on a day without bars counts on the next market day.
    const auto day = std::lower_bound(t.days.begin(), t.days.end(), utc_day(d.trade.exit_ts - 1));
    const auto index = static_cast<std::size_t>(day == t.days.end() ? t.days.size() - 1 : static_cast<std::size_t>(day - t.days.begin()));
    t.trades.push_back({index, money_to_double(d.trade.net_pnl), d.trade.r_multiple});
  }
  std::stable_sort(t.trades.begin(), t.trades.end(), [](const TrialTrade& a, const TrialTrade& b) { return a.day < b.day; });
  return t;
}

}  // namespace omega::replay
