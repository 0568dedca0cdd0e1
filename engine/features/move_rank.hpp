// What:     F11 how rare the move of the last k bars is: its rank among the n such moves before it.
// Owner:    feature set.   Threads: one.
// Formula:  m = |(C_t − C_{t−k})/C_{t−k}| rounded once to 2^-40; rank = share of m over lag(n) that is <= the current one. A move is
//           at or above the q-th percentile (nearest rank) exactly when rank >= q.
// Units:    share, [0, 1].   Ready: n moves; for k bars after a GAP the move would span it: WARMING, and nothing enters the window.
// Cost:     O(log n) to ask, one move of at most n words to push.
// Source:   STRATEGIES S19; Cont (2001) Quant. Finance 1(2):223-236 (heavy tails: a rank, not a sigma).
#pragma once

#include "engine/features/order_statistic_ring.hpp"
#include "engine/features/returns.hpp"

namespace omega {

class MoveRank {
 public:
  MoveRank(int k, int n) : closes_(static_cast<std::size_t>(k)), moves_(static_cast<std::size_t>(n)) {}

  void on_bar(const TfBar& bar) noexcept {
    value_ = FeatureValue::warming();
    if (bar.gap()) joined_bars_ = 0;
    if (joined_bars_ == closes_.capacity()) {
      const std::int64_t r = return_quanta(closes_.oldest(), bar.close), move = r < 0 ? -r : r;
      if (moves_.full()) {
        value_ = FeatureValue::of(static_cast<double>(moves_.count_up_to(move)) / static_cast<double>(moves_.size()));
      }
      moves_.push(move);
    } else {
      ++joined_bars_;
    }
    closes_.push(bar.close);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(closes_, moves_, joined_bars_, value_); }

 private:
  Window<Price> closes_;
  OrderStatisticRing moves_;
  std::uint64_t joined_bars_ = 0;  // closes in the window since the last gap
  FeatureValue value_;
};

}  // namespace omega
