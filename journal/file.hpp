// What:     The few system calls the journal makes, with path and errno in every error.
// Owner:    Fd and Mapping own what they hold.   Threads: one at a time per object.
// Errors:   Status/Result with ErrorKind::kEnvironment and one line: what failed, on which path, why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/result.hpp"

namespace omega::journal {

[[nodiscard]] Error system_error(std::string_view what, const std::filesystem::path& path, int error_number);

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept { std::swap(fd_, other.fd_); return *this; }
  ~Fd();
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A shared mapping of a whole file; base() is null when empty or not mapped.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept { std::swap(base_, other.base_); std::swap(bytes_, other.bytes_); return *this; }
  ~Mapping();
  [[nodiscard]] static Result<Mapping> map(const Fd& fd, std::size_t bytes, bool writable, const std::filesystem::path& path);
  [[nodiscard]] std::uint8_t* base() const noexcept { return base_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::uint8_t* base_ = nullptr;
  std::size_t bytes_ = 0;
};

[[nodiscard]] Result<Fd> open_file(const std::filesystem::path& path, int flags, int mode = 0644);
[[nodiscard]] Result<std::uint64_t> file_bytes(const Fd& fd, const std::filesystem::path& path);
/// Really allocates the blocks, so that a store to the mapping can never be SIGBUS for lack of space.
/// *no_space, when asked for: the reason is a full disk, a quota or a size limit.
[[nodiscard]] Status allocate(const Fd& fd, std::uint64_t bytes, const std::filesystem::path& path, bool* no_space = nullptr);
[[nodiscard]] Status truncate_file(const Fd& fd, std::uint64_t bytes, const std::filesystem::path& path);
[[nodiscard]] Status sync_data(const Fd& fd, const std::filesystem::path& path);
/// Makes creations, renames and removals inside dir durable.
[[nodiscard]] Status sync_directory(const std::filesystem::path& dir);
/// Makes dir and what is missing above it; durable: their names are on the disk as well when it returns.
[[nodiscard]] Status make_directories(const std::filesystem::path& dir, bool durable);
/// Moves a finished file over the one it replaces. The caller syncs the directory.
[[nodiscard]] Status rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
/// Swaps what two paths of one file system name, or moves `from` where `to` does not exist; a crash leaves the names as
/// they were or as they are to be. Made durable.
[[nodiscard]] Status exchange(const std::filesystem::path& from, const std::filesystem::path& to);
[[nodiscard]] Status write_all(const Fd& fd, const void* data, std::size_t bytes, std::uint64_t offset,
                               const std::filesystem::path& path);
/// Up to bytes; fewer only at the end of the file.
[[nodiscard]] Result<std::size_t> read_some(const Fd& fd, void* data, std::size_t bytes, std::uint64_t offset,
                                            const std::filesystem::path& path);
/// Faults all pages in for reading; as many as there are, when the file is shorter than the mapping. base: at a page.
void populate_for_reading(std::uint8_t* base, std::size_t bytes) noexcept;
/// Faults all pages in for writing, which may already be written to; false where the kernel cannot. base: at a page.
[[nodiscard]] bool populate(std::uint8_t* base, std::size_t bytes) noexcept;
/// The same, ahead of any other store, by stores of its own where the kernel cannot.
void prefault(std::uint8_t* base, std::size_t bytes) noexcept;

}  // namespace omega::journal
