// What:     The story's records in order of seq, as the journal prints them: signals, decisions, orders, venue reports, outcomes,
//           trades, exit requests, kill switch.
// Owner:    pure function.   Threads: one.   Errors: damage in a lane is skipped here; the replay reports it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/incident/story.hpp"

namespace omega::replay {

[[nodiscard]] nlohmann::ordered_json timeline_of(const Story& story, const journal::JournalReader& reader,
                                                 const journal::NameTables& names, DurationNs window_ns);

}  // namespace omega::replay
