// What:     The ticks of one instrument to M1 bars, with tick counts and, where wanted, the traded volume.
// Owner:    the import.   Threads: one.
// Rules:    bid/ask bars of the quotes, or of the best bid and ask after every whole book update, or, where there are only trades, bars
//           of trade prices. A quarantined tick is left out; so is a book that is not usable at that moment (a side missing,
//           crossed). A minute with neither has no bar; a minute with trades only has a bar of the quote in force, when that is at
//           most 2 h old (max_gap of STRATEGIES 1.7).
// Units:    n_ticks: quotes, book updates or trades used; volume 1e-8 of a tick or of a traded unit.
#pragma once

#include "adapters/feed/import_options.hpp"
#include "adapters/feed/placed_bar.hpp"
#include "adapters/feed/placed_tick.hpp"

namespace omega::feed {

struct TickBars {
  std::vector<PlacedBar> bars;               // in order; each of the source of its first tick
  std::uint64_t trades_outside = 0;          // trades of no bar: no quote was in force
};

/// ticks: in order.
[[nodiscard]] TickBars bars_of_ticks(const TickList& list, InstrumentId instrument, VolumeChoice volume);

}  // namespace omega::feed
