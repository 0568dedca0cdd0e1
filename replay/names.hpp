// What:     Names of instruments and strategies by id: of a configuration, or as a journal's manifest keeps them (an imported
//           journal has no configuration, only symbols).
// Owner:    value functions.   Threads: any.
#pragma once

#include "engine/core/config.hpp"
#include "journal/event_json.hpp"
#include "journal/manifest.hpp"

namespace omega::replay {

[[nodiscard]] journal::NameTables names_of(const EngineConfig& config);
[[nodiscard]] journal::NameTables names_of(const journal::Manifest& manifest);

}  // namespace omega::replay
