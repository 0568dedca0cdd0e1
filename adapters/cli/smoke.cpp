// omega smoke: is this installation sound?
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/health.hpp"

namespace omega::cli {
namespace {

int smoke(const CommonOptions& o) {
  const std::vector<HealthStep> steps = check_health(o);
  bool good = true;
  double seconds = 0;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const HealthStep& s : steps) {
    good = good && s.good;
    seconds += s.seconds;
    list.push_back({{"name", s.name}, {"passed", s.good}, {"detail", s.detail}, {"seconds", s.seconds}});
    if (!o.json) std::cout << fmt::format("  {} {:<24} {:>6.2f} s  {}\n", s.good ? "ok    " : "FAILED", s.name, s.seconds, s.detail);
  }
  if (o.json) {
    std::cout << nlohmann::ordered_json{{"schema", "omega.smoke/1"}, {"passed", good}, {"seconds", seconds}, {"steps", list}}.dump(2) << '\n';
  } else {
    std::cout << fmt::format("{} in {:.2f} s\n", good ? "ALL PASSED" : "FAILED: do not start trading", seconds);
  }
  return good ? kDone : kAnswerIsNo;
}

}  // namespace

void add_smoke(CLI::App& app, Action& action) {
  auto o = std::make_shared<CommonOptions>();
  CLI::App* c = app.add_subcommand("smoke", "health check of the installation, end to end, in seconds; exit 1 when a step fails");
  add_config_options(*c, *o);
  add_output_options(*c, *o);
  c->footer("Example: omega smoke --json");
  c->callback([o, &action] { action = [o] { return smoke(*o); }; });
}

}  // namespace omega::cli
