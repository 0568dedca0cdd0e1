// What:     The decoders behind archive_reader: one function per container, each turning a file into ByteSources.
// Owner:    archive_reader.   Threads: one.
// Errors:   see archive_reader.hpp.
#pragma once

#include <cstdio>
#include <memory>

#include "adapters/feed/archive_reader.hpp"

namespace omega::feed {

struct FileCloser {
  void operator()(std::FILE* f) const noexcept { std::fclose(f); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

[[nodiscard]] std::unique_ptr<ByteSource> plain_source(FileHandle file, const std::string& path);
[[nodiscard]] Result<std::unique_ptr<ByteSource>> gz_source(FileHandle file, const std::string& path);
[[nodiscard]] Result<std::unique_ptr<ByteSource>> zst_source(FileHandle file, const std::string& path);
/// xz: an xz file, else LZMA without a container.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> lzma_source(FileHandle file, const std::string& path, bool xz);
[[nodiscard]] Result<ArchiveContent> for_each_zip_member(const std::string& path, const MemberVisitor& visit);

}  // namespace omega::feed
