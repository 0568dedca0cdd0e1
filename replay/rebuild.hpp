// What:     Makes a journal's derived lanes again from its inputs, to the byte. The new lanes are made beside the journal,
//           compared with what is left of the old ones, and take their places one by one by exchanging names; a
//           quarantine is lifted last.
// Owner:    none; takes the journal's lock while it works.   Threads: one.
// Errors:   kData: damaged inputs, no engine configuration, or this program derives other events than the journal holds (the
//           old lanes stay). kEnvironment: in use, no space. May be killed at any moment and run again: each lane is the
//           old or the new one.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/core/lane.hpp"
#include "engine/core/result.hpp"

namespace omega::replay {

struct RebuiltLane {
  Lane lane = Lane::kFeatures;
  std::uint64_t frames = 0, bytes = 0;
  std::string before;     // what was wrong; empty: the lane was whole
  bool replaced = false;
};

struct RebuildReport {
  std::uint64_t inputs = 0;
  std::vector<RebuiltLane> lanes;
  bool lifted = false;    // it was quarantined, or open after a crash
};

[[nodiscard]] Result<RebuildReport> rebuild_journal(const std::filesystem::path& dir);

}  // namespace omega::replay
