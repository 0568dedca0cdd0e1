// What:     How a journal ended, as its manifest says it.
// Owner:    value types.   Threads: any.
#pragma once

#include <cstdint>

#include "engine/core/types.hpp"

namespace omega::journal {

enum class JournalState : std::uint8_t { kOpen, kClosed, kRecovered, kQuarantined };
[[nodiscard]] const char* state_name(JournalState state) noexcept;  // open, closed, recovered, quarantined

/// How a lane at rest ends; frames counts events, bytes the used bytes of all segments.
struct LaneEnd {
  std::uint32_t segments = 0;
  std::uint64_t bytes = 0, frames = 0;
  Seq last_seq = 0;
  std::uint32_t crc = 0;  // of the lane's end mark = digest of the whole lane
  [[nodiscard]] bool operator==(const LaneEnd&) const = default;
};

/// Where a lane begins: at the defaults, or behind the segments that were pruned.
struct LaneStart {
  std::uint32_t segment = 1;
  std::uint64_t frames = 0;           // event frames that were pruned
  Seq seq = 0;                        // of the last of them
  std::uint32_t crc = 0;              // of the end mark behind it = digest of all that was pruned
  std::uint32_t previous_bytes = 0;   // used in the segment before
  std::uint64_t external_inputs = 0;  // inputs lane: pruned events that had come from the feed
  [[nodiscard]] bool operator==(const LaneStart&) const = default;
};

}  // namespace omega::journal
