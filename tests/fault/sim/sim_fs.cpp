#include "tests/fault/sim/sim_fs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>

namespace omega::journal::testing {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPage_bytes = 4096, kSector_bytes = 512;

std::vector<std::uint8_t> bytes_of(int fd) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) std::abort();
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(st.st_size));
  if (::pread(fd, bytes.data(), bytes.size(), 0) != st.st_size) std::abort();
  return bytes;
}

}  // namespace

SimFs::~SimFs() {
  for (auto& [id, file] : files_) ::close(file.fd);
}

/// Takes down every change of names since the last look as one step.
void SimFs::look(const fs::path& dir) {
  Directory& d = directories_[dir];
  if (d.pictures.empty()) d.pictures.emplace_back();
  Names now;
  for (const auto& entry : fs::directory_iterator(dir)) {
    struct stat st {};
    if (::stat(entry.path().c_str(), &st) != 0) std::abort();
    if (const auto [file, added] = files_.try_emplace(st.st_ino, File{-1, entry.is_directory(), {}}); added) {
      file->second.fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
      if (file->second.fd < 0) std::abort();
    }
    now[entry.path().filename().string()] = st.st_ino;
    if (entry.is_directory()) look(entry.path());
  }
  if (now != d.pictures.back()) d.pictures.push_back(std::move(now));
}

void SimFs::adopt(bool forgetful) {
  look(root_);
  for (auto& [dir, d] : directories_) d.pictures.erase(d.pictures.begin(), d.pictures.end() - 1);
  for (auto& [id, file] : files_)
    if (!file.directory) file.durable = bytes_of(file.fd);
  forgetful_ = forgetful;
}

void SimFs::operation(bool names_may_change) {
  if (ended_) return;
  if (names_may_change) look(root_);
  if (--left_ == 0) end_life();
}

int SimFs::fail(FileCall call, const fs::path&) {
  operation(true);
  const bool reads = call == FileCall::kRead || call == FileCall::kMap || call == FileCall::kOpen;
  int error = 0;
  if ((call == FileCall::kWrite || call == FileCall::kRead || call == FileCall::kOpen || call == FileCall::kAllocate) &&
      one_in(odds_.interrupted)) error = EINTR;
  else if (call == FileCall::kAllocate && one_in(odds_.no_space)) error = ENOSPC;
  else if (call == FileCall::kRename ? one_in(odds_.rename_error) : one_in(reads ? odds_.read_error : odds_.io_error)) error = EIO;
  faults_ += error != 0 ? 1 : 0;
  return error;
}

std::size_t SimFs::allow(FileCall, std::size_t bytes) {
  if (bytes < 2 || !one_in(odds_.short_transfer)) return bytes;
  ++faults_;
  return 1 + random_() % (bytes - 1);
}

void SimFs::synced(FileCall call, int fd, const fs::path& path) {
  if (ended_) return;
  look(root_);
  if (call == FileCall::kSyncDirectory) {
    if (const auto d = directories_.find(path); d != directories_.end())
      d->second.pictures.erase(d->second.pictures.begin(), d->second.pictures.end() - 1);
    return;
  }
  if (forgetful_) return;
  struct stat st {};
  if (::fstat(fd, &st) != 0) std::abort();
  File& file = files_.at(st.st_ino);
  file.durable = bytes_of(file.fd);  // the caller's own may be open for writing only
}

SimFs::Bytes SimFs::surviving_bytes(const File& file) {
  const Bytes live = bytes_of(file.fd);
  if (!odds_.power) return live;
  const Bytes& old = file.durable;
  Bytes out(random_() % 2 == 0 ? live.size() : old.size());
  const auto take = [&](const Bytes& from, std::size_t at, std::size_t bytes) {
    for (std::size_t i = at; i < std::min({at + bytes, from.size(), out.size()}); ++i) out[i] = from[i];
  };
  for (std::size_t page = 0; page < out.size(); page += kPage_bytes) {
    const auto kind = random_() % 3;
    for (std::size_t sector = page; sector < page + kPage_bytes; sector += kSector_bytes)
      take(kind == 0 || (kind == 2 && random_() % 2 == 0) ? old : live, sector, kSector_bytes);
  }
  return out;
}

void SimFs::write_survivor(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  const Directory& d = directories_.at(from);
  const Names names = d.pictures[odds_.power ? random_() % d.pictures.size() : d.pictures.size() - 1];
  for (const auto& [name, id] : names) {
    const File& file = files_.at(id);
    if (file.directory) {
      write_survivor(from / name, to / name);
      continue;
    }
    const Bytes bytes = surviving_bytes(file);
    std::ofstream out(to / name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
}

void SimFs::end_life() {
  if (ended_) return;
  look(root_);
  ended_ = true;
  write_survivor(root_, survivor_);
}

}  // namespace omega::journal::testing
