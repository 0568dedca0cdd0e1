// What:     Equity, positions and kill switch as the risk stage holds them, as JSON.
// Owner:    pure function of a state.   Threads: one.   Units: account currency, lots, prices; ratios are fractions.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/pipeline/stages.hpp"

namespace omega::replay {

/// {"equity", "realised", "open_pnl", "day_start_equity", "peak_equity", "daily_loss", "drawdown", "emergency_stop",
///  "layers": [{"layer", "name", "status", "activations"}], "positions": [...]}
[[nodiscard]] nlohmann::ordered_json account_state(const Stages& stages, const EngineConfig& config);
/// One open or pending bracket.
[[nodiscard]] nlohmann::ordered_json position_state(const OpenPosition& position, const EngineConfig& config);

}  // namespace omega::replay
