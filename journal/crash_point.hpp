// What:     Named places where a test may kill the process, to prove recovery from each (strace cannot see stores to
//           a mapping). Compiled to nothing unless OMEGA_CRASH_POINTS is defined, which only the fault tests' own copy
//           of the library does.
// Owner:    the test sets crash_at() before it starts a writer.   Threads: counters are atomic.
#pragma once

#ifdef OMEGA_CRASH_POINTS
#include <atomic>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace omega::journal {

struct CrashPlan {
  const char* name = nullptr;        // kill at this point ...
  std::atomic<long> passes_left{0};  // ... at this many passes from now (1 = the next)
  std::atomic<long> any_left{0};     // or, with no name, at the n-th pass of any point
  void (*seen)(const char*) = nullptr;
};
inline CrashPlan& crash_plan() noexcept {
  static CrashPlan plan;
  return plan;
}
inline void crash_point(const char* name) noexcept {
  CrashPlan& plan = crash_plan();
  if (plan.seen != nullptr) plan.seen(name);
  const bool named = plan.name != nullptr && std::strcmp(plan.name, name) == 0;
  // relaxed because: the plan is set before the threads that pass here start; only the count is shared.
  if (named && plan.passes_left.fetch_sub(1, std::memory_order_relaxed) == 1) ::kill(::getpid(), SIGKILL);
  if (plan.name == nullptr && plan.any_left.fetch_sub(1, std::memory_order_relaxed) == 1) ::kill(::getpid(), SIGKILL);
}

}  // namespace omega::journal
#define OMEGA_CRASH_POINT(name) ::omega::journal::crash_point(name)
#else
#define OMEGA_CRASH_POINT(name) static_cast<void>(0)
#endif
