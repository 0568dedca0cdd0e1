// F06: a sync fails, at every place a session syncs. The first failure is final: the same file is never synced again, no
// order leaves, no watermark moves, the error is one line for exit code 4, and recovery keeps all that was acknowledged.
// The seam is the system call itself: this program's fdatasync and fsync stand before the C library's.
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "replay/session.hpp"
#include "tests/fault/durability/durability_rig.hpp"

namespace {

/// Counts syncs and fails the chosen one.
struct SyncPlan {
  std::mutex mutex;
  int fail_at = 0;  // 1 ...; 0: never
  int calls = 0;
  int after_failure = 0;         // calls that began after the failing one returned
  bool failed = false;
  ino_t failed_file = 0;
  int retries = 0;               // of the failed file
};
SyncPlan plan;

int planned(int fd, const char* name) {
  using Sync = int (*)(int);
  const auto real = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name));
  struct stat st {};
  ::fstat(fd, &st);
  {
    const std::lock_guard lock(plan.mutex);
    ++plan.calls;
    if (plan.failed) {
      ++plan.after_failure;
      plan.retries += st.st_ino == plan.failed_file ? 1 : 0;
    }
    if (plan.calls == plan.fail_at) {
      plan.failed = true;
      plan.failed_file = st.st_ino;
      errno = EIO;
      return -1;
    }
  }
  return real(fd);
}

}  // namespace

extern "C" int fdatasync(int fd) { return planned(fd, "fdatasync"); }
extern "C" int fsync(int fd) { return planned(fd, "fsync"); }

namespace omega::test {
namespace {

using journal::testing::TempDir;

class F06SyncError : public ::testing::Test {
 protected:
  static constexpr int kDays = 34;
  Result<replay::SessionResult> session(const std::filesystem::path& dir, const std::string& durability, int fail_at) {
    auto config = load_config(std::string(OMEGA_SOURCE_DIR) + "/config", "green_only", trading(durability, 4096));
    if (!config.ok()) return config.error();
    config.value().mode = "paper";
    SimMarketConfig sim;
    sim.seed = 3;
    sim.days = kDays;
    sim.symbols = {"EURUSD", "GBPUSD", "USDJPY"};
    for (const std::string& s : sim.symbols)
      for (std::size_t i = 0; i < config.value().instruments.size(); ++i)
        if (config.value().instruments[i].symbol == s) sim.instruments.push_back(static_cast<InstrumentId>(i));
    auto market = SimMarket::create(sim);
    if (!market.ok()) return market.error();
    {
      const std::lock_guard lock(plan.mutex);
      plan.fail_at = fail_at;
      plan.calls = plan.after_failure = plan.retries = 0;
      plan.failed = false;
    }
    replay::SessionOptions options;
    options.journal_dir = dir;
    auto result = replay::run_session(std::move(config).value(), *market.value(), nlohmann::json::object(), options);
    const std::lock_guard lock(plan.mutex);
    plan.fail_at = 0;
    return result;
  }
};

TEST_F(F06SyncError, AtEveryPlaceTheFirstFailureIsFinalAndNothingAcknowledgedIsLost) {
  TempDir tmp;
  auto whole = session(tmp / "whole", "disk", 0);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  const int all = plan.calls;
  ASSERT_GT(whole.value().facts.order_wait->orders, 10u);
  ASSERT_GT(all, 40);
  std::uint64_t reports = 0;
  int with_acknowledged = 0;
  // Every early place, where files are made, then some of the many alike, then the last ones, where lanes are closed.
  std::set<int> places;
  for (int n = 1; n <= std::min(all, 8); ++n) places.insert(n);
  for (int n = 9; n < all; n += std::max(1, all / 12)) places.insert(n);
  for (int n = all - 3; n <= all; ++n) places.insert(n);
  for (const int n : places) {
    SCOPED_TRACE("sync " + std::to_string(n) + " of " + std::to_string(all));
    const std::filesystem::path dir = tmp / ("j" + std::to_string(n)).c_str();
    auto failed = session(dir, "disk", n);
    // How many syncs a run makes depends on how they group: a shorter one is asked again, as far from its end.
    for (int tries = 0; !plan.failed && tries < 10; ++tries) {
      std::filesystem::remove_all(dir);
      failed = session(dir, "disk", plan.calls - (all - n));
    }
    ASSERT_TRUE(plan.failed) << "the place was not reached";
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().kind, ErrorKind::kEnvironment);
    EXPECT_EQ(failed.error().exit_code(), 4);
    EXPECT_NE(failed.error().message.find("Input/output error"), std::string::npos) << failed.error().message;
    EXPECT_EQ(failed.error().message.find('\n'), std::string::npos);
    EXPECT_EQ(plan.retries, 0) << "a sync was tried again";
    // The other thread of the journal may be inside one sync and its watermark's when the first fails.
    EXPECT_LE(plan.after_failure, 2);
    if (!std::filesystem::exists(dir / "manifest.json") || !std::filesystem::exists(dir / "inputs/00000001.seg")) continue;
    const Aftermath before = aftermath(dir);
    EXPECT_LE(before.reported_cause, before.watermark) << "an order left although its cause was not durable";
    reports += before.reports;
    auto recovered = journal::recover(dir);
    ASSERT_TRUE(recovered.ok()) << recovered.error().message;
    const Aftermath after = aftermath(dir);
    EXPECT_GE(after.last_input, before.watermark) << "an acknowledged input was lost";
    with_acknowledged += before.watermark > 0 ? 1 : 0;
    std::filesystem::remove_all(dir);
  }
  EXPECT_GT(reports, 0u) << "no order left before any failure";
  EXPECT_GT(with_acknowledged, 5);
}

TEST_F(F06SyncError, AtLevelProcessAFailedSyncOfAFullSegmentEndsTheSessionToo) {
  TempDir tmp;
  ASSERT_TRUE(session(tmp / "whole", "process", 0).ok());
  const int all = plan.calls;
  const int middle = all / 2;
  auto failed = session(tmp / "j", "process", middle);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().exit_code(), 4);
  EXPECT_EQ(plan.retries, 0);
  EXPECT_LE(plan.after_failure, 1);
}

TEST_F(F06SyncError, AWriterThatFailedToCloseDoesNotTryAgain) {
  for (int n = 1; n < 64; ++n) {
    TempDir tmp;
    auto writer = journal::testing::must(
        journal::JournalWriter::create(tmp / "j", journal::testing::test_manifest(), journal::testing::small_segments(4096, true)));
    const Bar bar{};
    writer->lane(Lane::kInputs).append(EventType::kBar, 1, &bar, sizeof bar, {});
    {
      const std::lock_guard lock(plan.mutex);
      plan.fail_at = n;
      plan.calls = 0;
    }
    const Status first = writer->close();
    if (first.ok()) {
      EXPECT_GT(n, 3) << "closing syncs the segment, its directory, the watermark and the manifest";
      plan.fail_at = 0;
      return;
    }
    const int calls = plan.calls;
    EXPECT_FALSE(writer->close().ok());
    EXPECT_FALSE(writer->sync().ok());
    EXPECT_FALSE(writer->save_manifest().ok());
    EXPECT_EQ(plan.calls, calls) << "place " << n;
    plan.fail_at = 0;
  }
  FAIL() << "close never succeeded";
}

TEST_F(F06SyncError, AFailureInOneLaneEndsEveryLane) {
  TempDir tmp;
  auto writer = journal::testing::must(
      journal::JournalWriter::create(tmp / "j", journal::testing::test_manifest(), journal::testing::small_segments(4096, true)));
  LaneSink& inputs = writer->lane(Lane::kInputs);
  LaneSink& orders = writer->lane(Lane::kOrders);
  const Bar bar{};
  inputs.append(EventType::kBar, 1, &bar, sizeof bar, {});
  {
    const std::lock_guard lock(plan.mutex);
    plan.calls = 0;
    plan.fail_at = 1;
  }
  EXPECT_FALSE(writer->sync(Lane::kInputs).ok());
  for (int looks = 0; orders.ok() && looks < 10'000; ++looks) ::usleep(1000);  // the helper tells the others
  EXPECT_FALSE(orders.ok()) << "the orders lane would have gone on retiring segments";
  plan.fail_at = 0;
}

}  // namespace
}  // namespace omega::test
