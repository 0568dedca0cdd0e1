// Exposure, counts, rates and spacing at their edges, STRATEGIES 4.7.
#include "engine/risk/exposure.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct ExposureTest : ::testing::Test {
  EngineConfig config = risk_config();
  Reports reports;
  OrderId next = 0;
  std::optional<Account> account_;
  std::optional<Exposure> exposure_;

  void SetUp() override { reset(); }
  void reset() {
    account_.emplace(config);
    exposure_.emplace(config);
    reports = Reports{};
    const std::array mid{1.1, 1.27, 150.0, .85, 1.35, .88, .66, .61, 165.0, 190.0, 2000.0, 45'000.0};
    for (InstrumentId i = 0; i < kRows; ++i) account_->on_market(quote_bar(i, kNow, mid[i], mid[i]));
  }
  /// An open position whose risk to its stop is the given share of 10 000.
  OrderCommand hold(InstrumentId id, StrategyId strategy, Direction d, double risk, double entry, bool filled = true) {
    const double rate = account_->last_rate(id);
    const double distance = risk * 10'000 / (config.instruments[id].contract * rate);
    const OrderCommand c = enter_command(++next << 8, id, strategy, d, 1, entry, entry - d * distance, entry + d * distance);
    account_->on_order(c);
    if (filled) account_->on_exec(reports.fill(c, OrderLeg::kEntry, entry, 1, 1));
    return c;
  }
  ReasonCode check(const Signal& s, double risk, TimeNs ts = kNow) {
    return exposure_->check(*account_, s, risk, 10'000, ts, numbers);
  }
  ExposureNumbers numbers;
};

constexpr double kEps = 1e-6;

TEST_F(ExposureTest, TotalRiskUpToSixPercentIsAllowed) {
  hold(kUsdCad, 2, kLong, .02, 1.35);
  hold(kBtcUsd, 3, kLong, .02, 45'000);
  EXPECT_EQ(check(good_signal(kEurUsd, 1), .02), ReasonCode::kNone);
  EXPECT_NEAR(numbers.total, .06, 1e-9);
  hold(kXauUsd, 4, kLong, kEps, 2000);
  EXPECT_EQ(check(good_signal(kEurUsd, 1), .02), ReasonCode::kExpTotal);
}

TEST_F(ExposureTest, SymbolRiskUpToTwoPercentIsAllowed) {
  hold(kEurUsd, 2, kLong, .012, 1.2);
  EXPECT_EQ(check(good_signal(), .008), ReasonCode::kNone);
  EXPECT_EQ(check(good_signal(), .008 - kEps), ReasonCode::kNone);
  EXPECT_EQ(check(good_signal(), .008 + kEps), ReasonCode::kExpSymbol);
}

TEST_F(ExposureTest, StrategyRiskUpToThreePercentIsAllowed) {
  hold(kUsdCad, 1, kLong, .015, 1.35);
  EXPECT_EQ(check(good_signal(), .015), ReasonCode::kNone);
  EXPECT_EQ(check(good_signal(), .015 + kEps), ReasonCode::kExpStrategy);
}

TEST_F(ExposureTest, CorrelatedRiskUpToFivePercentIsAllowedAndSigned) {
  config.risk.exposure_symbol_max = config.risk.exposure_strategy_max = .06;
  reset();
  hold(kGbpUsd, 2, kLong, .04, 1.27);
  EXPECT_EQ(check(good_signal(kEurUsd, 1, kLong), .01), ReasonCode::kNone);
  EXPECT_NEAR(numbers.correlated, .05, 1e-9);
  EXPECT_EQ(check(good_signal(kEurUsd, 1, kLong), .01 + kEps), ReasonCode::kExpCorr);
  EXPECT_EQ(check(good_signal(kEurUsd, 1, kShort), .01 + kEps), ReasonCode::kNone) << "a hedge does not add";
}

TEST_F(ExposureTest, TheFallbackTableIsSignedAndItsThresholdExcludesGoldAgainstYen) {
  const auto adds = [&](InstrumentId held, Direction hd, InstrumentId id, Direction d) {
    reset();
    hold(held, 2, hd, .01, held == kUsdChf ? .88 : held == kUsdJpy ? 150 : held == kGbpJpy ? 190 : held == kAudUsd ? .66 : 1.27);
    (void)check(good_signal(id, 1, d), .001);
    return numbers.correlated > .0011;
  };
  EXPECT_TRUE(adds(kGbpUsd, kLong, kEurUsd, kLong));
  EXPECT_TRUE(adds(kAudUsd, kShort, kNzdUsd, kShort));
  EXPECT_TRUE(adds(kGbpJpy, kLong, kEurJpy, kLong));
  EXPECT_TRUE(adds(kUsdChf, kLong, kUsdCad, kLong));
  EXPECT_TRUE(adds(kUsdChf, kShort, kEurUsd, kLong)) << "ρ = −.90 and opposite directions";
  EXPECT_FALSE(adds(kUsdChf, kLong, kEurUsd, kLong));
  EXPECT_FALSE(adds(kUsdJpy, kShort, kXauUsd, kLong)) << ".65 is not above .70";
  EXPECT_FALSE(adds(kGbpUsd, kLong, kUsdJpy, kLong)) << "not in the table";
}

TEST_F(ExposureTest, AStopAtBreakEvenCarriesNoRiskAndAPartialExitLess) {
  const OrderCommand c = hold(kEurUsd, 2, kLong, .01, 1.2);
  const auto risk = [&] { return exposure_->risk_of(*account_, account_->positions()[0], 10'000); };
  EXPECT_NEAR(risk(), .01, 1e-9);
  account_->on_exec(reports.fill(c, OrderLeg::kTakeProfit1, 1.21, .5, .5));
  EXPECT_NEAR(risk(), .005, 1e-9);
  ExecReport moved = reports.answer(c, ExecKind::kReplaced, OrderLeg::kStopLoss);
  moved.price = px(1.2);
  account_->on_exec(moved);
  EXPECT_EQ(risk(), 0);
}

TEST_F(ExposureTest, APendingEntryCountsLikeAnOpenPosition) {
  hold(kEurUsd, 2, kLong, .012, 1.2, false);
  EXPECT_EQ(check(good_signal(), .008 + kEps), ReasonCode::kExpSymbol);
  EXPECT_TRUE(exposure_->hedges(*account_, good_signal(kEurUsd, 1, kShort)));
  EXPECT_FALSE(exposure_->hedges(*account_, good_signal(kEurUsd, 1, kLong)));
  EXPECT_FALSE(exposure_->hedges(*account_, good_signal(kGbpUsd, 1, kShort)));
}

TEST_F(ExposureTest, AStaleConversionRateStillMeasuresOpenRisk) {
  hold(kUsdJpy, 2, kLong, .01, 150);
  (void)check(good_signal(), .001, kNow + kHour_ns);
  EXPECT_NEAR(numbers.total, .011, 1e-9);
}

TEST_F(ExposureTest, PositionCountsStopAtTheirLimits) {
  hold(kUsdCad, 2, kLong, .001, 1.35);
  hold(kBtcUsd, 3, kLong, .001, 45'000);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kNone);
  hold(kXauUsd, 4, kLong, .001, 2000);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kMaxPos) << "three in all";
  config.risk.positions_max = 10;
  reset();
  hold(kEurUsd, 2, kLong, .001, 1.2);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kNone);
  hold(kEurUsd, 3, kLong, .001, 1.3);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kMaxPos) << "two per symbol";
  reset();
  hold(kUsdCad, 1, kLong, .001, 1.35);
  hold(kBtcUsd, 1, kLong, .001, 45'000);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kNone);
  hold(kXauUsd, 1, kLong, .001, 2000);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kMaxPos) << "three per strategy";
}

TEST_F(ExposureTest, AStrategysOwnCountIsTheTighterLimit) {
  hold(kUsdCad, 15, kLong, .001, 1.35);
  EXPECT_EQ(check(good_signal(kEurUsd, 15), .001), ReasonCode::kMaxPos) << "S15 holds one in all";
  EXPECT_EQ(check(good_signal(kEurUsd, 2), .001), ReasonCode::kNone);
}

TEST_F(ExposureTest, AStrategysOwnCountOfTwoHoldsOverAllSymbols) {
  config.risk.positions_max = 10;
  reset();
  hold(kUsdCad, 13, kLong, .001, 1.35);
  EXPECT_EQ(check(good_signal(kEurUsd, 13), .001), ReasonCode::kNone);
  hold(kBtcUsd, 13, kLong, .001, 45'000);
  EXPECT_EQ(check(good_signal(kEurUsd, 13), .001), ReasonCode::kMaxPos) << "S13 holds two in all";
  EXPECT_EQ(check(good_signal(kEurUsd, 2), .001), ReasonCode::kNone);
}

TEST_F(ExposureTest, AStrategyHoldsOnePositionPerSymbol) {
  hold(kEurUsd, 1, kLong, .001, 1.2);
  EXPECT_EQ(check(good_signal(kEurUsd, 1), .001), ReasonCode::kMaxPos);
  EXPECT_EQ(check(good_signal(kEurUsd, 2), .001), ReasonCode::kNone);
}

TEST_F(ExposureTest, EntriesOnASymbolAreThirtyMinutesApart) {
  exposure_->on_approved(good_signal(kEurUsd, 2), kNow);
  EXPECT_EQ(check(good_signal(), .001, kNow + 30 * kMinute_ns - 1), ReasonCode::kSpacing);
  EXPECT_EQ(check(good_signal(), .001, kNow + 30 * kMinute_ns), ReasonCode::kNone);
  EXPECT_EQ(check(good_signal(kUsdJpy), .001, kNow + 1), ReasonCode::kNone) << "another symbol";
}

TEST_F(ExposureTest, EntriesOfAStrategyAreFifteenMinutesApart) {
  exposure_->on_approved(good_signal(kUsdJpy, 1), kNow);
  EXPECT_EQ(check(good_signal(), .001, kNow + 15 * kMinute_ns - 1), ReasonCode::kSpacing);
  EXPECT_EQ(check(good_signal(), .001, kNow + 15 * kMinute_ns), ReasonCode::kNone);
}

TEST_F(ExposureTest, ASecondEntryKeepsTwentyUnitsFromTheOpenOneOnBothSides) {
  for (const double sign : {1.0, -1.0}) {
    reset();
    hold(kEurUsd, 2, kLong, .001, 1.1);
    EXPECT_EQ(check(good_signal(kEurUsd, 1, kLong, 1.1 + sign * .0020), .001), ReasonCode::kNone);
    EXPECT_EQ(check(good_signal(kEurUsd, 1, kLong, 1.1 + sign * .00199), .001), ReasonCode::kSpacing);
  }
}

TEST_F(ExposureTest, TheDayCountsFromMidnightUtc) {
  const TimeNs midnight = utc_day_start(kNow);
  for (int i = 0; i < 10; ++i) exposure_->on_approved(good_signal(kUsdJpy, 2), midnight + i * kMinute_ns);
  EXPECT_EQ(check(good_signal(), .001, kNow), ReasonCode::kRateDay);
  EXPECT_EQ(check(good_signal(), .001, midnight + kDay_ns - 1), ReasonCode::kRateDay);
  EXPECT_EQ(check(good_signal(), .001, midnight + kDay_ns), ReasonCode::kNone);
}

TEST_F(ExposureTest, NineTradesTodayAllowATenth) {
  for (int i = 0; i < 9; ++i) exposure_->on_approved(good_signal(kUsdJpy, 2), utc_day_start(kNow) + i * kMinute_ns);
  EXPECT_EQ(check(good_signal(), .001, kNow), ReasonCode::kNone);
}

TEST_F(ExposureTest, AnHourHoldsThreeTrades) {
  for (int i = 0; i < 3; ++i) exposure_->on_approved(good_signal(kUsdJpy, 2), kNow + i);
  EXPECT_EQ(check(good_signal(), .001, kNow + kHour_ns - 1), ReasonCode::kRateHour);
  EXPECT_EQ(check(good_signal(), .001, kNow + kHour_ns), ReasonCode::kNone);
}

TEST_F(ExposureTest, ADayLimitAboveSixtyFourStillLimits) {
  config.risk.trades_day_max = config.risk.trades_hour_max = 100;
  reset();
  for (int i = 0; i < 99; ++i) exposure_->on_approved(good_signal(kUsdJpy, 2), kNow - 3 * kHour_ns + i);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kNone);
  exposure_->on_approved(good_signal(kUsdJpy, 2), kNow - 2 * kHour_ns);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kRateDay);
}

TEST_F(ExposureTest, ABigLossPausesEverythingForAnHour) {
  exposure_->on_loss(.015 - kEps, kNow);
  EXPECT_EQ(check(good_signal(), .001), ReasonCode::kNone);
  exposure_->on_loss(.015, kNow);
  EXPECT_EQ(check(good_signal(), .001, kNow + 60 * kMinute_ns - 1), ReasonCode::kSpacing);
  EXPECT_EQ(check(good_signal(), .001, kNow + 60 * kMinute_ns), ReasonCode::kNone);
}

}  // namespace
}  // namespace omega::test
