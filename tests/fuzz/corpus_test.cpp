// Replays the committed corpus of every fuzz target. A crash found by libFuzzer gets its input committed there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"

namespace omega::fuzz {
namespace {

void replay(const char* target, void (*body)(const std::uint8_t*, std::size_t)) {
  const auto dir = std::filesystem::path(OMEGA_SOURCE_DIR) / "tests/fuzz/corpus" / target;
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    SCOPED_TRACE(entry.path().filename().string());
    // Each input whole, and each with its tail cut: the cheapest mutation there is.
    for (const std::size_t size : {bytes.size(), bytes.size() / 2, bytes.size() - std::min<std::size_t>(bytes.size(), 8)})
      body(reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
    ++inputs;
  }
  EXPECT_GE(inputs, 3u) << dir;
}

TEST(FuzzCorpus, OfTheFrameDecoderIsReplayed) { replay("frame", frame); }
TEST(FuzzCorpus, OfTheSegmentCursorIsReplayed) { replay("segment", segment); }
TEST(FuzzCorpus, OfTheManifestDecoderIsReplayed) { replay("manifest", manifest); }
TEST(FuzzCorpus, OfTheWatermarkDecoderIsReplayed) { replay("watermark", watermark); }
TEST(FuzzCorpus, OfTheSnapshotDecoderIsReplayed) { replay("snapshot", snapshot); }

}  // namespace
}  // namespace omega::fuzz
