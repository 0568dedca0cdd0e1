// What:     The record of a run read back from its journal: every lane that the report needs, in order.
// Owner:    caller.   Threads: one.
// Errors:   damage in a lane, or a manifest without a full configuration.
#pragma once

#include "engine/core/result.hpp"
#include "journal/reader.hpp"
#include "replay/report_record.hpp"

namespace omega::replay {

/// The configuration as it was resolved for the run.
[[nodiscard]] Result<EngineConfig> recorded_config(const journal::JournalReader& reader);
[[nodiscard]] Result<RunRecord> read_record(const journal::JournalReader& reader, const EngineConfig& config);

}  // namespace omega::replay
