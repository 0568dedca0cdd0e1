// What:     Time travel: the engine's stages as they stood after one input of a journal, from the nearest snapshot that the
//           lanes prove, and the inputs recorded since.
// Owner:    the caller owns the result.   Threads: one. The journal may be in use.
// Errors:   what the reader says; kUsage for a seq outside the journal; kData when the manifest holds no configuration.
// Source:   ARCHITECTURE section 5, "incident".
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/result.hpp"
#include "replay/stage_replay.hpp"

namespace omega::replay {

struct StateAt {
  std::unique_ptr<const EngineConfig> config;  // the recorded one; the engine refers to it
  Seq seq = 0;                          // the last input taken
  TimeNs ts = 0;                        // its engine time
  Seq snapshot_seq = 0;                 // where the replay began; 0: at the journal's start
  std::vector<std::string> ignored;     // snapshots that were not used, each with its reason
  std::unique_ptr<StageReplay> engine;  // its state
  [[nodiscard]] std::uint64_t digest() const;  // of the whole state
};

/// seq 0: the journal's last input. snapshots false: from the start, whatever is there.
[[nodiscard]] Result<StateAt> state_at(const std::filesystem::path& journal_dir, Seq seq, bool snapshots = true);

}  // namespace omega::replay
