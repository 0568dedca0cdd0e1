// What:     Checkpoint form of an OrderCommand: its 160 bytes as 64-bit words (the struct has no hidden padding).
// Threads:  any.
#pragma once

#include <array>
#include <bit>

#include "engine/core/events.hpp"

namespace omega {

template <class Archive>
void serialize_command(Archive& ar, OrderCommand& c) {
  using Words = std::array<std::uint64_t, sizeof(OrderCommand) / 8>;
  Words words = std::bit_cast<Words>(c);
  ar(words);
  if constexpr (Archive::kLoading) c = std::bit_cast<OrderCommand>(words);
}

}  // namespace omega
