#include "engine/pipeline/sequencer.hpp"

#include <algorithm>

namespace omega {

Sequencer::Sequencer(const EngineConfig& config, LaneSink& inputs, OrderQueue& orders, Downstream& downstream,
                     OrderGate* gate)
    : latency_ns_(config.venue.latency_ns),
      lane_(inputs),
      orders_(orders),
      downstream_(downstream),
      gate_(gate),
      guard_(config),
      venue_(config) {
  OMEGA_REQUIRE(latency_ns_ > 0, latency_ns_, 0);
}

void Sequencer::on_external(InputEvent event) noexcept {
  if (halted_) return;
  const bool market = is_market(event.type);
  if (market) guard_.check(event);
  if (next_boundary_ == 0) {
    ts_ = event.ts();
    next_boundary_ = -floor_div(-event.ts(), kMinute_ns) * kMinute_ns;  // first boundary at or after the event
  }
  if (event.ts() < ts_) {
    add_market_flags(event, bar_flag::kBadOrder);
    event.set_ts(ts_);
  }
  timers_until(event.ts());
  if (halted_) return;
  if (market) {
    if (!is_quarantined(event)) {  // what cannot fill waits for no order
      downstream_.wait_passed(event.ts() - latency_ns_);
      if (!drain_orders(event.ts())) return;
    }
    venue_.on_market(event, reports_);
    if (!reports_.view().empty()) flush_reports();
  }
  emit(event);
}

void Sequencer::timers_until(TimeNs t) noexcept {
  if (t - next_boundary_ > kMinuteTimerSpan_ns) {
    for (TimeNs day = (floor_div(next_boundary_ - 1, kDay_ns) + 1) * kDay_ns; day <= t - kDay_ns && !halted_; day += kDay_ns) {
      timer(day);
      next_boundary_ = day + kMinute_ns;
    }
    next_boundary_ = std::max(next_boundary_, floor_div(t, kDay_ns) * kDay_ns);
  }
  for (; next_boundary_ <= t && !halted_; next_boundary_ += kMinute_ns) timer(next_boundary_);
}

void Sequencer::timer(TimeNs boundary) noexcept {
  downstream_.wait_passed(boundary - latency_ns_);
  if (!drain_orders(boundary)) return;
  InputEvent e = InputEvent::of(
      Timer{.ts = boundary, .kind = boundary % kDay_ns == 0 ? TimerKind::kDay : TimerKind::kMinute});
  emit(e);
  venue_.on_timer(boundary, reports_);
  if (!reports_.view().empty()) flush_reports();
}

bool Sequencer::drain_orders(TimeNs t) noexcept {
  while (const std::size_t waiting = orders_.read_available()) {
    const QueuedOrder& next = orders_.front();
    if (gate_ != nullptr && !gate_->may_leave(next.cause)) {
      // A queue that runs full waits too: inputs must not come faster than their orders can leave.
      if (next.command.active_ts > t && waiting < kOrderQueue_orders / 2) return true;
      if (!gate_->wait(next.cause)) {
        halted_ = true;
        return false;
      }
    }
    venue_.accept(next.command);
    orders_.pop();
  }
  return true;
}

void Sequencer::flush_reports() noexcept {
  for (const ExecReport& report : reports_.view()) {
    InputEvent e = InputEvent::of(report);
    emit(e);
  }
  reports_.clear();
}

void Sequencer::emit(InputEvent& event) noexcept {
  OMEGA_ASSERT(event.ts() >= ts_, event.ts(), ts_);  // engine time never decreases
  ts_ = event.ts();
  event.seq = ++seq_;
  lane_.append_raw(event);
  downstream_.publish(event);
}

void Sequencer::save(StateWriter& out) const {
  out(seq_, ts_, next_boundary_, lane_, guard_);
  venue_.save(out);
}

void Sequencer::load(StateReader& in) {
  in(seq_, ts_, next_boundary_, lane_, guard_);
  venue_.load(in);
}

}  // namespace omega
