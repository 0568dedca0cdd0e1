// What:     Column names of a csv file to what the import needs, or a refusal that lists what was found and expected.
// Owner:    value type.   Threads: any.
// Names:    compared in lower case, without < > and quotes, with ' ' '-' '/' as '_'.
//             time    timestamp, datetime, date_time, open_time, time, ts, each also with _utc (states the zone); date + time
//             prices  open high low close (o h l c) · bid_open ... bid_close · ask_open ... ask_close · bid + ask (ticks)
//             volume  volume, vol, v (traded) · tick_volume, tickvol, n_ticks (ticks)      symbol  symbol, ticker, instrument
//           Other columns are ignored and listed in the report. Separator: the one of , ; tab | that the header has most of.
// Errors:   usage (2): missing or repeated names, and choices that the columns cannot give.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "adapters/feed/import_options.hpp"

namespace omega::feed {

inline constexpr std::size_t kCsvColumns_max = 64;

struct CsvLayout {
  enum class Shape : std::uint8_t { kOneSide, kBothSides, kTicks };
  static constexpr int kAbsent = -1;

  char separator = ',';
  std::size_t columns = 0;
  Shape shape = Shape::kOneSide;
  PriceBasis basis = PriceBasis::kBidAsk;
  bool states_utc = false;                 // the time column's name ends in _utc
  int date = kAbsent, time = kAbsent;      // date only beside a separate time column
  int symbol = kAbsent, volume = kAbsent;  // volume: the column that the volume choice takes
  std::array<int, 4> prices{kAbsent, kAbsent, kAbsent, kAbsent};  // first side; kTicks: bid in [0]
  std::array<int, 4> asks{kAbsent, kAbsent, kAbsent, kAbsent};    // kTicks: ask in [0]
  VolumeKind volume_kind = VolumeKind::kNone;
  std::string ignored;                     // names of unused columns
};

[[nodiscard]] Result<CsvLayout> parse_csv_header(std::string_view header, const ImportOptions& options, const std::string& where);

}  // namespace omega::feed
