#include "adapters/feed/sim_currencies.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/civil_time.hpp"

namespace omega::sim {
namespace {

constexpr double kMinuteShare = 0.026352313834736494;  // 1/sqrt(1440)
constexpr double kDriftDaily = 0.0034;
constexpr double kPullDaily = 0.02;
constexpr double kCentring = 0.0019;                   // per minute: half-life about 6 h
constexpr double kMean = 1.0 / 5760;                   // per minute: mean level over about four days
constexpr double kHomewards = 0.05;
constexpr int kRun_minutes = 330, kRunLate_minutes = 90;
constexpr double kFlowKeep = 0.9, kFlowNew = 0.43588989435406735;  // sqrt(1 - 0.81): the flow has sd 1
constexpr double kNoise = 0.92, kFlowShare = 0.39;                 // squares sum to 1

constexpr double kTwinShock = 0.7, kTwinKeep = 1 - 0.00115525, kTwinClose = 1 - 0.00577623;  // half-lives of 10 h and 2 h
constexpr double kTwinGap_min = 0.0042, kTwinGap_span = 0.0020, kTwinLeaderShare = 0.5, kTwinSwing = 0.0016 / 60;
constexpr int kTwinClosing_minutes = 240;
constexpr double kDecoupled = 0.4, kCoupled = 0.7, kWideSwing = 0.0018 / 60, kNarrowSwing = 0.0003 / 60, kDecoupledGap_sd = 3.8, kDecoupledGap_min = 0.0015, kApart = 0.42,
                 kSpreadKeep = 1.0 / 9000,
                 kDecoupledKeep = 1 - 0.00072, kPush = 0.0009 / 25, kDecoupled_p = 0.22, kDecoupledShock = 0.45;   // per minute; half-life 16 h
constexpr int kPushAt = 35;

// Slots of the random stream, disjoint per minute.
constexpr std::uint32_t kSlotFactor = 0, kSlotCurrency = 32, kSlotRegime = 96, kSlotTwin = 100, kSlotDay = 128, kSlotTwinDay = 224;

double shock(double& flow, const Random& random, std::int64_t minute, std::uint32_t slot) noexcept {
  flow = kFlowKeep * flow + kFlowNew * random.normal(minute, slot);
  return kNoise * random.normal(minute, slot + 1) + kFlowShare * flow;
}

}  // namespace

Currencies::Currencies(std::uint64_t seed, bool crises) noexcept : random_(seed, 0), crises_(crises) {}

double Currencies::regime_volatility() const noexcept {
  return regime_ == Regime::kShock ? 2.2 : regime_ == Regime::kTrend ? 1.0 : 0.75;
}

double Currencies::run_volume(Currency c) const noexcept {
  constexpr double kTwinVolume = 2.6, kPushVolume = 5;
  if (crises_ && is_twin(c) && pushes()) return kPushVolume;
  if (is_twin(c) && twin_.closing > 0) return kTwinVolume;
  const int left = state(leader(c)).run_left;
  return left == 0 ? 1.0 : left <= kRunLate_minutes ? 3.3 : 1.0;
}

void Currencies::step(std::int64_t minute, double scale, const NewsEffects& news, const CrisisEffects& crises) noexcept {
  news_ = news;
  crisis_ = crises;
  const int minute_of_day = static_cast<int>(minute % 1440);
  if (minute / 1440 != day_) start_day(minute);
  if (minute_of_day % 15 == 0) step_regime(minute);

  std::array<double, kFactors> factor{};
  for (std::size_t k = 0; k < kFactors; ++k)
    factor[k] = shock(flow_[k], random_, minute, kSlotFactor + 2 * static_cast<std::uint32_t>(k));
  const double sigma = kDailyVolatility * kMinuteShare * volatility_profile(minute_of_day) * regime_volatility() * scale * crises.hush;
  const double drift = kDriftDaily / 1440.0 * (regime_ == Regime::kTrend ? 1.0 : 1.0 / 3.0);
  for (std::size_t c = 0; c < kCurrencies; ++c) {
    State& s = state_[c];
    if (static_cast<Currency>(c) == Currency::kNzd) {
      step_twin(minute, sigma);
      continue;
    }
    if (s.run_start == minute_of_day) {
      s.run_left = kRun_minutes;
      ++runs_;
    }
    const CurrencyRow& row = currency_row(static_cast<Currency>(c));
    double r = row.own * shock(s.flow, random_, minute, kSlotCurrency + 2 * static_cast<std::uint32_t>(c));
    for (std::size_t k = 0; k < kFactors; ++k) r += row.loading[k] * factor[k];
    r = sigma * (static_cast<Currency>(c) == Currency::kAud ? twin_hush() : 1.0) * r + drift * (s.pullback ? -s.drift : s.drift) - kPullDaily / 1440.0 * (s.level - 1.0) + run_return(s);
    if (regime_ == Regime::kRange && s.run_left == 0) r -= kCentring * (s.level - s.center);
    if (const double pushed = news[c].move + crises.of[c].move; pushed != 0) {
      r += pushed;
      s.center *= 1.0 + pushed;   // a range goes on around the new level
    }
    s.level *= 1.0 + r;
    s.mean += kMean * (s.level - s.mean);
  }
}

double Currencies::twin_hush() const noexcept {
  return !crises_ ? 1.0 : twin_.opening > 0 ? kDecoupled : twin_.closing > 0 ? kCoupled : 1.0;
}

/// The correlation of the last hours' returns of the twins in dollars is low enough.
bool Currencies::apart() const noexcept {
  double a = 0, n = 0, aa = 0, nn = 0, an = 0;
  for (const auto& [x, y] : twin_.hours) a += x, n += y, aa += x * x, nn += y * y, an += x * y;
  const double cov = an - a * n / kTwinHours, var_a = aa - a * a / kTwinHours, var_n = nn - n * n / kTwinHours;
  return cov <= 0 || cov * cov < kApart * kApart * var_a * var_n;
}

/// A decoupling closes with AUD, and NZD beside it, moving in the later part of each hour.
bool Currencies::pushes() const noexcept {
  return crises_ && twin_.closing > 0 && (kTwinClosing_minutes - twin_.closing) % 60 >= kPushAt;
}

/// NZD, after AUD has moved.
void Currencies::step_twin(std::int64_t minute, double sigma) noexcept {
  Twin& t = twin_;
  State &aud = state_[static_cast<std::size_t>(Currency::kAud)], &nzd = state_[static_cast<std::size_t>(Currency::kNzd)];
  if (t.start == static_cast<int>(minute % 1440)) {
    t.start = -1;
    t.opening = 1440 - static_cast<int>(minute % 1440) + 480 + static_cast<int>(random_.uniform(minute, kSlotTwin + 2) * 240.0);
    double size = kTwinGap_min + kTwinGap_span * random_.uniform(minute, kSlotTwin + 3);
    if (crises_) size = std::max(kDecoupledGap_min, kDecoupledGap_sd * std::sqrt(t.square - t.mean * t.mean));
    t.gap = (random_.uniform(minute, kSlotTwin + 4) < 0.5 ? -size : size) / t.opening;  // per minute
    if (crises_) t.opening = (t.opening / 60 + 1) * 60 - static_cast<int>(minute % 60);   // until a full hour
    ++t.episodes;
  }
  const double own = (crises_ ? kDecoupledShock : kTwinShock) * sigma * shock(t.flow, random_, minute, kSlotTwin);
  if (t.opening > 0) {
    const bool up = minute / 60 % 2 == 0;
    const double swing = !crises_ ? kTwinSwing : apart() ? kNarrowSwing : kWideSwing * regime_volatility();
    t.w += t.gap + own + (up ? swing : -swing);
    if (--t.opening == 0) {
      t.closing = kTwinClosing_minutes;
      t.gap = kTwinLeaderShare * t.w / kTwinClosing_minutes;
    }
  } else if (t.closing > 0) {
    t.w = (crises_ ? kDecoupledKeep : kTwinClose) * t.w + own;
    aud.level *= 1.0 + t.gap + (!pushes() ? 0 : t.gap > 0 ? kPush : -kPush);
    --t.closing;
  } else {
    t.w = kTwinKeep * t.w + own;
  }
  nzd.level = aud.level * (1.0 + t.w);
  if (!crises_) return;
  t.mean += kSpreadKeep * (t.w - t.mean);
  t.square += kSpreadKeep * (t.w * t.w - t.square);
  if (minute % 60 != 59) return;
  const double usd = state(Currency::kUsd).level, now_aud = aud.level / usd, now_nzd = nzd.level / usd;
  t.hours[t.hour_count++ % kTwinHours] = {now_aud / t.last_aud - 1, now_nzd / t.last_nzd - 1};
  t.last_aud = now_aud;
  t.last_nzd = now_nzd;
}

/// Share of the run that falls on this minute.
double Currencies::run_return(State& s) noexcept {
  if (s.run_left == 0) return 0;
  const bool late = s.run_left <= kRunLate_minutes;
  const double share = late ? 0.6 / kRunLate_minutes : 0.4 / (kRun_minutes - kRunLate_minutes);
  if (--s.run_left == 0) s.center = s.level;  // a range after the run is a range around its end
  return s.run_direction * s.run_size * share;
}

void Currencies::start_day(std::int64_t minute) noexcept {
  day_ = minute / 1440;
  const Weekday weekday = weekday_of_day(day_);
  const bool run_day = weekday >= Weekday::kMonday && weekday <= Weekday::kThursday;
  start_twin_day(weekday);
  for (std::size_t c = 0; c < kCurrencies; ++c) {
    State& s = state_[c];
    const auto slot = [&](std::uint32_t n) { return kSlotDay + 8 * static_cast<std::uint32_t>(c) + n; };
    const auto draw = [&](std::uint32_t n) { return random_.uniform(day_, slot(n)); };
    if (draw(0) < 0.1 || s.drift == 0) {
      const double x = draw(1);
      s.drift = x < 0.45 ? -1 : x < 0.90 ? 1 : 0;
    }
    if (s.level > 1 + kHomewards) s.drift = -1;
    if (s.level < 1 - kHomewards) s.drift = 1;
    s.pullback = draw(6) < 0.35;
    s.run_start = -1;
    const bool may_run = static_cast<Currency>(c) != Currency::kUsd && static_cast<Currency>(c) != Currency::kNzd && run_day && s.run_left == 0;
    if (!may_run || draw(2) >= 0.17) continue;
    s.run_start = 360 + static_cast<int>(draw(3) * 420.0);
    s.run_size = 0.0115 + 0.0030 * draw(4);
    const int along = s.level > s.mean ? 1 : -1;
    s.run_direction = draw(5) < 0.9 ? along : -along;
    if (s.level > 1 + kHomewards) s.run_direction = -1;
    if (s.level < 1 - kHomewards) s.run_direction = 1;
  }
}

void Currencies::start_twin_day(Weekday weekday) noexcept {
  const bool may = weekday >= Weekday::kMonday && weekday <= Weekday::kThursday && twin_.opening == 0 && twin_.closing == 0;
  twin_.start = may && random_.uniform(day_, kSlotTwinDay) < (crises_ ? kDecoupled_p : 0.2) ? 840 + static_cast<int>(random_.uniform(day_, kSlotTwinDay + 1) * 240.0) : -1;
}

void Currencies::step_regime(std::int64_t minute) noexcept {
  const double x = random_.uniform(minute, kSlotRegime);
  const Regime before = regime_;
  switch (regime_) {
    case Regime::kRange: regime_ = x < 1.0 / 400 ? Regime::kShock : x < 1.0 / 80 ? Regime::kTrend : regime_; break;
    case Regime::kTrend: regime_ = x < 1.0 / 400 ? Regime::kShock : x < 1.0 / 96 ? Regime::kRange : regime_; break;
    case Regime::kShock: regime_ = x < 0.09 ? Regime::kRange : x < 0.15 ? Regime::kTrend : regime_; break;
  }
  if (regime_ == Regime::kRange && before != Regime::kRange)
    for (State& s : state_) s.center = s.level;
}

}  // namespace omega::sim
