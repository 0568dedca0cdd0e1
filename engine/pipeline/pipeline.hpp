// What:     The engine in one piece: sequencer, ring and stages. Fused, all on the caller's thread; pinned, each further
//           group of stages on a thread of its own. The lanes are the same bytes in every layout.
// Owner:    a driver (replay/session).
// Threads:  every call is the driver's, which is the sequencer's thread. stages() may be looked at, and save() and load()
//           called, when no event is in flight: after quiesce(), or while the layout is fused.
// Ordering: an input is journaled, published on the ring, passed through the four stages in order (each journals before
//           the next sees the slot); its orders are queued for the venue. A slot goes from group to group by the release
//           and acquire of its publication marks (engine/ring/event_ring.hpp).
// Errors:   see Sequencer. What a thread asked for and did not get (core, scheduler) is in not_applied().
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/feed.hpp"
#include "engine/pipeline/latency_board.hpp"
#include "engine/pipeline/sequencer.hpp"
#include "engine/pipeline/stages.hpp"

namespace omega {

class Pipeline final : private Downstream {
 public:
  /// gate: holds orders until their cause is durable; not owned; null lets them leave at once.
  /// layout: of start_threads(); complete(). latency: not owned; null measures nothing.
  Pipeline(const EngineConfig& config, const LaneSinks& sinks, OrderGate* gate = nullptr, const ThreadLayout& layout = {},
           LatencyBoard* latency = nullptr);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void on_external(const InputEvent& event) noexcept { on_external(event, latency_ != nullptr ? tsc_now() : 0); }
  /// due_tsc: when the event was to come, for a feed with a schedule: its own lateness then counts as latency.
  void on_external(const InputEvent& event, std::uint64_t due_tsc) noexcept {
    taken_tsc_ = free_tsc_ = due_tsc;
    sequencer_.on_external(event);
  }

  /// From here on each group has its thread. Nothing to do in the fused layout.
  void start_threads();
  /// Returns when every published event has passed all stages; their state and output are then visible here.
  void quiesce() noexcept;
  /// Quiesces, ends the threads; the pipeline goes on fused.
  void stop_threads() noexcept;
  /// What of the layout the machine refused, one text per thread; complete after stop_threads().
  [[nodiscard]] const std::vector<std::string>& not_applied() const noexcept { return not_applied_; }

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
  void wait_passed(TimeNs t) noexcept override;
  void run_stages(std::size_t first, std::size_t last, EventSlot& slot) noexcept;
  void queue_orders(const EventSlot& slot) noexcept;
  void run_group(std::size_t thread, Seq next) noexcept;

  Stages stages_;
  const ThreadLayout layout_;
  EventRing<EventSlot> ring_;
  SlotPools pools_;
  Waiter waiter_;
  OrderQueue orders_;
  OrderGate* gate_;
  LatencyBoard* latency_;
  std::uint64_t taken_tsc_ = 0;  // arrival of the external event
  std::uint64_t free_tsc_ = 0;   // when the sequencer could turn to its next input
  Sequencer sequencer_;

  bool threaded_ = false;
  std::vector<TimeNs> slot_ts_;        // engine time of the last ring_.slots() published events
  Seq published_ = 0, passable_ = 0;   // passable_: last seq with ts <= the newest wait_passed()
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
  std::vector<std::string> missed_, not_applied_;  // missed_[t]: written by thread t alone, read after its join
};

}  // namespace omega
