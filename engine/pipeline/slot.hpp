// What:     One slot of the event ring: the input and what each stage derived from it, over preallocated pools.
// Owner:    SlotPools owns the memory of all slots' lists; the ring owns the slots.
// Threads:  input: sequencer. Each *Out: written by its stage only, read by the stages after it.
#pragma once

#include <memory>
#include <vector>

#include "engine/features/catalogue.hpp"
#include "engine/orders/orders_out.hpp"
#include "engine/ring/event_ring.hpp"
#include "engine/risk/risk_out.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

struct EventSlot {
  InputEvent input;
  std::uint64_t taken_tsc = 0, stage_tsc = 0;  // arrival of the cause; end of the last stage so far (latency only)
  alignas(kCacheLine_bytes) FeaturesOut features;
  alignas(kCacheLine_bytes) SignalsOut signals;
  alignas(kCacheLine_bytes) RiskOut risk;
  alignas(kCacheLine_bytes) OrdersOut orders;
};

/// Capacities of one slot's lists.
struct SlotShape {
  std::uint32_t frames = 1;    // active instruments: a timer may close bars of all of them
  std::uint32_t signals = 1;   // enabled strategies x frames
  std::uint32_t commands = 1;  // approved orders, exits and stop moves of one event
};

class SlotPools {
 public:
  SlotPools(EventRing<EventSlot>& ring, const SlotShape& shape)
      : frames_(std::size_t{ring.slots()} * shape.frames),
        signals_(std::size_t{ring.slots()} * shape.signals),
        exits_(std::size_t{ring.slots()} * shape.signals),
        approved_(std::size_t{ring.slots()} * shape.signals),
        commands_(std::size_t{ring.slots()} * shape.commands) {
    for (std::uint32_t i = 0; i < ring.slots(); ++i) {
      EventSlot& s = ring.at(i);
      s.features = {&frames_[std::size_t{i} * shape.frames], shape.frames, 0};
      s.signals = {&signals_[std::size_t{i} * shape.signals], &exits_[std::size_t{i} * shape.signals], shape.signals,
                   shape.signals, 0, 0};
      s.risk = {&approved_[std::size_t{i} * shape.signals], shape.signals, 0, ExitReason::kNone};
      s.orders = {&commands_[std::size_t{i} * shape.commands], shape.commands, 0};
    }
  }

 private:
  std::vector<FeatureFrame> frames_;
  std::vector<Signal> signals_;
  std::vector<ExitRequest> exits_;
  std::vector<ApprovedOrder> approved_;
  std::vector<OrderCommand> commands_;
};

}  // namespace omega
