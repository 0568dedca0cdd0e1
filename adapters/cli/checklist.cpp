// omega checklist: what stands between this installation and live trading.
#include "replay/reports/checklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/health.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ChecklistOptions {
  std::string journal, profile = "green_only", log_dir = "logs";
  CommonOptions common;
};

/// Lines of the log that say error or critical; -1 without a log.
long error_lines(const std::string& log_dir) {
  std::ifstream log(std::filesystem::path(log_dir) / "omega.log");
  if (!log) return -1;
  long n = 0;
  for (std::string line; std::getline(log, line);) n += line.find("Z error ") != std::string::npos || line.find("Z critical ") != std::string::npos ? 1 : 0;
  return n;
}

void print(const Json& lines) {
  std::string phase;
  for (const Json& l : lines) {
    if (l["phase"] != phase) std::cout << "\n" << (phase = l["phase"].get<std::string>()) << '\n';
    const std::string source = l["source"].get<std::string>();
    std::cout << fmt::format("  {:<15} {:<42} {}{}\n", l["status"].get<std::string>(), l["item"].get<std::string>(), l["figure"].get<std::string>(),
                             source.empty() ? "" : " (" + source + ")");
  }
}

int run_checklist(const ChecklistOptions& o) {
  const auto config = configured(o.common, o.profile);
  if (!config) return fail(config.error());
  replay::Book book;
  if (!o.journal.empty()) {
    auto read = replay::Book::read(o.journal);
    if (!read) return fail(read.error());
    book = std::move(read).value();
  }
  const std::vector<HealthStep> steps = check_health(o.common);
  const bool sound = std::all_of(steps.begin(), steps.end(), [](const HealthStep& s) { return s.good; });
  const Json lines = replay::checklist({.config = config.value(), .paper = o.journal.empty() ? nullptr : &book, .smoke_passed = sound,
                                        .log_errors = error_lines(o.log_dir)});
  const auto count = [&](const char* status) { return std::count_if(lines.begin(), lines.end(), [&](const Json& l) { return l["status"] == status; }); };
  const auto met = count("met"), unmet = count("not met"), person = count("needs a person");
  if (o.common.json) {
    std::cout << Json{{"schema", "omega.checklist/1"}, {"profile", o.profile}, {"met", met}, {"not_met", unmet}, {"needs_a_person", person}, {"lines", lines}}.dump(2) << '\n';
  } else {
    print(lines);
    std::cout << fmt::format("\n{} met, {} not met, {} need a person\n", met, unmet, person);
  }
  return unmet == 0 ? kDone : kAnswerIsNo;
}

}  // namespace

void add_checklist(CLI::App& app, Action& action) {
  auto o = std::make_shared<ChecklistOptions>();
  CLI::App* c = app.add_subcommand("checklist", "the list before live trading: each line met, not met or left to a person; exit 1 while one is not met");
  c->add_option("--journal", o->journal, "journal of the paper trading that is to be the proof (default: none)")->type_name("JOURNAL");
  c->add_option("--profile", o->profile, "profile to go live with (default: green_only)")->type_name("NAME");
  c->add_option("--log-dir", o->log_dir, "folder of omega.log (default: logs)")->type_name("DIR");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega checklist --journal runs/green_only-paper-1");
  c->callback([o, &action] { action = [o] { return run_checklist(*o); }; });
}

}  // namespace omega::cli
