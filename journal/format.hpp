// What:     The bytes of a segment and of a watermark, shared by the writing and the reading side. FORMAT.md is the
//           prose; the two change together, and tests/unit/journal/golden_bytes_test.cpp pins them.
// Owner:    value types.   Threads: any.
// Units:    sizes in bytes; all integers little-endian; everything 8-byte aligned.
// Errors:   check functions return the reason as text, empty when the bytes are good; they trust no byte.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/core/lane.hpp"
#include "journal/crc32c.hpp"

namespace omega::journal {

static_assert(std::endian::native == std::endian::little, "the mirror structs are written as they are in memory");

inline constexpr std::uint16_t kFormatVersion = 1;  // segments, frames, watermark
inline constexpr std::uint16_t kSchemaVersion = 2;  // schema/omega.capnp
inline constexpr std::uint32_t kEndianMark = 0x01020304;
inline constexpr std::uint32_t kEndianMark_swapped = 0x04030201;
inline constexpr std::uint64_t kSegmentMagic = 0x4745534147454d4fULL;    // "OMEGASEG" in memory order
inline constexpr std::uint64_t kWatermarkMagic = 0x4b4d574147454d4fULL;  // "OMEGAWMK"

/// Types that are not events: they close a segment, or a lane. Body: one word, the frames in this segment.
inline constexpr std::uint16_t kSegmentEnd = 0xfffe;
inline constexpr std::uint16_t kLaneEnd = 0xffff;

/// length is the commit mark: 0 until the frame is whole, then written with release order.
struct FrameHeader {
  std::uint32_t length = 0;          // bytes of the body that follows; a multiple of 8
  std::uint16_t type = 0;            // EventType, kSegmentEnd or kLaneEnd
  std::uint16_t schema_version = 0;  // of the body
  std::uint32_t crc = 0;             // CRC32C of all other bytes of the frame, then of the crc of the frame before
  std::uint32_t flags = 0;           // 0 in this version
  Seq seq = 0;                       // of the causing input
};
static_assert(sizeof(FrameHeader) == 24 && offsetof(FrameHeader, crc) == 8 && offsetof(FrameHeader, seq) == 16);

struct SegmentHeader {
  std::uint64_t magic = kSegmentMagic;
  std::uint32_t endian_mark = kEndianMark;
  std::uint16_t format_version = kFormatVersion;
  std::uint16_t schema_version = kSchemaVersion;
  std::uint32_t lane = 0;
  std::uint32_t number = 0;           // 1, 2, 3 ...; also the file's name
  Seq first_seq = 0;                  // of the first frame; 0 in a lane that was closed without one
  std::uint64_t frames_before = 0;    // event frames in earlier segments
  std::uint32_t chain_crc = 0;        // CRC of the last frame of the segment before = digest of all before; 0 in segment 1
  std::uint32_t previous_bytes = 0;   // used in the segment before, end mark included; 0 in segment 1
  std::uint32_t segment_bytes = 0;    // size of every segment of the lane but a closed last one
  std::array<std::uint32_t, 2> reserved{};
  std::uint32_t header_crc = 0;       // CRC32C of the 60 bytes before
};
static_assert(sizeof(SegmentHeader) == 64 && offsetof(SegmentHeader, header_crc) == 60);

/// "Everything before (segment, offset) reached the disk."
struct WatermarkSlot {
  std::uint64_t magic = kWatermarkMagic;
  std::uint64_t generation = 0;   // the larger of two good slots counts
  std::uint64_t offset = 0;       // in the segment; the first byte that is not covered
  Seq seq = 0;                    // of the last covered frame
  std::uint32_t lane = 0;
  std::uint32_t segment = 0;      // 0: nothing covered yet
  std::uint32_t chain_crc = 0;    // of the last covered frame
  std::uint32_t format_version = kFormatVersion;
  std::array<std::uint32_t, 3> reserved{};
  std::uint32_t slot_crc = 0;     // CRC32C of the 60 bytes before
};
static_assert(sizeof(WatermarkSlot) == 64 && offsetof(WatermarkSlot, slot_crc) == 60);

inline constexpr std::size_t kFrameHeader_bytes = sizeof(FrameHeader);
inline constexpr std::size_t kSegmentHeader_bytes = sizeof(SegmentHeader);
inline constexpr std::size_t kEndMark_bytes = kFrameHeader_bytes + 8;
inline constexpr std::size_t kSegment_bytes_min = 4096;        // one page
inline constexpr std::size_t kSegment_bytes_max = 1u << 30;    // offsets fit 32 bits with room to spare

/// First word of a frame header: length, type, version.
[[nodiscard]] constexpr std::uint64_t frame_word(std::uint32_t length, std::uint16_t type, std::uint16_t version) noexcept {
  return length | std::uint64_t{type} << 32 | std::uint64_t{version} << 48;
}

/// CRC of a frame: length, type, version; flags; seq; the body; and last the CRC of the frame before. The crc field itself
/// is left out. The chain comes last so that the CRCs of neighbouring frames do not wait for each other in the pipeline
/// of the processor (3 cycles of latency a word against 1 of throughput).
class FrameCrc {
 public:
  FrameCrc(std::uint64_t word, std::uint32_t flags, Seq seq) noexcept {
    state_ = _mm_crc32_u64(0xffffffffu, word);
    state_ = _mm_crc32_u64(state_, flags | seq << 32);
    state_ = _mm_crc32_u32(static_cast<std::uint32_t>(state_), static_cast<std::uint32_t>(seq >> 32));
  }
  void add(const void* words, std::size_t bytes) noexcept {
    const auto* p = static_cast<const std::uint8_t*>(words);
    for (std::size_t i = 0; i < bytes; i += 8) add_word(p + i);
  }
  /// The same, storing the words at `to` on the way.
  void copy(std::uint8_t* to, const void* words, std::size_t bytes) noexcept {
    const auto* p = static_cast<const std::uint8_t*>(words);
    for (; bytes >= 32; bytes -= 32, p += 32, to += 32) {
      std::memcpy(to, p, 32);
      add_word(p);
      add_word(p + 8);
      add_word(p + 16);
      add_word(p + 24);
    }
    for (; bytes != 0; bytes -= 8, p += 8, to += 8) {
      std::memcpy(to, p, 8);
      add_word(p);
    }
  }
  [[nodiscard]] std::uint32_t finish(std::uint32_t previous) const noexcept {
    return ~static_cast<std::uint32_t>(_mm_crc32_u32(static_cast<std::uint32_t>(state_), previous));
  }

 private:
  void add_word(const std::uint8_t* p) noexcept {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    state_ = _mm_crc32_u64(state_, word);
  }
  std::uint64_t state_;
};
[[nodiscard]] inline std::uint32_t frame_crc(std::uint32_t previous, const FrameHeader& h, const void* body) noexcept {
  FrameCrc crc(frame_word(h.length, h.type, h.schema_version), h.flags, h.seq);
  crc.add(body, h.length);
  return crc.finish(previous);
}
template <class Checked>
[[nodiscard]] std::uint32_t header_crc(const Checked& h) noexcept { return crc32c(0, &h, sizeof h - 4); }

/// The frame that closes a lane, as bytes.
struct LaneEndMark {
  FrameHeader head;
  std::uint64_t frames_here = 0;  // event frames of its segment
};
static_assert(sizeof(LaneEndMark) == kEndMark_bytes);
[[nodiscard]] inline LaneEndMark lane_end_mark(Seq last_seq, std::uint64_t frames_here, std::uint32_t chain) noexcept {
  LaneEndMark mark{{.length = 8, .type = kLaneEnd, .schema_version = kSchemaVersion, .crc = 0, .flags = 0, .seq = last_seq},
                   frames_here};
  mark.head.crc = frame_crc(chain, mark.head, &mark.frames_here);
  return mark;
}
/// Of the only segment of a lane that is closed without a frame.
[[nodiscard]] inline SegmentHeader empty_lane_header(Lane lane, std::uint32_t segment_bytes) noexcept {
  SegmentHeader header;
  header.lane = static_cast<std::uint32_t>(lane);
  header.number = 1;
  header.segment_bytes = segment_bytes;
  header.header_crc = header_crc(header);
  return header;
}

/// Empty when good, else the reason. The number and the lane come from the path, so a renamed or swapped file shows.
[[nodiscard]] std::string check_segment_header(const SegmentHeader& h, Lane lane, std::uint32_t number);
/// Empty when good, else the reason.
[[nodiscard]] std::string check_watermark_slot(const WatermarkSlot& slot, Lane lane);

}  // namespace omega::journal
