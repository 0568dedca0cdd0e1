// What:     A process that dies at the n-th call that changes names or syncs, and a small journal of a paper session to try
//           the tools on. One source of a test program defines OMEGA_TOOL_RIG_CALLS before it includes this.
// Owner:    tests only.   Threads: the child's.
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "replay/session.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::test {

inline std::atomic<long> calls_left{-1};  // the process dies when it reaches 0

inline void passed() {
  if (calls_left.fetch_sub(1) == 1) ::kill(::getpid(), SIGKILL);
}

/// A paper session of `days` on the simulated market.
inline void paper(const std::filesystem::path& dir, int days, std::uint32_t segment_bytes, std::uint64_t snapshot_interval_inputs = 0) {
  auto config = load_config(std::string(OMEGA_SOURCE_DIR) + "/config", "green_only", {});
  ASSERT_TRUE(config.ok());
  config.value().mode = "paper";
  config.value().journal.segment_bytes = segment_bytes;
  if (snapshot_interval_inputs != 0) config.value().journal.snapshot_interval_inputs = snapshot_interval_inputs;
  SimMarketConfig sim;
  sim.seed = 3;
  sim.days = days;
  sim.symbols = {"EURUSD"};
  for (std::size_t i = 0; i < config.value().instruments.size(); ++i)
    if (config.value().instruments[i].symbol == "EURUSD") sim.instruments.push_back(static_cast<InstrumentId>(i));
  auto market = SimMarket::create(sim);
  ASSERT_TRUE(market.ok());
  replay::SessionOptions options;
  options.journal_dir = dir;
  auto session = replay::run_session(std::move(config).value(), *market.value(), nlohmann::json::object(), options);
  ASSERT_TRUE(session.ok()) << session.error().message;
}

/// Runs body in a child that dies at the n-th such call. True when it was killed; body must succeed otherwise.
inline bool killed_at(long n, const std::function<bool()>& body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    calls_left = n;
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0) << "child status " << status;
  return WIFSIGNALED(status);
}

/// Every file below a folder but the lock, by relative path.
inline std::map<std::string, std::vector<std::uint8_t>> files_of(const std::filesystem::path& dir) {
  std::map<std::string, std::vector<std::uint8_t>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir))
    if (entry.is_regular_file() && entry.path().filename() != "lock")
      files[std::filesystem::relative(entry.path(), dir).string()] = journal::testing::read_bytes(entry.path());
  return files;
}

}  // namespace omega::test

#ifdef OMEGA_TOOL_RIG_CALLS
extern "C" {
int fdatasync(int fd) {
  omega::test::passed();
  return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
int fsync(int fd) {
  omega::test::passed();
  return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fsync"))(fd);
}
int unlink(const char* path) noexcept {
  omega::test::passed();
  return reinterpret_cast<int (*)(const char*)>(dlsym(RTLD_NEXT, "unlink"))(path);
}
int rename(const char* from, const char* to) noexcept {
  omega::test::passed();
  return reinterpret_cast<int (*)(const char*, const char*)>(dlsym(RTLD_NEXT, "rename"))(from, to);
}
int renameat2(int a, const char* from, int b, const char* to, unsigned flags) noexcept {
  omega::test::passed();
  return reinterpret_cast<int (*)(int, const char*, int, const char*, unsigned)>(dlsym(RTLD_NEXT, "renameat2"))(a, from, b, to, flags);
}
}
#endif
