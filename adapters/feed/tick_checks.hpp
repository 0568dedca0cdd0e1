// What:     Judges the ticks of one source: each by itself, then its place in time; and repeats between the sources of one
//           instrument. With --ticks keep a bad tick gets kBad* bits (quarantined: journaled, never seen by a feature), with
//           --ticks bars it is left out; both are counted and listed.
// Owner:    the import.   Threads: one.
// Rules:    STRATEGIES 1.7. Out of order: outside the longest run of non-decreasing times of its source. Locked quotes are kept and
//           counted. Equal ticks of one source are all kept (a price may be repeated); a tick that an earlier file of the instrument
//           already gave, same time, kind and values, is a duplicate.
#pragma once

#include <optional>
#include <span>

#include "adapters/feed/placed_tick.hpp"
#include "adapters/feed/source_quality.hpp"

namespace omega::feed {

/// What kBad* bits mean as a finding; nullopt for none.
[[nodiscard]] std::optional<RowKind> tick_fault(std::uint16_t flags) noexcept;

/// Flags or removes what is out of order in one source.
void check_tick_order(TickList& list, bool keep, SourceQuality& quality);

/// Ticks of several sources, sorted by (ts, rank, source, arrival). qualities is indexed by PlacedTick::source.
void check_tick_overlap(std::vector<PlacedTick>& sorted, bool keep, std::span<SourceQuality> qualities);

}  // namespace omega::feed
