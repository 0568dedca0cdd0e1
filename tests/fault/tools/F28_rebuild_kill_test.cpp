// F28 for omega journal rebuild: killed at each call that syncs or renames, it leaves every lane old or new, and a next
// rebuild gives the journal that was never damaged, byte for byte.
#define OMEGA_TOOL_RIG_CALLS
#include "replay/rebuild.hpp"
#include "tests/fault/tools/tool_rig.hpp"

namespace omega::test {
namespace {

namespace fs = std::filesystem;
using journal::testing::TempDir;

TEST(F28Rebuild, KilledAnywhereItLeavesEachLaneOldOrNewAndMayBeRunAgain) {
  TempDir tmp;
  const fs::path whole = tmp / "whole", damaged = tmp / "damaged", dir = tmp / "j";
  paper(whole, 1, 65536);
  if (HasFatalFailure()) return;
  fs::copy(whole, damaged, fs::copy_options::recursive);
  fs::remove_all(damaged / "signals");
  fs::remove(damaged / "orders" / "watermark");
  {
    auto bytes = journal::testing::read_bytes(damaged / "features" / "00000001.seg");
    bytes[3000] ^= 1;
    journal::testing::write_bytes(damaged / "features" / "00000001.seg", bytes);
  }
  const auto good = files_of(whole), bad = files_of(damaged);
  long n = 1;
  int swapped = 0;
  for (bool killed = true; killed; ++n) {
    ASSERT_LT(n, 500);
    fs::remove_all(dir);
    fs::copy(damaged, dir, fs::copy_options::recursive);
    killed = killed_at(n, [&] { return replay::rebuild_journal(dir).ok(); });
    const auto after = files_of(dir);
    for (const char* lane : {"features", "signals", "risk", "orders"}) {
      const auto part = [&](const std::map<std::string, std::vector<std::uint8_t>>& all) {
        std::map<std::string, std::vector<std::uint8_t>> own;
        for (const auto& [path, bytes] : all)
          if (path.starts_with(lane)) own[path] = path.ends_with("watermark") ? std::vector<std::uint8_t>{} : bytes;
        return own;
      };
      const bool is_new = part(after) == part(good);
      ASSERT_TRUE(is_new || part(after) == part(bad)) << lane << " at call " << n;
      swapped += is_new && part(good) != part(bad) && killed ? 1 : 0;
    }
    for (const auto& [path, bytes] : good) {
      if (path.starts_with("inputs") || path == "manifest.json") { ASSERT_EQ(after.at(path), bytes) << path; }
    }
    auto again = replay::rebuild_journal(dir);
    ASSERT_TRUE(again.ok()) << again.error().message;
    auto mended = files_of(dir);
    for (const auto& [path, bytes] : good) {
      if (!path.ends_with("watermark")) { ASSERT_EQ(mended.at(path), bytes) << path << " at call " << n; }
    }
    ASSERT_TRUE(journal::check(dir).value().clean());
    ASSERT_FALSE(fs::exists(tmp / "j.rebuild"));
  }
  EXPECT_GT(n, 20) << "it was killed at many places";
  EXPECT_GT(swapped, 3) << "also between two lanes' swaps";
  std::printf("F28: rebuild killed at %ld places\n", n - 2);
}

}  // namespace
}  // namespace omega::test
