#include "journal/prune.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "journal/check.hpp"
#include "journal/crash_point.hpp"
#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"
#include "journal/snapshot.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

const char* name_of(Lane lane) { return kLaneName[static_cast<std::size_t>(lane)]; }

/// What a pass over a lane's old part found.
struct OldPart {
  PrunedLane pruned;
  Seq first_kept_seq = 0;  // 0: the lane has no events
};

/// The whole segments of which every event is older than `before`, except those from segment `keep` on.
Result<OldPart> old_part(const JournalReader& reader, Lane lane, Seq before, std::uint32_t keep) {
  const std::uint32_t last = std::min(reader.manifest().lane_end(lane)->segments, keep);
  OldPart out;
  out.pruned.lane = lane;
  out.pruned.start = reader.start(lane);
  out.pruned.from_segment = out.pruned.start.segment;
  LaneStart& start = out.pruned.start;
  LaneCursor cursor = reader.lane(lane);
  FrameView view;
  LanePosition at;              // behind the last frame read
  std::uint64_t external = start.external_inputs;
  const std::uint64_t pruned_before = start.frames;
  while (cursor.next(view)) {
    if (view.segment != at.segment && at.segment != 0 && view.segment <= last) {  // every event of the segment before is older
      const SegmentHeader& header = cursor.segment_header();
      start = {.segment = view.segment, .frames = header.frames_before, .seq = at.seq, .crc = header.chain_crc,
               .previous_bytes = header.previous_bytes, .external_inputs = external};
      out.first_kept_seq = view.seq;
    }
    if (out.first_kept_seq == 0) out.first_kept_seq = view.seq;
    if (view.seq >= before || view.segment >= last) break;
    external += lane == Lane::kInputs && is_external(view.type) ? 1 : 0;
    at = cursor.position();
  }
  if (cursor.error()) return *cursor.error();
  out.pruned.frames = start.frames - pruned_before;
  out.pruned.bytes = std::uint64_t{start.segment - out.pruned.from_segment} * reader.manifest().segment_bytes();
  return out;
}

Status at_rest_and_whole(const fs::path& dir, const Manifest& manifest) {
  if (!manifest.at_rest())
    return Error{ErrorKind::kData, fmt::format("{}: journal is {}; run omega journal repair before it is pruned", dir.string(),
                                               state_name(manifest.state()))};
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    if (!manifest.has_lane(static_cast<Lane>(l))) continue;
    const LaneCheck lane = check_lane(dir, manifest, static_cast<Lane>(l), false);
    if (lane.unreadable) return *lane.unreadable;
    if (lane.verdict != Verdict::kClean)
      return Error{ErrorKind::kData, fmt::format("{}: {}; a damaged journal is not pruned, mend it first", dir.string(), lane.text())};
  }
  return Ok{};
}

Error needed(const fs::path& dir, const std::string& by) {
  return {ErrorKind::kUsage, fmt::format("{}: the inputs cannot be pruned: {}", dir.string(), by)};
}

/// Nothing that stays may need an input that goes.
Status inputs_may_go(const fs::path& dir, const JournalReader& reader, const PruneRequest& request, const PruneReport& report) {
  const auto inputs = std::find_if(report.lanes.begin(), report.lanes.end(), [](const PrunedLane& l) { return l.lane == Lane::kInputs; });
  if (inputs == report.lanes.end() || inputs->frames == 0) return Ok{};
  const Seq last = inputs->start.seq;
  for (const Lane lane : {Lane::kFeatures, Lane::kSignals, Lane::kRisk, Lane::kOrders}) {
    if (!reader.has_lane(lane) || request.lanes[static_cast<std::size_t>(lane)]) continue;
    LaneCursor cursor = reader.lane(lane);
    FrameView first;
    if (cursor.next(first) && first.seq <= last)
      return needed(dir, fmt::format("lane {} holds events from seq {} on, which only they can prove; prune it with them (--lane {})",
                                     name_of(lane), first.seq, name_of(lane)));
  }
  for (const SnapshotFile& file : list_snapshots(dir))
    if (file.seq < last && std::find(report.snapshots.begin(), report.snapshots.end(), file.seq) == report.snapshots.end())
      return needed(dir, fmt::format("snapshot {} stays and needs those behind seq {}; prune the snapshots with them (--lane snapshots)",
                                     file.path.filename().string(), file.seq));
  return Ok{};
}

Result<PruneReport> plan(const fs::path& dir, const PruneRequest& request) {
  Result<std::unique_ptr<JournalReader>> opened = JournalReader::open(dir);
  if (!opened) return opened.error();
  const JournalReader& reader = *opened.value();
  if (Status s = at_rest_and_whole(dir, reader.manifest()); !s) return s.error();
  PruneReport report;
  // State at any seq from before_seq on comes from the newest snapshot before it; so that one stays, and all behind it.
  SnapshotSearch search = find_snapshot(reader, request.engine, request.before_seq == 0 ? 0 : request.before_seq - 1);
  if (search.found) report.anchor = search.found->seq;
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const auto lane = static_cast<Lane>(l);
    if (!request.lanes[l] || !reader.has_lane(lane)) continue;
    const std::uint32_t keep = search.found ? std::max(search.found->lanes[l].segment, 1u) : ~0u;
    const Seq before = report.anchor ? std::min(request.before_seq, *report.anchor + 1) : request.before_seq;
    Result<OldPart> old = old_part(reader, lane, lane == Lane::kInputs ? before : request.before_seq, keep);
    if (!old) return old.error();
    if (lane == Lane::kInputs && old.value().pruned.frames != 0 && !report.anchor)
      return needed(dir, fmt::format("no snapshot of this program before seq {} could take their place{}", request.before_seq,
                                     search.ignored.empty() ? "" : " (" + search.ignored.front() + ")"));
    report.lanes.push_back(old.value().pruned);
  }
  if (request.snapshots)
    for (const SnapshotFile& file : list_snapshots(dir))
      if (file.seq < request.before_seq && file.seq != report.anchor.value_or(0)) report.snapshots.push_back(file.seq);
  if (Status s = inputs_may_go(dir, reader, request, report); !s) return s.error();
  return report;
}

/// Segments before the lane's start: this pruning's, or what a killed one left.
Status remove_old_segments(const fs::path& dir, const LaneStart& start, Lane lane, bool durable) {
  const fs::path lane_dir = dir / name_of(lane);
  std::vector<std::uint32_t> old;
  std::error_code ec;
  for (fs::directory_iterator it(lane_dir, ec), last; !ec && it != last; it.increment(ec))
    if (const std::uint32_t n = segment_number(it->path().filename().string()); n != 0 && n < start.segment) old.push_back(n);
  if (ec) return system_error("list", lane_dir, ec.value());
  std::sort(old.begin(), old.end());
  for (const std::uint32_t n : old) {
    const fs::path path = lane_dir / segment_name(n);
    if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
    OMEGA_CRASH_POINT("prune.segment_removed");
  }
  return durable && !old.empty() ? sync_directory(lane_dir) : Status{Ok{}};
}

}  // namespace

bool PruneReport::anything() const noexcept {
  return !snapshots.empty() || std::any_of(lanes.begin(), lanes.end(), [](const PrunedLane& l) { return l.frames != 0; });
}

Result<PruneReport> plan_prune(const fs::path& dir, const PruneRequest& request) {
  if (const long pid = JournalLock::holder(dir); pid != 0)
    return Error{ErrorKind::kEnvironment, fmt::format("{}: journal is in use by process {}; stop that process first", dir.string(), pid)};
  return plan(dir, request);
}

Result<PruneReport> prune(const fs::path& dir, const PruneRequest& request, bool durable) {
  // Looked at before the lock, so that a stranger's directory gets no lock file of ours.
  if (Result<Manifest> seen = Manifest::read(dir); !seen) return seen.error();
  Result<JournalLock> lock = JournalLock::take(dir);
  if (!lock) return lock.error();
  Result<PruneReport> planned = plan(dir, request);
  if (!planned) return planned;
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  for (const Seq seq : planned.value().snapshots) {
    const fs::path path = snapshot_path(dir, seq);
    if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
    OMEGA_CRASH_POINT("prune.snapshot_removed");
  }
  // First the manifest says where the lanes begin; what stands before is nothing from then on.
  for (const PrunedLane& lane : planned.value().lanes) manifest.value().set_lane_start(lane.lane, lane.start);
  if (Status s = manifest.value().write(dir, durable); !s) return s.error();
  OMEGA_CRASH_POINT("prune.manifest");
  for (const PrunedLane& lane : planned.value().lanes)
    if (Status s = remove_old_segments(dir, lane.start, lane.lane, durable); !s) return s.error();
  return planned;
}

}  // namespace omega::journal
