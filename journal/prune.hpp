// What:     Retention: removes whole segments from the beginning of lanes, and snapshots, all older than one input. The
//           journal stays provable: the manifest keeps where each lane now begins and the digest of what was removed.
// Owner:    none; takes the journal's lock while it works.   Threads: one.
// Errors:   kUsage when inputs are still needed (by a snapshot that stays, by a lane that is not pruned with them, or because
//           no snapshot could replace them), naming by what; kEnvironment when the journal is in use; kData when it is not
//           at rest and whole. May be killed at any moment and run again.
// Source:   ARCHITECTURE section 2: retention is per lane.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/lane.hpp"
#include "engine/core/result.hpp"
#include "journal/journal_state.hpp"

namespace omega::journal {

struct PruneRequest {
  Seq before_seq = 0;                       // what is older may go; what is not stays
  std::array<bool, kLaneCount> lanes{};     // by Lane
  bool snapshots = false;
  std::string engine;                       // of this program: which snapshots can replace inputs
};

struct PrunedLane {
  Lane lane = Lane::kInputs;
  std::uint32_t from_segment = 1;  // the first one now
  LaneStart start;                 // afterwards
  std::uint64_t bytes = 0, frames = 0;  // that go
};

struct PruneReport {
  std::vector<PrunedLane> lanes;       // the requested ones, also those of which nothing goes
  std::vector<Seq> snapshots;          // that go
  std::optional<Seq> anchor;           // newest snapshot older than before_seq: it stays, with all that is newer in every lane
  [[nodiscard]] bool anything() const noexcept;
};

/// What prune() would do. Changes nothing.
[[nodiscard]] Result<PruneReport> plan_prune(const std::filesystem::path& dir, const PruneRequest& request);
[[nodiscard]] Result<PruneReport> prune(const std::filesystem::path& dir, const PruneRequest& request, bool durable = true);

}  // namespace omega::journal
