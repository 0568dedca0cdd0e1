#include "replay/reports/period.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "engine/orders/equity_curve.hpp"
#include "replay/report_time.hpp"
#include "replay/statistics.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;
using words::interval, words::number, words::ratio;

constexpr double kRedWinRate = 0.5, kRedDrawdown = 0.10, kRedStrategyWinRate = 0.4, kRedExecution = 0.5;
constexpr std::size_t kRedTrades_day = 20, kRedStrategy_trades = 5, kRedLosses_row = 5;

/// What of the book lies in the period.
struct Slice {
  std::vector<TradeClosed> trades;
  std::vector<SignalFate> signals;
  std::vector<KillSwitchEvent> trips;
  std::vector<DayClose> days;          // market days
  double start_equity = 0, end_equity = 0, max_drawdown = 0, drawdown_days = 0;
};

template <class T>
std::vector<T> within(const std::vector<T>& all, const Period& p) {
  std::vector<T> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const T& e) { return e.ts > p.from && e.ts <= p.to; });
  return some;
}

/// The last mark at or before ts; the capital at the start when there is none.
Money equity_at(const Book& b, TimeNs ts) {
  const auto at = std::upper_bound(b.marks.begin(), b.marks.end(), ts, [](TimeNs t, const EquityPoint& p) { return t < p.ts; });
  return at == b.marks.begin() ? b.initial : std::prev(at)->equity;
}

Slice slice_of(const Book& b, const Period& p) {
  Slice s{within(b.trades, p), within(b.signals, p), within(b.trips, p), {}};
  const std::int64_t first_day = utc_day(p.from), end_day = utc_day(p.to - 1);
  s.start_equity = money_to_double(p.from < b.first_ts ? b.initial : equity_at(b, p.from));
  s.end_equity = s.start_equity;
  for (const DayClose& d : b.days) {
    if (d.day < first_day) s.start_equity = d.equity;  // the day roll's own mark, where there is one
    if (d.day < first_day || d.day > end_day) continue;
    s.end_equity = d.equity;
    if (std::binary_search(b.market_days.begin(), b.market_days.end(), d.day)) s.days.push_back(d);
  }
  EquityCurve curve(p.from < b.first_ts ? b.initial : equity_at(b, p.from));
  const auto behind = [](TimeNs t, const EquityPoint& m) { return t < m.ts; };
  const auto to = std::upper_bound(b.marks.begin(), b.marks.end(), p.to, behind);
  for (auto m = std::upper_bound(b.marks.begin(), to, p.from, behind); m != to; ++m) curve.mark(m->ts, m->equity);
  s.max_drawdown = curve.max_drawdown();
  s.drawdown_days = static_cast<double>(curve.max_drawdown_ns()) / static_cast<double>(kDay_ns);
  return s;
}

/// Signals, entries that left, fills, and those lost to arbitration alone.
struct Execution {
  std::uint64_t signals = 0, orders = 0, filled = 0, arbitrated = 0;
};
Execution execution_of(const std::vector<SignalFate>& signals) {
  Execution e;
  for (const SignalFate& s : signals) {
    ++e.signals;
    e.orders += s.ordered ? 1 : 0;
    e.filled += s.code == ReasonCode::kFilled || s.code == ReasonCode::kPartial ? 1 : 0;
    e.arbitrated += s.code == ReasonCode::kArbLost || s.code == ReasonCode::kArbSilence ? 1 : 0;
  }
  return e;
}

Json trade_part(const TradeStatistics& t) {
  return {{"trades", t.trades}, {"wins", t.wins}, {"losses", t.losses}, {"scratches", t.scratches}, {"win_rate", number(t.win_rate)},
          {"win_rate_95", interval(t.win_rate_95)}, {"total_pnl", t.total_pnl}, {"gross_profit", t.gross_profit},
          {"gross_loss", t.gross_loss}, {"profit_factor", number(t.profit_factor)}, {"expectancy", number(t.expectancy)},
          {"expectancy_r", number(t.expectancy_r)}, {"reward_risk_avg", number(t.reward_risk_avg)},
          {"payoff_ratio", number(t.payoff_ratio)}, {"commission", t.commission}, {"slippage", t.slippage}};
}

Json statistics_of(const Book& b, const Slice& s) {
  Json j = trade_part(trade_statistics(s.trades));
  std::vector<double> closes{s.start_equity};
  for (const DayClose& d : s.days) closes.push_back(d.equity);
  const EquityStatistics e = equity_statistics(closes, words::days_per_year(b.config), s.max_drawdown);
  const Execution x = execution_of(s.signals);
  j["start_equity"] = s.start_equity;
  j["end_equity"] = s.end_equity;
  j["return"] = ratio(s.end_equity - s.start_equity, s.start_equity);
  j["max_drawdown"] = s.max_drawdown;
  j["max_drawdown_duration_days"] = s.drawdown_days;
  j["daily_pnl_volatility"] = number(e.daily_volatility);
  j["sharpe"] = number(e.sharpe);
  j["sortino"] = number(e.sortino);
  j["calmar"] = number(e.calmar);
  j["signals"] = x.signals;
  j["orders"] = x.orders;
  j["filled"] = x.filled;
  j["execution_rate"] = ratio(static_cast<double>(x.filled), static_cast<double>(x.signals - x.arbitrated));
  j["execution_rate_raw"] = ratio(static_cast<double>(x.filled), static_cast<double>(x.signals));
  j["market_days"] = s.days.size();
  j["trades_per_day"] = ratio(static_cast<double>(s.trades.size()), static_cast<double>(s.days.size()));
  return j;
}

/// Trades and signals split by one of their ids; every id of `names` that did anything, best P&L first, with its share.
template <class Id>
Json attribution(const Slice& s, const std::vector<std::string>& names, Id TradeClosed::*trade_id, Id SignalFate::*signal_id, const char* key) {
  std::map<Id, std::vector<TradeClosed>> trades;
  std::map<Id, std::vector<SignalFate>> signals;
  for (const TradeClosed& t : s.trades) trades[t.*trade_id].push_back(t);
  for (const SignalFate& f : s.signals) signals[f.*signal_id].push_back(f);
  for (const auto& [id, unused] : signals) trades.try_emplace(id);
  std::vector<Json> rows;
  for (const auto& [id, own] : trades) {
    Json row{{key, id < names.size() ? names[id] : "unknown"}};
    const Execution x = execution_of(signals[id]);
    row["signals"] = x.signals;
    row["filled"] = x.filled;
    row.update(trade_part(trade_statistics(own)));
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) { return a["total_pnl"].get<double>() > b["total_pnl"].get<double>(); });
  Json list = Json::array();
  for (Json& row : rows) {
    row["rank"] = list.size() + 1;
    list.push_back(std::move(row));
  }
  return list;
}

Json killswitch_of(const Slice& s) {
  Json list = Json::array();
  for (std::size_t i = 0; i < kLayers; ++i) {
    const auto trips = std::count_if(s.trips.begin(), s.trips.end(), [&](const KillSwitchEvent& k) { return static_cast<std::size_t>(k.layer) == i + 1; });
    const auto blocked = std::count_if(s.signals.begin(), s.signals.end(), [&](const SignalFate& f) { return layer_of(f.code) == static_cast<int>(i) + 1; });
    list.push_back({{"layer", i + 1}, {"name", words::kLayer[i]}, {"activations", trips}, {"blocked", blocked}});
  }
  return list;
}

std::size_t longest_losing_row(const std::vector<TradeClosed>& trades) {
  std::size_t longest = 0, now = 0;
  for (const TradeClosed& t : trades) {
    if (t.r_multiple < -kScratch_r) longest = std::max(longest, ++now);
    else if (t.r_multiple > kScratch_r) now = 0;
  }
  return longest;
}

Json red_flags(const Slice& s, const Json& statistics, const Json& strategies) {
  Json flags = Json::array();
  const auto rate = [](const Json& row) {
    const double wins = row["wins"].get<double>(), decided = wins + row["losses"].get<double>();
    return decided > 0 ? std::optional(wins / decided) : std::nullopt;
  };
  if (const auto r = rate(statistics); r && *r < kRedWinRate) flags.push_back(fmt::format("win rate {:.1f} % is below 50 %", *r * 100));
  if (s.max_drawdown > kRedDrawdown) flags.push_back(fmt::format("drawdown {:.2f} % is above 10 %", s.max_drawdown * 100));
  std::map<std::int64_t, std::size_t> by_day;
  for (const TradeClosed& t : s.trades) ++by_day[utc_day(t.entry_ts)];
  for (const auto& [day, n] : by_day) {
    if (n > kRedTrades_day) flags.push_back(fmt::format("{} trades on {}", n, format_date(day * kDay_ns)));
  }
  if (const Json& e = statistics["execution_rate"]; !e.is_null() && e.get<double>() < kRedExecution) {
    flags.push_back(fmt::format("execution rate {:.1f} % is below 50 %", e.get<double>() * 100));
  }
  for (const Json& row : strategies) {
    if (const auto r = rate(row); r && *r < kRedStrategyWinRate && row["trades"].get<std::size_t>() >= kRedStrategy_trades) {
      flags.push_back(fmt::format("{}: win rate {:.1f} % over {} trades", row["strategy"].get<std::string>(), *r * 100, row["trades"].get<std::size_t>()));
    }
  }
  if (const std::size_t n = longest_losing_row(s.trades); n >= kRedLosses_row) flags.push_back(fmt::format("{} losses in a row", n));
  for (const KillSwitchEvent& k : s.trips) {
    flags.push_back(fmt::format("kill switch layer {} tripped at {}", static_cast<int>(k.layer), format_time(k.ts)));
  }
  return flags;
}

Json trades_of(const Book& b, const Slice& s) {
  Json list = Json::array();
  for (const TradeClosed& t : s.trades) {
    const std::string &symbol = b.config.instruments[t.instrument].symbol, &strategy = b.config.strategies[t.strategy - 1u].name;
    list.push_back({{"id", fmt::format("{}-{}-{}", strategy, symbol, t.signal_seq)}, {"symbol", symbol}, {"strategy", strategy},
                    {"side", t.direction > 0 ? "long" : "short"}, {"quantity", qty_to_double(t.quantity)}, {"entry_time", format_time(t.entry_ts)},
                    {"entry_price", price_to_double(t.entry_price)}, {"exit_time", format_time(t.exit_ts)},
                    {"exit_price", price_to_double(t.exit_price)}, {"exit_reason", exit_reason_name(t.reason)},
                    {"pnl", money_to_double(t.net_pnl)}, {"r_multiple", t.r_multiple}, {"order_id", t.order_id}});
  }
  return list;
}

std::vector<std::string> strategy_names(const EngineConfig& c) {
  std::vector<std::string> names{""};
  for (const StrategyConfig& s : c.strategies) names.push_back(s.name);
  return names;
}
std::vector<std::string> symbol_names(const EngineConfig& c) {
  std::vector<std::string> names;
  for (const InstrumentConfig& i : c.instruments) names.push_back(i.symbol);
  return names;
}

}  // namespace

Period whole(const Book& b) { return {"all", b.first_ts - 1, b.last_ts}; }
Period day_period(std::int64_t day) { return {format_date(day * kDay_ns), day * kDay_ns, (day + 1) * kDay_ns}; }

Period week_period(std::int64_t any_day) {
  const std::int64_t monday = any_day - (static_cast<int>(weekday_of_day(any_day)) + 6) % 7;
  const int year = civil_from_days(monday + 3).year;  // ISO 8601: the year of its Thursday
  const std::int64_t first_thursday = nth_weekday(year, 1, Weekday::kThursday, 1);
  return {fmt::format("{}-W{:02}", year, (monday + 3 - first_thursday) / 7 + 1), monday * kDay_ns, (monday + 7) * kDay_ns};
}

Period month_period(std::int64_t any_day) {
  const CivilDate d = civil_from_days(any_day);
  const std::int64_t next = d.month == 12 ? days_from_civil(d.year + 1, 1, 1) : days_from_civil(d.year, d.month + 1, 1);
  return {fmt::format("{}-{:02}", d.year, d.month), days_from_civil(d.year, d.month, 1) * kDay_ns, next * kDay_ns};
}

std::vector<Period> periods_of(const Book& b, Period (*kind)(std::int64_t)) {
  std::vector<Period> all;
  for (const std::int64_t day : b.market_days) {
    if (all.empty() || day * kDay_ns >= all.back().to) all.push_back(kind(day));
  }
  return all;
}

Json period_json(const Book& b, const Period& p) {
  const Slice s = slice_of(b, p);
  Json statistics = statistics_of(b, s);
  Json strategies = attribution(s, strategy_names(b.config), &TradeClosed::strategy, &SignalFate::strategy, "strategy");
  Json symbols = attribution(s, symbol_names(b.config), &TradeClosed::instrument, &SignalFate::instrument, "symbol");
  Json flags = red_flags(s, statistics, strategies);
  Json equity = Json::array();
  for (const DayClose& d : s.days) equity.push_back(Json::array({format_date(d.day * kDay_ns), d.equity}));
  Json targets = targets_json(b.config.profile, statistics);
  return {{"period", {{"name", p.name}, {"from", format_time(p.from)}, {"to", format_time(p.to)}}}, {"statistics", std::move(statistics)},
          {"targets", std::move(targets)}, {"strategies", std::move(strategies)}, {"symbols", std::move(symbols)}, {"killswitch", killswitch_of(s)},
          {"red_flags", std::move(flags)}, {"trades", trades_of(b, s)}, {"equity", std::move(equity)}};
}

Json conventions(const Book& b) {
  return {{"day", "00:00 to 24:00 UTC; a week starts on Monday"},
          {"membership", "a signal counts when raised, a trade when closed"},
          {"return", "change of equity over a market day / equity at its start; open positions at the market"},
          {"annualisation_days", words::days_per_year(b.config)},
          {"risk_free_rate", 0},
          {"standard_deviation", "sample, ddof 1; Sortino: root mean square of losses over all days"},
          {"win", fmt::format("R above {}; between is a scratch and in no win rate", kScratch_r)},
          {"least_sample", fmt::format("win rate {} trades, volatility {} days, ratios {} days; below: n/a", kWinRateMin_trades, kVolatilityMin_days, kRatioMin_days)},
          {"drawdown", "over marks at every minute bar of the period, from the period's own peak"},
          {"execution_rate", "filled / (signals - lost in arbitration)"}};
}

}  // namespace omega::replay
