// What:     A thread of the journal's own: signals stay with the threads that expect them.
// Owner:    the caller joins it.   Threads: starts one.
#pragma once

#include <csignal>
#include <thread>
#include <utility>

namespace omega::journal {

/// SIGXFSZ becomes EFBIG there; SIGBUS is the thread's own doing (journal/bus_guard.hpp) and is not held back.
template <class Body>
[[nodiscard]] std::thread start_helper_thread(Body body) {
  sigset_t all, before;
  sigfillset(&all);
  sigdelset(&all, SIGBUS);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace omega::journal
