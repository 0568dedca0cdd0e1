#include "replay/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace omega::replay {
namespace {

constexpr double kZ95 = 1.959963984540054;
constexpr std::size_t kResamples = 2000;
constexpr double kBlock = 10;

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

/// SplitMix64 (Steele, Lea, Flood 2014): a fixed stream, the same on every machine.
struct SplitMix64 {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(static_cast<unsigned __int128>(next()) * n >> 64); }
};

}  // namespace

Interval wilson_interval(std::size_t successes, std::size_t n) {
  const double count = static_cast<double>(n), p = static_cast<double>(successes) / count, z2 = kZ95 * kZ95;
  const double centre = p + z2 / (2 * count);
  const double half = kZ95 * std::sqrt(p * (1 - p) / count + z2 / (4 * count * count));
  const double scale = 1 + z2 / count;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

Interval bootstrap_mean_interval(std::span<const double> values) {
  SplitMix64 random{0x0317a9e5};
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    std::size_t at = random.below(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += values[at];
      at = random.unit() < 1 / kBlock ? random.below(values.size()) : (at + 1) % values.size();
    }
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {means[kResamples / 40], means[kResamples - 1 - kResamples / 40]};  // 2.5 % and 97.5 %
}

std::optional<Interval> expectancy_r_interval(std::span<const TradeClosed> trades) {
  if (trades.size() < kWinRateMin_trades) return std::nullopt;
  std::vector<double> r;
  for (const TradeClosed& t : trades) r.push_back(t.r_multiple);
  return bootstrap_mean_interval(r);
}

TradeStatistics trade_statistics(std::span<const TradeClosed> trades) {
  TradeStatistics s;
  s.trades = trades.size();
  if (trades.empty()) return s;
  std::vector<double> r(trades.size());
  double reward_risk = 0, win_r = 0, loss_r = 0;
  Money total = 0, profit = 0, loss = 0, commission = 0, slippage = 0;
  for (std::size_t i = 0; i < trades.size(); ++i) {
    const TradeClosed& t = trades[i];
    r[i] = t.r_multiple;
    if (r[i] > kScratch_r) { ++s.wins; win_r += r[i]; }
    else if (r[i] < -kScratch_r) { ++s.losses; loss_r += r[i]; }
    else ++s.scratches;
    (t.net_pnl > 0 ? profit : loss) += t.net_pnl;
    total += t.net_pnl;
    commission += t.commission;
    slippage += t.slippage;
    reward_risk += t.reward_risk_planned;
  }
  s.total_pnl = money_to_double(total);
  s.gross_profit = money_to_double(profit);
  s.gross_loss = money_to_double(loss);
  s.commission = money_to_double(commission);
  s.slippage = money_to_double(slippage);
  const double n = static_cast<double>(trades.size());
  const std::size_t decided = s.wins + s.losses;
  if (decided >= kWinRateMin_trades) s.win_rate = static_cast<double>(s.wins) / static_cast<double>(decided);
  if (decided > 0) s.win_rate_95 = wilson_interval(s.wins, decided);
  if (loss < 0) s.profit_factor = s.gross_profit / -s.gross_loss;
  s.profit_factor_infinite = loss == 0 && profit > 0;
  s.expectancy = s.total_pnl / n;
  s.expectancy_r = mean_of(r);
  s.reward_risk_avg = reward_risk / n;
  if (s.wins > 0 && s.losses > 0) {
    s.payoff_ratio = (win_r / static_cast<double>(s.wins)) / (-loss_r / static_cast<double>(s.losses));
  }
  return s;
}

EquityStatistics equity_statistics(std::span<const double> closes, double days_per_year, double max_drawdown) {
  EquityStatistics s;
  std::vector<double> returns;
  for (std::size_t i = 1; i < closes.size(); ++i) returns.push_back((closes[i] - closes[i - 1]) / closes[i - 1]);
  s.days = returns.size();
  if (s.days < kVolatilityMin_days) return s;
  const double n = static_cast<double>(s.days), mean = mean_of(returns);
  double squares = 0, downside = 0;
  for (const double r : returns) {
    squares += (r - mean) * (r - mean);
    downside += std::min(r, 0.0) * std::min(r, 0.0);
  }
  const double sd = std::sqrt(squares / (n - 1)), down = std::sqrt(downside / n);  // Sortino: over all days
  s.daily_volatility = sd;
  if (s.days < kRatioMin_days) return s;
  if (sd > 0) s.sharpe = mean / sd * std::sqrt(days_per_year);
  if (down > 0) s.sortino = mean / down * std::sqrt(days_per_year);
  if (max_drawdown > 0) s.calmar = mean * days_per_year / max_drawdown;
  return s;
}

}  // namespace omega::replay
