#include "engine/pipeline/pipeline.hpp"

#include <limits>

namespace omega {

Pipeline::Pipeline(const EngineConfig& config, const LaneSinks& sinks, OrderGate* gate)
    : stages_(config, sinks),
      ring_(config.pipeline.ring_slots, 1),
      pools_(ring_, stages_.shape(config)),
      waiter_(WaitKind::kSpinYield),
      gate_(gate),
      sequencer_(config, *sinks[static_cast<std::size_t>(Lane::kInputs)], orders_, *this, gate) {}

void Pipeline::publish(const InputEvent& event) noexcept {
  EventSlot& slot = ring_.claim(event.seq, waiter_);
  slot.input = event;
  ring_.publish(event.seq);
  stages_.run_all(slot);
  for (const OrderCommand& command : slot.orders.view()) {
    const bool queued = orders_.push({command, event.seq});
    OMEGA_ASSERT(queued, command.order_id, event.seq);
    if (gate_ != nullptr) gate_->held(event.seq);
  }
  ring_.finish(0, event.seq);
}

void Pipeline::save(StateWriter& out) {
  save_sequencer(out);
  save_stages(out);
}

void Pipeline::save_sequencer(StateWriter& out) {
  // Between two inputs only queued orders are in flight; the venue takes them early, which changes nothing,
  // because active_ts and not the moment of hand-over decides when an order may act.
  sequencer_.drain_orders(std::numeric_limits<TimeNs>::max());
  sequencer_.save(out);
}

void Pipeline::load(StateReader& in) {
  load_sequencer(in);
  load_stages(in);
}

void Pipeline::load_sequencer(StateReader& in) {
  sequencer_.load(in);
  ring_.resume_at(sequencer_.last_seq());
}

}  // namespace omega
