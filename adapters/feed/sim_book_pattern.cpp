#include "adapters/feed/sim_book_pattern.hpp"

#include <algorithm>
#include <cmath>

namespace omega::sim {
namespace {

constexpr std::uint32_t kSlot = 80;  // of the symbol's stream, for the minute in which a pattern starts
constexpr int kHitMinutes = 6, kLeave_minutes = 6, kBurst_minutes = 7, kApproach_minutes = 5, kAbsorb_minutes = 5, kTakeOver_minutes = 4, kSecondSpoof = 3;
constexpr double kRoom_u = 1.7;
constexpr double kBeyond_u = 2.5, kApproach_least_u = 5, kApproach_most_u = 15;
constexpr int kNear_ticks = 4;

double to_double(Price p) noexcept { return static_cast<double>(p) / static_cast<double>(kPriceScale); }

}  // namespace

void BookPattern::start(PatternKind kind, int d, double price, double extreme, double spread, double u, Price tick,
                        const Random& random, std::int64_t minute) noexcept {
  *this = BookPattern{};
  active_ = true;
  kind_ = kind;
  d_ = d;
  u_ = u;
  half_ = spread / 2;
  tick_ = tick;
  follows_ = random.chance(0.6, minute, kSlot);
  step_ = std::clamp(d * (price - extreme) + kBeyond_u * u, kApproach_least_u * u, kApproach_most_u * u) / kApproach_minutes;
  if (kind != PatternKind::kIceberg) return;
  hold_ = 14 + static_cast<int>(random.uniform(minute, kSlot + 1) * 7.0);
  hits_ = 9 + static_cast<int>(random.uniform(minute, kSlot + 2) * 7.0);
  level_ = std::llround((price - d * (half_ + 0.4 * u)) / to_double(tick)) * tick;
}

MinutePlan BookPattern::next(double prev, double noise, TickPlan& ticks) noexcept {
  ticks = {.script = TickScript::kNone, .d = d_, .hits = 0, .level = 0, .low = 0, .high = 0};
  MinutePlan p;
  int end = 0;
  switch (kind_) {
    case PatternKind::kIceberg: p = iceberg(prev, noise, ticks), end = hold_ + kLeave_minutes + 40; break;
    case PatternKind::kOfiBurst: p = burst(prev, noise, ticks), end = kBurst_minutes + 20; break;
    case PatternKind::kFootprint: p = footprint(prev, noise, ticks), end = kApproach_minutes + kAbsorb_minutes + kTakeOver_minutes + 45; break;
    default: p = spoof(prev, noise, ticks), end = kSecondSpoof + 20;
  }
  if (++t_ == end) active_ = false;
  return p;
}

MinutePlan BookPattern::after(double prev, double noise, double pace) const noexcept {
  return {.close = prev + d_ * (follows_ ? pace : -pace) * u_ + 0.7 * noise, .reach = 0, .tail = 1, .volume = 1.2, .spread = 1};
}

MinutePlan BookPattern::iceberg(double prev, double noise, TickPlan& ticks) const noexcept {
  if (t_ >= hold_ + kLeave_minutes) return after(prev, noise, 0.7);
  if (t_ >= hold_) return {.close = prev + d_ * u_, .reach = 0, .tail = 0.3, .volume = 1.5, .spread = 1};
  ticks.script = TickScript::kHold;
  ticks.level = level_;
  const Price far = level_ + d_ * std::llround(kRoom_u * u_ / to_double(tick_)) * tick_;
  const Price near = level_ + d_ * kNear_ticks * tick_;   // nobody but the hits comes to the level
  ticks.low = d_ > 0 ? near : far;
  ticks.high = d_ > 0 ? far : near;
  if (t_ >= 1 && t_ <= kHitMinutes) {
    ticks.script = TickScript::kHits;
    ticks.hits = hits_ * t_ / kHitMinutes - hits_ * (t_ - 1) / kHitMinutes;
  }
  const double home = to_double(level_) + d_ * (half_ + 1.0 * u_);
  return {.close = prev + 0.4 * (home - prev) + 0.4 * noise, .reach = 0, .tail = 0.4, .volume = 1.3, .spread = 1};
}

MinutePlan BookPattern::burst(double prev, double noise, TickPlan& ticks) const noexcept {
  if (t_ >= kBurst_minutes) return after(prev, noise, 0.4);
  ticks.script = TickScript::kBuild;
  return {.close = prev + d_ * 1.3 * u_ + 0.3 * noise, .reach = 0, .tail = 0.2, .volume = 1.1, .spread = 1};
}

MinutePlan BookPattern::footprint(double prev, double noise, TickPlan& ticks) noexcept {
  int t = t_ - kApproach_minutes;
  if (t < 0) return {.close = prev - d_ * step_ + 0.2 * noise, .reach = 0, .tail = 0.3, .volume = 1, .spread = 1};
  const Price bin = std::llround(u_ / to_double(tick_)) * tick_;
  if (t == 0) level_ = std::llround((prev - d_ * half_) / to_double(tick_)) * tick_ / bin * bin;  // lower edge of the bin of the best price
  if (t < kAbsorb_minutes) {
    ticks.script = TickScript::kAbsorb;
    ticks.low = level_ + bin * 3 / 10;
    ticks.high = level_ + bin * 6 / 10;
    const double middle = to_double(level_) + 0.45 * u_ + d_ * half_;
    return {.close = middle + 0.2 * noise, .reach = 0, .tail = 0.3, .volume = 7, .spread = 1};
  }
  t -= kAbsorb_minutes;
  if (t >= kTakeOver_minutes) return after(prev, noise, 0.7);
  ticks.script = TickScript::kTakeOver;
  return {.close = prev + d_ * 1.3 * u_, .reach = 0, .tail = 0.2, .volume = 8, .spread = 1};
}

MinutePlan BookPattern::spoof(double prev, double noise, TickPlan& ticks) const noexcept {
  if (t_ == 0 || t_ == kSecondSpoof) {
    ticks.script = TickScript::kSpoof;
    return {.close = prev - d_ * 0.8 * u_, .reach = 0, .tail = 0, .volume = 1, .spread = 1};
  }
  if (t_ < kSecondSpoof) return {.close = prev + d_ * 0.4 * u_ + 0.2 * noise, .reach = 0, .tail = 0.4, .volume = 1, .spread = 1};
  return after(prev, noise, 0.8);
}

}  // namespace omega::sim
