#include "adapters/config/strategy_schema.hpp"

namespace omega::config {

StrategySchema schema_of(const RegistryEntry& e) {
  StrategySchema s;
  s.id = e.id;
  s.name = e.name;
  s.built = e.info != nullptr;
  if (!s.built) return s;
  for (const ParamSpec& p : e.info->params) {
    s.params.push_back({.name = p.name, .unit = p.unit, .doc = p.doc, .value = p.value, .min = p.min, .max = p.max});
  }
  return s;
}

const std::vector<StrategySchema>& strategy_schemas() {
  static const std::vector<StrategySchema> all = [] {
    std::vector<StrategySchema> list;
    for (const RegistryEntry& e : strategy_registry()) {
      if (!e.plugin) list.push_back(schema_of(e));
    }
    return list;
  }();
  return all;
}

}  // namespace omega::config
