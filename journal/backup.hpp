// What:     Copies a journal into one compressed file or a folder, reads the copy back and compares digests; and the way
//           back. A running or crashed journal is copied up to its watermarks and the copy is ended there, so that what is
//           restored is always a whole journal at rest.
// Owner:    none.   Threads: one; a writer in another process is not disturbed.
// Errors:   kUsage: the target is there already. kData: the journal or the backup is damaged (nothing stays under the
//           target's name). kEnvironment: no space, cannot read.
//           Killed at any moment there is no target, or a whole one; TARGET.partial is left and overwritten next time.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/core/lane.hpp"
#include "engine/core/result.hpp"
#include "journal/journal_state.hpp"

namespace omega::journal {

struct BackupLane {
  Lane lane = Lane::kInputs;
  std::uint64_t frames = 0;
  Seq last_seq = 0;
};

struct BackupReport {
  JournalState state = JournalState::kClosed;  // of the journal that was copied
  std::uint64_t files = 0, bytes = 0;          // of the journal
  std::uint64_t backup_bytes = 0;              // of the backup
  std::string digest;                          // of all names and contents, 16 hex digits
  std::vector<BackupLane> lanes;
};

/// `out` ends with .tar.zst: a file, otherwise a folder.
[[nodiscard]] Result<BackupReport> backup(const std::filesystem::path& dir, const std::filesystem::path& out);
/// Into a folder that is empty or not there.
[[nodiscard]] Result<BackupReport> restore(const std::filesystem::path& from, const std::filesystem::path& dir);

}  // namespace omega::journal
