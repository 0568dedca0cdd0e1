// What:     snapshots/<seq>.snap: the engine's state between two inputs, to start a recovery or a question about the past
//           near its target instead of at the journal's first input.
// Owner:    value types; the files belong to the journal's folder.   Threads: any, one at a time per file.
// Errors:   a snapshot that cannot be proved to belong to exactly these lanes is ignored, with its reason; never used on
//           trust. Writing: kEnvironment, and the journal is as good without it.
// Source:   FORMAT.md section 8; ARCHITECTURE 6; RELIABILITY F30.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/reader.hpp"

namespace omega::journal {

inline constexpr const char* kSnapshotDir = "snapshots";
inline constexpr std::uint32_t kSnapshotVersion = 1;

struct Snapshot {
  std::string journal_id;               // of the manifest
  std::string engine;                   // the program whose state this is: another one may lay it out differently
  Seq seq = 0;                          // state after this input ...
  TimeNs ts = 0;                        // ... at this engine time
  std::uint64_t external_inputs = 0;    // events taken from the feed
  std::uint64_t feed_digest = 0;        // of those events as the feed gave them
  std::array<LanePosition, kLaneCount> lanes{};  // behind the last frame of each lane
  std::string sequencer, stages;        // state archives (engine/core/archive.hpp)

  template <class Archive> void serialize(Archive& ar) {
    ar(journal_id, engine, seq, ts, external_inputs, feed_digest);
    for (LanePosition& p : lanes) ar(p.segment, p.offset, p.seq, p.crc, p.frames);
    ar(sequencer, stages);
  }
};

[[nodiscard]] std::string encode_snapshot(const Snapshot& snapshot);
/// Pure decoder; the error's message is the reason alone.
[[nodiscard]] Result<Snapshot> decode_snapshot(std::string_view bytes);

/// Atomic and durable: a reader sees the whole file or none. *sync_failed, when asked for: the disk failed a sync, which is
/// final for the journal too; any other error leaves it as good as without the snapshot.
[[nodiscard]] Status write_snapshot(const std::filesystem::path& journal_dir, const Snapshot& snapshot, bool durable = true,
                                    bool* sync_failed = nullptr);

struct SnapshotFile {
  Seq seq = 0;  // by its name
  std::filesystem::path path;
};
[[nodiscard]] std::filesystem::path snapshot_path(const std::filesystem::path& journal_dir, Seq seq);
/// Newest first. Files with other names are left out.
[[nodiscard]] std::vector<SnapshotFile> list_snapshots(const std::filesystem::path& journal_dir);

struct SnapshotSearch {
  std::optional<Snapshot> found;
  std::vector<std::string> ignored;  // "00000000000000065536.snap: why", newest first
  std::optional<Error> unreadable;   // what the device did not give, if any: that says nothing about a snapshot
};
/// The newest one with seq <= latest that the lanes prove: same journal, same engine, and every lane has, where the
/// snapshot says, a frame end with the same seq, count and CRC chain (which covers all bytes of the lane before).
/// accepts: the caller's own trial of a proven one, e.g. loading its state; its error is the reason why not.
using SnapshotTrial = std::function<Status(const Snapshot&)>;
[[nodiscard]] SnapshotSearch find_snapshot(const JournalReader& reader, std::string_view engine, Seq latest,
                                           const SnapshotTrial& accepts = nullptr);

/// Moves a fresh cursor to `at` when the lane has exactly that place. kData: it has not; kEnvironment: it cannot be read.
[[nodiscard]] Status seek_position(LaneCursor& cursor, const LanePosition& at);

}  // namespace omega::journal
