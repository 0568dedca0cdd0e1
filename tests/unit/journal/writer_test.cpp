// The writing side's promises: no allocation while appending, latched refusals, one writer, no foreign directory.
#include "journal/journal_lock.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

long allocations_of_this_thread() noexcept;  // counting_new.cpp

namespace omega::journal {
namespace {

using namespace testing;

TEST(Writer, AppendsWithoutAllocatingEvenAcrossSegments) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments(64 << 10)));
  LaneSink& inputs = writer->lane(Lane::kInputs);
  LaneSink& features = writer->lane(Lane::kFeatures);
  const Bar bar{};
  const FeatureVectorHead head{};
  const std::vector<double> values(100, 1.5);
  const long before = allocations_of_this_thread();
  for (Seq s = 1; s <= 5000; ++s) {
    inputs.append(EventType::kBar, s, &bar, sizeof bar, {});
    if (s % 10 == 0) features.append(EventType::kFeatureVector, s, &head, sizeof head, values);
  }
  const long after = allocations_of_this_thread();
  EXPECT_EQ(after - before, 0);
  EXPECT_TRUE(writer->ok());
  const LaneCounters counters = writer->counters(Lane::kInputs);
  EXPECT_EQ(counters.frames, 5000u);
  EXPECT_GT(counters.segments, 8u);
  EXPECT_EQ(counters.dropped, 0u);
  EXPECT_EQ(counters.last_seq, 5000u);
}

struct BadAppend {
  const char* name;
  Lane lane;
  EventType type;
  Seq seq;
  std::size_t bytes;
  std::size_t values;
  const char* says;
};

TEST(Writer, RefusesAFrameThatBreaksTheRulesAndStaysRefused) {
  const BadAppend cases[] = {
      {"gap in the inputs", Lane::kInputs, EventType::kTimer, 3, 16, 0, "seq 3 after 1"},
      {"repeated input", Lane::kInputs, EventType::kTimer, 1, 16, 0, "seq 1 after 1"},
      {"backwards", Lane::kRisk, EventType::kRiskDecision, 0, 176, 0, "seq 0 after 1"},
      {"wrong lane", Lane::kInputs, EventType::kSignal, 2, 320, 0, "does not belong"},
      {"wrong size", Lane::kInputs, EventType::kBar, 2, 96, 0, "its struct has 104"},
      {"unknown type", Lane::kInputs, static_cast<EventType>(95), 2, 16, 0, "unknown event type 95"},
      {"list on a type without one", Lane::kInputs, EventType::kTimer, 2, 16, 2, "takes no list"},
      {"larger than a segment", Lane::kFeatures, EventType::kFeatureVector, 2, 72, 600, "does not fit"},
  };
  const std::vector<std::uint8_t> body(512);
  const std::vector<double> values(600);
  for (const BadAppend& c : cases) {
    TempDir tmp;
    auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
    LaneSink& sink = writer->lane(c.lane);
    const DigestCheckpoint first{};
    const Timer timer{};
    if (c.lane == Lane::kInputs) sink.append(EventType::kTimer, 1, &timer, sizeof timer, {});
    else sink.append(EventType::kDigest, 1, &first, sizeof first, {});
    ASSERT_TRUE(sink.ok());
    sink.append(c.type, c.seq, body.data(), c.bytes, {values.data(), c.values});
    EXPECT_FALSE(sink.ok()) << c.name;
    EXPECT_FALSE(writer->ok()) << c.name;
    ASSERT_TRUE(writer->error());
    EXPECT_NE(writer->error()->message.find(c.says), std::string::npos) << c.name << ": " << writer->error()->message;
    sink.append(EventType::kTimer, 2, &timer, sizeof timer, {});
    EXPECT_EQ(writer->counters(c.lane).dropped, 2u) << c.name;
    EXPECT_FALSE(writer->close().ok()) << "a journal that lost frames is not closed as if it were whole";
    writer.reset();
    EXPECT_EQ(must(Manifest::read(tmp / "j")).state(), JournalState::kOpen);
  }
}

TEST(Writer, RefusesADirectoryThatIsNotItsOwn) {
  TempDir tmp;
  write_journal(tmp / "old", 1, 10, true);
  const auto again = JournalWriter::create(tmp / "old", test_manifest(), small_segments());
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().message.find("already holds a journal (closed)"), std::string::npos) << again.error().message;

  fs::create_directory(tmp / "photos");
  write_bytes(tmp / "photos" / "cat.png", {0x89, 'P', 'N', 'G'});
  const auto foreign = JournalWriter::create(tmp / "photos", test_manifest(), small_segments());
  ASSERT_FALSE(foreign.ok());
  EXPECT_NE(foreign.error().message.find("cat.png"), std::string::npos) << foreign.error().message;
  EXPECT_FALSE(fs::exists(tmp / "photos" / "lock")) << "nothing is left in a stranger's directory";

  const auto file = JournalWriter::create(tmp / "photos" / "cat.png", test_manifest(), small_segments());
  ASSERT_FALSE(file.ok());
  for (const std::uint32_t bytes : {0u, 4095u, 5000u, 2048u})
    EXPECT_FALSE(JournalWriter::create(tmp / "new", test_manifest(), small_segments(bytes)).ok()) << bytes;
  fs::create_directory(tmp / "empty");
  EXPECT_TRUE(JournalWriter::create(tmp / "empty", test_manifest(), small_segments()).ok());
}

TEST(Writer, ASecondWriterIsToldThePidOfTheFirst) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  const auto second = JournalWriter::create(tmp / "j", test_manifest(), small_segments());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kEnvironment);
  const std::string pid = "process " + std::to_string(::getpid());
  EXPECT_NE(second.error().message.find(pid), std::string::npos) << second.error().message;
  EXPECT_EQ(JournalLock::holder(tmp / "j"), ::getpid());
  writer->lane(Lane::kInputs);
  must(writer->close());
  EXPECT_EQ(JournalLock::holder(tmp / "j"), 0);
  EXPECT_TRUE(JournalWriter::reopen(tmp / "j", small_segments()).ok());
}

TEST(Writer, CloseIsIdempotentAndAnEmptyLaneIsALaneToo) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  for (std::size_t i = 0; i < kLaneCount; ++i) writer->lane(static_cast<Lane>(i));
  must(writer->close());
  must(writer->close());
  const CheckReport report = must(check(tmp / "j"));
  EXPECT_EQ(report.state, JournalState::kClosed);
  EXPECT_EQ(report.lanes.size(), kLaneCount);
  for (const LaneCheck& lane : report.lanes) {
    EXPECT_EQ(lane.verdict, Verdict::kClean) << lane.text();
    EXPECT_TRUE(lane.ended);
    EXPECT_EQ(lane.frames, 0u);
    EXPECT_EQ(fs::file_size(segment_path(tmp / "j", lane.lane, 1)), kSegmentHeader_bytes + kEndMark_bytes);
  }
}

TEST(Writer, OnlyTheLanesThatWereAskedForExist) {
  TempDir tmp;
  write_journal(tmp / "j", 3, 50, true);
  auto reader = must(JournalReader::open(tmp / "j"));
  EXPECT_TRUE(reader->has_lane(Lane::kInputs));
  EXPECT_FALSE(reader->has_lane(Lane::kOrders));
  EXPECT_FALSE(fs::exists(tmp / "j" / "orders"));
}

TEST(Writer, ClosingLeavesTheUsedBytesAndNoSpareSegment) {
  TempDir tmp;
  write_journal(tmp / "j", 4, 200, true);
  const LaneEnd end = *must(Manifest::read(tmp / "j")).lane_end(Lane::kInputs);
  std::uint64_t bytes = 0;
  std::uint32_t files = 0;
  for (const auto& entry : fs::directory_iterator(tmp / "j" / "inputs"))
    if (entry.path().extension() == ".seg") {
      bytes += entry.file_size();
      ++files;
    }
  EXPECT_EQ(bytes, end.bytes);
  EXPECT_EQ(files, end.segments);
  EXPECT_EQ(end.frames, 200u);
}

}  // namespace
}  // namespace omega::journal
