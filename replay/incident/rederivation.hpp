// What:     Replays a journal's inputs through the four stages, one input at a time, so that the caller can look at the state
//           before and after any of them; everything derived is held against the journal.
// Owner:    caller.   Threads: one.
// Errors:   open: what the reader says, or a journal that is not a run's. A damaged inputs lane ends the replay with error().
#pragma once

#include <array>
#include <memory>

#include "replay/incident/aligned_sink.hpp"
#include "replay/stage_replay.hpp"

namespace omega::replay {

class Rederivation {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Rederivation>> open(const std::filesystem::path& dir);

  /// Fetches the next input without running it; false at the end or at damage.
  bool fetch() noexcept;
  /// Runs the fetched input.
  void run() noexcept { stages_->run(seq_); }
  /// Call after the last input that was run.
  void finish() noexcept;

  [[nodiscard]] EventSlot& slot() noexcept { return stages_->slot(seq_); }
  [[nodiscard]] const InputEvent& input() noexcept { return slot().input; }
  [[nodiscard]] const Stages& stages() const noexcept { return stages_->stages(); }
  [[nodiscard]] const EngineConfig& config() const noexcept { return config_; }
  [[nodiscard]] const journal::JournalReader& reader() const noexcept { return *reader_; }
  [[nodiscard]] const journal::NameTables& names() const noexcept { return names_; }
  [[nodiscard]] std::uint64_t inputs() const noexcept { return inputs_; }
  /// nullptr for the inputs lane: the inputs are the given.
  [[nodiscard]] const AlignedSink* lane(Lane lane) const noexcept { return sinks_[static_cast<std::size_t>(lane)].get(); }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  Rederivation(std::unique_ptr<journal::JournalReader> reader, EngineConfig config);

  std::unique_ptr<journal::JournalReader> reader_;
  EngineConfig config_;
  journal::NameTables names_;
  journal::LaneCursor inputs_cursor_;
  NullSink null_;
  std::array<std::unique_ptr<AlignedSink>, kLaneCount> sinks_;
  std::unique_ptr<StageReplay> stages_;
  Seq seq_ = 0;
  std::uint64_t inputs_ = 0;
  std::optional<Error> error_;
};

}  // namespace omega::replay
