// What:     Trade and equity statistics of a run (STRATEGIES 4.10). A number that the sample is too small for, or that
//           is undefined (zero variance, no losses), is nullopt: printed n/a, null in JSON; never 0 or NaN.
// Owner:    pure functions.   Threads: any.
// Units:    money in account currency, R in multiples of initial risk, ratios and returns as fractions.
// Source:   Wilson (1927) JASA 22:209-212 · Sharpe (1994) J. Portf. Manag. 21(1):49-58 · Sortino & Price (1994)
//           J. Investing 3(3):59-64 · Young (1991) Futures 20:40 (Calmar) · Politis & Romano (1994) JASA 89:1303-1313.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/core/events.hpp"

namespace omega::replay {

inline constexpr double kScratch_r = 0.05;           // |R| up to this is neither win nor loss
inline constexpr std::size_t kWinRateMin_trades = 10;
inline constexpr std::size_t kVolatilityMin_days = 20;
inline constexpr std::size_t kRatioMin_days = 60;    // Sharpe, Sortino, Calmar
inline constexpr double kFxDays = 252, kCryptoDays = 365;

struct Interval {
  double low = 0, high = 0;
};

struct TradeStatistics {
  std::size_t trades = 0, wins = 0, losses = 0, scratches = 0;
  std::optional<double> win_rate;                    // wins / (wins + losses), from 10 of them on
  std::optional<Interval> win_rate_95;               // Wilson score interval, from 1 on
  double total_pnl = 0, gross_profit = 0, gross_loss = 0;  // net of costs; gross_loss <= 0
  std::optional<double> profit_factor;               // nullopt without losses; then see profit_factor_infinite
  bool profit_factor_infinite = false;
  std::optional<double> expectancy, expectancy_r;    // mean per trade, scratches included
  std::optional<double> reward_risk_avg;             // planned, at the fill
  std::optional<double> payoff_ratio;                // mean win R / |mean loss R|
  double commission = 0, slippage = 0;
};

[[nodiscard]] TradeStatistics trade_statistics(std::span<const TradeClosed> trades);
/// Of the mean R, from 10 trades on. Two thousand resamples: ask for it where it is shown.
[[nodiscard]] std::optional<Interval> expectancy_r_interval(std::span<const TradeClosed> trades);

/// z = 1.96 (95 %); n > 0.
[[nodiscard]] Interval wilson_interval(std::size_t successes, std::size_t n);
/// Percentile interval of the mean: 2 000 resamples, mean block 10, fixed seed, so equal inputs give equal intervals.
[[nodiscard]] Interval bootstrap_mean_interval(std::span<const double> values);

struct EquityStatistics {
  std::size_t days = 0;                              // daily returns
  std::optional<double> daily_volatility;            // sample sd, from 20 days on
  std::optional<double> sharpe, sortino, calmar;     // rf = 0, from 60 days on
};

/// closes[0] is the capital at the start, closes[i] the equity at the end of the i-th market day.
[[nodiscard]] EquityStatistics equity_statistics(std::span<const double> closes, double days_per_year, double max_drawdown);

}  // namespace omega::replay
