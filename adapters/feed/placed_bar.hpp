// What:     A bar and where it was read: what readers give and checks work on.
// Owner:    value type.   Threads: any.   Errors: none.
#pragma once

#include "engine/core/events.hpp"

namespace omega::feed {

struct PlacedBar {
  Bar bar;
  std::uint32_t line = 0;    // of the row, or of the first tick of the minute
  std::uint32_t source = 0;  // index in the import's list of sources
};

[[nodiscard]] inline bool is_good(const PlacedBar& b) noexcept { return (b.bar.flags & bar_flag::kBadMask) == 0; }

}  // namespace omega::feed
