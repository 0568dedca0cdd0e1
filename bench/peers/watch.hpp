// What:     Seconds of a pass by the clock and of the processor, as passes.py asks programs for them.
// Owner:    the pass.   Threads: one starts and stops it; the processor's seconds are those of all threads.
#pragma once

#include <ctime>
#include <nlohmann/json.hpp>

namespace omega::bench {

class Watch {
 public:
  [[nodiscard]] nlohmann::json stop() const {
    return {{"processor_seconds", now(CLOCK_PROCESS_CPUTIME_ID) - processor_}, {"seconds", now(CLOCK_MONOTONIC) - wall_}};
  }

 private:
  static double now(clockid_t clock) {
    timespec t{};
    ::clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  }
  double wall_ = now(CLOCK_MONOTONIC), processor_ = now(CLOCK_PROCESS_CPUTIME_ID);
};

}  // namespace omega::bench
