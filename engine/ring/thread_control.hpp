// What:     Puts the calling thread on its core and under its scheduler, and takes it off again.
// Owner:    none.   Threads: each call works on the calling thread.
// Errors:   apply() answers with what could not be done and why; the thread runs on as it was.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <cstring>
#include <string>

#include "engine/core/thread_layout.hpp"

namespace omega::thread_control {

/// The cores that the process was started with. Asked first before any thread is pinned.
inline const cpu_set_t& process_cores() noexcept {
  static const cpu_set_t cores = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  return cores;
}

/// Empty when all that the spec asks for holds.
[[nodiscard]] inline std::string apply(const ThreadSpec& spec) {
  (void)process_cores();
  std::string missed;
  if (spec.cpu >= 0) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(spec.cpu), &one);
    if (const int e = pthread_setaffinity_np(pthread_self(), sizeof one, &one); e != 0)
      missed += group_name(spec) + " not on cpu " + std::to_string(spec.cpu) + " (" + std::strerror(e) + ")";
  }
  if (spec.fifo_priority > 0) {
    const sched_param priority{.sched_priority = spec.fifo_priority};
    if (const int e = pthread_setschedparam(pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &priority); e != 0)
      missed += (missed.empty() ? "" : "; ") + group_name(spec) + " not under SCHED_FIFO (" + std::strerror(e) + ")";
  }
  return missed;
}

/// Back to every core of the process and the normal scheduler: for threads that a pinned one started, and for the
/// driver's thread when its run is over.
inline void release() noexcept {
  pthread_setaffinity_np(pthread_self(), sizeof(cpu_set_t), &process_cores());
  const sched_param normal{.sched_priority = 0};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &normal);
}

}  // namespace omega::thread_control
