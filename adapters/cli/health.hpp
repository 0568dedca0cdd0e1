// What:     The end-to-end health check of an installation: configuration, a paper session on the simulated market, its journal,
//           replay, backtest, report and incident, each held against the others.
// Owner:    omega smoke and omega checklist.   Threads: main thread.
// Errors:   a step that fails says why; the steps that need it are not tried. The folder it works in is removed.
#pragma once

#include <string>
#include <vector>

#include "adapters/cli/command.hpp"

namespace omega::cli {

struct HealthStep {
  std::string name, detail;
  bool good = false;
  double seconds = 0;
};

/// Stops behind the first step that fails.
[[nodiscard]] std::vector<HealthStep> check_health(const CommonOptions& options);

}  // namespace omega::cli
