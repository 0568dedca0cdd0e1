// F03: a flipped bit is found and located, wherever it is. Every bit of two small segments, the watermark and the
// manifest; never a silent change, and no acknowledged frame is lost as a "torn tail".
#include <fcntl.h>

#include <functional>

#include "journal/file.hpp"
#include "journal/watermark.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// Where each header, frame and mark of a segment begins; bytes behind the last belong to "the rest".
std::vector<std::uint64_t> units_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint64_t> starts{0, kSegmentHeader_bytes};
  for (;;) {
    FrameHeader frame;
    if (starts.back() + sizeof frame > bytes.size()) return starts;
    std::memcpy(&frame, bytes.data() + starts.back(), sizeof frame);
    if (frame.length == 0) return starts;
    starts.push_back(starts.back() + kFrameHeader_bytes + frame.length);
  }
}

std::uint64_t unit_of(const std::vector<std::uint64_t>& starts, std::uint64_t byte) {
  return *std::prev(std::upper_bound(starts.begin(), starts.end(), byte));
}

/// Calls look(byte) with each bit of the file flipped in turn.
void flip_each_bit(const fs::path& path, const std::function<void(std::uint64_t byte, int bit)>& look) {
  const auto bytes = read_bytes(path);
  const Fd fd = must(open_file(path, O_RDWR));
  for (std::uint64_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      const auto flipped = static_cast<std::uint8_t>(bytes[i] ^ (1 << bit));
      must(write_all(fd, &flipped, 1, i, path));
      look(i, bit);
      must(write_all(fd, &bytes[i], 1, i, path));
      if (::testing::Test::HasFatalFailure()) return;
    }
}

TEST(F03BitFlip, InAClosedJournalEveryOneIsCorruptionAtItsFrame) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  write_journal(dir, 11, 50, true);
  ASSERT_EQ(must(check(dir)).lanes[0].segments, 2u);
  long flips = 0;
  for (const std::uint32_t number : {1u, 2u}) {
    const fs::path path = segment_path(dir, Lane::kInputs, number);
    const auto units = units_of(read_bytes(path));
    flip_each_bit(path, [&](std::uint64_t byte, int bit) {
      const CheckReport report = must(check(dir));
      const LaneCheck& lane = report.lanes[0];
      ASSERT_EQ(lane.verdict, Verdict::kCorrupt) << "segment " << number << " byte " << byte << " bit " << bit;
      ASSERT_EQ(lane.segment, number) << byte;
      ASSERT_EQ(lane.offset, unit_of(units, byte)) << lane.why;
      ++flips;
    });
  }
  EXPECT_GT(flips, 35'000);
  EXPECT_TRUE(must(check(dir)).clean());
}

TEST(F03BitFlip, InACrashedJournalNoAcknowledgedFrameIsTakenForATornTail) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  LanePosition mark;
  {
    auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments()));
    EventMaker maker(12);
    for (int i = 0; i < 50; ++i) {
      append(writer->lane(Lane::kInputs), maker.make(Lane::kInputs));
      if (i == 40) must(writer->sync());
    }
    for (int look = 0; look < 5000 && !fs::exists(segment_path(dir, Lane::kInputs, 3)); ++look) ::usleep(1000);  // the spare
    mark = must(read_watermark(dir / "inputs", Lane::kInputs)).at;
  }
  ASSERT_GE(mark.seq, 41u);  // a retired segment may have moved it on
  const LaneCheck clean = must(check(dir)).lanes[0];
  ASSERT_EQ(clean.verdict, Verdict::kClean) << clean.text();
  for (const std::uint32_t number : {1u, 2u, 3u}) {
    const fs::path path = segment_path(dir, Lane::kInputs, number);
    const auto units = units_of(read_bytes(path));
    flip_each_bit(path, [&](std::uint64_t byte, int bit) {
      const LaneCheck lane = must(check(dir)).lanes[0];
      ASSERT_NE(lane.verdict, Verdict::kClean) << "segment " << number << " byte " << byte << " bit " << bit;
      const std::uint64_t at = number == 3 ? 0 : unit_of(units, byte);
      if (mark.covers(number, at)) {
        ASSERT_EQ(lane.verdict, Verdict::kCorrupt) << "acknowledged: byte " << byte;
      } else {
        ASSERT_GE(lane.last_seq, mark.seq) << "segment " << number << " byte " << byte;
      }
      ASSERT_EQ(lane.segment, number) << lane.text();
      if (number != 3) {
        ASSERT_EQ(lane.offset, at) << lane.text();
      }
    });
  }
}

TEST(F03BitFlip, InTheWatermarkLosesNothingThatWasAcknowledged) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  {
    auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments(4096, true)));
    EventMaker maker(13);
    for (int i = 0; i < 30; ++i) append(writer->lane(Lane::kInputs), maker.make(Lane::kInputs));
    must(writer->sync());
  }
  const fs::path path = dir / "inputs" / kWatermarkFile;
  flip_each_bit(path, [&](std::uint64_t byte, int) {
    const WatermarkState state = must(read_watermark(dir / "inputs", Lane::kInputs));
    ASSERT_EQ(state.at.seq, 30u) << "byte " << byte;
    ASSERT_EQ(state.damaged_copies, 1) << "byte " << byte;
  });
  // Both copies damaged: refuse rather than guess.
  auto bytes = read_bytes(path);
  bytes[20] ^= 1;
  bytes[84] ^= 1;
  write_bytes(path, bytes);
  EXPECT_FALSE(JournalReader::open(dir).ok());
  EXPECT_EQ(must(check(dir)).worst(), Verdict::kCorrupt);
}

TEST(F03BitFlip, InTheWatermarkOfAClosedJournalIsReported) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  write_journal(dir, 14, 10, true);
  flip_each_bit(dir / "inputs" / kWatermarkFile, [&](std::uint64_t byte, int) {
    const LaneCheck lane = must(check(dir)).lanes[0];
    ASSERT_EQ(lane.verdict, Verdict::kCorrupt) << byte;
    ASSERT_NE(lane.why.find("watermark"), std::string::npos) << lane.why;
  });
}

}  // namespace
}  // namespace omega::journal
