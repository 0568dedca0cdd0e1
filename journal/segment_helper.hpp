// What:     The one background thread of a journal: prepares the next segment of every lane ahead of need and retires
//           full ones. It sleeps between looks and never spins.
// Owner:    JournalWriter.   Threads: its own, plus add() and stop() from the owner, wake() from a waiting stage.
// Errors:   latched in the lane they belong to, then in every other: a device that failed for one lane is not asked to
//           acknowledge another.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace omega::journal {

class LaneStore;

class SegmentHelper {
 public:
  SegmentHelper();
  ~SegmentHelper() { stop(); }
  SegmentHelper(const SegmentHelper&) = delete;
  SegmentHelper& operator=(const SegmentHelper&) = delete;
  /// Serves the lane from now on; returns when its first spare segment is ready or the lane failed.
  void add(LaneStore& lane);
  void wake() noexcept;
  /// Ends the thread. Lanes may be taken apart afterwards.
  void stop() noexcept;

 private:
  void run();
  static bool work(const std::vector<LaneStore*>& lanes);
  static bool spread_failure(const std::vector<LaneStore*>& lanes);
  std::mutex mutex_;  // lanes_, the flags
  std::condition_variable wake_;
  std::vector<LaneStore*> lanes_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace omega::journal
