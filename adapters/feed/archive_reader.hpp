// What:     Opens a data file as it lies on disk - plain, zip, gz, zst or xz, told by its first bytes, or LZMA, told by its name (.bi5) - and hands each data
//           member's decompressed bytes to a visitor, in the archive's order.
// Owner:    pure function; every handle is closed before it returns.   Threads: any, one call at a time per file.
// Errors:   one line naming the file: not there, foreign archive (7z, lz4, ...), truncated, bad checksum, encrypted.
// Members:  of a zip those whose name ends in .csv or .txt, or the only one whatever its name; others are returned as skipped.
//           HistData zips may carry a .txt status report beside the .csv: with any .csv present, .txt is skipped.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/feed/byte_source.hpp"

namespace omega::feed {

/// name: of the member inside a zip, else the file name without .gz, .zst or .xz.
using MemberVisitor = std::function<Status(const std::string& name, ByteSource& bytes)>;

struct ArchiveContent {
  std::vector<std::string> read, skipped;
};

[[nodiscard]] Result<ArchiveContent> for_each_member(const std::filesystem::path& path, const MemberVisitor& visit);

}  // namespace omega::feed
