// What:     Output part of the ring slot written by the signals stage.
// Owner:    slot.  Threads: written by signals, read by risk and orders.
#pragma once

#include <span>

#include "engine/core/events.hpp"

namespace omega {

struct SignalsOut {
  Signal* signals = nullptr;
  ExitRequest* exits = nullptr;
  std::uint32_t signal_capacity = 0, exit_capacity = 0;
  std::uint32_t signal_count = 0, exit_count = 0;
  [[nodiscard]] std::span<const Signal> signal_view() const noexcept { return {signals, signal_count}; }
  [[nodiscard]] std::span<const ExitRequest> exit_view() const noexcept { return {exits, exit_count}; }
};

/// Client order id: derived from the causing input, hence the same after recovery.
[[nodiscard]] constexpr OrderId order_id_of(Seq cause, std::uint32_t signal_index) noexcept {
  return (cause << 8) | (signal_index & 0xffu);
}
/// The order of the other leg of a pair; 0 when the flags say that this is no leg.
[[nodiscard]] constexpr OrderId partner_order(OrderId id, std::uint16_t flags) noexcept {
  return (flags & signal_flag::kPairFirst) != 0 ? id + 1 : (flags & signal_flag::kPairSecond) != 0 ? id - 1 : 0;
}

}  // namespace omega
