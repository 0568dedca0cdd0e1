// Pins the bytes on disk. When one of these is red, the format changed: journals written before can no longer be read.
// If that was not intended, undo the change. If it was: raise kFormatVersion (or kSchemaVersion for an event's fields),
// keep reading the old one, say so in journal/FORMAT.md, and only then put the new bytes here.
#include <fmt/format.h>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

std::string hex(const std::uint8_t* p, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += fmt::format("{}{:02x}", i == 0 ? "" : i % 8 == 0 ? "\n" : " ", p[i]);
  return out;
}

/// The journal of FORMAT.md section 6: one timer, closed.
std::vector<std::uint8_t> worked_example(const fs::path& dir) {
  auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments()));
  LaneAppender inputs(writer->lane(Lane::kInputs));
  inputs.append(1, Timer{.ts = 1'700'000'040'000'000'000, .kind = TimerKind::kMinute});
  must(writer->close());
  return read_bytes(segment_path(dir, Lane::kInputs, 1));
}

TEST(GoldenBytes, OfASegmentHeader) {
  TempDir tmp;
  const auto bytes = worked_example(tmp / "j");
  ASSERT_EQ(bytes.size(), 64u + 48u + 32u);
  EXPECT_EQ(hex(bytes.data(), 64),
            "4f 4d 45 47 41 53 45 47\n"
            "04 03 02 01 01 00 02 00\n"
            "00 00 00 00 01 00 00 00\n"
            "01 00 00 00 00 00 00 00\n"
            "00 00 00 00 00 00 00 00\n"
            "00 00 00 00 00 00 00 00\n"
            "00 10 00 00 00 00 00 00\n"
            "00 00 00 00 f1 18 f4 8f");
}

TEST(GoldenBytes, OfAFrameAndOfTheLanesEndMark) {
  TempDir tmp;
  const auto bytes = worked_example(tmp / "j");
  ASSERT_EQ(bytes.size(), 64u + 48u + 32u);
  EXPECT_EQ(hex(bytes.data() + 64, 48),
            "18 00 00 00 0a 00 02 00\n"
            "71 9a fa 2b 00 00 00 00\n"
            "01 00 00 00 00 00 00 00\n"
            "00 00 00 00 02 00 00 00\n"
            "00 90 59 86 07 9d 97 17\n"
            "01 00 00 00 00 00 00 00");
  EXPECT_EQ(hex(bytes.data() + 112, 32),
            "08 00 00 00 ff ff 02 00\n"
            "5c d9 54 c6 00 00 00 00\n"
            "01 00 00 00 00 00 00 00\n"
            "01 00 00 00 00 00 00 00");
}

TEST(GoldenBytes, OfAWatermark) {
  TempDir tmp;
  worked_example(tmp / "j");
  const auto bytes = read_bytes(tmp / "j" / "inputs" / "watermark");
  ASSERT_EQ(bytes.size(), 128u);
  EXPECT_EQ(hex(bytes.data(), 64),
            "4f 4d 45 47 41 57 4d 4b\n"
            "02 00 00 00 00 00 00 00\n"
            "70 00 00 00 00 00 00 00\n"
            "01 00 00 00 00 00 00 00\n"
            "00 00 00 00 01 00 00 00\n"
            "71 9a fa 2b 01 00 00 00\n"
            "00 00 00 00 00 00 00 00\n"
            "00 00 00 00 41 2b 2c 40");
  EXPECT_EQ(std::memcmp(bytes.data(), bytes.data() + 64, 64), 0) << "both copies say the same";
}

TEST(GoldenBytes, TheCrcIsTheStandardCastagnoliOne) {
  const char* text = "123456789012";  // the catalogue's check value is of 9 bytes; ours come in fours
  EXPECT_EQ(crc32c(0, text, 12), 0xd75dfdfbu);
  EXPECT_EQ(crc32c(crc32c(0, text, 8), text + 8, 4), crc32c(0, text, 12));
  const std::array<std::uint8_t, 32> zeros{};
  EXPECT_EQ(crc32c(0, zeros.data(), 32), 0x8a9136aau);  // RFC 3720 B.4
  std::array<std::uint8_t, 32> ones;
  ones.fill(0xff);
  EXPECT_EQ(crc32c(0, ones.data(), 32), 0x62a8ab43u);  // RFC 3720 B.4
}

}  // namespace
}  // namespace omega::journal
