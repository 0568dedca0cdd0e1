// The four layers at their edges, over midnight and over a restart: STRATEGIES 4.5.
#include "engine/risk/kill_switch.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct KillSwitchTest : ::testing::Test {
  RiskConfig config;  // GREEN: L2 4 %, L3 4 losses, L4 12 %
  KillSwitch ks{config, money(10'000)};
  KillSwitchEvents events;

  void equity(double value, TimeNs ts = kNow) { ks.on_equity(ts, money(value), events); }
  void trades(int n, double r, StrategyId s = 1, TimeNs ts = kNow) {
    for (int i = 0; i < n; ++i) ks.on_trade(ts, s, r, events);
  }
  const KillSwitchEvent& last() { return events.view().back(); }
};

/// Alternates so that neither streak nor breaker speaks; k-th of n in L3's win-rate window.
constexpr double kScratch = .01;

TEST_F(KillSwitchTest, L2TripsAtExactlyItsLimitAndNotOneUnitBefore) {
  ks.on_equity(kNow, money(9'600) + 1, events);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  equity(9'600);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL2);
  EXPECT_EQ(events.view().size(), 1u);
  EXPECT_EQ(last().layer, KillSwitchLayer::kDailyLoss);
  EXPECT_DOUBLE_EQ(last().value, .04);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kNone) << "open positions keep their stops";
}

TEST_F(KillSwitchTest, TheLimitIsExactForEveryEquity) {
  for (Money start = money(10'000); start < money(10'400); start += 25 * 7'919'999) {  // multiples of 25: 4 % is whole
    KillSwitch k(config, start);
    k.on_equity(kNow, start - start / 25 + 1, events);
    ASSERT_EQ(k.check(1), ReasonCode::kNone) << start;
    k.on_equity(kNow, start - start / 25, events);
    ASSERT_EQ(k.check(1), ReasonCode::kKsL2) << start;
    events.clear();
  }
}

TEST_F(KillSwitchTest, L2StaysOnWhenTheEquityComesBackAndResetsAtMidnight) {
  equity(9'600, utc_time(2024, 1, 10) - kMilli_ns);  // 23:59:59.999 trips
  equity(9'900, utc_time(2024, 1, 10) - 1);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL2);
  ks.on_day_roll(utc_time(2024, 1, 10), money(9'900), events);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  EXPECT_EQ(last().action, KillSwitchAction::kReset);
  EXPECT_EQ(ks.day_start_equity(), money(9'900));
  equity(9'504.01, utc_time(2024, 1, 10));
  EXPECT_EQ(ks.check(1), ReasonCode::kNone) << "3.9999 % of the new day's start";
  equity(9'504);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL2);
}

TEST_F(KillSwitchTest, L2ClosesEverythingOnceAt16TimesItsLimit) {
  ks.on_equity(kNow, money(9'360) + 1, events);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kNone);
  equity(9'360);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kKillSwitchL2);
  EXPECT_EQ(last().action, KillSwitchAction::kCloseAll);
  equity(9'300);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kNone);
  EXPECT_EQ(ks.status(KillSwitchLayer::kDailyLoss).activations, 1u);
}

TEST_F(KillSwitchTest, AGainNeverTripsL2) {
  equity(11'000);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
}

TEST_F(KillSwitchTest, L4TripsAtExactlyItsDrawdownFromThePeakAndClosesOnce) {
  equity(12'000);
  ks.on_day_roll(kNow, money(12'000), events);
  ks.on_day_roll(kNow, money(10'600), events);  // so that L2 counts from lower down
  ks.on_equity(kNow, money(10'560) + 1, events);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  equity(10'560);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL4);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kKillSwitchL4);
  equity(9'000);
  EXPECT_NE(ks.take_close_all(), ExitReason::kKillSwitchL4) << "once";
  EXPECT_EQ(ks.status(KillSwitchLayer::kEmergency).activations, 1u);
}

TEST_F(KillSwitchTest, OnlyTheOperatorReopensL4AndThePeakStartsAnew) {
  equity(8'800);
  ASSERT_TRUE(ks.emergency());
  ks.on_day_roll(kNow + kDay_ns, money(8'800), events);
  ks.on_time(kNow + 400 * kDay_ns, events);
  equity(11'000);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL4);
  ks.reset_emergency(kNow, money(8'800), events);
  EXPECT_EQ(ks.peak(), money(8'800));
  EXPECT_EQ(last().action, KillSwitchAction::kReset);
  equity(8'800);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone) << "does not trip again at once";
}

TEST_F(KillSwitchTest, L4SpeaksBeforeL2AndL2BeforeL3) {
  trades(4, -1);
  ASSERT_EQ(ks.check(1), ReasonCode::kKsL3);
  equity(9'600);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL2);
  ks.emergency_stop(kNow, money(9'600), events);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL4);
  EXPECT_EQ(ks.take_close_all(), ExitReason::kKillSwitchL4);
}

TEST_F(KillSwitchTest, FourLossesInARowStopOneStrategyFor24Hours) {
  trades(3, -.05);  // exactly a loss
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  trades(1, -.05);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL3);
  EXPECT_EQ(ks.check(2), ReasonCode::kNone);
  EXPECT_EQ(last().rule, 1);
  EXPECT_EQ(last().until, kNow + 24 * kHour_ns);
  ks.on_time(kNow + 24 * kHour_ns - 1, events);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL3);
  ks.on_time(kNow + 24 * kHour_ns, events);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  EXPECT_EQ(last().action, KillSwitchAction::kExpire);
  trades(3, -1, 1, kNow + 25 * kHour_ns);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone) << "the streak starts at 0";
}

TEST_F(KillSwitchTest, AScratchNeitherCountsNorBreaksAndAWinBreaks) {
  trades(2, -1);
  trades(5, -.0499);
  trades(5, .0499);
  trades(1, -1);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  trades(1, .05);  // exactly a win
  trades(3, -1);
  EXPECT_NE(ks.check(1), ReasonCode::kKsL3);
  trades(1, -1);
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL3);
}

TEST_F(KillSwitchTest, ASumOfMinusTenRIn30DaysStopsFor48Hours) {
  trades(3, -3);
  trades(1, .06);
  trades(1, -1.05);  // −9.99
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  trades(1, kScratch);
  trades(1, -.02);   // −10, by a scratch
  EXPECT_EQ(ks.check(1), ReasonCode::kKsL3);
  EXPECT_EQ(last().rule, 2);
  EXPECT_EQ(last().until, kNow + 48 * kHour_ns);
}

TEST_F(KillSwitchTest, ATradeOf30DaysAgoHasLeftTheWindow) {
  trades(3, -3);
  trades(1, .06);
  trades(1, -1.06, 1, kNow + 30 * kDay_ns);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone);
  KillSwitch inside{config, money(10'000)};
  for (int i = 0; i < 3; ++i) inside.on_trade(kNow, 1, -3, events);
  inside.on_trade(kNow, 1, .06, events);
  inside.on_trade(kNow + 30 * kDay_ns - 1, 1, -1.06, events);
  EXPECT_EQ(inside.check(1), ReasonCode::kKsL3);
}

TEST_F(KillSwitchTest, AWinRateBelow30PercentOfTwentyStopsFor72Hours) {
  config.l3_consecutive_losses = 100;
  const auto run = [&](int wins, int decided) {
    KillSwitch k{config, money(10'000)};
    for (int i = 0; i < decided; ++i) k.on_trade(kNow, 1, i < wins ? .06 : -.06, events);
    const bool off = k.status(KillSwitchLayer::kStrategy).tripped;
    const auto rule = off ? std::find_if(events.view().rbegin(), events.view().rend(), [](const KillSwitchEvent& e) {
                              return e.layer == KillSwitchLayer::kStrategy;
                            })->rule : 0;
    events.clear();
    return rule;
  };
  EXPECT_EQ(run(6, 20), 0) << "exactly 30 %";
  EXPECT_EQ(run(5, 20), 3);
  EXPECT_EQ(run(5, 19), 0) << "19 are too few";
}

TEST_F(KillSwitchTest, AfterAnL3PauseTheWindowsRestartEmpty) {
  trades(3, -3.5);  // −10.5
  ASSERT_EQ(ks.check(1), ReasonCode::kKsL3);
  trades(1, -5, 1, kNow + kHour_ns);  // an open position ran on
  ks.on_time(kNow + 48 * kHour_ns, events);
  ASSERT_EQ(ks.check(1), ReasonCode::kNone);
  trades(1, -1, 1, kNow + 49 * kHour_ns);
  EXPECT_EQ(ks.check(1), ReasonCode::kNone) << "one more loss does not disable it again";
}

TEST_F(KillSwitchTest, AMonthOfTheFullProfileFitsTheWindow) {
  config.trades_day_max = 50;
  config.l3_consecutive_losses = 10'000;
  KillSwitch k{config, money(10'000)};
  for (int i = 0; i < 1'250; ++i) k.on_trade(kNow + i, 1, i % 2 == 0 ? .0421 : -.0499, events), events.clear();
  EXPECT_EQ(k.status(KillSwitchLayer::kStrategy).activations, 0u);  // −4.875 R
  for (int i = 0; i < 250; ++i) k.on_trade(kNow + 2'000 + i, 1, -.0205, events), events.clear();
  EXPECT_EQ(k.status(KillSwitchLayer::kStrategy).activations, 1u) << "−10 R needs the oldest of the 1500";
}

TEST_F(KillSwitchTest, TheBreakerStopsAllStrategiesAfterTheOtherLayers) {
  for (StrategyId s = 1; s <= 10; ++s) trades(1, -1, s);
  EXPECT_EQ(ks.check(20), ReasonCode::kStatBreaker);
  EXPECT_EQ(last().layer, KillSwitchLayer::kStatBreaker);
  EXPECT_EQ(last().until, kNow + 120 * kMinute_ns);
  ks.on_time(kNow + 120 * kMinute_ns, events);
  EXPECT_EQ(ks.check(20), ReasonCode::kNone);
}

TEST_F(KillSwitchTest, ABlockOfL1IsCountedAndNamed) {
  ks.on_l1_block(kNow, 7, .03, events);
  EXPECT_EQ(ks.status(KillSwitchLayer::kPerTrade).activations, 1u);
  EXPECT_EQ(last().strategy, 7);
  EXPECT_DOUBLE_EQ(last().limit, .025);
}

TEST_F(KillSwitchTest, ARestartKeepsEveryLayer) {
  trades(4, -1);
  for (StrategyId s = 2; s <= 7; ++s) trades(1, -1, s);
  equity(9'600);
  StateWriter w;
  w(ks);
  KillSwitch other{config, money(10'000)};
  StateReader r(w.bytes());
  r(other);
  ASSERT_TRUE(r.at_end());
  EXPECT_EQ(other.check(1), ReasonCode::kKsL2);
  other.on_day_roll(kNow + kHour_ns, money(9'600), events);
  EXPECT_EQ(other.check(1), ReasonCode::kKsL3);
  EXPECT_EQ(other.check(20), ReasonCode::kStatBreaker);
  other.on_time(kNow + 24 * kHour_ns, events);
  EXPECT_EQ(other.check(1), ReasonCode::kNone) << "the pauses end when they would have";
  EXPECT_EQ(other.peak(), money(10'000));
}

}  // namespace
}  // namespace omega::test
