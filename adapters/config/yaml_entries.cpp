#include "adapters/config/yaml_entries.hpp"

#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "adapters/config/memory.hpp"

namespace omega::config {
namespace {

std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

/// Fills the value part; false when the node is something the configuration never holds.
bool set_value(const YAML::Node& node, Entry& entry) {
  if (node.IsNull()) {
    entry.kind = EntryKind::kNothing;
  } else if (node.IsScalar()) {
    entry.kind = EntryKind::kScalar;
    entry.quoted = node.Tag() == "!";
    entry.scalar = node.Scalar();
  } else if (node.IsSequence()) {
    entry.kind = EntryKind::kList;
    for (const YAML::Node& item : node) {
      if (item.IsMap() && item.size() == 1 && item["plugin"] && item["plugin"].IsScalar()) {
        entry.list.push_back(kPluginItem + item["plugin"].Scalar());
        continue;
      }
      if (!item.IsScalar()) return false;
      entry.list.push_back(item.Scalar());
    }
  } else {
    return false;
  }
  return true;
}

void flatten(const YAML::Node& map, const std::string& prefix, const Rooting* rooting, const std::string& file,
             std::vector<Entry>& entries, Issues& issues) {
  std::map<std::string, int> first_line;
  for (const auto& pair : map) {
    const Place place{file, pair.first.Mark().line + 1};
    if (!pair.first.IsScalar()) {
      issues.add(place, prefix, "expected a plain name as key, got a list or a mapping");
      continue;
    }
    const std::string name = pair.first.Scalar();
    std::string key = joined(prefix, name);
    if (rooting != nullptr) {
      const auto section = rooting->sections.find(name);
      if (section != rooting->sections.end()) key = section->second;
    }
    const auto [seen, fresh] = first_line.emplace(name, place.line);
    if (!fresh) {
      issues.add(place, key, "expected this key once, got it again (first in line " + std::to_string(seen->second) + ")");
      continue;
    }
    if (pair.second.IsMap()) {
      flatten(pair.second, key, nullptr, file, entries, issues);
      if (pair.second.size() != 0) continue;
    }
    Entry entry{.key = key, .place = place};
    if (!pair.second.IsMap() && !set_value(pair.second, entry)) {
      issues.add(place, key, "expected a value or a list of plain values, got a nested structure");
      continue;
    }
    entries.push_back(std::move(entry));
  }
}

}  // namespace

std::string Entry::shown() const {
  if (kind == EntryKind::kNothing) return "nothing";
  if (kind == EntryKind::kScalar) return "'" + scalar + "'";
  std::string all = "[";
  for (const std::string& item : list) all += (all.size() > 1 ? ", " : "") + item;
  return all + "]";
}

bool read_yaml(const std::filesystem::path& file, const std::string& shown_as, const Rooting& rooting,
               std::vector<Entry>& entries, Issues& issues) {
  errno = 0;
  std::ifstream stream(file);
  if (!stream) require_memory_to_open();
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    issues.add({shown_as}, "", "expected a readable, non-empty file, got none; give its folder with --config DIR");
    return false;
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text.str());
    if (documents.size() != 1 || !documents.front().IsMap()) {
      issues.add({shown_as, 1}, "", "expected one YAML mapping of keys, got " +
                 (documents.size() > 1 ? std::to_string(documents.size()) + " documents" : std::string("something else")));
      return false;
    }
    flatten(documents.front(), rooting.prefix, &rooting, shown_as, entries, issues);
    return true;
  } catch (const YAML::Exception& e) {
    issues.add({shown_as, e.mark.line + 1}, "", "expected valid YAML, got a syntax error: " + e.msg);
    return false;
  }
}

bool parse_override(const std::string& option, Entry& entry, Issues& issues) {
  const Place place{"--set " + option};
  const std::size_t equals = option.find('=');
  if (equals == 0 || equals == std::string::npos) {
    issues.add(place, "", "expected key=value, e.g. --set risk.l4_drawdown_max=0.1");
    return false;
  }
  entry = Entry{.key = option.substr(0, equals), .place = place};
  try {
    if (set_value(YAML::Load(option.substr(equals + 1)), entry)) return true;
    issues.add(place, entry.key, "expected a value or a list of plain values, got a nested structure");
  } catch (const YAML::Exception& e) {
    issues.add(place, entry.key, "expected a YAML value, got a syntax error: " + e.msg);
  }
  return false;
}

}  // namespace omega::config
