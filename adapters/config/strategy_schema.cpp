#include "adapters/config/strategy_schema.hpp"

#include "engine/signals/registry.hpp"

namespace omega::config {

const std::vector<StrategySchema>& strategy_schemas() {
  static const std::vector<StrategySchema> all = [] {
    std::vector<StrategySchema> list;
    for (const RegistryEntry& e : strategy_registry()) {
      StrategySchema& s = list.emplace_back();
      s.id = e.id;
      s.name = e.name;
      s.built = e.info != nullptr;
      if (!s.built) continue;
      for (const ParamSpec& p : e.info->params) {
        s.params.push_back({.name = p.name, .unit = p.unit, .doc = p.doc, .value = p.value, .min = p.min, .max = p.max});
      }
    }
    return list;
  }();
  return all;
}

}  // namespace omega::config
