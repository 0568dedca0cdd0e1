// Zip: one stream per data member.
#include <zip.h>

#include <algorithm>
#include <string_view>

#include "adapters/feed/archive_sources.hpp"

namespace omega::feed {
namespace {

class ZipMemberSource final : public ByteSource {
 public:
  ZipMemberSource(zip_file_t* file, std::string name) : file_(file), name_(std::move(name)) {}
  ~ZipMemberSource() override { zip_fclose(file_); }
  ZipMemberSource(const ZipMemberSource&) = delete;
  ZipMemberSource& operator=(const ZipMemberSource&) = delete;
  Result<std::size_t> read(char* out, std::size_t capacity) override {
    const zip_int64_t n = zip_fread(file_, out, capacity);
    if (n < 0) {  // also where libzip finds that the checksum does not match
      return Error{ErrorKind::kData, name_ + ": damaged zip member (" + zip_error_strerror(zip_file_get_error(file_)) +
                                         "); fetch the file again"};
    }
    return static_cast<std::size_t>(n);
  }

 private:
  zip_file_t* file_;
  std::string name_;
};

struct ZipCloser {
  void operator()(zip_t* z) const noexcept { zip_discard(z); }
};

bool ends_with(std::string_view name, std::string_view lower_extension) {
  if (name.size() < lower_extension.size()) return false;
  return std::equal(lower_extension.begin(), lower_extension.end(), name.end() - lower_extension.size(),
                    [](char want, char have) { return want == (have >= 'A' && have <= 'Z' ? have + 32 : have); });
}

}  // namespace

Result<ArchiveContent> for_each_zip_member(const std::string& path, const MemberVisitor& visit) {
  int code = 0;
  const std::unique_ptr<zip_t, ZipCloser> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return Error{ErrorKind::kData, path + ": truncated or damaged zip archive (" + why + "); fetch the file again"};
  }
  std::vector<std::string> names;
  std::vector<zip_uint64_t> index;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr || std::string_view(name).ends_with('/')) continue;
    names.emplace_back(name);
    index.push_back(static_cast<zip_uint64_t>(i));
  }
  const auto has = [&](std::string_view extension) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return ends_with(n, extension); });
  };
  const std::string_view wanted = has(".csv") ? ".csv" : has(".txt") ? ".txt" : "";
  ArchiveContent content;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool data = wanted.empty() ? names.size() == 1 : ends_with(names[i], wanted);
    if (!data) {
      content.skipped.push_back(names[i]);
      continue;
    }
    zip_file_t* file = zip_fopen_index(archive.get(), index[i], 0);
    if (file == nullptr) {
      return Error{ErrorKind::kData, path + "!" + names[i] + ": cannot be read (" + zip_strerror(archive.get()) + ")"};
    }
    ZipMemberSource source(file, path + "!" + names[i]);
    if (Status s = visit(names[i], source); !s) return s.error();
    content.read.push_back(names[i]);
  }
  if (content.read.empty()) {
    return Error{ErrorKind::kData, path + ": the zip archive holds no .csv or .txt member (" +
                                       std::to_string(names.size()) + " others); name an archive of data files"};
  }
  return content;
}

}  // namespace omega::feed
