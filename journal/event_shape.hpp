// What:     The fixed shape of every event type on disk: bytes of its data section, its Cap'n Proto root pointer,
//           the lanes it may live in. One row per struct of engine/core/events.hpp.
// Owner:    constants.   Threads: any.
// Source:   Cap'n Proto encoding specification (struct pointer, list pointer); proved equal to the generated schema
//           by tests/unit/journal/layout_test.cpp.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/lane.hpp"

namespace omega::journal {

struct EventShape {
  std::uint64_t root = 0;        // root pointer word; 0 = no such event type
  std::uint16_t body_bytes = 0;  // of the data section
  std::uint8_t lanes = 0;        // bit per Lane
  bool has_list = false;         // one List(Float64) follows
};

/// Struct pointer with offset 0: kind 00, data words in bits 32..47, pointers in bits 48..63.
[[nodiscard]] constexpr std::uint64_t struct_pointer(std::uint64_t data_words, std::uint64_t pointers) noexcept {
  return data_words << 32 | pointers << 48;
}
/// List pointer with offset 0 to `count` 8-byte elements: kind 01, element size 5, count from bit 35.
[[nodiscard]] constexpr std::uint64_t list_pointer(std::uint64_t count) noexcept {
  return 1u | std::uint64_t{5} << 32 | count << 35;
}
inline constexpr std::uint64_t kListCount_max = (1u << 29) - 1;  // the count field of a list pointer has 29 bits

namespace detail {
constexpr std::uint8_t lane_bit(Lane lane) noexcept {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(lane));
}
inline constexpr std::uint8_t kDerivedLanes =
    lane_bit(Lane::kFeatures) | lane_bit(Lane::kSignals) | lane_bit(Lane::kRisk) | lane_bit(Lane::kOrders);
inline constexpr std::size_t kEventTypes = 97;  // one past the largest EventType

template <class T>
constexpr void add_shape(std::array<EventShape, kEventTypes>& table, std::uint8_t lanes, bool has_list = false) {
  table[static_cast<std::size_t>(EventTypeOf<T>::value)] = {struct_pointer(sizeof(T) / 8, has_list ? 1 : 0),
                                                            static_cast<std::uint16_t>(sizeof(T)), lanes, has_list};
}
constexpr std::array<EventShape, kEventTypes> make_shapes() {
  std::array<EventShape, kEventTypes> t{};
  add_shape<Bar>(t, lane_bit(Lane::kInputs));
  add_shape<Quote>(t, lane_bit(Lane::kInputs));
  add_shape<Trade>(t, lane_bit(Lane::kInputs));
  add_shape<BookDelta>(t, lane_bit(Lane::kInputs));
  add_shape<BookSnapshot>(t, lane_bit(Lane::kInputs));
  add_shape<NewsEvent>(t, lane_bit(Lane::kInputs));
  add_shape<NewsRelease>(t, lane_bit(Lane::kInputs));
  add_shape<Control>(t, lane_bit(Lane::kInputs));
  add_shape<Timer>(t, lane_bit(Lane::kInputs));
  add_shape<ExecReport>(t, lane_bit(Lane::kInputs));
  add_shape<FeatureVectorHead>(t, lane_bit(Lane::kFeatures), true);
  add_shape<LargeOrder>(t, lane_bit(Lane::kFeatures));
  add_shape<Signal>(t, lane_bit(Lane::kSignals));
  add_shape<ExitRequest>(t, lane_bit(Lane::kSignals));
  add_shape<StrategyDisabled>(t, lane_bit(Lane::kSignals));
  add_shape<ToxStateChange>(t, lane_bit(Lane::kSignals));
  add_shape<RiskDecision>(t, lane_bit(Lane::kRisk));
  add_shape<KillSwitchEvent>(t, lane_bit(Lane::kRisk));
  add_shape<OrderCommand>(t, lane_bit(Lane::kOrders));
  add_shape<SignalOutcome>(t, lane_bit(Lane::kOrders));
  add_shape<TradeClosed>(t, lane_bit(Lane::kOrders));
  add_shape<EquityMark>(t, lane_bit(Lane::kOrders));
  add_shape<DigestCheckpoint>(t, kDerivedLanes);
  return t;
}
}  // namespace detail

inline constexpr std::array<EventShape, detail::kEventTypes> kShapes = detail::make_shapes();
inline constexpr EventShape kNoShape{};

/// The shape of a type code read from anywhere; kNoShape (root 0) when unknown.
[[nodiscard]] constexpr const EventShape& shape_of(std::uint16_t type) noexcept {
  return type < kShapes.size() ? kShapes[type] : kNoShape;
}
[[nodiscard]] constexpr bool lives_in(const EventShape& shape, Lane lane) noexcept {
  return (shape.lanes & detail::lane_bit(lane)) != 0;
}
static_assert(shape_of(1).root == (std::uint64_t{13} << 32) && shape_of(0).root == 0);

}  // namespace omega::journal
