#include "journal/disk_gate.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <vector>

namespace omega::journal {
namespace {

/// A sync that ends when the test says so, with the answer it says.
class SteppedSync {
 public:
  Result<Seq> operator()() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !answers_.empty(); });
    const Seq answer = answers_.front();
    answers_.erase(answers_.begin());
    if (answer == 0) return Error{ErrorKind::kEnvironment, "cannot sync"};
    return answer;
  }
  /// 0: the sync fails.
  void answer(Seq seq) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(seq);
    changed_.notify_all();
  }
  void wait_begun(int n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ >= n; });
  }
  int begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seq> answers_;
  int begun_ = 0;
};

TEST(DiskGateTest, AnOrderMayLeaveOnlyAfterTheSyncThatCoversItsCause) {
  SteppedSync sync;
  DiskGate gate([&] { return sync(); });
  gate.held(7);
  sync.wait_begun(1);
  EXPECT_FALSE(gate.may_leave(7)) << "the sync has begun but not ended";
  sync.answer(9);
  EXPECT_TRUE(gate.wait(7));
  EXPECT_TRUE(gate.may_leave(9)) << "the sync covered it as well";
  EXPECT_FALSE(gate.may_leave(10));
}

TEST(DiskGateTest, OneSyncCoversAllOrdersThatCameWhileAnotherRan) {
  SteppedSync sync;
  DiskGate gate([&] { return sync(); });
  gate.held(1);
  sync.wait_begun(1);
  for (Seq s = 2; s <= 1000; ++s) gate.held(s);
  sync.answer(1);
  sync.answer(1000);
  EXPECT_TRUE(gate.wait(1000));
  gate.stop();
  EXPECT_EQ(sync.begun(), 2);
  EXPECT_EQ(gate.syncs().count(), 2u);
  EXPECT_EQ(gate.waits().count(), 1000u);
  EXPECT_GE(gate.waits().max_ns(), gate.waits().quantile_ns(0.5));
}

TEST(DiskGateTest, TheFirstFailureIsFinalForCoveredCausesTooAndIsNotRetried) {
  SteppedSync sync;
  DiskGate gate([&] { return sync(); });
  sync.answer(5);
  gate.held(5);
  EXPECT_TRUE(gate.wait(5));
  sync.answer(0);
  gate.held(6);
  EXPECT_FALSE(gate.wait(6));
  EXPECT_FALSE(gate.may_leave(5));
  for (Seq s = 7; s < 100; ++s) {
    gate.held(s);
    EXPECT_FALSE(gate.wait(s));
  }
  gate.stop();
  EXPECT_EQ(sync.begun(), 2);
  EXPECT_EQ(gate.waits().count(), 1u) << "an order that never left has no wait";
}

TEST(DiskGateTest, AtItsEndItCoversWhatIsStillHeld) {
  SteppedSync sync;
  DiskGate gate([&] { return sync(); });
  sync.answer(3);
  gate.held(3);
  gate.stop();
  EXPECT_TRUE(gate.may_leave(3));
  EXPECT_EQ(gate.waits().count(), 1u);
}

TEST(DiskGateTest, WithoutOrdersThereIsNoSync) {
  SteppedSync sync;
  DiskGate gate([&] { return sync(); });
  gate.stop();
  EXPECT_EQ(sync.begun(), 0);
}

TEST(WaitHistogramTest, AQuantileIsTheRankedValueOrAtMostASixteenthMore) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  WaitHistogram histogram;
  std::vector<std::uint64_t> model;
  for (int i = 0; i < 5000; ++i) {
    model.push_back(random() >> (random() % 64));
    histogram.add(model.back());
  }
  std::sort(model.begin(), model.end());
  for (const double q : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const std::uint64_t exact = model[static_cast<std::size_t>(std::ceil(q * 5000)) - 1];
    EXPECT_GE(histogram.quantile_ns(q), exact) << q;
    EXPECT_LE(histogram.quantile_ns(q) - exact, exact / 16) << q;
  }
  EXPECT_EQ(histogram.max_ns(), model.back());
  EXPECT_EQ(WaitHistogram{}.quantile_ns(0.5), 0u);
}

}  // namespace
}  // namespace omega::journal
