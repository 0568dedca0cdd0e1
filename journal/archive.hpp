// What:     A backup's container: named entries in a .tar.zst file (ustar inside one zstd frame with checksum, which any tar
//           opens) or in a plain folder. Written to a name of its own first; finish() gives it its place.
// Owner:    caller.   Threads: one.
// Errors:   kEnvironment from the file system; kData for a container that is cut short, damaged or foreign.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/core/result.hpp"

namespace omega::journal {

class ArchiveWriter {
 public:
  virtual ~ArchiveWriter() = default;
  [[nodiscard]] virtual Status begin(const std::string& name, std::uint64_t bytes) = 0;
  [[nodiscard]] virtual Status write(const void* data, std::size_t bytes) = 0;  // of the entry begun, bytes in all
  [[nodiscard]] virtual Status end() = 0;
  /// All of it is on the disk, still under its working name.
  [[nodiscard]] virtual Status close() = 0;
};

class ArchiveReader {
 public:
  virtual ~ArchiveReader() = default;
  /// The next entry, or false at the proper end. What was not read of the last one is skipped.
  [[nodiscard]] virtual Result<bool> next(std::string& name, std::uint64_t& bytes) = 0;
  /// Up to bytes of it; 0 at its end.
  [[nodiscard]] virtual Result<std::size_t> read(void* data, std::size_t bytes) = 0;
};

/// True for names that end with .tar.zst.
[[nodiscard]] bool is_archive_file(const std::filesystem::path& path);
[[nodiscard]] Result<std::unique_ptr<ArchiveWriter>> create_archive_file(const std::filesystem::path& path);
[[nodiscard]] Result<std::unique_ptr<ArchiveReader>> open_archive_file(const std::filesystem::path& path);
[[nodiscard]] Result<std::unique_ptr<ArchiveWriter>> create_archive_folder(const std::filesystem::path& path);
[[nodiscard]] Result<std::unique_ptr<ArchiveReader>> open_archive_folder(const std::filesystem::path& path);

}  // namespace omega::journal
