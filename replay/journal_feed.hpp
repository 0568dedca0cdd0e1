// What:     The external inputs (bars, operator commands) of a recorded journal as a feed: what a backtest is driven by.
//           Timers and execution reports are left out, because the engine makes its own.
// Owner:    the driver; owns the reader.   Threads: the sequencer's.
// Ordering: the journal's.
// Errors:   open: what the reader says, or a symbol that the configuration does not know. Damage inside the lane ends the
//           feed with error().
// Units:    TimeNs UTC; an event belongs to (from, to]: a bar stamped T covers the minute before T.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"
#include "journal/reader.hpp"

namespace omega::replay {

struct FeedRange {
  TimeNs from = 0, to = 0;  // 0 = from the start, to the end
  int last_days = 0;        // > 0: the last so many times 24 h, instead of from and to
};

class JournalFeed final : public ExternalFeed {
 public:
  /// Instruments are matched by symbol, so that a table that grew since the recording does not shift them.
  [[nodiscard]] static Result<std::unique_ptr<JournalFeed>> open(const std::filesystem::path& dir, const EngineConfig& config,
                                                                 const FeedRange& range);
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  [[nodiscard]] const journal::JournalReader& reader() const noexcept { return *reader_; }
  bool next(InputEvent& out) noexcept override;
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }

 private:
  JournalFeed(std::unique_ptr<journal::JournalReader> reader, journal::LaneCursor cursor) noexcept
      : reader_(std::move(reader)), cursor_(std::move(cursor)) {}
  [[nodiscard]] Status describe(const EngineConfig& config);
  [[nodiscard]] Status place(const FeedRange& range);

  std::unique_ptr<journal::JournalReader> reader_;
  journal::LaneCursor cursor_;
  FeedDescription description_;
  std::vector<InstrumentId> id_map_;          // recorded id -> id in this configuration
  TimeNs after_ = 0, until_ = 0;              // events in (after_, until_]; until_ 0 = all
  std::optional<InputEvent> pending_;         // read while placing
  std::string error_;
};

/// Timestamp of the inputs lane's last event; 0 when there is none. REQUIRES has_lane(kInputs).
[[nodiscard]] TimeNs last_input_ts(const journal::JournalReader& reader);
/// Symbols by InstrumentId, as the journal's manifest keeps them with its configuration.
[[nodiscard]] std::vector<std::string> recorded_symbols(const journal::Manifest& manifest);

}  // namespace omega::replay
