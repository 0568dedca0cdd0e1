#include "adapters/feed/paced_feed.hpp"

#include <algorithm>

#include "engine/core/assert.hpp"

namespace omega::feed {
namespace {

constexpr DurationNs kSlice_ns = 50 * kMilli_ns;  // longest sleep that a stop has to wait for
constexpr int kSpins = 256;
constexpr DurationNs kNap_ns_min = 20 * kMicro_ns, kNap_ns_max = kMilli_ns;

/// Spin, then sleep longer and longer, up to a millisecond.
class Backoff {
 public:
  void wait() noexcept {
    if (spins_ < kSpins) {
      ++spins_;
      std::this_thread::yield();
      return;
    }
    std::this_thread::sleep_for(std::chrono::nanoseconds(nap_ns_));
    nap_ns_ = std::min(2 * nap_ns_, kNap_ns_max);
  }

 private:
  int spins_ = 0;
  DurationNs nap_ns_ = kNap_ns_min;
};

}  // namespace

PacedFeed::PacedFeed(std::unique_ptr<ExternalFeed> feed, double speed, const std::atomic<bool>& stop,
                     std::uint64_t unpaced, std::unique_ptr<WallClock> clock)
    : feed_(std::move(feed)), clock_(std::move(clock)), description_(feed_->description()), speed_(speed), stop_(&stop),
      queue_(std::make_unique<Queue>()), unpaced_(unpaced) {
  OMEGA_REQUIRE(speed >= 0, static_cast<long long>(speed), 0);
  thread_ = std::thread([this] { run(); });
}

PacedFeed::~PacedFeed() {
  // relaxed because it is a lone flag: nothing is published with it, and join() orders the rest
  abandoned_.store(true, std::memory_order_relaxed);
  thread_.join();
}

bool PacedFeed::stopped() const noexcept {
  // relaxed because both are lone flags: a stop seen one wait later is as good
  return stop_->load(std::memory_order_relaxed) || abandoned_.load(std::memory_order_relaxed);
}

bool PacedFeed::wait_until_due(Due& due) noexcept {
  const TimeNs ts = due.event.ts();
  due.wall_ns = 0;
  if (speed_ == 0 || unpaced_ > 0) {
    unpaced_ -= unpaced_ > 0 ? 1 : 0;
    return !stopped();
  }
  if (!started_) {
    started_ = true;
    first_ts_ = ts;
    first_wall_ns_ = clock_->now_ns();
  }
  due.wall_ns = first_wall_ns_ + static_cast<std::int64_t>(static_cast<double>(ts - first_ts_) / speed_);
  while (!stopped()) {
    const DurationNs left = due.wall_ns - clock_->now_ns();
    if (left <= 0) return true;
    clock_->sleep_ns(std::min(left, kSlice_ns));
  }
  return false;
}

void PacedFeed::run() noexcept {
  for (Due due; !stopped() && feed_->next(due.event) && wait_until_due(due);) {
    for (Backoff full; !queue_->push(due) && !stopped();) full.wait();
  }
  inner_error_ = feed_->error();
  // release: publishes inner_error_ and every push before it; pairs with acquire in next()
  done_.store(true, std::memory_order_release);
}

bool PacedFeed::next(InputEvent& out) noexcept {
  for (Backoff empty; !stopped(); empty.wait()) {
    // acquire: what was pushed before the end is seen by the pop below; pairs with release in run()
    const bool done = done_.load(std::memory_order_acquire);
    if (Due due; queue_->pop(due)) {
      out = due.event;
      late_ns_ = due.wall_ns == 0 ? 0 : std::max<DurationNs>(0, clock_->now_ns() - due.wall_ns);
      return true;
    }
    if (done) {
      error_ = inner_error_;
      return false;
    }
  }
  return false;
}

}  // namespace omega::feed
