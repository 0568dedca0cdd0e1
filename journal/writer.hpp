// What:     Writes one journal directory: a lane per stage, a helper thread for all, one lock, one manifest.
// Owner:    the driver of a run; outlives the engine that appends.
// Threads:  create, lane, close: the owner's thread. Each lane is appended to by one thread. sync, ok: any thread.
// Errors:   Status/Result; a failing lane latches, ok() turns false, error() tells. Without close() (or after a failure)
//           the journal stays "open" on disk and is to be recovered (journal/recovery.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/core/lane.hpp"
#include "engine/core/result.hpp"

namespace omega::journal {

struct Manifest;
struct LanePosition;

struct WriterOptions {
  std::uint32_t segment_bytes = 16u << 20;  // per lane segment, multiple of 4096
  /// How far ahead of the writer pages are faulted in; 0: not at all. The helper looks every 2 ms: 4 MiB let a lane grow by 2 GB/s
  /// without a fault of its writer. A durable lane that has filled a segment has the next two whole before that one is synced, so
  /// that a sync may take as long as the lane needs for them.
  std::uint32_t prefault_bytes = 4u << 20;
  bool durable = true;                      // fdatasync at segment roll, sync() and close(); off for throw-away runs
};

struct LaneCounters {
  std::uint64_t frames = 0, bytes = 0, segments = 0, waits_for_segment = 0, dropped = 0;
  Seq last_seq = 0;
};

class JournalWriter {
 public:
  /// Makes dir (and its parents) or takes an empty one. An existing journal or foreign files are refused.
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> create(const std::filesystem::path& dir, Manifest manifest,
                                                                     const WriterOptions& options);
  /// Continues a closed or recovered journal behind its last frames. segment_bytes comes from its manifest.
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> reopen(const std::filesystem::path& dir,
                                                                     const WriterOptions& options);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// The lane's sink; begins the lane at the first call. Call it for each wanted lane before the engine starts.
  LaneSink& lane(Lane lane);
  [[nodiscard]] bool ok() const noexcept;
  /// A lane has no room for its next segment: nothing is lost, but the rest of the segments in use is all there is.
  [[nodiscard]] bool full() const noexcept;
  /// The first error of any lane.
  [[nodiscard]] std::optional<Error> error() const;
  /// All that was appended before the call is on the disk when it returns, and below the watermarks.
  [[nodiscard]] Status sync();
  /// The same for one lane; answers with the last seq that is durable. An error of any lane is final for all.
  [[nodiscard]] Result<Seq> sync(Lane lane);
  /// Ends every lane and the manifest's state; idempotent.
  [[nodiscard]] Status close();
  /// Edit config, feed, operator log ...; written by save_manifest() and by close().
  [[nodiscard]] Manifest& manifest() noexcept;
  [[nodiscard]] Status save_manifest();
  /// Of the appending thread's view; call it when no one appends, or accept a torn picture.
  [[nodiscard]] LaneCounters counters(Lane lane) const noexcept;
  /// Behind the lane's last frame; likewise of the appending thread's view.
  [[nodiscard]] LanePosition position(Lane lane) const noexcept;

 private:
  struct Impl;
  explicit JournalWriter(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace omega::journal
