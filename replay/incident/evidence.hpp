// What:     What the engine saw and thought at one input: the input itself, every feature of the instruments it touched held
//           against the journaled vector, and how far each strategy's conditions got.
// Owner:    pure functions around one Rederivation::run().   Threads: one.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/incident/rederivation.hpp"

namespace omega::replay {

/// How far one strategy had got on one instrument before an input; compare with after it.
struct FunnelBefore {
  SignalsStage::RunningView running;
  Funnel funnel;
};
using Funnels = std::vector<FunnelBefore>;
[[nodiscard]] Funnels funnels_of(const Stages& stages);

/// Of the strategies that looked at the input, by instrument, after run(): [{"strategy", "symbol", "verdict", "at", "steps":
/// [{"condition", "reached", "passed", "held", "value", "relation", "threshold", "margin"}] (the last five of the newest evaluation,
/// only where one reached the condition; of a condition of several parts, the part that decided), "missing": [feature], "inputs": [{"feature", "value", "unit"}], "parameters": [{"name",
/// "value", "unit"}]}]; the inputs are those of the evaluation, the parameters hold the thresholds.
[[nodiscard]] nlohmann::ordered_json conditions_of(Rederivation& r, const Funnels& before);

/// Call after run(). {"seq", "ts", "input", "frames", "bars": [...], "features": [{"instrument", "name", "unit", "value",
/// "state", "journaled", "equal"}]}; journaled is absent for features of timeframes that did not close.
[[nodiscard]] nlohmann::ordered_json market_of(Rederivation& r);

/// The fetched or last run input as the journal prints it.
[[nodiscard]] nlohmann::ordered_json input_json(Rederivation& r);

/// Mid, entry price with slippage as sizing uses it.
[[nodiscard]] Price sized_entry(const Rederivation& r, const Signal& s);

}  // namespace omega::replay
