// omega strategies: the catalogue of all 24, and which of them a journal's data cannot feed.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/cli/strategy_scaffold.hpp"
#include "adapters/config/issues.hpp"
#include "engine/signals/registry.hpp"
#include "journal/reader.hpp"
#include "replay/journal_feed.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

struct StrategyOptions {
  std::string describe, profile, journal, added, folder = ".";
  bool plugin = false;
  CommonOptions common;
};

/// Where the data of a journal fall short: strategy -> {symbol -> missing capability bits}.
using Gaps = std::map<StrategyId, std::map<std::string, std::uint32_t>>;

Result<Gaps> gaps_of(const std::string& dir, const EngineConfig& config) {
  auto feed = replay::JournalFeed::open(dir, config, {});
  if (!feed) return feed.error();
  const auto& instruments = feed.value()->description().instruments;
  const std::uint32_t run = (instruments.size() > 1 ? capability::kMulti : 0) | (config.holidays.empty() ? 0 : capability::kCalendarHolidays);
  const auto model_of = [&](const std::string& symbol) {
    const auto row = std::find_if(config.instruments.begin(), config.instruments.end(),
                                  [&](const InstrumentConfig& i) { return i.symbol == symbol; });
    return row != config.instruments.end() && row->volatility_model ? capability::kModel : 0;
  };
  Gaps gaps;
  for (const RegistryEntry& e : strategy_registry()) {
    for (const FeedInstrument& i : instruments) {
      const std::uint32_t missing = e.needs & ~(i.capabilities | run | model_of(i.symbol));
      if (missing != 0) gaps[e.id][i.symbol] = missing;
    }
  }
  return gaps;
}

Json params_json(const StrategyInfo& info, const StrategyConfig* configured) {
  Json list = Json::array();
  for (std::size_t p = 0; p < info.params.size(); ++p) {
    const ParamSpec& spec = info.params[p];
    list.push_back({{"name", spec.name}, {"unit", spec.unit}, {"default", spec.value}, {"min", spec.min}, {"max", spec.max},
                    {"value", configured != nullptr ? Json(configured->params[p]) : Json(nullptr)}, {"doc", spec.doc}});
  }
  return list;
}

Json entry_json(const RegistryEntry& e, const EngineConfig& config, bool with_profile, const Gaps& gaps) {
  Json missing = Json::object();
  if (const auto own = gaps.find(e.id); own != gaps.end()) {
    for (const auto& [symbol, bits] : own->second) missing[symbol] = capability_names(bits);
  }
  const StrategyConfig& configured = config.strategies[e.id - 1u];
  Json j{{"id", fmt::format("S{:02}", e.id)}, {"name", e.name}, {"group", e.group}, {"family", e.family},
         {"timeframe", e.timeframe}, {"needs", capability_names(e.needs)}, {"built", e.info != nullptr},
         {"enabled", with_profile ? Json(configured.enabled) : Json(nullptr)}, {"missing", std::move(missing)}};
  if (e.info != nullptr) {
    j["idea"] = e.info->idea;
    j["formula"] = e.info->formula;
    j["literature"] = e.info->literature;
    j["features"] = e.info->features;
    j["time_stop"] = e.info->time_stop_ns > 0 ? Json(replay::format_duration(e.info->time_stop_ns)) : Json(nullptr);
    j["cooldown"] = e.info->cooldown_ns > 0 ? Json(replay::format_duration(e.info->cooldown_ns)) : Json(nullptr);
    j["conditions"] = Json(std::vector<std::string>(e.info->conditions.begin(), e.info->conditions.end()));
    j["parameters"] = params_json(*e.info, &configured);
  }
  return j;
}

std::string state_of(const Json& j) {
  if (!j["built"].get<bool>()) return "NOT_BUILT";
  if (!j["missing"].empty()) {
    std::string text = "DISABLED:";
    for (const auto& [symbol, bits] : j["missing"].items()) text += " " + symbol + " lacks " + bits.get<std::string>();
    return text;
  }
  return j["enabled"].is_null() ? "built" : j["enabled"].get<bool>() ? "ENABLED" : "off in this profile";
}

void print_table(const Json& list) {
  std::cout << fmt::format("{:<4} {:<34} {:<7} {:<9} {:<10} {:<26} {}\n", "id", "name", "group", "family", "timeframe", "needs", "state");
  for (const Json& j : list) {
    std::cout << fmt::format("{:<4} {:<34} {:<7} {:<9} {:<10} {:<26} {}\n", j["id"].get<std::string>(), j["name"].get<std::string>(),
                             j["group"].get<std::string>(), j["family"].get<std::string>(), j["timeframe"].get<std::string>(),
                             j["needs"].get<std::string>(), state_of(j));
  }
}

void print_one(const Json& j) {
  const auto line = [](const char* label, const std::string& value) { std::cout << fmt::format("  {:<11} {}\n", label, value); };
  std::cout << j["id"].get<std::string>() << ' ' << j["name"].get<std::string>() << '\n';
  line("group", j["group"].get<std::string>() + ", " + j["family"].get<std::string>() + ", " + j["timeframe"].get<std::string>());
  line("needs", j["needs"].get<std::string>());
  line("state", state_of(j));
  if (!j.contains("idea")) return;
  for (const char* key : {"idea", "formula", "features", "time_stop", "cooldown", "literature"}) {
    if (j[key].is_string()) line(key, j[key].get<std::string>());
  }
  std::cout << fmt::format("\n  {:<32} {:>10} {:>10} {:>10} {:>10}  {:<10} {}\n", "parameter", "value", "default", "min", "max", "unit", "");
  for (const Json& p : j["parameters"]) {
    std::cout << fmt::format("  {:<32} {:>10} {:>10} {:>10} {:>10}  {:<10} {}\n", p["name"].get<std::string>(), p["value"].get<double>(),
                             p["default"].get<double>(), p["min"].get<double>(), p["max"].get<double>(), p["unit"].get<std::string>(),
                             p["doc"].get<std::string>());
  }
}

int add_new(const StrategyOptions& o) {
  const auto written = o.plugin ? scaffold_plugin(o.added, o.folder) : scaffold_in_tree(o.added, o.folder);
  if (!written) return fail(written.error());
  if (o.common.json) {
    Json files = Json::array();
    for (const auto& path : written.value()) files.push_back(path.lexically_normal().string());
    std::cout << Json{{"schema", "omega.strategy_files/1"}, {"strategy", o.added}, {"files", std::move(files)}}.dump(2) << '\n';
    return kDone;
  }
  for (const auto& path : written.value()) std::cout << "wrote " << path.lexically_normal().string() << '\n';
  if (o.plugin) {
    std::cout << fmt::format("next  cmake -S {0} -B {0}/build -DOMEGA_SOURCE=DIR && cmake --build {0}/build\n"
                             "      then in a profile under config/profiles:  strategies: [{{plugin: PATH/{1}.so}}]\n",
                             (std::filesystem::path(o.folder) / o.added).lexically_normal().string(), o.added);
  } else {
    std::cout << "next  build, run signals_unit_test, and name the strategy in a profile under config/profiles\n";
  }
  return kDone;
}

int strategies(const StrategyOptions& o) {
  if (!o.added.empty()) return add_new(o);
  const auto config = configured(o.common, o.profile.empty() ? "full_24" : o.profile);
  if (!config) return fail(config.error());
  Gaps gaps;
  if (!o.journal.empty()) {
    auto found = gaps_of(o.journal, config.value());
    if (!found) return fail(found.error());
    gaps = std::move(found).value();
  }
  Json list = Json::array();
  if (o.describe.empty()) {
    for (const RegistryEntry& e : strategy_registry()) list.push_back(entry_json(e, config.value(), !o.profile.empty(), gaps));
  } else {
    const RegistryEntry* e = find_strategy(o.describe);
    if (e == nullptr) {
      std::vector<std::string> names;
      for (const RegistryEntry& r : strategy_registry()) names.emplace_back(r.name);
      return fail({ErrorKind::kUsage, "strategies: --describe: expected a strategy's name or number, got '" + o.describe +
                                          "'; did you mean '" + config::nearest_name(o.describe, names) + "'?"});
    }
    list.push_back(entry_json(*e, config.value(), !o.profile.empty(), gaps));
  }
  if (o.common.json) {
    std::cout << Json{{"schema", "omega.strategies/1"}, {"strategies", std::move(list)}}.dump(2) << '\n';
  } else if (o.describe.empty()) {
    print_table(list);
  } else {
    print_one(list.front());
  }
  return kDone;
}

}  // namespace

void add_strategies(CLI::App& app, Action& action) {
  auto o = std::make_shared<StrategyOptions>();
  CLI::App* c = app.add_subcommand("strategies", "the 24 strategies: what each does, needs and is set to; which a journal's data cannot feed");
  c->add_option("--describe", o->describe, "one strategy in full, by name or number (default: a table of all), e.g. --describe S02")->type_name("NAME");
  auto* const added = c->add_option("--new", o->added, "write a new strategy that builds and is tested: its file, its test, its config block (default: none)")->type_name("NAME");
  c->add_flag("--plugin", o->plugin, "with --new: as a shared object outside the tree (default: in the tree)")->needs(added);
  c->add_option("--in", o->folder, "with --new: omega's source tree, or where the plugin's folder goes (default: .)")->type_name("DIR")->needs(added);
  c->add_option("--profile", o->profile, "show what this profile enables (default: none)")->type_name("NAME");
  c->add_option("--journal", o->journal, "show which strategies lack data in this journal (default: none)")->type_name("DIR");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega strategies --profile green_only --journal data/2018");
  c->callback([o, &action] { action = [o] { return strategies(*o); }; });
}

}  // namespace omega::cli
