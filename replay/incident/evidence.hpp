// What:     What the engine saw and thought at one input: the input itself, every feature of the instruments it touched held
//           against the journaled vector, and how far each strategy's conditions got.
// Owner:    pure functions around one Rederivation::run().   Threads: one.
// Choices:  a strategy's funnel counts all instruments together; an input that closes bars of several instruments at once (a
//           timer) is reported with their number, because its counts cannot be told apart.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/incident/rederivation.hpp"

namespace omega::replay {

/// Funnels before an input; compare with those after it.
using Funnels = std::vector<SignalsStage::FunnelRow>;

/// [{"strategy", "verdict", "at", "skipped", "steps": [{"condition", "reached", "passed"}], "missing": [feature, ...]}] of the
/// strategies that looked at the input.
[[nodiscard]] nlohmann::ordered_json conditions_of(const Rederivation& r, const Funnels& before, const Funnels& after);

/// Call after run(). {"seq", "ts", "input", "frames", "bars": [...], "features": [{"instrument", "name", "unit", "value",
/// "state", "journaled", "equal"}]}; journaled is absent for features of timeframes that did not close.
[[nodiscard]] nlohmann::ordered_json market_of(Rederivation& r);

/// The fetched or last run input as the journal prints it.
[[nodiscard]] nlohmann::ordered_json input_json(Rederivation& r);

/// Mid, entry price with slippage as sizing uses it.
[[nodiscard]] Price sized_entry(const Rederivation& r, const Signal& s);

}  // namespace omega::replay
