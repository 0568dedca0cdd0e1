// What:     Reads a journal, at rest or while another process writes it: zero-copy iteration and seek per lane.
// Owner:    JournalReader and LaneCursor own their mappings; they never create or change a file.
// Threads:  a cursor belongs to one thread; any number of cursors and processes may read.
// Errors:   open: Error naming what, where, what to do. A cursor stops at the first damage and keeps it: error() is one
//           line with lane, segment, offset and seq; damage() says the same in parts. A file that cannot be read (EIO, no
//           descriptors) is an error() of the environment without damage(): it says nothing about the bytes.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "journal/file.hpp"
#include "journal/frame.hpp"
#include "journal/good_frames.hpp"
#include "journal/journal_state.hpp"
#include "journal/watermark.hpp"

namespace omega::journal {

struct LaneFiles;
struct Manifest;

inline constexpr std::array kAllLanes{Lane::kInputs, Lane::kFeatures, Lane::kSignals, Lane::kRisk, Lane::kOrders};

struct Damage {
  enum class Kind : std::uint8_t {
    kTornTail,  // behind the watermark of a journal that was not closed: unacknowledged, may be cut
    kCorrupt,   // acknowledged data is damaged: do not trade on it
    kMissing,   // a whole segment is gone
  };
  Kind kind = Kind::kCorrupt;
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;
  Seq seq = 0;  // of the last good frame before
  std::string why;
};

class LaneCursor {
 public:
  explicit LaneCursor(std::shared_ptr<const LaneFiles> files) noexcept;

  /// The next event; false at the end or at damage. On a live journal call it again later for what was appended since.
  bool next(FrameView& out) noexcept {
    if (offset_ == checked_) return check_on(out);
    give(out);
    return true;
  }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] const std::optional<Damage>& damage() const noexcept { return damage_; }
  /// True once the lane's end mark was read: nothing can follow.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Goes to the first frame with seq >= `seq` (ts >= `ts`), forwards or backwards. False when there is none.
  bool seek(Seq seq);
  bool seek_time(TimeNs ts);
  /// To the start of the given segment's frames. False when it is not there.
  bool seek_segment(std::uint32_t segment);

  /// Behind the last frame given out.
  [[nodiscard]] LanePosition position() const noexcept;
  [[nodiscard]] Lane lane() const noexcept { return lane_; }
  /// Of the segment that holds the last frame given out.
  [[nodiscard]] const SegmentHeader& segment_header() const noexcept { return header_; }
  /// That segment; mapped for as long as somebody holds it.
  [[nodiscard]] std::shared_ptr<const Mapping> mapping() const noexcept { return map_; }
  [[nodiscard]] std::filesystem::path segment_path() const;

 private:
  bool check_on(FrameView& out) noexcept;
  bool check_one() noexcept;
  bool next_frame(FrameView& out) noexcept;
  bool populate() noexcept;
  /// The frame at offset_, already checked: one of those that ahead_ went over last.
  void give(FrameView& out) noexcept {
    const std::uint8_t* frame = base_ + offset_;
    const FrameKind& kind = ahead_.kind();
    view_frame(frame, kind, lane_, segment_, offset_, out);
    offset_ += kind.bytes;
    chain_ = number_at<std::uint32_t>(frame + 8);
    seq_ = out.seq;
    ++frames_here_;
  }
  bool open_segment(std::uint32_t number, bool linked) noexcept;
  bool at_segment_end(const FrameResult& mark) noexcept;
  void at_lane_end(const FrameResult& mark) noexcept;
  bool accept(const FrameResult& frame) noexcept;
  void damaged(std::uint64_t offset, std::string why, std::optional<Damage::Kind> kind = {}) noexcept;
  template <class Reached> bool seek_from(std::uint32_t segment, Reached reached);
  template <class Before> std::uint32_t seek_where(Before before);

  std::shared_ptr<const LaneFiles> files_;
  Lane lane_;                       // files_->lane, near at hand
  std::shared_ptr<const Mapping> map_;
  std::uint8_t* base_ = nullptr;
  std::size_t size_ = 0;            // whole words of the file
  std::size_t file_bytes_ = 0;
  std::size_t offset_ = 0;
  std::size_t checked_ = 0;         // the frames from offset_ to here are good and of one kind
  std::size_t populated_ = 0;       // pages of the mapping before here were asked for
  std::uint32_t chain_ = 0;
  std::uint32_t segment_ = 0;       // mapped one; 0 before the first
  Seq seq_ = 0;                     // of the last frame
  std::uint64_t frames_here_ = 0;   // event frames of this segment so far
  SegmentHeader header_{};
  GoodFrames ahead_;                // at checked_
  bool ended_ = false;
  std::optional<Damage> damage_;
  std::optional<Error> error_;
};

class JournalReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<JournalReader>> open(const std::filesystem::path& dir);
  ~JournalReader();
  [[nodiscard]] const Manifest& manifest() const noexcept { return *manifest_; }
  [[nodiscard]] bool has_lane(Lane lane) const noexcept { return lanes_[static_cast<std::size_t>(lane)] != nullptr; }
  /// Where the lane begins: behind what was pruned. REQUIRES has_lane(lane).
  [[nodiscard]] const LaneStart& start(Lane lane) const;
  /// kData naming the first of the lanes that was pruned, for a reader (`what`) that cannot do without its beginning.
  [[nodiscard]] Status require_unpruned(std::string_view what, std::span<const Lane> lanes) const;
  /// A cursor at the lane's start. REQUIRES has_lane(lane).
  [[nodiscard]] LaneCursor lane(Lane lane) const;
  [[nodiscard]] const std::filesystem::path& dir() const noexcept { return dir_; }

 private:
  JournalReader() = default;
  std::filesystem::path dir_;
  std::unique_ptr<const Manifest> manifest_;
  std::array<std::shared_ptr<const LaneFiles>, kLaneCount> lanes_;
};

}  // namespace omega::journal
