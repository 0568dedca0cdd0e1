// What:     EngineConfig <-> JSON, whole and exact: what the manifest holds and verify reads back.
// Owner:    none.   Threads: any.
// Errors:   config_from_json refuses a missing, extra or wrongly typed member (ErrorKind::kData, names its path).
// Units:    as in EngineConfig, fixed-point values as integers; doubles are written with the digits that read back equal.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"

namespace omega::journal {

[[nodiscard]] nlohmann::json config_to_json(const EngineConfig& config);
[[nodiscard]] Result<EngineConfig> config_from_json(const nlohmann::json& json);

}  // namespace omega::journal
