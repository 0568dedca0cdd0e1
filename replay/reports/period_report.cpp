#include "replay/reports/period_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/report_time.hpp"
#include "replay/reports/period.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kWeekTarget = 0.02, kWeekStop = 0.05;  // of the equity at the start of the week

Result<Period> choose(const Book& b, const std::string& which, Period (*kind)(std::int64_t)) {
  const std::vector<Period> all = periods_of(b, kind);
  if (all.empty()) return Error{ErrorKind::kData, b.journal + ": the journal has no market day, so there is nothing to report"};
  int back = 0;
  const auto [rest, error] = std::from_chars(which.data(), which.data() + which.size(), back);
  if (error == std::errc{} && rest == which.data() + which.size() && back < 0) {
    const auto n = static_cast<std::size_t>(-back);
    if (n <= all.size()) return all[all.size() - n];
    return Error{ErrorKind::kUsage, fmt::format("report: expected -1 to -{}, got {}", all.size(), which)};
  }
  for (const Period& p : all) {
    if (p.name == which) return p;
  }
  if (const auto ts = parse_time(which)) {
    const Period p = kind(utc_day(*ts));
    for (const Period& known : all) {
      if (known.name == p.name) return known;
    }
  }
  return Error{ErrorKind::kUsage, fmt::format("report: expected a period with market days, {} to {}, or -1 for the last, got '{}'", all.front().name,
                                              all.back().name, which)};
}

std::string notes_of(const EngineConfig& config) {
  bool simulated = false, proxy = false, modelled = false;
  for (const InstrumentConfig& i : config.instruments) {
    if (!i.active) continue;
    simulated |= i.simulated;
    proxy |= i.volume_kind == VolumeKind::kProxyRange;
    modelled |= i.basis != PriceBasis::kBidAsk;
  }
  return std::string(simulated ? "SIMULATED " : "") + (proxy ? "PROXY_RANGE " : "") + (modelled ? "MODELLED_SPREAD " : "") +
         (config.news_calendar ? "" : "NEWS_FILTER_OFF");
}

Json head(const Book& b, const char* kind, const std::string& title) {
  return {{"schema", "omega.period-report/1"}, {"kind", kind}, {"title", title}, {"journal", b.journal}, {"profile", b.config.profile},
          {"mode", b.config.mode}, {"currency", b.config.account_currency}, {"notes", notes_of(b.config)}, {"conventions", conventions(b)}};
}

Json report_of(const Book& b, const char* kind, const Period& p) {
  Json doc = head(b, kind, p.name);
  doc.update(period_json(b, p));
  return doc;
}

/// One line for each period of the kind, the reported one included.
Json history_of(const Book& b, Period (*kind)(std::int64_t)) {
  Json rows = Json::array();
  for (const Period& p : periods_of(b, kind)) {
    const Json one = period_json(b, p);
    const Json& s = one["statistics"];
    int trips = 0;
    for (const Json& layer : one["killswitch"]) trips += layer["activations"].get<int>();
    rows.push_back({{"name", p.name}, {"total_pnl", s["total_pnl"]}, {"return", s["return"]}, {"trades", s["trades"]}, {"wins", s["wins"]},
                    {"losses", s["losses"]}, {"win_rate", s["win_rate"]}, {"max_drawdown", s["max_drawdown"]}, {"execution_rate", s["execution_rate"]},
                    {"trips", trips}});
  }
  return rows;
}

/// Returns by year and month, null where the journal has no market day: [{"year", "months": [12], "total"}].
Json heat_map_of(const Json& months) {
  std::map<std::string, Json> years;
  for (const Json& m : months) {
    const std::string name = m["name"].get<std::string>();  // YYYY-MM
    Json& row = years.try_emplace(name.substr(0, 4), Json::array({nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr})).first->second;
    row[static_cast<std::size_t>(std::stoi(name.substr(5, 2)) - 1)] = m["return"];
  }
  Json list = Json::array();
  for (const auto& [year, row] : years) {
    double growth = 1;
    for (const Json& r : row) growth *= r.is_null() ? 1 : 1 + r.get<double>();
    list.push_back({{"year", year}, {"months", row}, {"total", growth - 1}});
  }
  return list;
}

/// Equity at the end of every market day up to the period's end: what rolling figures need more of than one month.
Json curve_of(const Book& b, const Period& p) {
  const Json one = period_json(b, {"to the end of " + p.name, whole(b).from, p.to});
  return {{"start_equity", one["statistics"]["start_equity"]}, {"equity", one["equity"]}};
}

Json change(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return nullptr;
  if (a.is_number_integer() && b.is_number_integer()) return b.get<std::int64_t>() - a.get<std::int64_t>();
  return b.get<double>() - a.get<double>();
}

}  // namespace

Result<Json> daily_report(const Book& b, const std::string& which) {
  const auto p = choose(b, which, &day_period);
  if (!p) return p.error();
  return report_of(b, "daily", p.value());
}

Result<Json> weekly_report(const Book& b, const std::string& which) {
  const auto p = choose(b, which, &week_period);
  if (!p) return p.error();
  Json doc = report_of(b, "weekly", p.value());
  const double start = doc["statistics"]["start_equity"].get<double>(), change_ = doc["statistics"]["end_equity"].get<double>() - start;
  doc["week_target"] = {{"target_pnl", start * kWeekTarget}, {"met", change_ >= start * kWeekTarget}, {"max_loss", start * kWeekStop},
                        {"stop_reached", -change_ >= start * kWeekStop}};
  doc["history"] = history_of(b, &week_period);
  return doc;
}

Result<Json> monthly_report(const Book& b, const std::string& which) {
  const auto p = choose(b, which, &month_period);
  if (!p) return p.error();
  Json doc = report_of(b, "monthly", p.value());
  doc["history"] = history_of(b, &month_period);
  doc["heat_map"] = heat_map_of(doc["history"]);
  doc["curve"] = curve_of(b, p.value());
  return doc;
}

Json strategies_report(const Book& b) { return report_of(b, "strategies", whole(b)); }

Result<Json> compare_report(const Book& b, const std::string& first, const std::string& second) {
  const auto one = choose(b, first, &week_period), two = choose(b, second, &week_period);
  if (!one) return one.error();
  if (!two) return two.error();
  Json doc = head(b, "compare", one.value().name + " and " + two.value().name);
  doc["first"] = period_json(b, one.value());
  doc["second"] = period_json(b, two.value());
  Json changes = Json::array(), strategies = Json::array();
  for (const auto& [key, v] : doc["first"]["statistics"].items()) {
    const Json& other = doc["second"]["statistics"][key];
    changes.push_back({{"key", key}, {"first", v}, {"second", other}, {"change", change(v, other)}});
  }
  std::map<std::string, std::pair<double, double>> pnl;
  for (const Json& s : doc["first"]["strategies"]) pnl[s["strategy"]].first = s["total_pnl"].get<double>();
  for (const Json& s : doc["second"]["strategies"]) pnl[s["strategy"]].second = s["total_pnl"].get<double>();
  for (const auto& [name, p] : pnl) strategies.push_back({{"strategy", name}, {"first", p.first}, {"second", p.second}, {"change", p.second - p.first}});
  doc["changes"] = std::move(changes);
  doc["strategy_changes"] = std::move(strategies);
  return doc;
}

}  // namespace omega::replay
