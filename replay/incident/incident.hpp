// What:     omega.incident/1: what happened around an order, an input, a moment or a kill-switch trip, and why; or why there was no
//           trade. Everything is re-derived by replay from the first input on and held against the journal.
// Owner:    pure function of a journal and a question.   Threads: one.
// Errors:   a question about something the journal does not hold is kUsage; damage is kData.
// Units:    as in report.json; times RFC 3339 UTC.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "engine/core/result.hpp"
#include "engine/core/types.hpp"
#include "replay/document/document.hpp"

namespace omega::replay {

struct IncidentQuestion {
  std::string journal;
  std::optional<std::uint64_t> seq, order, trip;  // trip: 1 = the first kill-switch trip
  std::optional<TimeNs> at;
  bool last_stop = false;                         // the last kill-switch trip
  std::string no_trade_symbol;                    // with at
  DurationNs window_ns = 5 * kMinute_ns;
};
inline constexpr std::size_t kIncidentOrders_max = 25;    // causal chains in one report; the rest are counted
inline constexpr DurationNs kLookBack_ns = kDay_ns;       // how far back an evaluation still answers "no trade"

[[nodiscard]] Result<nlohmann::ordered_json> build_incident(const IncidentQuestion& question);
/// The report a person reads, with charts and the sections to fill in.
[[nodiscard]] Document incident_document(const nlohmann::ordered_json& incident);

}  // namespace omega::replay
