// F31: a segment missing, duplicated, swapped, renamed or from another run. Always refused, naming the first wrong one.
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

constexpr std::uint32_t kSegments = 6;

class F31Segments : public ::testing::TestWithParam<bool> {  // closed or left open
 protected:
  void SetUp() override {
    write_journal(dir_, 31, 250, GetParam(), small_segments());
    const CheckReport report = must(check(dir_));
    ASSERT_TRUE(report.clean());
    ASSERT_EQ(report.lanes[0].segments, kSegments);
  }
  [[nodiscard]] fs::path path(std::uint32_t number) const { return segment_path(dir_, Lane::kInputs, number); }
  /// The journal must be refused by check and must not be read to its end.
  void expect_refused(Verdict verdict, std::uint32_t segment, const std::string& what) {
    const LaneCheck lane = must(check(dir_)).lanes[0];
    EXPECT_EQ(lane.verdict, verdict) << what << ": " << lane.text();
    EXPECT_TRUE(segment == 0 || lane.segment == segment) << what << ": " << lane.text();
    auto reader = JournalReader::open(dir_);
    if (!reader.ok()) return;
    LaneCursor cursor = reader.value()->lane(Lane::kInputs);
    FrameView view;
    while (cursor.next(view)) {}
    EXPECT_TRUE(cursor.error()) << what;
  }
  /// Of the segment while it is away.
  [[nodiscard]] Seq first_seq_away() const {
    const auto bytes = read_bytes(tmp_ / "away");
    SegmentHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    return header.first_seq;
  }
  TempDir tmp_;
  const fs::path dir_ = tmp_ / "j";
};
INSTANTIATE_TEST_SUITE_P(ClosedAndOpen, F31Segments, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "closed" : "open"; });

TEST_P(F31Segments, AMissingOneIsNamed) {
  for (std::uint32_t n = 1; n <= kSegments; ++n) {
    fs::rename(path(n), tmp_ / "away");
    // The spare of an open journal stands behind the gap that the last one leaves.
    expect_refused(Verdict::kMissing, n, "missing " + std::to_string(n));
    const LaneCheck lane = *must(check(dir_)).lane(Lane::kInputs);
    EXPECT_EQ(lane.first_missing_seq(), first_seq_away()) << lane.text();
    EXPECT_NE(lane.text().find("first missing seq " + std::to_string(first_seq_away()) + ":"), std::string::npos) << lane.text();
    fs::rename(tmp_ / "away", path(n));
  }
  EXPECT_TRUE(must(check(dir_)).clean());
}

TEST_P(F31Segments, ACutOffEndIsNoticed) {
  for (std::uint32_t n = kSegments + 1; n >= 2; --n) {
    fs::remove(path(n));
    if (n > kSegments) continue;  // the spare one alone is no loss
    expect_refused(Verdict::kMissing, n, "all from " + std::to_string(n));
  }
}

TEST_P(F31Segments, ADuplicateInAnyPlaceIsRefused) {
  for (std::uint32_t from = 1; from <= kSegments; ++from)
    for (std::uint32_t to = 1; to <= kSegments + 2; ++to) {
      if (from == to) continue;
      const bool there = fs::exists(path(to));
      if (there) fs::rename(path(to), tmp_ / "away");
      fs::copy_file(path(from), path(to));
      const LaneCheck lane = must(check(dir_)).lanes[0];
      const bool gap = to == kSegments + 2 && !fs::exists(path(kSegments + 1));
      EXPECT_EQ(lane.verdict, gap ? Verdict::kMissing : Verdict::kCorrupt) << from << " as " << to << ": " << lane.text();
      fs::remove(path(to));
      if (there) fs::rename(tmp_ / "away", path(to));
    }
  EXPECT_TRUE(must(check(dir_)).clean());
}

TEST_P(F31Segments, TwoSwappedOnesAreRefusedAtTheFirst) {
  for (std::uint32_t a = 1; a <= kSegments; ++a)
    for (std::uint32_t b = a + 1; b <= kSegments; ++b) {
      const auto swap = [&] {
        fs::rename(path(a), tmp_ / "away");
        fs::rename(path(b), path(a));
        fs::rename(tmp_ / "away", path(b));
      };
      swap();
      expect_refused(Verdict::kCorrupt, a, std::to_string(a) + " and " + std::to_string(b));
      swap();
    }
}

TEST_P(F31Segments, OneOfAnotherRunIsRefused) {
  write_journal(tmp_ / "other", 32, 250, GetParam(), small_segments());
  for (std::uint32_t n = 1; n <= kSegments; ++n) {
    fs::rename(path(n), tmp_ / "away");
    fs::copy_file(segment_path(tmp_ / "other", Lane::kInputs, n), path(n));
    const LaneCheck lane = must(check(dir_)).lanes[0];
    EXPECT_EQ(lane.verdict, Verdict::kCorrupt) << n << ": " << lane.text();
    fs::remove(path(n));
    fs::rename(tmp_ / "away", path(n));
  }
}

TEST_P(F31Segments, AStrangersFileInTheLaneIsRefused) {
  write_bytes(dir_ / "inputs" / "notes.txt", {'h', 'i'});
  expect_refused(Verdict::kCorrupt, 0, "stranger");
}

TEST(F31WholeLane, OfAnotherRunIsRefusedByTheManifest) {
  TempDir tmp;
  write_journal(tmp / "a", 33, 20, true);
  write_journal(tmp / "b", 34, 20, true);
  fs::remove_all(tmp / "a" / "inputs");
  fs::copy(tmp / "b" / "inputs", tmp / "a" / "inputs");
  EXPECT_EQ(must(check(tmp / "a")).worst(), Verdict::kCorrupt);
  fs::remove_all(tmp / "a" / "inputs");
  EXPECT_EQ(must(check(tmp / "a")).worst(), Verdict::kCorrupt) << "a lane that is gone";
}

}  // namespace
}  // namespace omega::journal
