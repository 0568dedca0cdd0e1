#include "adapters/feed/sim_symbol.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace omega::sim {
namespace {

constexpr double kMinuteShare = 0.026352313834736494;  // 1/sqrt(1440)
constexpr double kPairVolatility = 1.4;                // of a pair, in units of loading
constexpr double kKeep = 0.99976;                      // per minute: half-life two days
constexpr double kOwnNoise = 0.05;
constexpr double kTail = 0.35;
constexpr double kFast = 1.0 / 2880, kSlow = 1.0 / 10080;  // per minute: means over about two and seven days
constexpr std::size_t kCalm_bars = 14;
constexpr std::uint64_t kTickStream = 0x7469636b73;
constexpr double kBookStart_p = 1.0 / 700;     // of each kind; twice for one that may not begin
constexpr double kMissing = 1.0 / 400, kOutage = 1.0 / (20 * 1440);

// Slots of the symbol's stream; patterns use 64 and up.
enum Slot : std::uint32_t { kNoise, kHigh, kLow, kVolume, kSpread, kMissingSlot, kOutageSlot, kLength, kStart, kSide, kBookStart, kInduce };

std::uint64_t stream_of(std::string_view name) noexcept {  // by name, so that the set of symbols does not matter
  std::uint64_t h = 0xcbf29ce484222325ULL;                 // FNV-1a
  for (const char c : name) h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  return h;
}

}  // namespace

SimSymbol::SimSymbol(const SymbolRow& row, InstrumentId id, std::uint64_t seed, bool book, bool crises, int spread_percent) noexcept
    : row_(&row), id_(id), random_(seed, stream_of(row.name)), book_(book), crises_(crises), spread_share_(spread_percent / 100.0) {}

Random SimSymbol::tick_random(std::uint64_t seed) const noexcept { return {seed, stream_of(row_->name) ^ kTickStream}; }

bool SimSymbol::step(const Currencies& currencies, std::int64_t minute, Bar& out) noexcept {
  const int minute_of_day = static_cast<int>(minute % 1440);
  const double fair = row_->start * currencies.level(row_->base) / currencies.level(row_->quote);
  if (close_ == 0) close_ = fast_ = slow_ = fair;
  fast_ += kFast * (close_ - fast_);
  slow_ += kSlow * (close_ - slow_);
  if (minute / 1440 != day_) {
    day_ = minute / 1440;
    start_day();
  }
  const double sigma = close_ * kDailyVolatility * kPairVolatility * kMinuteShare * volatility_profile(minute_of_day) *
                       currencies.regime_volatility();
  deviation_ = deviation_ * kKeep + kOwnNoise * sigma / close_ * random_.normal(minute, kNoise);
  const double natural = fair * (1.0 + deviation_);
  const CrisisEffect &base_crisis = currencies.crisis(row_->base), &quote_crisis = currencies.crisis(row_->quote);
  if (in_window(currencies)) {
    pattern_ = {};
    book_pattern_ = {};
  }
  if (!pattern_.active() && !book_pattern_.active() && !quiet(currencies, minute_of_day / 60)) {
    if (!crises_ || !maybe_induce(sigma, minute)) maybe_start(currencies, minute);
    if (book_ && !pattern_.active()) maybe_start_book(minute);
  }

  const double open = close_;
  const bool scripted = pattern_.active() || book_pattern_.active();
  MinutePlan plan;
  tick_plan_ = {};
  if (scripted) {
    plan = pattern_.active() ? pattern_.next(close_, natural - close_) : book_pattern_.next(close_, natural - close_, tick_plan_);
    deviation_ = plan.close / fair - 1.0;
  } else {
    plan.close = natural;
  }
  if (const int leak = currencies.news(row_->base).leak - currencies.news(row_->quote).leak; book_ && leak != 0)
    tick_plan_ = {.script = TickScript::kLeak, .d = leak > 0 ? 1 : -1, .hits = 0, .level = 0, .low = 0, .high = 0};
  const double tail = base_crisis.tail != 1 ? base_crisis.tail : quote_crisis.tail;
  const double beyond = kTail * sigma * plan.tail * tail;
  double high = std::max(open, plan.close) + beyond * std::fabs(random_.normal(minute, kHigh));
  double low = std::min(open, plan.close) - beyond * std::fabs(random_.normal(minute, kLow));
  if (plan.reach != 0) {
    high = std::max(high, plan.reach);
    low = std::min(low, plan.reach);
  }
  const double move = scripted ? 0.8 : std::min(std::fabs(plan.close - open) / sigma, 4.0);
  const NewsEffect &base_news = currencies.news(row_->base), &quote_news = currencies.news(row_->quote);
  const double run = std::max({currencies.run_volume(row_->base), currencies.run_volume(row_->quote), base_news.volume, quote_news.volume,
                              base_crisis.volume, quote_crisis.volume});
  const double minutes = std::max(base_crisis.minutes, quote_crisis.minutes);
  const double volume = minutes > 0 ? row_->ticks_per_minute * minutes * random_.between(0.9, 1.1, minute, kVolume) : row_->ticks_per_minute * volume_profile(minute_of_day) * currencies.regime_volatility() *
                        (0.45 + 0.55 * move) * random_.between(0.7, 1.3, minute, kVolume) * plan.volume * run;
  shock_spread_ = currencies.regime() == Regime::kShock ? 2.0 : 1.0;
  shock_spread_ = std::max({shock_spread_, base_news.spread, quote_news.spread, base_crisis.spread, quote_crisis.spread});
  close_ = plan.close;
  if (scripted) pattern_.observe(high, low);
  remember(high, low, close_, minute_of_day);
  if (missing(minute) && (tick_plan_.script == TickScript::kNone || tick_plan_.script == TickScript::kLeak)) return false;
  write(plan, open, high, low, volume, minute, out);
  keep_bounds(out);
  return true;
}

void SimSymbol::start_day() noexcept {
  prior_high_ = day_high_;
  prior_low_ = day_low_;
  day_high_ = day_low_ = 0;
  high_run_ = low_run_ = false;
}

bool SimSymbol::quiet(const Currencies& currencies, int hour) const noexcept {
  const bool twin = row_->base == Currency::kAud || row_->base == Currency::kNzd;  // a pattern of one would break their relation
  return twin || hour < 7 || hour >= 19 || currencies.regime() == Regime::kShock || currencies.in_run(row_->base) ||
         currencies.in_run(row_->quote) || in_window(currencies);
}

bool SimSymbol::in_window(const Currencies& currencies) const noexcept {
  return currencies.news(row_->base).window || currencies.news(row_->quote).window || currencies.crisis(row_->base).window ||
         currencies.crisis(row_->quote).window;
}

int SimSymbol::trend() const noexcept { return close_ > fast_ && fast_ > slow_ ? 1 : close_ < fast_ && fast_ < slow_ ? -1 : 0; }

/// Along the trend with this probability; either side without one.
int SimSymbol::side_of(int trend, double along, std::int64_t minute) const noexcept {
  const double x = random_.uniform(minute, kSide);
  return trend == 0 ? (x < 0.5 ? 1 : -1) : (x < along ? trend : -trend);
}

void SimSymbol::maybe_start_book(std::int64_t minute) noexcept {
  constexpr PatternKind kKinds[] = {PatternKind::kIceberg, PatternKind::kFootprint, PatternKind::kSpoof, PatternKind::kOfiBurst, PatternKind::kOfiBurst};
  const auto i = static_cast<std::size_t>(random_.uniform(minute, kBookStart) / kBookStart_p);
  if (i >= std::size(kKinds)) return;
  int d = side_of(trend(), 0.8, minute);
  if (kKinds[i] == PatternKind::kOfiBurst) {
    constexpr std::size_t kLately_m5 = 4;   // a burst goes on with what the last 20 minutes began
    if (m5_count_ < kLately_m5) return;
    d = close_ > m5_close_[(m5_count_ - kLately_m5) % kM5Window] ? 1 : -1;
    if (trend() == -d) return;
  }
  constexpr std::size_t kLately = 10;       // M5 closes
  double extreme = close_;
  for (std::size_t k = 1; k <= std::min(kLately, m5_count_); ++k) {
    const double c = m5_close_[(m5_count_ - k) % kM5Window];
    extreme = d > 0 ? std::min(extreme, c) : std::max(extreme, c);
  }
  book_pattern_.start(kKinds[i], d, close_, extreme, row_->spread * spread_share_, row_->u, row_->tick, random_, minute);
  ++patterns_[static_cast<std::size_t>(kKinds[i])];
}

/// Keeps the best price of a book pattern's side inside its bounds; a hit minute touches the iceberg's level.
void SimSymbol::keep_bounds(Bar& bar) const noexcept {
  const TickPlan& p = tick_plan_;
  if (p.low == 0) return;
  const Price wide = bar.ask_open - bar.bid_open, offset = p.d > 0 ? 0 : wide;
  for (Price* bid : {&bar.bid_open, &bar.bid_high, &bar.bid_low, &bar.bid_close}) *bid = std::clamp(*bid + offset, p.low, p.high) - offset;
  if (p.script == TickScript::kHits) (p.d > 0 ? bar.bid_low : bar.bid_high) = p.level - offset;
  bar.ask_open = bar.bid_open + wide;
  bar.ask_high = bar.bid_high + wide;
  bar.ask_low = bar.bid_low + wide;
  bar.ask_close = bar.bid_close + wide;
}

void SimSymbol::maybe_start(const Currencies& currencies, std::int64_t minute) noexcept {
  const int minute_of_day = static_cast<int>(minute % 1440), hour = minute_of_day / 60, trend = this->trend();
  const auto side = [&](double along) { return side_of(trend, along, minute); };
  if (hour >= 8 && maybe_stop_run(trend, minute)) return;
  const double x = random_.uniform(minute, kStart);
  if (minute_of_day % 15 == 0 && hour < 14 && x < 1.0 / 60) {
    pattern_.start_displacement(side(0.8), close_, row_->u, random_, minute);
    ++patterns_[static_cast<std::size_t>(PatternKind::kDisplacement)];
    return;
  }
  double mean = 0, sd = 0;
  if (minute_of_day % 5 != 0 || hour < 8 || hour >= 18 || currencies.regime() != Regime::kRange || x >= 1.0 / 60) return;
  if (!moments(mean, sd) || std::fabs(close_ - mean) > 1.8 * sd || sd < 4 * row_->u || sd > 30 * row_->u) return;
  const double earlier = m5_close_[(m5_count_ - 1 - kCalm_bars) % kM5Window];
  if (std::fabs(close_ - earlier) > 0.8 * sd) return;  // a spike out of calm, not the end of a trend
  pattern_.start_exhaustion(side(0.75), mean, sd, close_, random_, minute);
  ++patterns_[static_cast<std::size_t>(PatternKind::kExhaustion)];
}

bool SimSymbol::maybe_induce(double sigma, std::int64_t minute) noexcept {
  const int hour = static_cast<int>(minute % 1440) / 60;
  if (hour < 8 || hour >= 18 || !random_.chance(1.0 / 1500, minute, kInduce)) return false;
  pattern_.start_inducement(side_of(trend(), 0.7, minute), close_, sigma, row_->u, random_, minute);
  ++patterns_[static_cast<std::size_t>(PatternKind::kInducement)];
  return true;
}

bool SimSymbol::maybe_stop_run(int trend, std::int64_t minute) noexcept {
  if (prior_high_ == 0) return false;
  const double below = prior_high_ - close_, above = close_ - prior_low_, near = 4 * row_->u;
  int d = 0;
  if (!high_run_ && below > 0 && below <= near) d = -1;
  else if (!low_run_ && above > 0 && above <= near) d = 1;
  if (d == 0) return false;
  const double p = trend == 0 ? 0.2 : trend == d ? 0.4 : 0.08;
  if (!random_.chance(p, minute, kStart)) return false;
  (d < 0 ? high_run_ : low_run_) = true;
  pattern_.start_stop_run(d, d < 0 ? prior_high_ : prior_low_, row_->u, random_, minute);
  ++patterns_[static_cast<std::size_t>(PatternKind::kStopRun)];
  return true;
}

bool SimSymbol::moments(double& mean, double& sd) const noexcept {
  if (m5_count_ < kM5Window) return false;
  double sum = 0, squares = 0;
  for (const double c : m5_close_) sum += c;
  mean = sum / kM5Window;
  for (const double c : m5_close_) squares += (c - mean) * (c - mean);
  sd = std::sqrt(squares / (kM5Window - 1));
  return true;
}

bool SimSymbol::missing(std::int64_t minute) noexcept {
  if (minute < outage_until_) return true;
  if (random_.chance(kOutage, minute, kOutageSlot)) {
    outage_until_ = minute + 125 + static_cast<std::int64_t>(60.0 * random_.uniform(minute, kLength));
    return true;
  }
  return random_.chance(kMissing, minute, kMissingSlot);
}

void SimSymbol::remember(double high, double low, double close, int minute_of_day) noexcept {
  day_high_ = day_high_ == 0 ? high : std::max(day_high_, high);
  day_low_ = day_low_ == 0 ? low : std::min(day_low_, low);
  if (minute_of_day % 5 == 4) m5_close_[m5_count_++ % kM5Window] = close;
}

double SimSymbol::spread(const MinutePlan& plan, std::int64_t minute) const noexcept {
  return row_->spread * random_.between(0.85, 1.15, minute, kSpread) * spread_profile(static_cast<int>(minute % 1440)) *
         shock_spread_ * plan.spread * spread_share_;
}

void SimSymbol::write(const MinutePlan& plan, double open, double high, double low, double volume, std::int64_t minute,
                      Bar& out) const noexcept {
  const double tick = static_cast<double>(row_->tick) / static_cast<double>(kPriceScale);
  const Price wide = std::max<Price>(1, std::llround(spread(plan, minute) / tick)) * row_->tick;
  const auto bid = [&](double mid) {  // mid − spread/2 on the tick grid
    return std::llround((mid - 0.5 * static_cast<double>(wide) / static_cast<double>(kPriceScale)) / tick) * row_->tick;
  };
  out = Bar{};
  out.t_open = minute * kMinute_ns;
  out.ts = out.t_open + kMinute_ns;
  out.bid_open = bid(open);
  out.bid_high = bid(high);
  out.bid_low = bid(low);
  out.bid_close = bid(plan.close);
  out.ask_open = out.bid_open + wide;
  out.ask_high = out.bid_high + wide;
  out.ask_low = out.bid_low + wide;
  out.ask_close = out.bid_close + wide;
  const auto ticks = std::max<std::int64_t>(1, std::llround(volume));
  out.volume = ticks * kQtyScale;
  out.n_ticks = static_cast<std::uint32_t>(ticks);
  out.instrument = id_;
  out.flags = bar_flag::kSimulated;
  out.basis = PriceBasis::kBidAsk;
  out.volume_kind = VolumeKind::kTicks;
}

}  // namespace omega::sim
