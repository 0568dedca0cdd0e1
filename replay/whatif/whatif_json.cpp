#include <fmt/format.h>

#include <map>

#include "replay/report_time.hpp"
#include "replay/whatif/differences.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 3> kKind{"lost", "gained", "changed"};

Json cents(Money m) { return money_to_double(m); }

Json deal_json(const EngineConfig& config, const Deal* d) {
  if (d == nullptr) return nullptr;
  Json j{{"seq", d->seq}, {"entry_ref", price_to_double(d->signal.entry_ref)}, {"stop_loss", price_to_double(d->signal.stop_loss)},
         {"score", d->signal.score}, {"quality", d->decision.q}, {"gate", d->decision.gate},
         {"lots", qty_to_double(d->decision.lots)}, {"outcome", std::string(reason_name(d->outcome))}};
  if (d->traded) {
    j["trade"] = {{"id", fmt::format("{}-{}-{}", config.strategies[d->signal.strategy - 1u].name, config.instruments[d->signal.instrument].symbol,
                                     d->trade.signal_seq)},
                  {"quantity", qty_to_double(d->trade.quantity)}, {"entry_price", price_to_double(d->trade.entry_price)},
                  {"exit_time", format_time(d->trade.exit_ts)}, {"exit_price", price_to_double(d->trade.exit_price)},
                  {"exit_reason", exit_reason_name(d->trade.reason)}, {"pnl", cents(d->trade.net_pnl)}, {"r_multiple", d->trade.r_multiple}};
  }
  return j;
}

Json difference_json(const EngineConfig& config, const DealDifference& d) {
  const Signal& s = (d.before != nullptr ? d.before : d.after)->signal;
  return {{"kind", kKind[static_cast<std::size_t>(d.kind)]}, {"ts", format_time(s.ts)}, {"symbol", config.instruments[s.instrument].symbol},
          {"strategy", config.strategies[s.strategy - 1u].name}, {"side", s.direction > 0 ? "long" : "short"},
          {"pnl_difference", cents(d.pnl())}, {"before", deal_json(config, d.before)}, {"after", deal_json(config, d.after)}};
}

/// Why the first difference is one: what of the signal or its fate is not the same.
std::string cause_of(const DealDifference& d) {
  if (d.kind == DealDifference::Kind::kLost) return "the changed settings raise no such signal";
  if (d.kind == DealDifference::Kind::kGained) return "only the changed settings raise this signal";
  const Deal &a = *d.before, &b = *d.after;
  if (a.decision.code != b.decision.code) {
    return fmt::format("the decision is {} instead of {}", reason_name(b.decision.code), reason_name(a.decision.code));
  }
  if (a.signal.stop_loss != b.signal.stop_loss) return fmt::format("stop {} instead of {}", price_to_double(b.signal.stop_loss), price_to_double(a.signal.stop_loss));
  if (a.signal.score != b.signal.score) return fmt::format("score {} instead of {}", b.signal.score, a.signal.score);
  if (a.decision.lots != b.decision.lots) return fmt::format("{} lots instead of {}", qty_to_double(b.decision.lots), qty_to_double(a.decision.lots));
  if (a.outcome != b.outcome) return fmt::format("the venue's answer is {} instead of {}", reason_name(b.outcome), reason_name(a.outcome));
  if (a.traded && b.traded && a.trade.net_pnl != b.trade.net_pnl) return fmt::format("exit by {} instead of {}", exit_reason_name(b.trade.reason), exit_reason_name(a.trade.reason));
  return "a figure of the signal or its decision differs";
}

Json summary(const Rerun& run) {
  const Json& s = run.report["statistics"];
  return {{"signals", s["signals"]}, {"trades", s["trades"]}, {"total_pnl", s["total_pnl"]}, {"win_rate", s["win_rate"]},
          {"max_drawdown", s["max_drawdown"]}, {"sharpe", s["sharpe"]}, {"final_equity", run.report["capital"]["final"]}};
}

Json variant_json(const WhatIf& w, const Variant& v) {
  const std::vector<DealDifference> all = differences(*w.base, *v.run);
  Json list = Json::array(), by_strategy = Json::object(), by_symbol = Json::object();
  std::array<std::uint64_t, 3> counts{};
  std::uint64_t signals_only = 0;
  std::map<std::string, Money> strategy_sum, symbol_sum;
  Money sum = 0;
  for (const DealDifference& d : all) {
    Json one = difference_json(*w.config, d);
    sum += d.pnl();
    strategy_sum[one["strategy"]] += d.pnl();
    symbol_sum[one["symbol"]] += d.pnl();
    if (d.about_trades()) ++counts[static_cast<std::size_t>(d.kind)];
    else ++signals_only;
    list.push_back(std::move(one));
  }
  for (const auto& [name, m] : strategy_sum) by_strategy[name] = cents(m);
  for (const auto& [name, m] : symbol_sum) by_symbol[name] = cents(m);
  Json first = nullptr;
  if (!all.empty()) {
    first = list.front();
    first["cause"] = cause_of(all.front());
  }
  const Money total = v.run->net_pnl - w.base->net_pnl;
  return {{"settings", v.settings}, {"identical", all.empty() && v.run->lane_digests == w.base->lane_digests}, {"result", summary(*v.run)},
          {"trades_lost", counts[0]}, {"trades_gained", counts[1]}, {"trades_changed", counts[2]}, {"other_signals", signals_only},
          {"pnl_difference", cents(total)}, {"pnl_of_list", cents(sum)}, {"reconciles", total == sum},
          {"by_strategy", std::move(by_strategy)}, {"by_symbol", std::move(by_symbol)}, {"first_divergence", std::move(first)},
          {"differences", std::move(list)}};
}

std::string signed_money(const Json& v) { return fmt::format("{:+.2f}", v.get<double>()); }
std::string trade_text(const Json& side) {
  if (side.is_null()) return "-";
  if (!side.contains("trade")) return side["outcome"].get<std::string>();
  return fmt::format("{:+.2f} by {}", side["trade"]["pnl"].get<double>(), side["trade"]["exit_reason"].get<std::string>());
}

}  // namespace

Json whatif_json(const WhatIf& w) {
  Json variants = Json::array();
  for (const Variant& v : w.variants) variants.push_back(variant_json(w, v));
  return {{"schema", "omega.whatif/1"}, {"journal", w.journal}, {"profile", w.config->profile}, {"currency", w.config->account_currency},
          {"base_is_recorded", w.base_is_recorded}, {"base", summary(*w.base)}, {"variants", std::move(variants)}};
}

std::string whatif_markdown(const Json& doc) {
  const Json& base = doc["base"];
  std::string out = fmt::format("# What if: `{}`\n\nRe-run of the recorded configuration {} the journal. Amounts in {}.\n\n"
                                "| settings | signals | trades | net P&L | difference | lost | gained | changed |\n|---|---|---|---|---|---|---|---|\n"
                                "| as recorded | {} | {} | {:.2f} | | | | |\n",
                                doc["journal"].get<std::string>(), doc["base_is_recorded"].get<bool>() ? "trades exactly as" : "DIFFERS FROM",
                                doc["currency"].get<std::string>(), base["signals"].get<int>(), base["trades"].get<int>(), base["total_pnl"].get<double>());
  for (const Json& v : doc["variants"]) {
    out += fmt::format("| {} | {} | {} | {:.2f} | {} | {} | {} | {} |\n", v["settings"].empty() ? "no change" : v["settings"].dump(), v["result"]["signals"].get<int>(),
                       v["result"]["trades"].get<int>(), v["result"]["total_pnl"].get<double>(), signed_money(v["pnl_difference"]),
                       v["trades_lost"].get<int>(), v["trades_gained"].get<int>(), v["trades_changed"].get<int>());
  }
  for (const Json& v : doc["variants"]) {
    out += fmt::format("\n## {}\n", v["settings"].empty() ? "no change" : v["settings"].dump());
    if (v["identical"].get<bool>()) {
      out += "Identical in all four derived lanes.\n";
      continue;
    }
    out += fmt::format("The differences below sum to {}: {} the difference of the totals.\n", signed_money(v["pnl_of_list"]),
                       v["reconciles"].get<bool>() ? "equal to" : "NOT");
    if (!v["first_divergence"].is_null()) {
      const Json& f = v["first_divergence"];
      out += fmt::format("\nFirst divergence: {} {} {} at {}: {}.\n", f["side"].get<std::string>(), f["symbol"].get<std::string>(),
                         f["strategy"].get<std::string>(), f["ts"].get<std::string>(), f["cause"].get<std::string>());
    }
    for (const char* key : {"by_strategy", "by_symbol"}) {
      for (const auto& [name, m] : v[key].items()) out += fmt::format("* {}: {}\n", name, signed_money(m));
    }
    out += "\n| time | | symbol | strategy | before | after | difference |\n|---|---|---|---|---|---|---|\n";
    for (const Json& d : v["differences"]) {
      out += fmt::format("| {} | {} {} | {} | {} | {} | {} | {} |\n", d["ts"].get<std::string>(), d["kind"].get<std::string>(), d["side"].get<std::string>(),
                         d["symbol"].get<std::string>(), d["strategy"].get<std::string>(), trade_text(d["before"]), trade_text(d["after"]),
                         signed_money(d["pnl_difference"]));
    }
  }
  return out;
}

}  // namespace omega::replay
