// The frame decoder on any bytes: first two bytes choose lane and start, the rest is the segment. What it accepts must
// lie inside the bytes and have its type's shape.
#include "tests/fuzz/fuzz_target.hpp"

#include <vector>

#include "journal/event_json.hpp"
#include "journal/frame.hpp"

namespace omega::fuzz {

void frame(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  if (size < 2 + 8) return;  // not one word of a segment
  const auto lane = static_cast<Lane>(data[0] % kLaneCount);
  const bool repair_crc = (data[1] & 1) != 0;  // lets the fuzzer get past the checksum
  std::vector<std::uint64_t> words((size - 2) / 8);
  auto* bytes = reinterpret_cast<std::uint8_t*>(words.data());
  std::memcpy(bytes, data + 2, words.size() * 8);
  const std::size_t end = words.size() * 8;
  std::uint32_t chain = 0;
  std::size_t offset = 0;
  while (offset < end) {
    FrameHeader header;
    if (repair_crc && end - offset >= sizeof header) {
      std::memcpy(&header, bytes + offset, sizeof header);
      if (header.length % 8 == 0 && header.length <= end - offset - sizeof header) {
        header.crc = frame_crc(chain, header, bytes + offset + sizeof header);
        std::memcpy(bytes + offset, &header, sizeof header);
      }
    }
    FrameView view;
    const FrameResult r = decode_frame(bytes, end, offset, chain, lane, view);
    if (r.what == Decoded::kBad || r.what == Decoded::kNothing) {
      OMEGA_REQUIRE(r.what == Decoded::kNothing || r.why[0] != '\0', r.what, offset);
      return;
    }
    OMEGA_REQUIRE(r.bytes >= kEndMark_bytes && r.bytes <= end - offset, r.bytes, offset);
    if (r.what == Decoded::kFrame) {
      OMEGA_REQUIRE(view.body + view.body_bytes + view.list.size_bytes() <= bytes + end, view.body_bytes, offset);
      OMEGA_REQUIRE(to_json_line(view).size() > 20, view.type, offset);
    }
    chain = r.crc;
    offset += r.bytes;
  }
}

}  // namespace omega::fuzz
