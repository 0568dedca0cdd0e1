// What:     Names and parameters of the 24 strategies, as the loader and the catalogue commands see them.
// Owner:    built once from the strategy registry.   Threads: any reader.
#pragma once

#include <string>
#include <vector>

#include "engine/core/types.hpp"

namespace omega::config {

struct ParamSchema {
  std::string name, unit, doc;
  double value = 0, min = 0, max = 0;  // value: the documented default
};

struct StrategySchema {
  StrategyId id = 0;
  std::string name;
  bool built = false;
  std::vector<ParamSchema> params;
};

/// All 24, S01 first.
[[nodiscard]] const std::vector<StrategySchema>& strategy_schemas();

}  // namespace omega::config
