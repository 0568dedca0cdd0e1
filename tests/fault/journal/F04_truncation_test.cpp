// F04: a file cut short. Sealed or acknowledged bytes gone: refused. An open tail cut behind the watermark: recoverable.
#include <fcntl.h>

#include <functional>

#include "journal/file.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// Cuts the file to each length in turn; back in full afterwards.
void cut_to_each_length(const fs::path& path, const std::function<void(std::size_t length)>& look, std::size_t keep = 0) {
  const auto bytes = read_bytes(path);
  const Fd fd = must(open_file(path, O_RDWR));
  for (std::size_t length = 0; length + keep < bytes.size(); ++length) {
    must(truncate_file(fd, length, path));
    look(length);
    must(write_all(fd, bytes.data() + length, bytes.size() - length, length, path));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(F04Truncation, OfAClosedJournalIsCorruptionAtAnyLength) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  write_journal(dir, 21, 50, true);
  for (const std::uint32_t number : {1u, 2u}) {
    const fs::path path = segment_path(dir, Lane::kInputs, number);
    cut_to_each_length(path, [&](std::size_t length) {
      const LaneCheck lane = must(check(dir)).lanes[0];
      ASSERT_EQ(lane.verdict, Verdict::kCorrupt) << "segment " << number << " cut to " << length;
      ASSERT_EQ(lane.segment, number);
      ASSERT_LE(lane.offset, length);
    });
    const auto bytes = read_bytes(path);
    auto longer = bytes;
    longer.resize(bytes.size() + 8);
    write_bytes(path, longer);
    ASSERT_EQ(must(check(dir)).worst(), Verdict::kCorrupt) << "a longer file is no better";
    write_bytes(path, bytes);
  }
  EXPECT_TRUE(must(check(dir)).clean());
}

TEST(F04Truncation, OfAnOpenTailIsCorruptionBelowTheWatermarkAndRecoverableAbove) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  LanePosition mark;
  {
    auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments()));
    EventMaker maker(22);
    for (int i = 0; i < 80; ++i) {
      append(writer->lane(Lane::kInputs), maker.make(Lane::kInputs));
      if (i == 60) must(writer->sync());
    }
    mark = must(read_watermark(dir / "inputs", Lane::kInputs)).at;
  }
  ASSERT_EQ(mark.segment, 2u);
  const fs::path path = segment_path(dir, Lane::kInputs, 2);
  ASSERT_EQ(fs::file_size(path), 4096u);
  std::size_t torn = 0, clean = 0;
  cut_to_each_length(path, [&](std::size_t length) {
    const LaneCheck lane = must(check(dir)).lanes[0];
    if (length < mark.offset) {
      ASSERT_EQ(lane.verdict, Verdict::kCorrupt) << length;
    } else {
      ASSERT_TRUE(lane.verdict == Verdict::kTornTail || lane.verdict == Verdict::kClean) << length << " " << lane.text();
      ASSERT_GE(lane.last_seq, mark.seq);
      ASSERT_LE(lane.end.offset, length);
      (lane.verdict == Verdict::kClean ? clean : torn) += 1;
    }
  });
  EXPECT_GT(torn, 100u);
  EXPECT_GT(clean, 100u);
}

TEST(F04Truncation, OfTheWatermarkOrTheManifestIsRefused) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  write_journal(dir, 23, 20, true);
  const fs::path watermark = dir / "inputs" / "watermark";
  const auto bytes = read_bytes(watermark);
  cut_to_each_length(watermark, [&](std::size_t length) { ASSERT_NE(must(check(dir)).worst(), Verdict::kClean) << length; });
  fs::remove(watermark);
  EXPECT_NE(must(check(dir)).worst(), Verdict::kClean);
  write_bytes(watermark, bytes);
  // All but the last byte, which is a line end.
  cut_to_each_length(dir / "manifest.json", [&](std::size_t length) { ASSERT_FALSE(check(dir).ok()) << length; }, 1);
  EXPECT_TRUE(must(check(dir)).clean());
}

}  // namespace
}  // namespace omega::journal
