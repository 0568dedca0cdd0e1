// What:     Two bodies measured in turn, A B A B ..., so that what the machine does meanwhile meets both; the result is the
//           median and the least of the pairs' ratios.
// Owner:    the bench.   Threads: one.   Units: nanoseconds.
#pragma once

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace omega::bench {

/// Of the calling thread's processor time: what others run on the machine meanwhile is not counted.
template <class Body>
double time_ns(Body body) {
  const auto now = [] {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
  };
  const double began = now();
  body();
  return now() - began;
}

/// Each returns its time in ns; ratio = second / first.
template <class First, class Second>
void compare(benchmark::State& state, double per_pass, First first, Second second) {
  std::vector<double> a, b, ratios;
  for (auto _ : state) {
    a.push_back(first());
    b.push_back(second());
    ratios.push_back(b.back() / a.back());
    state.SetIterationTime((a.back() + b.back()) * 1e-9);
  }
  const auto median = [](std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
  };
  state.counters["limit_ns"] = median(a) / per_pass;
  state.counters["ours_ns"] = median(b) / per_pass;
  state.counters["ratio"] = median(ratios);
  state.counters["ratio_min"] = *std::min_element(ratios.begin(), ratios.end());
}

/// A folder of memory where the machine has one, so that no disk is measured; goes away with the object.
class Scratch {
 public:
  explicit Scratch(bool in_memory) {
    const std::filesystem::path shm = "/dev/shm";
    std::string name = ((in_memory && std::filesystem::is_directory(shm) ? shm : std::filesystem::temp_directory_path()) / "omega_bench_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Scratch() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace omega::bench
