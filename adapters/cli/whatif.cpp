// omega whatif: the same inputs with changed settings, trade by trade.
#include <algorithm>
#include <future>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "adapters/cli/changed_config.hpp"
#include "journal/bus_guard.hpp"
#include "replay/incident/ledger.hpp"
#include "replay/report_journal.hpp"
#include "replay/strategy_plugin.hpp"
#include "replay/whatif/differences.hpp"

namespace omega::cli {
namespace {

struct WhatIfOptions {
  std::string journal, output;
  std::vector<std::string> variants;
  CommonOptions common;
};

/// Settings of each variant: those of --set, alone or followed by those of one --variant each.
std::vector<std::vector<std::string>> groups_of(const WhatIfOptions& o) {
  if (o.variants.empty()) return {o.common.overrides};
  std::vector<std::vector<std::string>> groups;
  for (const std::string& text : o.variants) {
    groups.push_back(o.common.overrides);
    std::istringstream words(text);
    for (std::string word; words >> word;) groups.back().push_back(word);
  }
  return groups;
}

/// Runs beside each other over the same inputs, as many at once as there are cores.
Result<std::vector<replay::Rerun>> run_all(const std::string& journal, const std::vector<EngineConfig>& configs) {
  const auto inputs = replay::SharedInputs::open(journal, {});
  if (!inputs) return inputs.error();
  std::vector<replay::Rerun> runs;
  const std::size_t width = std::max(1u, std::thread::hardware_concurrency());
  for (std::size_t from = 0; from < configs.size(); from += width) {
    std::vector<std::future<Result<replay::Rerun>>> batch;
    for (std::size_t i = from; i < std::min(configs.size(), from + width); ++i) {
      batch.push_back(std::async(std::launch::async, [&inputs, &configs, i] { return replay::rerun(inputs.value(), configs[i]); }));
    }
    std::vector<Result<replay::Rerun>> done;
    for (auto& f : batch) done.push_back(f.get());
    for (auto& r : done) {
      if (!r) return r.error();
      runs.push_back(std::move(r).value());
    }
  }
  return runs;
}

/// The recorded trades are those of the re-run, by order and amount.
bool trades_as_recorded(const replay::Ledger& ledger, const replay::Rerun& run) {
  std::vector<const TradeClosed*> again;
  for (const replay::Deal& d : run.deals) {
    if (d.traded) again.push_back(&d.trade);
  }
  if (again.size() != ledger.trades.size()) return false;
  Money recorded = 0;
  for (const auto& t : ledger.trades) {
    recorded += t.event.net_pnl;
    const bool found = std::any_of(again.begin(), again.end(), [&](const TradeClosed* a) {
      return a->order_id == t.event.order_id && a->net_pnl == t.event.net_pnl && a->exit_ts == t.event.exit_ts;
    });
    if (!found) return false;
  }
  return recorded == run.net_pnl;
}

int whatif(const WhatIfOptions& o) {
  journal::stop_on_bus_error();
  auto reader = journal::JournalReader::open(o.journal);
  if (!reader) return fail(reader.error());
  const auto recorded = replay::recorded_config(*reader.value());
  if (!recorded) return fail(recorded.error());
  if (const Status s = replay::load_recorded_plugins(recorded.value()); !s) return fail(s.error());
  const auto ledger = replay::Ledger::read(*reader.value());
  if (!ledger) return fail(ledger.error());
  const auto groups = groups_of(o);
  std::vector<EngineConfig> configs{recorded.value()};
  for (const auto& settings : groups) {
    auto config = changed_config(*reader.value(), recorded.value(), o.common, settings);
    if (!config) return fail(config.error());
    configs.push_back(std::move(config).value());
  }
  const auto runs = run_all(o.journal, configs);
  if (!runs) return fail(runs.error());

  replay::WhatIf w{.journal = o.journal, .config = &recorded.value(), .base = &runs.value()[0],
                   .base_is_recorded = trades_as_recorded(ledger.value(), runs.value()[0]), .variants = {}};
  for (std::size_t i = 0; i < groups.size(); ++i) w.variants.push_back({groups[i], &runs.value()[i + 1]});
  const auto doc = replay::whatif_json(w);
  const std::string text = o.common.json ? doc.dump(2) + "\n" : replay::whatif_markdown(doc);
  if (!o.output.empty()) {
    if (Status s = write_text(o.output, text, "cannot write; give a writable file with --output"); !s) return fail(s.error());
  }
  std::cout << text;
  return w.base_is_recorded ? kDone : kAnswerIsNo;
}

}  // namespace

void add_whatif(CLI::App& app, Action& action) {
  auto o = std::make_shared<WhatIfOptions>();
  CLI::App* c = app.add_subcommand("whatif", "run a journal's inputs again with changed settings: what would have been different, trade by trade");
  c->add_option("journal", o->journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
  c->add_option("--variant", o->variants,
                "one group of settings on top of --set, repeatable; all groups run side by side into one table (default: one of --set alone), "
                "e.g. --variant 'risk.quality_min=0.5 risk.positions_max=2'")
      ->expected(1)
      ->take_all()
      ->type_name("SETTINGS");
  c->add_option("--output", o->output, "also write the report to this file (default: none), e.g. --output whatif.md")->type_name("FILE");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega whatif runs/green_only-paper-1 --set strategies.liquidity_sweep.stop_buffer_pips=12");
  c->callback([o, &action] { action = [o] { return whatif(*o); }; });
}

}  // namespace omega::cli
