// What:     FeedDescription to the manifest's "feed" object and back: {"text", "from_ts", "to_ts", "instruments":
//           [{"symbol", "basis", "volume_kind", "capabilities", "simulated"}]}.
// Owner:    pure functions.   Threads: any.
// Errors:   feed_from_json names the member that is missing or of a wrong type (kData).
// Units:    ts UTC ns; basis, volume_kind and capabilities are the values of engine/core/events.hpp.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"

namespace omega::feed {

[[nodiscard]] nlohmann::json feed_to_json(const FeedDescription& feed);
[[nodiscard]] Result<FeedDescription> feed_from_json(const nlohmann::json& json);

}  // namespace omega::feed
