#include "engine/features/level_book.hpp"

#include <algorithm>
#include <limits>

namespace omega {
namespace {

constexpr int kSwingsPerLookback = 5;
constexpr std::size_t kHtfSwings = 10;
constexpr std::int64_t kRound_u = 50;
constexpr DurationNs kM1Life_ns = 480 * kMinute_ns, kH4Life_ns = 7 * kDay_ns, kD1Life_ns = 20 * kDay_ns,
                     kForever_ns = 365 * kDay_ns;

/// Which reason a merged level lives on. A round number never takes over: it is offered again while the price is near.
int weight(LevelOrigin origin) noexcept {
  switch (origin) {
    case LevelOrigin::kRound: return 0;
    case LevelOrigin::kM1Swing: return 1;
    case LevelOrigin::kPreviousDay: return 2;
    case LevelOrigin::kH4Swing: return 3;
    case LevelOrigin::kD1Swing: return 4;
  }
  return 0;
}

Price distance(Price a, Price b) noexcept { return a > b ? a - b : b - a; }

}  // namespace

LevelBook::LevelBook(Price u, Price penetration_max, int m1_strength, bool higher)
    : u_(u), penetration_max_(penetration_max), higher_(higher), m1_(m1_strength, true) {
  OMEGA_REQUIRE(u > 0 && penetration_max > 0, u, penetration_max);
}

void LevelBook::on_frame(const FeatureFrame& f) noexcept {
  if (higher_ && f.closed(Timeframe::kD1)) {
    const TfBar& day = f.bar(Timeframe::kD1);
    remove_if([](const Level& l) { return l.origin == LevelOrigin::kPreviousDay; });
    previous_high_ = day.high;
    previous_low_ = day.low;
    has_day_ = true;
    d1_.on_bar(day);
    add(day.low, 1, LevelOrigin::kPreviousDay, f.ts, kForever_ns);
    add(day.high, -1, LevelOrigin::kPreviousDay, f.ts, kForever_ns);
    if (d1_.new_low()) add(d1_.lows().back(0).price, 1, LevelOrigin::kD1Swing, f.ts, kD1Life_ns);
    if (d1_.new_high()) add(d1_.highs().back(0).price, -1, LevelOrigin::kD1Swing, f.ts, kD1Life_ns);
  }
  if (higher_ && f.closed(Timeframe::kH4)) {
    h4_.on_bar(f.bar(Timeframe::kH4));
    if (h4_.new_low()) add(h4_.lows().back(0).price, 1, LevelOrigin::kH4Swing, f.ts, kH4Life_ns);
    if (h4_.new_high()) add(h4_.highs().back(0).price, -1, LevelOrigin::kH4Swing, f.ts, kH4Life_ns);
  }
  if (!f.closed(Timeframe::kM1)) return;
  const TfBar& bar = f.bar(Timeframe::kM1);
  retire(bar);
  m1_.on_bar(bar);
  if (m1_.new_low()) add(m1_.lows().back(0).price, 1, LevelOrigin::kM1Swing, f.ts, kM1Life_ns);
  if (m1_.new_high()) add(m1_.highs().back(0).price, -1, LevelOrigin::kM1Swing, f.ts, kM1Life_ns);
  if (m1_.new_low() || m1_.new_high()) limit_m1_swings();
  add_rounds(bar.close, f.ts);
}

void LevelBook::retire(const TfBar& bar) noexcept {
  const auto low = static_cast<std::uint64_t>(bar.low), range = static_cast<std::uint64_t>(bar.high) - low;
  for (std::size_t i = 0; i < count_; ++i) {
    Level& l = levels_[i];
    l.touches += static_cast<std::uint64_t>(l.price) - low <= range ? 1 : 0;  // low <= price <= high
  }
  const Price support_max = bar.close + penetration_max_, resistance_min = bar.close - penetration_max_;
  if (bar.t_close < earliest_death_ && highest_support_ <= support_max && lowest_resistance_ >= resistance_min) return;
  forget_bounds();
  remove_if([&](const Level& l) {
    if (bar.t_close >= l.dies || (l.type > 0 ? l.price > support_max : l.price < resistance_min)) return true;
    bound(l);
    return false;
  });
}

void LevelBook::forget_bounds() noexcept {
  earliest_death_ = std::numeric_limits<TimeNs>::max();
  highest_support_ = std::numeric_limits<Price>::min();
  lowest_resistance_ = std::numeric_limits<Price>::max();
}

void LevelBook::bound(const Level& l) noexcept {
  earliest_death_ = std::min(earliest_death_, l.dies);
  if (l.type > 0) highest_support_ = std::max(highest_support_, l.price);
  else lowest_resistance_ = std::min(lowest_resistance_, l.price);
}

void LevelBook::limit_m1_swings() noexcept {
  // The newest five of a shorter lookback are among the newest five of the longest one, so that one decides; age is
  // left to retire().
  std::array<int, 2> more{};  // per side: swings beyond the limit; the oldest ones, which stand first
  for (std::size_t i = 0; i < count_; ++i) more[levels_[i].type > 0] += levels_[i].origin == LevelOrigin::kM1Swing ? 1 : 0;
  for (int& side : more) side -= kSwingsPerLookback;
  if (more[0] <= 0 && more[1] <= 0) return;
  remove_if([&](const Level& l) { return l.origin == LevelOrigin::kM1Swing && more[l.type > 0]-- > 0; });
}

void LevelBook::add_rounds(Price price, TimeNs now) noexcept {
  const Price step = kRound_u * u_;
  if (rounds_hold_ && price >= round_below_ && price - round_below_ < step) return;  // the same two, and no level came, went or changed
  const Price below = floor_div(price, step) * step, above = below + step;
  bool has_below = false, has_above = false;
  remove_if([&](const Level& l) {
    // whatever it lives on by now: a level keeps its type until it dies
    const bool is_below = l.price == below, is_above = l.price == above;
    has_below = has_below || is_below;
    has_above = has_above || is_above;
    return l.origin == LevelOrigin::kRound && !is_below && !is_above;
  });
  if (!has_below) add(below, 1, LevelOrigin::kRound, now, kForever_ns);
  if (!has_above) add(above, -1, LevelOrigin::kRound, now, kForever_ns);
  rounds_hold_ = count_ < kLevelsMax;  // a full book may have dropped one of the two for the other
  round_below_ = below;
}

void LevelBook::add(Price price, std::int8_t type, LevelOrigin origin, TimeNs now, DurationNs life) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    Level& old = levels_[i];
    if (old.type != type || distance(old.price, price) > u_) continue;
    if (weight(origin) > weight(old.origin)) {  // the older is kept; a heavier reason takes over its life
      old.origin = origin;
      old.dies = now + life;
      earliest_death_ = std::min(earliest_death_, old.dies);
      rounds_hold_ = false;
    } else if (origin == old.origin) {  // seen again
      old.dies = now + life;
    }
    return;
  }
  if (count_ == kLevelsMax) {  // the oldest makes room
    for (std::size_t i = 1; i < count_; ++i) levels_[i - 1] = levels_[i];
    --count_;
    ++removals_;
  }
  levels_[count_++] = {next_id_++, price, type, origin, now, now + life, 0};
  bound(levels_[count_ - 1]);
  rounds_hold_ = false;
}

/// dead() sees every level once, in the order of birth.
template <class Dead>
void LevelBook::remove_if(Dead&& dead) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (dead(levels_[i])) continue;
    if (kept != i) levels_[kept] = levels_[i];
    ++kept;
  }
  if (kept != count_) {
    rounds_hold_ = false;
    ++removals_;
  }
  count_ = kept;
}

bool LevelBook::contains(std::uint64_t id) const noexcept {
  const auto at = std::lower_bound(levels_.begin(), levels_.begin() + static_cast<std::ptrdiff_t>(count_), id, [](const Level& l, std::uint64_t wanted) { return l.id < wanted; });
  return at != levels_.begin() + static_cast<std::ptrdiff_t>(count_) && at->id == id;
}

bool LevelBook::near_higher_timeframe(Price price, Price within) const noexcept {
  if (has_day_ && (distance(price, previous_high_) <= within || distance(price, previous_low_) <= within)) return true;
  for (const Window<Swing>* side : {&h4_.highs(), &h4_.lows()}) {
    for (std::size_t age = 0; age < side->size() && age < kHtfSwings; ++age) {
      if (distance(price, side->back(age).price) <= within) return true;
    }
  }
  return false;
}

Price LevelBook::distance_behind(Price price, Direction d) const noexcept {
  Price best = -1;
  for (std::size_t i = 0; i < count_; ++i) {
    const Level& l = levels_[i];
    const Price behind = d * (price - l.price);
    if (l.type == d && behind >= 0 && (best < 0 || behind < best)) best = behind;
  }
  return best;
}

}  // namespace omega
