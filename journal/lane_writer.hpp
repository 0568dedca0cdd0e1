// What:     Appends the frames of one lane into its mapped segment: the journal's hot path.
// Owner:    JournalWriter.   Threads: one stage's thread.
// Ordering: a frame's length is stored last with release order; readers in any process acquire it. The header of the
//           next segment is written before the mark that sends readers there.
// Errors:   append() never throws, allocates or calls the system (but may wait for the helper at a segment's end). A
//           frame that cannot be taken is dropped and counted, ok() turns false and stays so.
#pragma once

#include <atomic>
#include <string>

#include "engine/core/lane.hpp"
#include "journal/event_shape.hpp"
#include "journal/lane_store.hpp"

namespace omega::journal {

class LaneWriter final : public LaneSink {
 public:
  /// Continues behind `end` (segment 0: an empty lane), in a store opened at the same place.
  LaneWriter(LaneStore& store, const LanePosition& end) noexcept;

  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
              std::span<const double> list) noexcept override;
  // relaxed because it is only a flag
  [[nodiscard]] bool ok() const noexcept override { return !refused_.load(std::memory_order_relaxed) && !store_.failed(); }

  /// Closes the lane with its end mark; nothing may be appended afterwards.
  [[nodiscard]] Status end_lane();
  /// Behind the last frame (and the end mark, once written).
  [[nodiscard]] LanePosition position() const noexcept { return {segment_, offset_, seq_, crc_, frames_}; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  [[nodiscard]] bool admit(const EventShape& shape, EventType type, Seq seq, std::size_t body_bytes,
                           std::size_t list_count) noexcept;
  [[nodiscard]] bool roll(Seq seq, std::size_t frame_bytes) noexcept;
  void put_mark(std::uint8_t* at, FrameHeader mark, std::uint64_t body) noexcept;
  [[nodiscard]] FrameHeader make_mark(std::uint16_t type, std::uint64_t body) const noexcept;
  void refuse(std::string why) noexcept;

  // line 0 - all that an append touches
  alignas(kCacheLine_bytes) std::uint8_t* base_ = nullptr;
  std::uint64_t offset_ = 0;
  std::uint64_t limit_ = 0;   // the middle of the segment, later where the room for the end mark begins; 0 forces a roll
  Seq seq_ = 0;
  std::uint64_t frames_ = 0;
  std::uint32_t crc_ = 0;
  std::uint32_t segment_ = 0;
  std::atomic<bool> refused_{false};  // a flag: ok() is also asked by the driver
  const bool inputs_;

  std::uint64_t frames_before_ = 0;  // in earlier segments
  std::uint64_t dropped_ = 0;
  LaneStore& store_;
};

}  // namespace omega::journal
