// What:     A period report as a document: the same numbers as its JSON, laid out for a reader, with charts.
// Owner:    pure functions.   Threads: any.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/document/document.hpp"

namespace omega::replay {

/// Of omega.period-report/1, whatever its kind.
[[nodiscard]] Document period_document(const nlohmann::ordered_json& report);

}  // namespace omega::replay
