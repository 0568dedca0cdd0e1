// F05: no space left, at creation and at a segment's end. A clean, latched error; never SIGBUS; what was taken is there.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

constexpr int kSkipped = 77;

/// Runs body in a child and returns its exit code, or minus the signal that killed it.
int in_child(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(body());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Appends until the journal refuses; 0 when it did so as promised.
int fill_until_refused(const fs::path& dir, const WriterOptions& options, const char* says) {
  auto made = JournalWriter::create(dir, test_manifest(), options);
  if (!made.ok()) return 10;
  auto& writer = *made.value();
  LaneSink& sink = writer.lane(Lane::kInputs);
  Seq taken = 0;
  const Bar bar{};
  for (Seq s = 1; s < 1'000'000; ++s) {
    sink.append(EventType::kBar, s, &bar, sizeof bar, {});
    if (writer.counters(Lane::kInputs).dropped != 0) break;
    taken = s;
  }
  if (sink.ok() || writer.ok() || !writer.error()) return 11;
  if (writer.error()->kind != ErrorKind::kEnvironment) return 12;
  if (writer.error()->message.find(says) == std::string::npos) {
    std::fprintf(stderr, "%s\n", writer.error()->message.c_str());
    return 13;
  }
  sink.append(EventType::kBar, taken + 1, &bar, sizeof bar, {});  // latched: not even when there is space again
  if (writer.counters(Lane::kInputs).frames != taken) return 14;
  if (writer.close().ok()) return 15;
  made.value().reset();
  const auto report = check(dir);
  if (!report.ok() || !report.value().clean()) return 16;
  return report.value().lanes[0].last_seq == taken ? 0 : 17;
}

TEST(F05DiskFull, OnASmallFileSystemTheLaneLatchesACleanError) {
  TempDir tmp;
  const int code = in_child([&] {
    // A private mount name space; as a plain user that needs a user name space of its own.
    if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) return kSkipped;
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("tmpfs", tmp.path().c_str(), "tmpfs", 0, "size=400k") != 0) return kSkipped;
    return fill_until_refused(tmp / "j", small_segments(64 << 10), "No space left");
  });
  if (code == kSkipped) GTEST_SKIP() << "SKIPPED: may not mount a tmpfs here";
  EXPECT_EQ(code, 0);
}

TEST(F05DiskFull, OnASmallFileSystemCreationIsRefusedCleanly) {
  TempDir tmp;
  const int code = in_child([&] {
    if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0) return kSkipped;
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("tmpfs", tmp.path().c_str(), "tmpfs", 0, "size=64k") != 0) return kSkipped;
    auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments(1 << 20)));
    LaneSink& sink = writer->lane(Lane::kInputs);
    const Bar bar{};
    sink.append(EventType::kBar, 1, &bar, sizeof bar, {});
    return !sink.ok() && writer->error()->message.find("No space left") != std::string::npos ? 0 : 1;
  });
  if (code == kSkipped) GTEST_SKIP() << "SKIPPED: may not mount a tmpfs here";
  EXPECT_EQ(code, 0);
}

TEST(F05DiskFull, AFileSizeLimitIsAnErrorAndNoSignal) {
  TempDir tmp;
  const int code = in_child([&] {
    // The helper thread blocks signals, so SIGXFSZ (fatal by default) does not arrive.
    const rlimit limit{32 << 10, 32 << 10};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments(64 << 10)));
    LaneSink& sink = writer->lane(Lane::kInputs);
    const Bar bar{};
    sink.append(EventType::kBar, 1, &bar, sizeof bar, {});
    return !sink.ok() && writer->error()->message.find("File too large") != std::string::npos ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace omega::journal
