// What:     The ten gates of one signal with the figures each compared: which passed, which stopped it, which were not
//           reached. The figures come from the signal, the decision and the recorded configuration; each comparison is made
//           here again, so a verdict that its own figures contradict is visible.
// Owner:    pure functions.   Threads: any.   Units: as in the records; fractions of equity, R, basis points.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/core/config.hpp"

namespace omega::replay {

struct GateInput {
  const EngineConfig& config;
  const Signal& signal;
  const RiskDecision& decision;
  const SignalOutcome* outcome;  // null: refused before the venue, or not answered yet
};

/// [{"gate", "name", "verdict": "passed"|"stopped"|"not reached"|"no answer yet", "code", "figures": [{"name", "value",
///   "must_be", "limit", "holds"}], "contradiction"}]
[[nodiscard]] nlohmann::ordered_json gates_of(const GateInput& in);
/// The sizing arithmetic of gate 8, done again: {} when the signal did not get that far.
[[nodiscard]] nlohmann::ordered_json sizing_of(const GateInput& in, Price entry_ref);

}  // namespace omega::replay
