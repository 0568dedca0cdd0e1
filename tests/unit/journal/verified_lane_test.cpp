// Guards: a lane that is mapped and checked once for many readers gives each of them what a reader of its own would give, however many
// threads read it, and refuses what such a reader refuses, in the same words.
#include "journal/verified_lane.hpp"

#include <thread>

#include "journal/bus_guard.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

struct Scan {
  std::uint64_t frames = 0, digest = 0;
  bool operator==(const Scan&) const = default;
};

template <class Cursor>
Scan scan(Cursor cursor) {
  Scan s;
  FrameView view;
  while (cursor.next(view)) {
    ++s.frames;
    s.digest = digest_step(s.digest, view.type, view.seq, view.body, view.body_bytes, view.list);
    s.digest = digest_step(s.digest, view.type, view.segment, &view.offset, sizeof view.offset, {});
  }
  return s;
}

std::vector<ModelEvent> of_lane(const std::vector<ModelEvent>& model, Lane lane) {
  std::vector<ModelEvent> out;
  for (const ModelEvent& e : model)
    if (e.lane == lane) out.push_back(e);
  return out;
}

TimeNs ts_of(const ModelEvent& e) {
  TimeNs ts;
  std::memcpy(&ts, e.body.data(), sizeof ts);
  return ts;
}

/// The cursor gives model[from, to) and then nothing.
void expect_frames(VerifiedCursor cursor, const std::vector<ModelEvent>& model, std::size_t from, std::size_t to) {
  FrameView view;
  for (std::size_t i = from; i < to; ++i) {
    ASSERT_TRUE(cursor.next(view)) << i;
    ASSERT_TRUE(same(view, model[i])) << i;
  }
  EXPECT_FALSE(cursor.next(view));
  EXPECT_FALSE(cursor.next(view));
}

TEST(VerifiedLane, GivesTheFramesOfACursor) {
  for (const bool close : {true, false}) {
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
      SCOPED_TRACE(seed);
      TempDir tmp;
      const auto model = write_journal(tmp / "j", seed, 700, close, small_segments(8192), {Lane::kInputs, Lane::kFeatures}, seed % 2 == 0);
      const auto reader = must(JournalReader::open(tmp / "j"));
      for (const Lane lane : {Lane::kInputs, Lane::kFeatures}) {
        const auto mine = of_lane(model, lane);
        const auto verified = must(VerifiedLane::read(reader->lane(lane)));
        EXPECT_EQ(verified->lane(), lane);
        EXPECT_EQ(verified->frames(), mine.size());
        expect_frames(VerifiedCursor(verified), mine, 0, mine.size());
        EXPECT_EQ(scan(VerifiedCursor(verified)), scan(reader->lane(lane)));  // segments and offsets as well
      }
    }
  }
}

TEST(VerifiedLane, ManyThreadsReadWhatAsManyReadersRead) {
  TempDir tmp;
  write_journal(tmp / "j", 7, 3000, true, small_segments(16384), {Lane::kInputs}, true);
  constexpr std::size_t kThreads = 8, kPasses = 4;
  const auto each_on_a_thread = [&](const auto& work) {
    std::vector<Scan> scans(kThreads);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { scans[t] = work(); });
    for (std::thread& t : threads) t.join();
    return scans;
  };
  const auto own = each_on_a_thread([&] { return scan(must(JournalReader::open(tmp / "j"))->lane(Lane::kInputs)); });
  ASSERT_EQ(own.front().frames, 3000u);
  const auto verified = must(VerifiedLane::read(must(JournalReader::open(tmp / "j"))->lane(Lane::kInputs)));
  for (std::size_t pass = 0; pass < kPasses; ++pass) EXPECT_EQ(each_on_a_thread([&] { return scan(VerifiedCursor(verified)); }), own);
}

TEST(VerifiedLane, BeginsWhereTheCursorStandsAndEndsBehindTheFirstLaterFrame) {
  TempDir tmp;
  const auto model = write_journal(tmp / "j", 11, 400, true, small_segments(4096));
  const auto reader = must(JournalReader::open(tmp / "j"));
  for (const std::size_t from : {0, 1, 150, 399}) {
    for (const std::size_t at : {std::size_t{0}, from, std::size_t{399}}) {
      const TimeNs until = std::max<TimeNs>(ts_of(model[at]), 1);  // the times of a random stream are not in order
      std::size_t to = from;
      while (to < model.size() && ts_of(model[to]) <= until) ++to;
      to = std::min(to + 1, model.size());
      LaneCursor cursor = reader->lane(Lane::kInputs);
      ASSERT_TRUE(cursor.seek(from + 1));
      expect_frames(VerifiedCursor(must(VerifiedLane::read(std::move(cursor), until))), model, from, to);
    }
  }
  LaneCursor beyond = reader->lane(Lane::kInputs);
  EXPECT_FALSE(beyond.seek(401));
  EXPECT_EQ(must(VerifiedLane::read(std::move(beyond)))->frames(), 0u);
}

TEST(VerifiedLane, RefusesDamageInTheWordsOfTheCursor) {
  TempDir tmp;
  write_journal(tmp / "j", 13, 300, true, small_segments(4096));
  const fs::path path = segment_path(tmp / "j", Lane::kInputs, 3);
  const auto good = read_bytes(path);
  for (std::size_t at = 0; at < good.size(); at += 37) {
    auto bad = good;
    bad[at] ^= 0x10;
    write_bytes(path, bad);
    const auto reader = must(JournalReader::open(tmp / "j"));
    LaneCursor cursor = reader->lane(Lane::kInputs);
    FrameView view;
    while (cursor.next(view)) {}
    const auto verified = VerifiedLane::read(reader->lane(Lane::kInputs));
    ASSERT_TRUE(cursor.error().has_value()) << at;
    ASSERT_FALSE(verified.ok()) << at;
    EXPECT_EQ(verified.error().message, cursor.error()->message);
    EXPECT_EQ(verified.error().kind, ErrorKind::kData);
  }
  // Beyond the stretch nobody looks.
  auto bad = good;
  bad[good.size() / 2] ^= 0x10;
  write_bytes(path, bad);
  const auto reader = must(JournalReader::open(tmp / "j"));
  EXPECT_FALSE(VerifiedLane::read(reader->lane(Lane::kInputs)).ok());
  const auto first = must(VerifiedLane::read(reader->lane(Lane::kInputs), 1));  // to the first random time after 1970
  EXPECT_GE(first->frames(), 1u);
  EXPECT_LT(first->bytes(), 4096u);
}

TEST(VerifiedLane, OfALiveJournalIsWhatWasCommitted) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  EventMaker maker(17);
  std::vector<ModelEvent> model;
  const auto more = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) append(writer->lane(Lane::kInputs), model.emplace_back(maker.make(Lane::kInputs)));
  };
  more(100);
  const auto reader = must(JournalReader::open(tmp / "j"));
  const auto before = must(VerifiedLane::read(reader->lane(Lane::kInputs)));
  more(100);
  const auto after = must(VerifiedLane::read(reader->lane(Lane::kInputs)));
  expect_frames(VerifiedCursor(before), model, 0, 100);
  expect_frames(VerifiedCursor(after), model, 0, 200);
  must(writer->close());
}

TEST(VerifiedLane, NeedsNeitherReaderNorNamesOnceItIsRead) {
  TempDir tmp;
  const auto model = write_journal(tmp / "j", 19, 200, true);
  const auto verified = must(VerifiedLane::read(must(JournalReader::open(tmp / "j"))->lane(Lane::kInputs)));
  fs::remove_all(tmp / "j");
  expect_frames(VerifiedCursor(verified), model, 0, model.size());
}

TEST(VerifiedLaneDeathTest, ASegmentCutByAnotherProgramEndsTheProcess) {
  TempDir tmp;
  write_journal(tmp / "j", 23, 1000, true, small_segments(32768));
  const auto verified = must(VerifiedLane::read(must(JournalReader::open(tmp / "j"))->lane(Lane::kInputs)));
  EXPECT_EXIT(
      {
        stop_on_bus_error();
        fs::resize_file(segment_path(tmp / "j", Lane::kInputs, 2), 8192);
        const Scan s = scan(VerifiedCursor(verified));
        std::fprintf(stderr, "%zu frames were read\n", static_cast<std::size_t>(s.frames));
      },
      ::testing::ExitedWithCode(kTruncatedExitCode), "inputs/00000002.seg: cut by another program while it is read, nothing is there at offset 8192; nothing");
}

TEST(VerifiedLaneDeathTest, SoDoesACutWithinAPageWhoseRestReadsAsZeros) {
  for (const std::uintmax_t less : {2000u, 200u, 48u}) {  // 48: the end mark and 16 bytes of the last frame
    TempDir tmp;
    write_journal(tmp / "j", 29, 1000, true, small_segments(1 << 20));  // one segment, which ends where its mark ends
    const auto path = segment_path(tmp / "j", Lane::kInputs, 1);
    const auto verified = must(VerifiedLane::read(must(JournalReader::open(tmp / "j"))->lane(Lane::kInputs)));
    const std::uintmax_t bytes = fs::file_size(path);
    ASSERT_EQ((bytes - less) / 4096, (bytes - 1) / 4096) << "another seed: the cut is to be within the last page";
    EXPECT_EXIT(
        {
          fs::resize_file(path, bytes - less);
          scan(VerifiedCursor(verified));  // no handler of SIGBUS: nothing but the cursor itself can see it
          std::_Exit(0);
        },
        ::testing::ExitedWithCode(kTruncatedExitCode), "inputs/00000001.seg: cut by another program while it is read")
        << less;
  }
}

}  // namespace
}  // namespace omega::journal
