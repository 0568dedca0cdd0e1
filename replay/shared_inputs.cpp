#include "replay/shared_inputs.hpp"

#include "journal/manifest.hpp"

namespace omega::replay {

Result<std::shared_ptr<const journal::JournalReader>> open_inputs(const std::filesystem::path& dir) {
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  if (!reader.value()->has_lane(Lane::kInputs)) {
    return Error{ErrorKind::kData, dir.string() + ": the journal has no inputs lane; nothing to replay"};
  }
  return std::shared_ptr<const journal::JournalReader>(std::move(reader).value());
}

TimeNs last_input_ts(const journal::JournalReader& reader) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  journal::FrameView frame;
  TimeNs ts = 0;
  if (const auto end = reader.manifest().lane_end(Lane::kInputs); end && cursor.seek(end->last_seq)) {
    while (cursor.next(frame)) ts = frame.ts();
    if (ts != 0) return ts;
  }
  cursor = reader.lane(Lane::kInputs);  // not closed properly: walk
  while (cursor.next(frame)) ts = frame.ts();
  return ts;
}

FeedPeriod period_of(const journal::JournalReader& reader, const FeedRange& range) {
  const TimeNs last = last_input_ts(reader);
  if (range.last_days > 0) return {last - range.last_days * kDay_ns, 0, last};
  return {range.from, range.to, last};
}

journal::LaneCursor inputs_of(const journal::JournalReader& reader, const FeedPeriod& period) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  if (period.after > 0) cursor.seek_time(period.after + 1);
  return cursor;
}

Result<std::shared_ptr<const SharedInputs>> SharedInputs::open(const std::filesystem::path& dir, const FeedRange& range) {
  auto reader = open_inputs(dir);
  if (!reader) return reader.error();
  std::shared_ptr<SharedInputs> inputs(new SharedInputs());
  inputs->reader_ = std::move(reader).value();
  inputs->period_ = period_of(*inputs->reader_, range);
  auto frames = journal::VerifiedLane::read(inputs_of(*inputs->reader_, inputs->period_), inputs->period_.until);
  if (!frames) return frames.error();
  inputs->frames_ = std::move(frames).value();
  return std::shared_ptr<const SharedInputs>(std::move(inputs));
}

}  // namespace omega::replay
