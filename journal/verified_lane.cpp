#include "journal/verified_lane.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "journal/bus_guard.hpp"

namespace omega::journal {

Result<std::shared_ptr<const VerifiedLane>> VerifiedLane::read(LaneCursor cursor, TimeNs until) {
  std::shared_ptr<VerifiedLane> lane(new VerifiedLane(cursor.lane()));
  FrameView frame;
  while (cursor.next(frame)) {
    if (lane->parts_.empty() || lane->parts_.back().segment != frame.segment) {
      lane->parts_.push_back({cursor.mapping(), frame.segment, frame.offset, frame.offset, cursor.segment_path()});
      const Mapping& map = *lane->parts_.back().map;
      watch_mapping(map.base(), map.bytes(), lane->parts_.back().path, MappedFor::kReading);
    }
    lane->parts_.back().to = cursor.position().offset;
    ++lane->frames_;
    if (until > 0 && frame.ts() > until) break;
  }
  if (cursor.error()) return *cursor.error();
  return std::shared_ptr<const VerifiedLane>(std::move(lane));
}

VerifiedLane::~VerifiedLane() {
  for (const Part& part : parts_) forget_mapping(part.map->base());
}

void VerifiedLane::require_whole(const Part& part, std::size_t offset, bool known_damage) noexcept {
  struct stat now {};
  // A file that was removed or replaced stays whole where it is mapped.
  const bool there = ::stat(part.path.c_str(), &now) == 0;
  const auto bytes = there ? static_cast<std::uint64_t>(now.st_size) : part.to;
  if (known_damage || bytes < part.to) stop_truncated(part.path.c_str(), std::min<std::uint64_t>(bytes, offset), MappedFor::kReading);
}

std::uint64_t VerifiedLane::bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const Part& part : parts_) bytes += part.to - part.from;
  return bytes;
}

}  // namespace omega::journal
