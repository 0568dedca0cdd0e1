// F30: an engine started from a snapshot and the inputs behind it is the engine that replayed everything, for every profile;
// and a snapshot that the lanes do not prove is never used.
#include <algorithm>
#include <filesystem>
#include <random>
#include <nlohmann/json.hpp>

#include "journal/snapshot.hpp"
#include "replay/engine_identity.hpp"
#include "replay/session.hpp"
#include "replay/state_at.hpp"
#include "tests/unit/journal/journal_fixture.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::replay {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kSeed = 20241124;
constexpr int kCuts = 50;

template <class T>
T must(Result<T> r) {
  EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message);
  return std::move(r).value();
}

void run(const fs::path& dir, const std::string& profile, std::uint64_t interval, int days) {
  const EngineConfig config = test::base_config(profile, {"engine.journal.snapshot_interval_inputs=" + std::to_string(interval),
                                                          "engine.journal.segment_kib=256", "risk.quality_min=0"});
  auto feed = test::market(config, 11, days);
  SessionOptions options;
  options.journal_dir = dir;
  must(run_session(config, *feed, nlohmann::json::object(), options));
}

class F30SnapshotCuts : public ::testing::TestWithParam<const char*> {};

TEST_P(F30SnapshotCuts, AStateFromTheNearestSnapshotIsTheStateOfAFullReplay) {
  std::printf("SEED=%llu\n", static_cast<unsigned long long>(kSeed));
  journal::testing::TempDir tmp;
  const fs::path dir = tmp / "j";
  run(dir, GetParam(), 701, 15);
  const auto files = journal::list_snapshots(dir);  // newest first
  const Seq last = must(state_at(dir, 0)).seq;
  std::mt19937_64 random(kSeed);
  std::vector<Seq> cuts;
  for (int i = 0; i < kCuts; ++i) cuts.push_back(1 + random() % last);
  std::sort(cuts.begin(), cuts.end());

  // One engine walks the whole journal; at each cut its state is held against one that started at a snapshot.
  auto reader = must(journal::JournalReader::open(dir));
  StateAt walker = must(state_at(dir, cuts.front(), false));
  ASSERT_EQ(walker.snapshot_seq, 0u);
  journal::LaneCursor inputs = reader->lane(Lane::kInputs);
  ASSERT_TRUE(inputs.seek(cuts.front() + 1));
  journal::FrameView frame{};
  InputEvent event;
  int from_snapshot = 0;
  for (const Seq cut : cuts) {
    while (walker.seq < cut) {
      ASSERT_TRUE(inputs.next(frame) && input_event(frame, event));
      walker.engine->step(event);
      walker.seq = event.seq;
    }
    const StateAt jumped = must(state_at(dir, cut));
    EXPECT_TRUE(jumped.ignored.empty());
    const auto nearest = std::find_if(files.begin(), files.end(), [cut](const auto& f) { return f.seq <= cut; });
    EXPECT_EQ(jumped.snapshot_seq, nearest == files.end() ? 0 : nearest->seq);
    from_snapshot += jumped.snapshot_seq > 0 ? 1 : 0;
    ASSERT_EQ(jumped.digest(), walker.digest()) << "seq " << cut << ", snapshot at " << jumped.snapshot_seq;
  }
  EXPECT_GE(from_snapshot, kCuts - 2);
}

TEST_P(F30SnapshotCuts, ALongTailBehindAnOldSnapshotGivesTheSameStateToo) {
  journal::testing::TempDir tmp;
  const fs::path dir = tmp / "j";
  run(dir, GetParam(), 15'000, 15);
  const std::uint64_t whole = must(state_at(dir, 0, false)).digest();
  auto files = journal::list_snapshots(dir);
  ASSERT_GE(files.size(), 3u);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const StateAt state = must(state_at(dir, 0));
    EXPECT_EQ(state.snapshot_seq, files[i].seq);
    ASSERT_EQ(state.digest(), whole) << "from the snapshot at seq " << files[i].seq;
    fs::remove(files[i].path);
  }
  EXPECT_EQ(must(state_at(dir, 0)).snapshot_seq, 0u);
}

INSTANTIATE_TEST_SUITE_P(Profiles, F30SnapshotCuts, ::testing::Values("green_only", "full_24"),
                         [](const auto& p) { return std::string(p.param); });

TEST(F30Snapshot, OneThatTheLanesDoNotProveIsIgnoredWithItsReason) {
  journal::testing::TempDir tmp;
  const fs::path dir = tmp / "j";
  run(dir, "green_only", 2000, 4);
  auto reader = must(journal::JournalReader::open(dir));
  const auto found = journal::find_snapshot(*reader, engine_identity(), ~Seq{0});
  ASSERT_TRUE(found.found);
  const journal::Snapshot good = *found.found;

  const auto why = [&](auto change) {
    journal::Snapshot bad = good;
    change(bad);
    fs::remove_all(dir / journal::kSnapshotDir);
    EXPECT_TRUE(journal::write_snapshot(dir, bad).ok());
    const auto search = journal::find_snapshot(*reader, engine_identity(), ~Seq{0});
    EXPECT_FALSE(search.found);
    return search.ignored.size() == 1 ? search.ignored[0] : std::string();
  };
  using S = journal::Snapshot;
  EXPECT_NE(why([](S& s) { s.engine = "another"; }).find("another build"), std::string::npos);
  EXPECT_NE(why([](S& s) { s.journal_id = "another"; }).find("another journal"), std::string::npos);
  EXPECT_NE(why([](S& s) { s.seq = 0; }).find("of no input"), std::string::npos);
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    if (good.lanes[lane].frames == 0) continue;
    const auto no_place = [&](auto change) {
      const std::string text = why([&](S& s) { change(s.lanes[lane]); });
      EXPECT_NE(text.find(std::string("lane ") + kLaneName[lane] + " has no such place"), std::string::npos) << text;
    };
    no_place([](journal::LanePosition& p) { p.crc ^= 1; });                   // another history
    no_place([](journal::LanePosition& p) { p.frames += 1; });
    no_place([](journal::LanePosition& p) { p.seq += 1; });
    no_place([](journal::LanePosition& p) { p.offset += 8; });                // newer than the lane's end, or inside a frame
    no_place([](journal::LanePosition& p) { p.offset -= 8; });
    no_place([](journal::LanePosition& p) { p.segment += 1; });
    no_place([](journal::LanePosition& p) { p.segment = 0; });
  }
}

}  // namespace
}  // namespace omega::replay
