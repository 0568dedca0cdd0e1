// What:     Durability level `disk`: an order leaves only when a sync covers the inputs frame that caused it. One thread
//           syncs for all orders that came meanwhile (group commit); the pipeline goes on until the look-ahead rule of the
//           sequencer needs an order that is still held.
// Owner:    the driver of a run; stop() before the journal is closed.
// Threads:  its own, asleep unless an order waits; held(): the orders stage; may_leave(), wait(): the sequencer;
//           stop(), waits(), syncs(): the owner.
// Errors:   the first failed sync is final: nothing is retried and nothing leaves any more. The journal keeps the error.
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <functional>
#include <thread>

#include "engine/core/order_gate.hpp"
#include "engine/core/result.hpp"
#include "journal/wait_histogram.hpp"

namespace omega::journal {

class DiskGate final : public OrderGate {
 public:
  /// Orders that may wait at once; the pipeline's order queue holds as many.
  static constexpr std::size_t kHeld_max = 4096;
  /// Makes every input appended before the call durable; answers with the last seq that is.
  using Sync = std::function<Result<Seq>()>;

  explicit DiskGate(Sync sync);
  ~DiskGate() override { stop(); }
  DiskGate(const DiskGate&) = delete;
  DiskGate& operator=(const DiskGate&) = delete;

  /// One futex wake when the thread sleeps: the only system call that an order costs its stage.
  void held(Seq cause) noexcept override;
  [[nodiscard]] bool may_leave(Seq cause) noexcept override;
  [[nodiscard]] bool wait(Seq cause) noexcept override;

  /// Covers what is still held, then ends the thread. Idempotent.
  void stop() noexcept;
  /// Per order, from held() to covered. After stop().
  [[nodiscard]] const WaitHistogram& waits() const noexcept { return waits_; }
  /// Per sync that was done. After stop().
  [[nodiscard]] const WaitHistogram& syncs() const noexcept { return syncs_; }

 private:
  struct Held {
    Seq cause = 0;
    std::int64_t since_ns = 0;
  };
  void run() noexcept;
  void covered(Seq seq) noexcept;

  const Sync sync_;
  boost::lockfree::spsc_queue<Held, boost::lockfree::capacity<kHeld_max>> held_;
  WaitHistogram waits_, syncs_;                                  // the thread's until it ended
  alignas(kCacheLine_bytes) std::atomic<Seq> wanted_{0};         // line - stored by the orders stage
  std::atomic<std::uint32_t> bell_{0};                           // rung after wanted_ or stopping_
  std::atomic<bool> stopping_{false};
  alignas(kCacheLine_bytes) std::atomic<Seq> durable_{0};        // line - stored by the gate's thread
  std::atomic<std::uint32_t> news_{0};                           // counted up after durable_ or failed_
  std::atomic<bool> failed_{false};
  std::thread thread_;                                           // last: starts when all else is made
};

}  // namespace omega::journal
