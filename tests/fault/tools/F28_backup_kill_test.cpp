// F28 for omega journal backup and restore: killed at each call that syncs or renames there is no target or a whole one.
#include "journal/backup.hpp"
#include "journal/check.hpp"
#include "tests/fault/tools/tool_rig.hpp"

namespace omega::test {
namespace {

namespace fs = std::filesystem;
using journal::testing::TempDir;

class F28Backup : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(FileAndFolder, F28Backup, ::testing::Values("b.tar.zst", "b"));

TEST_P(F28Backup, KilledAnywhereThereIsNoTargetOrAWholeOne) {
  TempDir tmp;
  const fs::path dir = tmp / "j", out = tmp / GetParam(), back = tmp / "r";
  paper(dir, 1, 65536);
  if (HasFatalFailure()) return;
  const auto good = files_of(dir);
  long n = 1;
  for (bool killed = true; killed; ++n) {
    killed = killed_at(n, [&] { return journal::backup(dir, out).ok(); });
    ASSERT_TRUE(killed || fs::exists(out));
    if (fs::exists(out)) {
      fs::remove_all(back);
      ASSERT_TRUE(journal::restore(out, back).ok()) << "call " << n;
      ASSERT_EQ(files_of(back), good);
      fs::remove_all(out);
    }
  }
  const long places = n - 2;
  EXPECT_GE(places, 3);
  ASSERT_TRUE(journal::backup(dir, out).ok());
  n = 1;
  for (bool killed = true; killed; ++n) {
    fs::remove_all(back);
    killed = killed_at(n, [&] { return journal::restore(out, back).ok(); });
    ASSERT_TRUE(killed || fs::exists(back));
    if (fs::exists(back)) { ASSERT_EQ(files_of(back), good) << "call " << n; }
    fs::remove_all(back);
    ASSERT_TRUE(journal::restore(out, back).ok()) << "after a kill at call " << n;
    ASSERT_EQ(files_of(back), good);
  }
  EXPECT_GT(n, 10);
  EXPECT_EQ(files_of(dir), good) << "the journal was not touched";
  std::printf("F28: backup killed at %ld places, restore at %ld\n", places, n - 2);
}

}  // namespace
}  // namespace omega::test
