// What:     Judges the bars of one source: each bar by itself, then its place in time, then against its neighbours. Bad ones
//           get kBad* bits (quarantined) and are reported; nothing is removed.
// Owner:    the import.   Threads: one.
// Rules:    STRATEGIES 1.7. A bar already flagged takes no part in later checks. Duplicate: an earlier good bar has the same
//           minute. Out of order: outside the longest run of increasing times. Spike: some price is more than 50 % away
//           from the last good close, and the market is back there within three rows (or the row's own close never left);
//           a level that stays is a move of the market, not a spike.
// Units:    Price 1e-9.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "adapters/feed/placed_bar.hpp"
#include "adapters/feed/source_quality.hpp"

namespace omega::feed {

struct BarFault {
  RowKind kind;
  std::uint16_t flags;  // every bit that applies, not only kind's
};
/// What is wrong with a bar taken alone.
[[nodiscard]] std::optional<BarFault> judge_bar(const Bar& bar) noexcept;

/// All checks over bars of one instrument and source, in file order.
void check_bars(std::vector<PlacedBar>& bars, SourceQuality& quality);

/// Bars of several sources in one time order: a good bar whose minute an earlier source already gave is a duplicate.
/// qualities is indexed by PlacedBar::source.
void check_overlap(std::vector<PlacedBar>& sorted, std::span<SourceQuality> qualities);

/// Most frequent step between neighbouring good bars, 0 when there are fewer than 20 steps.
[[nodiscard]] DurationNs usual_step(const std::vector<PlacedBar>& bars);

}  // namespace omega::feed
