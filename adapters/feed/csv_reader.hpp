// What:     Csv files whose header names the columns: M1 bars of one or both sides, or quotes (bid, ask) to build bars from.
// Owner:    pure functions.   Threads: any.
// Times:    ISO with or without offset, or whole numbers since 1970 (csv_header.hpp, timestamp.hpp). An offset in the row
//           is the row's own word; without one the column name (_utc) or --tz must state the zone.
// Errors:   usage (2) for what the header or the options lack; rows are counted.
#pragma once

#include "adapters/feed/csv_header.hpp"
#include "adapters/feed/reader.hpp"

namespace omega::feed {

/// One row cut and read, before its time is resolved.
struct CsvRow {
  std::string_view symbol;
  std::optional<TimeNs> utc;   // when the row states it
  TimeNs local = 0;            // else
  std::array<Price, 4> prices{}, asks{};
  Qty volume = 0;
  std::uint64_t rounded = 0;
  bool spaced = false;         // spaces around fields were removed
};

[[nodiscard]] std::optional<RowKind> parse_csv_row(std::string_view text, const CsvLayout& layout, EpochUnit epoch, CsvRow& row) noexcept;

[[nodiscard]] Status read_csv(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
