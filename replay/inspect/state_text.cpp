#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "replay/inspect/state_document.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kInternals_chars = 240;

std::string word(const Json& v) {
  if (v.is_null()) return "-";
  if (v.is_string()) return v.get<std::string>();
  if (v.is_number_float()) return fmt::format("{:.8g}", v.get<double>());
  return v.dump();
}
std::string percent(const Json& v) { return v.is_null() ? "-" : fmt::format("{:.2f} %", v.get<double>() * 100); }

class Page {
 public:
  void section(const std::string& title) { out_ += "\n" + title + "\n"; }
  void line(const std::string& label, const std::string& value) { out_ += fmt::format("  {:<22} {}\n", label, value); }
  void item(const std::string& text) { out_ += "  " + text + "\n"; }
  std::string out_;
};

void account(Page& p, const Json& a, const std::string& currency) {
  p.section("Account");
  p.line("equity", fmt::format("{:.2f} {} (realised {:.2f}, open {:.2f})", a["equity"].get<double>(), currency, a["realised"].get<double>(), a["open_pnl"].get<double>()));
  p.line("daily loss", percent(a["daily_loss"]) + fmt::format(" of {:.2f} at the day's start", a["day_start_equity"].get<double>()));
  p.line("drawdown", percent(a["drawdown"]) + fmt::format(" from the peak {:.2f}", a["peak_equity"].get<double>()));
  p.section("Kill switch");
  p.line("emergency stop", a["emergency_stop"].get<bool>() ? "ON" : "off");
  for (const Json& l : a["layers"]) p.line(fmt::format("{} {}", l["layer"].get<int>(), word(l["name"])), word(l["status"]) + ", activations " + word(l["activations"]));
  p.section("Positions");
  for (const Json& x : a["positions"]) {
    p.item(fmt::format("{} {} {} {} lots, entry {} {}, stop {}, target {}, since {}, order {}", word(x["symbol"]), word(x["strategy"]), word(x["side"]),
                       word(x["lots"]), word(x["entry"]), x["filled"].get<bool>() ? "filled" : "pending", word(x["stop"]), word(x["target"]), word(x["since"]), word(x["order_id"])));
  }
  if (a["positions"].empty()) p.item("none");
}

void orders(Page& p, const Json& o, const Json& e) {
  p.section("Orders");
  p.line("sent", word(o["sent"]) + ", outcomes " + o["outcomes"].dump() + ", trades " + word(o["trades"]));
  for (const Json& b : o["brackets"]) {
    p.item(fmt::format("order {} {} {} {}: {}, stop {} (first {}), time stop {}{}{}", word(b["order_id"]), word(b["symbol"]), word(b["strategy"]), word(b["side"]),
                       word(b["state"]), word(b["stop"]), word(b["initial_stop"]), word(b["time_stop"]), b["trailing"].get<bool>() ? ", trailing" : "",
                       b["closing_because"].is_null() ? "" : ", because " + word(b["closing_because"])));
  }
  p.section("Exposure (risk to the stops, of equity)");
  p.line("total", percent(e["total"]) + " of at most " + percent(e["total_max"]));
  for (const auto& [name, value] : e["by_symbol"].items()) p.line(name, percent(value) + " of at most " + percent(e["symbol_max"]));
  for (const auto& [name, value] : e["by_strategy"].items()) p.line(name, percent(value) + " of at most " + percent(e["strategy_max"]));
}

void strategies(Page& p, const Json& list) {
  p.section("Strategies");
  for (const Json& s : list) {
    const Json& f = s["funnel"];
    std::string path = word(f["evaluations"]);
    for (const Json& c : f["conditions"]) path += " > " + word(c["condition"]) + " " + word(c["passed"]);
    p.item(fmt::format("{} on {}: entries {}, conditions {}, last signal {}", word(s["strategy"]), word(s["symbol"]), word(s["entries"]),
                       s["conditions_held"].get<bool>() ? "hold" : "do not hold", word(s["last_signal"])));
    p.item(fmt::format("    funnel {} > signals {} (not ready {}, no edge {}, cooling {}, position open {})", path, word(f["signals"]), word(f["not_ready"]),
                       word(f["not_an_edge"]), word(f["cooling"]), word(f["position_open"])));
    if (!s["position"].is_null()) p.item("    position " + s["position"].dump());
    std::string internals = s["internals"].dump();
    if (internals.size() > kInternals_chars) internals = internals.substr(0, kInternals_chars) + " ... (whole with --json)";
    p.item("    internals " + internals);
  }
  if (list.empty()) p.item("none is running");
}

void instrument(Page& p, const Json& i) {
  p.section(fmt::format("{}: bid {}, ask {}, mid {}, toxic flow {}{}", word(i["symbol"]), word(i["book"]["bid"]), word(i["book"]["ask"]), word(i["book"]["mid"]),
                        word(i["toxicity"]), i["feed_stale"].get<bool>() ? ", FEED STALE" : ""));
  for (const Json& b : i["bars"]) {
    p.item(fmt::format("bar {:<4} {} to {}  {} {} {} {}  volume {}{}", word(b["timeframe"]), word(b["t_open"]).substr(0, 19), word(b["t_close"]).substr(0, 19), word(b["open"]),
                       word(b["high"]), word(b["low"]), word(b["close"]), word(b["volume"]), b["gap"].get<bool>() ? "  gap" : ""));
  }
  for (const Json& f : i["features"]) p.item(fmt::format("feature {:<28} {:>16} {}", word(f["name"]), f["value"].is_null() ? word(f["state"]) : word(f["value"]), word(f["unit"])));
  for (const Json& l : i["levels"]) {
    p.item(fmt::format("level {:<8} {:<11} {:<13} born {}, touched {} times", word(l["price"]), word(l["type"]), word(l["origin"]), word(l["birth"]).substr(0, 19), word(l["touches"])));
  }
}

}  // namespace

std::string state_text(const Json& d) {
  Page p;
  p.out_ = fmt::format("{} after input {}\n", word(d["journal"]), word(d["seq"]));
  p.line("time", word(d["time"]));
  p.line("replayed from", d["snapshot_seq"] == 0 ? std::string("the start") : "the snapshot at seq " + word(d["snapshot_seq"]));
  for (const Json& why : d["snapshots_ignored"]) p.line("ignored", word(why));
  p.line("state digest", word(d["state_digest"]));
  account(p, d["account"], word(d["currency"]));
  orders(p, d["orders"], d["exposure"]);
  strategies(p, d["strategies"]);
  for (const Json& i : d["instruments"]) instrument(p, i);
  return std::move(p.out_);
}

}  // namespace omega::replay
