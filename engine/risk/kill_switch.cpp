#include "engine/risk/kill_switch.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/performance.hpp"

namespace omega {
namespace {

constexpr DurationNs kWindow_ns = 30 * kDay_ns;
constexpr int kTrialTrades = 10;       // the breaker's t-test looks at the last ten
constexpr int kStreak_min = 3;
constexpr double kPriorWinRate = 0.5;  // with fewer than ten trades outside the streak

KillSwitchEvent event(TimeNs ts, KillSwitchLayer layer, KillSwitchAction action, double value, double limit) noexcept {
  KillSwitchEvent e;
  e.ts = ts;
  e.layer = layer;
  e.action = action;
  e.value = value;
  e.limit = limit;
  return e;
}

}  // namespace

KillSwitch::KillSwitch(const RiskConfig& config, double initial_equity)
    : config_(config),
      peak_(initial_equity),
      day_start_(initial_equity),
      portfolio_(static_cast<std::size_t>(config.stat_trades)) {}

void KillSwitch::on_equity(TimeNs ts, double equity, KillSwitchEvents& out) noexcept {
  peak_ = std::max(peak_, equity);
  const double loss = day_start_ > 0 ? (day_start_ - equity) / day_start_ : 0.0;
  if (!l2_tripped_ && loss >= config_.l2_daily_loss_max) {
    l2_tripped_ = true;
    count(KillSwitchLayer::kDailyLoss);
    out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kTrip, loss, config_.l2_daily_loss_max));
  }
  const double close_at = config_.l2_close_all_factor * config_.l2_daily_loss_max;
  if (!l2_closed_ && loss >= close_at) {
    l2_closed_ = true;
    close_all_ = ExitReason::kKillSwitchL2;
    out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kCloseAll, loss, close_at));
  }
  const double drawdown = peak_ > 0 ? (peak_ - equity) / peak_ : 0.0;
  if (!l4_tripped_ && drawdown >= config_.l4_drawdown_max) trip_l4(ts, drawdown, out);
}

void KillSwitch::trip_l4(TimeNs ts, double value, KillSwitchEvents& out) noexcept {
  l4_tripped_ = true;
  close_all_ = ExitReason::kKillSwitchL4;
  count(KillSwitchLayer::kEmergency);
  out.push(event(ts, KillSwitchLayer::kEmergency, KillSwitchAction::kTrip, value, config_.l4_drawdown_max));
}

void KillSwitch::emergency_stop(TimeNs ts, double equity, KillSwitchEvents& out) noexcept {
  if (!l4_tripped_) trip_l4(ts, peak_ > 0 ? (peak_ - equity) / peak_ : 0.0, out);
}

void KillSwitch::reset_emergency(TimeNs ts, double equity, KillSwitchEvents& out) noexcept {
  if (!l4_tripped_) return;
  l4_tripped_ = false;
  peak_ = equity;  // with the old peak it would trip again at once
  out.push(event(ts, KillSwitchLayer::kEmergency, KillSwitchAction::kReset, equity, config_.l4_drawdown_max));
}

void KillSwitch::on_day_roll(TimeNs ts, double equity, KillSwitchEvents& out) noexcept {
  day_start_ = equity;
  if (l2_tripped_) out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kReset, equity, config_.l2_daily_loss_max));
  l2_tripped_ = l2_closed_ = false;
}

void KillSwitch::on_time(TimeNs ts, KillSwitchEvents& out) noexcept {
  for (std::size_t s = 0; s < l3_.size(); ++s) {
    StrategyState& state = l3_[s];
    if (state.off_until == 0 || ts < state.off_until) continue;
    KillSwitchEvent e = event(ts, KillSwitchLayer::kStrategy, KillSwitchAction::kExpire, 0, 0);
    e.strategy = static_cast<StrategyId>(s);
    out.push(e);
    state.window_from = state.off_until;
    state.off_until = 0;
    state.streak = 0;
  }
  if (breaker_until_ != 0 && ts >= breaker_until_) {
    breaker_until_ = 0;
    out.push(event(ts, KillSwitchLayer::kStatBreaker, KillSwitchAction::kExpire, 0, 0));
  }
}

void KillSwitch::on_trade(TimeNs ts, StrategyId strategy, double r, KillSwitchEvents& out) noexcept {
  StrategyState& s = l3_[strategy];
  const int outcome = outcome_of(r);
  s.trades.push({ts, r});
  if (outcome < 0) ++s.streak;
  if (outcome > 0) s.streak = 0;  // a scratch neither counts nor breaks
  double sum = 0;
  int wins = 0, losses = 0;
  for (std::size_t age = 0; age < s.trades.size(); ++age) {
    const TradeR& t = s.trades.back(age);
    if (t.ts <= ts - kWindow_ns || t.ts < s.window_from) break;
    sum += t.r;
    wins += outcome_of(t.r) > 0 ? 1 : 0;
    losses += outcome_of(t.r) < 0 ? 1 : 0;
  }
  if (s.off_until == 0) {
    const double win_rate = wins + losses > 0 ? static_cast<double>(wins) / (wins + losses) : 1.0;
    if (wins + losses >= config_.l3_win_rate_trades && win_rate < config_.l3_win_rate_min) {
      trip_l3(ts, strategy, 3, 72 * kHour_ns, win_rate, config_.l3_win_rate_min, out);
    } else if (sum <= config_.l3_sum_r_min) {
      trip_l3(ts, strategy, 2, 48 * kHour_ns, sum, config_.l3_sum_r_min, out);
    } else if (s.streak >= config_.l3_consecutive_losses) {
      trip_l3(ts, strategy, 1, 24 * kHour_ns, s.streak, config_.l3_consecutive_losses, out);
    }
  }
  portfolio_.push(r);
  check_breaker(ts, out);
}

void KillSwitch::trip_l3(TimeNs ts, StrategyId s, std::uint16_t rule, DurationNs off, double value, double limit,
                         KillSwitchEvents& out) noexcept {
  l3_[s].off_until = ts + off;
  count(KillSwitchLayer::kStrategy);
  KillSwitchEvent e = event(ts, KillSwitchLayer::kStrategy, KillSwitchAction::kTrip, value, limit);
  e.until = ts + off;
  e.strategy = s;
  e.rule = rule;
  out.push(e);
}

void KillSwitch::check_breaker(TimeNs ts, KillSwitchEvents& out) noexcept {
  const auto n = static_cast<int>(portfolio_.size());
  if (breaker_until_ != 0 || n < config_.stat_active_from) return;
  double mean = 0, squares = 0;
  for (int i = 0; i < kTrialTrades && i < n; ++i) mean += portfolio_.back(static_cast<std::size_t>(i)) / kTrialTrades;
  for (int i = 0; i < kTrialTrades && i < n; ++i) {
    const double d = portfolio_.back(static_cast<std::size_t>(i)) - mean;
    squares += d * d;
  }
  const double sd = std::sqrt(squares / (kTrialTrades - 1));
  // Identical losses have no spread: their t is as low as can be.
  const double t = sd > 0 ? mean / (sd / std::sqrt(static_cast<double>(kTrialTrades))) : (mean < 0 ? -1e9 : 0.0);
  int streak = 0, wins = 0, decided = 0;
  bool in_streak = true;
  for (int i = 0; i < n; ++i) {
    const int outcome = outcome_of(portfolio_.back(static_cast<std::size_t>(i)));
    if (in_streak && outcome > 0) in_streak = false;
    if (in_streak) {
      streak += outcome < 0 ? 1 : 0;
    } else if (outcome != 0) {
      ++decided;
      wins += outcome > 0 ? 1 : 0;
    }
  }
  const double w = decided >= kTrialTrades ? static_cast<double>(wins) / decided : kPriorWinRate;
  double p = 1;
  for (int i = 0; i < streak; ++i) p *= 1 - w;
  const bool low_t = t < config_.stat_t_min;
  const bool long_streak = streak >= kStreak_min && p < config_.stat_streak_p;
  if (!low_t && !long_streak) return;
  breaker_until_ = ts + config_.stat_pause_ns;
  count(KillSwitchLayer::kStatBreaker);
  KillSwitchEvent e = event(ts, KillSwitchLayer::kStatBreaker, KillSwitchAction::kTrip, low_t ? t : p,
                            low_t ? config_.stat_t_min : config_.stat_streak_p);
  e.until = breaker_until_;
  e.rule = low_t ? 1 : 2;
  out.push(e);
}

void KillSwitch::on_l1_block(TimeNs ts, StrategyId strategy, double risk, KillSwitchEvents& out) noexcept {
  count(KillSwitchLayer::kPerTrade);
  KillSwitchEvent e = event(ts, KillSwitchLayer::kPerTrade, KillSwitchAction::kTrip, risk, config_.l1_risk_max);
  e.strategy = strategy;
  out.push(e);
}

ReasonCode KillSwitch::check(StrategyId strategy) const noexcept {
  if (l4_tripped_) return ReasonCode::kKsL4;
  if (l2_tripped_) return ReasonCode::kKsL2;
  if (l3_[strategy].off_until != 0) return ReasonCode::kKsL3;
  if (breaker_until_ != 0) return ReasonCode::kStatBreaker;
  return ReasonCode::kNone;
}

ExitReason KillSwitch::take_close_all() noexcept {
  const ExitReason r = close_all_;
  close_all_ = ExitReason::kNone;
  return r;
}

KillSwitch::LayerStatus KillSwitch::status(KillSwitchLayer layer) const noexcept {
  LayerStatus s;
  s.activations = activations_[static_cast<std::size_t>(layer)];
  switch (layer) {
    case KillSwitchLayer::kPerTrade: break;
    case KillSwitchLayer::kDailyLoss: s.tripped = l2_tripped_; break;
    case KillSwitchLayer::kStrategy:
      s.tripped = std::any_of(l3_.begin(), l3_.end(), [](const StrategyState& x) { return x.off_until != 0; });
      break;
    case KillSwitchLayer::kEmergency: s.tripped = l4_tripped_; break;
    case KillSwitchLayer::kStatBreaker: s.tripped = breaker_until_ != 0; break;
  }
  return s;
}

}  // namespace omega
