// A backup as one file: ustar headers and contents inside a zstd frame with its checksum.
#include <fcntl.h>
#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include "journal/archive.hpp"
#include "journal/file.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlock_bytes = 512;
constexpr std::size_t kChunk_bytes = 128u << 10;
constexpr int kLevel = 6;

/// POSIX.1-1988 "ustar": text fields, octal numbers.
struct TarHeader {
  std::array<char, 100> name{};
  std::array<char, 8> mode{}, uid{}, gid{};
  std::array<char, 12> size{}, mtime{};
  std::array<char, 8> checksum{};
  char type = '0';
  std::array<char, 100> link{};
  std::array<char, 8> magic{'u', 's', 't', 'a', 'r', '\0', '0', '0'};
  std::array<char, 32> user{}, group{};
  std::array<char, 8> major{}, minor{};
  std::array<char, 155> prefix{};
  std::array<char, 12> unused{};
};
static_assert(sizeof(TarHeader) == kBlock_bytes);

template <std::size_t N>
void put_octal(std::array<char, N>& field, std::uint64_t value) {
  const std::string digits = fmt::format("{:0{}o}", value, N - 1);
  std::copy(digits.begin(), digits.end(), field.begin());
}

template <std::size_t N>
bool get_octal(const std::array<char, N>& field, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(field.data(), field.data() + N, value, 8);
  return error == std::errc{} && (end == field.data() + N || *end == '\0' || *end == ' ');
}

/// Sum of the header's bytes with the checksum field as blanks.
std::uint64_t checksum_of(TarHeader header) {
  header.checksum.fill(' ');
  std::array<unsigned char, kBlock_bytes> bytes;
  std::memcpy(bytes.data(), &header, sizeof header);
  std::uint64_t sum = 0;
  for (const unsigned char b : bytes) sum += b;
  return sum;
}

std::uint64_t padding(std::uint64_t bytes) { return (kBlock_bytes - bytes % kBlock_bytes) % kBlock_bytes; }

class FileWriter final : public ArchiveWriter {
 public:
  FileWriter(Fd fd, fs::path path) : fd_(std::move(fd)), path_(std::move(path)), stream_(ZSTD_createCStream()), out_(kChunk_bytes) {
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
  }
  ~FileWriter() override { ZSTD_freeCStream(stream_); }
  Status begin(const std::string& name, std::uint64_t bytes) override {
    TarHeader header;
    OMEGA_REQUIRE(name.size() < header.name.size() && bytes < (1ull << 33), name.size(), bytes);
    std::copy(name.begin(), name.end(), header.name.begin());
    put_octal(header.mode, 0644);
    put_octal(header.uid, 0);
    put_octal(header.gid, 0);
    put_octal(header.size, bytes);
    put_octal(header.mtime, 0);
    put_octal(header.checksum, checksum_of(header));
    left_padding_ = padding(bytes);
    return compress(&header, sizeof header, ZSTD_e_continue);
  }
  Status write(const void* data, std::size_t bytes) override { return compress(data, bytes, ZSTD_e_continue); }
  Status end() override { return compress(kZeros.data(), left_padding_, ZSTD_e_continue); }
  Status close() override {
    if (Status s = compress(kZeros.data(), kZeros.size(), ZSTD_e_end); !s) return s;
    return sync_data(fd_, path_);
  }

 private:
  static constexpr std::array<char, 2 * kBlock_bytes> kZeros{};
  Status compress(const void* data, std::size_t bytes, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{data, bytes, 0};
    for (;;) {
      ZSTD_outBuffer to{out_.data(), out_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(stream_, &to, &in, how);
      if (ZSTD_isError(left) != 0)
        return Error{ErrorKind::kEnvironment, fmt::format("{}: cannot compress: {}", path_.string(), ZSTD_getErrorName(left))};
      if (Status s = write_all(fd_, out_.data(), to.pos, offset_, path_); !s) return s;
      offset_ += to.pos;
      if (how == ZSTD_e_end ? left == 0 : in.pos == in.size) return Ok{};
    }
  }
  Fd fd_;
  const fs::path path_;
  ZSTD_CStream* stream_;
  std::vector<char> out_;
  std::uint64_t offset_ = 0, left_padding_ = 0;
};

class FileReader final : public ArchiveReader {
 public:
  FileReader(Fd fd, fs::path path)
      : fd_(std::move(fd)), path_(std::move(path)), stream_(ZSTD_createDStream()), raw_(kChunk_bytes) {}
  ~FileReader() override { ZSTD_freeDStream(stream_); }

  Result<bool> next(std::string& name, std::uint64_t& bytes) override {
    std::array<char, kBlock_bytes> skipped;
    for (std::uint64_t left = entry_left_ + entry_padding_; left > 0;) {
      Result<std::size_t> n = exactly(skipped.data(), std::min<std::uint64_t>(left, skipped.size()));
      if (!n) return n.error();
      left -= n.value();
    }
    entry_left_ = entry_padding_ = 0;
    TarHeader header;
    if (Result<std::size_t> n = exactly(&header, sizeof header); !n) return n.error();
    if (header.name[0] == '\0') return at_end();
    std::uint64_t sum = 0;
    if (std::memcmp(header.magic.data(), "ustar", 5) != 0 || !get_octal(header.checksum, sum) || sum != checksum_of(header) ||
        header.type != '0' || header.prefix[0] != '\0' || !get_octal(header.size, bytes))
      return bad("not made by omega journal backup");
    name.assign(header.name.data(), strnlen(header.name.data(), header.name.size()));
    entry_left_ = bytes;
    entry_padding_ = padding(bytes);
    return true;
  }
  Result<std::size_t> read(void* data, std::size_t bytes) override {
    bytes = std::min<std::uint64_t>(bytes, entry_left_);
    Result<std::size_t> n = exactly(data, bytes);
    if (n) entry_left_ -= n.value();
    return n;
  }

 private:
  Error bad(const std::string& why) const { return {ErrorKind::kData, fmt::format("{}: {}; use another backup", path_.string(), why)}; }

  /// Behind the second block of zeros the frame must end, and the file with it: only then was its checksum compared.
  Result<bool> at_end() {
    std::array<char, kBlock_bytes> rest;
    if (Result<std::size_t> n = exactly(rest.data(), rest.size()); !n) return n.error();
    Result<std::size_t> more = some(rest.data(), 1);
    if (!more) return more.error();
    if (more.value() != 0 || !frame_done_ || in_.pos != in_.size) return bad("bytes behind its end");
    return false;
  }
  Result<std::size_t> exactly(void* data, std::size_t bytes) {
    for (std::size_t got = 0; got < bytes;) {
      Result<std::size_t> n = some(static_cast<char*>(data) + got, bytes - got);
      if (!n) return n;
      if (n.value() == 0) return bad("cut short");
      got += n.value();
    }
    return bytes;
  }
  /// 0 only at the end of the file.
  Result<std::size_t> some(void* data, std::size_t bytes) {
    ZSTD_outBuffer to{data, bytes, 0};
    while (to.pos == 0) {
      if (in_.pos == in_.size) {
        Result<std::size_t> n = read_some(fd_, raw_.data(), raw_.size(), offset_, path_);
        if (!n) return n;
        if (n.value() == 0 && frame_done_) return std::size_t{0};
        in_ = {raw_.data(), n.value(), 0};
        offset_ += n.value();
        if (n.value() == 0) {
          const std::size_t hint = ZSTD_decompressStream(stream_, &to, &in_);  // what it still holds
          if (to.pos == 0 || ZSTD_isError(hint) != 0) return std::size_t{0};
          frame_done_ = hint == 0;
          break;
        }
      } else if (frame_done_) {
        return bad("bytes behind its end");
      }
      const std::size_t hint = ZSTD_decompressStream(stream_, &to, &in_);
      if (ZSTD_isError(hint) != 0) return bad(fmt::format("damaged: {}", ZSTD_getErrorName(hint)));
      frame_done_ = hint == 0;
    }
    return to.pos;
  }

  Fd fd_;
  const fs::path path_;
  ZSTD_DStream* stream_;
  std::vector<char> raw_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::uint64_t offset_ = 0, entry_left_ = 0, entry_padding_ = 0;
  bool frame_done_ = false;
};

}  // namespace

bool is_archive_file(const fs::path& path) { return path.filename().string().ends_with(".tar.zst"); }

Result<std::unique_ptr<ArchiveWriter>> create_archive_file(const fs::path& path) {
  Result<Fd> fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd) return fd.error();
  return std::unique_ptr<ArchiveWriter>(std::make_unique<FileWriter>(std::move(fd).value(), path));
}

Result<std::unique_ptr<ArchiveReader>> open_archive_file(const fs::path& path) {
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) return fd.error();
  return std::unique_ptr<ArchiveReader>(std::make_unique<FileReader>(std::move(fd).value(), path));
}

}  // namespace omega::journal
