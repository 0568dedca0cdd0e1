// What:     One frame as readers see it, and the decoder that checks every byte of it before anything is believed.
// Owner:    a FrameView points into the cursor's mapping and is valid until the cursor's next call.
// Threads:  one at a time.
// Ordering: the length is acquired, so a frame that a live writer has committed is seen whole.
// Errors:   Decoded::kBad with a reason; never a fault, whatever the bytes are (fuzzed: tests/fuzz/).
#pragma once

#include <atomic>
#include <cstring>
#include <span>

#include "journal/event_shape.hpp"
#include "journal/format.hpp"

namespace omega::journal {

struct FrameView {
  EventType type = EventType::kNone;
  Lane lane = Lane::kInputs;
  Seq seq = 0;
  const std::uint8_t* body = nullptr;  // the mirror struct's bytes, already checked
  std::size_t body_bytes = 0;
  std::span<const double> list;        // empty for most types
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;            // of the frame in its segment

  template <class T>
  [[nodiscard]] const T& as() const noexcept {
    OMEGA_REQUIRE(type == EventTypeOf<T>::value, type, EventTypeOf<T>::value);
    return *reinterpret_cast<const T*>(body);
  }
  [[nodiscard]] TimeNs ts() const noexcept {  // every struct starts with it
    TimeNs t;
    std::memcpy(&t, body, sizeof t);
    return t;
  }
};

enum class Decoded : std::uint8_t {
  kFrame,       // view filled
  kSegmentEnd,  // the lane goes on in the next segment
  kLaneEnd,     // the lane was closed here
  kNothing,     // no frame is committed here (length 0), or the file ends exactly here
  kBad,         // damaged or foreign bytes; `why` says what
};

struct FrameResult {
  Decoded what = Decoded::kBad;
  std::uint32_t bytes = 0;        // of header and body, when what is a frame or a mark
  std::uint32_t crc = 0;          // the chain behind it
  std::uint64_t mark_frames = 0;  // body of a mark
  Seq seq = 0;
  const char* why = "";
};

/// Decodes what stands at `offset` of a mapped segment of `size` bytes (both multiples of 8).
[[nodiscard]] inline FrameResult decode_frame(std::uint8_t* base, std::size_t size, std::size_t offset,
                                              std::uint32_t chain, Lane lane, FrameView& view) noexcept {
  FrameResult r;
  if (offset == size) { r.what = Decoded::kNothing; return r; }
  if (offset > size || size - offset < kFrameHeader_bytes) { r.why = "file ends inside a frame header"; return r; }
  std::uint8_t* p = base + offset;
  // acquire: the frame is whole when its length is seen; pairs with release in commit() (journal/lane_writer.cpp).
  const std::uint32_t length =
      std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(p)).load(std::memory_order_acquire);
  if (length == 0) { r.what = Decoded::kNothing; return r; }
  if (length % 8 != 0) { r.why = "length is no multiple of 8"; return r; }
  if (length > size - offset - kFrameHeader_bytes) { r.why = "length reaches beyond the segment"; return r; }
  FrameHeader header;
  std::memcpy(&header, p, sizeof header);
  const std::uint8_t* message = p + kFrameHeader_bytes;
  FrameCrc crc(frame_word(length, header.type, header.schema_version), header.flags, header.seq);
  crc.add(message, length);
  if (crc.finish(chain) != header.crc) { r.why = "CRC mismatch"; return r; }
  r.bytes = static_cast<std::uint32_t>(kFrameHeader_bytes) + length;
  r.crc = header.crc;
  r.seq = header.seq;
  // From here on only a faulty or a newer writer can be to blame.
  if (header.flags != 0) { r.why = "unknown flags"; return r; }
  if (header.schema_version == 0 || header.schema_version > kSchemaVersion) { r.why = "unknown schema version"; return r; }
  std::uint64_t root;
  std::memcpy(&root, message, 8);
  if (header.type == kSegmentEnd || header.type == kLaneEnd) {
    if (length != 8) { r.why = "end mark of a wrong size"; return r; }
    r.mark_frames = root;
    r.what = header.type == kSegmentEnd ? Decoded::kSegmentEnd : Decoded::kLaneEnd;
    return r;
  }
  const EventShape& shape = shape_of(header.type);
  if (shape.root == 0) { r.why = "unknown event type"; return r; }
  if (!lives_in(shape, lane)) { r.why = "event type does not belong to this lane"; return r; }
  if (root != shape.root) { r.why = "root pointer is not that of the type"; return r; }
  const std::size_t fixed = 8 + std::size_t{shape.body_bytes} + (shape.has_list ? 8 : 0);
  if (shape.has_list ? length < fixed : length != fixed) { r.why = "length is not that of the type"; return r; }
  view.list = {};
  if (shape.has_list) {
    const std::uint64_t count = (length - fixed) / 8;
    std::uint64_t pointer;
    std::memcpy(&pointer, message + 8 + shape.body_bytes, 8);
    if (pointer != list_pointer(count)) { r.why = "list pointer does not match the length"; return r; }
    view.list = {reinterpret_cast<const double*>(message + fixed), count};
  }
  view.type = static_cast<EventType>(header.type);
  view.lane = lane;
  view.seq = header.seq;
  view.body = message + 8;
  view.body_bytes = shape.body_bytes;
  view.offset = offset;
  r.what = Decoded::kFrame;
  return r;
}

}  // namespace omega::journal
