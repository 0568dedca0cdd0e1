#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "replay/report.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f} %", v.get<double>() * 100); }
std::string decimal(const Json& v, int digits = 2) { return v.is_null() ? "n/a" : fmt::format("{:.{}f}", v.get<double>(), digits); }
std::string money(const Json& v, const std::string& currency) {
  return v.is_null() ? "n/a" : fmt::format("{:.2f} {}", v.get<double>(), currency);
}
std::string text(const Json& v) { return v.is_null() ? "n/a" : v.get<std::string>(); }

struct Lines {
  std::string all;
  void line(const std::string& label, const std::string& value) { all += fmt::format("  {:<22} {}\n", label, value); }
  void title(const std::string& name) { all += "\n" + name + "\n"; }
};

std::string notes_of(const Json& header) {
  std::string all;
  for (const Json& note : header["notes"]) all += (all.empty() ? "" : " ") + note.get<std::string>();
  return all.empty() ? "none" : all;
}

void head(Lines& out, const Json& r) {
  const Json &header = r["header"], &run = r["run"], &period = r["period"];
  out.all += fmt::format("omega {} {}: {}\n", r["mode"].get<std::string>(), r["profile"].get<std::string>(),
                         header["feed"].get<std::string>());
  out.line("notes", notes_of(header));
  for (const Json& i : header["instruments"]) {
    std::string about = "prices " + i["price_basis"].get<std::string>() + ", volume " + i["volume_kind"].get<std::string>();
    if (!i["modelled_spread_pips"].is_null()) about += ", modelled spread " + decimal(i["modelled_spread_pips"]) + " pips";
    about += ", flow " + i["flow_source"].get<std::string>();
    if (!i["tradable"].get<bool>()) about += ", data only";
    out.line(i["symbol"].get<std::string>(), about);
  }
  out.line("period", fmt::format("{} to {} ({} days)", text(period["from"]), text(period["to"]), period["days"].get<std::int64_t>()));
  out.line("events", fmt::format("{} in {:.2f} s, {} events/s, layout {}", run["events"].get<std::uint64_t>(),
                                 run["wall_seconds"].get<double>(),
                                 run["events_per_second"].is_null() ? "n/a" : fmt::format("{:.0f}", run["events_per_second"].get<double>()),
                                 run["layout"].get<std::string>()));
  if (const auto threads = run["threads"].get<std::string>(); !threads.empty()) out.line("threads", threads);
  for (const Json& note : run["layout_notes"]) out.line("", note.get<std::string>());
  if (const auto late = run["late_periods"].get<std::uint64_t>(); late > 0)
    out.line("late data", fmt::format("{} times, up to {} ms; new orders were refused meanwhile", late, decimal(run["late_max_ms"], 0)));
  std::string durability = run["durability"].get<std::string>();
  if (const Json& w = run["order_wait"]; !w.is_null()) {
    durability += fmt::format("; {} orders waited for {} syncs: p50 {}, p99 {}, max {} ms (one sync p50 {} ms)",
                              w["orders"].get<std::uint64_t>(), w["syncs"].get<std::uint64_t>(), decimal(w["p50_ms"], 3),
                              decimal(w["p99_ms"], 3), decimal(w["max_ms"], 3), decimal(w["sync_p50_ms"], 3));
  }
  out.line("durability", durability);
  if (const Json& resume = run["resume"]; !resume.is_null()) {
    const auto from = resume["snapshot_seq"].get<std::uint64_t>();
    out.line("resumed", fmt::format("behind {} recorded inputs, state from {}", resume["recorded_inputs"].get<std::uint64_t>(),
                                    from == 0 ? std::string("the start") : fmt::format("the snapshot at seq {}", from)));
    out.line("", fmt::format("appended {} inputs and {} derived events; cut {} bytes of torn tails "
                             "and {} derived events", resume["appended_inputs"].get<std::uint64_t>(), resume["appended_derived"].get<std::uint64_t>(),
                                    resume["bytes_cut"].get<std::uint64_t>(), resume["derived_events_cut"].get<std::uint64_t>()));
  }
  if (const Json& resume = run["resume"]; !resume.is_null()) {
    for (const Json& why : resume["snapshots_ignored"]) out.line("snapshot ignored", why.get<std::string>());
  }
  if (header["stopped_by_user"].get<bool>()) out.line("stopped", "by the user, before the feed ended");
}

void performance(Lines& out, const Json& r) {
  const Json &s = r["statistics"], &c = r["capital"];
  const std::string currency = c["currency"].get<std::string>();
  out.title("Result");
  out.line("capital", fmt::format("{} -> {}, peak {}, open {} in {} positions", money(c["initial"], currency),
                                  money(c["final"], currency), money(c["peak"], currency), money(c["open_pnl"], currency),
                                  c["open_positions"].get<unsigned>()));
  out.line("net P&L", fmt::format("{} (commission {}, slippage {})", money(s["total_pnl"], currency),
                                  money(s["commission"], currency), money(s["slippage"], currency)));
  out.line("trades", fmt::format("{}: {} wins, {} losses, {} scratches; {} per market day", s["trades"].get<std::uint64_t>(),
                                 s["wins"].get<std::uint64_t>(), s["losses"].get<std::uint64_t>(),
                                 s["scratches"].get<std::uint64_t>(), decimal(s["trades_per_day"])));
  std::string win = percent(s["win_rate"]);
  if (!s["win_rate_95"].is_null()) win += fmt::format(" (95 %: {} to {})", percent(s["win_rate_95"][0]), percent(s["win_rate_95"][1]));
  out.line("win rate", win);
  out.line("profit factor", s["profit_factor_infinite"].get<bool>() ? "inf" : decimal(s["profit_factor"]));
  std::string expectancy = "n/a";
  if (!s["expectancy"].is_null()) expectancy = decimal(s["expectancy_r"], 3) + " R, " + money(s["expectancy"], currency) + " per trade";
  if (!s["expectancy_r_95"].is_null()) {
    expectancy += fmt::format(" (95 %: {} to {} R)", decimal(s["expectancy_r_95"][0], 3), decimal(s["expectancy_r_95"][1], 3));
  }
  out.line("expectancy", expectancy);
  out.line("reward : risk", fmt::format("{} planned, {} realised", decimal(s["reward_risk_avg"]), decimal(s["payoff_ratio"])));
  out.line("max drawdown", fmt::format("{}, {} days below the peak", percent(s["max_drawdown"]), decimal(s["max_drawdown_duration_days"])));
  out.line("daily volatility", percent(s["daily_pnl_volatility"]));
  out.line("ratios", fmt::format("Sharpe {}, Sortino {}, Calmar {}", decimal(s["sharpe"]), decimal(s["sortino"]), decimal(s["calmar"])));
  out.line("signals", fmt::format("{} -> {} orders -> {} filled; execution rate {} (raw {})", s["signals"].get<std::uint64_t>(),
                                  s["orders"].get<std::uint64_t>(), s["filled"].get<std::uint64_t>(),
                                  percent(s["execution_rate"]), percent(s["execution_rate_raw"])));
}

void strategies(Lines& out, const Json& r) {
  out.title("Strategies");
  out.all += fmt::format("  {:<4} {:<34} {:>8} {:>7} {:>9} {:>12} {:>8}  {}\n", "id", "name", "signals", "trades", "win rate",
                         "net P&L", "exp. R", "state");
  for (const Json& s : r["strategies"]) {
    out.all += fmt::format("  {:<4} {:<34} {:>8} {:>7} {:>9} {:>12} {:>8}  {}\n", s["id"].get<std::string>(),
                           s["name"].get<std::string>(), s["signals"].get<std::uint64_t>(), s["trades"].get<std::uint64_t>(),
                           percent(s["win_rate"]), decimal(s["total_pnl"]), decimal(s["expectancy_r"], 3),
                           s["disabled_reason"].is_null() ? "ENABLED" : "DISABLED: " + s["disabled_reason"].get<std::string>());
  }
}

void reasons(Lines& out, const Json& r) {
  const Json& section = r["reasons"];
  if (section["signals"].get<std::uint64_t>() == 0) return;
  out.title(fmt::format("How the {} signals ended ({})", section["signals"].get<std::uint64_t>(),
                        section["reconciled"].get<bool>() ? "counts reconcile" : "COUNTS DO NOT RECONCILE"));
  for (const auto& [name, codes] : section["strategies"].items()) {
    std::string all;
    for (const auto& [code, n] : codes.items()) all += fmt::format("{}{} {}", all.empty() ? "" : ", ", code, n.get<std::uint64_t>());
    out.all += fmt::format("  {:<34} {}\n", name, all);
  }
}

void funnels(Lines& out, const Json& r) {
  if (r["funnel"].empty()) return;
  out.title("Where evaluations end (how many passed each condition, in order)");
  for (const auto& [name, steps] : r["funnel"].items()) {
    std::string all;
    for (const Json& step : steps) {
      all += fmt::format("{}{} {}", all.empty() ? "" : " > ", step["step"].get<std::string>(), step["count"].get<std::uint64_t>());
    }
    out.all += fmt::format("  {:<34} {}\n", name, all);
  }
}

void killswitch(Lines& out, const Json& r) {
  const Json& k = r["killswitch"];
  out.title("Kill switch");
  const auto one = [&](const std::string& label, const Json& layer) {
    out.all += fmt::format("  {:<30} {:<8} {} activations, {} signals blocked\n", label, layer["status"].get<std::string>(),
                           layer["activations"].get<std::uint64_t>(), layer["blocked"].get<std::uint64_t>());
  };
  out.all += fmt::format("  {:<30} {}\n", "emergency stop", k["emergency_stop"].get<bool>() ? "YES" : "no");
  for (const Json& layer : k["layers"]) {
    one(fmt::format("L{} {}", layer["layer"].get<int>(), layer["name"].get<std::string>()), layer);
  }
  one("statistical breaker", k["statistical_breaker"]);
}

void quality(Lines& out, const Json& r) {
  out.title("Inputs");
  for (const Json& q : r["quality"]) {
    out.line(q["symbol"].get<std::string>(), fmt::format("{} bars, {} quarantined, {} gaps over 2 h, {} without volume",
             q["bars"].get<std::uint64_t>(), q["quarantined"].get<std::uint64_t>(), q["gaps"].get<std::uint64_t>(),
             q["without_volume"].get<std::uint64_t>()));
    const auto count = [&q](const char* key) { return q[key].get<std::uint64_t>(); };
    if (count("quotes") + count("trades") + count("book_events") == 0) continue;
    out.line("", fmt::format("{} quotes, {} trades, {} book events, {} of these quarantined", count("quotes"), count("trades"),
                             count("book_events"), count("ticks_quarantined")));
  }
}

}  // namespace

std::string latency_text(const Json& rows) {
  const auto us = [](const Json& ns) { return fmt::format("{:.2f}", ns.get<double>() / 1000); };
  std::string text = "Latency (us of wall time; a stage counts from the end of the one before it)\n";
  text += fmt::format("  {:<22} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "", "events", "p50", "p99", "p99.9", "max");
  for (const Json& row : rows) {
    text += fmt::format("  {:<22} {:>10} {:>10} {:>10} {:>10} {:>10}\n", row["stage"].get<std::string>(), row["count"].get<std::uint64_t>(),
                        us(row["p50_ns"]), us(row["p99_ns"]), us(row["p999_ns"]), us(row["max_ns"]));
  }
  return text;
}

std::string report_text(const Json& report) {
  Lines out;
  head(out, report);
  out.all += "\n" + latency_text(report["run"]["latency"]);
  performance(out, report);
  strategies(out, report);
  reasons(out, report);
  funnels(out, report);
  killswitch(out, report);
  quality(out, report);
  out.title("Journal");
  out.line("path", report["journal"]["path"].get<std::string>());
  out.line("inputs digest", report["journal"]["inputs_digest"].get<std::string>());
  out.line("derived digest", report["journal"]["derived_digest"].get<std::string>());
  if (const auto dropped = report.find("log_lines_dropped"); dropped != report.end()) out.line("log lines dropped", dropped->dump());
  return out.all;
}

}  // namespace omega::replay
