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

}  // namespace omega::journal
