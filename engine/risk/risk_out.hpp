// What:     Output part of the ring slot written by the risk stage.
// Owner:    slot.  Threads: written by risk, read by orders.
#pragma once

#include <span>

#include "engine/core/events.hpp"

namespace omega {

/// A signal that passed gates 1-9; index points into SignalsOut::signals of the same slot.
struct ApprovedOrder {
  std::uint32_t signal_index = 0;
  Qty lots = 0;
};

struct RiskOut {
  ApprovedOrder* approved = nullptr;
  std::uint32_t capacity = 0;
  std::uint32_t count = 0;
  ExitReason close_all = ExitReason::kNone;  // kKillSwitchL4, kKillSwitchL2 or kOperator: close every position, cancel entries
  [[nodiscard]] std::span<const ApprovedOrder> view() const noexcept { return {approved, count}; }
};

}  // namespace omega
