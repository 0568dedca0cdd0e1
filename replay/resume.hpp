// What:     Continues a journal that a crash, a stop or the end of a shorter feed left behind. The run starts again on the
//           same feed; what a lane already holds is compared instead of written, what is missing is appended. So the
//           lanes become what an uninterrupted run would have written, or the run stops at the first difference.
// Owner:    the driver of a run.   Threads: one.
// Errors:   kUsage when the configuration or the feed is another one, kData when the journal is damaged or the engine
//           derives something else than what is recorded, kEnvironment when another process holds the journal.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "engine/pipeline/stages.hpp"
#include "journal/recovery.hpp"
#include "journal/snapshot.hpp"
#include "journal/writer.hpp"
#include "replay/compare_sink.hpp"
#include "replay/run_facts.hpp"

namespace omega::replay {

/// What a recovered journal holds.
struct ResumePoint {
  journal::RecoveryReport recovery;
  std::uint64_t external_inputs = 0;  // events that came from the feed: not to be paced a second time
  std::vector<InputEvent> controls;   // recorded ones, with their seq: those that the engine made itself are not in the feed
};

/// True when there is nothing to continue: no folder, or one that a run died in before it was a journal.
[[nodiscard]] bool nothing_to_resume(const std::filesystem::path& dir);

/// Recovers the journal (journal/recovery.hpp) and counts what it holds.
[[nodiscard]] Result<ResumePoint> prepare_resume(const std::filesystem::path& dir);

/// One lane's sink: compares as many frames as were recorded, then appends.
class ResumeSink final : public LaneSink {
 public:
  /// frames: recorded ones behind the cursor's place.
  ResumeSink(Lane lane, std::optional<journal::LaneCursor> recorded, std::uint64_t frames, LaneSink& writer);
  void start_at(Lane lane, journal::LaneCursor recorded, std::uint64_t frames);

  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
              std::span<const double> list) noexcept override;
  [[nodiscard]] bool ok() const noexcept override { return compare_ok() && writer_.ok(); }
  [[nodiscard]] bool caught_up() const noexcept { return left_ == 0; }
  [[nodiscard]] bool compare_ok() const noexcept { return !compare_ || compare_->ok(); }
  [[nodiscard]] std::string difference() const;
  [[nodiscard]] std::uint64_t appended() const noexcept { return appended_; }

 private:
  std::optional<CompareSink> compare_;
  std::uint64_t left_;
  std::uint64_t appended_ = 0;
  LaneSink& writer_;
};

/// A reopened journal with its lanes' sinks.
class ResumedJournal {
 public:
  /// config, feed: of this run, resolved; they must be what the journal was recorded with (journal.* may differ).
  [[nodiscard]] static Result<std::unique_ptr<ResumedJournal>> open(const std::filesystem::path& dir, const nlohmann::json& config,
                                                                    const nlohmann::json& feed, const journal::WriterOptions& options);

  [[nodiscard]] LaneSinks sinks() noexcept;
  [[nodiscard]] const journal::JournalReader& reader() const noexcept { return *reader_; }
  /// Begins to compare behind the snapshot's places. An error when a lane has no such place: nothing has changed then.
  [[nodiscard]] Status start_at(const journal::Snapshot& snapshot);
  [[nodiscard]] journal::JournalWriter& writer() noexcept { return *writer_; }
  [[nodiscard]] std::unique_ptr<journal::JournalWriter> take_writer() noexcept { return std::move(writer_); }
  /// Every lane has passed what was recorded.
  [[nodiscard]] bool caught_up() const noexcept;
  /// The engine derived what is recorded, so far.
  [[nodiscard]] bool ok() const noexcept;
  /// Why not ok(), or that the feed ended before the recorded inputs did; none when all is well.
  [[nodiscard]] std::optional<Error> error() const;
  [[nodiscard]] ResumeFacts facts() const;

 private:
  ResumedJournal() = default;
  std::filesystem::path dir_;
  std::unique_ptr<journal::JournalWriter> writer_;
  std::unique_ptr<journal::JournalReader> reader_;
  std::array<std::unique_ptr<ResumeSink>, kLaneCount> sinks_;
  std::array<std::uint64_t, kLaneCount> writer_frames_{};  // when it was reopened
  std::uint64_t recorded_inputs_ = 0;
};

}  // namespace omega::replay
