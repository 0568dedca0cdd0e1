// What:     HistData.com minute files: YYYYMMDD HHMMSS;O;H;L;C;V - no header, bar open time, one price side.
// Owner:    pure functions.   Threads: any.   Errors: see reader.hpp.
// Traps:    2018 files are New York wall clock with US summer time although the vendor's page says otherwise; V is always 0.
#pragma once

#include <array>

#include "adapters/feed/reader.hpp"

namespace omega::feed {

struct HistdataRow {
  TimeNs local_open = 0;
  std::array<Price, 4> ohlc{};
  Qty volume = 0;
  std::uint64_t rounded = 0;
};

/// nullopt when the row was read, else why not.
[[nodiscard]] std::optional<RowKind> parse_histdata_row(std::string_view text, HistdataRow& row) noexcept;

[[nodiscard]] Status read_histdata(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
