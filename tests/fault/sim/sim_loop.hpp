// What:     What the two simulators share: the rerun line, the exits, the totals, the loop over seeds.
// Owner:    the simulator's main.   Threads: one.
#pragma once

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "journal/crash_point.hpp"
#include "tests/fault/sim/sim_fs.hpp"

namespace omega::journal::testing {

namespace fs = std::filesystem;

enum Exit : int { kCrash = 127, kLiveness = 128, kCorrectness = 129 };
inline constexpr int kLivesMax = 6;

inline char rerun[160];
inline bool keep_failed = false;  // --keep: leave the files of a failed seed to look at
inline SimFs* disk = nullptr;     // null: no simulated disk at the moment
inline fs::path scratch;          // of the machine at work
struct Totals {
  long lives = 0, faults = 0, power_losses = 0, recoveries_hit = 0, synced_frames = 0, refused_calls = 0, clock_steps = 0;
};
inline Totals totals;

[[noreturn]] inline void fail(Exit code, const std::string& why) {
  std::printf("FAILED: %s\n%s\n", why.c_str(), rerun);
  std::error_code ec;
  if (keep_failed) std::printf("KEPT: %s\n", scratch.c_str());
  else fs::remove_all(scratch, ec);
  std::fflush(nullptr);
  std::_Exit(code);
}

inline void on_crash(int) {
  // write(2) only: the process is broken.
  if (::write(1, rerun, std::strlen(rerun)) > 0 && ::write(1, "\n", 1) > 0) ::_exit(kCrash);
  ::_exit(kCrash);
}

inline void at_crash_point(const char* name) {
  const bool store_only = std::strncmp(name, "append.", 7) == 0 || std::strncmp(name, "mark.", 5) == 0;
  if (disk != nullptr) disk->operation(!store_only);
}

/// Swarm: each kind of fault is off for about half of the seeds.
template <class Random>
FaultOdds draw_odds(Random& random) {
  const auto some = [&](unsigned least) { return random() % 2 == 0 ? 0u : least + static_cast<unsigned>(random() % 100); };
  FaultOdds odds;
  odds.interrupted = some(3);
  odds.short_transfer = some(2);
  odds.io_error = some(60);
  odds.no_space = some(5);
  odds.read_error = some(60);
  odds.rename_error = some(5);
  return odds;
}

/// Takes the faults away while the simulator itself looks at files.
class NoFaults {
 public:
  NoFaults() : faults_(std::exchange(file_faults(), nullptr)), disk_(std::exchange(disk, nullptr)) {}
  ~NoFaults() { file_faults() = faults_, disk = disk_; }
  NoFaults(const NoFaults&) = delete;
  NoFaults& operator=(const NoFaults&) = delete;

 private:
  FileFaults* faults_;
  SimFs* disk_;
};

/// run(seed, canary) for each seed; fail() ends the program.
template <class Run>
int simulate(int argc, char** argv, const char* program, const char* config, Run run) {
  std::uint64_t from = 1, count = 1;
  bool canary = false;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--canary") canary = true;
    else if (arg == "--keep") keep_failed = true;
    else if (i + 1 < argc && (arg == "--seed" || arg == "--from")) from = std::strtoull(argv[++i], nullptr, 10);
    else if (i + 1 < argc && arg == "--seeds") count = std::strtoull(argv[++i], nullptr, 10);
    else { std::fprintf(stderr, "usage: %s [--seed N | --seeds COUNT [--from N]] [--canary] [--keep]\n", program); return 2; }
  }
  std::printf("SEED %llu..%llu GIT %s CONFIG %s%s\n", static_cast<unsigned long long>(from),
              static_cast<unsigned long long>(from + count - 1), OMEGA_SIM_GIT, config, canary ? " canary" : "");
  std::fflush(stdout);
  if (fs::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) std::signal(signal, on_crash);
  crash_plan().seen = at_crash_point;
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    std::snprintf(rerun, sizeof rerun, "RERUN: %s --seed %llu%s", program, static_cast<unsigned long long>(seed), canary ? " --canary" : "");
    run(seed, canary);
  }
  std::printf("seeds %llu, lives %ld, power losses %ld, ended inside recovery %ld, faults injected %ld, calls given up %ld, "
              "clock steps %ld, synced frames checked %ld; 0 lost, 0 bad accepted\n",
              static_cast<unsigned long long>(count), totals.lives, totals.power_losses, totals.recoveries_hit, totals.faults,
              totals.refused_calls, totals.clock_steps, totals.synced_frames);
  return 0;
}

}  // namespace omega::journal::testing
