// What:     Names and parameters of the strategies, as the loader and the catalogue commands see them.
// Owner:    built once from the strategy registry.   Threads: any reader.
#pragma once

#include <string>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/signals/registry.hpp"

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

[[nodiscard]] StrategySchema schema_of(const RegistryEntry& entry);
/// All of the program, S01 first; plugins come with the configuration that names them.
[[nodiscard]] const std::vector<StrategySchema>& strategy_schemas();

}  // namespace omega::config
