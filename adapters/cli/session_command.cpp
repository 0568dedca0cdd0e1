#include "adapters/cli/session_command.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/logging.hpp"
#include "adapters/cli/progress_bar.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "adapters/cli/version.hpp"
#include "adapters/host/layout_plan.hpp"
#include "adapters/host/shared_latency.hpp"
#include "journal/bus_guard.hpp"
#include "replay/halt_guard.hpp"
#include "replay/report.hpp"
#include "replay/report_journal.hpp"
#include "replay/session.hpp"

namespace omega::cli {
namespace {

double share_of(const replay::Progress& p) {
  if (p.to_ts <= p.from_ts || p.engine_ts < p.from_ts) return -1;
  return static_cast<double>(p.engine_ts - p.from_ts) / static_cast<double>(p.to_ts - p.from_ts);
}

Result<nlohmann::ordered_json> report_of(const replay::SessionResult& session) {
  auto reader = journal::JournalReader::open(session.journal_dir);
  if (!reader) return reader.error();
  auto config = replay::recorded_config(*reader.value());
  if (!config) return config.error();
  auto record = replay::read_record(*reader.value(), config.value());
  if (!record) return record.error();
  return replay::build_report(config.value(), session.facts, record.value(), session.journal_dir.string());
}

Status write_report(const std::string& file, const nlohmann::ordered_json& report) {
  const std::filesystem::path path(file);
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  return write_text(path, report.dump(2) + "\n", "cannot write the report; give a writable file with --output");
}

int run_session_logged(SessionRequest& request, ExternalFeed& feed) {
  const nlohmann::json extra{{"build", kBuild}, {"command", request.command}, {"overrides", request.common.overrides}};
  ProgressBar bar(request.common.quiet);
  replay::SessionOptions options;
  options.journal_dir = request.journal_dir;
  options.stop = &stop_on_signal();
  options.alert = [](const std::string& text) { log_warning(text); };
  host::Topology machine = host::counted_cpus();
  if (!host::stays_fused(request.config.pipeline, machine.cpus.size())) machine = host::this_machine();
  auto plan = host::plan_layout(request.config.pipeline, machine);
  if (!plan) return fail(plan.error());
  options.layout = plan.value().layout;
  if (const std::string missed = host::prefer_memory_of(machine, options.layout.threads[0].cpu); !missed.empty()) plan.value().notes.push_back(missed);
  // Without shared memory the latencies are seen at the end only.
  const auto shared_latency = host::SharedLatency::create();
  if (shared_latency) options.latency = &shared_latency.value()->board();
  else plan.value().notes.push_back(shared_latency.error().message + ": omega latency cannot look in");
  options.resume = request.resume ? &*request.resume : nullptr;
  options.progress = [&bar](const replay::Progress& p) { bar.draw(share_of(p), p.events, p.engine_ts); };
  log_info(fmt::format("{} {}: profile {}, feed {}, journal {}", request.command, request.resume ? "resumes" : "starts", request.config.profile,
                       feed.description().text, request.journal_dir.string()));
  if (const std::string halted = replay::recorded_halt(request.journal_dir); !halted.empty()) log_info(halted);
  const std::string feed_text = feed.description().text;
  auto session = replay::run_session(std::move(request.config), feed, extra, options);
  bar.clear();
  if (!session) {
    (void)drain_logging();  // what led there is told before the error
    return fail(session.error());
  }
  std::error_code none_there;
  std::filesystem::remove(request.journal_dir / replay::kHaltFile, none_there);  // this run went past it
  session.value().facts.feed = feed_text;
  for (const std::string& refused : session.value().facts.layout_notes) log_warning("layout: " + refused);
  session.value().facts.layout_notes.insert(session.value().facts.layout_notes.begin(), plan.value().notes.begin(), plan.value().notes.end());
  session.value().facts.stopped = session.value().stopped || options.stop->load(std::memory_order_relaxed);  // relaxed because the engine's loop has ended
  if (!session.value().warning.empty()) log_warning(session.value().warning);
  auto report = report_of(session.value());
  if (!report) return fail(report.error());
  log_info(fmt::format("{} ended: {} events, {} trades", request.command, session.value().facts.events,
                       report.value()["statistics"]["trades"].dump()));
  // Nothing of the engine runs any more; a log that is stuck must not hold the report back for long.
  if (const std::uint64_t dropped = drain_logging(); dropped != 0) report.value()["log_lines_dropped"] = dropped;
  if (!request.report_file.empty()) {
    if (Status s = write_report(request.report_file, report.value()); !s) return fail(s.error());
  }
  if (request.common.json) {
    std::cout << report.value().dump(2) << '\n';
  } else {
    std::cout << replay::report_text(report.value());
    if (!request.report_file.empty()) std::cout << fmt::format("  {:<22} {}\n", "report", request.report_file);
  }
  return kDone;
}

}  // namespace

int run_session_command(SessionRequest request, ExternalFeed& feed) {
  start_logging(request.log_dir, request.common.quiet);
  journal::stop_on_bus_error();
  const int code = run_session_logged(request, feed);
  const bool log_ended = stop_logging();
  if (request.announce_shutdown && code == kDone) {
    std::cout.flush();
    if (!request.common.json) std::cout << "System shutdown complete" << std::endl;
    else if (log_ended) std::cerr << "System shutdown complete" << std::endl;
  }
  if (!log_ended) {
    std::cout.flush();
    std::_Exit(code);
  }
  return code;
}

std::filesystem::path free_run_folder(const std::string& profile, const std::string& mode) {
  for (int n = 1;; ++n) {
    std::filesystem::path folder = std::filesystem::path("runs") / fmt::format("{}-{}-{}", profile, mode, n);
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) return folder;
  }
}

}  // namespace omega::cli
