// What:     An event as one line of JSON, every field by its schema name, for `omega journal cat`, diff and incident.
//           The annotations of schema/omega.capnp say how a number is spelt: times as RFC 3339, fixed point as exact
//           decimals, codes and bits by name, mirror arrays as arrays. NaN is null.
// Owner:    pure functions over a table built once from the compiled schema.   Threads: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "journal/frame.hpp"

namespace omega::journal {

/// Names for ids; an id beyond a table is printed as a number. Either may be empty.
struct NameTables {
  std::vector<std::string> instruments;  // by InstrumentId
  std::vector<std::string> strategies;   // by StrategyId (0 unused)
};

[[nodiscard]] std::string to_json_line(const FrameView& frame, const NameTables& names = {});

/// Schema name of an event type in snake case ("risk_decision"), "" when unknown.
[[nodiscard]] std::string_view event_type_name(EventType type) noexcept;
/// The other way round; kNone when there is no such name.
[[nodiscard]] EventType event_type_of(std::string_view name) noexcept;
/// 2024-01-02T03:04:05.000000006Z
[[nodiscard]] std::string rfc3339(TimeNs ts);

}  // namespace omega::journal
