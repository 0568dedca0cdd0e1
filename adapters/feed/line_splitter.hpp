// What:     Cuts a byte stream into lines: LF or CRLF, a byte-order mark anywhere at a line's start, a last line without
//           a newline, lines of any length (the excess is dropped, not kept in memory).
// Owner:    one per member; `text` views its buffer and lives until the next call.   Threads: one.
// Errors:   a failed read ends the lines and is kept in status().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/byte_source.hpp"

namespace omega::feed {

struct Line {
  std::string_view text;       // without newline, CR and byte-order mark
  std::uint64_t number = 0;    // 1, 2, 3 ...
  bool cr = false;             // ended in CR LF
  bool bom = false;            // began with EF BB BF
  bool terminated = true;      // false: the last line of the file, with no newline
  bool too_long = false;       // longer than kLine_bytes_max: text is its beginning
};

class LineSplitter {
 public:
  static constexpr std::size_t kLine_bytes_max = 16 * 1024;  // a row is below 1 KiB; stops a file that has no newlines

  explicit LineSplitter(ByteSource& bytes) : bytes_(&bytes), buffer_(kBuffer_bytes) {}
  bool next(Line& line);
  [[nodiscard]] const Status& status() const noexcept { return status_; }

 private:
  static constexpr std::size_t kBuffer_bytes = 256 * 1024;
  bool fill();
  void finish(Line& line, std::string_view raw, bool terminated);

  ByteSource* bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false;
  Status status_ = Ok{};
};

}  // namespace omega::feed
