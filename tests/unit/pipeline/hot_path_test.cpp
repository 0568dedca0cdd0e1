// No allocation, lock or system call per event on the fused path, over a million events after start.
// System calls: a child enters seccomp strict mode, in which anything but read, write and exit kills it.
// Locks: pthread_mutex_lock and the rwlock calls are interposed and counted (not under sanitizers, which interpose them).
#include <dlfcn.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"
#include "tests/unit/sanitized.hpp"

#ifndef OMEGA_SANITIZED
namespace {
std::size_t locks_taken = 0;
}
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using Lock = int (*)(pthread_mutex_t*);
  static const Lock real = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++locks_taken;
  return real(mutex);
}
#endif

namespace omega::test {
namespace {

class HotPath : public ::testing::Test {
 protected:
  HotPath() : config_(base_config()) {
    auto feed = market(config_, 3, 170, {"EURUSD", "GBPUSD", "USDJPY", "AUDUSD", "USDCAD"});
    run_ = resolved(config_, *feed);
    sinks_.fill(&null_);
    pipeline_ = std::make_unique<Pipeline>(run_, sinks_);
    events_ = events_of(*feed);
    pipeline_->on_external(events_.front());
  }
  void feed_all() {
    for (std::size_t i = 1; i < events_.size(); ++i) pipeline_->on_external(events_[i]);
  }
  void expect_exercised() const {
    EXPECT_GE(pipeline_->sequencer().last_seq(), 1'000'000u);
    EXPECT_GT(pipeline_->stages().signals().signals_raised(), 0u) << "the path to a signal was not exercised";
    EXPECT_GT(pipeline_->stages().orders().trades(), 0u) << "the path to a trade was not exercised";
  }
  EngineConfig config_, run_;
  NullSink null_;
  LaneSinks sinks_{};
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<InputEvent> events_;
};

TEST_F(HotPath, AMillionEventsAllocateNothingAndTakeNoLock) {
  const std::size_t before = allocations();
#ifndef OMEGA_SANITIZED
  const std::size_t locks_before = locks_taken;
#endif
  feed_all();
  EXPECT_EQ(allocations() - before, 0u);
#ifndef OMEGA_SANITIZED
  EXPECT_EQ(locks_taken - locks_before, 0u);
#endif
  expect_exercised();
}

TEST_F(HotPath, NeitherDoQuotesTradesAndABook) {
  TickRun ticks(5);
  run_ = resolved(ticks.config, *ticks.feed);
  pipeline_ = std::make_unique<Pipeline>(run_, sinks_);
  events_ = events_of(*ticks.feed);
  pipeline_->on_external(events_.front());
  const std::size_t before = allocations();
#ifndef OMEGA_SANITIZED
  const std::size_t locks_before = locks_taken;
#endif
  feed_all();
  EXPECT_EQ(allocations() - before, 0u);
#ifndef OMEGA_SANITIZED
  EXPECT_EQ(locks_taken - locks_before, 0u);
#endif
  EXPECT_GE(pipeline_->sequencer().last_seq(), 200'000u);
  EXPECT_GT(pipeline_->stages().orders().trades(), 0u) << "no order was filled by a tick";
}

TEST_F(HotPath, AMillionEventsMakeNoSystemCall) {
#ifdef OMEGA_SANITIZED
  GTEST_SKIP() << "SKIPPED: sanitizer runtimes make system calls of their own";
#endif
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) syscall(SYS_exit, 3);
    feed_all();
    syscall(SYS_exit, pipeline_->sequencer().last_seq() >= 1'000'000u ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status) << ": the path made a system call";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace omega::test
