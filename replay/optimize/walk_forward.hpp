// What:     Judges the trials of a search as if it had been done in time: the market days are cut into folds; in each fold the best
//           trial of the days before is taken and measured on the days that follow, beside the configuration as it is.
// Owner:    pure functions of the trials.   Threads: any.
// Choices:  the daily return of a strategy is the net P&L of its trades closed that day over the account's equity at the day's
//           start. In-sample windows begin at the first day and grow. The candidate is the best trial before the last fold, so the
//           last fold is out of sample for it too. Improvement is that of the joined out-of-sample days over the same days of
//           trial 0, as a fraction of the latter's size. Ties go to the earlier trial.
// Units:    Sharpe ratios annualised unless the name says daily; fractions; account currency.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/optimize/luck.hpp"
#include "replay/optimize/search_space.hpp"
#include "replay/optimize/trial.hpp"

namespace omega::replay {

enum class Objective : std::uint8_t { kSharpe, kPnl, kExpectancyR };

struct SearchRules {
  Objective objective = Objective::kSharpe;
  std::size_t folds = 4;
  std::size_t trades_min = 10;    // in sample, and of the search out of sample; fewer say nothing
  double threshold = 0.05;        // least improvement out of sample
  double days_per_year = 252;
};

/// One trial over the days [from, to).
struct Score {
  std::size_t from = 0, to = 0, trades = 0;
  double pnl = 0;
  std::optional<double> sharpe, expectancy_r;
  Moments moments;                // of the daily returns
  std::vector<double> returns;
  [[nodiscard]] std::optional<double> by(Objective o) const noexcept {
    return o == Objective::kSharpe ? sharpe : o == Objective::kPnl ? std::optional(pnl) : expectancy_r;
  }
};
[[nodiscard]] Score score_of(const Trial& trial, std::size_t from, std::size_t to, double days_per_year);

struct Fold {
  std::size_t cut = 0, to = 0;    // in sample [0, cut), out of sample [cut, to)
  std::uint64_t chosen = 0;       // trial; 0 also when no trial had enough trades
  Score inside, outside, current_inside, current_outside;
};

struct Verdict {
  std::vector<Fold> folds;
  Score outside, current_outside;           // joined over the folds
  std::optional<double> improvement;
  std::uint64_t candidate = 0;
  std::size_t judged = 0;                   // trials with enough trades before the last fold
  std::optional<double> daily_spread;       // standard deviation of the daily Sharpe ratios between them
  std::optional<double> luck_daily;         // what the best of as many without skill would show
  std::optional<double> probabilistic, deflated;  // of the candidate in sample: against 0, against luck_daily
  std::optional<double> rank_correlation;   // Spearman, in sample against the last fold, over the judged trials
  bool accepted = false;
  std::string why;
};

/// Trials that ran, in any order; the one with index 0 must be among them, and all must have the same days.
[[nodiscard]] Verdict judge(const std::vector<Trial>& trials, const SearchRules& rules);

}  // namespace omega::replay
