#include "adapters/host/shared_latency.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <new>
#include <thread>

namespace omega::host {
namespace {

constexpr std::string_view kPrefix = "omega-latency-";
constexpr std::uint64_t kMagic = 0x314c'4147'454d'4f00;  // changes with the layout of LatencyBoard

std::string name_of(pid_t pid) { return fmt::format("/{}{}", kPrefix, pid); }

void remove_orphans() {
  std::error_code ec;
  for (std::filesystem::directory_iterator it("/dev/shm", ec), last; !ec && it != last; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    pid_t pid = 0;
    if (!name.starts_with(kPrefix)) continue;
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), pid);
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) ::shm_unlink(name_of(pid).c_str());
  }
}

Error environment(const std::string& what) {
  return {ErrorKind::kEnvironment, fmt::format("{}: {}", what, std::strerror(errno))};
}

}  // namespace

struct SharedLatency::Shared {
  std::atomic<std::uint64_t> magic{0};
  LatencyBoard board;
};

Result<std::unique_ptr<SharedLatency>> SharedLatency::create() {
  remove_orphans();
  const std::string name = name_of(::getpid());
  ::shm_unlink(name.c_str());
  const int fd = ::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return environment("shared memory " + name);
  // Really allocated now: a later write can then not fail. A size limit of the account is an error here, not a signal.
  struct sigaction ignore {}, before {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, &before);
  const int refused = ::posix_fallocate(fd, 0, sizeof(Shared));
  ::sigaction(SIGXFSZ, &before, nullptr);
  errno = refused;
  void* at = refused != 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (at == MAP_FAILED) {
    const Error error = environment("shared memory " + name);
    ::close(fd);
    ::shm_unlink(name.c_str());
    return error;
  }
  ::close(fd);
  auto* shared = new (at) Shared;
  shared->magic.store(kMagic, std::memory_order_release);  // pairs with the acquire in open()
  return std::unique_ptr<SharedLatency>(new SharedLatency(shared, true));
}

Result<std::unique_ptr<SharedLatency>> SharedLatency::open(pid_t engine) {
  const auto none = [&] { return Error{ErrorKind::kUsage, fmt::format("process {} shows no latencies; is it an omega of this version?", engine)}; };
  const int fd = ::shm_open(name_of(engine).c_str(), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return none();
  struct stat st {};
  const bool whole = ::fstat(fd, &st) == 0 && st.st_size == static_cast<off_t>(sizeof(Shared));
  void* at = whole ? ::mmap(nullptr, sizeof(Shared), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (at == MAP_FAILED) return none();
  std::unique_ptr<SharedLatency> out(new SharedLatency(static_cast<Shared*>(at), false));
  // acquire: the board is made when the magic is seen; pairs with the release in create().
  if (out->shared_->magic.load(std::memory_order_acquire) != kMagic) return none();
  return out;
}

SharedLatency::~SharedLatency() {
  ::munmap(shared_, sizeof(Shared));
  if (ours_) ::shm_unlink(name_of(::getpid()).c_str());
}

LatencyBoard& SharedLatency::board() noexcept { return shared_->board; }
const LatencyBoard& SharedLatency::board() const noexcept { return shared_->board; }

double measured_ns_per_tick() {
  const auto wall = std::chrono::steady_clock::now();
  const std::uint64_t tsc = tsc_now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - wall;
  return ns.count() / static_cast<double>(std::max<std::uint64_t>(1, tsc_since(tsc, tsc_now())));
}

}  // namespace omega::host
