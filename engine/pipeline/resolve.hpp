// What:     Joins a configuration with what a feed carries: which instruments are active, with which capabilities,
//           volume kind and price basis. The result is the run header and goes into the manifest.
// Owner:    value function.   Errors: kData when the feed carries an instrument the table does not have.
#pragma once

#include "engine/core/config.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"

namespace omega {

[[nodiscard]] Result<EngineConfig> resolve(EngineConfig config, const FeedDescription& feed);

}  // namespace omega
