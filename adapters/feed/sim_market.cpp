#include "adapters/feed/sim_market.hpp"

#include <algorithm>

#include "engine/market/session_clock.hpp"

namespace omega {
namespace {

constexpr double kPauseScale = 12;  // first minute after a pause: sd of twelve minutes' worth, so that weekends gap
constexpr int kDaysMax = 3660;

std::string joined(const std::vector<std::string>& names, const char* between) {
  std::string s;
  for (const std::string& n : names) s += (s.empty() ? "" : between) + n;
  return s;
}

constexpr std::uint32_t kBookCapabilities = capability::kQuotes | capability::kQuoteSizes | capability::kTrades | capability::kTradesSided | capability::kL2;

bool has_book(const SimMarketConfig& config, std::string_view symbol) {
  return std::find(config.book.begin(), config.book.end(), symbol) != config.book.end();
}

}  // namespace

Result<std::unique_ptr<SimMarket>> SimMarket::create(const SimMarketConfig& config) {
  const auto refuse = [](std::string text) { return Error{ErrorKind::kUsage, "sim: " + std::move(text)}; };
  if (config.symbols.empty()) return refuse("no symbols; expected some of " + joined(supported_symbols(), ", "));
  for (std::size_t i = 0; i < config.symbols.size(); ++i) {
    const std::string& name = config.symbols[i];
    if (sim::find_symbol(name) == nullptr)
      return refuse("unknown symbol " + name + "; expected one of " + joined(supported_symbols(), ", "));
    if (std::find(config.symbols.begin(), config.symbols.begin() + static_cast<std::ptrdiff_t>(i), name) !=
        config.symbols.begin() + static_cast<std::ptrdiff_t>(i))
      return refuse("symbol " + name + " given twice");
  }
  for (std::size_t i = 0; i < config.book.size(); ++i) {
    const std::string& name = config.book[i];
    const auto before = config.book.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(config.symbols.begin(), config.symbols.end(), name) == config.symbols.end())
      return refuse("book of " + name + ", which is none of the symbols " + joined(config.symbols, ", "));
    if (std::find(config.book.begin(), before, name) != before) return refuse("book of " + name + " given twice");
  }
  if (!config.instruments.empty() && config.instruments.size() != config.symbols.size())
    return refuse("instruments and symbols differ in number");
  if (config.days < 1 || config.days > kDaysMax) return refuse("days must lie in 1.." + std::to_string(kDaysMax));
  if (config.spread_percent < 1 || config.spread_percent > 100) return refuse("spread must lie in 1..100 percent");
  if (config.start_ts <= 0 || config.start_ts % kMinute_ns != 0) return refuse("start must be a whole minute after 1970");
  return std::unique_ptr<SimMarket>(new SimMarket(config));
}

SimMarket::SimMarket(const SimMarketConfig& config)
    : currencies_(config.seed, config.crises), crises_(config.crises ? sim::Crises(config.seed) : sim::Crises()), minute_(config.start_ts / kMinute_ns), end_minute_(minute_ + 1440LL * config.days) {
  symbols_.reserve(config.symbols.size());
  for (std::size_t i = 0; i < config.symbols.size(); ++i) {
    const auto id = config.instruments.empty() ? static_cast<InstrumentId>(i) : config.instruments[i];
    symbols_.emplace_back(*sim::find_symbol(config.symbols[i]), id, config.seed, has_book(config, config.symbols[i]), config.crises, config.spread_percent);
  }
  std::sort(symbols_.begin(), symbols_.end(), [](const auto& a, const auto& b) { return a.id() < b.id(); });
  bars_.resize(symbols_.size());
  for (const sim::SimSymbol& s : symbols_)
    if (has_book(config, s.row().name)) ticks_.emplace_back(s.id(), s.row().tick, s.row().ticks_per_minute, s.tick_random(config.seed));
  if (config.news) {
    calendar_ = sim::NewsCalendar(config.seed, minute_, end_minute_ + sim::kNewsLead_minutes);
    for (const sim::Release& r : calendar_.releases()) {
      const auto concerned = [&](const sim::SimSymbol& s) { return s.row().base == r.currency || s.row().quote == r.currency; };
      if (std::any_of(symbols_.begin(), symbols_.end(), concerned)) news_.push_back(r);
    }
  }
  description_.text = "sim:seed=" + std::to_string(config.seed) + ",symbols=" + joined(config.symbols, "+") +
                      ",days=" + std::to_string(config.days) +
                      (config.spread_percent == 100 ? "" : ",spread=" + std::to_string(config.spread_percent)) + (config.book.empty() ? "" : ",book=" + joined(config.book, "+")) +
                      (config.news ? ",news=on" : "") + (config.crises ? ",crises=on" : "");
  for (const std::string& name : config.symbols) {
    const bool book = has_book(config, name);
    description_.instruments.push_back({.symbol = name, .basis = PriceBasis::kBidAsk, .volume_kind = book ? VolumeKind::kTraded : VolumeKind::kTicks,
                                        .capabilities = capability::kBars | capability::kVolume | (book ? kBookCapabilities : 0u) |
                                                        (config.news ? capability::kCalendarNews : 0u),
                                        .simulated = true});
  }
  description_.from_ts = config.start_ts;
  description_.to_ts = end_minute_ * kMinute_ns;
}

bool SimMarket::next(InputEvent& out) noexcept {
  for (;;) {
    if (take_tick(out)) return true;
    if (next_bar_ < bar_count_) {
      out = InputEvent::of(bars_[next_bar_++]);
      return true;
    }
    if (take_news(out)) return true;
    if (minute_ == end_minute_) return false;
    fill_minute();
    ++minute_;
  }
}

bool SimMarket::take_tick(InputEvent& out) noexcept {
  sim::SimTicks* first = nullptr;
  for (sim::SimTicks& t : ticks_) {   // by InstrumentId
    if (t.empty()) continue;
    if (first == nullptr || t.next_ts() < first->next_ts() ||
        (t.next_ts() == first->next_ts() && event_rank(t.next_type()) < event_rank(first->next_type())))
      first = &t;
  }
  if (first == nullptr) return false;
  out = first->take();
  return true;
}

/// What is due at the end of the last minute.
bool SimMarket::take_news(InputEvent& out) noexcept {
  const bool event = next_event_ < news_.size() && news_[next_event_].minute - sim::kNewsLead_minutes <= minute_;
  const bool release = next_release_ < news_.size() && news_[next_release_].minute <= minute_;
  if (release && (!event || news_[next_release_].minute <= news_[next_event_].minute - sim::kNewsLead_minutes)) {
    out = InputEvent::of(news_[next_release_++].release());
    return true;
  }
  if (event) out = InputEvent::of(news_[next_event_++].event());
  return event;
}

void SimMarket::fill_minute() noexcept {
  bar_count_ = next_bar_ = 0;
  if (!fx_week_open(minute_ * kMinute_ns)) return;
  const bool resumed = last_open_minute_ != 0 && minute_ != last_open_minute_ + 1;
  last_open_minute_ = minute_;
  currencies_.step(minute_, resumed ? kPauseScale : 1.0, calendar_.step(minute_), crises_.step(minute_));
  auto ticks = ticks_.begin();
  for (sim::SimSymbol& s : symbols_) {
    const bool book = ticks != ticks_.end() && ticks->id() == s.id();
    if (s.step(currencies_, minute_, bars_[bar_count_])) {
      if (book) ticks->make(bars_[bar_count_], s.tick_plan());
      ++bar_count_;
    }
    if (book) ++ticks;
  }
}

std::uint32_t SimMarket::patterns(sim::PatternKind kind) const noexcept {
  if (kind == sim::PatternKind::kMomentumRun) return currencies_.runs();
  if (kind == sim::PatternKind::kDecoupling) return crises_.on() ? currencies_.twin_episodes() : 0;
  if (crises_.count(kind) > 0) return crises_.count(kind);
  std::uint32_t n = 0;
  for (const sim::SimSymbol& s : symbols_) n += s.patterns()[static_cast<std::size_t>(kind)];
  return n;
}

std::vector<std::string> SimMarket::supported_symbols() {
  std::vector<std::string> names;
  for (const sim::SymbolRow& row : sim::symbol_rows()) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> SimMarket::describe_lines() {
  return {
      "simulated FX market: M1 bid/ask bars and tick counts, deterministic from its seed; not real prices",
      "currencies: dollar, Europe, commodity and risk factors plus own shocks; every symbol is base / quote",
      "regimes: range, trend, shock as a Markov chain (15 min steps); slow drifts per currency; levels held near start",
      "day: volatility, tick volume and spread by UTC hour; spreads double in shocks and around 21-23 UTC",
      "spread=PERCENT: all spreads are this part of the usual ones, one tick at least; 15 gives quotes that are mostly one to three ticks wide",
      "flow: persistent (AR(1), 0.9 a minute); volume grows with the size of the move",
      "calendar: FX week with US daylight time, weekend gaps, 1 minute in 400 missing, an outage of 2-3 h in about 20 days",
      "stop runs: 8-18 u through yesterday's high or low on 6x volume, reclaimed in one minute",
      "exhaustion spikes: 4.4-5.2 sd of 200 M5 closes in five thin minutes, then opposite flow on 6x volume",
      "displacements: 48-75 u in one M15 bar on 7x volume, first return to the block after 1-3 h",
      "momentum runs: 1.15-1.45 % of one currency in 330 min, volume 3.3x in the last 90",
      "book=A+B: these symbols have trades with their aggressor and a book of ten levels a side, 30-60 events a minute that agree with the bar",
      "icebergs, OFI bursts, footprint clusters and spoofs in the book: each kind a few times a week and symbol, at made-up odds",
      "news=on: a made-up calendar of high-impact releases (NFP, CPI, FOMC, GDP, ECB, BOE), each a jump, a way back and a second move",
      "crises=on, at made-up odds: flash crashes and crises of one currency, each about four times a month: 1.4-1.65 % in minutes on a day's volume",
      "persistent trends: 10 days of held drifts with a break of 0.6 % a day in the second half; inducements of single symbols about weekly",
      "cascades: a day in which one factor moves EUR, GBP and JPY, then EUR alone; the decoupling of AUD and NZD lowers their correlation to about 0.45",
      "patterns mostly invite trades along the recent trend, never surely: see the next line",
      "after a stop run or spike the trade works in 65 % of cases, after a block in 60 %; the rest go on against it",
  };
}

}  // namespace omega
