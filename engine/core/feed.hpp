// What:     External facts in order: what the sequencer pulls from. A simulated market, a journal's inputs lane,
//           a CSV or a live adapter's queue all look like this.
// Owner:    the driver; outlives the engine.   Threads: the sequencer's thread calls next().
// Ordering: events come in the total order (ts, rank, instrument, arrival); the sequencer checks it.
// Errors:   next() returns false at the end or on an error; error() tells which. Never throws.
#pragma once

#include <string>
#include <vector>

#include "engine/core/events.hpp"

namespace omega {

struct FeedInstrument {
  std::string symbol;
  PriceBasis basis = PriceBasis::kBidAsk;
  VolumeKind volume_kind = VolumeKind::kNone;
  std::uint32_t capabilities = 0;   // capability bits
  bool simulated = false;
};

struct FeedDescription {
  std::string text;                       // e.g. "sim:seed=1,symbols=EURUSD+GBPUSD,days=90"
  std::vector<FeedInstrument> instruments;
  TimeNs from_ts = 0, to_ts = 0;          // 0 = unknown; used for progress and for --days
};

class ExternalFeed {
 public:
  virtual ~ExternalFeed() = default;
  [[nodiscard]] virtual const FeedDescription& description() const noexcept = 0;
  /// Fills out (seq stays 0) and returns true, or false when there is nothing more.
  virtual bool next(InputEvent& out) noexcept = 0;
  /// How much later than it was due the last event came, for a feed with a schedule on the wall. Never part of the event.
  [[nodiscard]] virtual DurationNs late_ns() const noexcept { return 0; }
  /// Empty unless the feed ended because of an error; then one line for the user.
  [[nodiscard]] virtual const std::string& error() const noexcept = 0;
};

}  // namespace omega
