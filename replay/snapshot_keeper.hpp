// What:     Takes the engine's state every so many inputs and at a clean end, and writes it beside the lanes on a thread of
//           its own. And puts an engine back into such a state.
// Owner:    the driver of a run.
// Threads:  the driver's, which copies the state between two inputs (no event is in flight then); one writing thread at a
//           time, joined before the next.
// Errors:   a snapshot that cannot be written is a warning: recovery then takes longer, nothing is lost. A failed sync is
//           more: the disk is not to be trusted any more, see sync_failed().
#pragma once

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/pipeline.hpp"
#include "journal/snapshot.hpp"
#include "journal/writer.hpp"

namespace omega::replay {

/// Counts what a run takes from its feed, so that a later run can prove that it skips the same events.
struct FeedPosition {
  std::uint64_t events = 0, digest = 0;
  void take(const InputEvent& e) noexcept {
    ++events;
    digest = digest_step(digest, e.type, 0, e.body.data(), e.body_bytes(), {});
  }
};

class SnapshotKeeper {
 public:
  /// interval_inputs 0: only at the end.
  SnapshotKeeper(std::filesystem::path journal_dir, std::string journal_id, std::uint64_t interval_inputs, Seq last_snapshot);
  ~SnapshotKeeper();
  SnapshotKeeper(const SnapshotKeeper&) = delete;
  SnapshotKeeper& operator=(const SnapshotKeeper&) = delete;

  [[nodiscard]] bool due(Seq seq) const noexcept { return interval_ != 0 && seq - last_ >= interval_; }
  /// Every lane must have been written up to the last input. Waits for the snapshot before, if it is still being written.
  void take(Pipeline& pipeline, const journal::JournalWriter& writer, const FeedPosition& feed);
  /// The first failed sync is final for the run, wherever it happens.
  [[nodiscard]] bool sync_failed() const noexcept { return sync_failed_.load(std::memory_order_relaxed); }  // relaxed because it is only a flag
  /// Waits for the writing thread; the first thing that went wrong, if any.
  [[nodiscard]] std::optional<std::string> finish();

 private:
  void wait();
  const std::filesystem::path dir_;
  const std::string journal_id_;
  const std::uint64_t interval_;
  Seq last_;
  std::future<Status> writing_;
  std::atomic<bool> sync_failed_{false};
  std::optional<std::string> problem_;
};

/// Loads the snapshot into a fresh pipeline. False when its bytes do not fit: the pipeline is then good for nothing.
[[nodiscard]] bool load_snapshot(const journal::Snapshot& snapshot, Pipeline& pipeline);

}  // namespace omega::replay
