#include "journal/segment_helper.hpp"

#include <chrono>

#include "journal/bus_guard.hpp"
#include "journal/helper_thread.hpp"
#include "journal/lane_store.hpp"

namespace omega::journal {

namespace {
// How often the helper looks for an emptied spare slot. A lane at 1 GB/s fills a 16 MiB segment in 16 ms.
constexpr std::chrono::milliseconds kLook{2};
constexpr unsigned kLooksPerTruncationLook = 8;  // every 16 ms or so
}  // namespace

SegmentHelper::SegmentHelper() : thread_(start_helper_thread([this] { run(); })) {}

void SegmentHelper::add(LaneStore& lane) {
  lane.attach(this);
  {
    const std::lock_guard lock(mutex_);
    lanes_.push_back(&lane);
    woken_ = true;
  }
  wake_.notify_one();
  lane.wait_spare();
}

void SegmentHelper::wake() noexcept {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

void SegmentHelper::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

/// True when any lane failed; then all have.
bool SegmentHelper::spread_failure(const std::vector<LaneStore*>& lanes) {
  for (const LaneStore* failed : lanes) {
    if (!failed->failed()) continue;
    for (LaneStore* lane : lanes)
      if (!lane->failed()) lane->fail(*failed->error());
    return true;
  }
  return false;
}

/// Prepares, then retires one segment (a sync can take long). A lane that fails meanwhile stops the rest of the round: its
/// failure is the journal's. True when there may be more to do.
bool SegmentHelper::work(const std::vector<LaneStore*>& lanes) {
  bool busy = false;
  for (LaneStore* lane : lanes) {
    if (spread_failure(lanes)) return false;
    busy |= lane->prepare_spare();
    while (lane->populate_ahead()) busy = true;
  }
  for (LaneStore* lane : lanes) {
    if (spread_failure(lanes)) return false;
    if (lane->retire_one()) return true;
  }
  return busy;
}

void SegmentHelper::run() {
  std::vector<LaneStore*> lanes;
  unsigned looks = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kLook, [this] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
      lanes = lanes_;
    }
    if (stops_on_bus_error() && ++looks % kLooksPerTruncationLook == 0)
      for (LaneStore* lane : lanes) lane->look_for_truncation();
    // Preparing comes first in each round: a stage may be waiting.
    while (work(lanes)) {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
  }
}

}  // namespace omega::journal
