// What:     A YAML file as a flat list of (dotted key, value, file:line), in file order. YAML stops here: the rest of
//           the loader sees plain strings and lists.
// Owner:    value types.   Threads: one.
// Errors:   bad YAML, duplicate keys, nested lists and unreadable files become issues; never throws.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "adapters/config/issues.hpp"

namespace omega::config {

/// A list item {plugin: PATH} is kept as this and the path.
inline const std::string kPluginItem = "plugin: ";

enum class EntryKind { kScalar, kList, kNothing };

struct Entry {
  std::string key;                 // dotted, prefix included: "risk.l4_drawdown_max"
  EntryKind kind = EntryKind::kNothing;
  bool quoted = false;             // "5" is a text, 5 is a number
  std::string scalar = {};
  std::vector<std::string> list = {};  // scalars only
  Place place = {};
  [[nodiscard]] std::string shown() const;  // what the user wrote, for "got ..."
};

/// Maps the first name inside a file to the dotted prefix that its content gets, e.g. {"risk" -> "risk"} in a profile.
/// Names not in the map get `prefix`.
struct Rooting {
  std::string prefix;
  std::map<std::string, std::string> sections;
};

/// Appends the entries of a file. `shown_as` is the file's name in error messages. False, and one issue, when there are
/// none because the file is missing or is not YAML.
bool read_yaml(const std::filesystem::path& file, const std::string& shown_as, const Rooting& rooting,
               std::vector<Entry>& entries, Issues& issues);

/// "key=value" of --set; the value is YAML, a scalar or a list.
bool parse_override(const std::string& option, Entry& entry, Issues& issues);

}  // namespace omega::config
