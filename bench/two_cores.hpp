// What:     A second thread on a second core for the hand-off benches, and the spread of what they measured.
// Owner:    each bench.   Threads: as named.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "engine/pipeline/latency_board.hpp"
#include "engine/ring/thread_control.hpp"

namespace omega::bench {

/// The first two cores that the process may use; both the same where there is one only.
inline std::pair<int, int> two_cpus() {
  std::vector<int> cpus;
  for (int i = 0; i < CPU_SETSIZE && cpus.size() < 2; ++i)
    if (CPU_ISSET(static_cast<std::size_t>(i), &thread_control::process_cores())) cpus.push_back(i);
  return {cpus.front(), cpus.back()};
}

inline void pin_to(int cpu) {
  const std::string missed = thread_control::apply({.cpu = cpu});
  if (!missed.empty()) benchmark::AddCustomContext("pinning", missed);
}

/// TSC ticks per ns, measured once.
inline double ticks_per_ns() {
  static const double rate = [] {
    const auto wall = std::chrono::steady_clock::now();
    const std::uint64_t tsc = tsc_now();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - wall;
    return static_cast<double>(tsc_now() - tsc) / ns.count();
  }();
  return rate;
}

inline void report_quantiles(benchmark::State& state, const LatencyHistogram& h) {
  const auto ns = [&](double q) { return static_cast<double>(h.quantile(q)) / ticks_per_ns(); };
  state.counters["p50_ns"] = ns(0.5);
  state.counters["p99_ns"] = ns(0.99);
  state.counters["p999_ns"] = ns(0.999);
}

}  // namespace omega::bench
