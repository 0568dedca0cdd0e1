// What:     Checks between keys that a single key's range cannot state (minimum <= maximum, multiples, names that agree).
// Owner:    none.   Threads: one.
// Errors:   issues at the place of the key that has to give way.
#pragma once

#include <functional>
#include <string>

#include "adapters/config/issues.hpp"
#include "engine/core/config.hpp"

namespace omega::config {

using PlaceOf = std::function<Place(const std::string& key)>;

void check_relations(const EngineConfig& config, const PlaceOf& place_of, Issues& issues);

}  // namespace omega::config
