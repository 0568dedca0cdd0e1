// What:     A lane's durable watermark: the position before which everything reached the disk, in two checked copies.
// Owner:    the lane's store while a journal is open; readers take a copy at open.
// Threads:  one at a time.
// Ordering: advance() writes and syncs one copy, then writes the other; the next advance() starts with the copy that
//           was written last. So a torn write can hurt one copy only, and damage to one copy later loses nothing.
// Errors:   read: both copies bad = Error(kData); write: Error(kEnvironment).
#pragma once

#include <filesystem>

#include "engine/core/result.hpp"
#include "journal/file.hpp"
#include "journal/format.hpp"

namespace omega::journal {

/// A place between two frames of a lane, and what is known about the bytes before it.
struct LanePosition {
  std::uint32_t segment = 0;  // 0: the lane has no frame
  std::uint64_t offset = 0;   // next byte in that segment
  Seq seq = 0;                // of the last frame before
  std::uint32_t crc = 0;      // of the last frame before
  std::uint64_t frames = 0;   // event frames before (not kept in the watermark)
  /// True when (s, o) lies before this position.
  [[nodiscard]] bool covers(std::uint32_t s, std::uint64_t o) const noexcept {
    return s < segment || (s == segment && o < offset);
  }
};

inline constexpr const char* kWatermarkFile = "watermark";
inline constexpr std::size_t kWatermark_bytes = 2 * sizeof(WatermarkSlot);

struct WatermarkState {
  LanePosition at;
  std::uint64_t generation = 0;
  int damaged_copies = 0;   // 1: the other copy was used
  int next_slot = 0;        // where the next advance writes first
  std::string why;          // of the damaged copy
};

/// Pure decoder of the file's bytes.
[[nodiscard]] Result<WatermarkState> decode_watermark(const std::uint8_t* bytes, std::size_t size, Lane lane,
                                                      const std::string& path);
/// False when the writer died before the file held a first copy: absent, shorter than one, or zeros only. No frame can
/// have been acknowledged then; with segments beside it, it is damage all the same.
/// kEnvironment when it cannot be read.
[[nodiscard]] Result<bool> watermark_begun(const std::filesystem::path& lane_dir);
[[nodiscard]] Result<WatermarkState> read_watermark(const std::filesystem::path& lane_dir, Lane lane);

class WatermarkWriter {
 public:
  /// Creates the file (or opens it) and makes `at` the watermark.
  [[nodiscard]] static Result<WatermarkWriter> open(const std::filesystem::path& lane_dir, Lane lane, bool durable);
  [[nodiscard]] Status advance(const LanePosition& at);

 private:
  Fd fd_;
  std::filesystem::path path_;
  Lane lane_ = Lane::kInputs;
  bool durable_ = true;
  std::uint64_t generation_ = 0;
  int next_slot_ = 0;
};

}  // namespace omega::journal
