// What:     Where a test's simulated disk stands between the journal and the file system: it may refuse a call, shorten
//           it, and is told of every sync. Only at open/map/sync/read/write/rename calls, never at an append, and compiled to nothing
//           unless OMEGA_CRASH_POINTS is defined (see journal/crash_point.hpp).
// Owner:    the test owns the FileFaults it puts into file_faults().   Threads: the test's one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace omega::journal {

enum class FileCall : std::uint8_t { kOpen, kMap, kAllocate, kTruncate, kSync, kSyncDirectory, kWrite, kRead, kRename };

#ifdef OMEGA_CRASH_POINTS
class FileFaults {
 public:
  virtual ~FileFaults() = default;
  /// An errno to fail this call with, before it is made; 0 lets it through.
  virtual int fail(FileCall call, const std::filesystem::path& path) = 0;
  /// How many of the bytes this call may move, 1..bytes.
  virtual std::size_t allow(FileCall call, std::size_t bytes) = 0;
  /// The file or directory behind fd has been synced.
  virtual void synced(FileCall call, int fd, const std::filesystem::path& path) = 0;
};
inline FileFaults*& file_faults() noexcept {
  static FileFaults* faults = nullptr;
  return faults;
}
inline int file_fault(FileCall call, const std::filesystem::path& path) {
  return file_faults() != nullptr ? file_faults()->fail(call, path) : 0;
}
inline std::size_t file_allowance(FileCall call, std::size_t bytes) {
  return file_faults() != nullptr ? file_faults()->allow(call, bytes) : bytes;
}
inline void file_synced(FileCall call, int fd, const std::filesystem::path& path) {
  if (file_faults() != nullptr) file_faults()->synced(call, fd, path);
}
#else
constexpr int file_fault(FileCall, const std::filesystem::path&) noexcept { return 0; }
constexpr std::size_t file_allowance(FileCall, std::size_t bytes) noexcept { return bytes; }
constexpr void file_synced(FileCall, int, const std::filesystem::path&) noexcept {}
#endif

}  // namespace omega::journal
