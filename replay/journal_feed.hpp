// What:     The external inputs (bars, operator commands) of a recorded journal as a feed: what a backtest is driven by.
//           Timers and execution reports are left out, because the engine makes its own.
// Owner:    the driver; owns the reader, or holds inputs that other feeds read as well.   Threads: the sequencer's.
// Ordering: the journal's.
// Errors:   open: what the reader says, or a symbol that the configuration does not know. Damage inside the lane ends the
//           feed with error().
// Units:    TimeNs UTC.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"
#include "replay/shared_inputs.hpp"

namespace omega::replay {

class JournalFeed final : public ExternalFeed {
 public:
  /// Instruments are matched by symbol, so that a table that grew since the recording does not shift them.
  [[nodiscard]] static Result<std::unique_ptr<JournalFeed>> open(const std::filesystem::path& dir, const EngineConfig& config,
                                                                 const FeedRange& range);
  /// Over inputs that were opened, checked and cut to their range before.
  [[nodiscard]] static Result<std::unique_ptr<JournalFeed>> open(const std::shared_ptr<const SharedInputs>& inputs, const EngineConfig& config);
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  [[nodiscard]] const journal::JournalReader& reader() const noexcept { return *reader_; }
  bool next(InputEvent& out) noexcept override;
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }

 private:
  JournalFeed(std::shared_ptr<const journal::JournalReader> reader, journal::LaneCursor cursor, const FeedPeriod& period) noexcept
      : reader_(std::move(reader)), cursor_(std::move(cursor)), period_(period) {}
  [[nodiscard]] static Result<std::unique_ptr<JournalFeed>> begin(std::unique_ptr<JournalFeed> feed, const EngineConfig& config);
  [[nodiscard]] Status describe(const EngineConfig& config);
  [[nodiscard]] Status place();
  bool next_frame(journal::FrameView& frame) noexcept {
    return shared_ != nullptr ? shared_->next(frame) : cursor_.next(frame);
  }

  std::shared_ptr<const journal::JournalReader> reader_;
  journal::LaneCursor cursor_;
  std::unique_ptr<journal::VerifiedCursor> shared_;  // over shared inputs; then cursor_ is not used
  FeedPeriod period_;
  FeedDescription description_;
  std::vector<InstrumentId> id_map_;          // recorded id -> id in this configuration
  std::optional<InputEvent> pending_;         // read while placing
  std::string error_;
};

/// Symbols by InstrumentId, as the journal's manifest keeps them with its configuration.
[[nodiscard]] std::vector<std::string> recorded_symbols(const journal::Manifest& manifest);

}  // namespace omega::replay
