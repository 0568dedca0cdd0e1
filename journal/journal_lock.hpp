// What:     One writer per journal: an flock on DIR/lock that names its holder's process id.
// Owner:    JournalWriter and recover(), for as long as they may write.   Threads: one.
// Errors:   kEnvironment naming the pid when somebody else holds it. The kernel frees it when the holder dies.
#pragma once

#include <filesystem>

#include "engine/core/result.hpp"
#include "journal/file.hpp"

namespace omega::journal {

inline constexpr const char* kLockFile = "lock";

class JournalLock {
 public:
  [[nodiscard]] static Result<JournalLock> take(const std::filesystem::path& journal_dir);
  /// The holder's pid, 0 when nobody holds it. Never creates the file.
  [[nodiscard]] static long holder(const std::filesystem::path& journal_dir);
  /// The pid that the last holder left, when such a process lives; 0 otherwise. Touches no lock, so it can never be in
  /// the way of a writer that starts, and may be wrong when the pid was given to another process.
  [[nodiscard]] static long writer_pid(const std::filesystem::path& journal_dir);

 private:
  Fd fd_;
};

}  // namespace omega::journal
