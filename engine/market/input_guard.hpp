// What:     Checks each bar before it is journaled and marks what is wrong with it (bar_flag bits). A marked bar is kept
//           as evidence and never reaches a feature, a strategy or the venue.
// Owner:    the sequencer.   Threads: one.   Source: STRATEGIES 1.7.
#pragma once

#include <vector>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"

namespace omega {

class InputGuard {
 public:
  explicit InputGuard(const EngineConfig& config);

  /// A close more than this fraction away from the last good close is a spike (a slipped digit), not a move.
  static constexpr std::int64_t kJump_percent = 50;

  /// Sets the kBad* bits that apply; bits already set by an importer stay.
  void check(Bar& bar) noexcept;

  struct Counters {
    std::uint64_t bars = 0, quarantined = 0;
    std::array<std::uint64_t, 8> by_bit{};
    template <class Archive> void serialize(Archive& ar) { ar(bars, quarantined, by_bit); }
  };
  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

  void save(StateWriter& out) const { out(last_, counters_); }
  void load(StateReader& in) { in(last_, counters_); }

 private:
  struct Last {
    TimeNs t_open = 0;
    Price close = 0;
    bool seen = false;
    template <class Archive> void serialize(Archive& ar) { ar(t_open, close, seen); }
  };
  std::vector<Last> last_;  // by InstrumentId, good bars only
  Counters counters_;
};

}  // namespace omega
