// What:     A recorded configuration with settings changed: what the settings change in today's files is applied to what was
//           recorded, so that files edited since the run do not count.
// Owner:    value function.   Threads: any.
// Errors:   kUsage as load_config says it; a setting whose place the recorded configuration does not have.
#pragma once

#include "adapters/cli/command.hpp"
#include "journal/reader.hpp"

namespace omega::cli {

[[nodiscard]] Result<EngineConfig> changed_config(const journal::JournalReader& reader, const EngineConfig& recorded,
                                                  const CommonOptions& options, const std::vector<std::string>& settings);

}  // namespace omega::cli
