#include "engine/features/regime.hpp"

namespace omega {
namespace {

constexpr double kTrendAbove = .55, kRangeBelow = .45;       // Hurst
constexpr double kStay = 22, kEnter = 28, kQuiet = 15;        // ADX
constexpr double kFollows = .60, kFails = .40;                // follow-through
constexpr double kSpreadShock = 2.5, kVpinShock = .70;

}  // namespace

Regime::Outcome Regime::outcome_at(std::size_t age) const noexcept {
  if (bars_.size() <= age + kBreakout_bars) return Outcome::kNone;
  const TfBar& b = bars_.back(age);
  Price high = bars_.back(age + 1).high, low = bars_.back(age + 1).low;
  for (std::size_t before = 2; before <= kBreakout_bars; ++before) {
    const TfBar& o = bars_.back(age + before);
    high = o.high > high ? o.high : high;
    low = o.low < low ? o.low : low;
  }
  const int d = b.close > high ? 1 : b.close < low ? -1 : 0;
  if (d == 0) return Outcome::kNone;
  return d * (bars_.back(age - kFollow_bars).close - b.close) > 0 ? Outcome::kFollowed : Outcome::kFailed;
}

void Regime::judge(std::size_t age) noexcept {
  if (outcomes_.full()) count(outcomes_.oldest(), -1);
  outcomes_.push(outcome_at(age));
  count(outcomes_.back(0), 1);
}

void Regime::count(Outcome outcome, int sign) noexcept {
  breakouts_ += outcome != Outcome::kNone ? sign : 0;
  followed_ += outcome == Outcome::kFollowed ? sign : 0;
}

void Regime::rebuild_outcomes() {
  outcomes_ = Outcomes(kOldest - kNewest + 1);
  breakouts_ = followed_ = 0;
  for (std::size_t age = kOldest + 1; age-- > kNewest;)
    if (bars_.size() > age) judge(age);
}

double Regime::follow_through() const noexcept { return breakouts_ > 0 ? static_cast<double>(followed_) / breakouts_ : 0.5; }

void Regime::on_m15(const TfBar& bar, const Input& in) noexcept {
  bars_.push(bar);
  if (bars_.size() > kNewest) judge(kNewest);
  short_.on_bar(bar);
  long_.on_bar(bar);
  if (in.hurst.state == FeatureState::kInvalid || in.adx.state == FeatureState::kInvalid) {
    trend_ = range_ = shock_ = label_ = FeatureValue::invalid();
    candidate_ = -1;
    candidate_count_ = 0;
    return;
  }
  const FeatureValue fast = short_.sigma(), slow = long_.sigma();
  if (!bars_.full() || !in.hurst.ready() || !in.adx.ready() || !fast.ready() || !slow.ready()) return;

  double trend = 0, range = 0, shock = 0;
  if (in.hurst.value > kTrendAbove) {
    trend += .3;
  } else if (in.hurst.value < kRangeBelow) {
    range += .3;
  } else {
    trend += .15;
    range += .15;
  }
  if (trend_state_) {
    trend_state_ = in.adx.value >= kStay;
    (trend_state_ ? trend : range) += .25;
  } else if (in.adx.value > kEnter) {
    trend_state_ = true;
    trend += .25;
  } else if (in.adx.value < kQuiet) {
    range += .25;
  } else {
    trend += .1;
    range += .1;
  }
  const double follow = follow_through();
  if (follow > kFollows) trend += .15;
  if (follow < kFails) range += .15;
  if (slow.value > 0 && fast.value / slow.value > vol_ratio_shock_) {
    shock += .4;
    trend *= .5;
    range *= .5;
  }
  if (in.spread_shock.ready() && in.spread_shock.value > kSpreadShock) shock += .25;
  if (in.vpin.ready() && in.vpin.value > kVpinShock) shock += .1;
  const double sum = trend + range + shock;
  trend /= sum;
  range /= sum;
  shock /= sum;
  if (in.spread_bp.ready() && in.spread_bp.value > shutdown_spread_bp_) {
    trend = range = .075;
    shock = .85;
  }
  trend_ = FeatureValue::of(trend);
  range_ = FeatureValue::of(range);
  shock_ = FeatureValue::of(shock);
  set_label(trend, range, shock);
}

void Regime::set_label(double trend, double range, double shock) noexcept {
  const int now = shock >= trend && shock >= range ? 2 : trend > range ? 0 : 1;  // ties: the more careful label
  candidate_count_ = now == candidate_ ? candidate_count_ + 1 : 1;
  candidate_ = now;
  if (!label_.ready() || candidate_count_ >= kDebounce) label_ = FeatureValue::of(static_cast<double>(now));
}

}  // namespace omega
