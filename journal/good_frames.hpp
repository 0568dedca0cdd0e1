// What:     The quick half of a scan: walks on over whole and good event frames, three at a time where they are of one kind.
//           It stops before what is not plainly good, and decode_frame() (journal/frame.hpp) then says what that is.
// Owner:    LaneCursor; points into its mapping.   Threads: one at a time.
// Ordering: each frame's first word is acquired, so a frame that a live writer has committed is seen whole.
// Errors:   none; trusts no byte. A frame it passed has passed every check of decode_frame(), and the order of seq.
#pragma once

#include <atomic>
#include <cstring>
#include <limits>

#include "journal/event_shape.hpp"
#include "journal/format.hpp"
#include "journal/frame.hpp"

namespace omega::journal {

/// What all good frames with the same first word have in common.
struct FrameKind {
  std::uint64_t word = 0;         // length, type, schema version
  std::size_t bytes = 0;          // of the whole frame; 0: no good frame begins with this word
  std::size_t body_bytes = 0;     // of the data section
  std::size_t list_count = 0;
  std::uint64_t root = 0;         // the root pointer
  std::uint64_t pointer = 0;      // at pointer_at: the list pointer; where there is no list, the root once more
  std::size_t pointer_at = 0;     // in the frame
  std::uint64_t crc_state = 0;    // behind the first word
};

[[nodiscard]] inline FrameKind frame_kind(std::uint64_t word, Lane lane) noexcept {
  const auto length = static_cast<std::uint32_t>(word);
  const auto version = static_cast<std::uint16_t>(word >> 48);
  const EventShape& shape = shape_of(static_cast<std::uint16_t>(word >> 32));
  FrameKind kind{.word = word, .body_bytes = shape.body_bytes, .root = shape.root, .pointer = shape.root, .pointer_at = kFrameHeader_bytes,
                 .crc_state = _mm_crc32_u64(0xffffffffu, word)};
  if (length % 8 != 0 || version == 0 || version > kSchemaVersion || !lives_in(shape, lane)) return kind;
  const std::size_t fixed = 8 + std::size_t{shape.body_bytes} + (shape.has_list ? 8 : 0);
  if (shape.has_list ? length < fixed : length != fixed) return kind;
  if (shape.has_list) {
    kind.list_count = (length - fixed) / 8;
    kind.pointer = list_pointer(kind.list_count);
    kind.pointer_at = kFrameHeader_bytes + fixed - 8;
  }
  kind.bytes = kFrameHeader_bytes + length;
  return kind;
}

/// Any bytes as the number they are in memory.
template <class T>
[[nodiscard]] inline T number_at(const std::uint8_t* p) noexcept {
  T number;
  std::memcpy(&number, p, sizeof number);
  return number;
}

/// The view of a frame of this kind that has passed every check.
inline void view_frame(const std::uint8_t* frame, const FrameKind& kind, Lane lane, std::uint32_t segment, std::size_t offset, FrameView& out) noexcept {
  out.type = static_cast<EventType>(static_cast<std::uint16_t>(kind.word >> 32));
  out.lane = lane;
  out.seq = number_at<Seq>(frame + 16);
  out.body = frame + kFrameHeader_bytes + 8;
  out.body_bytes = kind.body_bytes;
  out.list = {reinterpret_cast<const double*>(out.body + kind.body_bytes + 8), kind.list_count};
  out.segment = segment;
  out.offset = offset;
}

class GoodFrames {
 public:
  /// Behind the last accepted frame.
  struct Place {
    std::size_t offset = 0;
    std::uint32_t chain = 0;
    Seq seq = 0;
  };
  GoodFrames() = default;  // nowhere: finds nothing
  /// In a segment of which `size` bytes may be looked at; last_word: the first word of the last accepted frame.
  GoodFrames(std::uint8_t* base, std::size_t size, Place at, Lane lane, std::uint64_t last_word) noexcept
      : base_(base), size_(size), at_(at), fetched_(at.offset + kPrefetch_bytes), lane_(lane), step_(lane == Lane::kInputs ? 1 : 0),
        gap_max_(lane == Lane::kInputs ? 0 : std::numeric_limits<std::int64_t>::max()), kind_(frame_kind(last_word, lane)) {}

  [[nodiscard]] std::size_t offset() const noexcept { return at_.offset; }
  /// Of the frames that the last successful call went over.
  [[nodiscard]] const FrameKind& kind() const noexcept { return kind_; }
  /// More of the segment may be looked at.
  void extend(std::size_t size) noexcept { size_ = size; }

  /// Over three frames of the kind of the last one. Their CRCs go word by word in turn: each waits three cycles for its own
  /// last word and none for another's. False, and nothing moved, when the next three are not such frames or not good.
  [[nodiscard]] bool three() noexcept {
    const std::size_t bytes = kind_.bytes;
    if (bytes == 0 || size_ - at_.offset < 3 * bytes) return false;
    std::uint8_t *a = base_ + at_.offset, *b = a + bytes, *c = b + bytes;
    if (first_word(a) != kind_.word || first_word(b) != kind_.word || first_word(c) != kind_.word) return false;
    if (!plausible(a, at_.seq) || !plausible(b, seq_of(a)) || !plausible(c, seq_of(b))) return false;
    prefetch(3 * bytes);
    std::uint64_t x = crc_of_header(a), y = crc_of_header(b), z = crc_of_header(c);
    const std::uint8_t* p = a + kFrameHeader_bytes;
    const auto add = [&](std::size_t i) {
      x = _mm_crc32_u64(x, number_at<std::uint64_t>(p + i));
      y = _mm_crc32_u64(y, number_at<std::uint64_t>(p + bytes + i));
      z = _mm_crc32_u64(z, number_at<std::uint64_t>(p + 2 * bytes + i));
    };
    std::size_t left = bytes - kFrameHeader_bytes;
    for (; left >= 32; left -= 32, p += 32) {
      add(0);
      add(8);
      add(16);
      add(24);
    }
    for (; left != 0; left -= 8, p += 8) add(0);
    const std::uint32_t of_a = crc_of(a), of_b = crc_of(b), of_c = crc_of(c);
    if (finished(x, at_.chain) != of_a || finished(y, of_a) != of_b || finished(z, of_b) != of_c) return false;
    at_ = {at_.offset + 3 * bytes, of_c, seq_of(c)};
    return true;
  }

  /// Over one frame of any kind. False, and nothing moved, when it is not good.
  [[nodiscard]] bool one() noexcept {
    if (size_ - at_.offset < kFrameHeader_bytes) return false;
    std::uint8_t* frame = base_ + at_.offset;
    const std::uint64_t word = first_word(frame);
    if (word == 0) return false;  // not committed
    if (word != kind_.word) kind_ = frame_kind(word, lane_);
    const std::size_t bytes = kind_.bytes;
    if (bytes == 0 || size_ - at_.offset < bytes || !plausible(frame, at_.seq)) return false;
    prefetch(bytes);
    std::uint64_t state = crc_of_header(frame);
    for (std::size_t i = kFrameHeader_bytes; i < bytes; i += 8) state = _mm_crc32_u64(state, number_at<std::uint64_t>(frame + i));
    if (finished(state, at_.chain) != crc_of(frame)) return false;
    at_ = {at_.offset + bytes, crc_of(frame), seq_of(frame)};
    return true;
  }

 private:
  static constexpr std::size_t kPrefetch_bytes = 4096;  // ahead of the frame that is looked at

  [[nodiscard]] static std::uint64_t first_word(std::uint8_t* frame) noexcept {
    // acquire: the frame is whole when its first word is seen; pairs with release in commit() (journal/lane_writer.cpp).
    return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(frame)).load(std::memory_order_acquire);
  }
  [[nodiscard]] static std::uint32_t crc_of(const std::uint8_t* frame) noexcept { return number_at<std::uint32_t>(frame + 8); }
  [[nodiscard]] static Seq seq_of(const std::uint8_t* frame) noexcept { return number_at<Seq>(frame + 16); }

  /// Flags, pointers and seq of a frame of this kind that follows seq `before`.
  [[nodiscard]] bool plausible(const std::uint8_t* frame, Seq before) const noexcept {
    return number_at<std::uint32_t>(frame + 12) == 0 && number_at<std::uint64_t>(frame + kFrameHeader_bytes) == kind_.root &&
           number_at<std::uint64_t>(frame + kind_.pointer_at) == kind_.pointer && seq_of(frame) - before - step_ <= gap_max_;
  }
  /// Of the header without its crc (flags and seq), behind the first word.
  [[nodiscard]] std::uint64_t crc_of_header(const std::uint8_t* frame) const noexcept {
    const std::uint64_t state = _mm_crc32_u64(kind_.crc_state, number_at<std::uint64_t>(frame + 12));
    return _mm_crc32_u32(static_cast<std::uint32_t>(state), number_at<std::uint32_t>(frame + 20));
  }
  [[nodiscard]] static std::uint32_t finished(std::uint64_t state, std::uint32_t chain) noexcept {
    return ~static_cast<std::uint32_t>(_mm_crc32_u32(static_cast<std::uint32_t>(state), chain));
  }
  void prefetch(std::size_t bytes) noexcept {
    std::size_t next = fetched_;
    // Every other line: the processor fetches the neighbour as well.
    for (const std::size_t end = at_.offset + bytes + kPrefetch_bytes; next < end; next += 2 * kCacheLine_bytes) __builtin_prefetch(base_ + next);
    fetched_ = next;
  }

  std::uint8_t* base_ = nullptr;
  std::size_t size_ = 0;
  Place at_;
  std::size_t fetched_ = 0;
  Lane lane_ = Lane::kInputs;
  std::uint64_t step_ = 0, gap_max_ = 0;  // seq grows by step_ to step_ + gap_max_; a wilder jump is for decode_frame()'s caller
  FrameKind kind_;
};

}  // namespace omega::journal
