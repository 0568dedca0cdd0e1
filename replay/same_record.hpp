// What:     When two records are the same: type, cause and every byte. Doubles are compared as bits, so a NaN equals itself.
// Owner:    pure function.   Threads: any.
#pragma once

#include <cstring>

#include "journal/frame.hpp"

namespace omega::replay {

[[nodiscard]] inline bool same_record(const journal::FrameView& a, const journal::FrameView& b) noexcept {
  return a.type == b.type && a.seq == b.seq && a.body_bytes == b.body_bytes && a.list.size() == b.list.size() &&
         std::memcmp(a.body, b.body, a.body_bytes) == 0 &&
         (a.list.empty() || std::memcmp(a.list.data(), b.list.data(), a.list.size_bytes()) == 0);
}

/// What a stage hands to a sink, as a view.
[[nodiscard]] inline journal::FrameView record_view(Lane lane, EventType type, Seq seq, const void* body, std::size_t bytes,
                                                    std::span<const double> list) noexcept {
  journal::FrameView v;
  v.type = type;
  v.lane = lane;
  v.seq = seq;
  v.body = static_cast<const std::uint8_t*>(body);
  v.body_bytes = bytes;
  v.list = list;
  return v;
}

}  // namespace omega::replay
