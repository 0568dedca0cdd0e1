// What:     A stream of decompressed bytes: what a line splitter pulls from.
// Owner:    the archive reader, for the time of one member.   Threads: one.
// Errors:   read() returns 0 at the clean end; damage (truncated, bad checksum) is one Error line.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "engine/core/result.hpp"

namespace omega::feed {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual Result<std::size_t> read(char* out, std::size_t capacity) = 0;
};

/// Bytes already in memory (tests, fuzzers).
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) noexcept : left_(bytes) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override {
    const std::size_t n = left_.size() < capacity ? left_.size() : capacity;
    if (n != 0) std::memcpy(out, left_.data(), n);
    left_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view left_;
};

}  // namespace omega::feed
