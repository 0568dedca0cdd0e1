#include "journal/check.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

/// Last byte that is not zero, counted from `from`; 0 when all are zero. A file that cannot be read is kept in the lane.
std::uint64_t bytes_in_use(const fs::path& path, std::uint64_t from, LaneCheck& lane) {
  Result<Fd> fd = open_file(path, O_RDONLY);
  Result<std::uint64_t> size = fd ? file_bytes(fd.value(), path) : Result<std::uint64_t>(fd.error());
  Result<Mapping> map = size ? Mapping::map(fd.value(), size.value(), false, path) : Result<Mapping>(size.error());
  if (!map) {
    if (!lane.unreadable) lane.unreadable = map.error();
    return 0;
  }
  if (size.value() <= from) return 0;
  std::uint64_t last = size.value();
  while (last > from && map.value().base()[last - 1] == 0) --last;
  return last - from;
}

/// Judges a segment behind the lane's end: zeros, or a header written ahead of its first frame, are nothing.
void judge_spare(const LaneFiles& files, LaneCheck& lane, std::uint32_t number) {
  const fs::path path = files.dir / segment_name(number);
  SegmentHeader header;
  Result<Fd> fd = open_file(path, O_RDONLY);
  Result<std::size_t> n = fd ? read_some(fd.value(), &header, sizeof header, 0, path) : Result<std::size_t>(fd.error());
  if (!n) {
    if (!lane.unreadable) lane.unreadable = n.error();
    return;
  }
  const bool whole = n.value() == sizeof header;
  const std::string why = whole ? check_segment_header(header, files.lane, number) : "short";
  const std::uint64_t used = bytes_in_use(path, why.empty() ? kSegmentHeader_bytes : 0, lane);
  if (used == 0) return;
  // A header whose own CRC is right, and yet wrong here: put there by somebody, not by a torn write.
  const bool stranger = whole && !why.empty() && header.header_crc == header_crc(header);
  if (lane.verdict == Verdict::kClean || stranger) {
    lane.verdict = stranger ? Verdict::kCorrupt : Verdict::kTornTail;
    lane.segment = number;
    lane.offset = 0;
    lane.why = stranger ? why : "bytes in a segment that was not begun";
  }
  lane.bytes_lost += used;
}

/// What stands behind the last frame of a lane that has no end mark (or lies behind it, in a crash while closing).
void judge_tail(const LaneFiles& files, LaneCheck& lane, std::uint32_t segment, std::uint64_t from) {
  if (segment != 0)
    if (const std::uint64_t used = bytes_in_use(files.dir / segment_name(segment), from, lane); used != 0) {
      lane.verdict = Verdict::kTornTail;
      lane.segment = segment;
      lane.offset = from;
      lane.bytes_lost = used;
      lane.why = "an uncommitted frame";
    }
  for (std::uint32_t s = segment + 1; s <= files.segments; ++s) judge_spare(files, lane, s);
}

/// Takes the lane's good frames into the report.
void count_frames(LaneCursor& cursor, const LaneFiles& files, LaneCheck& lane) {
  FrameView view;
  while (cursor.next(view)) {
    if (lane.frames == 0) lane.first_seq = view.seq;
    ++lane.frames;
    lane.end = cursor.position();
  }
  lane.last_seq = lane.end.seq;
  lane.crc = lane.end.crc;
  lane.segments = lane.end.segment;
  if (lane.end.segment != 0) lane.bytes = std::uint64_t{lane.end.segment - files.start.segment} * files.segment_bytes + lane.end.offset;
}

/// What the segments before a missing one hold, so that the first missing seq can be named.
void count_before_gap(const fs::path& dir, const Manifest& manifest, LaneCheck& lane) {
  auto files = std::make_shared<LaneFiles>();
  files->dir = dir / kLaneName[static_cast<std::size_t>(lane.lane)];
  files->lane = lane.lane;
  files->segment_bytes = manifest.segment_bytes();
  files->start = manifest.lane_start(lane.lane);
  files->segments = lane.segment - 1;
  LaneCursor cursor(files);
  count_frames(cursor, *files, lane);
}

}  // namespace

LaneCheck check_lane(const fs::path& dir, const Manifest& manifest, Lane which, bool in_use) {
  LaneCheck lane;
  lane.lane = which;
  std::uint32_t first_missing = 0;
  Result<std::shared_ptr<const LaneFiles>> opened = open_lane(dir, manifest, which, &first_missing);
  if (!opened) {
    if (opened.error().kind == ErrorKind::kEnvironment) {
      lane.unreadable = opened.error();
      return lane;
    }
    lane.verdict = first_missing != 0 ? Verdict::kMissing : Verdict::kCorrupt;
    lane.segment = first_missing;
    lane.why = opened.error().message;
    if (first_missing > manifest.lane_start(which).segment) count_before_gap(dir, manifest, lane);
    return lane;
  }
  const LaneFiles& files = *opened.value();
  lane.begun = files.watermark.generation != 0;
  LaneCursor cursor(opened.value());
  count_frames(cursor, files, lane);
  lane.ended = cursor.ended();
  if (cursor.error() && !cursor.damage()) {
    lane.unreadable = cursor.error();
    return lane;
  }
  if (const auto& damage = cursor.damage()) {
    lane.verdict = damage->kind == Damage::Kind::kTornTail  ? Verdict::kTornTail
                   : damage->kind == Damage::Kind::kMissing ? Verdict::kMissing
                                                            : Verdict::kCorrupt;
    lane.segment = damage->segment;
    lane.offset = damage->offset;
    lane.why = damage->why;
    if (lane.verdict == Verdict::kTornTail)
      for (std::uint32_t s = damage->segment; s <= files.segments; ++s)
        lane.bytes_lost += bytes_in_use(files.dir / segment_name(s), s == damage->segment ? damage->offset : 0, lane);
    return lane;
  }
  if (lane.ended) lane.segments = cursor.position().segment;
  // Nothing but zeros may follow; while a writer is at work that cannot be asked.
  if (!files.at_rest && !in_use) {
    const LanePosition at = cursor.position();
    judge_tail(files, lane, at.segment, at.offset + (lane.ended ? kEndMark_bytes : 0));
  }
  if (files.at_rest && files.watermark.damaged_copies != 0) {
    lane.verdict = Verdict::kCorrupt;
    lane.why = fmt::format("watermark {}", files.watermark.why);
  }
  return lane;
}

const char* verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kClean: return "clean";
    case Verdict::kTornTail: return "torn tail";
    case Verdict::kCorrupt: return "corrupt";
    case Verdict::kMissing: return "segment missing";
  }
  return "";
}

std::string LaneCheck::text() const {
  const char* name = kLaneName[static_cast<std::size_t>(lane)];
  if (verdict == Verdict::kClean)
    return fmt::format("{}: clean, {} segments, {} frames, {} bytes, seq {} to {}", name, segments, frames, bytes, first_seq, last_seq);
  std::string lost = verdict == Verdict::kTornTail ? fmt::format(", {} bytes are not acknowledged", bytes_lost) : "";
  if (verdict == Verdict::kMissing)
    return fmt::format("{}: {}, first missing seq {}: {}", name, verdict_name(verdict), first_missing_seq(), why);
  return fmt::format("{}: {} in {} at offset {}, first missing seq {}: {}{}", name, verdict_name(verdict), segment_name(segment),
                     offset, first_missing_seq(), why, lost);
}

bool CheckReport::clean() const noexcept { return worst() == Verdict::kClean; }

Verdict CheckReport::worst() const noexcept {
  Verdict w = Verdict::kClean;
  for (const LaneCheck& l : lanes) w = std::max(w, l.verdict);
  return w;
}

const LaneCheck* CheckReport::lane(Lane which) const noexcept {
  for (const LaneCheck& l : lanes)
    if (l.lane == which) return &l;
  return nullptr;
}

Result<CheckReport> check(const fs::path& dir) {
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  CheckReport report;
  report.state = manifest.value().state();
  report.writer_pid = JournalLock::holder(dir);
  for (std::size_t i = 0; i < kLaneCount; ++i)
    if (manifest.value().has_lane(static_cast<Lane>(i))) {
      report.lanes.push_back(check_lane(dir, manifest.value(), static_cast<Lane>(i), report.writer_pid != 0));
      if (report.lanes.back().unreadable) return *report.lanes.back().unreadable;
    }
  return report;
}

Result<InfoReport> info(const fs::path& dir) {
  Result<std::unique_ptr<JournalReader>> reader = JournalReader::open(dir);
  if (!reader) return reader.error();
  const Manifest& manifest = reader.value()->manifest();
  InfoReport report;
  report.state = manifest.state();
  report.writer_pid = JournalLock::holder(dir);
  report.journal_id = manifest.doc.value("journal_id", "");
  report.build = manifest.doc.value("build", "");
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const auto which = static_cast<Lane>(i);
    if (!reader.value()->has_lane(which)) continue;
    LaneInfo lane;
    lane.lane = which;
    LaneCursor cursor = reader.value()->lane(which);
    FrameView view;
    std::uint64_t events = 0;
    while (cursor.next(view)) {
      if (lane.frames++ == 0) {
        lane.first_seq = view.seq;
        lane.first_ts = view.ts();
      }
      lane.last_ts = view.ts();
      ++lane.count_by_type[view.type];
      if (view.type == EventType::kDigest) {
        ++lane.checkpoints;
        const auto& c = view.as<DigestCheckpoint>();
        lane.checkpoints_wrong += c.digest != lane.digest || c.events != events;
        continue;
      }
      ++events;
      lane.digest = digest_step(lane.digest, view.type, view.seq, view.body, view.body_bytes, view.list);
    }
    const LanePosition end = cursor.position();
    lane.segments = end.segment;
    lane.last_seq = end.seq;
    if (end.segment != 0) lane.bytes = std::uint64_t{end.segment - 1} * manifest.segment_bytes() + end.offset;
    if (cursor.ended()) lane.bytes += kEndMark_bytes;
    if (cursor.error() && !report.damage) report.damage = cursor.error();
    if (which == Lane::kInputs) {
      report.from_ts = lane.first_ts;
      report.to_ts = lane.last_ts;
      report.inputs_digest = lane.digest;
    } else {
      report.derived_digest = digest_step(report.derived_digest, EventType::kDigest, i, &lane.digest, sizeof lane.digest, {});
    }
    report.lanes.push_back(std::move(lane));
  }
  return report;
}

}  // namespace omega::journal
