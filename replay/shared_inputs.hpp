// What:     The inputs of a journal, or a period of them, for several backtests of one process: opened, mapped and checked once, then
//           read by a JournalFeed of each.
// Owner:    shared by the feeds; immutable.   Threads: any.
// Errors:   open: what the reader says about the journal, and any damage in the period, before the first backtest begins.
// Units:    TimeNs UTC; an event belongs to (from, to]: a bar stamped T covers the minute before T.
#pragma once

#include <filesystem>
#include <memory>

#include "journal/verified_lane.hpp"

namespace omega::replay {

struct FeedRange {
  TimeNs from = 0, to = 0;  // 0 = from the start, to the end
  int last_days = 0;        // > 0: the last so many times 24 h, instead of from and to
};

/// A range on one journal's inputs: events in (after, until].
struct FeedPeriod {
  TimeNs after = 0, until = 0;  // until 0: all
  TimeNs last = 0;              // of all inputs
};

/// The reader of a journal that has inputs.
[[nodiscard]] Result<std::shared_ptr<const journal::JournalReader>> open_inputs(const std::filesystem::path& dir);
[[nodiscard]] FeedPeriod period_of(const journal::JournalReader& reader, const FeedRange& range);
/// A cursor before the period's first input; at the lane's end when there is none.
[[nodiscard]] journal::LaneCursor inputs_of(const journal::JournalReader& reader, const FeedPeriod& period);
/// Timestamp of the inputs lane's last event; 0 when there is none. REQUIRES has_lane(kInputs).
[[nodiscard]] TimeNs last_input_ts(const journal::JournalReader& reader);

class SharedInputs {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const SharedInputs>> open(const std::filesystem::path& dir, const FeedRange& range);
  [[nodiscard]] const std::shared_ptr<const journal::JournalReader>& reader() const noexcept { return reader_; }
  [[nodiscard]] const FeedPeriod& period() const noexcept { return period_; }
  [[nodiscard]] const std::shared_ptr<const journal::VerifiedLane>& frames() const noexcept { return frames_; }

 private:
  SharedInputs() = default;
  std::shared_ptr<const journal::JournalReader> reader_;
  FeedPeriod period_;
  std::shared_ptr<const journal::VerifiedLane> frames_;
};

}  // namespace omega::replay
