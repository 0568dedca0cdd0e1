#include "adapters/cli/changed_config.hpp"

#include <nlohmann/json.hpp>

#include "adapters/config/load.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"

namespace omega::cli {
namespace {

std::string key_of(const std::string& setting) { return setting.substr(0, setting.find('=')); }

/// Does the recorded configuration have what the step changes? An optional part of an object, such as a model, may come and go.
bool has_place(const nlohmann::json& recorded, const nlohmann::json& step) {
  const nlohmann::json::json_pointer path(step["path"].get<std::string>());
  if (step["op"] != "add") return recorded.contains(path) && (step["op"] == "replace" || recorded.at(path.parent_pointer()).is_object());
  return !path.empty() && recorded.contains(path.parent_pointer()) && recorded.at(path.parent_pointer()).is_object();
}

}  // namespace

Result<EngineConfig> changed_config(const journal::JournalReader& reader, const EngineConfig& recorded, const CommonOptions& options,
                                    const std::vector<std::string>& settings) {
  if (settings.empty()) return recorded;
  std::vector<std::string> before;
  const nlohmann::json overrides = reader.manifest().doc.value("overrides", nlohmann::json::array());
  for (const nlohmann::json& o : overrides) {
    if (o.is_string()) before.push_back(o.get<std::string>());
  }
  std::vector<std::string> after = before;
  for (const std::string& setting : settings) {  // the newest word on a key counts
    std::erase_if(after, [&](const std::string& old) { return key_of(old) == key_of(setting); });
    after.push_back(setting);
  }
  const auto folder = find_config_dir(options.config_dir);
  const auto a = load_config(folder, recorded.profile, before), b = load_config(folder, recorded.profile, after);
  if (!a) return a.error();
  if (!b) return b.error();
  const nlohmann::json patch = nlohmann::json::diff(journal::config_to_json(a.value()), journal::config_to_json(b.value()));
  const nlohmann::json target = journal::config_to_json(recorded);
  for (const nlohmann::json& step : patch) {
    if (has_place(target, step)) continue;
    return Error{ErrorKind::kUsage, "the recorded configuration has no place for the change at " + step["path"].get<std::string>() +
                                        "; the configuration files differ too much from those of the run"};
  }
  return journal::config_from_json(target.patch(patch));
}

}  // namespace omega::cli
