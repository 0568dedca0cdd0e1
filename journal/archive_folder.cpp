// A backup as a plain folder: its entries are files.
#include <fcntl.h>

#include <algorithm>
#include <set>
#include <vector>

#include "journal/archive.hpp"
#include "journal/file.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

class FolderWriter final : public ArchiveWriter {
 public:
  explicit FolderWriter(fs::path root) : root_(std::move(root)) { folders_.insert(root_); }
  Status begin(const std::string& name, std::uint64_t) override {
    path_ = root_ / name;
    std::error_code ec;
    fs::create_directories(path_.parent_path(), ec);
    if (ec) return system_error("create directory", path_.parent_path(), ec.value());
    folders_.insert(path_.parent_path());
    Result<Fd> fd = open_file(path_, O_WRONLY | O_CREAT | O_EXCL);
    if (!fd) return fd.error();
    fd_ = std::move(fd).value();
    offset_ = 0;
    return Ok{};
  }
  Status write(const void* data, std::size_t bytes) override {
    Status s = write_all(fd_, data, bytes, offset_, path_);
    offset_ += bytes;
    return s;
  }
  Status end() override { return sync_data(fd_, path_); }
  Status close() override {
    for (const fs::path& folder : folders_)
      if (Status s = sync_directory(folder); !s) return s;
    return Ok{};
  }

 private:
  const fs::path root_;
  std::set<fs::path> folders_;
  fs::path path_;
  Fd fd_;
  std::uint64_t offset_ = 0;
};

class FolderReader final : public ArchiveReader {
 public:
  FolderReader(fs::path root, std::vector<fs::path> files) : root_(std::move(root)), files_(std::move(files)) {}
  Result<bool> next(std::string& name, std::uint64_t& bytes) override {
    if (at_ == files_.size()) return false;
    path_ = files_[at_++];
    Result<Fd> fd = open_file(path_, O_RDONLY);
    if (!fd) return fd.error();
    Result<std::uint64_t> size = file_bytes(fd.value(), path_);
    if (!size) return size.error();
    fd_ = std::move(fd).value();
    offset_ = 0;
    name = path_.lexically_relative(root_).generic_string();
    bytes = size.value();
    return true;
  }
  Result<std::size_t> read(void* data, std::size_t bytes) override {
    Result<std::size_t> n = read_some(fd_, data, bytes, offset_, path_);
    if (n) offset_ += n.value();
    return n;
  }

 private:
  const fs::path root_;
  const std::vector<fs::path> files_;
  std::size_t at_ = 0;
  fs::path path_;
  Fd fd_;
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> create_archive_folder(const fs::path& path) {
  if (Status s = make_directories(path, true); !s) return s.error();
  return std::unique_ptr<ArchiveWriter>(std::make_unique<FolderWriter>(path));
}

Result<std::unique_ptr<ArchiveReader>> open_archive_folder(const fs::path& path) {
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(path, ec), last; !ec && it != last; it.increment(ec))
    if (!it->is_directory(ec)) files.push_back(it->path());
  if (ec) return system_error("list", path, ec.value());
  std::sort(files.begin(), files.end());
  return std::unique_ptr<ArchiveReader>(std::make_unique<FolderReader>(path, std::move(files)));
}

}  // namespace omega::journal
