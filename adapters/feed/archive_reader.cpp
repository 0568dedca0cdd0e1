#include "adapters/feed/archive_reader.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "adapters/feed/archive_sources.hpp"

namespace omega::feed {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view name;
};
using namespace std::string_view_literals;
constexpr Magic kZip{"PK\x03\x04"sv, "zip"}, kEmptyZip{"PK\x05\x06"sv, "zip"}, kGz{"\x1f\x8b"sv, "gz"},
    kZst{"\x28\xb5\x2f\xfd"sv, "zst"}, kXz{"\xfd" "7zXZ"sv, "xz"};
constexpr std::string_view kLzmaExtension = ".bi5";  // has no mark of its own
constexpr std::array kForeign{Magic{"BZh"sv, "bzip2"},             Magic{"7z\xbc\xaf\x27\x1c"sv, "7z"},
                              Magic{"Rar!"sv, "rar"},
                              Magic{"\x04\x22\x4d\x18"sv, "lz4"},  Magic{"\xff\xfe"sv, "UTF-16 text"},
                              Magic{"\xfe\xff"sv, "UTF-16 text"}};

Error bad_file(const std::string& path, std::string what) {
  return {ErrorKind::kData, path + ": " + std::move(what)};
}

}  // namespace

Result<ArchiveContent> for_each_member(const std::filesystem::path& path, const MemberVisitor& visit) {
  const std::string name = path.string();
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error{ErrorKind::kUsage, name + ": is a directory; name the files in it"};
  }
  FileHandle file(std::fopen(name.c_str(), "rb"));
  if (!file) {
    return Error{errno == ENOENT ? ErrorKind::kUsage : ErrorKind::kEnvironment,
                 name + ": cannot be opened: " + std::strerror(errno)};
  }
  std::array<char, 8> head{};
  const std::size_t n = std::fread(head.data(), 1, head.size(), file.get());
  std::rewind(file.get());
  const std::string_view start(head.data(), n);
  const auto is = [&](const Magic& m) { return start.starts_with(m.bytes); };
  for (const Magic& m : kForeign) {
    if (is(m)) {
      return bad_file(name, "is " + std::string(m.name) + ", which is not read; unpack it to plain text, zip, gz, zst or xz");
    }
  }
  if (is(kZip) || is(kEmptyZip)) return for_each_zip_member(name, visit);
  const std::string extension = path.extension().string();
  for (const Magic& m : {kZip, kGz, kZst, kXz}) {
    if (extension == "." + std::string(m.name) && !is(m)) {
      return bad_file(name, "is named ." + std::string(m.name) + " but its first bytes are not " + std::string(m.name) +
                                "; fetch the file again");
    }
  }
  std::string member = path.filename().string();
  std::unique_ptr<ByteSource> source;
  const bool lzma = extension == kLzmaExtension && n != 0;
  if (is(kGz) || is(kZst) || is(kXz) || lzma) {
    auto opened = is(kGz) ? gz_source(std::move(file), name) : is(kZst) ? zst_source(std::move(file), name) : lzma_source(std::move(file), name, is(kXz));
    if (!opened) return opened.error();
    source = std::move(opened).value();
    if (extension == ".gz" || extension == ".zst" || extension == ".xz") member = path.stem().string();
  } else {
    source = plain_source(std::move(file), name);
  }
  if (Status s = visit(member, *source); !s) return s.error();
  return ArchiveContent{.read = {member}, .skipped = {}};
}

}  // namespace omega::feed
