// Plain, gz and zst: one stream per file.
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>

#include "adapters/feed/archive_sources.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kChunk_bytes = 64 * 1024;

/// Chunks of the file as it lies on disk.
class FileChunks {
 public:
  FileChunks(FileHandle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  [[nodiscard]] Result<std::size_t> fill(char* out, std::size_t capacity) {
    const std::size_t n = std::fread(out, 1, capacity, file_.get());
    if (n == 0 && std::ferror(file_.get()) != 0) {
      return Error{ErrorKind::kEnvironment, path_ + ": read failed: " + std::strerror(errno)};
    }
    return n;
  }
  [[nodiscard]] Error damaged(const std::string& what) const {
    return {ErrorKind::kData, path_ + ": " + what + "; fetch the file again"};
  }

 private:
  FileHandle file_;
  std::string path_;
};

class PlainSource final : public ByteSource {
 public:
  PlainSource(FileHandle file, std::string path) : chunks_(std::move(file), std::move(path)) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override { return chunks_.fill(out, capacity); }

 private:
  FileChunks chunks_;
};

class GzSource final : public ByteSource {
 public:
  GzSource(FileHandle file, std::string path) : chunks_(std::move(file), std::move(path)) {}
  ~GzSource() override { if (ready_) inflateEnd(&stream_); }
  GzSource(const GzSource&) = delete;
  GzSource& operator=(const GzSource&) = delete;

  bool start() noexcept {
    ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK;  // window 2^15, gzip wrapper only
    return ready_;
  }

  Result<std::size_t> read(char* out, std::size_t capacity) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(capacity);
    while (stream_.avail_out == capacity) {
      if (stream_.avail_in == 0) {
        auto got = chunks_.fill(in_.data(), in_.size());
        if (!got) return got;
        if (got.value() == 0) {
          if (inside_member_) return chunks_.damaged("truncated gz file");
          return std::size_t{0};
        }
        stream_.next_in = reinterpret_cast<Bytef*>(in_.data());
        stream_.avail_in = static_cast<uInt>(got.value());
      }
      inside_member_ = true;
      const int rc = inflate(&stream_, Z_NO_FLUSH);
      if (rc == Z_STREAM_END) {  // gzip files may be concatenated
        inside_member_ = false;
        inflateReset(&stream_);
      } else if (rc != Z_OK && rc != Z_BUF_ERROR) {
        return chunks_.damaged(std::string("damaged gz file (") + (stream_.msg != nullptr ? stream_.msg : "bad data") + ")");
      }
    }
    return capacity - stream_.avail_out;
  }

 private:
  FileChunks chunks_;
  z_stream stream_{};
  bool ready_ = false;
  bool inside_member_ = true;  // an empty file is a truncated one
  std::array<char, kChunk_bytes> in_{};
};

class ZstSource final : public ByteSource {
 public:
  ZstSource(FileHandle file, std::string path)
      : chunks_(std::move(file), std::move(path)), stream_(ZSTD_createDStream()) {}
  ~ZstSource() override { ZSTD_freeDStream(stream_); }
  ZstSource(const ZstSource&) = delete;
  ZstSource& operator=(const ZstSource&) = delete;
  [[nodiscard]] bool started() const noexcept { return stream_ != nullptr; }

  Result<std::size_t> read(char* out, std::size_t capacity) override {
    ZSTD_outBuffer to{out, capacity, 0};
    while (to.pos == 0) {
      if (from_.pos == from_.size) {
        auto got = chunks_.fill(in_.data(), in_.size());
        if (!got) return got;
        if (got.value() == 0) {
          if (inside_frame_) return chunks_.damaged("truncated zst file");
          return std::size_t{0};
        }
        from_ = {in_.data(), got.value(), 0};
      }
      const std::size_t hint = ZSTD_decompressStream(stream_, &to, &from_);
      if (ZSTD_isError(hint) != 0) {
        return chunks_.damaged(std::string("damaged zst file (") + ZSTD_getErrorName(hint) + ")");
      }
      inside_frame_ = hint != 0;  // 0: a frame ended; frames may follow one another
    }
    return to.pos;
  }

 private:
  FileChunks chunks_;
  ZSTD_DStream* stream_;
  ZSTD_inBuffer from_{nullptr, 0, 0};
  bool inside_frame_ = true;
  std::array<char, kChunk_bytes> in_{};
};

Error no_memory(const std::string& path) { return {ErrorKind::kEnvironment, path + ": no memory to decompress"}; }

}  // namespace

std::unique_ptr<ByteSource> plain_source(FileHandle file, const std::string& path) {
  return std::make_unique<PlainSource>(std::move(file), path);
}

Result<std::unique_ptr<ByteSource>> gz_source(FileHandle file, const std::string& path) {
  auto source = std::make_unique<GzSource>(std::move(file), path);
  if (!source->start()) return no_memory(path);
  return std::unique_ptr<ByteSource>(std::move(source));
}

Result<std::unique_ptr<ByteSource>> zst_source(FileHandle file, const std::string& path) {
  auto source = std::make_unique<ZstSource>(std::move(file), path);
  if (!source->started()) return no_memory(path);
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace omega::feed
