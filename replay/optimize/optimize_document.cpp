#include "replay/optimize/optimize_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;
using words::number;

std::string date(const Trial& t, std::size_t day) { return format_date(t.days[day] * kDay_ns); }

Json score_json(const Score& s) {
  return {{"trades", s.trades}, {"pnl", s.pnl}, {"sharpe", number(s.sharpe)}, {"expectancy_r", number(s.expectancy_r)}};
}

const Trial& trial(const std::vector<Trial>& trials, std::uint64_t index) {
  return *std::find_if(trials.begin(), trials.end(), [&](const Trial& t) { return t.index == index; });
}

Json folds_json(const std::vector<Trial>& trials, const Verdict& v) {
  Json list = Json::array();
  const Trial& any = trial(trials, 0);
  for (const Fold& f : v.folds) {
    list.push_back({{"in_sample", {{"from", date(any, 0)}, {"to", date(any, f.cut - 1)}}}, {"out_of_sample", {{"from", date(any, f.cut)}, {"to", date(any, f.to - 1)}}},
                    {"chosen", f.chosen}, {"chosen_in_sample", score_json(f.inside)}, {"chosen_out_of_sample", score_json(f.outside)},
                    {"current_in_sample", score_json(f.current_inside)}, {"current_out_of_sample", score_json(f.current_outside)}});
  }
  return list;
}

/// The trials that look best before the last fold, each with what it did after: where luck shows.
Json best_json(const std::vector<Trial>& trials, const SearchSpace& space, const SearchRules& rules, const Verdict& v) {
  struct Row {
    const Trial* t;
    Score in, out;
  };
  std::vector<Row> rows;
  const Fold& last = v.folds.back();
  for (const Trial& t : trials) {
    if (!t.refused.empty()) continue;
    Row row{&t, score_of(t, 0, last.cut, rules.days_per_year), score_of(t, last.cut, last.to, rules.days_per_year)};
    if (row.in.trades >= rules.trades_min && row.in.by(rules.objective)) rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const double x = *a.in.by(rules.objective), y = *b.in.by(rules.objective);
    return x != y ? x > y : a.t->index < b.t->index;
  });
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(rows.size(), kBestShown); ++i)
    list.push_back({{"trial", rows[i].t->index}, {"settings", space.settings(rows[i].t->values)}, {"in_sample", score_json(rows[i].in)}, {"out_of_sample", score_json(rows[i].out)}});
  return list;
}

Json curve_json(const std::vector<Trial>& trials, const Verdict& v) {
  Json points = Json::array();
  const Trial& any = trial(trials, 0);
  double chosen = 0, current = 0;
  for (std::size_t i = 0; i < v.outside.returns.size(); ++i) {
    chosen += v.outside.returns[i];
    current += v.current_outside.returns[i];
    points.push_back(Json::array({date(any, v.outside.from + i), chosen, current}));
  }
  return points;
}

std::string cell(const Json& v) {
  if (v.is_null()) return "n/a";
  if (v.is_string()) return v.get<std::string>();
  return v.is_number_float() ? fmt::format("{:.4g}", v.get<double>()) : v.dump();
}
std::string percent(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.1f} %", v.get<double>() * 100); }

/// "strategies.NAME.KEY=VALUE" without what all share.
std::string short_setting(const std::string& setting) { return setting.substr(setting.rfind('.', setting.find('=')) + 1); }

std::vector<std::string> score_cells(const Json& s) { return {cell(s["trades"]), fmt::format("{:.2f}", s["pnl"].get<double>()), cell(s["sharpe"]), cell(s["expectancy_r"])}; }

std::vector<std::string> row_of(std::vector<std::string> first, const Json& a, const Json& b) {
  for (const Json* s : {&a, &b})
    for (std::string& c : score_cells(*s)) first.push_back(std::move(c));
  return first;
}

}  // namespace

Json optimize_json(const OptimizeFacts& facts, const SearchSpace& space, const std::vector<Trial>& trials, const SearchRules& rules, const Verdict& v) {
  Json parameters = Json::array(), refused = Json::array(), settings = Json::array();
  const Trial& candidate = trial(trials, v.candidate);
  const auto words = space.settings(candidate.values), now = space.settings(space.point(0));
  for (std::size_t j = 0; j < space.params().size(); ++j) {
    const SearchParam& p = space.params()[j];
    parameters.push_back({{"key", p.key}, {"current", p.current}, {"low", p.low}, {"high", p.high}, {"candidate", candidate.values[j]}});
    if (words[j] != now[j]) settings.push_back(words[j]);
  }
  for (const Trial& t : trials)
    if (!t.refused.empty()) refused.push_back({{"trial", t.index}, {"why", t.refused}});
  const Trial& current = trial(trials, 0);
  const Fold& last = v.folds.back();
  return {{"schema", "omega.optimize/1"}, {"journal", facts.journal}, {"profile", facts.profile}, {"strategy", facts.strategy}, {"objective", facts.objective},
          {"currency", facts.currency}, {"period", {{"from", date(current, 0)}, {"to", date(current, current.days.size() - 1)}, {"market_days", current.days.size()}}},
          {"trials", {{"run", trials.size()}, {"resumed", facts.resumed}, {"refused", std::move(refused)}, {"judged", v.judged}}}, {"seed", facts.seed},
          {"trades_min", rules.trades_min}, {"threshold", rules.threshold}, {"parameters", std::move(parameters)}, {"folds", folds_json(trials, v)},
          {"walk_forward", {{"out_of_sample", score_json(v.outside)}, {"current_out_of_sample", score_json(v.current_outside)}, {"improvement", number(v.improvement)}}},
          {"candidate", {{"trial", v.candidate}, {"settings", std::move(settings)}, {"in_sample", score_json(last.inside)}, {"out_of_sample", score_json(last.outside)},
                         {"current_out_of_sample", score_json(last.current_outside)}}},
          {"luck", {{"probabilistic_sharpe", number(v.probabilistic)}, {"deflated_sharpe", number(v.deflated)}, {"daily_sharpe_in_sample", number(last.inside.moments.sharpe())},
                    {"best_daily_sharpe_of_luck", number(v.luck_daily)}, {"spread_of_daily_sharpe", number(v.daily_spread)}, {"rank_correlation", number(v.rank_correlation)}}},
          {"best", best_json(trials, space, rules, v)}, {"curve", curve_json(trials, v)}, {"accepted", v.accepted}, {"why", v.why}};
}

Document optimize_document(const Json& r) {
  Document d{fmt::format("Omega optimize: {}", cell(r["strategy"])), {}};
  d.blocks.push_back(Paragraph{fmt::format("**{}**: {}.", r["accepted"].get<bool>() ? "Accepted" : "Not accepted", cell(r["why"]))});
  d.blocks.push_back(Lines{{fmt::format("journal {}, profile {}, {} to {}, {} market days", cell(r["journal"]), cell(r["profile"]), cell(r["period"]["from"]), cell(r["period"]["to"]), cell(r["period"]["market_days"])),
                            fmt::format("objective {}, {} trials ({} from an earlier start, {} refused by the configuration's rules), seed {}", cell(r["objective"]), cell(r["trials"]["run"]),
                                        cell(r["trials"]["resumed"]), r["trials"]["refused"].size(), cell(r["seed"])),
                            fmt::format("amounts in {}; Sharpe ratios of daily returns of the strategy's own trades, annualised; a trial needs {} trades in sample", cell(r["currency"]), cell(r["trades_min"]))}});
  d.blocks.push_back(Heading{"Walk forward"});
  Table folds{{"out of sample", "configuration", "in: trades", "P&L", "Sharpe", "R", "out: trades", "P&L", "Sharpe", "R"}, {}};
  for (const Json& f : r["folds"]) {
    const std::string when = cell(f["out_of_sample"]["from"]) + " to " + cell(f["out_of_sample"]["to"]);
    folds.rows.push_back(row_of({when, "trial " + cell(f["chosen"])}, f["chosen_in_sample"], f["chosen_out_of_sample"]));
    folds.rows.push_back(row_of({"", "as it is"}, f["current_in_sample"], f["current_out_of_sample"]));
  }
  d.blocks.push_back(std::move(folds));
  const Json& w = r["walk_forward"];
  d.blocks.push_back(Paragraph{fmt::format("Out of sample, all folds: search {} trades, P&L {:.2f}, Sharpe {}, expectancy {} R; as it is {} trades, P&L {:.2f}, Sharpe {}, expectancy {} R. Improvement {} (needed: more than {}).",
                                           cell(w["out_of_sample"]["trades"]), w["out_of_sample"]["pnl"].get<double>(), cell(w["out_of_sample"]["sharpe"]), cell(w["out_of_sample"]["expectancy_r"]),
                                           cell(w["current_out_of_sample"]["trades"]), w["current_out_of_sample"]["pnl"].get<double>(), cell(w["current_out_of_sample"]["sharpe"]),
                                           cell(w["current_out_of_sample"]["expectancy_r"]), percent(w["improvement"]), percent(r["threshold"]))});
  std::vector<std::string> labels;
  Series search{"search", {}}, current{"as it is", {}};
  for (const Json& p : r["curve"]) {
    labels.push_back(p[0]);
    search.values.push_back(p[1].get<double>() * 100);
    current.values.push_back(p[2].get<double>() * 100);
  }
  if (labels.size() > 1) d.blocks.push_back(make_chart("Sum of daily returns out of sample, %", "line", labels, {search, current}));
  d.blocks.push_back(Heading{"Candidate"});
  Table p{{"parameter", "as it is", "searched from", "to", "candidate"}, {}};
  for (const Json& x : r["parameters"]) p.rows.push_back({cell(x["key"]), cell(x["current"]), cell(x["low"]), cell(x["high"]), cell(x["candidate"])});
  d.blocks.push_back(std::move(p));
  d.blocks.push_back(Heading{"Luck"});
  const Json& l = r["luck"];
  d.blocks.push_back(Lines{{fmt::format("probabilistic Sharpe ratio of the candidate in sample: {}", percent(l["probabilistic_sharpe"])),
                            fmt::format("deflated Sharpe ratio (against the best of {} trials without skill, {} a day): {}", cell(r["trials"]["judged"]), cell(l["best_daily_sharpe_of_luck"]), percent(l["deflated_sharpe"])),
                            fmt::format("rank correlation of the trials in and out of sample: {}", l["rank_correlation"].is_null() ? "n/a" : fmt::format("{:+.2f}", l["rank_correlation"].get<double>()))}});
  d.blocks.push_back(Heading{"Best in sample, and what they did after"});
  Table best{{"trial", "in: trades", "P&L", "Sharpe", "R", "out: trades", "P&L", "Sharpe", "R", "settings"}, {}};
  for (const Json& b : r["best"]) {
    auto row = row_of({cell(b["trial"])}, b["in_sample"], b["out_of_sample"]);
    std::string all;
    for (const Json& s : b["settings"]) all += (all.empty() ? "" : " ") + short_setting(s.get<std::string>());
    row.push_back(std::move(all));
    best.rows.push_back(std::move(row));
  }
  d.blocks.push_back(std::move(best));
  return d;
}

std::string patch_yaml(const Json& r) {
  std::string out = fmt::format("# omega optimize, journal {}, {} to {}: {}\n# Replaces these keys in config/strategies.yaml.\n{}:\n", cell(r["journal"]), cell(r["period"]["from"]),
                                cell(r["period"]["to"]), cell(r["why"]), cell(r["strategy"]));
  for (const Json& s : r["candidate"]["settings"]) {
    const std::string setting = short_setting(s.get<std::string>());
    out += fmt::format("  {}: {}\n", setting.substr(0, setting.find('=')), setting.substr(setting.find('=') + 1));
  }
  return out;
}

}  // namespace omega::replay
