// What:     Judges one market input before it is journaled: sets its kBad* bits (STRATEGIES 1.7). An event with any of them is
//           quarantined: journaled as it came, counted, never seen by a feature and never used as "the last bar" here.
// Owner:    sequencer.   Threads: the sequencer's.
// Errors:   none; a bad bar is data. An instrument that is not in the table is the feed's bug (REQUIRE).
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
// Rules beyond the table of 1.7, chosen here:
//   - every rule is tested, so one bar may carry several bits; each bit has its own counter;
//   - bits that the feed already set (for instance NaN, which a Price cannot hold) are kept;
//   - a price above kPriceLimit or a volume outside [0, kVolumeLimit] is kBadPrice: exact 128-bit sums are sized for these;
//   - a bar not on a minute, or with ts != t_open + 60 s, is kBadOrder;
//   - the jump rule compares mid closes: |C - C_last| > C_last / 2 (exactly half is kept);
//   - a lasting move is not a spike: a bar that is later than a bar quarantined for its jump alone, and within half of
//     it, is good and becomes the last bar, so that a real revaluation costs one bar and not the instrument.
#pragma once

#include <array>
#include <vector>

#include "engine/core/config.hpp"

namespace omega {

inline constexpr Price kPriceLimit = Price{1} << 54;  // 18 million units of quote currency
inline constexpr Qty kVolumeLimit = Qty{1} << 52;     // 45 million units a minute; a day's sum stays below 2^63

/// kBad* bits of one quote, trade or book event taken alone (tick_flag); 0 when it is good. Locked is good; a level's price or size
/// beyond the limits, a side out of order, or best bid > best ask in a quote or snapshot is not.
[[nodiscard]] std::uint16_t judge_tick(const InputEvent& event) noexcept;

class InputGuard {
 public:
  static constexpr std::size_t kReasonCount = 6;  // bits kBadPrice .. kBadJump, in order

  explicit InputGuard(const EngineConfig& config);

  /// Adds the kBad* bits to bar.flags and returns true when the bar is good.
  bool check(Bar& bar) noexcept;
  /// The same for any market event; its instrument must be in the table.
  bool check(InputEvent& event) noexcept;

  [[nodiscard]] std::uint64_t good() const noexcept { return good_; }
  [[nodiscard]] std::uint64_t quarantined() const noexcept { return quarantined_; }
  /// How many bars carried the bit; a bar with two bits counts in both.
  [[nodiscard]] const std::array<std::uint64_t, kReasonCount>& by_reason() const noexcept { return by_reason_; }

  template <class Archive> void serialize(Archive& ar) { ar(last_, by_reason_, good_, quarantined_); }

 private:
  struct Last {
    TimeNs t_open = 0;
    Price mid_close = 0;  // 0: no good bar yet
    TimeNs jump_t_open = 0;
    Price jump_close = 0;  // mid close of the newest bar quarantined for its jump alone; 0: none since the last good bar
    template <class Archive> void serialize(Archive& ar) { ar(t_open, mid_close, jump_t_open, jump_close); }
  };
  [[nodiscard]] static bool confirms_jump(const Last& last, TimeNs t_open, Price mid_close) noexcept;
  std::vector<Price> modelled_spread_;  // configuration, by instrument
  std::vector<Last> last_;
  std::array<std::uint64_t, kReasonCount> by_reason_{};
  std::uint64_t good_ = 0, quarantined_ = 0;
};

}  // namespace omega
