#include "adapters/feed/sim_market.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/core/lane.hpp"
#include "engine/market/session_clock.hpp"
#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/sim_market/sim_feed.hpp"

namespace omega {
namespace {

using test::digest_of;

std::unique_ptr<SimMarket> market(std::uint64_t seed, std::vector<std::string> symbols, int days) {
  SimMarketConfig c;
  c.seed = seed;
  c.symbols = std::move(symbols);
  c.days = days;
  return std::move(SimMarket::create(c)).value();
}

TEST(SimMarket, TheSameSeedGivesTheSameBytesOnEveryCompiler) {
  // Pinned: a change here means that old journals of simulated runs can no longer be made again. If the model was
  // changed on purpose, pin the new value and say so in the change log.
  EXPECT_EQ(digest_of(*market(1, {"EURUSD", "GBPUSD"}, 10)), 4975856484469309588ULL);
}

TEST(SimMarket, AnotherSeedGivesAnotherMarket) {
  EXPECT_NE(digest_of(*market(1, {"EURUSD"}, 3)), digest_of(*market(2, {"EURUSD"}, 3)));
}

TEST(SimMarket, ASymbolsBarsDoNotDependOnTheOtherSymbols) {
  auto alone = market(7, {"GBPUSD"}, 20), together = market(7, {"EURUSD", "GBPUSD", "EURJPY"}, 20);
  test::expect_bars_of(*together, 1, *alone, 15'000);
}

TEST(SimMarket, NinetyDaysOfEverySymbolAreValidOrderedAndInsideTheFxWeek) {
  auto m = market(3, SimMarket::supported_symbols(), 90);
  ASSERT_EQ(SimMarket::supported_symbols().size(), 14u);
  InputEvent e;
  TimeNs last_ts = 0;
  InstrumentId last_id = 0;
  std::uint64_t bars = 0;
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    ASSERT_EQ(e.type, EventType::kBar);
    ASSERT_TRUE(b.ts > last_ts || (b.ts == last_ts && b.instrument > last_id)) << bars;
    last_ts = b.ts;
    last_id = b.instrument;
    ASSERT_EQ(b.ts, b.t_open + kMinute_ns);
    ASSERT_TRUE(fx_week_open(b.t_open));
    ASSERT_GT(b.bid_low, 0);
    ASSERT_TRUE(b.bid_high >= std::max(b.bid_open, b.bid_close) && b.bid_low <= std::min(b.bid_open, b.bid_close));
    ASSERT_TRUE(b.ask_high >= std::max(b.ask_open, b.ask_close) && b.ask_low <= std::min(b.ask_open, b.ask_close));
    ASSERT_TRUE(b.bid_open < b.ask_open && b.bid_close < b.ask_close && b.bid_high < b.ask_high && b.bid_low < b.ask_low);
    const Price tick = sim::symbol_rows()[b.instrument].tick;
    ASSERT_TRUE(b.bid_close % tick == 0 && b.ask_close % tick == 0 && b.bid_high % tick == 0 && b.bid_low % tick == 0);
    ASSERT_EQ(b.volume, static_cast<Qty>(b.n_ticks) * kQtyScale);
    ASSERT_GE(b.n_ticks, 1u);
    ASSERT_EQ(b.flags, bar_flag::kSimulated);
    ASSERT_EQ(b.basis, PriceBasis::kBidAsk);
    ASSERT_EQ(b.volume_kind, VolumeKind::kTicks);
    ++bars;
  }
  EXPECT_TRUE(m->error().empty());
  EXPECT_GT(bars, 14u * 88'000u);
}

TEST(SimMarket, EveryPatternOccursInNinetyDaysOfTheDefaultMarket) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    auto m = market(seed, {"EURUSD", "GBPUSD", "USDJPY"}, 90);
    digest_of(*m);
    EXPECT_GE(m->patterns(sim::PatternKind::kStopRun), 30u) << seed;
    EXPECT_GE(m->patterns(sim::PatternKind::kExhaustion), 10u) << seed;
    EXPECT_GE(m->patterns(sim::PatternKind::kDisplacement), 15u) << seed;
    EXPECT_GE(m->patterns(sim::PatternKind::kMomentumRun), 5u) << seed;
  }
}

/// Hourly mid closes of the hours in which all symbols traded.
std::vector<std::vector<double>> hourly_returns(SimMarket& m, std::size_t n) {
  std::map<TimeNs, std::vector<double>> closes;
  InputEvent e;
  while (m.next(e)) {
    const Bar& b = e.as<Bar>();
    auto& row = closes[b.t_open / kHour_ns];
    row.resize(n, 0.0);
    row[b.instrument] = price_to_double((b.bid_close + b.ask_close) / 2);
  }
  std::vector<std::vector<double>> r(n);
  const std::vector<double>* before = nullptr;
  for (const auto& [hour, row] : closes) {
    const bool complete = std::find(row.begin(), row.end(), 0.0) == row.end();
    if (complete && before != nullptr)
      for (std::size_t i = 0; i < n; ++i) r[i].push_back(row[i] / (*before)[i] - 1.0);
    before = complete ? &row : nullptr;
  }
  return r;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) xy += x[i] * y[i], xx += x[i] * x[i], yy += y[i] * y[i];
  return xy / std::sqrt(xx * yy);
}

TEST(SimMarket, CorrelationsHaveTheSignsOfTheCurrencyModel) {
  auto m = market(5, {"EURUSD", "GBPUSD", "USDCHF", "AUDUSD", "NZDUSD", "EURJPY", "GBPJPY", "USDJPY"}, 120);
  const auto r = hourly_returns(*m, 8);
  ASSERT_GT(r[0].size(), 1500u);
  EXPECT_GT(correlation(r[0], r[1]), 0.3);   // EURUSD GBPUSD: same quote, same continent
  EXPECT_LT(correlation(r[0], r[2]), -0.3);  // EURUSD USDCHF
  EXPECT_GT(correlation(r[3], r[4]), 0.8);   // AUDUSD NZDUSD: twins
  EXPECT_GT(correlation(r[5], r[6]), 0.3);   // EURJPY GBPJPY
  EXPECT_LT(correlation(r[0], r[7]), 0.0);   // EURUSD USDJPY: the dollar on opposite sides
}

TEST(SimMarket, TheTwinsComeBackToEachOtherAndOthersDoNot) {
  auto m = market(5, {"AUDUSD", "NZDUSD", "EURUSD"}, 120);
  const auto r = hourly_returns(*m, 3);
  const auto level = [&](std::size_t i) {
    std::vector<double> sum(r[i].size());
    double x = 0;
    for (std::size_t t = 0; t < sum.size(); ++t) sum[t] = x += r[i][t];
    return sum;
  };
  const auto spread_sd = [](const std::vector<double>& x, const std::vector<double>& y) {
    double mean = 0, squares = 0;
    for (std::size_t t = 0; t < x.size(); ++t) mean += (x[t] - y[t]) / static_cast<double>(x.size());
    for (std::size_t t = 0; t < x.size(); ++t) squares += (x[t] - y[t] - mean) * (x[t] - y[t] - mean);
    return std::sqrt(squares / static_cast<double>(x.size()));
  };
  EXPECT_LT(spread_sd(level(0), level(1)), 0.004);  // gaps of up to .6 % that close again
  EXPECT_GT(spread_sd(level(0), level(2)), 0.008);
  EXPECT_GE(m->twin_episodes(), 5u);
}

TEST(SimMarket, ThreeYearsStayInPlausibleBounds) {
  auto m = market(11, {"EURUSD", "USDJPY"}, 1095);
  InputEvent e;
  Price low[2] = {INT64_MAX, INT64_MAX}, high[2] = {0, 0};
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    low[b.instrument] = std::min(low[b.instrument], b.bid_low);
    high[b.instrument] = std::max(high[b.instrument], b.ask_high);
  }
  EXPECT_GT(low[0], 900'000'000);
  EXPECT_LT(high[0], 1'400'000'000);
  EXPECT_GT(low[1], 115 * kPriceScale);
  EXPECT_LT(high[1], 180 * kPriceScale);
}

TEST(SimMarket, MinutesAreMissingNowAndThenAndSometimesForMoreThanTwoHours) {
  auto m = market(1, {"EURUSD"}, 90);
  InputEvent e;
  TimeNs last = 0;
  int single = 0, outages = 0, weekends = 0;
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    const DurationNs gap = last == 0 ? 0 : b.t_open - last - kMinute_ns;
    if (gap == kMinute_ns) ++single;
    else if (gap > 24 * kHour_ns) ++weekends;
    else if (gap > 2 * kHour_ns) ++outages;
    last = b.t_open;
  }
  EXPECT_GT(single, 100);
  EXPECT_GE(outages, 1);
  EXPECT_GE(weekends, 12);
}

TEST(SimMarket, SpreadsAreWiderOffHours) {
  auto m = market(4, {"EURUSD"}, 60);
  InputEvent e;
  double sum[2] = {0, 0};
  int count[2] = {0, 0};
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    const auto hour = time_of_day(b.t_open) / kHour_ns;
    if (hour != 14 && hour != 22) continue;
    const int i = hour == 22;
    sum[i] += static_cast<double>(b.ask_close - b.bid_close);
    ++count[i];
  }
  EXPECT_GT(sum[1] / count[1], 1.7 * sum[0] / count[0]);
}

TEST(SimMarket, InstrumentIdsOfTheConfigurationOrderTheBars) {
  SimMarketConfig c;
  c.symbols = {"GBPUSD", "EURUSD"};
  c.instruments = {9, 4};
  c.days = 2;
  auto m = std::move(SimMarket::create(c)).value();
  InputEvent e;
  ASSERT_TRUE(m->next(e));
  EXPECT_EQ(e.as<Bar>().instrument, 4);
  EXPECT_NEAR(price_to_double(e.as<Bar>().bid_close), 1.10, 0.02);
  ASSERT_TRUE(m->next(e));
  EXPECT_EQ(e.as<Bar>().instrument, 9);
}

TEST(SimMarket, NextDoesNotAllocate) {
  auto m = market(1, {"EURUSD", "GBPUSD"}, 30);
  InputEvent e;
  const std::size_t before = test::allocations();
  std::size_t bars = 0;
  while (m->next(e)) ++bars;
  EXPECT_EQ(test::allocations(), before);
  EXPECT_GT(bars, 50'000u);
}

TEST(SimMarket, BadRequestsAreRefusedWithTheKnownNames) {
  const auto message = [](SimMarketConfig c) {
    const auto r = SimMarket::create(c);
    return r.ok() ? std::string() : r.error().message;
  };
  SimMarketConfig c;
  c.symbols = {"EURUSX"};
  EXPECT_NE(message(c).find("EURUSX"), std::string::npos);
  EXPECT_NE(message(c).find("EURUSD"), std::string::npos);
  c.symbols = {"EURUSD", "EURUSD"};
  EXPECT_NE(message(c).find("twice"), std::string::npos);
  c.symbols = {};
  EXPECT_FALSE(message(c).empty());
  c.symbols = {"EURUSD"};
  c.days = 0;
  EXPECT_NE(message(c).find("days"), std::string::npos);
  c.days = 1;
  c.instruments = {1, 2};
  EXPECT_FALSE(message(c).empty());
}

TEST(SimMarket, TheDescriptionNamesSeedSymbolsAndDays) {
  auto m = market(1, {"EURUSD", "GBPUSD"}, 90);
  EXPECT_EQ(m->description().text, "sim:seed=1,symbols=EURUSD+GBPUSD,days=90");
  EXPECT_TRUE(m->description().instruments[0].simulated);
  EXPECT_GE(SimMarket::describe_lines().size(), 8u);
}

}  // namespace
}  // namespace omega
