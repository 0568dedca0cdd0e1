#include "journal/disk_gate.hpp"

#include <chrono>

#include "journal/helper_thread.hpp"

namespace omega::journal {

namespace {
std::int64_t now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

DiskGate::DiskGate(Sync sync) : sync_(std::move(sync)), thread_(start_helper_thread([this] { run(); })) {}

void DiskGate::held(Seq cause) noexcept {
  const bool stamped = held_.push({cause, now_ns()});
  OMEGA_ASSERT(stamped, cause, kHeld_max);
  // release: the stamp is queued before its cause is wanted; pairs with acquire in run().
  wanted_.store(cause, std::memory_order_release);
  // release: wanted_ is seen by who sees the bell; pairs with acquire in run().
  bell_.fetch_add(1, std::memory_order_release);
  bell_.notify_one();
}

bool DiskGate::may_leave(Seq cause) noexcept {
  // acquire: pairs with release in run(); what was covered is on the disk.
  return !failed_.load(std::memory_order_acquire) && durable_.load(std::memory_order_acquire) >= cause;
}

bool DiskGate::wait(Seq cause) noexcept {
  for (;;) {
    // acquire: read before the two flags, so that news between the look and the sleep ends the sleep at once; pairs with
    // release in announce() of run().
    const std::uint32_t news = news_.load(std::memory_order_acquire);
    if (may_leave(cause)) return true;
    if (failed_.load(std::memory_order_acquire)) return false;  // acquire: pairs with release in run()
    // acquire: pairs with release in announce() of run()
    news_.wait(news, std::memory_order_acquire);
  }
}

void DiskGate::stop() noexcept {
  // release: pairs with acquire in run().
  stopping_.store(true, std::memory_order_release);
  bell_.fetch_add(1, std::memory_order_release);  // release: stopping_ is seen by who sees the bell
  bell_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void DiskGate::covered(Seq seq) noexcept {
  const std::int64_t now = now_ns();
  while (held_.read_available() > 0 && held_.front().cause <= seq) {
    waits_.add(static_cast<std::uint64_t>(now - held_.front().since_ns));
    held_.pop();
  }
}

void DiskGate::run() noexcept {
  const auto announce = [this] {
    news_.fetch_add(1, std::memory_order_release);  // release: after durable_ or failed_; pairs with acquire in wait()
    news_.notify_all();
  };
  Seq durable = 0;
  for (;;) {
    // acquire: read before wanted_ and stopping_, so that a ring between the look and the sleep ends the sleep at once.
    const std::uint32_t bell = bell_.load(std::memory_order_acquire);
    const Seq wanted = wanted_.load(std::memory_order_acquire);  // acquire: pairs with release in held()
    if (wanted > durable) {
      const std::int64_t began = now_ns();
      const Result<Seq> synced = sync_();
      if (!synced) {
        failed_.store(true, std::memory_order_release);  // release: pairs with acquire in may_leave()
        announce();
        return;
      }
      syncs_.add(static_cast<std::uint64_t>(now_ns() - began));
      durable = synced.value();
      OMEGA_ASSERT(durable >= wanted, durable, wanted);
      covered(durable);  // before the release below, so that held_ never holds more than the pipeline's order queue
      durable_.store(durable, std::memory_order_release);  // release: the sync came before; pairs with acquire in may_leave()
      announce();
      continue;
    }
    if (stopping_.load(std::memory_order_acquire)) return;  // acquire: pairs with release in stop()
    bell_.wait(bell, std::memory_order_acquire);
  }
}

}  // namespace omega::journal
