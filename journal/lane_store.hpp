// What:     The files of one lane while it is written: prepares the next segment ahead of need, retires full ones,
//           keeps the watermark. The lane's writer only swaps pointers with it.
// Owner:    JournalWriter; outlives the lane's writer.
// Threads:  prepare_spare(), populate_ahead(), retire_one() on the helper thread; take_spare(), settle_spare(), publish() on the stage's thread; sync() on any other one;
//           finish() after the helper has stopped.
// Errors:   latched; the first one stays. A failed lane takes no more frames.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "journal/watermark.hpp"

namespace omega::journal {

class SegmentHelper;

struct LaneOptions {
  std::uint32_t segment_bytes = 16u << 20;
  std::uint32_t prefault_bytes = 4u << 20;  // as in WriterOptions
  bool durable = true;   // fdatasync at roll, sync() and close
};

class LaneStore {
 public:
  /// A lane that has no directory yet.
  [[nodiscard]] static Result<std::unique_ptr<LaneStore>> create(const std::filesystem::path& journal_dir, Lane lane,
                                                                 const LaneOptions& options);
  /// A lane to be continued behind `end`, whose last segment ends exactly there (no end mark, nothing behind).
  [[nodiscard]] static Result<std::unique_ptr<LaneStore>> reopen(const std::filesystem::path& journal_dir, Lane lane,
                                                                 const LaneOptions& options, const LanePosition& end);

  ~LaneStore();
  LaneStore(const LaneStore&) = delete;
  LaneStore& operator=(const LaneStore&) = delete;

  // ---- the stage's thread
  /// The next segment, all zero, or null when the lane failed. Waits for the helper if it must, and counts that.
  [[nodiscard]] std::uint8_t* take_spare() noexcept;
  /// Returns when it is known whether there is a next segment: it is ready, or the lane is full() or failed. Asked for half way
  /// through each segment, so that a full disk is known while half a segment is left for what must still be said.
  void settle_spare() noexcept;
  /// The last whole frame starts here.
  void publish(std::uint32_t segment, std::uint64_t frame_offset) noexcept {
    // release: publishes the frame and its segment's header; pairs with acquire in sync() and prepare_spare().
    last_frame_.store(std::uint64_t{segment} << 32 | frame_offset, std::memory_order_release);
  }
  /// The mapped last segment after reopen() and before the helper serves the lane; null for a lane without frames.
  [[nodiscard]] std::uint8_t* reopened_base() noexcept { return live_.empty() ? nullptr : live_.front().map.base(); }

  // ---- the helper's thread
  /// True when it did something. No space for the spare: the lane is full(), not failed, as long as its segment lasts.
  bool prepare_spare();
  /// Stops the program when a live segment is shorter than it was made (journal/bus_guard.hpp).
  void look_for_truncation() noexcept;
  /// Faults in the next part of the segment that is written, or of the spare one; true when it did something.
  bool populate_ahead() noexcept;
  bool retire_one();     // syncs and unmaps one segment that was full at prepare_spare(); true when it did something

  // ---- any thread
  /// Everything published before the call is on the disk and below the watermark; answers with the last seq that is.
  [[nodiscard]] Result<Seq> sync();
  void fail(Error error) noexcept;
  [[nodiscard]] bool failed() const noexcept {
    // acquire: the error text is complete when true is seen; pairs with release in fail().
    return failed_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::optional<Error> error() const;
  /// The disk has no room for the next segment; tried again now and then. What remains is the rest of this segment.
  [[nodiscard]] bool full() const noexcept { return full_.load(std::memory_order_relaxed); }  // relaxed because it is only a flag
  void attach(SegmentHelper* helper) noexcept { helper_ = helper; }
  /// Returns when a spare segment is ready or the lane failed.
  void wait_spare() noexcept;

  // ---- after the helper stopped
  /// Cuts the last segment to used_bytes, removes the spare one, advances the watermark to `end`.
  [[nodiscard]] Status finish(const LanePosition& end, std::uint32_t last_segment, std::uint64_t used_bytes);

  [[nodiscard]] Lane lane() const noexcept { return lane_; }
  [[nodiscard]] const LaneOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::uint64_t waits() const noexcept { return waits_; }  // times take_spare() had to wait
  [[nodiscard]] const std::filesystem::path& dir() const noexcept { return dir_; }

 private:
  struct Segment {
    std::uint32_t number = 0;
    Fd fd;
    Mapping map;
    std::uint32_t populated = 0;  // bytes faulted in; helper only
  };
  LaneStore(std::filesystem::path dir, Lane lane, const LaneOptions& options)
      : dir_(std::move(dir)), lane_(lane), options_(options) {}
  [[nodiscard]] Result<Segment> make_segment(std::uint32_t number, bool existing, bool* no_space = nullptr);
  [[nodiscard]] std::filesystem::path segment_path(std::uint32_t number) const;
  [[nodiscard]] Status sync_segment(const Segment& segment);
  [[nodiscard]] Status advance_watermark(const LanePosition& at);  // never backwards

  const std::filesystem::path dir_;
  const Lane lane_;
  const LaneOptions options_;
  SegmentHelper* helper_ = nullptr;

  std::mutex files_mutex_;  // live_, watermark_
  std::vector<Segment> live_;  // ascending numbers; the last may be the spare one
  WatermarkWriter watermark_;
  LanePosition covered_;         // by the watermark
  std::uint64_t synced_ = 0;     // value of last_frame_ at the last sync
  std::uint32_t next_number_ = 1;  // of the next spare; helper only
  std::uint32_t round_segment_ = 0;  // in use when the helper's round began; helper only

  alignas(kCacheLine_bytes) std::atomic<std::uint64_t> last_frame_{0};  // line - written by the stage's thread only
  std::uint64_t waits_ = 0;                                             // stage's thread only
  alignas(kCacheLine_bytes) std::atomic<std::uint8_t*> spare_{nullptr};  // line - helper fills, stage's thread empties
  std::atomic<bool> failed_{false};
  std::atomic<bool> full_{false};
  std::atomic<bool> urgent_{false};  // the stage waits for the spare: the next refusal is the end
  std::uint32_t looks_while_full_ = 0;  // helper only

  mutable std::mutex wait_mutex_;  // error_, and the rare wait for a spare segment
  std::condition_variable spare_ready_;
  std::optional<Error> error_;
};

/// 00000001.seg
[[nodiscard]] std::string segment_name(std::uint32_t number);
/// The number in a segment's file name; 0 when it is no such name.
[[nodiscard]] std::uint32_t segment_number(const std::string& file_name);

}  // namespace omega::journal
