// What:     Collects from a finished pipeline what the report needs and no lane holds: funnels, counters, layer states.
// Owner:    value function.
#pragma once

#include "engine/pipeline/pipeline.hpp"
#include "replay/run_facts.hpp"

namespace omega::replay {

[[nodiscard]] RunFacts gather_facts(const EngineConfig& config, const Pipeline& pipeline, TimeNs first_ts,
                                    double wall_seconds);

/// ns_per_tick: of the TSC, measured over the run.
[[nodiscard]] std::vector<LatencyRow> latency_rows(const LatencyBoard& board, double ns_per_tick);

}  // namespace omega::replay
