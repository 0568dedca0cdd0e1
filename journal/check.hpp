// What:     Looks at every byte of a journal and says what is there (info) and whether it can be trusted (check).
// Owner:    reports are values.   Threads: any; the journal may be in use, then the report is of what is committed.
// Errors:   Error only when the directory cannot be judged at all (no journal, newer version, files that cannot be read);
//           damage is in the report.
#pragma once

#include <map>
#include <vector>

#include "journal/journal_state.hpp"
#include "journal/reader.hpp"

namespace omega::journal {

enum class Verdict : std::uint8_t { kClean, kTornTail, kCorrupt, kMissing };
[[nodiscard]] const char* verdict_name(Verdict verdict) noexcept;  // clean, torn tail, corrupt, segment missing

struct LaneCheck {
  Lane lane = Lane::kInputs;
  Verdict verdict = Verdict::kClean;
  std::uint32_t segments = 0;          // that hold frames
  std::uint64_t frames = 0, bytes = 0; // good ones, from the start
  Seq first_seq = 0, last_seq = 0;
  std::uint32_t crc = 0;               // chain behind the last good frame (the end mark when ended)
  bool begun = false;                  // it has a watermark; false: the run died before the lane was made
  bool ended = false;                  // the end mark is there
  LanePosition end;                    // behind the last good event frame: where a torn tail would be cut
  // of the first damage
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes_lost = 0;        // torn tail: up to the last byte that is not zero
  std::string why;
  std::optional<Error> unreadable;     // the environment failed before the lane could be judged: the rest says nothing
  [[nodiscard]] std::string text() const;  // one line
  /// Nothing is lost before it: of the inputs the first seq that is not there; a derived lane may still hold a part of it.
  [[nodiscard]] Seq first_missing_seq() const noexcept { return lane == Lane::kInputs ? last_seq + 1 : last_seq; }
};

struct CheckReport {
  JournalState state = JournalState::kOpen;
  long writer_pid = 0;  // of the process that writes it now, 0 none
  std::vector<LaneCheck> lanes;
  [[nodiscard]] bool clean() const noexcept;
  [[nodiscard]] Verdict worst() const noexcept;
  [[nodiscard]] const LaneCheck* lane(Lane lane) const noexcept;
};
[[nodiscard]] Result<CheckReport> check(const std::filesystem::path& dir);
/// One lane. in_use: a writer is at work, so what stands behind the last frame cannot be judged.
[[nodiscard]] LaneCheck check_lane(const std::filesystem::path& dir, const Manifest& manifest, Lane lane, bool in_use);

struct LaneInfo {
  Lane lane = Lane::kInputs;
  std::uint32_t segments = 0;
  std::uint64_t bytes = 0, frames = 0;
  Seq first_seq = 0, last_seq = 0;
  TimeNs first_ts = 0, last_ts = 0;
  std::map<EventType, std::uint64_t> count_by_type;
  std::uint64_t digest = 0;            // digest_step over all events but the checkpoints = LaneAppender::digest()
  std::uint64_t checkpoints = 0, checkpoints_wrong = 0;  // DigestCheckpoint records, and those that disagree
};

struct InfoReport {
  JournalState state = JournalState::kOpen;
  long writer_pid = 0;
  std::string journal_id, build;
  std::vector<LaneInfo> lanes;
  TimeNs from_ts = 0, to_ts = 0;       // of the inputs lane
  std::uint64_t inputs_digest = 0;
  std::uint64_t derived_digest = 0;    // of the derived lanes' digests, in lane order
  std::optional<Error> damage;         // of the first lane that could not be read to its end
};
[[nodiscard]] Result<InfoReport> info(const std::filesystem::path& dir);

}  // namespace omega::journal
