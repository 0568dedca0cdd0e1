#include "engine/risk/stat_breaker.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/performance.hpp"

namespace omega {
namespace {

constexpr std::size_t kTested_trades = 10;  // the t-test's sample, and the least sample for w
constexpr int kStreak_min = 3;
constexpr double kPriorWinRate = 0.5;
constexpr double kNoSpreadT = -1e9;

}  // namespace

StatBreaker::StatBreaker(const RiskConfig& config)
    : t_min_(config.stat_t_min),
      streak_p_(config.stat_streak_p),
      active_from_(std::max(kTested_trades, static_cast<std::size_t>(config.stat_active_from))),
      pause_ns_(config.stat_pause_ns),
      trades_(std::max(kTested_trades, static_cast<std::size_t>(config.stat_trades))) {}

StatBreaker::Verdict StatBreaker::on_trade(TimeNs ts, double r) noexcept {
  trades_.push(r);
  if (tripped() || trades_.size() < active_from_) return {};
  const Verdict v = judge();
  if (v.rule != Rule::kNone) until_ = ts + pause_ns_;
  return v;
}

bool StatBreaker::expire(TimeNs ts) noexcept {
  if (!tripped() || ts < until_) return false;
  until_ = 0;
  return true;
}

StatBreaker::Verdict StatBreaker::judge() const noexcept {
  if (const double t = t_of_last_ten(); t < t_min_) return {Rule::kTTest, t, t_min_};
  if (const double p = streak_probability(); p < streak_p_) return {Rule::kStreak, p, streak_p_};
  return {};
}

double StatBreaker::t_of_last_ten() const noexcept {
  constexpr auto n = static_cast<double>(kTested_trades);
  double sum = 0, squares = 0;
  for (std::size_t age = 0; age < kTested_trades; ++age) sum += trades_.back(age);
  const double mean = sum / n;
  for (std::size_t age = 0; age < kTested_trades; ++age) {
    const double d = trades_.back(age) - mean;
    squares += d * d;
  }
  const double sd = std::sqrt(squares / (n - 1));
  if (sd > 0) return mean / (sd / std::sqrt(n));
  return mean < 0 ? kNoSpreadT : 0.0;
}

double StatBreaker::streak_probability() const noexcept {
  int streak = 0;
  std::size_t wins = 0, decided = 0;
  bool in_streak = true;
  for (std::size_t age = 0; age < trades_.size(); ++age) {
    const int outcome = outcome_of(trades_.back(age));
    in_streak = in_streak && outcome <= 0;
    if (in_streak) {
      streak += outcome < 0 ? 1 : 0;
    } else if (outcome != 0) {
      ++decided;
      wins += outcome > 0 ? 1 : 0;
    }
  }
  if (streak < kStreak_min) return 1.0;
  const double w = decided >= kTested_trades ? static_cast<double>(wins) / static_cast<double>(decided) : kPriorWinRate;
  double p = 1;
  for (int i = 0; i < streak; ++i) p *= 1 - w;
  return p;
}

}  // namespace omega
