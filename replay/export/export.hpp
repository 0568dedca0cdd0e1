// What:     A journal as tables: one per event type, named as the type, with `seq` and the fields of the schema in order (an array is
//           name_1, name_2, ...; bits are a text of names), and `export_info` with what was exported and how many rows each table has.
//           replay/export/SCHEMA.md describes it for users.
// Owner:    pure function of a journal.   Threads: one.
// Errors:   damage in a lane; what the writer says.
// Units:    times RFC 3339 UTC; prices in the quote currency, quantities in lots, money in account currency.
#pragma once

#include <map>

#include "replay/export/table_writer.hpp"

namespace omega::replay {

struct ExportOptions {
  bool bars = false;      // bars and timers too
  bool features = false;  // one row per value: seq, ts, instrument, timeframe, feature, value
};
/// Rows by table.
using ExportCounts = std::map<std::string, std::uint64_t>;

[[nodiscard]] Result<ExportCounts> export_journal(const std::filesystem::path& journal, const ExportOptions& options, TableWriter& out);

}  // namespace omega::replay
