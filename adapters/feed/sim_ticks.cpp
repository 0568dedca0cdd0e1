#include "adapters/feed/sim_ticks.hpp"

#include <algorithm>

#include "adapters/feed/sim_tables.hpp"
#include "engine/core/assert.hpp"

namespace omega::sim {
namespace {

constexpr DurationNs kSlot_ns = 3'750'000'000, kMilli_ns = 1'000'000, kNext_ns = 400 * kMilli_ns;   // kNext: to the next trade of a slot
constexpr double kJitter_ms = 199, kShown_minutes = 0.4;
constexpr std::int64_t kLeftShare = 8;
constexpr double kHeavy = 3;                                             // usual volumes
constexpr std::size_t kTrades_min = 5, kTrades_building = 8, kBarTicks_per_trade = 10;
constexpr std::int64_t kVolume_max = 22'000 * kQuanta_per_tick;          // stays below what the input guard lets pass
constexpr std::size_t kHitFrom = 4, kHitTo = 11, kHitFirst = 5, kHitStep = 2;   // slots at the iceberg's level; those of the hits
constexpr std::size_t kSpoofPlace = 6, kSpoofMove = 7, kSpoofBack = 11, kSpoofLevel = 2, kImbalanceLevels = 5;
constexpr DurationNs kSpoofPull_ns = 450 * kMilli_ns;
constexpr std::int64_t kSpoof_least = 55;                                // usual sizes of a level

bool at_iceberg(const TickPlan& plan, std::size_t slot) noexcept {
  return plan.script == TickScript::kHits && slot >= kHitFrom && slot <= kHitTo;
}

/// The best of the pattern's side grows, the other shrinks, where nothing else happens.
bool builds(const TickPlan& plan) noexcept {
  return plan.script == TickScript::kBuild || plan.script == TickScript::kAbsorb || plan.script == TickScript::kTakeOver ||
         plan.script == TickScript::kLeak;
}

}  // namespace

SimTicks::SimTicks(InstrumentId id, Price tick, double ticks_per_minute, const Random& random)
    : id_(id), tick_(tick), usual_ticks_(ticks_per_minute), random_(random), bids_(BookSide::kBid, tick), asks_(BookSide::kAsk, tick) {
  ticks_.reserve(kTicks_max);
}

void SimTicks::make(Bar& bar, const TickPlan& plan) noexcept {
  ticks_.clear();
  next_ = update_ = 0;
  slot_ = changes_ = 0;
  const std::int64_t minute = bar.t_open / kMinute_ns;
  const bool fresh = minute_ < 0 || minute != minute_ + 1;   // at the start and after every pause
  minute_ = minute;
  wide_ = bar.ask_open - bar.bid_open;
  base_ = std::max<std::int64_t>(10, static_cast<std::int64_t>(kShown_minutes * usual_ticks_ * static_cast<double>(kQuanta_per_tick) *
                                                               (0.5 + 0.5 * volume_profile(static_cast<int>(minute_ % 1440)))));
  if (fresh) {
    bids_.clear();
    asks_.clear();
  }
  bids_.pin(0);
  asks_.pin(0);
  if (plan.level != 0) {
    side_of(plan.d).pin(plan.level);
    if (plan.level != iceberg_level_) iceberg_ = base_ * 4 / 5;
  }
  iceberg_level_ = plan.level;
  draw_path(bar, plan);
  draw_trades(bar, plan);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const TimeNs ts = bar.t_open + static_cast<TimeNs>(slot) * kSlot_ns + static_cast<TimeNs>(draw() * kJitter_ms) * kMilli_ns;
    make_slot(slot, ts, plan, slot == 0 && (fresh || minute_ % 60 == 0));
  }
  OMEGA_ASSERT(ticks_.size() <= kTicks_max, ticks_.size(), id_);
  bar.n_ticks = changes_;
}

void SimTicks::make_slot(std::size_t slot, TimeNs ts, const TickPlan& plan, bool snapshot) noexcept {
  const std::size_t before = ticks_.size();
  if (slot == 0 || path_[slot] != path_[slot - 1]) move(path_[slot], ts, snapshot);
  if (plan.script == TickScript::kSpoof) {
    Ladder &side = side_of(-plan.d), &other = side_of(plan.d);
    if (slot == kSpoofPlace) place_spoof(side, other, ts);
    if (slot == kSpoofMove) set_level(side, side.find(side.pinned()), draw_size(), ts + kSpoofPull_ns), end_update(), side.pin(0);
  }
  if (hits_[slot] > 0) hit(plan, hits_[slot], ts);
  bool busy = ticks_.size() != before;
  if (!busy && trades_[slot] == 0) quiet(plan, ts);
  for (int k = 0; k < trades_[slot]; ++k) {
    const bool with_d = at_iceberg(plan, slot);   // nobody else takes from the iceberg
    const Direction chosen = draw() < buy_share_ ? kLong : kShort;
    trade(with_d ? static_cast<Direction>(plan.d) : chosen, sizes_[traded_++], ts + (k + (busy ? 1 : 0)) * kNext_ns);
  }
}

void SimTicks::draw_path(const Bar& bar, const TickPlan& plan) noexcept {
  std::size_t first = 3 + static_cast<std::size_t>(draw() * 3.0), second = 8 + static_cast<std::size_t>(draw() * 5.0);
  bool low_first = (bar.bid_close >= bar.bid_open) == (draw() < 0.75);
  if (plan.script == TickScript::kHits) first = kHitFrom, second = kHitTo + 1, low_first = plan.d > 0;
  if (plan.script == TickScript::kSpoof) first = kSpoofMove, second = kSpoofBack, low_first = plan.d > 0;
  const Price a = low_first ? bar.bid_low : bar.bid_high, b = low_first ? bar.bid_high : bar.bid_low;
  const Price half = plan.script == TickScript::kHits ? a : (a + b) / 2 / tick_ * tick_;
  const std::size_t between = (first + second) / 2;
  for (std::size_t i = 0; i < kSlots; ++i)
    path_[i] = i < first ? bar.bid_open : i < between ? a : i < second ? half : i < kSlots - 1 ? b : bar.bid_close;
}

double SimTicks::buy_share(const Bar& bar, const TickPlan& plan) const noexcept {
  switch (plan.script) {
    case TickScript::kAbsorb: return 0.5 - 0.42 * plan.d;
    case TickScript::kTakeOver: return 0.5 + 0.38 * plan.d;
    case TickScript::kHits: return 0.5 + 0.25 * plan.d;   // the hits are on the other side
    case TickScript::kLeak: return 0.5 + 0.2 * plan.d;
    case TickScript::kBuild:
    case TickScript::kSpoof: return 0.5;
    default: break;
  }
  const double range = static_cast<double>(std::max<Price>(bar.bid_high - bar.bid_low, 1));
  const bool heavy = static_cast<double>(bar.n_ticks) > kHeavy * usual_ticks_ * volume_profile(static_cast<int>(minute_ % 1440));
  return 0.5 + (heavy ? 0.48 : 0.3) * static_cast<double>(bar.bid_close - bar.bid_open) / range;
}

void SimTicks::draw_trades(Bar& bar, const TickPlan& plan) noexcept {
  buy_share_ = buy_share(bar, plan);
  const std::size_t most = plan.script == TickScript::kBuild ? kTrades_min : builds(plan) ? kTrades_building : kTrades_max;
  const std::size_t n = std::clamp<std::size_t>(bar.n_ticks / kBarTicks_per_trade, kTrades_min, most);
  std::int64_t hit_volume = 0;
  hits_.fill(0);
  for (std::size_t k = 0; k < static_cast<std::size_t>(plan.hits); ++k) {
    std::int64_t& take = hits_[kHitFirst + kHitStep * k];
    take = iceberg_ * (750 + static_cast<std::int64_t>(draw() * 150.0)) / 1000;
    hit_volume += take;
  }
  // Shares of the volume by weight; the rounding goes to the last.
  std::array<std::int64_t, kTrades_max> weight{};
  std::int64_t weights = 0;
  for (std::size_t i = 0; i < n; ++i) weights += weight[i] = 400 + static_cast<std::int64_t>(draw() * 1200.0);
  const std::int64_t wanted = std::min(static_cast<std::int64_t>(bar.n_ticks) * kQuanta_per_tick, kVolume_max);
  const std::int64_t volume = std::max(wanted - hit_volume, static_cast<std::int64_t>(10 * n));
  std::int64_t left = volume;
  for (std::size_t i = 0; i < n; ++i) left -= sizes_[i] = volume * weight[i] / weights;
  sizes_[n - 1] += left;
  traded_ = 0;
  trades_.fill(0);
  for (std::size_t slot = 1; slot < kSlots; ++slot)
    trades_[slot] = static_cast<std::uint8_t>(n * slot / (kSlots - 1) - n * (slot - 1) / (kSlots - 1));
  if (plan.script == TickScript::kSpoof) {   // nothing trades while the order stands
    trades_[kSpoofMove + 1] = static_cast<std::uint8_t>(trades_[kSpoofMove + 1] + trades_[kSpoofPlace] + trades_[kSpoofMove]);
    trades_[kSpoofPlace] = trades_[kSpoofMove] = 0;
  }
  bar.volume = (volume + hit_volume) * kQuantum;
  bar.volume_kind = VolumeKind::kTraded;
}

void SimTicks::move(Price bid, TimeNs ts, bool snapshot) noexcept {
  const Price ask = bid + wide_;
  const auto size = [this] { return draw_size(); };
  if (snapshot) {
    bids_.move_best(bid, size);
    asks_.move_best(ask, size);
    push_snapshot(ts);
  } else if (ask > asks_.best().price) {     // never crossed on the way, either
    move_side(asks_, ask, ts);
    move_side(bids_, bid, ts);
  } else {
    move_side(bids_, bid, ts);
    move_side(asks_, ask, ts);
  }
  end_update();
}

void SimTicks::move_side(Ladder& side, Price best, TimeNs ts) noexcept {
  const auto before = side.move_best(best, [this] { return draw_size(); });
  if (best == side.pinned() && best == iceberg_level_) {
    iceberg_ = std::max(iceberg_, side.best().size);   // what stood there before is part of it
    side.resize(0, iceberg_);
  }
  for (const LadderLevel& l : before)
    if (side.find(l.price) == Ladder::kLevels)
      ticks_.push_back({.ts = ts, .price = l.price, .size = 0, .type = EventType::kBookDelta, .side = side.side(), .aggressor = 0, .more = false});
  for (std::size_t i = 0; i < Ladder::kLevels; ++i) {
    const LadderLevel& now = side.levels()[i];
    const bool same = std::any_of(before.begin(), before.end(), [&](const LadderLevel& l) { return l.price == now.price && l.size == now.size; });
    if (!same) set_level(side, i, now.size, ts);
  }
}

void SimTicks::set_level(Ladder& side, std::size_t level, std::int64_t size, TimeNs ts) noexcept {
  OMEGA_ASSERT(level < Ladder::kLevels, level, id_);
  side.resize(level, size);
  ticks_.push_back({.ts = ts, .price = side.levels()[level].price, .size = size, .type = EventType::kBookDelta, .side = side.side(),
                    .aggressor = 0, .more = false});
}

void SimTicks::push_snapshot(TimeNs ts) noexcept {
  snapshot_ = BookSnapshot{};
  for (std::size_t i = 0; i < Ladder::kLevels; ++i) {
    snapshot_.bid_price[i] = bids_.levels()[i].price;
    snapshot_.bid_size[i] = bids_.levels()[i].size * kQuantum;
    snapshot_.ask_price[i] = asks_.levels()[i].price;
    snapshot_.ask_size[i] = asks_.levels()[i].size * kQuantum;
  }
  snapshot_.bid_levels = snapshot_.ask_levels = static_cast<std::uint8_t>(Ladder::kLevels);
  snapshot_.ts = ts;
  snapshot_.instrument = id_;
  snapshot_.flags = tick_flag::kSimulated;
  ticks_.push_back({.ts = ts, .price = 0, .size = 0, .type = EventType::kBookSnapshot, .side = BookSide::kBid, .aggressor = 0, .more = false});
}

/// Counts the update when it changed one of the best quotes.
void SimTicks::end_update() noexcept {
  for (std::size_t i = update_; i + 1 < ticks_.size(); ++i) ticks_[i].more = true;
  const auto differs = [](const LadderLevel& a, const LadderLevel& b) { return a.price != b.price || a.size != b.size; };
  if (differs(best_bid_, bids_.best()) || differs(best_ask_, asks_.best())) ++changes_;
  best_bid_ = bids_.best();
  best_ask_ = asks_.best();
  update_ = ticks_.size();
}

void SimTicks::trade(Direction aggressor, std::int64_t size, TimeNs ts) noexcept {
  Ladder& side = side_of(-aggressor);
  const LadderLevel best = side.best();
  ticks_.push_back({.ts = ts, .price = best.price, .size = size, .type = EventType::kTrade, .side = side.side(), .aggressor = aggressor, .more = false});
  update_ = ticks_.size();
  const std::int64_t left = std::max({best.size - size, best.size / kLeftShare, std::int64_t{1}});
  if (left == best.size) return;
  set_level(side, 0, left, ts + kMilli_ns);
  end_update();
}

void SimTicks::hit(const TickPlan& plan, std::int64_t size, TimeNs ts) noexcept {
  Ladder& side = side_of(plan.d);
  trade(static_cast<Direction>(-plan.d), size, ts);
  set_level(side, 0, iceberg_, ts + (120 + static_cast<TimeNs>(draw() * 160.0)) * kMilli_ns);
  end_update();
}

/// One level changes its size, nothing else.
void SimTicks::quiet(const TickPlan& plan, TimeNs ts) noexcept {
  if (builds(plan)) {
    Ladder &with = side_of(plan.d), &against = side_of(-plan.d);
    set_level(with, 0, with.best().size + (plan.script == TickScript::kBuild || plan.script == TickScript::kLeak ? base_ * 3 / 5 : base_), ts);
    set_level(against, 0, std::max<std::int64_t>(1, against.best().size * 5 / 8), ts);
    end_update();
    return;
  }
  Ladder& side = plan.level != 0 ? side_of(-plan.d) : side_of(draw() < 0.5 ? 1 : -1);
  const std::size_t level = draw() < 0.6 ? 0 : 1 + static_cast<std::size_t>(draw() * 8.99);
  const std::int64_t size = draw_size();
  set_level(side, level, size == side.levels()[level].size ? size + 1 : size, ts);
  end_update();
}

/// So large that the imbalance of five levels stays beyond 0.7 toward the order's side when the best prices have moved.
void SimTicks::place_spoof(Ladder& side, const Ladder& other, TimeNs ts) noexcept {
  const std::int64_t same = side.top_size(kImbalanceLevels), opposite = other.top_size(kImbalanceLevels);
  side.pin(side.levels()[kSpoofLevel].price);
  set_level(side, kSpoofLevel, std::max(kSpoof_least * base_, (185 * opposite - 15 * same) / 15), ts);
  end_update();
}

std::int64_t SimTicks::draw_size() noexcept {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(base_) * (0.5 + draw())));
}

InputEvent SimTicks::take() noexcept {
  const Tick& t = ticks_[next_++];
  const auto flags = static_cast<std::uint16_t>(tick_flag::kSimulated | (t.more ? tick_flag::kMore : 0));
  if (t.type == EventType::kBookSnapshot) return InputEvent::of(snapshot_);
  if (t.type == EventType::kTrade) {
    Trade trade;
    trade.ts = t.ts;
    trade.price = t.price;
    trade.size = t.size * kQuantum;
    trade.instrument = id_;
    trade.flags = flags;
    trade.aggressor = t.aggressor;
    return InputEvent::of(trade);
  }
  BookDelta delta;
  delta.ts = t.ts;
  delta.price = t.price;
  delta.new_size = t.size * kQuantum;
  delta.instrument = id_;
  delta.flags = flags;
  delta.side = t.side;
  return InputEvent::of(delta);
}

}  // namespace omega::sim
