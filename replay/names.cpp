#include "replay/names.hpp"

#include <nlohmann/json.hpp>

#include "replay/journal_feed.hpp"

namespace omega::replay {

journal::NameTables names_of(const EngineConfig& config) {
  journal::NameTables names{.instruments = {}, .strategies = {""}};
  for (const InstrumentConfig& i : config.instruments) names.instruments.push_back(i.symbol);
  for (const StrategyConfig& s : config.strategies) names.strategies.push_back(s.name);
  return names;
}

journal::NameTables names_of(const journal::Manifest& manifest) {
  journal::NameTables names{.instruments = recorded_symbols(manifest), .strategies = {""}};
  const nlohmann::json config = manifest.doc.value("config", nlohmann::json::object());
  if (config.contains("strategies") && config["strategies"].is_array()) {
    for (const nlohmann::json& s : config["strategies"]) names.strategies.push_back(s.is_object() ? s.value("name", "") : "");
  }
  return names;
}

}  // namespace omega::replay
