// Periods and their statistics: borders of days, ISO weeks and months, membership of trades and signals, grades at the bounds.
#include "replay/reports/period.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/report_time.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t day(const char* text) { return utc_day(*parse_time(text)); }

/// Ten market days of one instrument and one strategy, Mon 2018-02-26 to Wed 2018-03-07, one trade of +10 at noon each day.
Book book() {
  Book b;
  b.journal = "j";
  b.config.profile = "green_only";
  InstrumentConfig& eurusd = b.config.instruments.emplace_back();
  eurusd.symbol = "EURUSD";
  eurusd.base = "EUR";
  eurusd.quote = "USD";
  eurusd.active = true;
  b.config.strategies = {{.id = 1, .name = "one", .built = true, .enabled = true, .params = {}, .plugin = {}}};
  b.initial = 10'000 * kMoneyScale;
  double equity = 10'000;
  for (int i = 0; i < 10; ++i) {
    const std::int64_t d = day("2018-02-26") + i;
    const TimeNs noon = d * kDay_ns + 12 * kHour_ns;
    TradeClosed t{};
    t.ts = t.exit_ts = noon;
    t.entry_ts = noon - kHour_ns;
    t.strategy = 1;
    t.net_pnl = 10 * kMoneyScale;
    t.r_multiple = 1;
    b.trades.push_back(t);
    b.signals.push_back({.ts = noon - kHour_ns, .strategy = 1, .instrument = 0, .code = ReasonCode::kFilled, .ordered = true});
    b.marks.push_back({noon, static_cast<Money>((equity += 10) * kMoneyScale)});
    b.days.push_back({d, equity});
    b.market_days.push_back(d);
  }
  b.first_ts = day("2018-02-26") * kDay_ns + kMinute_ns;
  b.last_ts = (day("2018-03-07") + 1) * kDay_ns;
  b.final_equity = static_cast<Money>(equity * kMoneyScale);
  return b;
}

TEST(PeriodTest, weeks_begin_on_monday_and_carry_the_iso_year) {
  EXPECT_EQ(week_period(day("2018-01-01")).name, "2018-W01");
  EXPECT_EQ(week_period(day("2017-01-01")).name, "2016-W52");
  EXPECT_EQ(week_period(day("2021-01-03")).name, "2020-W53");
  EXPECT_EQ(week_period(day("2024-12-30")).name, "2025-W01");
  EXPECT_EQ(format_date(week_period(day("2018-03-04")).from), "2018-02-26");
}

TEST(PeriodTest, months_know_their_length) {
  EXPECT_EQ(format_date(month_period(day("2024-02-10")).to), "2024-03-01");
  EXPECT_EQ(format_date(month_period(day("2023-12-31")).to), "2024-01-01");
}

TEST(PeriodTest, every_market_day_is_in_exactly_one_period_of_each_kind) {
  const Book b = book();
  for (const auto kind : {&day_period, &week_period, &month_period}) {
    std::size_t trades = 0, days = 0;
    for (const Period& p : periods_of(b, kind)) {
      const Json j = period_json(b, p);
      trades += j["statistics"]["trades"].get<std::size_t>();
      days += j["statistics"]["market_days"].get<std::size_t>();
    }
    EXPECT_EQ(trades, 10u);
    EXPECT_EQ(days, 10u);
  }
}

TEST(PeriodTest, a_trade_at_midnight_belongs_to_the_day_that_ends) {
  Book b = book();
  b.trades[0].exit_ts = b.trades[0].ts = (day("2018-02-26") + 1) * kDay_ns;
  EXPECT_EQ(period_json(b, day_period(day("2018-02-26")))["statistics"]["trades"], 1);
  EXPECT_EQ(period_json(b, day_period(day("2018-02-27")))["statistics"]["trades"], 1);
}

TEST(PeriodTest, a_period_starts_with_the_equity_at_which_the_one_before_ended) {
  const Book b = book();
  const auto months = periods_of(b, &month_period);
  ASSERT_EQ(months.size(), 2u);
  const Json february = period_json(b, months[0])["statistics"], march = period_json(b, months[1])["statistics"];
  EXPECT_EQ(february["start_equity"], 10'000.0);
  EXPECT_EQ(february["end_equity"], march["start_equity"]);
  EXPECT_NEAR(march["return"].get<double>(), 70.0 / 10'030, 1e-12);
}

TEST(PeriodTest, what_is_undefined_is_null) {
  Book b = book();
  b.trades.clear();
  b.signals.clear();
  const Json s = period_json(b, whole(b))["statistics"];
  for (const char* key : {"win_rate", "profit_factor", "expectancy", "execution_rate", "sharpe", "daily_pnl_volatility"}) EXPECT_TRUE(s[key].is_null()) << key;
}

TEST(TargetsTest, bounds_belong_to_the_better_grade_and_null_has_none) {
  Json s{{"win_rate", 0.65}, {"reward_risk_avg", 1.99}, {"max_drawdown", 0.12}, {"trades_per_day", 2.0}, {"execution_rate", nullptr}, {"daily_pnl_volatility", 0.031}};
  std::vector<std::string> grades;
  for (const Json& t : targets_json("green_only", s)) grades.push_back(t["grade"]);
  EXPECT_EQ(grades, (std::vector<std::string>{"target", "poor", "target", "acceptable", "n/a", "poor"}));
  s["max_drawdown"] = 0.1500001;
  EXPECT_EQ(targets_json("green_only", s)[2]["grade"], "poor");
  EXPECT_EQ(targets_json("full_24", s)[2]["grade"], "acceptable");
}

}  // namespace
}  // namespace omega::replay
