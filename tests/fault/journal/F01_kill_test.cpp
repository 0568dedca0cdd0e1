// F01 and F28: kill -9 at every crash point of a run, and of a recovery. What was acknowledged is there, nothing is half
// applied, and the continued journal equals, byte for byte, one that was never interrupted.
#include <mutex>
#include <set>

#include "tests/fault/journal/crash_rig.hpp"

namespace omega::journal {
namespace {

using namespace testing;

constexpr Seq kInputs = 120;

class F01Kill : public ::testing::Test {
 protected:
  void SetUp() override {
    auto writer = must(JournalWriter::create(whole_, test_manifest(), small_segments()));
    write_rest(*writer, model_, nullptr);
  }
  void write_all_of_it(const fs::path& dir, Acknowledged* ack, bool durable) const {
    auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments(4096, durable)));
    write_rest(*writer, model_, ack);
  }
  /// Recovers, compares with what was acknowledged, continues, compares with the whole.
  void expect_recovered(const fs::path& dir, const Acknowledged& ack) {
    if (!fs::exists(dir / "manifest.json")) {  // died before it was a journal at all: made afresh, in the same place
      EXPECT_FALSE(recover(dir, false).ok());
      write_all_of_it(dir, nullptr, false);
      return expect_same_lanes(whole_, dir);
    }
    const RecoveryReport report = must(recover(dir, false));
    ASSERT_TRUE(must(check(dir)).clean());
    const auto frames = expect_prefix(dir, model_);
    ASSERT_GE(frames[0], ack.appended[0]) << "an acknowledged input is lost";
    ASSERT_LE(frames[0], ack.appended[0] + 1);
    for (std::size_t i = 1; i < kLaneCount; ++i) {
      ASSERT_GE(frames[i], ack.appended[i]);
      ASSERT_LE(frames[i], ack.appended[i] + 1);
    }
    auto writer = must(JournalWriter::reopen(dir, small_segments()));
    write_rest(*writer, model_, nullptr);
    writer.reset();
    expect_same_lanes(whole_, dir);
    ASSERT_EQ(must(Manifest::read(dir)).state(), JournalState::kClosed);
  }
  TempDir tmp_;
  const fs::path whole_ = tmp_ / "whole";
  const std::vector<ModelEvent> model_ = pipeline_run(101, kInputs);
};

TEST_F(F01Kill, AtEveryCrashPointOfARunNothingAcknowledgedIsLost) {
  long n = 1;
  for (bool killed = true; killed; n += n < 100 ? 1 : 7) {  // the run's start closely, the rest by a stride that is coprime to it
    const fs::path dir = tmp_ / "j";
    fs::remove_all(dir);
    Acknowledged* ack = Acknowledged::shared();
    killed = killed_at(n, [&] { write_all_of_it(dir, ack, false); });
    if (killed) expect_recovered(dir, *ack);
    else EXPECT_TRUE(ack->finished);
    ::munmap(ack, sizeof *ack);
    ASSERT_FALSE(HasFailure()) << "at crash point number " << n;
  }
  EXPECT_GT(n, 1000);
  std::printf("crash points passed: %ld\n", n);
}

TEST_F(F01Kill, AtRandomMomentsNothingAcknowledgedIsLost) {
  const unsigned seed = std::random_device{}();
  std::printf("SEED=%u\n", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const fs::path dir = tmp_ / "j";
    fs::remove_all(dir);
    Acknowledged* ack = Acknowledged::shared();
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
      write_all_of_it(dir, ack, round % 2 == 0);
      ::_exit(0);
    }
    ::usleep(random() % 20'000);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    if (fs::exists(dir)) expect_recovered(dir, *ack);
    ::munmap(ack, sizeof *ack);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

TEST_F(F01Kill, F28ARecoveryThatIsKilledAnywhereMayBeRunAgain) {
  // One crash (which frame it tears depends on how the helper thread ran), recovered over and over.
  ASSERT_TRUE(killed_at(900, [&] { write_all_of_it(tmp_ / "crashed", nullptr, false); }));
  const auto crashed = [&](const fs::path& dir) {
    fs::remove_all(dir);
    fs::copy(tmp_ / "crashed", dir, fs::copy_options::recursive);
  };
  crashed(tmp_ / "once");
  must(recover(tmp_ / "once", false));
  long n = 1;
  for (bool killed = true; killed; ++n) {
    const fs::path dir = tmp_ / "again";
    crashed(dir);
    killed = killed_at(n, [&] { must(recover(dir, true)); });
    // And once more, killed at the same place.
    if (killed) killed_at(n, [&] { must(recover(dir, true)); });
    must(recover(dir, false));
    expect_same_lanes(tmp_ / "once", dir);
    ASSERT_TRUE(must(check(dir)).clean());
    ASSERT_EQ(must(Manifest::read(dir)).state(), JournalState::kRecovered);
    ASSERT_FALSE(HasFailure()) << "at crash point number " << n;
  }
  EXPECT_GT(n, 15);
}

TEST_F(F01Kill, EveryNamedCrashPointIsPassedSomewhere) {
  static std::mutex mutex;
  static std::set<std::string> seen;
  crash_plan().any_left = 0;
  crash_plan().seen = [](const char* name) {
    const std::lock_guard lock(mutex);
    seen.insert(name);
  };
  write_all_of_it(tmp_ / "j", nullptr, false);
  { must(JournalWriter::reopen(tmp_ / "j", small_segments())); }
  must(recover(tmp_ / "j", false));
  { auto empty = must(JournalWriter::create(tmp_ / "e", test_manifest(), small_segments()))->lane(Lane::kRisk).ok(); EXPECT_TRUE(empty); }
  must(recover(tmp_ / "e", false));
  crash_plan().seen = nullptr;
  const std::set<std::string> all{
      "append.after_body", "append.after_commit", "append.before_commit", "append.inside_body", "close.lanes_ended",
      "create.manifest", "finish.spare_removed", "finish.truncated", "lane.directory", "manifest.renamed",
      "manifest.written", "mark.after_commit", "mark.before_commit", "recover.before_manifest", "recover.empty_header",
      "recover.mark_written", "recover.segment_removed", "recover.tail_cut", "recover.watermark", "reopen.manifest",
      "reopen.mark_removed", "retire.synced", "roll.header_written", "segment.allocated", "segment.created",
      "sync.data", "watermark.first_copy", "watermark.second_copy"};
  EXPECT_EQ(seen, all);
}

}  // namespace
}  // namespace omega::journal
