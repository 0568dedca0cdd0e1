// What:     Times as users read and write them: RFC 3339 UTC with nanoseconds, or plain dates.
// Owner:    pure functions.   Threads: any.   Units: TimeNs UTC.
// Errors:   parse_time() is nullopt for anything else than YYYY-MM-DD, or YYYY-MM-DDThh:mm[:ss[.fraction]]Z.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace omega::replay {

[[nodiscard]] std::string format_time(TimeNs ts);   // 2018-01-02T08:00:00.000000000Z
[[nodiscard]] std::string format_date(TimeNs ts);   // 2018-01-02
[[nodiscard]] std::string format_duration(DurationNs d);  // "3d 04h", "2h 05m", "12.3 s"
[[nodiscard]] std::optional<TimeNs> parse_time(std::string_view text);

}  // namespace omega::replay
