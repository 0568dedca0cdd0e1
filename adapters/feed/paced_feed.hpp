// What:     Runs another feed on an adapter thread of its own and hands its events to the sequencer through a lock-free
//           queue, each no earlier than its engine time has come on the wall at the given speed.
// Owner:    the driver; owns the inner feed, the queue and the thread (joined by the destructor).
// Threads:  the adapter thread pulls the inner feed; the sequencer's thread calls next() and error(); any may set stop.
// Ordering: the inner feed's. A full queue makes the adapter thread wait: events are never dropped.
// Errors:   next() is false at the inner feed's end, at its error (then error() is its text) and at once after stop.
// Units:    speed: engine seconds per second of the wall; 0 = as fast as possible. 1 = realtime.
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <memory>
#include <thread>

#include "adapters/feed/wall_clock.hpp"
#include "engine/core/feed.hpp"

namespace omega::feed {

class PacedFeed final : public ExternalFeed {
 public:
  static constexpr std::size_t kQueue_events = 1024;

  /// stop is watched, not owned: a signal handler may set it. The first `unpaced` events come at once (a resumed run has
  /// seen them before). clock is asked by both threads.
  PacedFeed(std::unique_ptr<ExternalFeed> feed, double speed, const std::atomic<bool>& stop, std::uint64_t unpaced = 0,
            std::unique_ptr<WallClock> clock = std::make_unique<SteadyClock>());
  ~PacedFeed() override;
  PacedFeed(const PacedFeed&) = delete;
  PacedFeed& operator=(const PacedFeed&) = delete;

  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  /// Waits for the next event: spins a little, then sleeps.
  bool next(InputEvent& out) noexcept override;
  [[nodiscard]] DurationNs late_ns() const noexcept override { return late_ns_; }
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }

 private:
  struct Due {
    InputEvent event;
    std::int64_t wall_ns = 0;  // when it was due; 0: it has no schedule
  };
  using Queue = boost::lockfree::spsc_queue<Due, boost::lockfree::capacity<kQueue_events>>;
  void run() noexcept;
  [[nodiscard]] bool stopped() const noexcept;
  [[nodiscard]] bool wait_until_due(Due& due) noexcept;

  const std::unique_ptr<ExternalFeed> feed_;
  const std::unique_ptr<WallClock> clock_;
  const FeedDescription description_;
  const double speed_;
  const std::atomic<bool>* const stop_;
  const std::unique_ptr<Queue> queue_;
  std::string inner_error_;              // written by the adapter thread before done_
  std::string error_;                    // the sequencer's copy
  DurationNs late_ns_ = 0;               // the sequencer's
  std::uint64_t unpaced_;                // left; adapter thread only, like the three below
  bool started_ = false;
  TimeNs first_ts_ = 0;
  std::int64_t first_wall_ns_ = 0;
  alignas(kCacheLine_bytes) std::atomic<bool> done_{false};      // set by the adapter thread
  alignas(kCacheLine_bytes) std::atomic<bool> abandoned_{false}; // set by the destructor
  std::thread thread_;
};

}  // namespace omega::feed
