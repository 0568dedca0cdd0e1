// What:     The only writer of the ring: gives each input its seq and engine time, makes timers, runs the paper venue
//           beside it, journals the input, publishes it.
// Owner:    the pipeline.   Threads: the sequencer's thread.
// Ordering: timers before events of the same time; reports of the venue just before the market event that filled them;
//           engine time never decreases (an event from the past is marked kBadOrder and stamped with the current time).
//           Look-ahead rule: before a timer or a market event at t is matched, every event with ts <= t - L has passed the
//           orders stage (Downstream::wait_passed), so no order can come too late, whatever the threads do.
// Errors:   none; a full order queue is a bug (sized for the worst case) and aborts.
// Source:   conservative parallel discrete-event simulation: Chandy & Misra (1979), IEEE TSE SE-5(5):440-452.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>

#include "engine/core/lane.hpp"
#include "engine/core/order_gate.hpp"
#include "engine/market/input_guard.hpp"
#include "engine/orders/paper_venue.hpp"

namespace omega {

/// What the sequencer drives. One implementation per thread layout.
class Downstream {
 public:
  virtual ~Downstream() = default;
  /// The event is journaled and has its seq; hand it to the stages.
  virtual void publish(const InputEvent& event) noexcept = 0;
  /// Returns when the orders stage has passed every published event with ts <= t.
  virtual void wait_passed(TimeNs t) noexcept = 0;
};

/// An order on its way, with the seq of the input that caused it.
struct QueuedOrder {
  OrderCommand command;
  Seq cause = 0;
};
inline constexpr std::size_t kOrderQueue_orders = 4096;
/// Orders stage -> venue. Single producer (orders), single consumer (sequencer). With a gate, held orders wait here.
using OrderQueue = boost::lockfree::spsc_queue<QueuedOrder, boost::lockfree::capacity<kOrderQueue_orders>>;

class Sequencer {
 public:
  /// A quiet stretch longer than this gets day timers only: a journal that joins two years must not hold
  /// half a million empty minutes.
  static constexpr DurationNs kMinuteTimerSpan_ns = 31 * kDay_ns;

  /// gate: null lets every order leave at once.
  Sequencer(const EngineConfig& config, LaneSink& inputs, OrderQueue& orders, Downstream& downstream,
            OrderGate* gate = nullptr);

  /// Takes one external event (is_external()), with everything that has to come before it.
  /// Nothing once halted().
  void on_external(InputEvent event) noexcept;

  /// Hands queued orders to the venue: waits for the gate where one may act by t, takes of the rest what may leave
  /// already. When does not matter: an order acts from its active_ts on. False once halted().
  bool drain_orders(TimeNs t) noexcept;
  /// True when the gate failed: the venue lacks an order, so nothing more may be derived or saved.
  [[nodiscard]] bool halted() const noexcept { return halted_; }

  [[nodiscard]] Seq last_seq() const noexcept { return seq_; }
  [[nodiscard]] TimeNs last_ts() const noexcept { return ts_; }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }
  [[nodiscard]] const InputGuard& guard() const noexcept { return guard_; }

  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  void emit(InputEvent& event) noexcept;
  void timers_until(TimeNs t) noexcept;
  void timer(TimeNs boundary) noexcept;
  void flush_reports() noexcept;

  DurationNs latency_ns_;
  LaneAppender lane_;
  OrderQueue& orders_;
  Downstream& downstream_;
  OrderGate* gate_;
  bool halted_ = false;
  InputGuard guard_;
  PaperVenue venue_;
  ReportSink reports_;
  Seq seq_ = 0;
  TimeNs ts_ = 0;
  TimeNs next_boundary_ = 0;  // 0 until the first event
};

}  // namespace omega
