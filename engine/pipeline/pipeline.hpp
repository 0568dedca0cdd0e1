// What:     The engine in one piece: sequencer, ring and stages in the fused layout (all on the caller's thread).
// Owner:    a driver (replay/session).   Threads: one; a pinned layout gives the same Stages other threads.
// Ordering: an input is journaled, published on the ring, passed through the four stages in order (each journals before
//           the next sees the slot), and its orders are queued for the venue before the next input is taken.
// Errors:   see Sequencer.
#pragma once

#include <memory>

#include "engine/core/feed.hpp"
#include "engine/pipeline/sequencer.hpp"
#include "engine/pipeline/stages.hpp"

namespace omega {

class Pipeline final : private Downstream {
 public:
  /// gate: holds orders until their cause is durable; not owned; null lets them leave at once.
  Pipeline(const EngineConfig& config, const LaneSinks& sinks, OrderGate* gate = nullptr);

  void on_external(const InputEvent& event) noexcept { sequencer_.on_external(event); }

  [[nodiscard]] const Sequencer& sequencer() const noexcept { return sequencer_; }
  [[nodiscard]] const Stages& stages() const noexcept { return stages_; }
  [[nodiscard]] const EventRing<EventSlot>& ring() const noexcept { return ring_; }

  /// The state is worth keeping only when !sequencer().halted() afterwards.
  void save(StateWriter& out);
  void load(StateReader& in);
  /// The same in two parts, sequencer first: the stages alone can be replayed over recorded inputs.
  void save_sequencer(StateWriter& out);
  void save_stages(StateWriter& out) const { stages_.save(out); }
  void load_sequencer(StateReader& in);
  void load_stages(StateReader& in) { stages_.load(in); }

 private:
  void publish(const InputEvent& event) noexcept override;
  void wait_passed(TimeNs) noexcept override {}  // fused: every published event has passed already

  Stages stages_;
  EventRing<EventSlot> ring_;
  SlotPools pools_;
  Waiter waiter_;
  OrderQueue orders_;
  OrderGate* gate_;
  Sequencer sequencer_;
};

}  // namespace omega
