// What:     Statistical breaker of the whole portfolio over the last 30 closed trades, active from 10: trips for 120 min when
//           t = mean/(s/√10) of the last ten R is below −2.5, or when k >= 3 losses in a row were improbable:
//           (1 − w)^k < .05, w = win rate of the trades before the streak (.5 with fewer than ten of them).
// Owner:    KillSwitch.   Threads: one.   Units: R, ns.
// Choices:  a scratch inside a streak neither counts nor breaks it (as in L3) and is not part of w. While tripped nothing is
//           evaluated; the window is kept, so the first trade after the pause is judged with its history. Ten equal losses
//           have no spread: their t is recorded as −1e9.
// Source:   STRATEGIES 4.5-5.
#pragma once

#include "engine/core/config.hpp"
#include "engine/features/window.hpp"

namespace omega {

class StatBreaker {
 public:
  enum class Rule : std::uint16_t { kNone = 0, kTTest = 1, kStreak = 2 };
  struct Verdict {
    Rule rule = Rule::kNone;
    double value = 0, limit = 0;
  };

  explicit StatBreaker(const RiskConfig& config);

  /// A closed trade of any strategy; a rule other than kNone means that it tripped now.
  Verdict on_trade(TimeNs ts, double r) noexcept;
  /// True once, at the first ts >= until().
  bool expire(TimeNs ts) noexcept;
  [[nodiscard]] bool tripped() const noexcept { return until_ != 0; }
  [[nodiscard]] TimeNs until() const noexcept { return until_; }  // 0: not tripped

  template <class Archive> void serialize(Archive& ar) { ar(trades_, until_); }

 private:
  [[nodiscard]] Verdict judge() const noexcept;
  [[nodiscard]] double t_of_last_ten() const noexcept;
  [[nodiscard]] double streak_probability() const noexcept;  // 1 with fewer than three losses in a row

  double t_min_, streak_p_;
  std::size_t active_from_;
  DurationNs pause_ns_;
  Window<double> trades_;
  TimeNs until_ = 0;
};

}  // namespace omega
