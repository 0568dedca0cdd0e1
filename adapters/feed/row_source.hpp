// What:     Rows of one data file with the dressing taken off and reported: byte-order marks, stray CR, spaces around the
//           row, empty lines, NUL bytes, rows without end.
// Owner:    one reader.   Threads: one.   Row::text lives until the next call.
// Errors:   status() as of LineSplitter; a row that cannot be used is counted in the SourceQuality and skipped.
#pragma once

#include "adapters/feed/line_splitter.hpp"
#include "adapters/feed/source_quality.hpp"

namespace omega::feed {

struct Row {
  std::string_view text;
  std::uint64_t line = 0;
  bool terminated = true;
};

class RowSource {
 public:
  RowSource(ByteSource& bytes, SourceQuality& quality) : lines_(bytes), quality_(&quality) {}

  bool next(Row& row);
  /// Counts the row as unreadable; a last line without a newline was cut, whatever its defect looks like.
  void reject(const Row& row, RowKind kind);
  [[nodiscard]] const Status& status() const noexcept { return lines_.status(); }
  /// The header is not a row of data.
  void forget_header() noexcept { --quality_->rows; }

 private:
  LineSplitter lines_;
  SourceQuality* quality_;
  bool crlf_file_ = false;
};

}  // namespace omega::feed
