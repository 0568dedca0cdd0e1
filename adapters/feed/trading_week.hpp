// What:     Minutes without a bar, told apart from hours when the market is closed.
// Owner:    pure functions.   Threads: any.
// Rules:    FX week: closed from Friday 17:00 to Sunday 17:00 New York (STRATEGIES 1.4); crypto never closes. Holidays and
//           daily breaks are not known here, so they count as gaps.
// Units:    minutes; TimeNs UTC.
#pragma once

#include "engine/core/config.hpp"

namespace omega::feed {

struct Break {
  std::uint64_t missing_minutes = 0;  // inside trading hours
  bool weekend = false;               // the market was closed for part of it
};

/// What lies between two minutes that have a bar: [after, before) where after is the first minute without one.
[[nodiscard]] Break classify_break(TimeNs after, TimeNs before, AssetClass asset_class);

}  // namespace omega::feed
