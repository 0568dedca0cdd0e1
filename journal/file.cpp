#include "journal/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "journal/file_faults.hpp"

namespace omega::journal {

namespace {

/// A system call that answers -1 and errno, or the failure a simulated disk wants instead.
template <class Call>
auto attempt(FileCall what, const std::filesystem::path& path, Call call) {
  if (const int error = file_fault(what, path); error != 0) {
    errno = error;
    return static_cast<decltype(call())>(-1);
  }
  return call();
}

}  // namespace

Error system_error(std::string_view what, const std::filesystem::path& path, int error_number) {
  const char* advice = "";
  switch (error_number) {
    case ENOSPC: case EDQUOT: advice = "; free space there or use another directory"; break;
    case EFBIG: advice = "; raise the file size limit (ulimit -f)"; break;
    case EACCES: case EPERM: case EROFS: advice = "; check owner and permissions"; break;
    case EIO: advice = "; the device failed, do not trust it"; break;
    default: break;
  }
  return {ErrorKind::kEnvironment, fmt::format("cannot {} {}: {}{}", what, path.string(), std::strerror(error_number), advice)};
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Mapping::~Mapping() {
  if (base_ != nullptr) ::munmap(base_, bytes_);
}

Result<Mapping> Mapping::map(const Fd& fd, std::size_t bytes, bool writable, const std::filesystem::path& path) {
  Mapping m;
  if (bytes == 0) return m;
  if (const int error = file_fault(FileCall::kMap, path); error != 0) return system_error("map", path, error);
  void* p = ::mmap(nullptr, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd.get(), 0);
  if (p == MAP_FAILED) return system_error("map", path, errno);
  m.base_ = static_cast<std::uint8_t*>(p);
  m.bytes_ = bytes;
  return m;
}

Result<Fd> open_file(const std::filesystem::path& path, int flags, int mode) {
  int fd;
  do fd = attempt(FileCall::kOpen, path, [&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return system_error((flags & O_CREAT) != 0 ? "create" : "open", path, errno);
  return Fd(fd);
}

Result<std::uint64_t> file_bytes(const Fd& fd, const std::filesystem::path& path) {
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return system_error("stat", path, errno);
  return static_cast<std::uint64_t>(st.st_size);
}

Status allocate(const Fd& fd, std::uint64_t bytes, const std::filesystem::path& path, bool* no_space) {
  int error;
  do {
    error = file_fault(FileCall::kAllocate, path);
    if (error == 0) error = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes));
  } while (error == EINTR);
  if (no_space != nullptr) *no_space = error == ENOSPC || error == EDQUOT || error == EFBIG;
  if (error != 0) return system_error(fmt::format("allocate {} bytes for", bytes), path, error);
  return Ok{};
}

Status truncate_file(const Fd& fd, std::uint64_t bytes, const std::filesystem::path& path) {
  int rc;
  do rc = attempt(FileCall::kTruncate, path, [&] { return ::ftruncate(fd.get(), static_cast<off_t>(bytes)); });
  while (rc != 0 && errno == EINTR);
  if (rc != 0) return system_error("truncate", path, errno);
  return Ok{};
}

Status sync_data(const Fd& fd, const std::filesystem::path& path) {
  // Never retried: after a failed sync the kernel may have dropped the dirty pages.
  if (attempt(FileCall::kSync, path, [&] { return ::fdatasync(fd.get()); }) != 0) return system_error("sync", path, errno);
  file_synced(FileCall::kSync, fd.get(), path);
  return Ok{};
}

Status sync_directory(const std::filesystem::path& dir) {
  Result<Fd> fd = open_file(dir, O_RDONLY | O_DIRECTORY);
  if (!fd) return fd.error();
  if (attempt(FileCall::kSyncDirectory, dir, [&] { return ::fsync(fd.value().get()); }) != 0)
    return system_error("sync directory", dir, errno);
  file_synced(FileCall::kSyncDirectory, fd.value().get(), dir);
  return Ok{};
}

Status make_directories(const std::filesystem::path& dir, bool durable) {
  std::error_code ec;
  std::vector<std::filesystem::path> parents;  // of what is new, innermost first
  std::filesystem::path at = std::filesystem::absolute(dir, ec).lexically_normal();
  if (!at.has_filename()) at = at.parent_path();
  for (; !ec && !std::filesystem::exists(at, ec) && at.has_relative_path(); at = at.parent_path())
    parents.push_back(at.parent_path());
  if (ec) return system_error("look at", at, ec.value());
  std::filesystem::create_directories(dir, ec);
  if (ec) return system_error("create directory", dir, ec.value());
  for (const std::filesystem::path& parent : parents)
    if (durable)
      if (Status s = sync_directory(parent); !s) return s;
  return Ok{};
}

Status rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (attempt(FileCall::kRename, to, [&] { return ::rename(from.c_str(), to.c_str()); }) != 0) return system_error("rename to", to, errno);
  return Ok{};
}

Status exchange(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ec;
  const unsigned flags = std::filesystem::exists(to, ec) ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) != 0) return system_error("exchange with " + from.string(), to, errno);
  for (const std::filesystem::path& parent : {from.parent_path(), to.parent_path()})
    if (Status s = sync_directory(parent); !s) return s;
  return Ok{};
}

Status write_all(const Fd& fd, const void* data, std::size_t bytes, std::uint64_t offset, const std::filesystem::path& path) {
  const auto* p = static_cast<const std::uint8_t*>(data);
  while (bytes > 0) {
    const ssize_t n = attempt(FileCall::kWrite, path, [&] {
      return ::pwrite(fd.get(), p, file_allowance(FileCall::kWrite, bytes), static_cast<off_t>(offset));
    });
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("write", path, errno);
    p += n;
    bytes -= static_cast<std::size_t>(n);
    offset += static_cast<std::uint64_t>(n);
  }
  return Ok{};
}

Result<std::size_t> read_some(const Fd& fd, void* data, std::size_t bytes, std::uint64_t offset,
                              const std::filesystem::path& path) {
  auto* p = static_cast<std::uint8_t*>(data);
  std::size_t total = 0;
  while (total < bytes) {
    const ssize_t n = attempt(FileCall::kRead, path, [&] {
      return ::pread(fd.get(), p + total, file_allowance(FileCall::kRead, bytes - total), static_cast<off_t>(offset + total));
    });
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("read", path, errno);
    if (n == 0) break;
    total += static_cast<std::size_t>(n);
  }
  return total;
}

void populate_for_reading(std::uint8_t* base, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_READ
  // A failure leaves the pages to be faulted in one by one: an older kernel, a file cut short, a device that fails.
  static_cast<void>(::madvise(base, bytes, MADV_POPULATE_READ));
#else
  static_cast<void>(base), static_cast<void>(bytes);
#endif
}

bool populate(std::uint8_t* base, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
  return ::madvise(base, bytes, MADV_POPULATE_WRITE) == 0;
#else
  (void)base, (void)bytes;
  return false;
#endif
}

void prefault(std::uint8_t* base, std::size_t bytes) noexcept {
  if (populate(base, bytes)) return;
  // Older kernels: a store per page, of what is there. Nobody else writes to the segment yet.
  for (std::size_t i = 0; i < bytes; i += 4096) {
    volatile std::uint8_t* page = base + i;
    *page = *page;
  }
}

}  // namespace omega::journal
