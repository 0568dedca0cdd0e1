#include "replay/optimize/walk_forward.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace omega::replay {
namespace {

constexpr double kWorst = -std::numeric_limits<double>::infinity();

double rate(const Score& s, const SearchRules& rules) {
  return s.trades < rules.trades_min ? kWorst : s.by(rules.objective).value_or(kWorst);
}

/// The trial with the best in-sample result; null when none has enough trades.
const Trial* best_before(const std::vector<const Trial*>& trials, std::size_t cut, const SearchRules& rules) {
  const Trial* best = nullptr;
  double best_rate = kWorst;
  for (const Trial* t : trials) {
    const double r = rate(score_of(*t, 0, cut, rules.days_per_year), rules);
    if (r > best_rate) best = t, best_rate = r;
  }
  return best;
}

void finish(Score& s, double days_per_year) {
  s.moments = moments_of(s.returns);
  if (const auto daily = s.moments.sharpe()) s.sharpe = *daily * std::sqrt(days_per_year);
}

/// Scores of the same trial or of different ones over consecutive days, as one.
Score joined(const std::vector<const Score*>& parts, double days_per_year) {
  Score all;
  if (parts.empty()) return all;
  all.from = parts.front()->from;
  all.to = parts.back()->to;
  double r = 0;
  for (const Score* s : parts) {
    all.trades += s->trades;
    all.pnl += s->pnl;
    r += s->expectancy_r.value_or(0) * static_cast<double>(s->trades);
    all.returns.insert(all.returns.end(), s->returns.begin(), s->returns.end());
  }
  if (all.trades > 0) all.expectancy_r = r / static_cast<double>(all.trades);
  finish(all, days_per_year);
  return all;
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> r(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    double below = 0, equal = 0;
    for (const double v : values) {
      below += v < values[i] ? 1 : 0;
      equal += v == values[i] ? 1 : 0;
    }
    r[i] = below + (equal - 1) / 2;
  }
  return r;
}

std::optional<double> spearman(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 3) return std::nullopt;
  const auto x = ranks(a), y = ranks(b);
  const Moments mx = moments_of(x), my = moments_of(y);
  if (!(mx.sd > 0) || !(my.sd > 0)) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mx.mean) * (y[i] - my.mean);
  return sum / (static_cast<double>(x.size() - 1) * mx.sd * my.sd);
}

/// How the candidate's in-sample ratio stands against luck, and whether in-sample order carries over.
void measure_luck(Verdict& v, const std::vector<const Trial*>& trials, const SearchRules& rules) {
  const Fold& last = v.folds.back();
  std::vector<double> daily, inside, outside;
  for (const Trial* t : trials) {
    const Score s = score_of(*t, 0, last.cut, rules.days_per_year);
    if (rate(s, rules) == kWorst) continue;
    ++v.judged;
    if (const auto sharpe = s.moments.sharpe()) daily.push_back(*sharpe);
    const auto after = score_of(*t, last.cut, last.to, rules.days_per_year).by(rules.objective);
    inside.push_back(*s.by(rules.objective));
    outside.push_back(after.value_or(0));
  }
  v.rank_correlation = spearman(inside, outside);
  v.probabilistic = probabilistic_sharpe(last.inside.moments, 0);
  if (daily.size() < 2) return;
  v.daily_spread = moments_of(daily).sd;
  v.luck_daily = expected_best_of_luck(daily.size(), *v.daily_spread);
  v.deflated = probabilistic_sharpe(last.inside.moments, *v.luck_daily);
}

void decide(Verdict& v, const SearchRules& rules) {
  const auto now = v.outside.by(rules.objective), before = v.current_outside.by(rules.objective);
  if (now && before && *before != 0) v.improvement = (*now - *before) / std::fabs(*before);
  const auto after = v.folds.back().outside.by(rules.objective), current = v.folds.back().current_outside.by(rules.objective);
  if (v.candidate == 0) v.why = "no trial beats the configuration as it is in sample";
  else if (v.outside.trades < rules.trades_min) v.why = fmt::format("{} trades out of sample are too few to tell, {} are needed", v.outside.trades, rules.trades_min);
  else if (!v.improvement) v.why = "the improvement is undefined: too few trades or no variance out of sample";
  else if (!(*v.improvement > rules.threshold)) v.why = fmt::format("out of sample the search changes the objective by {:.1f} %, not more than {:.1f} %", *v.improvement * 100, rules.threshold * 100);
  else if (!after || (current && *after <= *current)) v.why = "in the last fold, which it has not seen, the candidate is no better than the configuration as it is";
  else v.accepted = true, v.why = fmt::format("out of sample the search improves the objective by {:.1f} %", *v.improvement * 100);
}

}  // namespace

Score score_of(const Trial& t, std::size_t from, std::size_t to, double days_per_year) {
  Score s;
  s.from = from;
  s.to = to;
  std::vector<double> pnl(to - from, 0.0);
  double r = 0;
  for (const TrialTrade& trade : t.trades) {
    if (trade.day < from || trade.day >= to) continue;
    ++s.trades;
    s.pnl += trade.pnl;
    r += trade.r;
    pnl[trade.day - from] += trade.pnl;
  }
  for (std::size_t d = from; d < to; ++d) s.returns.push_back(pnl[d - from] / (d == 0 ? t.initial : t.equity[d - 1]));
  if (s.trades > 0) s.expectancy_r = r / static_cast<double>(s.trades);
  finish(s, days_per_year);
  return s;
}

Verdict judge(const std::vector<Trial>& all, const SearchRules& rules) {
  std::vector<const Trial*> trials;
  for (const Trial& t : all)
    if (t.refused.empty()) trials.push_back(&t);
  std::sort(trials.begin(), trials.end(), [](const Trial* a, const Trial* b) { return a->index < b->index; });
  const Trial& current = *trials.front();
  const std::size_t days = current.days.size();
  Verdict v;
  for (std::size_t f = 1; f <= rules.folds; ++f) {
    Fold fold;
    fold.cut = days * f / (rules.folds + 1);
    fold.to = days * (f + 1) / (rules.folds + 1);
    const Trial* best = best_before(trials, fold.cut, rules);
    const Trial& chosen = best == nullptr ? current : *best;
    fold.chosen = chosen.index;
    fold.inside = score_of(chosen, 0, fold.cut, rules.days_per_year);
    fold.outside = score_of(chosen, fold.cut, fold.to, rules.days_per_year);
    fold.current_inside = score_of(current, 0, fold.cut, rules.days_per_year);
    fold.current_outside = score_of(current, fold.cut, fold.to, rules.days_per_year);
    v.folds.push_back(std::move(fold));
  }
  std::vector<const Score*> chosen, same;
  for (const Fold& f : v.folds) {
    chosen.push_back(&f.outside);
    same.push_back(&f.current_outside);
  }
  v.outside = joined(chosen, rules.days_per_year);
  v.current_outside = joined(same, rules.days_per_year);
  v.candidate = v.folds.back().chosen;
  measure_luck(v, trials, rules);
  decide(v, rules);
  return v;
}

}  // namespace omega::replay
