// LZMA: xz files, and the headerless kind that Dukascopy uses.
#include <lzma.h>

#include <array>
#include <cerrno>

#include "adapters/feed/archive_sources.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kChunk_bytes = 64 * 1024;
constexpr std::uint64_t kMemory_bytes_max = 512ull << 20;  // a dictionary that a damaged header asks for

class LzmaSource final : public ByteSource {
 public:
  LzmaSource(FileHandle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  ~LzmaSource() override { lzma_end(&stream_); }
  LzmaSource(const LzmaSource&) = delete;
  LzmaSource& operator=(const LzmaSource&) = delete;

  bool start(bool xz) noexcept {
    return (xz ? lzma_stream_decoder(&stream_, kMemory_bytes_max, LZMA_CONCATENATED) : lzma_alone_decoder(&stream_, kMemory_bytes_max)) == LZMA_OK;
  }

  Result<std::size_t> read(char* out, std::size_t capacity) override {
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream_.avail_out = capacity;
    while (!ended_ && stream_.avail_out == capacity) {
      if (stream_.avail_in == 0 && !file_done_) {
        const std::size_t n = std::fread(in_.data(), 1, in_.size(), file_.get());
        if (n == 0 && std::ferror(file_.get()) != 0) return Error{ErrorKind::kEnvironment, path_ + ": read failed: " + std::strerror(errno)};
        file_done_ = n == 0;
        stream_.next_in = in_.data();
        stream_.avail_in = n;
      }
      const lzma_ret rc = lzma_code(&stream_, file_done_ ? LZMA_FINISH : LZMA_RUN);
      if (rc == LZMA_STREAM_END) {
        ended_ = true;
        if (stream_.avail_in != 0 || std::fgetc(file_.get()) != EOF) return damaged("bytes behind its end");
      } else if (rc == LZMA_BUF_ERROR && file_done_) {
        return damaged("it is truncated");
      } else if (rc == LZMA_MEMLIMIT_ERROR) {
        return damaged("its header asks for more than " + std::to_string(kMemory_bytes_max >> 20) + " MiB");
      } else if (rc != LZMA_OK && rc != LZMA_BUF_ERROR) {
        return damaged("bad data");
      }
    }
    return capacity - stream_.avail_out;
  }

 private:
  [[nodiscard]] Error damaged(const std::string& what) const {
    return {ErrorKind::kData, path_ + ": damaged LZMA file (" + what + "); fetch the file again"};
  }

  FileHandle file_;
  std::string path_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool file_done_ = false, ended_ = false;
  std::array<std::uint8_t, kChunk_bytes> in_{};
};

}  // namespace

Result<std::unique_ptr<ByteSource>> lzma_source(FileHandle file, const std::string& path, bool xz) {
  auto source = std::make_unique<LzmaSource>(std::move(file), path);
  if (!source->start(xz)) return Error{ErrorKind::kEnvironment, path + ": no memory to decompress"};
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace omega::feed
