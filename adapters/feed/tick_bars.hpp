// What:     Quotes to M1 bid/ask bars with tick counts.
// Owner:    one reader; holds the file's ticks until build().   Threads: one.
// Rules:    a tick with bid > ask, a price <= 0, or a time outside the longest run of non-decreasing times is left out,
//           counted and listed; bid = ask is kept and counted (STRATEGIES 1.7). A minute without ticks has no bar.
// Units:    volume and n_ticks count the ticks used; volume is 1e-8 of a tick.
#pragma once

#include <vector>

#include "adapters/feed/placed_bar.hpp"
#include "adapters/feed/source_quality.hpp"

namespace omega::feed {

class TickBars {
 public:
  TickBars(InstrumentId instrument, VolumeKind volume_kind, SourceQuality& quality)
      : instrument_(instrument), volume_kind_(volume_kind), quality_(&quality) {}

  void add(TimeNs ts, Price bid, Price ask, std::uint64_t line, std::string_view text);
  /// Appends the bars of all ticks added.
  void build(std::vector<PlacedBar>& out);

 private:
  struct Tick {
    TimeNs ts;
    Price bid, ask;
    std::uint32_t line;
  };
  InstrumentId instrument_;
  VolumeKind volume_kind_;
  SourceQuality* quality_;
  std::vector<Tick> ticks_;
};

}  // namespace omega::feed
