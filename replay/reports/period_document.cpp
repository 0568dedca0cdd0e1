#include "replay/reports/period_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRolling_days = 60;

std::string money(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f}", v.get<double>()); }
std::string percent(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f} %", v.get<double>() * 100); }
std::string decimal(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f}", v.get<double>()); }
std::string whole(const Json& v) { return v.is_null() ? "n/a" : v.dump(); }
std::string interval(const Json& v) { return v.is_null() ? "n/a" : percent(v[0]) + " to " + percent(v[1]); }

bool is_share(const std::string& key) {
  static constexpr std::array<const char*, 7> kShares{"win_rate", "max_drawdown", "daily_pnl_volatility", "execution_rate",
                                                      "execution_rate_raw", "return", "daily_loss"};
  return std::find(kShares.begin(), kShares.end(), key) != kShares.end();
}
std::string value_of(const std::string& key, const Json& v) {
  if (v.is_array()) return interval(v);
  if (v.is_number_integer()) return whole(v);
  return is_share(key) ? percent(v) : decimal(v);
}

Table statistics_table(const Json& statistics) {
  Table t{{"figure", "value"}, {}};
  for (const auto& [key, v] : statistics.items()) t.rows.push_back({key, value_of(key, v)});
  return t;
}

Table targets_table(const Json& targets) {
  Table t{{"metric", "value", "target", "acceptable", "grade"}, {}};
  for (const Json& r : targets) {
    t.rows.push_back({r["metric"], value_of(r["key"], r["value"]), r["target"], r["acceptable"], r["grade"]});
  }
  return t;
}

Table attribution_table(const Json& rows, const char* key) {
  Table t{{"rank", key, "signals", "filled", "trades", "win rate", "95 %", "net P&L", "expectancy R", "reward : risk"}, {}};
  for (const Json& r : rows) {
    t.rows.push_back({whole(r["rank"]), r[key], whole(r["signals"]), whole(r["filled"]), whole(r["trades"]), percent(r["win_rate"]),
                      interval(r["win_rate_95"]), money(r["total_pnl"]), decimal(r["expectancy_r"]), decimal(r["reward_risk_avg"])});
  }
  return t;
}

Table trades_table(const Json& trades) {
  Table t{{"closed", "symbol", "strategy", "side", "lots", "entry", "exit", "by", "P&L", "R", "order"}, {}};
  for (const Json& r : trades) {
    t.rows.push_back({r["exit_time"].get<std::string>().substr(0, 19), r["symbol"], r["strategy"], r["side"], decimal(r["quantity"]), r["entry_price"].dump(),
                      r["exit_price"].dump(), r["exit_reason"], money(r["pnl"]), decimal(r["r_multiple"]), whole(r["order_id"])});
  }
  return t;
}

/// Daily closes: dates, equity, how far below the peak so far, and returns.
struct Curve {
  std::vector<std::string> labels{"start"};
  std::vector<double> equity, drawdown{0}, returns;

  Curve(double start, const Json& closes) : equity{start} {
    double peak = start;
    for (const Json& e : closes) {
      labels.push_back(e[0]);
      returns.push_back((e[1].get<double>() - equity.back()) / equity.back());
      equity.push_back(e[1].get<double>());
      peak = std::max(peak, equity.back());
      drawdown.push_back((equity.back() - peak) / peak * 100);
    }
  }
};

void rolling_sharpe_chart(Document& d, const Curve& c, double days_per_year) {
  if (c.returns.size() <= kRolling_days) return;
  std::vector<std::string> at;
  std::vector<double> sharpe;
  for (std::size_t end = kRolling_days; end <= c.returns.size(); ++end) {
    double mean = 0, squares = 0;
    for (std::size_t i = end - kRolling_days; i < end; ++i) mean += c.returns[i] / static_cast<double>(kRolling_days);
    for (std::size_t i = end - kRolling_days; i < end; ++i) squares += (c.returns[i] - mean) * (c.returns[i] - mean);
    const double sd = std::sqrt(squares / static_cast<double>(kRolling_days - 1));
    at.push_back(c.labels[end]);
    sharpe.push_back(sd > 0 ? mean / sd * std::sqrt(days_per_year) : std::numeric_limits<double>::quiet_NaN());
  }
  d.blocks.push_back(make_chart(fmt::format("Rolling Sharpe ratio over {} market days", kRolling_days), "line", at, {{"Sharpe", sharpe}}));
}

/// Equity by day and how far it lies below its peak; `of` says of what.
void equity_charts(Document& d, const Curve& c, const std::string& of, double days_per_year) {
  if (c.equity.size() < 3) return;
  d.blocks.push_back(make_chart("Equity at the end of each market day" + of, "line", c.labels, {{"equity", c.equity}}));
  d.blocks.push_back(make_chart("Below the peak of daily closes, %" + of, "line", c.labels, {{"drawdown", c.drawdown}}));
  rolling_sharpe_chart(d, c, days_per_year);
}

/// Years down, months across; the deepest colour is the largest move.
void heat_map(Document& d, const Json& years) {
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  double largest = 0;
  for (const Json& y : years)
    for (const Json& m : y["months"]) largest = std::max(largest, m.is_null() ? 0.0 : std::fabs(m.get<double>()));
  Table t{{"year"}, {}};
  t.head.insert(t.head.end(), kMonths.begin(), kMonths.end());
  t.head.push_back("year");
  for (const Json& y : years) {
    std::vector<std::string> row{y["year"]};
    std::vector<double> heat{0};
    for (const Json& m : y["months"]) {
      row.push_back(m.is_null() ? "" : percent(m));
      heat.push_back(m.is_null() || largest == 0 ? 0 : m.get<double>() / largest);
    }
    row.push_back(percent(y["total"]));
    t.rows.push_back(std::move(row));
    t.heat.push_back(std::move(heat));
  }
  d.blocks.push_back(Heading{"Return by month"});
  d.blocks.push_back(std::move(t));
}

/// How many trades ended in each half R.
void distribution_chart(Document& d, const Json& trades) {
  if (trades.size() < 2) return;
  std::map<int, double> bins;
  for (const Json& t : trades) bins[static_cast<int>(std::floor(std::clamp(t["r_multiple"].get<double>(), -5.0, 10.0) * 2))] += 1;
  std::vector<std::string> labels;
  std::vector<double> counts;
  for (int bin = bins.begin()->first; bin <= bins.rbegin()->first; ++bin) {
    labels.push_back(fmt::format("{:.1f}", bin / 2.0));
    counts.push_back(bins.contains(bin) ? bins[bin] : 0);
  }
  d.blocks.push_back(make_chart("Trades by result, R from the label up to the next", "bar", labels, {{"trades", counts}}));
}

void attribution_chart(Document& d, const Json& rows, const char* key) {
  std::vector<std::string> labels;
  std::vector<double> pnl;
  for (const Json& r : rows) {
    labels.push_back(r[key]);
    pnl.push_back(r["total_pnl"].get<double>());
  }
  if (!labels.empty()) d.blocks.push_back(make_chart(std::string("Net P&L by ") + key, "bar", labels, {{"net P&L", pnl}}));
}

void history(Document& d, const Json& rows) {
  d.blocks.push_back(Heading{"Beside the other periods"});
  Table t{{"period", "net P&L", "return", "trades", "wins", "losses", "max drawdown", "execution rate", "kill-switch trips"}, {}};
  std::vector<std::string> labels;
  std::vector<double> returns;
  for (const Json& r : rows) {
    t.rows.push_back({r["name"], money(r["total_pnl"]), percent(r["return"]), whole(r["trades"]), whole(r["wins"]), whole(r["losses"]),
                      percent(r["max_drawdown"]), percent(r["execution_rate"]), whole(r["trips"])});
    labels.push_back(r["name"]);
    returns.push_back(r["return"].is_null() ? 0 : r["return"].get<double>() * 100);
  }
  d.blocks.push_back(std::move(t));
  d.blocks.push_back(make_chart("Return of each period, %", "bar", labels, {{"return", returns}}));
}

void comparison(Document& d, const Json& r) {
  Table t{{"figure", r["first"]["period"]["name"], r["second"]["period"]["name"], "change"}, {}};
  for (const Json& c : r["changes"]) {
    t.rows.push_back({c["key"], value_of(c["key"], c["first"]), value_of(c["key"], c["second"]), value_of(c["key"], c["change"])});
  }
  d.blocks.push_back(std::move(t));
  d.blocks.push_back(Heading{"By strategy"});
  Table s{{"strategy", "first", "second", "change"}, {}};
  for (const Json& c : r["strategy_changes"]) s.rows.push_back({c["strategy"], money(c["first"]), money(c["second"]), money(c["change"])});
  d.blocks.push_back(std::move(s));
}

void flags(Document& d, const Json& list) {
  d.blocks.push_back(Heading{"Red flags"});
  Lines lines;
  for (const Json& f : list) lines.items.push_back(f);
  if (lines.items.empty()) lines.items.push_back("none");
  d.blocks.push_back(std::move(lines));
}

void one_period(Document& d, const Json& r) {
  flags(d, r["red_flags"]);
  d.blocks.push_back(Heading{"Against the benchmarks"});
  d.blocks.push_back(targets_table(r["targets"]));
  d.blocks.push_back(Heading{"Result"});
  d.blocks.push_back(statistics_table(r["statistics"]));
  const double year = r["conventions"]["annualisation_days"].get<double>();
  equity_charts(d, Curve(r["statistics"]["start_equity"].get<double>(), r["equity"]), "", year);
  if (r.contains("heat_map")) heat_map(d, r["heat_map"]);
  if (r.contains("curve")) equity_charts(d, Curve(r["curve"]["start_equity"].get<double>(), r["curve"]["equity"]), ", from the journal's start", year);
  d.blocks.push_back(Heading{"Strategies"});
  d.blocks.push_back(attribution_table(r["strategies"], "strategy"));
  attribution_chart(d, r["strategies"], "strategy");
  d.blocks.push_back(Heading{"Symbols"});
  d.blocks.push_back(attribution_table(r["symbols"], "symbol"));
  d.blocks.push_back(Heading{"Kill switch"});
  Table k{{"layer", "name", "activations", "signals blocked"}, {}};
  for (const Json& l : r["killswitch"]) k.rows.push_back({whole(l["layer"]), l["name"], whole(l["activations"]), whole(l["blocked"])});
  d.blocks.push_back(std::move(k));
  if (r.contains("history")) history(d, r["history"]);
  d.blocks.push_back(Heading{"Trades"});
  distribution_chart(d, r["trades"]);
  d.blocks.push_back(trades_table(r["trades"]));
}

}  // namespace

Document period_document(const Json& r) {
  const std::string kind = r["kind"];
  Document d{fmt::format("Omega {} report: {}", kind, r["title"].get<std::string>()), {}};
  Lines head;
  head.items.push_back(fmt::format("journal {}, profile {}, {}, amounts in {}", r["journal"].get<std::string>(), r["profile"].get<std::string>(),
                                   r["mode"].get<std::string>(), r["currency"].get<std::string>()));
  if (r.contains("notes") && !r["notes"].empty()) head.items.push_back("data: " + r["notes"].get<std::string>());
  if (r.contains("week_target")) {
    head.items.push_back(fmt::format("weekly target {} ({}), weekly stop {} ({})", money(r["week_target"]["target_pnl"]),
                                     r["week_target"]["met"].get<bool>() ? "met" : "not met", money(r["week_target"]["max_loss"]),
                                     r["week_target"]["stop_reached"].get<bool>() ? "REACHED" : "not reached"));
  }
  d.blocks.push_back(std::move(head));
  if (kind == "compare") comparison(d, r);
  else one_period(d, r);
  d.blocks.push_back(Heading{"Conventions"});
  Lines c;
  for (const auto& [key, v] : r["conventions"].items()) c.items.push_back(key + ": " + (v.is_string() ? v.get<std::string>() : v.dump()));
  d.blocks.push_back(std::move(c));
  return d;
}

}  // namespace omega::replay
