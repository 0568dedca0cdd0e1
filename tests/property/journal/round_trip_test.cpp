// What was appended is what is read: every type, every lane, any segment size, at rest, crashed, live and reopened;
// and the lanes hold nothing but what was appended.
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

const std::vector<Lane> kAllLanes{Lane::kInputs, Lane::kFeatures, Lane::kSignals, Lane::kRisk, Lane::kOrders};

std::uint64_t print_seed() {
  const std::uint64_t seed = std::random_device{}();
  std::printf("SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

void expect_model(const fs::path& dir, const std::vector<ModelEvent>& model, bool at_rest) {
  auto reader = must(JournalReader::open(dir));
  for (const Lane lane : kAllLanes) {
    if (!reader->has_lane(lane)) continue;
    LaneCursor cursor = reader->lane(lane);
    FrameView view;
    std::size_t n = 0;
    for (const ModelEvent& e : model) {
      if (e.lane != lane) continue;
      ASSERT_TRUE(cursor.next(view)) << kLaneName[static_cast<std::size_t>(lane)] << " event " << n << ": "
                                     << (cursor.error() ? cursor.error()->message : "end");
      ASSERT_TRUE(same(view, e)) << "event " << n;
      ++n;
    }
    EXPECT_FALSE(cursor.next(view));
    EXPECT_FALSE(cursor.error()) << cursor.error()->message;
    EXPECT_EQ(cursor.ended(), at_rest);
    EXPECT_EQ(cursor.position().frames, n);
  }
}

TEST(RoundTrip, EveryTypeInEveryLaneComesBackAsItWas) {
  const std::uint64_t seed = print_seed();
  for (const std::uint32_t segment_bytes : {4096u, 8192u, 1u << 20}) {
    TempDir tmp;
    const auto model = write_journal(tmp / "j", seed, 3000, true, small_segments(segment_bytes), kAllLanes, true);
    expect_model(tmp / "j", model, true);
    const CheckReport report = must(check(tmp / "j"));
    EXPECT_TRUE(report.clean());
    for (const LaneCheck& lane : report.lanes) EXPECT_EQ(lane.verdict, Verdict::kClean) << lane.text();
  }
}

TEST(RoundTrip, AJournalLeftOpenIsReadToItsLastFrame) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  const auto model = write_journal(tmp / "j", seed, 2000, false, small_segments(4096, true), kAllLanes);
  expect_model(tmp / "j", model, false);
  const CheckReport report = must(check(tmp / "j"));
  EXPECT_TRUE(report.clean()) << report.lanes.front().text();
  EXPECT_EQ(report.state, JournalState::kOpen);
}

TEST(RoundTrip, TwoIdenticalRunsGiveIdenticalLaneFiles) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  for (const char* name : {"a", "b"}) write_journal(tmp / name, seed, 2000, true, small_segments(4096, *name == 'a'), kAllLanes, true);
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(tmp / "a")) {
    if (entry.path().extension() != ".seg") continue;
    const fs::path other = tmp / "b" / fs::relative(entry.path(), tmp / "a");
    EXPECT_EQ(read_bytes(entry.path()), read_bytes(other)) << other;
    ++files;
  }
  EXPECT_GT(files, 20u);
}

TEST(RoundTrip, ASecondProcessWouldSeeEachFrameAsSoonAsItIsCommitted) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  LaneSink& sink = writer->lane(Lane::kFeatures);
  auto reader = must(JournalReader::open(tmp / "j"));
  LaneCursor cursor = reader->lane(Lane::kFeatures);
  EventMaker maker(seed, true);
  FrameView view;
  for (int i = 0; i < 500; ++i) {
    ASSERT_FALSE(cursor.next(view));
    ASSERT_FALSE(cursor.error()) << cursor.error()->message;
    const ModelEvent e = maker.make(Lane::kFeatures);
    append(sink, e);
    ASSERT_TRUE(cursor.next(view)) << i;
    ASSERT_TRUE(same(view, e)) << i;
  }
  must(writer->close());
  EXPECT_FALSE(cursor.next(view));
  EXPECT_TRUE(cursor.ended());
}

TEST(RoundTrip, SeekFindsTheFirstFrameAtOrAfterAnySeq) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  const auto model = write_journal(tmp / "j", seed, 1500, true, small_segments(), {Lane::kInputs, Lane::kOrders});
  auto reader = must(JournalReader::open(tmp / "j"));
  for (const Lane lane : {Lane::kInputs, Lane::kOrders}) {
    std::vector<ModelEvent> own;
    for (const ModelEvent& e : model) if (e.lane == lane) own.push_back(e);
    LaneCursor cursor = reader->lane(lane);
    FrameView view;
    for (Seq seq = 0; seq <= own.back().seq + 1; ++seq) {
      std::size_t i = 0;
      while (i < own.size() && own[i].seq < seq) ++i;
      ASSERT_EQ(cursor.seek(seq), i < own.size()) << seq;
      for (std::size_t k = i; k < std::min(i + 3, own.size()); ++k) {
        ASSERT_TRUE(cursor.next(view));
        ASSERT_TRUE(same(view, own[k])) << "seek " << seq << " event " << k;
        ASSERT_EQ(cursor.position().frames, k + 1);
      }
      ASSERT_FALSE(cursor.error());
    }
  }
}

TEST(RoundTrip, SeekTimeFindsTheFirstFrameAtOrAfterAnyTime) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  LaneAppender inputs(writer->lane(Lane::kInputs));
  for (Seq s = 1; s <= 400; ++s) inputs.append(s, Timer{.ts = static_cast<TimeNs>(s / 3 * 10)});
  must(writer->close());
  auto reader = must(JournalReader::open(tmp / "j"));
  LaneCursor cursor = reader->lane(Lane::kInputs);
  FrameView view;
  for (TimeNs ts = -5; ts <= 1330; ++ts) {
    ASSERT_TRUE(cursor.seek_time(ts));
    ASSERT_TRUE(cursor.next(view));
    const TimeNs wanted = std::max<TimeNs>(0, (ts + 9) / 10 * 10);
    ASSERT_EQ(view.ts(), wanted) << ts;
    ASSERT_EQ(view.seq, std::max<Seq>(1, static_cast<Seq>(wanted) / 10 * 3)) << ts;
  }
  EXPECT_FALSE(cursor.seek_time(1331));
  EXPECT_FALSE(cursor.error());
}

TEST(RoundTrip, AReopenedJournalGoesOnAsIfItHadNeverBeenClosed) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  const auto model = write_journal(tmp / "whole", seed, 1200, true, small_segments(), kAllLanes);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 12; ++round) {
    const fs::path dir = tmp.path() / ("parts" + std::to_string(round));
    const std::size_t cut = round == 0 ? 0 : random() % model.size();
    {
      auto first = must(JournalWriter::create(dir, test_manifest(), small_segments()));
      for (const Lane lane : kAllLanes) first->lane(lane);
      for (std::size_t i = 0; i < cut; ++i) append(first->lane(model[i].lane), model[i]);
      must(first->close());
    }
    auto second = must(JournalWriter::reopen(dir, small_segments()));
    for (std::size_t i = cut; i < model.size(); ++i) append(second->lane(model[i].lane), model[i]);
    ASSERT_TRUE(second->ok()) << second->error()->message;
    must(second->close());
    for (const auto& entry : fs::recursive_directory_iterator(tmp / "whole")) {
      if (entry.path().extension() != ".seg") continue;
      const fs::path other = dir / fs::relative(entry.path(), tmp / "whole");
      ASSERT_EQ(read_bytes(entry.path()), read_bytes(other)) << "cut " << cut << " " << other;
    }
    EXPECT_TRUE(must(check(dir)).clean());
  }
}

TEST(RoundTrip, SyncCoversAllThatWasAppended) {
  const std::uint64_t seed = print_seed();
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments(4096, true)));
  EventMaker maker(seed, true);
  for (int i = 0; i < 300; ++i) {
    const ModelEvent e = maker.make(Lane::kInputs);
    append(writer->lane(Lane::kInputs), e);
    if (maker() % 7 != 0) continue;
    must(writer->sync());
    const WatermarkState w = must(read_watermark(tmp / "j" / "inputs", Lane::kInputs));
    ASSERT_EQ(w.at.seq, e.seq);
    ASSERT_EQ(w.damaged_copies, 0);
  }
  must(writer->close());
  EXPECT_TRUE(must(check(tmp / "j")).clean());
}

}  // namespace
}  // namespace omega::journal
