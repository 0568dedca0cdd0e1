// What:     A library for LD_PRELOAD that lets allocations of a program fail, counted from the first line of its main().
//           OMEGA_FAIL_ALLOC=n: the n-th fails, once; n+: the n-th and all after it. OMEGA_COUNT_ALLOC=FILE: none fails; at the
//           program's end their number goes there, then the n of each that came from a call stack not seen before.
// Owner:    the process it is loaded into.   Threads: any.
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

constexpr int kStackDepth = 16;
constexpr std::size_t kStacks = 1 << 16;

std::atomic<long> made{-1};  // -1: main() has not begun
long fails_at = 0;
bool for_ever = false;
const char* count_file = nullptr;
int (*real_main)(int, char**, char**) = nullptr;
std::atomic<std::uint64_t> seen[kStacks];  // open addressing, 0: empty
std::atomic<long> first_of[kStacks];       // in the order of discovery
std::atomic<std::size_t> stacks{0};
thread_local bool looking = false;

/// Notes the n of a stack that was not there before.
void look_at_stack(long n) noexcept {
  if (looking) return;
  looking = true;
  void* frames[kStackDepth];
  const int depth = ::backtrace(frames, kStackDepth);
  std::uint64_t hash = 1469598103934665603ull;
  for (int i = 0; i < depth; ++i) hash = (hash ^ reinterpret_cast<std::uintptr_t>(frames[i])) * 1099511628211ull;
  hash |= 1;
  for (std::size_t at = hash % kStacks;; at = (at + 1) % kStacks) {
    std::uint64_t there = 0;
    if (seen[at].compare_exchange_strong(there, hash, std::memory_order_relaxed)) {  // relaxed because read after the threads ended
      first_of[stacks.fetch_add(1, std::memory_order_relaxed)].store(n, std::memory_order_relaxed);  // relaxed because likewise
      break;
    }
    if (there == hash || stacks.load(std::memory_order_relaxed) > kStacks / 2) break;  // relaxed because a bound only
  }
  looking = false;
}

bool fails() noexcept {
  if (looking || made.load(std::memory_order_relaxed) < 0) return false;  // relaxed because set before any second thread
  const long n = made.fetch_add(1, std::memory_order_relaxed) + 1;  // relaxed because only the count is shared
  if (count_file != nullptr) look_at_stack(n);
  if (fails_at == 0 || (for_ever ? n < fails_at : n != fails_at)) return false;
  errno = ENOMEM;
  return true;
}

void write_count() noexcept {
  const int fd = count_file == nullptr ? -1 : ::open(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return;
  // relaxed because the program has ended
  ::dprintf(fd, "%ld\n", made.load(std::memory_order_relaxed));
  const std::size_t count = stacks.load(std::memory_order_relaxed);  // relaxed because likewise
  for (std::size_t i = 0; i < count; ++i) ::dprintf(fd, "%ld\n", first_of[i].load(std::memory_order_relaxed));  // relaxed because likewise
  ::close(fd);
}

int counted_main(int argc, char** argv, char** environment) {
  if (const char* n = std::getenv("OMEGA_FAIL_ALLOC")) {
    fails_at = std::atol(n);
    for_ever = std::strchr(n, '+') != nullptr;
  }
  if (const char* file = std::getenv("OMEGA_COUNT_ALLOC")) {
    count_file = file;
    void* warm[1];
    ::backtrace(warm, 1);  // loads the unwinder now
  }
  made.store(0, std::memory_order_relaxed);  // relaxed because no second thread runs yet
  return real_main(argc, argv, environment);
}

struct AtEnd {
  ~AtEnd() { write_count(); }
} at_end;

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) { return fails() ? nullptr : __libc_malloc(bytes); }
void* calloc(std::size_t count, std::size_t bytes) { return fails() ? nullptr : __libc_calloc(count, bytes); }
void* realloc(void* old, std::size_t bytes) { return fails() ? nullptr : __libc_realloc(old, bytes); }
void* memalign(std::size_t align, std::size_t bytes) { return fails() ? nullptr : __libc_memalign(align, bytes); }
void* aligned_alloc(std::size_t align, std::size_t bytes) { return fails() ? nullptr : __libc_memalign(align, bytes); }
int posix_memalign(void** out, std::size_t align, std::size_t bytes) {
  if (fails()) return ENOMEM;
  *out = __libc_memalign(align, bytes);
  return *out == nullptr ? ENOMEM : 0;
}

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(), void (*rtld_fini)(),
                      void* stack_end) {
  using Start = int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  real_main = main;
  const auto start = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

}  // extern "C"
