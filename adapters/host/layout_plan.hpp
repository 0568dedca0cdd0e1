// What:     Chooses the threads of a run: what the configuration asks for, on the cores that there are.
// Owner:    the command that starts an engine.   Threads: none; a pure function.
// Errors:   kUsage when the layout asks for more than the cores can carry: spinning threads without a core each.
// Source:   more spinning threads than cores cost a factor of a hundred (measured), so such a layout is refused.
#pragma once

#include <string>
#include <vector>

#include "adapters/host/topology.hpp"
#include "engine/core/config.hpp"
#include "engine/core/result.hpp"

namespace omega::host {

struct LayoutPlan {
  ThreadLayout layout;
  std::vector<std::string> notes;  // what was chosen without being asked, and what could not be had
};

/// True when no thread has to be placed on this many CPUs: plan_layout() then gives the fused layout on counted_cpus() too.
[[nodiscard]] bool stays_fused(const PipelineConfig& config, std::size_t cpus) noexcept;

/// config.pinned is complete(). cpu -1 there: a core is chosen; isolated ones first, all on one memory node if it has as many,
/// one thread per physical core.
[[nodiscard]] Result<LayoutPlan> plan_layout(const PipelineConfig& config, const Topology& topology);

}  // namespace omega::host
