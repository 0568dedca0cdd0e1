#include "journal/verified_lane.hpp"

#include "journal/bus_guard.hpp"

namespace omega::journal {

Result<std::shared_ptr<const VerifiedLane>> VerifiedLane::read(LaneCursor cursor, TimeNs until) {
  std::shared_ptr<VerifiedLane> lane(new VerifiedLane(cursor.lane()));
  FrameView frame;
  while (cursor.next(frame)) {
    if (lane->parts_.empty() || lane->parts_.back().segment != frame.segment) {
      lane->parts_.push_back({cursor.mapping(), frame.segment, frame.offset, frame.offset});
      const Mapping& map = *lane->parts_.back().map;
      watch_mapping(map.base(), map.bytes(), cursor.segment_path(), MappedFor::kReading);
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

std::uint64_t VerifiedLane::bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const Part& part : parts_) bytes += part.to - part.from;
  return bytes;
}

}  // namespace omega::journal
