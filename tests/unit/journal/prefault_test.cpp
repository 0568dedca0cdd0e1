// Pages are faulted in by the helper ahead of the writer, not by the writer, and not all of a segment that may never fill.
#include <fcntl.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "journal/file.hpp"
#include "journal/lane_store.hpp"
#include "tests/unit/journal/journal_fixture.hpp"
#include "tests/unit/sanitized.hpp"

namespace omega::journal::testing {
namespace {

#ifdef OMEGA_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr std::uint32_t kSegment_bytes = 8u << 20, kAhead_bytes = 256u << 10;
constexpr std::size_t kPage_bytes = 4096;

/// How much of the file's mapping in this process has pages. (Whether the pages are in memory, which mincore() tells, is another
/// thing: the kernel reads and makes them in larger pieces, and a store to one without an entry here faults all the same.)
/// 0 as long as the file is not mapped.
std::size_t mapped_bytes(const std::filesystem::path& path) {
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('/') != std::string::npos) here = line.ends_with(path.string());
    if (here && line.starts_with("Rss:")) return std::stoul(line.substr(4)) << 10;
  }
  return 0;
}

bool kernel_populates(const TempDir& tmp) {
  const Fd fd = must(open_file(tmp / "probe", O_RDWR | O_CREAT));
  must(allocate(fd, kPage_bytes, tmp / "probe"));
  const Mapping map = must(Mapping::map(fd, kPage_bytes, true, tmp / "probe"));
  return populate(map.base(), kPage_bytes);
}
constexpr const char* kOldKernel = "SKIPPED: this kernel has no MADV_POPULATE_WRITE: segments are faulted in whole";

long faults_of_this_thread() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

TEST(Prefault, TheHelperStaysAheadOfTheWriterAndNotByAWholeSegment) {
  const TempDir tmp;
  if (!kernel_populates(tmp)) GTEST_SKIP() << kOldKernel;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(),
                                           {.segment_bytes = kSegment_bytes, .prefault_bytes = kAhead_bytes, .durable = false}));
  LaneSink& lane = writer->lane(Lane::kInputs);
  const auto file = tmp / "j" / "inputs" / "00000001.seg";
  EXPECT_GE(mapped_bytes(file), kAhead_bytes);
  EXPECT_LT(mapped_bytes(file), 2 * kSegment_bytes / 4);

  const Bar bar{.ts = 1};
  Seq seq = 0;
  std::uint64_t written = 0;
  lane.append(EventType::kBar, ++seq, &bar, sizeof bar, {});
  long faults = 0;
  while (written + 2 * kAhead_bytes < kSegment_bytes) {
    // As slow as the helper needs it; a helper that never comes is seen here.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (mapped_bytes(file) < written + kAhead_bytes - kPage_bytes && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_GE(mapped_bytes(file), written + kAhead_bytes - kPage_bytes) << "after " << written << " bytes";
    const long before = faults_of_this_thread();
    const std::uint64_t until = written + kAhead_bytes / 2;
    while (written < until) {
      lane.append(EventType::kBar, ++seq, &bar, sizeof bar, {});
      written = writer->position(Lane::kInputs).offset;
    }
    faults += faults_of_this_thread() - before;
  }
  EXPECT_TRUE(writer->ok());
  // The first append after a wait may fault once for a page of the stack or of the program.
  EXPECT_LE(faults, kSanitized ? std::numeric_limits<long>::max() : 16) << "of " << written / kPage_bytes << " pages";
  must(writer->close());
}

/// The sync of a full segment can outlast the next one.
TEST(Prefault, AllThatIsThereIsFaultedInBeforeAFullSegmentIsSynced) {
  const TempDir tmp;
  if (!kernel_populates(tmp)) GTEST_SKIP() << kOldKernel;
  constexpr std::uint32_t kSmall_bytes = 1u << 20;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), {.segment_bytes = kSmall_bytes, .prefault_bytes = kSmall_bytes / 16}));
  LaneSink& lane = writer->lane(Lane::kInputs);
  const Bar bar{.ts = 1};
  Seq seq = 0;
  const auto segment_file = [&](std::uint32_t number) { return tmp / "j" / "inputs" / segment_name(number); };
  for (std::uint32_t segment = 2; segment <= 4; ++segment) {
    if (segment == 2) {
      EXPECT_LT(mapped_bytes(segment_file(2)), kSmall_bytes) << "faulted in whole before any segment was full";
    }
    while (writer->position(Lane::kInputs).segment < segment) lane.append(EventType::kBar, ++seq, &bar, sizeof bar, {});
    // A full segment is unmapped just before its sync.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (mapped_bytes(segment_file(segment - 1)) != 0 && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(mapped_bytes(segment_file(segment - 1)), 0u);
    EXPECT_EQ(mapped_bytes(segment_file(segment)), kSmall_bytes);
    EXPECT_EQ(mapped_bytes(segment_file(segment + 1)), kSmall_bytes);
  }
  must(writer->close());
}

}  // namespace
}  // namespace omega::journal::testing
