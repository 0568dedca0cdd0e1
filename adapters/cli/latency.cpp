// omega latency: where the time of a running engine's events goes, while it runs.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/host/shared_latency.hpp"
#include "journal/journal_lock.hpp"
#include "replay/facts.hpp"
#include "replay/report.hpp"

namespace omega::cli {
namespace {

struct LatencyOptions {
  std::string journal;
  CommonOptions common;
};

int show(const LatencyOptions& o) {
  const long engine = journal::JournalLock::holder(o.journal);
  if (engine == 0) {
    return fail({ErrorKind::kUsage, o.journal + ": no engine writes this journal; the report of a run that has ended shows its latencies"});
  }
  const auto shared = host::SharedLatency::open(static_cast<pid_t>(engine));
  if (!shared) return fail(shared.error());
  const auto rows = replay::latency_json(replay::latency_rows(shared.value()->board(), host::measured_ns_per_tick()));
  if (o.common.json) {
    std::cout << nlohmann::ordered_json{{"schema", "omega.latency/1"}, {"journal", o.journal}, {"process", engine}, {"latency", rows}}.dump(2) << '\n';
  } else {
    std::cout << fmt::format("engine {} on {}\n", engine, o.journal) << replay::latency_text(rows);
  }
  return kDone;
}

}  // namespace

void add_latency(CLI::App& app, Action& action) {
  auto o = std::make_shared<LatencyOptions>();
  CLI::App* c = app.add_subcommand("latency", "latencies of a running engine, per stage and from tick to order");
  c->add_option("journal", o->journal, "journal that the engine writes")->required()->type_name("JOURNAL");
  add_output_options(*c, o->common);
  c->footer("Example: omega latency runs/green_only-paper-1");
  c->callback([o, &action] { action = [o] { return show(*o); }; });
}

}  // namespace omega::cli
