// What:     Decides when a queued order may leave for the venue: once its cause is as durable as the configuration asks.
//           The engine knows durability only by this interface (journal/disk_gate.hpp implements it).
// Owner:    the driver; outlives the pipeline.
// Threads:  held(): the orders stage's. may_leave(), wait(): the sequencer's. Both may be one thread.
// Ordering: causes are given in ascending order and cover in that order.
// Errors:   after the first failure nothing may leave any more, whatever was covered before.
#pragma once

#include "engine/core/types.hpp"

namespace omega {

class OrderGate {
 public:
  virtual ~OrderGate() = default;
  /// An order caused by input `cause`, already journaled, was queued. Never waits.
  virtual void held(Seq cause) noexcept = 0;
  /// True when the cause is covered. Never waits.
  [[nodiscard]] virtual bool may_leave(Seq cause) noexcept = 0;
  /// Returns true when the cause is covered, false when it never will be.
  [[nodiscard]] virtual bool wait(Seq cause) noexcept = 0;
};

}  // namespace omega
