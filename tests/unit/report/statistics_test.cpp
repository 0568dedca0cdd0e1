// Statistics of 4.10 against numbers computed by hand and by statistics_fixture.py (Python's statistics module).
#include "replay/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace omega::replay {
namespace {

TradeClosed trade(double r, double net_pnl, double reward_risk = 2.0) {
  TradeClosed t;
  t.r_multiple = r;
  t.net_pnl = *to_fixed(net_pnl, kMoneyScale);
  t.reward_risk_planned = reward_risk;
  t.commission = kMoneyScale;     // 1.00
  t.slippage = kMoneyScale / 2;   // 0.50
  return t;
}

TEST(TradeStatistics, NoTradesLeaveEverythingUndefined) {
  const TradeStatistics s = trade_statistics({});
  EXPECT_EQ(s.trades, 0u);
  EXPECT_FALSE(s.win_rate || s.win_rate_95 || s.profit_factor || s.expectancy || s.expectancy_r || s.reward_risk_avg);
  EXPECT_FALSE(s.profit_factor_infinite);
}

TEST(TradeStatistics, TwelveTradesByHand) {
  // 7 wins of +1.5R/+150, 4 losses of -1R/-100, 1 scratch of +0.02R/+2
  std::vector<TradeClosed> trades;
  for (int i = 0; i < 7; ++i) trades.push_back(trade(1.5, 150, 2.5));
  for (int i = 0; i < 4; ++i) trades.push_back(trade(-1, -100, 2.0));
  trades.push_back(trade(0.02, 2, 1.5));
  const TradeStatistics s = trade_statistics(trades);
  EXPECT_EQ(s.wins, 7u);
  EXPECT_EQ(s.losses, 4u);
  EXPECT_EQ(s.scratches, 1u);
  EXPECT_DOUBLE_EQ(*s.win_rate, 7.0 / 11.0);                       // scratches do not count
  EXPECT_DOUBLE_EQ(s.total_pnl, 652);
  EXPECT_DOUBLE_EQ(s.gross_profit, 1052);
  EXPECT_DOUBLE_EQ(s.gross_loss, -400);
  EXPECT_DOUBLE_EQ(*s.profit_factor, 2.63);
  EXPECT_DOUBLE_EQ(*s.expectancy, 652.0 / 12.0);
  EXPECT_NEAR(*s.expectancy_r, (10.5 - 4 + 0.02) / 12, 1e-15);     // scratches do count
  EXPECT_NEAR(*s.reward_risk_avg, (17.5 + 8 + 1.5) / 12, 1e-15);
  EXPECT_DOUBLE_EQ(*s.payoff_ratio, 1.5);
  EXPECT_DOUBLE_EQ(s.commission, 12);
  EXPECT_DOUBLE_EQ(s.slippage, 6);
}

TEST(TradeStatistics, AScratchEndsExactlyAtFiveHundredthsOfR) {
  const std::vector<TradeClosed> trades{trade(0.05, 5), trade(std::nextafter(0.05, 1), 5), trade(-0.05, -5),
                                        trade(std::nextafter(-0.05, -1), -5)};
  const TradeStatistics s = trade_statistics(trades);
  EXPECT_EQ(s.scratches, 2u);
  EXPECT_EQ(s.wins, 1u);
  EXPECT_EQ(s.losses, 1u);
}

TEST(TradeStatistics, WinRateNeedsTenDecidedTrades) {
  std::vector<TradeClosed> trades(9, trade(1, 100));
  trades.push_back(trade(0, 0));                                   // a scratch does not make the tenth
  EXPECT_FALSE(trade_statistics(trades).win_rate);
  trades.push_back(trade(-1, -100));
  EXPECT_DOUBLE_EQ(*trade_statistics(trades).win_rate, 0.9);
}

TEST(TradeStatistics, WithoutLossesTheProfitFactorIsInfiniteAndNotANumber) {
  const std::vector<TradeClosed> trades(3, trade(1, 100));
  const TradeStatistics s = trade_statistics(trades);
  EXPECT_FALSE(s.profit_factor);
  EXPECT_TRUE(s.profit_factor_infinite);
  EXPECT_FALSE(s.payoff_ratio);
}

TEST(WilsonInterval, AgreesWithThePythonFixture) {
  const Interval some = wilson_interval(13, 20), none = wilson_interval(0, 10), all = wilson_interval(10, 10);
  EXPECT_NEAR(some.low, 0.43285427668523635, 1e-12);
  EXPECT_NEAR(some.high, 0.8188081758989179, 1e-12);
  EXPECT_NEAR(none.low, 0, 1e-12);
  EXPECT_NEAR(none.high, 0.27753279986288915, 1e-12);
  EXPECT_NEAR(all.low, 0.7224672001371109, 1e-12);
  EXPECT_NEAR(all.high, 1, 1e-12);
}

TEST(Bootstrap, IsTheSameEachTimeAndHoldsTheMean) {
  std::vector<double> r;
  for (int i = 0; i < 200; ++i) r.push_back((i * 37 % 19 - 8) / 6.0);
  double mean = 0;
  for (const double x : r) mean += x / 200;
  const Interval a = bootstrap_mean_interval(r), b = bootstrap_mean_interval(r);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_LT(a.low, mean);
  EXPECT_GT(a.high, mean);
  const std::vector<double> constant(20, 0.25);
  EXPECT_DOUBLE_EQ(bootstrap_mean_interval(constant).low, 0.25);
  EXPECT_DOUBLE_EQ(bootstrap_mean_interval(constant).high, 0.25);
}

std::vector<double> fixture_closes(int days) {
  std::vector<double> closes{10'000};
  for (int i = 0; i < days; ++i) closes.push_back(closes.back() * (1 + (i * 37 % 19 - 9) / 2000.0));
  return closes;
}

TEST(EquityStatistics, AgreeWithThePythonFixture) {
  const EquityStatistics s = equity_statistics(fixture_closes(80), kFxDays, 0.08);
  EXPECT_EQ(s.days, 80u);
  EXPECT_NEAR(*s.daily_volatility, 0.002841925882481598, 1e-12);
  EXPECT_NEAR(*s.sharpe, 0.5236713320525963, 1e-9);
  EXPECT_NEAR(*s.sortino, 0.7618837381562185, 1e-9);
  EXPECT_NEAR(*s.calmar, 0.2953125000000112, 1e-9);
}

TEST(EquityStatistics, CryptoIsAnnualisedWith365Days) {
  const EquityStatistics fx = equity_statistics(fixture_closes(80), kFxDays, 0.08);
  const EquityStatistics crypto = equity_statistics(fixture_closes(80), kCryptoDays, 0.08);
  EXPECT_NEAR(*crypto.sharpe / *fx.sharpe, std::sqrt(365.0 / 252.0), 1e-12);
}

TEST(EquityStatistics, TooFewDaysAreNotANumber) {
  EXPECT_FALSE(equity_statistics(fixture_closes(19), kFxDays, 0.1).daily_volatility);
  EXPECT_TRUE(equity_statistics(fixture_closes(20), kFxDays, 0.1).daily_volatility);
  EXPECT_FALSE(equity_statistics(fixture_closes(59), kFxDays, 0.1).sharpe);
  EXPECT_TRUE(equity_statistics(fixture_closes(60), kFxDays, 0.1).sharpe);
}

TEST(EquityStatistics, ZeroVarianceAndZeroDrawdownAreUndefined) {
  const std::vector<double> flat(100, 10'000.0);
  const EquityStatistics s = equity_statistics(flat, kFxDays, 0);
  EXPECT_EQ(*s.daily_volatility, 0);
  EXPECT_FALSE(s.sharpe || s.sortino || s.calmar);
}

}  // namespace
}  // namespace omega::replay
