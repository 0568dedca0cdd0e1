// Guards: a snapshot file whose damage is not noticed, or one that is read half written.
#include "journal/snapshot.hpp"

#include <gtest/gtest.h>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

Snapshot sample() {
  Snapshot s{.journal_id = "0123456789abcdef", .engine = "engine", .seq = 42, .ts = 1'700'000'000'000'000'000, .external_inputs = 17,
             .feed_digest = 99, .sequencer = "sequencer state", .stages = std::string(100, 's')};
  s.lanes[0] = {1, 4096, 42, 7, 42};
  s.lanes[4] = {2, 128, 40, 8, 3};
  return s;
}

TEST(Snapshot, ReadsBackWhatWasWritten) {
  const Result<Snapshot> read = decode_snapshot(encode_snapshot(sample()));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(encode_snapshot(read.value()), encode_snapshot(sample()));
  EXPECT_EQ(read.value().seq, 42u);
  EXPECT_EQ(read.value().external_inputs, 17u);
  EXPECT_EQ(read.value().lanes[4].segment, 2u);
  EXPECT_EQ(read.value().stages, std::string(100, 's'));
}

TEST(Snapshot, EveryFlippedBitAndEveryTruncationIsNoticed) {
  const std::string good = encode_snapshot(sample());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1u << (bit % 8)));
    ASSERT_FALSE(decode_snapshot(bad).ok()) << "bit " << bit;
  }
  for (std::size_t n = 0; n < good.size(); ++n) ASSERT_FALSE(decode_snapshot(std::string_view(good).substr(0, n)).ok()) << n;
  EXPECT_FALSE(decode_snapshot(good + "x").ok());
}

TEST(Snapshot, ANewerVersionIsRefusedNamingBoth) {
  std::string newer = encode_snapshot(sample());
  newer[8] = 9;
  const Result<Snapshot> read = decode_snapshot(newer);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("version 9"), std::string::npos) << read.error().message;
  EXPECT_NE(read.error().message.find("knows 1"), std::string::npos) << read.error().message;
}

TEST(Snapshot, FilesAreListedNewestFirstAndStrangersLeftOut) {
  testing::TempDir dir;
  for (const Seq seq : {5u, 70u, 6u}) {
    Snapshot s = sample();
    s.seq = seq;
    ASSERT_TRUE(write_snapshot(dir.path(), s, false).ok());
  }
  std::ofstream(dir.path() / kSnapshotDir / "7.snap") << "x";
  std::ofstream(dir.path() / kSnapshotDir / "snapshot.tmp") << "half";
  const auto files = list_snapshots(dir.path());
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].seq, 70u);
  EXPECT_EQ(files[1].seq, 6u);
  EXPECT_EQ(files[2].seq, 5u);
  EXPECT_TRUE(list_snapshots(dir.path() / "nothing").empty());
}

}  // namespace
}  // namespace omega::journal
