// Guards: a cut or foreign archive that is read as if it were whole, and members that are overlooked.
#include "adapters/feed/archive_reader.hpp"

#include <lzma.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include "adapters/feed/line_splitter.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

std::string gz(const std::string& text) {
  z_stream s{};
  deflateInit2(&s, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&s, text.size()) + 64, '\0');
  s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  s.avail_in = static_cast<uInt>(text.size());
  s.next_out = reinterpret_cast<Bytef*>(out.data());
  s.avail_out = static_cast<uInt>(out.size());
  deflate(&s, Z_FINISH);
  out.resize(out.size() - s.avail_out);
  deflateEnd(&s);
  return out;
}

std::string zst(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

void write_zip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& members) {
  int code = 0;
  zip_t* z = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const auto& [name, text] : members) {
    zip_file_add(z, name.c_str(), zip_source_buffer(z, text.data(), text.size(), 0), 0);
  }
  ASSERT_EQ(zip_close(z), 0);
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Read {
  std::vector<std::pair<std::string, std::string>> members;
  Result<ArchiveContent> content = ArchiveContent{};
};

Read read_all(const std::filesystem::path& path) {
  Read r;
  r.content = for_each_member(path, [&](const std::string& name, ByteSource& bytes) -> Status {
    r.members.emplace_back(name, "");
    char chunk[1000];
    while (true) {
      auto n = bytes.read(chunk, sizeof chunk);
      if (!n) return n.error();
      if (n.value() == 0) return Ok{};
      r.members.back().second.append(chunk, n.value());
    }
  });
  return r;
}

std::string rows(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += std::to_string(i * 7919LL % 100'003) + ";1.5\n";
  return text;
}

TEST(ArchiveReader, reads_plain_gz_and_zst_files_alike) {
  const TempFolder folder;
  const std::string text = rows(50'000);
  for (const auto& [name, bytes] : {std::pair{"a.csv", text}, {"b.csv.gz", gz(text)}, {"c.csv.zst", zst(text)}, {"d.data", gz(text)}}) {
    const Read r = read_all(folder.write(name, bytes));
    ASSERT_TRUE(r.content) << r.content.error().message;
    ASSERT_EQ(r.members.size(), 1u);
    EXPECT_EQ(r.members[0].second, text) << name;
  }
}

TEST(ArchiveReader, reads_files_that_were_joined_from_several_gz_or_zst_ones) {
  const TempFolder folder;
  const std::string text = rows(1000);
  EXPECT_EQ(read_all(folder.write("a.gz", gz(text) + gz(text))).members[0].second, text + text);
  EXPECT_EQ(read_all(folder.write("a.zst", zst(text) + zst(text))).members[0].second, text + text);
}

TEST(ArchiveReader, reads_every_data_member_of_a_zip_and_names_the_others) {
  const TempFolder folder;
  const auto path = folder.path() / "a.zip";
  write_zip(path, {{"one.csv", "1\n"}, {"report.txt", "gaps"}, {"two.CSV", "2\n"}, {"sub/", ""}});
  const Read r = read_all(path);
  ASSERT_TRUE(r.content) << r.content.error().message;
  EXPECT_EQ(r.content.value().read, (std::vector<std::string>{"one.csv", "two.CSV"}));
  EXPECT_EQ(r.content.value().skipped, std::vector<std::string>{"report.txt"});
  EXPECT_EQ(r.members[1].second, "2\n");
}

TEST(ArchiveReader, refuses_a_zip_without_data_members) {
  const TempFolder folder;
  const auto path = folder.path() / "a.zip";
  write_zip(path, {{"a.pdf", "x"}, {"b.pdf", "y"}});
  const Read r = read_all(path);
  ASSERT_FALSE(r.content);
  EXPECT_EQ(r.content.error().kind, ErrorKind::kData);
}

TEST(ArchiveReader, says_in_one_line_that_an_archive_is_cut_wherever_it_is_cut) {
  const TempFolder folder;
  const std::string text = rows(20'000);
  const auto zip = folder.path() / "whole.zip";
  write_zip(zip, {{"a.csv", text}});
  const std::vector<std::pair<std::string, std::string>> whole{{"a.csv.gz", gz(text)}, {"a.csv.zst", zst(text)}, {"a.zip", bytes_of(zip)}};
  for (const auto& [name, bytes] : whole) {
    for (const std::size_t keep : {std::size_t{4}, std::size_t{12}, bytes.size() / 2, bytes.size() - 5, bytes.size() - 1}) {
      const Read r = read_all(folder.write(name, bytes.substr(0, keep)));
      ASSERT_FALSE(r.content) << name << " " << keep;
      EXPECT_EQ(r.content.error().kind, ErrorKind::kData);
      EXPECT_NE(r.content.error().message.find(name), std::string::npos);
      EXPECT_EQ(r.content.error().message.find('\n'), std::string::npos);
    }
  }
}

TEST(ArchiveReader, says_that_an_archive_is_damaged_when_a_byte_of_its_data_changed) {
  const TempFolder folder;
  const std::string text = rows(20'000);
  const auto zip = folder.path() / "whole.zip";
  write_zip(zip, {{"a.csv", text}});
  const std::vector<std::pair<std::string, std::string>> whole{{"a.csv.gz", gz(text)}, {"a.zip", bytes_of(zip)}};
  for (auto [name, bytes] : whole) {
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    const Read r = read_all(folder.write(name, bytes));
    ASSERT_FALSE(r.content) << name;
    EXPECT_EQ(r.content.error().kind, ErrorKind::kData);
  }
}

TEST(ArchiveReader, reads_xz_and_lzma_without_a_container_and_refuses_what_is_damaged) {
  const TempFolder folder;
  const std::string text = "one\ntwo\n";
  std::string xz(1024, '\0'), lzma(1024, '\0');
  std::size_t n = 0;
  ASSERT_EQ(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                    reinterpret_cast<std::uint8_t*>(xz.data()), &n, xz.size()), LZMA_OK);
  xz.resize(n);
  lzma_options_lzma options;
  ASSERT_FALSE(lzma_lzma_preset(&options, 6));
  lzma_stream stream = LZMA_STREAM_INIT;
  ASSERT_EQ(lzma_alone_encoder(&stream, &options), LZMA_OK);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(text.data());
  stream.avail_in = text.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(lzma.data());
  stream.avail_out = lzma.size();
  ASSERT_EQ(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
  lzma.resize(lzma.size() - stream.avail_out);
  lzma_end(&stream);

  using Members = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(read_all(folder.write("a.csv.xz", xz)).members, (Members{{"a.csv", text}}));
  EXPECT_EQ(read_all(folder.write("b.csv.xz", xz + xz)).members, (Members{{"b.csv", text + text}})) << "xz files may be joined";
  EXPECT_EQ(read_all(folder.write("05h_ticks.bi5", lzma)).members, (Members{{"05h_ticks.bi5", text}}));
  for (const auto& [name, bytes] : {std::pair{"c.csv.xz", xz.substr(0, xz.size() - 5)}, std::pair{"d.bi5", lzma.substr(0, lzma.size() - 5)},
                                    std::pair{"e.bi5", lzma + "more"}, std::pair{"f.bi5", std::string("not lzma at all")},
                                    std::pair{"g.csv.xz", std::string("not xz")}}) {
    const auto r = read_all(folder.write(name, bytes));
    ASSERT_FALSE(r.content) << name;
    EXPECT_EQ(r.content.error().kind, ErrorKind::kData) << name;
  }
}

TEST(ArchiveReader, refuses_foreign_archives_wrong_names_folders_and_missing_files) {
  const TempFolder folder;
  EXPECT_EQ(read_all(folder.write("a.csv.bz2", "BZh91AY")).content.error().kind, ErrorKind::kData);
  EXPECT_NE(read_all(folder.write("a.7z", "7z\xbc\xaf\x27\x1c")).content.error().message.find("7z"), std::string::npos);
  EXPECT_EQ(read_all(folder.write("a.zip", "<html>not found</html>")).content.error().kind, ErrorKind::kData);
  EXPECT_EQ(read_all(folder.write("a.gz", "")).content.error().kind, ErrorKind::kData);
  EXPECT_EQ(read_all(folder.path()).content.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(read_all(folder.path() / "nothing.csv").content.error().kind, ErrorKind::kUsage);
}

TEST(LineSplitter, gives_every_line_its_number_whatever_ends_it) {
  MemorySource bytes("\xef\xbb\xbf" "a\r\n\nb\nlast");
  LineSplitter lines(bytes);
  Line l;
  ASSERT_TRUE(lines.next(l));
  EXPECT_TRUE(l.text == "a" && l.number == 1 && l.bom && l.cr && l.terminated);
  ASSERT_TRUE(lines.next(l));
  EXPECT_TRUE(l.text.empty() && l.number == 2 && !l.cr);
  ASSERT_TRUE(lines.next(l));
  EXPECT_TRUE(l.text == "b" && l.number == 3);
  ASSERT_TRUE(lines.next(l));
  EXPECT_TRUE(l.text == "last" && l.number == 4 && !l.terminated);
  EXPECT_FALSE(lines.next(l));
}

TEST(LineSplitter, a_line_of_any_length_costs_no_more_than_its_buffer_and_the_next_one_is_whole) {
  const std::string text = "first\n" + std::string(3'000'000, 'x') + "\nafter\n";
  MemorySource bytes(text);
  LineSplitter lines(bytes);
  Line l;
  ASSERT_TRUE(lines.next(l));
  EXPECT_FALSE(l.too_long);
  ASSERT_TRUE(lines.next(l));
  EXPECT_TRUE(l.too_long);
  EXPECT_EQ(l.number, 2u);
  ASSERT_TRUE(lines.next(l));
  EXPECT_EQ(l.text, "after");
  EXPECT_EQ(l.number, 3u);
  EXPECT_FALSE(lines.next(l));
}

}  // namespace
}  // namespace omega::feed::testing
