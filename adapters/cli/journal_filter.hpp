// What:     Which events omega journal cat prints: by lane, type, symbol, strategy, seq and time.
// Owner:    the command.   Threads: main thread.
// Errors:   kUsage naming the option and the nearest known name.
#pragma once

#include <limits>
#include <vector>

#include "adapters/cli/journal_command.hpp"
#include "journal/event_json.hpp"
#include "journal/reader.hpp"

namespace omega::cli {

struct Filter {
  std::vector<Lane> lanes;
  std::vector<EventType> types;               // empty: all
  std::vector<InstrumentId> instruments;
  std::vector<StrategyId> strategies;
  TimeNs from = 0, to = 0;
  Seq from_seq = 0, to_seq = std::numeric_limits<Seq>::max();
  std::uint64_t limit = 0;
};

[[nodiscard]] Result<Filter> filter_of(const JournalOptions& options, const journal::NameTables& names);
/// True when the event is wanted; f.to_seq and f.to are the caller's, who stops there.
[[nodiscard]] bool passes(const Filter& filter, const journal::FrameView& event);

}  // namespace omega::cli
