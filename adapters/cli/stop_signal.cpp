#include "adapters/cli/stop_signal.hpp"

#include <csignal>

namespace omega::cli {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch only lock-free atomics");

void on_signal(int) {
  stop_requested.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag, nothing is published with it
}

}  // namespace

const std::atomic<bool>& stop_on_signal() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop_requested;
}

}  // namespace omega::cli
