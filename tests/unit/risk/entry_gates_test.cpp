// Session and spread at their edges, STRATEGIES 4.2.
#include "engine/risk/entry_gates.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct EntryGatesTest : ::testing::Test {
  EngineConfig config = risk_config();
  bool open(TimeNs ts, InstrumentId id = kEurUsd) {
    return session_gate(config.risk, config.instruments[id], ts) == ReasonCode::kNone;
  }
  ReasonCode spread(double value, double median, InstrumentId id = kEurUsd, double mid = 1.1) {
    Signal s = good_signal(id);
    s.spread = px(value);
    s.spread_median = px(median);
    s.valid_mask |= signal_valid::kSpread;
    return spread_gate(config.risk, config.instruments[id], s, px(mid), px(mid));
  }
};

TEST_F(EntryGatesTest, GreenHoursAreHalfOpenFrom8To22) {
  EXPECT_FALSE(open(utc_time(2024, 1, 9, 8) - 1));
  EXPECT_TRUE(open(utc_time(2024, 1, 9, 8)));
  EXPECT_TRUE(open(utc_time(2024, 1, 9, 22) - 1));
  EXPECT_FALSE(open(utc_time(2024, 1, 9, 22)));
}

TEST_F(EntryGatesTest, FullHoursBeginAtMidnight) {
  config.risk.session_open_hour_utc = 0;
  EXPECT_TRUE(open(utc_time(2024, 1, 9)));
  EXPECT_FALSE(open(utc_time(2024, 1, 9) - 1)) << "23:59 of the day before";
}

TEST_F(EntryGatesTest, NewsBlackOutTheirCurrencyFromThirtyMinutesBeforeToFifteenAfter) {
  const TimeNs release = utc_time(2025, 3, 7, 13, 30);
  NewsBook book;
  const auto publish = [&](std::uint64_t id, const char* currency, NewsImpact impact, TimeNs at) {
    book.on_event({.ts = release - kDay_ns, .ts_release = at, .event_id = id, .consensus = 0, .previous = 0, .currency = currency_code(currency),
                   .type = NewsType::kOther, .impact = impact, .has = 0});
  };
  publish(1, "USD", NewsImpact::kHigh, release);
  publish(2, "GBP", NewsImpact::kMedium, release);
  const auto gate = [&](TimeNs ts, InstrumentId id = kEurUsd, StrategyId s = 1) {
    return news_gate(book, NewsCurrencies::of(config.instruments[id]), s, ts);
  };
  EXPECT_EQ(gate(release - 30 * kMinute_ns - 1), ReasonCode::kNone);
  EXPECT_EQ(gate(release - 30 * kMinute_ns), ReasonCode::kNews);
  EXPECT_EQ(gate(release + 15 * kMinute_ns - 1), ReasonCode::kNews);
  EXPECT_EQ(gate(release + 15 * kMinute_ns), ReasonCode::kNone);
  EXPECT_EQ(gate(release, kEurUsd, 24), ReasonCode::kNone) << "S24 trades the release";
  EXPECT_EQ(gate(release, kUsdJpy), ReasonCode::kNews) << "the base counts as well";
  EXPECT_EQ(gate(release, kXauUsd), ReasonCode::kNews);
  EXPECT_EQ(gate(release, kEurGbp), ReasonCode::kNone) << "medium impact";
}

TEST_F(EntryGatesTest, FridayEndsAtTwenty) {
  EXPECT_TRUE(open(utc_time(2024, 1, 12, 20) - 1));
  EXPECT_FALSE(open(utc_time(2024, 1, 12, 20)));
  EXPECT_TRUE(open(utc_time(2024, 1, 11, 20))) << "Thursday does not";
}

TEST_F(EntryGatesTest, TheLastHalfHourOfTheWeekFollowsTheUsClock) {
  config.risk.friday_last_entry_hour_utc = 24;  // so that only the week's end speaks
  EXPECT_TRUE(open(utc_time(2024, 1, 12, 21, 30) - 1));   // winter: week ends 22:00
  EXPECT_FALSE(open(utc_time(2024, 1, 12, 21, 30)));
  EXPECT_TRUE(open(utc_time(2024, 7, 12, 20, 30) - 1));   // summer: 21:00
  EXPECT_FALSE(open(utc_time(2024, 7, 12, 20, 30)));
  EXPECT_TRUE(open(utc_time(2024, 3, 8, 21, 29)));        // the Friday before US summer time
  EXPECT_FALSE(open(utc_time(2024, 3, 15, 20, 30)));      // the Friday after; Europe still has winter time
}

TEST_F(EntryGatesTest, TheWeekendIsClosedForAllButCrypto) {
  const TimeNs saturday = utc_time(2024, 1, 13, 12);
  EXPECT_FALSE(open(saturday));
  EXPECT_FALSE(open(saturday, kXauUsd));
  EXPECT_TRUE(open(saturday, kBtcUsd));
  EXPECT_TRUE(open(utc_time(2024, 1, 9, 3), kBtcUsd));
}

TEST_F(EntryGatesTest, TwiceTheMedianIsAllowedAndMoreIsNot) {
  EXPECT_EQ(spread(.0002, .0001), ReasonCode::kNone);
  EXPECT_EQ(spread(.0002 + 1e-9, .0001), ReasonCode::kSpread);
}

TEST_F(EntryGatesTest, ThreePipsAreAllowedOnMajorsAndMoreIsNot) {
  EXPECT_EQ(spread(.0003, .0003), ReasonCode::kNone);
  EXPECT_EQ(spread(.0003 + 1e-9, .0003), ReasonCode::kSpread);
  EXPECT_EQ(spread(.0003 + 1e-9, .0003, kEurGbp, 0.85), ReasonCode::kNone) << "a cross is no major";
}

TEST_F(EntryGatesTest, TheShutdownSpreadItselfIsAllowed) {
  EXPECT_EQ(spread(3.0, 3.0, kXauUsd, 2000), ReasonCode::kNone);  // 15 bp of 2000
  EXPECT_EQ(spread(3.0 + 1e-9, 3.0, kXauUsd, 2000), ReasonCode::kShutdown);
}

TEST_F(EntryGatesTest, WithoutABaselineTheQuoteItselfIsJudged) {
  const Signal s = good_signal();
  const auto gate = [&](double ask) { return spread_gate(config.risk, config.instruments[kEurUsd], s, px(1.1), px(ask)); };
  EXPECT_EQ(gate(1.1003), ReasonCode::kNone);
  EXPECT_EQ(gate(1.1004), ReasonCode::kSpread);
}

}  // namespace
}  // namespace omega::test
