// What:     A stretch of one lane, mapped and checked once for several readers of one process. A VerifiedCursor goes over its frames
//           without checking them again and without mapping anything: the frames a LaneCursor would give, in its order.
// Owner:    shared, and immutable once made; each cursor holds it.   Threads: any number of cursors, each of one thread.
// Errors:   read: that of the LaneCursor, for anything that is not good in the stretch; then there is no VerifiedLane. What another
//           program writes into a segment afterwards is not seen. A segment that it cuts ends the process (bus_guard.hpp): at the first
//           load behind the new end, or, as the rest of the last page reads as zeros, where a cursor leaves the segment at the latest.
// Units:    TimeNs UTC. All of the stretch counts as resident memory: it is the page cache's, and mapped once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace omega::journal {

class VerifiedLane {
 public:
  /// From where the cursor stands to the first frame later than `until`, included; 0: to the lane's end, which on a live journal is
  /// what was committed by now.
  [[nodiscard]] static Result<std::shared_ptr<const VerifiedLane>> read(LaneCursor cursor, TimeNs until = 0);
  ~VerifiedLane();
  VerifiedLane(const VerifiedLane&) = delete;
  VerifiedLane& operator=(const VerifiedLane&) = delete;

  [[nodiscard]] Lane lane() const noexcept { return lane_; }
  [[nodiscard]] std::uint64_t frames() const noexcept { return frames_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept;  // of the frames

 private:
  friend class VerifiedCursor;
  /// Frames [from, to) of one segment, nothing but good event frames.
  struct Part {
    std::shared_ptr<const Mapping> map;
    std::uint32_t segment = 0;
    std::size_t from = 0, to = 0;
    std::filesystem::path path;
  };
  /// Ends the process when the part is no longer there as it was checked, or offset is known not to be.
  static void require_whole(const Part& part, std::size_t offset, bool known_damage) noexcept;
  explicit VerifiedLane(Lane lane) noexcept : lane_(lane) {}

  Lane lane_;
  std::vector<Part> parts_;
  std::uint64_t frames_ = 0;
};

class VerifiedCursor {
 public:
  explicit VerifiedCursor(std::shared_ptr<const VerifiedLane> lane) noexcept : lane_(std::move(lane)) {}

  /// The next frame; false at the end. The view lives as long as the cursor.
  bool next(FrameView& out) noexcept {
    if (offset_ == end_ && !next_part()) return false;
    const std::uint8_t* frame = base_ + offset_;
    const auto word = number_at<std::uint64_t>(frame);
    if (word != kind_.word) kind_ = frame_kind(word, lane_->lane_);
    if (kind_.bytes == 0 || kind_.bytes > end_ - offset_) [[unlikely]]
      VerifiedLane::require_whole(lane_->parts_[part_ - 1], offset_, true);
    view_frame(frame, kind_, lane_->lane_, segment_, offset_, out);
    offset_ += kind_.bytes;
    return true;
  }

 private:
  bool next_part() noexcept {
    if (part_ != 0) VerifiedLane::require_whole(lane_->parts_[part_ - 1], end_, false);
    if (part_ == lane_->parts_.size()) return false;
    const VerifiedLane::Part& part = lane_->parts_[part_++];
    base_ = part.map->base();
    segment_ = part.segment;
    offset_ = part.from;
    end_ = part.to;
    return true;
  }

  std::shared_ptr<const VerifiedLane> lane_;
  std::size_t part_ = 0;             // next one
  const std::uint8_t* base_ = nullptr;
  std::uint32_t segment_ = 0;
  std::size_t offset_ = 0, end_ = 0;
  FrameKind kind_;                   // of the last frame
};

}  // namespace omega::journal
