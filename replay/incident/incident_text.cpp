#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "replay/incident/incident.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

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
  return fmt::format("{} {} {} {}{}", figure["name"].get<std::string>(), cell(figure["value"]), figure["must_be"].get<std::string>(),
                     cell(figure["limit"]), figure["holds"].get<bool>() ? "" : " **no**");
}

void rederived(std::string& out, const Json& r) {
  out += fmt::format("Re-derived by replay from {} inputs: {} decisions (records of signals, risk, orders), {} mismatches with the journal in any lane.\n",
                     r["inputs"].get<std::uint64_t>(), r["decisions"].get<std::uint64_t>(), r["mismatches"].get<std::uint64_t>());
  for (const Json& d : r["first_mismatches"]) {
    out += fmt::format("* **mismatch**, lane {}, seq {}: recorded `{}`; derived `{}`\n", d["lane"].get<std::string>(), d["seq"].get<std::uint64_t>(),
                       d["recorded"].dump(), d["derived"].dump());
  }
}

void account(std::string& out, const char* title, const Json& a, const std::string& currency) {
  if (a.is_null()) return;
  out += fmt::format("\n### {}\nEquity {} {} (day start {}, peak {}), daily loss {}, drawdown {}, emergency stop {}.\n", title, money(a["equity"]),
                     currency, money(a["day_start_equity"]), money(a["peak_equity"]), percent(a["daily_loss"]), percent(a["drawdown"]),
                     a["emergency_stop"].get<bool>() ? "ON" : "off");
  for (const Json& l : a["layers"]) {
    if (l["status"] != "ACTIVE") out += fmt::format("* layer {} {}: {}\n", l["layer"].get<int>(), l["name"].get<std::string>(), l["status"].get<std::string>());
  }
  for (const Json& p : a["positions"]) {
    out += fmt::format("* {} {} {} lots at {}, stop {} ({}, order {})\n", p["symbol"].get<std::string>(), p["side"].get<std::string>(), cell(p["lots"]),
                       cell(p["entry"]), cell(p["stop"]), p["strategy"].get<std::string>(), p["order_id"].get<std::uint64_t>());
  }
}

void conditions(std::string& out, const Json& c) {
  if (c.is_null()) return;
  out += fmt::format("\nConditions of {}: {}{}.\n\n| condition | evaluated | passed |\n|---|---|---|\n", c["strategy"].get<std::string>(),
                     c["verdict"].get<std::string>(), c["at"].is_null() ? "" : " stopped at " + c["at"].get<std::string>());
  for (const Json& s : c["steps"]) {
    out += fmt::format("| {} | {} | {} |\n", s["condition"].get<std::string>(), s["reached"].get<int>(), s["passed"].get<int>());
  }
  for (const Json& m : c["missing"]) out += "\nNot ready: " + m.get<std::string>() + "\n";
}

void features(std::string& out, const Json& market, const std::string& symbol) {
  out += "\nFeatures at the decision (derived; journaled where the timeframe closed).\n\n| feature | unit | derived | journaled | equal |\n|---|---|---|---|---|\n";
  for (const Json& f : market["features"]) {
    if (f["instrument"] != symbol) continue;
    out += fmt::format("| {} | {} | {} | {} | {} |\n", f["name"].get<std::string>(), f["unit"].get<std::string>(), f["value"].is_null() ? f["state"].get<std::string>() : cell(f["value"]),
                       f.contains("journaled") ? cell(f["journaled"]) : "", f.contains("equal") ? (f["equal"].get<bool>() ? "yes" : "**NO**") : "");
  }
}

void gates(std::string& out, const Json& list) {
  out += "\n| gate | | verdict | figures |\n|---|---|---|---|\n";
  for (const Json& g : list) {
    std::string all;
    for (const Json& f : g["figures"]) all += (all.empty() ? "" : "; ") + relation(f);
    out += fmt::format("| {} | {} | {}{}{} | {} |\n", g["gate"].get<int>(), g["name"].get<std::string>(), g["verdict"].get<std::string>(),
                       g["code"].is_null() ? "" : " " + g["code"].get<std::string>(), g["contradiction"].get<bool>() ? " **CONTRADICTED**" : "", all);
  }
}

void order(std::string& out, const Json& o, const std::string& currency) {
  out += fmt::format("\n## Order {}: {} {} by {}\n", o["order_id"].get<std::uint64_t>(), o.value("side", "?"), o.value("symbol", "?"), o.value("strategy", "?"));
  if (!o.contains("signal")) {
    out += "Its signal is not in this journal.\n";
    return;
  }
  out += fmt::format("Raised at {} by input {}; ended as {}.\n", o["ts"].get<std::string>(), o["cause_seq"].get<std::uint64_t>(), cell(o["outcome"]));
  if (o.contains("market")) out += fmt::format("\nInput: `{}`\n", o["market"]["input"].dump());
  if (o.contains("conditions")) conditions(out, o["conditions"]);
  if (o.contains("market")) features(out, o["market"], o["symbol"].get<std::string>());
  if (o.contains("gates")) gates(out, o["gates"]);
  if (o.contains("sizing") && o["sizing"].contains("agrees")) {
    const Json& s = o["sizing"];
    out += fmt::format("\nSize: {} {} x {} = {} at risk wanted; {} lost per lot from {} to the stop; {} lots; risk {} (again {}: {}).\n",
                       money(s["equity"]), currency, percent(s["risk_fraction"]), money(s["risk_money"]), money(s["loss_per_lot"]), cell(s["entry_ref"]),
                       cell(s["lots"]), percent(s["risk_actual"]), percent(s["risk_actual_again"]), s["agrees"].get<bool>() ? "agrees" : "**DIFFERS**");
  }
  if (!o["trade"].is_null()) out += fmt::format("\nTrade: `{}`\n", o["trade"].dump());
}

void no_trade(std::string& out, const Json& list) {
  out += "\n## Why there was no trade\n\n| strategy | answer | last looked |\n|---|---|---|\n";
  for (const Json& s : list) {
    out += fmt::format("| {} | {} | {} |\n", s["strategy"].get<std::string>(), s["answer"].get<std::string>(),
                       s.contains("last_evaluation") ? s["last_evaluation"]["ts"].get<std::string>() : "");
  }
  for (const Json& s : list) {
    if (s.contains("last_evaluation")) conditions(out, s["last_evaluation"]);
    if (s.contains("last_signal") && s["last_signal"].contains("gates")) gates(out, s["last_signal"]["gates"]);
  }
}

void timeline(std::string& out, const Json& lines) {
  if (lines.empty()) return;
  out += "\n## Timeline\n\n| time | seq | lane | event | |\n|---|---|---|---|---|\n";
  for (const Json& e : lines) {
    std::string about;
    for (const char* key : {"symbol", "instrument", "strategy", "action", "kind", "leg", "code", "reason", "value", "threshold", "layer", "price", "quantity", "net_pnl", "stop_loss", "limit"}) {
      if (e.contains(key)) about += fmt::format("{}{} {}", about.empty() ? "" : ", ", key, cell(e[key]));
    }
    out += fmt::format("| {} | {} | {} | {} | {} |\n", e.value("ts", ""), e["seq"].get<std::uint64_t>(), e["lane"].get<std::string>(), e["type"].get<std::string>(), about);
  }
}

}  // namespace

std::string incident_markdown(const Json& doc) {
  const std::string currency = doc["currency"].get<std::string>();
  std::string out = fmt::format("# Incident: {}\n\nJournal `{}`, profile {}, {}. At {}, input {}.\n\n", doc["question"]["text"].get<std::string>(),
                                doc["journal"].get<std::string>(), doc["profile"].get<std::string>(), doc["mode"].get<std::string>(),
                                doc["question"]["ts"].get<std::string>(), doc["question"]["seq"].get<std::uint64_t>());
  rederived(out, doc["rederived"]);
  out += fmt::format("Contradictions between verdicts and their figures: {}.\n", doc["contradictions"].get<std::uint64_t>());
  if (!doc["trip"].is_null()) out += fmt::format("\nTrip: `{}`\n", doc["trip"].dump());
  account(out, "Before", doc["before"], currency);
  account(out, "After", doc["after"], currency);
  if (doc.contains("no_trade")) no_trade(out, doc["no_trade"]);
  if (doc["orders"].empty() && !doc.contains("no_trade")) {
    out += "\n## What the strategies saw\nNo order is part of this.\n";
    for (const Json& c : doc["conditions"]) conditions(out, c);
  }
  for (const Json& o : doc["orders"]) order(out, o, currency);
  if (doc["orders_left_out"].get<std::size_t>() > 0) out += fmt::format("\n{} earlier orders are left out.\n", doc["orders_left_out"].get<std::size_t>());
  timeline(out, doc["timeline"]);
  return out + "\n## Root cause\n(to be filled in)\n\n## Prevention\n(to be filled in)\n";
}

}  // namespace omega::replay
