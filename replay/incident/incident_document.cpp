#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "replay/incident/incident.hpp"
#include "replay/report_time.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

std::string cell(const Json& v) {
  if (v.is_null()) return "n/a";
  if (v.is_string()) return v.get<std::string>();
  if (v.is_number_float()) return fmt::format("{:.6g}", v.get<double>());
  return v.dump();
}
std::string money(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f}", v.get<double>()); }
std::string percent(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f} %", v.get<double>() * 100); }

std::string relation(const Json& figure) {
  if (!figure.contains("must_be")) return figure["name"].get<std::string>() + " " + cell(figure["value"]);
  return fmt::format("{} {} {} {}{}", cell(figure["name"]), cell(figure["value"]), cell(figure["must_be"]), cell(figure["limit"]),
                     figure["holds"].get<bool>() ? "" : " **no**");
}

class Page {
 public:
  explicit Page(const Json& doc) : currency_(doc["currency"].get<std::string>()) { d_.title = "Incident: " + cell(doc["question"]["text"]); }

  void head(const Json& doc) {
    put(Paragraph{fmt::format("Journal {}, profile {}, {}. At {}, input {}.", cell(doc["journal"]), cell(doc["profile"]), cell(doc["mode"]),
                              cell(doc["question"]["ts"]), cell(doc["question"]["seq"]))});
    const Json& r = doc["rederived"];
    put(Paragraph{fmt::format("Re-derived by replay from {} inputs: {} decisions (records of signals, risk, orders), {} mismatches with the journal in any lane. "
                              "Contradictions between verdicts and their figures: {}.",
                              cell(r["inputs"]), cell(r["decisions"]), cell(r["mismatches"]), cell(doc["contradictions"]))});
    Lines mismatches;
    for (const Json& m : r["first_mismatches"])
      mismatches.items.push_back(fmt::format("**mismatch**, lane {}, seq {}: recorded {}; derived {}", cell(m["lane"]), cell(m["seq"]), m["recorded"].dump(), m["derived"].dump()));
    if (!mismatches.items.empty()) put(std::move(mismatches));
    if (!doc["trip"].is_null()) {
      put(Paragraph{"Trip:"});
      put(Code{doc["trip"].dump()});
    }
  }

  /// What the runbook's template asks for and the journal knows.
  void impact(const Json& doc) {
    const Json& before = doc["before"];
    const Json& after = doc["after"].is_null() ? before : doc["after"];
    if (after.is_null()) return;
    std::map<std::string, int> acts;
    for (const Json& e : doc["timeline"]) {
      const std::string type = cell(e["type"]);
      if (type == "kill_switch_event" || type == "control") ++acts[type + " " + cell(e.contains("action") ? e["action"] : e.value("code", Json("")))];
      if (type == "order_command") ++acts["order_command " + cell(e["action"])];
    }
    put(Heading{"Actions taken"});
    Lines lines;
    for (const auto& [act, n] : acts) lines.items.push_back(fmt::format("{}: {}", act, n));
    if (lines.items.empty()) lines.items.push_back("none");
    put(std::move(lines));
    put(Heading{"Impact"});
    put(Lines{{fmt::format("P&L since the day's start: {:.2f} {}", after["equity"].get<double>() - after["day_start_equity"].get<double>(), currency_),
               fmt::format("equity {} {}, drawdown {}", money(after["equity"]), currency_, percent(after["drawdown"])),
               fmt::format("positions open: {}", after["positions"].size())}});
  }

  void account(const char* title, const Json& a) {
    if (a.is_null()) return;
    put(Heading{title, 3});
    put(Paragraph{fmt::format("Equity {} {} (day start {}, peak {}), daily loss {}, drawdown {}, emergency stop {}.", money(a["equity"]), currency_,
                              money(a["day_start_equity"]), money(a["peak_equity"]), percent(a["daily_loss"]), percent(a["drawdown"]),
                              a["emergency_stop"].get<bool>() ? "ON" : "off")});
    Lines lines;
    for (const Json& l : a["layers"])
      if (l["status"] != "ACTIVE") lines.items.push_back(fmt::format("layer {} {}: {}", cell(l["layer"]), cell(l["name"]), cell(l["status"])));
    for (const Json& p : a["positions"])
      lines.items.push_back(fmt::format("{} {} {} lots at {}, stop {} ({}, order {})", cell(p["symbol"]), cell(p["side"]), cell(p["lots"]), cell(p["entry"]),
                                        cell(p["stop"]), cell(p["strategy"]), cell(p["order_id"])));
    if (!lines.items.empty()) put(std::move(lines));
  }

  void conditions(const Json& c) {
    if (c.is_null()) return;
    put(Paragraph{fmt::format("Conditions of {} on {}: {}{}.", cell(c["strategy"]), cell(c["symbol"]), cell(c["verdict"]), c["at"].is_null() ? "" : " stopped at " + cell(c["at"]))});
    Table t{{"condition", "evaluated", "passed", "value", "threshold", "by"}, {}};
    for (const Json& s : c["steps"]) {
      const bool looked = s.contains("held"), figures = looked && !s["relation"].is_null();
      t.rows.push_back({cell(s["condition"]), cell(s["reached"]), cell(s["passed"]), figures ? cell(s["value"]) : !looked ? "" : s["held"].get<bool>() ? "yes" : "no",
                        figures ? cell(s["relation"]) + " " + cell(s["threshold"]) : "",
                        !figures || s["margin"].is_null() ? "" : (s["held"].get<bool>() ? "passed by " : "failed by ") + cell(Json(std::fabs(s["margin"].get<double>())))});
    }
    put(std::move(t));
    std::string missing;
    for (const Json& m : c["missing"]) missing += (missing.empty() ? "Not ready: " : ", ") + cell(m);
    if (!missing.empty()) put(Paragraph{std::move(missing)});
    list("It saw: ", c["inputs"], "feature");
    list("Its thresholds: ", c["parameters"], "name");
  }

  void order(const Json& o) {
    put(Heading{fmt::format("Order {}: {} {} by {}", cell(o["order_id"]), o.value("side", "?"), o.value("symbol", "?"), o.value("strategy", "?"))});
    if (!o.contains("signal")) return put(Paragraph{"Its signal is not in this journal."});
    put(Paragraph{fmt::format("Raised at {} by input {}; ended as {}.", cell(o["ts"]), cell(o["cause_seq"]), cell(o["outcome"]))});
    if (o.contains("market")) put(Code{o["market"]["input"].dump()});
    if (o.contains("conditions")) conditions(o["conditions"]);
    if (o.contains("market")) features(o["market"], cell(o["symbol"]));
    if (o.contains("gates")) gates(o["gates"]);
    if (o.contains("sizing") && o["sizing"].contains("agrees")) sizing(o["sizing"]);
    if (o["trade"].is_null()) return;
    put(Paragraph{"Trade:"});
    put(Code{o["trade"].dump()});
  }

  void no_trade(const Json& list) {
    put(Heading{"Why there was no trade"});
    Table t{{"strategy", "answer", "last looked"}, {}};
    for (const Json& s : list) t.rows.push_back({cell(s["strategy"]), cell(s["answer"]), s.contains("last_evaluation") ? cell(s["last_evaluation"]["ts"]) : ""});
    put(std::move(t));
    for (const Json& s : list) {
      if (s.contains("last_evaluation")) conditions(s["last_evaluation"]);
      if (s.contains("last_signal") && s["last_signal"].contains("gates")) gates(s["last_signal"]["gates"]);
    }
  }

  void timeline(const Json& events) {
    if (events.empty()) return;
    put(Heading{"Timeline"});
    Table t{{"time", "seq", "lane", "event", ""}, {}};
    for (const Json& e : events) {
      std::string about;
      for (const char* key : {"symbol", "instrument", "strategy", "action", "kind", "leg", "code", "reason", "value", "threshold", "layer", "price", "quantity", "net_pnl", "stop_loss", "limit"})
        if (e.contains(key)) about += fmt::format("{}{} {}", about.empty() ? "" : ", ", key, cell(e[key]));
      t.rows.push_back({e.value("ts", ""), cell(e["seq"]), cell(e["lane"]), cell(e["type"]), about});
    }
    put(std::move(t));
  }

  void charts(const Json& doc) {
    const Json& c = doc["charts"];
    put(Heading{"Charts"});
    put(Paragraph{fmt::format("From {} to {}, at minute bars. The charts are in incident.html; their points are in incident.json.", cell(c["from"]), cell(c["to"]))});
    for (const Json& p : c["prices"]) price_chart(p, doc);
    line_chart("Equity, " + currency_, c["equity"]);
    for (const Json& f : c["features"]) line_chart(fmt::format("{} {}, {}", cell(f["symbol"]), cell(f["name"]), cell(f["unit"])), f["points"]);
  }

  void put(decltype(Document::blocks)::value_type block) { d_.blocks.push_back(std::move(block)); }
  Document d_;

 private:
  void list(std::string text, const Json& values, const char* name) {
    bool first = true;
    for (const Json& v : values) {
      const std::string unit = cell(v["unit"]);
      text += (first ? "" : ", ") + cell(v[name]) + " " + (v["value"].is_null() ? "not ready" : cell(v["value"])) + (unit.empty() || unit == "-" ? "" : " " + unit);
      first = false;
    }
    if (!first) put(Paragraph{text + "."});
  }

  void features(const Json& market, const std::string& symbol) {
    put(Paragraph{"Features at the decision (derived; journaled where the timeframe closed)."});
    Table t{{"feature", "unit", "derived", "journaled", "equal"}, {}};
    for (const Json& f : market["features"]) {
      if (f["instrument"] != symbol) continue;
      t.rows.push_back({cell(f["name"]), cell(f["unit"]), f["value"].is_null() ? cell(f["state"]) : cell(f["value"]), f.contains("journaled") ? cell(f["journaled"]) : "",
                        f.contains("equal") ? (f["equal"].get<bool>() ? "yes" : "**NO**") : ""});
    }
    put(std::move(t));
  }

  void gates(const Json& list) {
    Table t{{"gate", "", "verdict", "figures"}, {}};
    for (const Json& g : list) {
      std::string all;
      for (const Json& f : g["figures"]) all += (all.empty() ? "" : "; ") + relation(f);
      t.rows.push_back({cell(g["gate"]), cell(g["name"]), cell(g["verdict"]) + (g["code"].is_null() ? "" : " " + cell(g["code"])) + (g["contradiction"].get<bool>() ? " **CONTRADICTED**" : ""), all});
    }
    put(std::move(t));
  }

  void sizing(const Json& s) {
    put(Paragraph{fmt::format("Size: {} {} x {} = {} at risk wanted; {} lost per lot from {} to the stop; {} lots; risk {} (again {}: {}).", money(s["equity"]), currency_,
                              percent(s["risk_fraction"]), money(s["risk_money"]), money(s["loss_per_lot"]), cell(s["entry_ref"]), cell(s["lots"]),
                              percent(s["risk_actual"]), percent(s["risk_actual_again"]), s["agrees"].get<bool>() ? "agrees" : "**DIFFERS**")});
  }

  static std::string label(TimeNs ts) { return format_time(ts).substr(5, 11); }  // 03-01T08:00
  static std::vector<std::string> labels(const std::vector<TimeNs>& times) {
    std::vector<std::string> all;
    for (const TimeNs ts : times) all.push_back(label(ts));
    return all;
  }
  static double value(const Json& v) { return v.is_null() ? kNothing : v.get<double>(); }

  void line_chart(const std::string& title, const Json& points) {
    std::vector<TimeNs> times;
    Series line{"", {}};
    bool any = false;
    for (const Json& p : points) {
      times.push_back(p[0].get<TimeNs>());
      line.values.push_back(value(p[1]));
      any = any || !p[1].is_null();
    }
    if (any && times.size() > 1) put(make_chart(title, "line", labels(times), {line}));
  }

  /// Mid price with the signals, fills and stops of the story's orders on the symbol.
  void price_chart(const Json& p, const Json& doc) {
    std::map<TimeNs, std::array<double, 4>> at;  // mid, signal, fill, stop
    const auto note = [&](TimeNs ts, std::size_t what, double v) { at.try_emplace(ts, std::array{kNothing, kNothing, kNothing, kNothing}).first->second[what] = v; };
    for (const Json& x : p["points"]) note(x[0].get<TimeNs>(), 0, value(x[1]));
    std::set<std::uint64_t> own;
    for (const Json& o : doc["orders"]) {
      if (o.value("symbol", "") != p["symbol"] || !o.contains("signal")) continue;
      own.insert(o["order_id"].get<std::uint64_t>());
      if (const auto ts = parse_time(cell(o["ts"]))) note(*ts, 1, value(o["signal"]["entry_ref"]));
    }
    std::map<std::uint64_t, std::map<TimeNs, double>> stops;  // of each order, as asked for; a NaN ends it
    for (const Json& e : doc["timeline"]) {
      if (!e.contains("order_id") || !own.contains(e["order_id"].get<std::uint64_t>())) continue;
      const auto ts = parse_time(cell(e.contains("fill_ts") ? e["fill_ts"] : e["ts"]));
      if (!ts) continue;
      const std::string type = cell(e["type"]);
      if (type == "exec_report" && e["kind"] == "filled") note(*ts, 2, value(e["price"]));
      if (type == "order_command" && e["stop_loss"] != 0) stops[e["order_id"].get<std::uint64_t>()][*ts] = value(e["stop_loss"]);
      if (type == "trade_closed" || type == "signal_outcome") {
        const bool over = type == "trade_closed" || (e["code"] != "FILLED" && e["code"] != "PARTIAL");
        if (over) stops[e["order_id"].get<std::uint64_t>()][*ts] = kNothing;
      }
    }
    for (const auto& [id, steps] : stops) {
      for (auto& [ts, row] : at) {
        const auto next = steps.upper_bound(ts);
        if (next != steps.begin() && value_exists(std::prev(next)->second)) row[3] = std::prev(next)->second;
      }
    }
    std::vector<TimeNs> times;
    std::array<Series, 4> s{Series{"mid", {}}, Series{"signal", {}, Series::Look::kPoints}, Series{"fill", {}, Series::Look::kPoints}, Series{"stop", {}, Series::Look::kDashed}};
    for (const auto& [ts, row] : at) {
      times.push_back(ts);
      for (std::size_t i = 0; i < s.size(); ++i) s[i].values.push_back(row[i]);
    }
    if (times.size() < 2) return;
    std::vector<Series> shown{s[0]};
    for (std::size_t i = 1; i < s.size(); ++i)
      if (std::any_of(s[i].values.begin(), s[i].values.end(), value_exists)) shown.push_back(s[i]);
    put(make_chart(cell(p["symbol"]) + ", mid price", "line", labels(times), shown));
  }
  static bool value_exists(double v) { return v == v; }

  std::string currency_;
};

}  // namespace

Document incident_document(const Json& doc) {
  Page p(doc);
  p.head(doc);
  p.impact(doc);
  p.account("Before", doc["before"]);
  p.account("After", doc["after"]);
  p.charts(doc);
  if (doc.contains("no_trade")) p.no_trade(doc["no_trade"]);
  if (doc["orders"].empty() && !doc.contains("no_trade")) {
    p.put(Heading{"What the strategies saw"});
    p.put(Paragraph{"No order is part of this."});
    for (const Json& c : doc["conditions"]) p.conditions(c);
  }
  for (const Json& o : doc["orders"]) p.order(o);
  if (doc["orders_left_out"].get<std::size_t>() > 0) p.put(Paragraph{cell(doc["orders_left_out"]) + " earlier orders are left out."});
  p.timeline(doc["timeline"]);
  for (const char* section : {"Root cause", "Prevention"}) {
    p.put(Heading{section});
    p.put(Paragraph{"(to be filled in)"});
  }
  p.put(Heading{"Resolution"});
  p.put(Lines{{"Issue: (to be filled in)", "Fix: (to be filled in)", "Tested: (to be filled in)", "Resumed: (to be filled in)"}});
  return std::move(p.d_);
}

}  // namespace omega::replay
