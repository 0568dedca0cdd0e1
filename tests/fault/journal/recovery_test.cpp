// Recovery beyond plain crashes: lost inputs, damage, quarantine, journals in use, lanes that were never made.
#include "journal/journal_lock.hpp"
#include "tests/fault/journal/crash_rig.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// A journal left open, its watermarks at zero but for what retired segments and sync() covered.
std::vector<ModelEvent> left_open(const fs::path& dir, Seq inputs, bool sync) {
  const auto model = pipeline_run(7, inputs);
  auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments()));
  for (const Lane lane : kRigLanes) writer->lane(lane);
  for (const ModelEvent& e : model) append(writer->lane(e.lane), e);
  if (sync) must(writer->sync());
  return model;
}

TEST(Recovery, DerivedEventsOfLostInputsAreCutToo) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  const auto model = left_open(dir, 20, false);
  // The power took the inputs' last page: cut the lane in the middle of frame 11.
  LaneCursor cursor = must(JournalReader::open(dir))->lane(Lane::kInputs);
  FrameView view;
  while (cursor.next(view) && view.seq < 11) {}
  fs::resize_file(segment_path(dir, Lane::kInputs, 1), view.offset + 30);
  const RecoveryReport report = must(recover(dir));
  ASSERT_EQ(report.lanes.size(), 3u);
  EXPECT_EQ(report.lanes[0].decision, RecoveryDecision::kCutTail);
  EXPECT_EQ(report.lanes[0].end.seq, 10u);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(report.lanes[i].decision, RecoveryDecision::kCutToInputs);
    EXPECT_LE(report.lanes[i].end.seq, 10u);
    EXPECT_GT(report.lanes[i].frames_cut, 0u);
  }
  expect_prefix(dir, model);
  EXPECT_TRUE(must(check(dir)).clean());
  EXPECT_EQ(must(recover(dir)).changed, false) << "a second time there is nothing to do";
}

TEST(Recovery, ALaneWhoseWriterDiedBeforeItsFirstWatermarkWasWholeIsBegunAfresh) {
  for (const std::vector<std::uint8_t>& unborn :
       {std::vector<std::uint8_t>{}, std::vector<std::uint8_t>(63, 7), std::vector<std::uint8_t>(kWatermark_bytes, 0)}) {
    TempDir tmp;
    const fs::path dir = tmp / "j";
    { auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments())); EXPECT_TRUE(writer->lane(Lane::kInputs).ok()); }
    fs::remove(segment_path(dir, Lane::kInputs, 1));
    write_bytes(dir / "inputs" / kWatermarkFile, unborn);
    must(recover(dir));
    EXPECT_TRUE(must(check(dir)).clean());
    // With a segment beside it the same bytes are damage: something was written after the first watermark.
    left_open(tmp / "begun", 4, false);
    write_bytes(tmp.path() / "begun" / "inputs" / kWatermarkFile, unborn);
    EXPECT_FALSE(recover(tmp / "begun").ok());
  }
}

TEST(Recovery, DamageBelowTheWatermarkQuarantinesUntilAPersonLiftsIt) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  left_open(dir, 20, true);
  const fs::path path = segment_path(dir, Lane::kInputs, 1);
  auto bytes = read_bytes(path);
  bytes[100] ^= 1;
  write_bytes(path, bytes);
  auto refused = recover(dir);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("inputs: corrupt in 00000001.seg at offset 64"), std::string::npos) << refused.error().message;
  EXPECT_EQ(must(Manifest::read(dir)).state(), JournalState::kQuarantined);
  EXPECT_FALSE(JournalWriter::reopen(dir, small_segments()).ok());
  bytes[100] ^= 1;
  write_bytes(path, bytes);
  EXPECT_FALSE(recover(dir).ok()) << "quarantine does not lift itself";
  must(lift_quarantine(dir));
  EXPECT_TRUE(recover(dir).ok());
  EXPECT_FALSE(lift_quarantine(dir).ok());
}

TEST(Recovery, ARepairJudgesAQuarantinedJournalAfreshAndSaysBeforeWhatItDoes) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  const auto model = left_open(dir, 20, true);
  const fs::path path = segment_path(dir, Lane::kInputs, 1);
  const auto good = read_bytes(path);
  auto bytes = good;
  bytes[100] ^= 1;
  write_bytes(path, bytes);
  EXPECT_FALSE(plan_repair(dir).ok());
  EXPECT_EQ(must(Manifest::read(dir)).state(), JournalState::kOpen) << "a plan quarantines nobody";
  EXPECT_FALSE(repair(dir).ok());
  EXPECT_FALSE(repair(dir).ok());
  EXPECT_EQ(must(Manifest::read(dir)).state(), JournalState::kQuarantined);
  write_bytes(path, good);
  EXPECT_FALSE(recover(dir).ok());
  const RecoveryReport plan = must(plan_repair(dir));
  const RecoveryReport done = must(repair(dir));
  ASSERT_EQ(plan.lanes.size(), done.lanes.size());
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    EXPECT_EQ(plan.lanes[i].decision, done.lanes[i].decision);
    EXPECT_EQ(plan.lanes[i].end.frames, done.lanes[i].end.frames);
  }
  EXPECT_EQ(expect_prefix(dir, model)[0], 20u);
  EXPECT_FALSE(must(plan_repair(dir)).changed);
}

TEST(Recovery, AJournalAtRestIsLeftAlone) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  write_journal(dir, 5, 100, true);
  const auto manifest = read_bytes(dir / "manifest.json");
  EXPECT_FALSE(must(recover(dir)).changed);
  EXPECT_EQ(read_bytes(dir / "manifest.json"), manifest);
  fs::resize_file(segment_path(dir, Lane::kInputs, 1), 1000);
  EXPECT_FALSE(recover(dir).ok());
  EXPECT_EQ(must(Manifest::read(dir)).state(), JournalState::kClosed);
}

TEST(Recovery, AJournalInUseIsNotTouched) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  const auto refused = recover(tmp / "j");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kEnvironment);
  EXPECT_FALSE(recover(tmp / "nowhere").ok());
  EXPECT_FALSE(fs::exists(tmp / "nowhere"));
}

TEST(Recovery, ALaneThatWasNamedAndNeverMadeIsMade) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  left_open(dir, 3, false);
  Manifest manifest = must(Manifest::read(dir));
  manifest.doc["lanes"]["risk"] = nlohmann::json::object();
  must(manifest.write(dir));
  const RecoveryReport report = must(recover(dir));
  EXPECT_EQ(report.lanes[2].lane, Lane::kRisk);
  EXPECT_EQ(report.lanes[2].decision, RecoveryDecision::kBegin);
  EXPECT_TRUE(must(check(dir)).clean());
  auto writer = must(JournalWriter::reopen(dir, small_segments()));
  writer->lane(Lane::kRisk);
  must(writer->close());
}

TEST(Recovery, EveryTornLengthOfTheLastFrameIsCutAndContinued) {
  TempDir tmp;
  const fs::path dir = tmp / "j";
  const auto model = pipeline_run(7, 5);
  {
    auto writer = must(JournalWriter::create(tmp / "whole", test_manifest(), small_segments()));
    write_rest(*writer, model, nullptr);
  }
  left_open(dir, 4, false);
  auto clean = read_bytes(segment_path(dir, Lane::kInputs, 1));
  const LanePosition end = must(check(dir)).lanes[0].end;
  fs::rename(dir, tmp / "crashed");
  // Whatever part of a fifth frame reached the file, with its length committed or not.
  const auto whole = read_bytes(segment_path(tmp / "whole", Lane::kInputs, 1));
  for (std::uint64_t bytes = 1; bytes < 40; ++bytes)
    for (const bool committed : {false, true}) {
      fs::remove_all(dir);
      fs::copy(tmp / "crashed", dir, fs::copy_options::recursive);
      auto torn = clean;
      std::memcpy(torn.data() + end.offset + (committed ? 0 : 4), whole.data() + end.offset + (committed ? 0 : 4), bytes);
      write_bytes(segment_path(dir, Lane::kInputs, 1), torn);
      must(recover(dir, false));
      ASSERT_EQ(expect_prefix(dir, model)[0], 4u);
      auto writer = must(JournalWriter::reopen(dir, small_segments()));
      write_rest(*writer, model, nullptr);
      expect_same_lanes(tmp / "whole", dir);
      if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace omega::journal
