// What:     What a strategy says about itself: identity, needs, parameters with their ranges, names of its conditions and
//           criteria, and the texts that `omega strategies` prints. No behaviour, so that config and reports stay light.
// Owner:    static tables in the strategy files.   Threads: any.
// Units:    in each ParamSpec; "u" is the instrument's threshold unit ("pips" in STRATEGIES Part 3).
#pragma once

#include <span>

#include "engine/core/events.hpp"

namespace omega {

struct ParamSpec {
  const char* name;
  const char* unit;
  double value, min, max;  // default and allowed range, inclusive
  const char* doc;
};

struct StrategyInfo {
  StrategyId id;
  const char* name;
  const char* group;        // GREEN, HYBRID
  SignalFamily family;
  Timeframe timeframe;
  std::uint32_t needs;      // capability bits
  const char* idea;
  const char* formula;      // entry, exit and size in one paragraph
  const char* literature;
  const char* features;     // "F06 F07 ..."
  DurationNs time_stop_ns, cooldown_ns;
  std::span<const ParamSpec> params;
  std::span<const char* const> conditions;  // funnel, in order
  std::span<const char* const> criteria;    // names of Signal::criteria
  bool market = false;      // one object for all instruments, run at common closes (on_close), not one per instrument
  bool book_events = false; // also run on frames of book events (FeatureFrame::book) in which no bar of the timeframe closed
  int positions_max = 3;                    // open at once over all symbols (column "Max open" of 3.0)
};

}  // namespace omega
