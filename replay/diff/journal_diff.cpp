#include "replay/diff/journal_diff.hpp"

#include <nlohmann/json.hpp>

#include "journal/manifest.hpp"
#include "replay/names.hpp"

namespace omega::replay {
namespace {

using nlohmann::json;

/// Settings that decide how a run is stored or paced, never what it derives.
bool changes_nothing(const std::string& key) {
  return key == "/mode" || key.starts_with("/journal/") || key.starts_with("/pipeline/");
}

std::vector<ConfigChange> config_changes(const journal::Manifest& a, const journal::Manifest& b) {
  const json ca = a.doc.value("config", json::object()).flatten(), cb = b.doc.value("config", json::object()).flatten();
  std::vector<ConfigChange> changes;
  for (const auto& [key, value] : ca.items()) {
    const auto other = cb.find(key);
    if (changes_nothing(key) || (other != cb.end() && *other == value)) continue;
    changes.push_back({key, value.dump(), other == cb.end() ? "" : other->dump()});
  }
  for (const auto& [key, value] : cb.items()) {
    if (!changes_nothing(key) && !ca.contains(key)) changes.push_back({key, "", value.dump()});
  }
  return changes;
}

bool earlier(const Parting& a, const Parting& b) { return a.seq != b.seq ? a.seq < b.seq : a.lane < b.lane; }

}  // namespace

std::string JournalDiff::cause() const {
  if (!first) return only_a.empty() && only_b.empty() ? "" : "one journal lacks lanes that the other has; the common ones are the same";
  if (first->lane == Lane::kInputs) return "the inputs differ: the two runs were not fed the same events";
  if (!config.empty()) return "the inputs are the same up to here; the configurations differ";
  if (build_a != build_b) return "the inputs up to here and the configurations are the same; the builds differ";
  return "the inputs up to here, the configurations and the builds are the same: one journal does not hold what its inputs "
         "derive; omega verify tells which";
}

Result<JournalDiff> diff_journals(const std::filesystem::path& dir_a, const std::filesystem::path& dir_b) {
  auto a = journal::JournalReader::open(dir_a), b = journal::JournalReader::open(dir_b);
  if (!a) return a.error();
  if (!b) return b.error();
  const journal::Manifest &ma = a.value()->manifest(), &mb = b.value()->manifest();
  const journal::NameTables names_a = names_of(ma), names_b = names_of(mb);
  const JournalSide side_a{*a.value(), names_a}, side_b{*b.value(), names_b};

  JournalDiff diff;
  diff.config = config_changes(ma, mb);
  diff.build_a = ma.doc.value("build", "");
  diff.build_b = mb.doc.value("build", "");
  for (const Lane lane : journal::kAllLanes) {
    const bool in_a = a.value()->has_lane(lane), in_b = b.value()->has_lane(lane);
    const char* name = kLaneName[static_cast<std::size_t>(lane)];
    if (in_a && !in_b) diff.only_a.emplace_back(name);
    if (in_b && !in_a) diff.only_b.emplace_back(name);
    if (!in_a || !in_b) continue;
    auto one = diff_lane(lane, side_a, side_b);
    if (!one) return one.error();
    const auto& parting = one.value().parting;
    diff.partings += parting ? 1 : 0;
    if (parting && (!diff.first || earlier(*parting, *diff.first))) diff.first = parting;
    diff.lanes.push_back(std::move(one).value());
  }
  return diff;
}

}  // namespace omega::replay
