#include "engine/risk/kill_switch.hpp"

#include <algorithm>

#include "engine/risk/paper_compare.hpp"
#include "engine/risk/performance.hpp"

namespace omega {
namespace {

constexpr DurationNs kWindow_ns = 30 * kDay_ns;
constexpr int kWindowCalendarDays = 31;  // a window of 30 days touches 31 of them
constexpr DurationNs kOffStreak_ns = 24 * kHour_ns, kOffSum_ns = 48 * kHour_ns, kOffWinRate_ns = 72 * kHour_ns;

/// The day limit bounds what one strategy can close inside the window, beside what was open before it.
std::size_t trades_kept(const RiskConfig& config) noexcept {
  return static_cast<std::size_t>(std::max(1, config.trades_day_max) * kWindowCalendarDays) + kPositionsMax;
}

double fraction(Money part, Money whole) noexcept {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

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

KillSwitch::KillSwitch(const RiskConfig& config, Money initial_equity)
    : config_(config),
      l2_on_paper_(on_paper(config.l2_daily_loss_max)),
      l2_close_on_paper_(on_paper(config.l2_close_all_factor * config.l2_daily_loss_max)),
      l4_on_paper_(on_paper(config.l4_drawdown_max)),
      peak_(initial_equity),
      day_start_(initial_equity),
      l3_(kStrategiesMax, StrategyState(trades_kept(config))),
      breaker_(config) {}

void KillSwitch::on_equity(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept {
  peak_ = std::max(peak_, equity);
  const Money loss = day_start_ - equity;
  if (!l2_tripped_ && fraction_reached(loss, day_start_, l2_on_paper_)) {
    l2_tripped_ = true;
    count(KillSwitchLayer::kDailyLoss);
    out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kTrip, fraction(loss, day_start_), config_.l2_daily_loss_max));
  }
  if (!l2_closed_ && fraction_reached(loss, day_start_, l2_close_on_paper_)) {
    const double close_at = config_.l2_close_all_factor * config_.l2_daily_loss_max;
    l2_closed_ = true;
    close_all_ = ExitReason::kKillSwitchL2;
    out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kCloseAll, fraction(loss, day_start_), close_at));
  }
  const Money fall = peak_ - equity;
  if (!l4_tripped_ && fraction_reached(fall, peak_, l4_on_paper_)) trip_l4(ts, fraction(fall, peak_), out);
}

void KillSwitch::trip_l4(TimeNs ts, double value, KillSwitchEvents& out) noexcept {
  l4_tripped_ = true;
  close_all_ = ExitReason::kKillSwitchL4;
  count(KillSwitchLayer::kEmergency);
  out.push(event(ts, KillSwitchLayer::kEmergency, KillSwitchAction::kTrip, value, config_.l4_drawdown_max));
}

void KillSwitch::emergency_stop(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept {
  if (!l4_tripped_) trip_l4(ts, fraction(peak_ - equity, peak_), out);
}

void KillSwitch::reset_emergency(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept {
  if (!l4_tripped_) return;
  l4_tripped_ = false;
  peak_ = equity;  // with the old peak it would trip again at once
  out.push(event(ts, KillSwitchLayer::kEmergency, KillSwitchAction::kReset, money_to_double(equity), config_.l4_drawdown_max));
}

void KillSwitch::on_day_roll(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept {
  day_start_ = equity;
  if (l2_tripped_) out.push(event(ts, KillSwitchLayer::kDailyLoss, KillSwitchAction::kReset, money_to_double(equity), config_.l2_daily_loss_max));
  l2_tripped_ = l2_closed_ = false;
}

void KillSwitch::expire(TimeNs ts, KillSwitchEvents& out) noexcept {
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
  if (breaker_.expire(ts)) out.push(event(ts, KillSwitchLayer::kStatBreaker, KillSwitchAction::kExpire, 0, 0));
  find_next_expiry();
}

void KillSwitch::find_next_expiry() noexcept {
  next_expiry_ = breaker_.tripped() ? breaker_.until() : kNever;
  for (const StrategyState& s : l3_) {
    if (s.off_until != 0) next_expiry_ = std::min(next_expiry_, s.off_until);
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
      trip_l3(ts, strategy, 3, kOffWinRate_ns, win_rate, config_.l3_win_rate_min, out);
    } else if (!above(sum, config_.l3_sum_r_min)) {
      trip_l3(ts, strategy, 2, kOffSum_ns, sum, config_.l3_sum_r_min, out);
    } else if (s.streak >= config_.l3_consecutive_losses) {
      trip_l3(ts, strategy, 1, kOffStreak_ns, s.streak, config_.l3_consecutive_losses, out);
    }
  }
  const StatBreaker::Verdict v = breaker_.on_trade(ts, r);
  if (v.rule != StatBreaker::Rule::kNone) {
    count(KillSwitchLayer::kStatBreaker);
    KillSwitchEvent e = event(ts, KillSwitchLayer::kStatBreaker, KillSwitchAction::kTrip, v.value, v.limit);
    e.until = breaker_.until();
    e.rule = static_cast<std::uint16_t>(v.rule);
    out.push(e);
  }
  find_next_expiry();
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
  if (breaker_.tripped()) return ReasonCode::kStatBreaker;
  return ReasonCode::kNone;
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
    case KillSwitchLayer::kStatBreaker: s.tripped = breaker_.tripped(); break;
  }
  return s;
}

}  // namespace omega
