// omega backtest: a fresh engine over the external inputs of a journal.
#include <memory>

#include "adapters/cli/command.hpp"
#include "adapters/cli/session_command.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "replay/journal_feed.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

struct BacktestOptions {
  std::string profile, journal, from, to, out, output, log_dir = "logs";
  int days = 0;
  CommonOptions common;
};

Result<replay::FeedRange> range_of(const BacktestOptions& o) {
  replay::FeedRange range{.last_days = o.days};
  for (const auto& [text, name, target] : {std::tuple{&o.from, "--from", &range.from}, std::tuple{&o.to, "--to", &range.to}}) {
    if (text->empty()) continue;
    const auto ts = replay::parse_time(*text);
    if (!ts) {
      return Error{ErrorKind::kUsage, std::string("backtest: ") + name + ": expected a date or an RFC 3339 time in UTC, such as "
                                      "2018-03-01 or 2018-03-01T08:00:00Z, got '" + *text + "'"};
    }
    *target = *ts;
  }
  if (range.to > 0 && range.from >= range.to) {
    return Error{ErrorKind::kUsage, "backtest: --from: expected a time before --to, got " + o.from + " and " + o.to};
  }
  return range;
}

int backtest(const BacktestOptions& o) {
  static_cast<void>(stop_on_signal());  // also while there is nothing to stop yet
  const auto range = range_of(o);
  if (!range) return fail(range.error());
  auto config = configured(o.common, o.profile);
  if (!config) return fail(config.error());
  config.value().mode = "backtest";
  // Minute bars give threads little to overlap; one thread per backtest leaves the other cores to other backtests.
  if (config.value().pipeline.layout == LayoutKind::kAuto) config.value().pipeline.layout = LayoutKind::kFused;
  auto feed = replay::JournalFeed::open(o.journal, config.value(), range.value());
  if (!feed) return fail(feed.error());
  SessionRequest request{.command = "backtest",
                         .config = std::move(config).value(),
                         .journal_dir = o.out.empty() ? free_run_folder(o.profile, "backtest") : std::filesystem::path(o.out),
                         .report_file = o.output,
                         .log_dir = o.log_dir,
                         .announce_shutdown = false,
                         .common = o.common};
  return run_session_command(std::move(request), *feed.value());
}

}  // namespace

void add_backtest(CLI::App& app, Action& action) {
  auto o = std::make_shared<BacktestOptions>();
  CLI::App* c = app.add_subcommand("backtest", "run a fresh engine over the bars and operator commands of any journal");
  c->add_option("--profile", o->profile, "profile in config/profiles, e.g. green_only")->required()->type_name("NAME");
  c->add_option("--journal", o->journal, "journal to take the inputs from, e.g. one made by omega import")->required()->type_name("DIR");
  CLI::Option* days = c->add_option("--days", o->days, "the last so many days of it, 1 to 3660 (default: all), e.g. --days 90")
                          ->check(CLI::Range(1, 3660))
                          ->type_name("DAYS");
  c->add_option("--from", o->from, "start, a date or RFC 3339 time, UTC (default: its first event), e.g. --from 2018-03-01")
      ->excludes(days)
      ->type_name("TIME");
  c->add_option("--to", o->to, "end, likewise (default: its last event), e.g. --to 2018-06-01T12:00:00Z")->excludes(days)->type_name("TIME");
  c->add_option("--out", o->out, "new folder for the backtest's own journal (default: runs/<profile>-backtest-<n>)")->type_name("DIR");
  c->add_option("--output", o->output, "write report.json to this file (default: none), e.g. --output report.json")->type_name("FILE");
  c->add_option("--log-dir", o->log_dir, "folder of omega.log (default: logs)")->type_name("DIR");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega backtest --profile green_only --journal data/2018 --days 90 --output report.json");
  c->callback([o, &action] { action = [o] { return backtest(*o); }; });
}

}  // namespace omega::cli
