// What:     All bars and ticks of one instrument, from however many files, made into one series: bars made of the ticks, sides
//           paired, sorted by time, overlaps flagged, volume filled in, gaps counted.
// Owner:    the import.   Threads: one.
// Errors:   usage (2) when the files cannot form one series (two price bases, two volume kinds, two books of one time) or the volume
//           column is always zero; data (3) when no bar can be made of the ticks.
// Units:    range proxy: volume = (true range / tick + 1), 1e-8; true range over the good bar before, high - low after a break of
//           more than 2 h (STRATEGIES 1.7); of the mid when both sides are given.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "adapters/feed/import_options.hpp"
#include "adapters/feed/placed_bar.hpp"
#include "adapters/feed/source_quality.hpp"
#include "adapters/feed/tick_series.hpp"
#include "engine/core/config.hpp"

namespace omega::feed {

struct SymbolSummary {
  std::string symbol;
  InstrumentId instrument = kNoInstrument;
  PriceBasis basis = PriceBasis::kBidAsk;
  VolumeKind volume_kind = VolumeKind::kNone;
  bool modelled_time = false;           // of any of its sources
  std::uint64_t events = 0, good = 0, quarantined = 0, zero_volume = 0;  // bars, and ticks where they are kept
  std::uint64_t bars = 0;
  TickSummary ticks;                    // all 0 where only the bars are journaled
  std::uint64_t gaps = 0;               // breaks inside trading hours, of any length up to a week
  std::uint64_t gap_minutes_max = 0;
  std::uint64_t missing_minutes = 0;    // inside trading hours, week ends' edges included
  std::uint64_t weekend_breaks = 0;
  std::uint64_t stretches = 1;          // a break of more than a week begins a new stretch, and is not a gap
  TimeNs from_ts = 0, to_ts = 0;        // open of the first bar, end of the last; of the first and last tick where they reach further
};

struct Series {
  InstrumentId instrument = kNoInstrument;
  VolumeChoice volume = VolumeChoice::kNone;
  std::vector<PlacedBar> bars;  // by source, in file order, checked; finish() sorts them
  TickList ticks;               // likewise; empty after finish() unless they are kept
  bool keep_ticks = false;
  [[nodiscard]] bool empty() const noexcept { return bars.empty() && ticks.ticks.empty(); }
};

/// qualities is indexed by PlacedBar::source.
[[nodiscard]] Result<SymbolSummary> finish_series(Series& series, const InstrumentConfig& instrument, int gap_minutes_min,
                                                  std::span<SourceQuality> qualities);

}  // namespace omega::feed
