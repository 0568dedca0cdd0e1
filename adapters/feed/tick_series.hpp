// What:     All ticks of one instrument, from however many files, made into one series: sorted into the total order, repeats
//           flagged, the bars of them made, and what they tell about the feed.
// Owner:    the import.   Threads: one.
// Errors:   usage (2) when two files give a book of the same time: the changes of one are not the changes of the other.
#pragma once

#include <span>
#include <string>

#include "adapters/feed/placed_tick.hpp"
#include "adapters/feed/source_quality.hpp"
#include "engine/core/result.hpp"

namespace omega::feed {

struct TickSummary {
  std::uint64_t quotes = 0, trades = 0, book_snapshots = 0, book_deltas = 0;  // journaled, quarantined ones included
  std::uint64_t trades_sided = 0;      // with the side that took liquidity
  std::uint64_t trades_outside = 0;    // whose volume is in no bar
  std::uint64_t quarantined = 0, book_gaps = 0;
  bool quote_sizes = false;            // every source of quotes has sizes
  [[nodiscard]] std::uint64_t events() const noexcept { return quotes + trades + book_snapshots + book_deltas; }
};

/// qualities is indexed by PlacedTick::source.
[[nodiscard]] Status order_ticks(TickList& list, bool keep, const std::string& symbol, std::span<SourceQuality> qualities);
[[nodiscard]] TickSummary summarise_ticks(const TickList& list, std::span<SourceQuality> qualities);

}  // namespace omega::feed
