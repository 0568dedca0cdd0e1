#include "journal/bus_guard.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <mutex>

#include "journal/signal_text.hpp"

namespace omega::journal {
namespace {

struct Watched {
  std::atomic<const std::uint8_t*> base{nullptr};
  std::size_t bytes = 0;
  MappedFor use = MappedFor::kWriting;
  char path[400] = {};
};
std::array<Watched, 1024> watched;
std::mutex watched_mutex;  // between those who fill and empty the table
std::atomic<bool> installed{false};
struct sigaction before {};  // what SIGBUS did before
static_assert(std::atomic<const std::uint8_t*>::is_always_lock_free, "the handler may touch only lock-free atomics");

void on_bus_error(int, siginfo_t* info, void*) noexcept {
  const auto* const address = static_cast<const std::uint8_t*>(info->si_addr);
  for (const Watched& w : watched) {
    const std::uint8_t* base = w.base.load(std::memory_order_acquire);  // pairs with release in watch_mapping()
    if (base != nullptr && address >= base && address < base + w.bytes)
      stop_truncated(w.path, static_cast<std::uint64_t>(address - base), w.use);
  }
  ::sigaction(SIGBUS, &before, nullptr);  // not ours: the store is tried again, for whoever was there before
  if (info->si_code <= 0) ::raise(SIGBUS);     // sent, not caused by a store
}

}  // namespace

void stop_on_bus_error() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  if (!stops_on_bus_error()) ::sigaction(SIGBUS, &action, &before);
  installed.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag
}

bool stops_on_bus_error() noexcept { return installed.load(std::memory_order_relaxed); }  // relaxed because it is only a flag

void watch_mapping(const std::uint8_t* base, std::size_t bytes, const std::filesystem::path& path, MappedFor use) noexcept {
  const std::lock_guard lock(watched_mutex);
  for (Watched& w : watched) {
    if (w.base.load(std::memory_order_relaxed) != nullptr) continue;  // relaxed because the mutex orders the writers
    w.bytes = bytes;
    w.use = use;
    std::strncpy(w.path, path.c_str(), sizeof w.path - 1);
    w.base.store(base, std::memory_order_release);  // pairs with acquire in on_bus_error()
    return;
  }
}

void forget_mapping(const std::uint8_t* base) noexcept {
  const std::lock_guard lock(watched_mutex);
  for (Watched& w : watched)
    if (w.base.load(std::memory_order_relaxed) == base)     // relaxed because the mutex orders the writers
      w.base.store(nullptr, std::memory_order_relaxed);     // relaxed because an entry is emptied, nothing is published
}

void stop_truncated(const char* path, std::uint64_t offset, MappedFor use) noexcept {
  const bool writing = use == MappedFor::kWriting;
  SignalText line;
  line << "omega: " << path << ": cut by another program while " << (writing ? "the engine writes it" : "it is read")
       << ", nothing is there at offset " << offset << (writing ? "; the engine stopped, no order leaves" : "; nothing of what was read counts")
       << "; find out who did it, then run omega journal check\n";
  static_cast<void>(line.write_to(STDERR_FILENO));  // nothing more can be done
  ::_exit(kTruncatedExitCode);
}

}  // namespace omega::journal
