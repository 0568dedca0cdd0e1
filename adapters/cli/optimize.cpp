// omega optimize: parameters of one strategy searched by backtests, judged out of sample.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/cli/command.hpp"
#include "adapters/cli/progress_bar.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "adapters/cli/trial_file.hpp"
#include "adapters/cli/version.hpp"
#include "adapters/config/issues.hpp"
#include "adapters/config/load.hpp"
#include "journal/bus_guard.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "replay/optimize/optimize_document.hpp"

namespace omega::cli {
namespace {

struct OptimizeOptions {
  std::string journal, profile = "green_only", strategy, objective = "sharpe", out;
  std::vector<std::string> params;
  int days = 90, trials = 64, folds = 4, jobs = 0, trades_min = 10;
  std::uint64_t seed = 0;
  double threshold = 0.05;
  CommonOptions common;
};

constexpr std::size_t kDaysPerPart_min = 5;

Error usage(const std::string& what) { return {ErrorKind::kUsage, "optimize: " + what}; }

/// "name=low:high" within the allowed range of the parameter.
Result<replay::SearchParam> narrowed(const std::string& text, const config::StrategySchema& strategy, const std::vector<replay::SearchParam>& all) {
  const std::size_t equals = text.find('='), colon = text.find(':');
  const std::string name = text.substr(0, equals);
  std::vector<std::string> known;
  for (const config::ParamSchema& p : strategy.params) known.push_back(p.name);
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) return usage("--param: expected a parameter of " + strategy.name + ", got '" + name + "'; did you mean '" + config::nearest_name(name, known) + "'?");
  replay::SearchParam p = all[static_cast<std::size_t>(found - known.begin())];
  const char* const end = text.data() + text.size();
  double low = 0, high = 0;
  const bool shaped = equals != std::string::npos && colon != std::string::npos && equals < colon;
  if (!shaped || std::from_chars(text.data() + equals + 1, text.data() + colon, low).ptr != text.data() + colon ||
      std::from_chars(text.data() + colon + 1, end, high).ptr != end || !(low < high) || low < p.low || high > p.high)
    return usage(fmt::format("--param: expected {}=LOW:HIGH within {:.6g} to {:.6g}, got '{}'", name, p.low, p.high, text));
  p.low = low;
  p.high = high;
  return p;
}

/// The searched parameters: those of --param, else all of the strategy over their allowed range.
Result<std::vector<replay::SearchParam>> params_of(const OptimizeOptions& o, const config::StrategySchema& strategy, const EngineConfig& config) {
  std::vector<replay::SearchParam> all;
  const StrategyConfig& now = config.strategies[strategy.id - 1u];
  for (std::size_t i = 0; i < strategy.params.size(); ++i) {
    const config::ParamSchema& p = strategy.params[i];
    all.push_back({.key = "strategies." + strategy.name + "." + p.name, .current = now.params[i], .low = p.min, .high = p.max, .whole = p.unit.find("bars") != std::string::npos});
  }
  if (all.empty()) return usage(strategy.name + " has no parameters to search");
  if (o.params.empty()) return all;
  std::vector<replay::SearchParam> chosen;
  for (const std::string& text : o.params) {
    auto p = narrowed(text, strategy, all);
    if (!p) return p.error();
    chosen.push_back(std::move(p).value());
  }
  return chosen;
}

Result<const config::StrategySchema*> strategy_of(const OptimizeOptions& o, const EngineConfig& config) {
  std::vector<std::string> running;
  for (const StrategyConfig& s : config.strategies)
    if (s.built && s.enabled) running.push_back(s.name);
  for (const config::StrategySchema& s : config::strategy_schemas())
    if (s.name == o.strategy && std::find(running.begin(), running.end(), s.name) != running.end()) return &s;
  return usage("--strategy: expected a built strategy of profile " + o.profile + ", got '" + o.strategy + "'; did you mean '" + config::nearest_name(o.strategy, running) + "'?");
}

/// Everything that a trial's result depends on: trials of another search are not taken for this one's.
Result<nlohmann::ordered_json> identity(const OptimizeOptions& o, const EngineConfig& config, const std::vector<replay::SearchParam>& params) {
  const auto manifest = journal::Manifest::read(o.journal);
  if (!manifest) return manifest.error();
  const auto end = manifest.value().lane_end(Lane::kInputs);
  nlohmann::ordered_json searched = nlohmann::ordered_json::array();
  for (const replay::SearchParam& p : params) searched.push_back({{"key", p.key}, {"low", p.low}, {"high", p.high}});
  return nlohmann::ordered_json{{"schema", "omega.optimize-trials/1"}, {"build", kBuild}, {"journal_id", manifest.value().doc.value("journal_id", "")},
                                {"inputs_crc", end ? end->crc : 0}, {"inputs", end ? end->frames : 0}, {"days", o.days}, {"strategy", o.strategy}, {"seed", o.seed},
                                {"parameters", std::move(searched)}, {"config", journal::config_to_json(config)}};
}

Result<replay::Trial> run_trial(const OptimizeOptions& o, const std::shared_ptr<const replay::SharedInputs>& inputs, const replay::SearchSpace& space, StrategyId strategy, std::uint64_t index) {
  replay::Trial refused;
  refused.index = index;
  refused.values = space.point(index);
  CommonOptions common = o.common;
  if (index > 0) {  // point 0 is the configuration as it is
    for (std::string& setting : space.settings(refused.values)) {
      const std::string key = setting.substr(0, setting.find('=') + 1);
      std::erase_if(common.overrides, [&](const std::string& given) { return given.starts_with(key); });
      common.overrides.push_back(std::move(setting));
    }
  }
  auto config = configured(common, o.profile);
  if (!config) {
    if (index == 0) return config.error();
    refused.refused = config.error().message;
    return refused;
  }
  const auto run = replay::backtest_in_memory(inputs, std::move(config).value());
  if (!run) return run.error();
  replay::Trial trial = replay::trial_of(run.value(), strategy);
  trial.index = index;
  trial.values = std::move(refused.values);
  return trial;
}

/// Runs what the file does not hold yet over one reading of the inputs, as many at once as asked; each finished trial is in the file before the next begins.
Status run_missing(const OptimizeOptions& o, const replay::SearchSpace& space, StrategyId strategy, TrialFile& file) {
  std::vector<std::uint64_t> missing;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(o.trials); ++i)
    if (!file.has(i)) missing.push_back(i);
  if (missing.empty()) return Ok{};
  const auto inputs = replay::SharedInputs::open(o.journal, {.last_days = o.days});
  if (!inputs) return inputs.error();
  const std::atomic<bool>& stop = stop_on_signal();
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failed;
  ProgressBar bar(o.common.quiet);
  const auto work = [&] {
    for (;;) {
      if (stop.load(std::memory_order_relaxed)) return;  // relaxed because it is only a flag
      const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);  // relaxed because only the number matters
      if (mine >= missing.size()) return;
      auto trial = run_trial(o, inputs.value(), space, strategy, missing[mine]);
      const std::lock_guard lock(mutex);
      if (failed) return;
      if (!trial) failed = trial.error();
      else if (Status s = file.add(std::move(trial).value()); !s) failed = s.error();
      bar.draw(static_cast<double>(file.trials().size()) / o.trials, file.trials().size(), 0);
    }
  };
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < (o.jobs > 0 ? static_cast<unsigned>(o.jobs) : cores); ++i) threads.emplace_back(work);
  work();
  for (std::thread& t : threads) t.join();
  if (failed) return *failed;
  return Ok{};
}

int optimize(const OptimizeOptions& o) {
  journal::stop_on_bus_error();
  const auto config = configured(o.common, o.profile);
  if (!config) return fail(config.error());
  const auto strategy = strategy_of(o, config.value());
  if (!strategy) return fail(strategy.error());
  auto params = params_of(o, *strategy.value(), config.value());
  if (!params) return fail(params.error());
  const auto who = identity(o, config.value(), params.value());
  if (!who) return fail(who.error());
  const replay::SearchSpace space(std::move(params).value(), o.seed);
  const std::filesystem::path dir = o.out.empty() ? "runs/optimize-" + o.strategy : o.out;
  auto file = TrialFile::open(dir, who.value(), static_cast<std::uint64_t>(o.trials));
  if (!file) return fail(file.error());
  const std::size_t resumed = file.value().trials().size();
  if (Status s = run_missing(o, space, strategy.value()->id, file.value()); !s) return fail(s.error());

  const std::vector<replay::Trial>& trials = file.value().trials();
  if (trials.size() < static_cast<std::size_t>(o.trials)) {
    std::cerr << fmt::format("omega: stopped: {} of {} trials are kept in {}; the same command goes on\n", trials.size(), o.trials, dir.string());
    return kAnswerIsNo;
  }
  const replay::SearchRules rules{.objective = o.objective == "pnl" ? replay::Objective::kPnl : o.objective == "expectancy" ? replay::Objective::kExpectancyR : replay::Objective::kSharpe,
                                  .folds = static_cast<std::size_t>(o.folds), .trades_min = static_cast<std::size_t>(o.trades_min), .threshold = o.threshold, .days_per_year = trials.front().days_per_year};
  const std::size_t days = trials.front().days.size();
  if (days < kDaysPerPart_min * (rules.folds + 1)) return fail(usage(fmt::format("{} market days are too few for {} folds; give more --days or fewer --folds", days, rules.folds)));
  const auto doc = replay::optimize_json({o.journal, o.profile, o.strategy, o.objective, config.value().account_currency, o.seed, resumed}, space, trials, rules, replay::judge(trials, rules));
  const replay::Document document = replay::optimize_document(doc);
  std::error_code ignored;
  std::filesystem::remove(dir / "patch.yaml", ignored);
  std::vector<std::pair<const char*, std::string>> files{{"optimize.json", doc.dump(2) + "\n"}, {"optimize.md", replay::to_markdown(document)}, {"optimize.html", replay::to_html(document)}};
  if (doc["accepted"].get<bool>()) files.emplace_back("patch.yaml", replay::patch_yaml(doc));
  for (const auto& [name, text] : files)
    if (Status s = write_text(dir / name, text, "cannot write; give a writable folder with --out"); !s) return fail(s.error());
  std::cout << (o.common.json ? files[0].second : files[1].second);
  return doc["accepted"].get<bool>() ? kDone : kAnswerIsNo;
}

}  // namespace

void add_optimize(CLI::App& app, Action& action) {
  auto o = std::make_shared<OptimizeOptions>();
  CLI::App* c = app.add_subcommand("optimize", "search a strategy's parameters by backtests, judged out of sample; exit 1 when nothing better than the threshold was found");
  c->add_option("--journal", o->journal, "journal to take the inputs from, e.g. one made by omega import")->required()->type_name("DIR");
  c->add_option("--strategy", o->strategy, "strategy to search, e.g. liquidity_sweep")->required()->type_name("NAME");
  c->add_option("--profile", o->profile, "profile it runs in, with the other strategies (default: green_only)")->type_name("NAME");
  c->add_option("--days", o->days, "the last so many days of the journal (default: 90)")->check(CLI::Range(1, 3660))->type_name("DAYS");
  c->add_option("--trials", o->trials, "parameter sets, the present one included; more continue an earlier search (default: 64)")->check(CLI::Range(2, 100'000))->type_name("N");
  c->add_option("--objective", o->objective, "sharpe, pnl or expectancy, of the strategy's own trades (default: sharpe)")->check(CLI::IsMember({"sharpe", "pnl", "expectancy"}))->type_name("NAME");
  c->add_option("--param", o->params, "search only this parameter, within this range, repeatable (default: all, over their allowed range), e.g. --param stop_buffer_pips=4:12")
      ->expected(1)
      ->take_all()
      ->type_name("NAME=LOW:HIGH");
  c->add_option("--folds", o->folds, "steps of the walk forward (default: 4)")->check(CLI::Range(1, 50))->type_name("N");
  c->add_option("--min-trades", o->trades_min, "trades needed in sample, and out of sample for a patch (default: 10)")->check(CLI::Range(1, 1'000'000))->type_name("N");
  c->add_option("--threshold", o->threshold, "least improvement out of sample for a patch, a fraction (default: 0.05)")->check(CLI::Range(0.0, 10.0))->type_name("X");
  c->add_option("--seed", o->seed, "where the sequence of parameter sets starts (default: 0)")->type_name("N");
  c->add_option("--jobs", o->jobs, "backtests at once (default: one for each core)")->check(CLI::Range(1, 256))->type_name("N");
  c->add_option("--out", o->out, "folder of trials and reports; an interrupted search goes on from it (default: runs/optimize-<strategy>)")->type_name("DIR");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega optimize --journal data/2018 --strategy liquidity_sweep --days 90 --trials 200");
  c->callback([o, &action] { action = [o] { return optimize(*o); }; });
}

}  // namespace omega::cli
