// What:     Where the time of an event goes: a histogram per stage, one for the whole way and one for tick to order. TSC
//           stamps travel beside the events in the ring and never reach a lane or any state.
// Owner:    the driver; may lie in a file that another process maps (adapters/cli/latency).
// Threads:  each histogram is added to by the thread of its stage; kEvent and kOrder by that of the orders stage.
// Units:    TSC ticks.
#pragma once

#include <x86intrin.h>

#include "engine/core/latency_histogram.hpp"
#include "engine/core/thread_layout.hpp"

namespace omega {

inline std::uint64_t tsc_now() noexcept { return __rdtsc(); }
/// Two cores' counters may differ by a few ticks: never less than 0.
inline std::uint64_t tsc_since(std::uint64_t from, std::uint64_t to) noexcept { return to > from ? to - from : 0; }

struct LatencyBoard {
  /// 0-4: from the end of the stage before (for the sequencer: from the event's arrival) to the end of this stage, so
  /// with what it waited for in between. kEvent: arrival of a market event to the end of the orders stage. kOrder: likewise
  /// of the events that caused an order. An answer of the venue arrives with the market event that caused it. A timer
  /// arrives when the sequencer turns to it: after a weekend the first tick waits for its thousands of timers, and they
  /// for nothing.
  static constexpr std::size_t kEvent = kPipelineStages, kOrder = kEvent + 1, kCount = kOrder + 1;
  static constexpr std::array<const char*, kCount> kName{"sequencer", "features", "signals", "risk", "orders", "tick_to_end", "tick_to_order"};
  std::array<LatencyHistogram, kCount> of;
  void reset() noexcept {
    for (LatencyHistogram& h : of) h.reset();
  }
};

}  // namespace omega
