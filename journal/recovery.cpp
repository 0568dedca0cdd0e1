#include "journal/recovery.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "journal/crash_point.hpp"
#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

/// Behind the last frame with seq <= limit.
Result<LanePosition> position_at(const fs::path& dir, const Manifest& manifest, Lane lane, Seq limit) {
  Result<std::shared_ptr<const LaneFiles>> files = open_lane(dir, manifest, lane);
  if (!files) return files.error();
  LaneCursor cursor(files.value());
  LanePosition at;
  FrameView view;
  while (cursor.next(view) && view.seq <= limit) at = cursor.position();
  if (cursor.error()) return *cursor.error();  // a segment that could not be read is not the lane's end
  return at;
}

class LaneRepair {
 public:
  LaneRepair(const fs::path& dir, const Manifest& manifest, Lane lane, bool durable)
      : dir_(dir / kLaneName[static_cast<std::size_t>(lane)]), lane_(lane), segment_bytes_(manifest.segment_bytes()),
        start_(manifest.lane_start(lane)), durable_(durable) {}

  /// Cuts everything behind `end` and closes the lane there. The order matters: at every moment the files on disk are
  /// either untouched, or a lane that this function would treat alike.
  Result<LaneEnd> end_at(const LanePosition& end) {
    std::error_code ec;
    fs::create_directory(dir_, ec);
    if (ec) return system_error("create directory", dir_, ec.value());
    const Result<bool> begun = watermark_begun(dir_);
    if (!begun) return begun.error();
    const bool made = begun.value();
    Result<WatermarkState> before = made ? read_watermark(dir_, lane_) : Result<WatermarkState>(WatermarkState{});
    if (!before) return before.error();
    Result<WatermarkWriter> watermark = WatermarkWriter::open(dir_, lane_, durable_);
    if (!watermark) return watermark.error();
    // What is going to be cut must not count as acknowledged any more; what stays may only once it is synced.
    const bool back = before.value().at.covers(end.segment, end.offset);
    if (back || !made)
      if (Status s = watermark.value().advance(end); !s) return s.error();
    OMEGA_CRASH_POINT("recover.watermark");
    // Then the last segment's own tail, with the mark that promises a next segment; then those next segments.
    if (end.segment != 0)
      if (Status s = cut_segment(end); !s) return s.error();
    OMEGA_CRASH_POINT("recover.tail_cut");
    if (Status s = remove_segments_behind(end.segment); !s) return s.error();
    Result<LaneEnd> result = write_end(end);
    if (!result) return result;
    // From the first segment that may hold bytes beyond the old watermark; the last one holds the new end mark, also when
    // the lane was cut to before that watermark.
    const std::uint32_t first = std::min(std::max(before.value().at.segment, start_.segment), result.value().segments);
    if (durable_)
      if (Status s = sync_from(first, result.value().segments); !s) return s.error();
    if (!back)
      if (Status s = watermark.value().advance(end); !s) return s.error();
    return result;
  }

 private:
  Status cut_segment(const LanePosition& end) {
    const fs::path path = dir_ / segment_name(end.segment);
    Result<Fd> fd = open_file(path, O_RDWR);
    if (!fd) return fd.error();
    if (Status s = truncate_file(fd.value(), end.offset, path); !s) return s;
    return durable_ ? sync_data(fd.value(), path) : Status{Ok{}};
  }

  Status sync_from(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t n = first; n <= last; ++n) {
      const fs::path path = dir_ / segment_name(n);
      Result<Fd> fd = open_file(path, O_RDWR);
      if (!fd) return fd.error();
      if (Status s = sync_data(fd.value(), path); !s) return s;
    }
    return sync_directory(dir_);
  }

  Status remove_segments_behind(std::uint32_t last) {
    Result<std::uint32_t> count = last_segment(dir_, start_.segment);
    if (!count) return count.error();
    for (std::uint32_t n = count.value(); n > last; --n) {  // from the end: never a gap
      const fs::path path = dir_ / segment_name(n);
      if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
      OMEGA_CRASH_POINT("recover.segment_removed");
    }
    return Ok{};
  }

  Result<LaneEnd> write_end(const LanePosition& end) {
    const std::uint32_t number = std::max(end.segment, 1u);
    const fs::path path = dir_ / segment_name(number);
    Result<Fd> fd = open_file(path, O_RDWR | O_CREAT);
    if (!fd) return fd.error();
    SegmentHeader header;
    std::uint64_t offset = end.offset;
    if (end.segment == 0) {
      header = empty_lane_header(lane_, segment_bytes_);
      if (Status s = write_all(fd.value(), &header, sizeof header, 0, path); !s) return s.error();
      OMEGA_CRASH_POINT("recover.empty_header");
      offset = kSegmentHeader_bytes;
    } else {
      Result<std::size_t> n = read_some(fd.value(), &header, sizeof header, 0, path);
      if (!n) return n.error();
    }
    const LaneEndMark mark = lane_end_mark(end.seq, end.frames - header.frames_before, end.crc);
    if (Status s = write_all(fd.value(), &mark, sizeof mark, offset, path); !s) return s.error();
    OMEGA_CRASH_POINT("recover.mark_written");
    const std::uint64_t full = std::uint64_t{number - 1} * segment_bytes_;
    return LaneEnd{number, full + offset + kEndMark_bytes, end.frames, end.seq, mark.head.crc};
  }

  const fs::path dir_;
  const Lane lane_;
  const std::uint32_t segment_bytes_;
  const LaneStart start_;
  const bool durable_;
};

}  // namespace

const char* decision_name(RecoveryDecision decision) noexcept {
  switch (decision) {
    case RecoveryDecision::kKeep: return "keep";
    case RecoveryDecision::kEnd: return "end";
    case RecoveryDecision::kCutTail: return "cut the torn tail";
    case RecoveryDecision::kCutToInputs: return "cut to the last input";
    case RecoveryDecision::kBegin: return "begin";
    case RecoveryDecision::kRefuse: return "refuse";
  }
  return "";
}

const RecoveryRow& decide(const RecoveryFacts& facts) noexcept {
  for (const RecoveryRow& row : kRecoveryTable)
    if (matches(row, facts)) return row;
  OMEGA_ASSERT(false, facts.state, facts.verdict);  // the table's test proves that every combination has a row
  return kRecoveryTable.front();
}

Status lift_quarantine(const fs::path& dir, bool durable) {
  if (Result<Manifest> seen = Manifest::read(dir); !seen) return seen.error();
  Result<JournalLock> lock = JournalLock::take(dir);
  if (!lock) return lock.error();
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  if (manifest.value().state() != JournalState::kQuarantined)
    return Error{ErrorKind::kUsage, fmt::format("{}: journal is {}, not quarantined", dir.string(),
                                                state_name(manifest.value().state()))};
  manifest.value().set_state(JournalState::kOpen);
  return manifest.value().write(dir, durable);
}

namespace {

/// Of the whole lane up to a position.
std::uint64_t bytes_before(const LanePosition& at, std::uint32_t segment_bytes) {
  return at.segment == 0 ? 0 : std::uint64_t{at.segment - 1} * segment_bytes + at.offset;
}

Error refusal(const fs::path& dir, const std::vector<LaneCheck>& checks, const LaneCheck& damaged, const char* why) {
  const bool inputs_whole = checks.front().lane == Lane::kInputs && checks.front().verdict <= Verdict::kTornTail;
  const char* advice = damaged.lane != Lane::kInputs && inputs_whole
                           ? "do not trade on it; the inputs are whole, so omega journal rebuild makes the lane again"
                           : "do not trade on it; restore the files from a backup or a replica";
  return Error{ErrorKind::kData, fmt::format("{}: {} ({}); {}", dir.string(), damaged.text(), why, advice)};
}

/// What is to be done with each lane of a journal in this state; refused: kData. Changes nothing.
Result<RecoveryReport> judge(const fs::path& dir, const Manifest& manifest, JournalState state) {
  RecoveryReport report;
  report.before = state;
  std::vector<LaneCheck> checks;
  for (std::size_t i = 0; i < kLaneCount; ++i)
    if (manifest.has_lane(static_cast<Lane>(i))) checks.push_back(check_lane(dir, manifest, static_cast<Lane>(i), false));
  // Nothing is decided, and nobody quarantined, on bytes that could not be read.
  for (const LaneCheck& c : checks)
    if (c.unreadable) return *c.unreadable;
  const bool has_inputs = !checks.empty() && checks.front().lane == Lane::kInputs;
  const Seq last_input = has_inputs ? checks.front().last_seq : ~Seq{0};
  for (const LaneCheck& c : checks) {
    const RecoveryRow& row = decide({state, c.verdict, c.begun, c.ended, c.last_seq > last_input});
    if (row.decision == RecoveryDecision::kRefuse) return refusal(dir, checks, c, row.why);
    LaneRecovery lane{c.lane, row.decision, row.why, c.end, 0, c.bytes_lost};
    if (row.decision == RecoveryDecision::kCutToInputs) {
      Result<LanePosition> cut = position_at(dir, manifest, c.lane, last_input);
      if (!cut) return cut.error();
      lane.frames_cut = c.end.frames - cut.value().frames;
      lane.bytes_cut += bytes_before(c.end, manifest.segment_bytes()) - bytes_before(cut.value(), manifest.segment_bytes());
      lane.end = cut.value();
    }
    report.lanes.push_back(lane);
  }
  report.changed = state == JournalState::kOpen;  // a journal at rest that is not refused is whole
  return report;
}

/// Of a journal at rest nothing is ever changed; lift: a person's word that the quarantine is over.
JournalState judged_as(const Manifest& manifest, bool lift) {
  return lift && manifest.state() == JournalState::kQuarantined ? JournalState::kOpen : manifest.state();
}

Result<RecoveryReport> recover(const fs::path& dir, bool durable, bool lift) {
  // Looked at before the lock, so that a stranger's directory gets no lock file of ours.
  if (Result<Manifest> seen = Manifest::read(dir); !seen) return seen.error();
  Result<JournalLock> lock = JournalLock::take(dir);
  if (!lock) return lock.error();
  Result<Manifest> read = Manifest::read(dir);
  if (!read) return read.error();
  Manifest manifest = std::move(read).value();

  Result<RecoveryReport> judged = judge(dir, manifest, judged_as(manifest, lift));
  if (!judged && judged.error().kind == ErrorKind::kData && manifest.state() == JournalState::kOpen) {
    // A journal at rest keeps its recorded ends: with the damaged file restored it is whole again.
    manifest.set_state(JournalState::kQuarantined);
    if (Status s = manifest.write(dir, durable); !s) return s.error();
  }
  if (!judged || !judged.value().changed) return judged;
  const RecoveryReport& report = judged.value();
  for (const LaneRecovery& lane : report.lanes) {
    // kKeep too: the mark is there, but the file may still have its spare room behind it.
    LaneRepair repair(dir, manifest, lane.lane, durable);
    Result<LaneEnd> ended = repair.end_at(lane.end);
    if (!ended) return ended.error();
    manifest.set_lane_end(lane.lane, ended.value());
  }
  manifest.set_state(JournalState::kRecovered);
  for (const LaneRecovery& lane : report.lanes)
    manifest.doc["recovery"][kLaneName[static_cast<std::size_t>(lane.lane)]] = {
        {"decision", decision_name(lane.decision)}, {"frames", lane.end.frames}, {"last_seq", lane.end.seq},
        {"frames_cut", lane.frames_cut}, {"bytes_cut", lane.bytes_cut}};
  OMEGA_CRASH_POINT("recover.before_manifest");
  if (Status s = manifest.write(dir, durable); !s) return s.error();
  return judged;
}

}  // namespace

Result<RecoveryReport> recover(const fs::path& dir, bool durable) { return recover(dir, durable, false); }
Result<RecoveryReport> repair(const fs::path& dir, bool durable) { return recover(dir, durable, true); }

Result<RecoveryReport> plan_repair(const fs::path& dir) {
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  if (const long pid = JournalLock::holder(dir); pid != 0)
    return Error{ErrorKind::kEnvironment, fmt::format("{}: journal is in use by process {}; stop that process first", dir.string(), pid)};
  return judge(dir, manifest.value(), judged_as(manifest.value(), true));
}

}  // namespace omega::journal
