// F19: two writers, one journal. Exactly one wins, the other is told the winner's pid; the kernel frees a dead holder.
#include <sys/wait.h>

#include <csignal>

#include "journal/journal_lock.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// A racer: waits for the starting gun, tries to create, reports 'W' or 'L' + what it was told, holds until told to go.
pid_t racer(const fs::path& dir, int gun, int result, int release) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  char c;
  while (::read(gun, &c, 1) < 0) {}
  auto writer = JournalWriter::create(dir, test_manifest(), small_segments());
  const std::string text = (writer.ok() ? "W" : "L" + writer.error().message) + "\n";
  if (::write(result, text.data(), text.size()) < 0) ::_exit(1);
  while (::read(release, &c, 1) < 0) {}
  ::_exit(0);
}

std::string read_line(int fd) {
  std::string line;
  for (char c; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

TEST(F19TwoWriters, OfTwoRacersExactlyOneWinsAndTheOtherNamesIt) {
  TempDir tmp;
  for (int race = 0; race < 100; ++race) {
    const fs::path dir = tmp.path() / std::to_string(race);
    int gun[2], release[2], results[2][2];
    ASSERT_EQ(::pipe(gun) | ::pipe(release) | ::pipe(results[0]) | ::pipe(results[1]), 0);
    const pid_t pids[2] = {racer(dir, gun[0], results[0][1], release[0]), racer(dir, gun[0], results[1][1], release[0])};
    ASSERT_EQ(::write(gun[1], "gg", 2), 2);
    const std::string said[2] = {read_line(results[0][0]), read_line(results[1][0])};
    ASSERT_EQ(::write(release[1], "rr", 2), 2);
    for (const pid_t pid : pids) ::waitpid(pid, nullptr, 0);
    for (int* p : {gun, release, results[0], results[1]}) ::close(p[0]), ::close(p[1]);
    ASSERT_EQ((said[0] == "W") + (said[1] == "W"), 1) << said[0] << " | " << said[1];
    const int winner = said[0] == "W" ? 0 : 1;
    ASSERT_NE(said[1 - winner].find("in use by process " + std::to_string(pids[winner])), std::string::npos)
        << said[1 - winner] << "; winner " << pids[winner];
  }
}

TEST(F19TwoWriters, AKilledHolderFreesTheJournal) {
  TempDir tmp;
  int gun[2], release[2], result[2];
  ASSERT_EQ(::pipe(gun) | ::pipe(release) | ::pipe(result), 0);
  const pid_t pid = racer(tmp / "j", gun[0], result[1], release[0]);
  ASSERT_EQ(::write(gun[1], "g", 1), 1);
  ASSERT_EQ(read_line(result[0]), "W");
  EXPECT_EQ(JournalLock::holder(tmp / "j"), pid);
  EXPECT_FALSE(JournalLock::take(tmp / "j").ok());
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(JournalLock::holder(tmp / "j"), 0);
  EXPECT_TRUE(JournalLock::take(tmp / "j").ok());
  for (int* p : {gun, release, result}) ::close(p[0]), ::close(p[1]);
}

}  // namespace
}  // namespace omega::journal
