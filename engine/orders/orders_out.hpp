// What:     Output part of the ring slot written by the orders stage: commands on their way to the venue.
// Owner:    slot.  Threads: written by orders; the sequencer hands them to the venue.
#pragma once

#include <span>

#include "engine/core/events.hpp"

namespace omega {

struct OrdersOut {
  OrderCommand* commands = nullptr;
  std::uint32_t capacity = 0;
  std::uint32_t count = 0;
  [[nodiscard]] std::span<const OrderCommand> view() const noexcept { return {commands, count}; }
};

}  // namespace omega
