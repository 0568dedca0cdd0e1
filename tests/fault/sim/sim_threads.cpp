// The threads of a run that syncs its orders, without the threads: the gate syncs when it is asked, now and then earlier,
// as the seed has it. Links in the place of journal/disk_gate.cpp.
#include "journal/disk_gate.hpp"
#include "tests/fault/sim/sim_threads.hpp"

namespace omega::journal {

namespace {
/// One sync for all orders that wait, as the gate's thread does it.
bool sync_now(const DiskGate::Sync& sync, std::atomic<Seq>& durable, std::atomic<bool>& failed) {
  const Result<Seq> synced = sync();
  // relaxed because the simulator has one thread
  if (synced) durable.store(synced.value(), std::memory_order_relaxed);
  else failed.store(true, std::memory_order_relaxed);  // relaxed because likewise
  return synced.ok();
}
}  // namespace

DiskGate::DiskGate(Sync sync) : sync_(std::move(sync)) {}

// relaxed because the simulator has one thread, here and below
void DiskGate::held(Seq cause) noexcept { wanted_.store(cause, std::memory_order_relaxed); }

bool DiskGate::may_leave(Seq cause) noexcept {
  const bool failed = failed_.load(std::memory_order_relaxed);  // relaxed because of one thread
  if (!failed && durable_.load(std::memory_order_relaxed) < cause && testing::gate_trace().early())  // relaxed because of one thread
    sync_now(sync_, durable_, failed_);
  // relaxed because of one thread
  const bool may = !failed_.load(std::memory_order_relaxed) && durable_.load(std::memory_order_relaxed) >= cause;
  if (may) testing::gate_trace().left(cause);
  return may;
}

bool DiskGate::wait(Seq cause) noexcept {
  // relaxed because of one thread
  if (failed_.load(std::memory_order_relaxed) || !sync_now(sync_, durable_, failed_)) return false;
  testing::gate_trace().left(cause);
  return true;
}

void DiskGate::stop() noexcept {
  // relaxed because of one thread
  if (!failed_.load(std::memory_order_relaxed) && wanted_.load(std::memory_order_relaxed) > durable_.load(std::memory_order_relaxed))
    sync_now(sync_, durable_, failed_);
}

}  // namespace omega::journal
