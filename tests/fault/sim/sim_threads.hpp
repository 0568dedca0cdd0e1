// What:     What the simulated gate (sim_threads.cpp) asks of, and tells, the simulator.
// Owner:    the simulator sets the functions.   Threads: one.
#pragma once

#include <functional>

#include "engine/core/types.hpp"

namespace omega::journal::testing {

struct GateTrace {
  std::function<bool()> early;     // sync before an order must leave
  std::function<void(Seq)> left;   // an order with this cause leaves
};
inline GateTrace& gate_trace() {
  static GateTrace trace;
  return trace;
}

}  // namespace omega::journal::testing
