#include "journal/format.hpp"

#include <fmt/format.h>

namespace omega::journal {

std::string check_segment_header(const SegmentHeader& h, Lane lane, std::uint32_t number) {
  if (h.magic != kSegmentMagic) return "not a segment of an Omega journal (wrong magic)";
  if (h.endian_mark == kEndianMark_swapped) return "written on a big-endian machine";
  if (h.endian_mark != kEndianMark) return "byte-order mark damaged";
  // The CRC is checked before the versions mean anything, so that damage is not reported as "newer".
  if (h.header_crc != header_crc(h)) return "segment header damaged (CRC mismatch)";
  if (h.format_version > kFormatVersion)
    return fmt::format("format version {} is newer than this program's {}", h.format_version, kFormatVersion);
  if (h.schema_version > kSchemaVersion)
    return fmt::format("schema version {} is newer than this program's {}", h.schema_version, kSchemaVersion);
  if (h.lane != static_cast<std::uint32_t>(lane))
    return h.lane < kLaneCount ? fmt::format("segment of lane {}", kLaneName[h.lane]) : "segment of an unknown lane";
  if (h.number != number) return fmt::format("segment number {} inside", h.number);
  if (h.segment_bytes < kSegment_bytes_min || h.segment_bytes > kSegment_bytes_max || h.segment_bytes % 4096 != 0)
    return fmt::format("impossible segment size {}", h.segment_bytes);
  if (h.reserved[0] != 0 || h.reserved[1] != 0) return "reserved header bytes are not zero";
  return {};
}

std::string check_watermark_slot(const WatermarkSlot& slot, Lane lane) {
  if (slot.magic != kWatermarkMagic) return "wrong magic";
  if (slot.slot_crc != header_crc(slot)) return "CRC mismatch";
  if (slot.format_version > kFormatVersion)
    return fmt::format("format version {} is newer than this program's {}", slot.format_version, kFormatVersion);
  if (slot.lane != static_cast<std::uint32_t>(lane)) return "belongs to another lane";
  return {};
}

}  // namespace omega::journal
