// What:     report.json (schema omega.report/1) and the summary a person reads, both from the same numbers.
// Owner:    pure functions.   Threads: any.
// Errors:   none: an undefined value is null in JSON and n/a in text, never 0 or NaN.
// Units:    money in account currency, ratios as fractions (percent in text), times RFC 3339 UTC.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "replay/report_record.hpp"

namespace omega::replay {

[[nodiscard]] nlohmann::ordered_json build_report(const EngineConfig& config, const RunFacts& facts, const RunRecord& record,
                                                  const std::string& journal_path);
/// The summary of a report, aligned; ends with a newline.
[[nodiscard]] std::string report_text(const nlohmann::ordered_json& report);

/// As in report.json: run.latency.
[[nodiscard]] nlohmann::ordered_json latency_json(const std::vector<LatencyRow>& rows);
/// The same as a table; ends with a newline.
[[nodiscard]] std::string latency_text(const nlohmann::ordered_json& rows);

[[nodiscard]] const char* price_basis_name(PriceBasis basis) noexcept;
[[nodiscard]] const char* volume_kind_name(VolumeKind kind) noexcept;
[[nodiscard]] const char* flow_source_name(FlowSource source) noexcept;

}  // namespace omega::replay
