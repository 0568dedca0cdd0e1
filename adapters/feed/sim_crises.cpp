#include "adapters/feed/sim_crises.hpp"

#include "engine/core/civil_time.hpp"

namespace omega::sim {
namespace {

constexpr std::uint32_t kSlotDay = 0, kSlotTrend = 16, kSlotFactor = 32, kSlotHeld = 40;
constexpr double kFlash_p = 0.22, kCrisis_p = 0.22, kCascade_p = 0.15, kTrend_p = 0.16, kFollows_p = 0.65;
constexpr Currency kChosen[] = {Currency::kEur, Currency::kGbp, Currency::kJpy, Currency::kCad};

constexpr int kRun_minutes = 4, kSnapAt = 5, kFlashEnd = 66;
constexpr double kRunMove = 0.0035, kPauseMove = 0.0002, kSnapMove = 0.0062;
constexpr double kFlashLeft = kRun_minutes * kRunMove - kPauseMove - kSnapMove;

constexpr int kPanic_minutes = 10, kStillEnd = 16, kWickyEnd = 22, kClimbEnd = 42, kCrisisEnd = 162;
constexpr double kPanicMove = 0.00165, kCrisisSnap = 0.0042, kWickyMove = 0.00018, kRise = 0.00045, kFall = 0.00036;
constexpr double kCrisisLeft = 0.0100;

constexpr int kTied_minutes = 26 * 60, kOwn_minutes = 90;
constexpr double kFactor = 0.0003, kOwn = 0.0018 / 15, kToAndFro = 0.0034 / 15, kTiedHush = 0.4;

constexpr int kTrend_days = 10, kBreakFrom_days = 4, kBreakAt = 705, kBreak_minutes = 30, kUp_minutes = 180, kDown_minutes = 120;
constexpr double kHeldShort = 1.6e-5, kHeldMiddle = 1.1e-5, kHeldDay = 0.8e-5, kUp = 3.0e-5, kDown = 2.6e-5, kBreakMove = 0.0060;   // per minute, but the last

}  // namespace

const CrisisEffects& Crises::step(std::int64_t minute) noexcept {
  if (!on_) return effects_;
  effects_ = CrisisEffects{};
  if (minute / 1440 != day_) start_day(minute);
  if (minute / 1440 <= trend_to_) trend(minute);
  if (kind_ == PatternKind::kCount || minute < start_) return effects_;
  const int t = static_cast<int>(minute - start_);
  if (t == 0) count_one(kind_);
  switch (kind_) {
    case PatternKind::kFlashCrash: flash_crash(t); break;
    case PatternKind::kCrisis: crisis(t); break;
    default: cascade(t, minute); break;
  }
  return effects_;
}

void Crises::start_day(std::int64_t minute) noexcept {
  day_ = minute / 1440;
  const Weekday weekday = weekday_of_day(day_);
  if (weekday == Weekday::kSaturday || weekday == Weekday::kSunday) return;
  const auto draw = [&](std::uint32_t n) { return random_.uniform(day_, n); };
  const auto chosen = [&](std::uint32_t n) { return kChosen[static_cast<std::size_t>(draw(n) * 4.0)]; };
  if (day_ > trend_to_ && draw(kSlotTrend) < kTrend_p) {
    trend_from_ = day_;
    trend_to_ = day_ + kTrend_days;
    trending_ = chosen(kSlotTrend + 1);
    count_one(PatternKind::kPersistentTrend);
  }
  if (kind_ != PatternKind::kCount) return;
  const double x = draw(kSlotDay);
  const bool may_last = weekday <= Weekday::kThursday;   // the cascade ends on the next day
  if (x < kFlash_p) kind_ = PatternKind::kFlashCrash;
  else if (x < kFlash_p + kCrisis_p) kind_ = PatternKind::kCrisis;
  else if (x < kFlash_p + kCrisis_p + kCascade_p && may_last) kind_ = PatternKind::kCascade;
  else return;
  const bool cascade = kind_ == PatternKind::kCascade;
  start_ = day_ * 1440 + (cascade ? 600 + 15 * static_cast<int>(draw(kSlotDay + 1) * 8.0) : 480 + static_cast<int>(draw(kSlotDay + 1) * 420.0));
  d_ = draw(kSlotDay + 2) < 0.5 ? -1 : 1;
  currency_ = chosen(kSlotDay + 3);
  follows_ = draw(kSlotDay + 4) < kFollows_p;
}

void Crises::flash_crash(int t) noexcept {
  if (t >= kFlashEnd) {
    kind_ = PatternKind::kCount;
    return;
  }
  CrisisEffect& e = effect(currency_);
  e.window = true;
  if (t <= kSnapAt) effects_.hush = 0.3;
  if (t < kRun_minutes) {
    e.move = -d_ * kRunMove;
    e.minutes = 330;
    e.spread = 1.5;
  } else if (t < kSnapAt) {
    e.move = d_ * kPauseMove;
    e.minutes = 300;
  } else if (t == kSnapAt) {
    e.move = d_ * kSnapMove;
    e.minutes = 120;
  } else {
    e.move = d_ * (follows_ ? kFlashLeft : -0.4 * kFlashLeft) / (kFlashEnd - kSnapAt - 1);
    e.volume = 1.5;
  }
}

void Crises::crisis(int t) noexcept {
  if (t >= kCrisisEnd) {
    kind_ = PatternKind::kCount;
    return;
  }
  CrisisEffect& e = effect(currency_);
  e.window = true;
  if (t < kClimbEnd) effects_.hush = 0.3;
  if (t < kPanic_minutes) {
    e.move = -d_ * kPanicMove;
    e.minutes = 150;
    e.spread = 1.5;
    e.tail = 0.3;
  } else if (t < kStillEnd) {
    e.move = t == kPanic_minutes ? d_ * kWickyMove : 0;
    e.minutes = 85;
    e.tail = 0.5;
  } else if (t == kStillEnd) {
    e.move = d_ * kCrisisSnap;
    e.minutes = 20;
  } else if (t < kWickyEnd) {
    e.move = d_ * kWickyMove;
    e.minutes = 30;
    e.tail = 4;
  } else if (t < kClimbEnd) {
    const bool rises = (t - kWickyEnd) % 2 == 0;
    e.move = rises ? d_ * kRise : -d_ * kFall;
    e.minutes = rises ? 20 : 2;
    e.tail = 0.2;
  } else {
    e.move = d_ * (follows_ ? kCrisisLeft : -0.2 * kCrisisLeft) / (kCrisisEnd - kClimbEnd);
    e.volume = 1.5;
  }
}

/// Of the factor at the end of a 15-minute slot.
double Crises::factor_level(std::int64_t slot) const noexcept { return kFactor * random_.normal(slot, kSlotFactor); }

void Crises::cascade(int t, std::int64_t minute) noexcept {
  const bool own = t >= kTied_minutes;
  if (t >= kTied_minutes + kOwn_minutes) {
    kind_ = PatternKind::kCount;
    return;
  }
  effects_.hush = kTiedHush;
  for (CrisisEffect& e : effects_.of) e.window = true;
  const std::int64_t slot = minute / 15;
  const double x = (factor_level(slot) - factor_level(slot - 1)) / 15;
  if (!own) {
    effect(Currency::kEur).move = 2 * x;
    effect(Currency::kGbp).move = x;
    effect(Currency::kJpy).move = -x;
    return;
  }
  effect(Currency::kEur).move = 0.5 * d_ * kOwn;
  effect(Currency::kUsd).move = -0.5 * d_ * kOwn;
  effect(Currency::kJpy).move = 1.5 * d_ * kOwn;
  effect(Currency::kGbp).move = slot % 2 == 0 ? kToAndFro : -kToAndFro;
  effect(Currency::kEur).volume = 3;
}

/// +1 or -1, the same for `length` minutes.
double Crises::held(std::int64_t minute, std::int64_t length, std::uint32_t slot) const noexcept {
  return random_.uniform(minute / length, kSlotHeld + slot) < 0.5 ? -1 : 1;
}

void Crises::trend(std::int64_t minute) noexcept {
  const int minute_of_day = static_cast<int>(minute % 1440);
  const double day = held(minute, 1440, 2);
  const std::int64_t age = day_ - trend_from_;
  const bool breaks = age >= kBreakFrom_days && age % 2 == 0;
  CrisisEffect& e = effect(trending_);
  if (breaks && minute_of_day < kBreakAt) {
    e.move += day * (minute_of_day % (kUp_minutes + kDown_minutes) < kUp_minutes ? kUp : -kDown);
  } else if (breaks && minute_of_day < kBreakAt + kBreak_minutes) {
    e.move += day * kBreakMove / kBreak_minutes;
    e.volume = 4;
  } else {
    e.move += kHeldShort * held(minute, 150, 0) + kHeldMiddle * held(minute, 480, 1) + kHeldDay * day;
  }
}

}  // namespace omega::sim
