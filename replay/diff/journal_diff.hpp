// What:     Where two journals part: the first input whose records differ in any lane, both versions, and what else differs
//           that could explain it - the inputs themselves, the configuration, the build.
// Owner:    pure function of two journals.   Threads: one. The journals may be in use.
// Errors:   what the readers say; a lane that only one journal has is part of the answer, not an error.
// Source:   ARCHITECTURE section 5, "diff".
#pragma once

#include <filesystem>
#include <vector>

#include "replay/diff/lane_diff.hpp"

namespace omega::replay {

struct ConfigChange {
  std::string key;   // JSON pointer into the manifest's config
  std::string a, b;  // as JSON; empty: absent
};

struct JournalDiff {
  std::vector<LaneDiff> lanes;          // that both have
  std::vector<std::string> only_a, only_b;  // lanes of one journal alone
  std::vector<ConfigChange> config;     // what a run depends on; mode and journal settings change no event
  std::string build_a, build_b;
  std::optional<Parting> first;         // by seq, then lane
  std::uint64_t partings = 0;           // lanes that differ
  [[nodiscard]] bool identical() const noexcept { return !first && only_a.empty() && only_b.empty(); }
  /// What explains the first difference, as far as the journals can tell.
  [[nodiscard]] std::string cause() const;
};

[[nodiscard]] Result<JournalDiff> diff_journals(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace omega::replay
