// F28 for omega journal prune: killed at each call that removes, renames or syncs, it leaves a journal that checks clean and
// whose kept segments are untouched, and a next pruning gives what an undisturbed one gives.
#include "journal/prune.hpp"
#include "replay/engine_identity.hpp"
#include "replay/state_at.hpp"
#include "tests/fault/tools/tool_rig.hpp"

namespace omega::test {
namespace {

namespace fs = std::filesystem;
using journal::testing::TempDir;

TEST(F28Prune, KilledAnywhereTheJournalChecksCleanAndMayBePrunedAgain) {
  TempDir tmp;
  const fs::path whole = tmp / "whole", calm = tmp / "calm", dir = tmp / "j";
  paper(whole, 2, 65536, 500);
  if (HasFatalFailure()) return;
  journal::PruneRequest request{.before_seq = 2000, .lanes = {true, true, true, true, true}, .snapshots = true, .engine = replay::engine_identity()};
  fs::copy(whole, calm, fs::copy_options::recursive);
  auto done = journal::prune(calm, request);
  ASSERT_TRUE(done.ok()) << done.error().message;
  ASSERT_TRUE(done.value().anything());
  const auto wanted = files_of(calm), before = files_of(whole);
  ASSERT_LT(wanted.size(), before.size());
  const std::uint64_t state = replay::state_at(whole, 0, false).value().digest();
  long n = 1;
  int half = 0;
  for (bool killed = true; killed; ++n) {
    ASSERT_LT(n, 500);
    fs::remove_all(dir);
    fs::copy(whole, dir, fs::copy_options::recursive);
    killed = killed_at(n, [&] { return journal::prune(dir, request).ok(); });
    auto report = journal::check(dir);
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_TRUE(report.value().clean()) << "at call " << n;
    const auto now = files_of(dir);
    half += now != before && now != wanted ? 1 : 0;
    for (const auto& [path, bytes] : wanted)
      if (path != "manifest.json") { ASSERT_EQ(now.at(path), bytes) << path << " at call " << n; }
    auto again = journal::prune(dir, request);
    ASSERT_TRUE(again.ok()) << again.error().message;
    auto mended = files_of(dir);
    mended.erase("manifest.json.tmp");  // of the killed one
    ASSERT_EQ(mended, wanted) << "at call " << n;
    ASSERT_EQ(replay::state_at(dir, 0).value().digest(), state);
  }
  EXPECT_GT(half, 5) << "it was killed at many places between the first and the last change";
  std::printf("F28: prune killed at %ld places, %d of them half done\n", n - 2, half);
}

}  // namespace
}  // namespace omega::test
