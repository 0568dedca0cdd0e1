#include "engine/pipeline/pipeline.hpp"

#include <csignal>
#include <limits>

#include "engine/ring/thread_control.hpp"

namespace omega {
namespace {

/// Fused, an event has left its slot before the next one comes: two slots stay in the processor's nearest cache.
constexpr std::uint32_t kFusedSlots = 2;

}  // namespace

Pipeline::Pipeline(const EngineConfig& config, const LaneSinks& sinks, OrderGate* gate, const ThreadLayout& layout, LatencyBoard* latency)
    : stages_(config, sinks),
      layout_(layout),
      ring_(layout.fused() ? kFusedSlots : config.pipeline.ring_slots, layout.fused() ? 1 : layout.count - 1u),
      pools_(ring_, stages_.shape(config)),
      waiter_(layout.threads[0].wait),
      gate_(gate),
      latency_(latency),
      sequencer_(config, *sinks[static_cast<std::size_t>(Lane::kInputs)], orders_, *this, gate),
      slot_ts_(ring_.slots(), 0) {
  OMEGA_REQUIRE(layout.complete(), layout.count, 0);
}

Pipeline::~Pipeline() { stop_threads(); }

void Pipeline::run_stages(std::size_t first, std::size_t last, EventSlot& slot) noexcept {
  for (std::size_t stage = std::max<std::size_t>(first, 1); stage <= last; ++stage) {
    stages_.run(static_cast<StageId>(stage - 1), slot);
    if (latency_ == nullptr) continue;
    const std::uint64_t now = tsc_now();
    latency_->of[stage].add(tsc_since(slot.stage_tsc, now));
    slot.stage_tsc = now;
  }
  if (last + 1 < kPipelineStages) return;
  queue_orders(slot);
  if (latency_ == nullptr) return;
  const std::uint64_t way = tsc_since(slot.taken_tsc, slot.stage_tsc);
  if (is_market(slot.input.type)) latency_->of[LatencyBoard::kEvent].add(way);
  if (!slot.orders.view().empty()) latency_->of[LatencyBoard::kOrder].add(way);
}

void Pipeline::queue_orders(const EventSlot& slot) noexcept {
  for (const OrderCommand& command : slot.orders.view()) {
    const bool queued = orders_.push({command, slot.input.seq});
    OMEGA_ASSERT(queued, command.order_id, slot.input.seq);
    if (gate_ != nullptr) gate_->held(slot.input.seq);
  }
}

void Pipeline::publish(const InputEvent& event) noexcept {
  EventSlot& slot = ring_.claim(event.seq, waiter_);
  slot.input = event;
  if (latency_ != nullptr) {
    slot.taken_tsc = event.type == EventType::kTimer ? free_tsc_ : taken_tsc_;
    slot.stage_tsc = tsc_now();
    latency_->of[0].add(tsc_since(slot.taken_tsc, slot.stage_tsc));
  }
  published_ = event.seq;
  if (!threaded_) {
    ring_.publish(event.seq);
    if (latency_ == nullptr) {  // nobody asks how long each stage takes
      stages_.run_all(slot);
      if (slot.orders.count > 0) queue_orders(slot);
    } else {
      run_stages(1, kPipelineStages - 1, slot);
      free_tsc_ = slot.stage_tsc;
    }
    ring_.finish(ring_.groups() - 1, event.seq);
    return;
  }
  run_stages(1, layout_.threads[0].last, slot);
  free_tsc_ = slot.stage_tsc;
  slot_ts_[event.seq & (ring_.slots() - 1)] = event.ts();
  // The claim waited until every event a whole ring ago had passed.
  if (passable_ + ring_.slots() < published_) passable_ = published_ - ring_.slots();
  ring_.publish(event.seq);
}

void Pipeline::wait_passed(TimeNs t) noexcept {
  if (!threaded_) return;  // fused: every published event has passed already
  while (passable_ < published_ && slot_ts_[(passable_ + 1) & (ring_.slots() - 1)] <= t) ++passable_;
  if (ring_.finished() < passable_) waiter_.wait([&] { return ring_.finished() >= passable_; });
}

void Pipeline::quiesce() noexcept {
  if (threaded_ && ring_.finished() < published_) waiter_.wait([&] { return ring_.finished() >= published_; });
}

void Pipeline::run_group(std::size_t thread, Seq next) noexcept {
  const ThreadSpec& spec = layout_.threads[thread];
  const auto group = static_cast<std::uint32_t>(thread - 1);
  Waiter waiter(spec.wait);
  while (true) {
    waiter.wait([&] {
      // acquire: the driver stops only what has passed; pairs with the release in stop_threads().
      return ring_.is_ready(group, next) || stopping_.load(std::memory_order_acquire);
    });
    if (!ring_.is_ready(group, next)) return;
    // A batch ends where nothing more is ready, so nobody waits for what this thread waits for.
    Seq end = next;
    do {
      run_stages(spec.first, spec.last, ring_.at(end++));
    } while (end - next < layout_.batch && ring_.is_ready(group, end));
    for (; next < end; ++next) ring_.finish(group, next);
  }
}

void Pipeline::start_threads() {
  if (layout_.fused() || threaded_) return;
  // relaxed because the threads that read it start below
  stopping_.store(false, std::memory_order_relaxed);
  passable_ = published_ = sequencer_.last_seq();
  ring_.resume_at(published_);
  missed_.assign(layout_.count, {});
  missed_[0] = thread_control::apply(layout_.threads[0]);
  // Signals belong to the driver's thread; faults to the thread that makes them.
  sigset_t held, before;
  sigfillset(&held);
  for (const int fault : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGABRT}) sigdelset(&held, fault);
  pthread_sigmask(SIG_SETMASK, &held, &before);
  for (std::size_t t = 1; t < layout_.count; ++t) {
    threads_.emplace_back([this, t, next = published_ + 1] {
      thread_control::release();  // what the driver's thread was given is not for this one
      missed_[t] = thread_control::apply(layout_.threads[t]);
      run_group(t, next);
    });
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  threaded_ = true;
}

void Pipeline::stop_threads() noexcept {
  if (!threaded_) return;
  quiesce();
  stopping_.store(true, std::memory_order_release);  // pairs with the acquire in run_group()
  for (std::thread& t : threads_) t.join();
  threads_.clear();
  for (const std::string& missed : missed_)
    if (!missed.empty()) not_applied_.push_back(missed);
  thread_control::release();
  threaded_ = false;
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
  published_ = sequencer_.last_seq();
  ring_.resume_at(published_);
}

}  // namespace omega
