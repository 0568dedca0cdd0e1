// What:     Patterns of the order book, for symbols that have one (feed key book=): what they want of the minute's bar and of the ticks
//           inside it. d = direction of the trade that the pattern invites; lengths in u; "its side" = bid for d = +1, ask for -1.
//   iceberg      a level 0.4 u behind the best of its side; for 14-20 min the best stays within 1.7 u of it and never goes through; in minutes 1
//                to 6 it is hit 9-15 times, each hit takes 75-90 % of what shows and all of it is back within 300 ms; then 6 min away at 1 u
//   OFI burst    along the trend and the last 20 min: for 7 min the best of its side grows and the other shrinks on balanced trades, price
//                1.3 u a minute
//   footprint    5 min against d to 2.5 u beyond the last 50 min (5-15 u); 5 min inside the 1-u bin there on 7 times the volume, 92 % of it
//                against d, while the best of its side grows; 4 min at 1.3 u with d on 8 times the volume, 88 % of it with d
//   spoof        twice, 3 min apart: an order of 55 times the usual size at level 3 of the side opposite d's, the price runs 0.8 u from it
//                within 4 s, the order is pulled untraded; in between and after it the price comes back
//   after each   20-45 min with d (p 0.6) or against
// Owner:    SimSymbol, one at a time.   Threads: one.   Units: prices double in quote currency, level and bounds Price 1e-9.
#pragma once

#include "adapters/feed/sim_pattern.hpp"
#include "engine/core/types.hpp"

namespace omega::sim {

enum class TickScript : std::uint8_t { kNone, kHold, kHits, kBuild, kAbsorb, kTakeOver, kSpoof, kLeak };

/// What the ticks of the minute do besides following the bar.
struct TickPlan {
  TickScript script = TickScript::kNone;
  int d = 0;
  int hits = 0;                // kHits: 1..3
  Price level = 0;             // kHold, kHits: the iceberg's price
  Price low = 0, high = 0;     // bounds of the best price of the pattern's side (0: none)
};

class BookPattern {
 public:
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// extreme: lowest (d > 0) or highest price of the last 50 minutes.
  void start(PatternKind kind, int d, double price, double extreme, double spread, double u, Price tick, const Random& random,
             std::int64_t minute) noexcept;
  /// prev: mid close of the minute before. noise: what the random walk would add.
  [[nodiscard]] MinutePlan next(double prev, double noise, TickPlan& ticks) noexcept;

 private:
  [[nodiscard]] MinutePlan iceberg(double prev, double noise, TickPlan& ticks) const noexcept;
  [[nodiscard]] MinutePlan burst(double prev, double noise, TickPlan& ticks) const noexcept;
  [[nodiscard]] MinutePlan footprint(double prev, double noise, TickPlan& ticks) noexcept;
  [[nodiscard]] MinutePlan spoof(double prev, double noise, TickPlan& ticks) const noexcept;
  [[nodiscard]] MinutePlan after(double prev, double noise, double pace) const noexcept;

  bool active_ = false, follows_ = false;
  PatternKind kind_ = PatternKind::kIceberg;
  int d_ = 0, t_ = 0, hold_ = 0, hits_ = 0;   // minutes; hits left are spread over the minutes 1..6
  double u_ = 0, half_ = 0, step_ = 0;        // half the usual spread; a minute's way to the footprint
  Price tick_ = 0, level_ = 0;
};

}  // namespace omega::sim
