#include "journal/journal_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace omega::journal {

namespace {

long pid_inside(const Fd& fd, const std::filesystem::path& path) {
  std::array<char, 32> text{};
  Result<std::size_t> n = read_some(fd, text.data(), text.size() - 1, 0, path);
  long pid = 0;
  if (n) std::from_chars(text.data(), text.data() + n.value(), pid);
  return pid;
}

/// The holder writes its pid just after it got the lock, so the text may be late or stale for a moment.
long wait_for_pid(const Fd& fd, const std::filesystem::path& path) {
  for (int look = 0; look < 100; ++look) {
    const long pid = pid_inside(fd, path);
    if (pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM)) return pid;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return pid_inside(fd, path);
}

}  // namespace

Result<JournalLock> JournalLock::take(const std::filesystem::path& journal_dir) {
  const auto path = journal_dir / kLockFile;
  Result<Fd> fd = open_file(path, O_RDWR | O_CREAT);
  if (!fd) return fd.error();
  if (::flock(fd.value().get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("lock", path, errno);
    return Error{ErrorKind::kEnvironment,
                 fmt::format("{}: journal is in use by process {}; stop that process or use another directory",
                             journal_dir.string(), wait_for_pid(fd.value(), path))};
  }
  const std::string text = fmt::format("{}\n", ::getpid());
  if (Status s = truncate_file(fd.value(), 0, path); !s) return s.error();
  if (Status s = write_all(fd.value(), text.data(), text.size(), 0, path); !s) return s.error();
  JournalLock lock;
  lock.fd_ = std::move(fd).value();
  return lock;
}

long JournalLock::writer_pid(const std::filesystem::path& journal_dir) {
  const auto path = journal_dir / kLockFile;
  Result<Fd> fd = open_file(path, O_RDONLY);
  const long pid = fd ? pid_inside(fd.value(), path) : 0;
  if (pid <= 0 || (::kill(static_cast<pid_t>(pid), 0) != 0 && errno != EPERM)) return 0;
  // A dead process keeps its pid until its parent asks for its end; it writes nothing any more.
  const std::filesystem::path stat = fmt::format("/proc/{}/stat", pid);
  std::array<char, 512> text{};
  Result<Fd> status = open_file(stat, O_RDONLY);
  if (!status || !read_some(status.value(), text.data(), text.size() - 1, 0, stat)) return pid;
  const char* name_end = std::strrchr(text.data(), ')');
  return name_end != nullptr && (name_end[2] == 'Z' || name_end[2] == 'X') ? 0 : pid;
}

long JournalLock::holder(const std::filesystem::path& journal_dir) {
  const auto path = journal_dir / kLockFile;
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) return 0;
  if (::flock(fd.value().get(), LOCK_SH | LOCK_NB) == 0) return 0;  // freed when fd closes
  return wait_for_pid(fd.value(), path);
}

}  // namespace omega::journal
