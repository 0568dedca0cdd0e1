// omega run: a paper session on a feed.
#include <algorithm>
#include <memory>

#include "adapters/cli/command.hpp"
#include "adapters/cli/feed_spec.hpp"
#include "adapters/cli/session_command.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "adapters/feed/paced_feed.hpp"

namespace omega::cli {
namespace {

LayoutKind layout_kind(const std::string& name) {
  return static_cast<LayoutKind>(std::find(kLayoutName.begin(), kLayoutName.end(), name) - kLayoutName.begin());
}

struct RunOptions {
  std::string profile, mode = "paper", feed = "sim", journal, speed = "max", layout, output, log_dir = "logs";
  int days = 0;
  bool resume = false;
  CommonOptions common;
};

int run(const RunOptions& o) {
  static_cast<void>(stop_on_signal());  // also while there is nothing to stop yet
  if (o.mode != "paper") {
    return fail({ErrorKind::kUsage, "run: --mode: expected paper, got '" + o.mode +
                                        "'; this version has no venue connection, so there is no other mode"});
  }
  const auto speed = parse_speed(o.speed);
  if (!speed) return fail(speed.error());
  auto config = configured(o.common, o.profile);
  if (!config) return fail(config.error());
  config.value().mode = o.mode;
  if (!o.layout.empty()) config.value().pipeline.layout = layout_kind(o.layout);
  std::optional<replay::ResumePoint> resume;
  if (o.resume) {
    if (o.journal.empty()) return fail({ErrorKind::kUsage, "run: --resume needs --journal DIR, the journal to continue"});
    if (!replay::nothing_to_resume(o.journal)) {
      auto point = replay::prepare_resume(o.journal);
      if (!point) return fail(point.error());
      resume = std::move(point).value();
    }
  }
  auto feed = open_feed(o.feed, config.value(), o.days);
  if (!feed) return fail(feed.error());
  std::unique_ptr<ExternalFeed> driven = std::move(feed).value();
  if (speed.value() > 0) driven = std::make_unique<feed::PacedFeed>(std::move(driven), speed.value(), stop_on_signal(),
                                               resume ? resume->external_inputs : 0);
  SessionRequest request{.command = "run",
                         .config = std::move(config).value(),
                         .journal_dir = o.journal.empty() ? free_run_folder(o.profile, o.mode) : std::filesystem::path(o.journal),
                         .resume = std::move(resume),
                         .report_file = o.output,
                         .log_dir = o.log_dir,
                         .announce_shutdown = true,
                         .common = o.common};
  return run_session_command(std::move(request), *driven);
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto o = std::make_shared<RunOptions>();
  CLI::App* c = app.add_subcommand("run", "run the engine: a paper session on a feed; Ctrl+C ends it cleanly");
  c->add_option("--profile", o->profile, "profile in config/profiles, e.g. green_only")->required()->type_name("NAME");
  c->add_option("--mode", o->mode, "execution mode: paper (default: paper)")->type_name("MODE");
  c->add_option("--feed", o->feed,
                "where market data come from (default: sim): sim[:seed=N,symbols=A+B,days=N,spread=PERCENT,book=A,news=on,crises=on], the built-in simulated market "
                "(seed 1, EURUSD+GBPUSD+USDJPY, 90 days; book: symbols that have trades and an order book, none; news: releases, off; crises: off), "
                "or journal:DIR, e.g. --feed sim:seed=7,symbols=EURUSD+GBPUSD,days=30")
      ->type_name("SPEC");
  c->add_option("--journal", o->journal, "new folder for the journal (default: runs/<profile>-<mode>-<n>)")->type_name("DIR");
  c->add_flag("--resume", o->resume,
              "continue the journal of --journal after a crash, a stop or a shorter feed, with the same configuration and feed; "
              "what is recorded is compared, what is missing appended; a folder without a journal gets a new one (default: off)");
  c->add_option("--speed", o->speed, "pace: realtime, max, or xN times real time (default: max), e.g. --speed x60")->type_name("PACE");
  c->add_option("--days", o->days, "end after so many days of engine time, 1 to 3660 (default: the feed's end), e.g. --days 30")
      ->check(CLI::Range(1, 3660))
      ->type_name("DAYS");
  c->add_option("--layout", o->layout, "threads: fused, all stages on one; pinned, the groups of engine.pipeline.threads on one each; auto, pinned "
                  "where the cores suffice (default: engine.pipeline.layout, auto)")
      ->check(CLI::IsMember({"auto", "fused", "pinned"}))
      ->type_name("LAYOUT");
  c->add_option("--output", o->output, "write report.json to this file (default: none), e.g. --output report.json")->type_name("FILE");
  c->add_option("--log-dir", o->log_dir, "folder of omega.log (default: logs)")->type_name("DIR");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega run --profile green_only --mode paper --feed sim:seed=1,days=90 --speed max --output report.json");
  c->callback([o, &action] { action = [o] { return run(*o); }; });
}

}  // namespace omega::cli
