// Position size: the worked checks, rounding, caps and codes of STRATEGIES 4.4.
#include "engine/risk/sizing.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct SizingTest : ::testing::Test {
  EngineConfig config = risk_config();
  Size size(const Signal& s, double q = .80, double equity = 10'000, double rate = 1, double gross = 0) {
    return size_of(config.risk, config.instruments[s.instrument], s, q, s.entry_ref, equity, rate, gross);
  }
};

TEST_F(SizingTest, TheEurUsdCheckGivesAQuarterLot) {
  const Size s = size(good_signal());
  EXPECT_DOUBLE_EQ(s.m_q, .75);
  EXPECT_NEAR(s.r, .00675, 1e-15);
  EXPECT_EQ(s.lots, lots(0.25));
  EXPECT_NEAR(s.r_actual, .0065, 1e-12);
}

TEST_F(SizingTest, TheUsdJpyCheckGives033Lots) {
  EXPECT_EQ(size(good_signal(kUsdJpy, 1, kLong, 150, .30), .80, 10'000, 1 / 150.0).lots, lots(0.33));
}

TEST_F(SizingTest, LevelFiveAndFullQualityReachTheMaximumAndNeverPassIt) {
  Signal s = good_signal();
  s.level = 5;
  EXPECT_DOUBLE_EQ(size(s, 1.0).r, .015);
  s.m_vol = 1.2;
  EXPECT_DOUBLE_EQ(size(s, 1.0).r, .015);
}

TEST_F(SizingTest, TheRiskIsNeverBelowItsMinimum) {
  Signal s = good_signal();
  s.level = 1;
  s.m_tox = .5;
  EXPECT_DOUBLE_EQ(size(s, .60).r, .0033);
}

TEST_F(SizingTest, MultipliersMultiply) {
  Signal s = good_signal();
  s.m_tox = .75;
  s.m_vol = .7;
  EXPECT_NEAR(size(s, 1.0).r, .009 * .75 * .7, 1e-15);
}

TEST_F(SizingTest, LotsAreRoundedDownAndAWholeStepStaysWhole) {
  Signal s = good_signal(kEurUsd, 1, kLong, 1.1, .0030);
  EXPECT_EQ(size(s, 1.0).lots, lots(0.30));               // 90/(30·10) is .30 on paper
  EXPECT_EQ(size(s, 1.0, 9'999).lots, lots(0.29));
}

TEST_F(SizingTest, LessThanTheLeastLotIsRefusedAndNotRoundedUp) {
  const Signal s = good_signal(kEurUsd, 1, kLong, 1.1, .0260);  // 260 pips: 26 dollars per .01 lot at 100 000
  EXPECT_EQ(size(s, 1.0, 2'888).lots, 0);
  EXPECT_EQ(size(s, 1.0, 2'888).code, ReasonCode::kSizeBelowMin);
  EXPECT_EQ(size(s, 1.0, 2'889).lots, lots(0.01));
}

TEST_F(SizingTest, TenLotsAreTheCap) {
  EXPECT_EQ(size(good_signal(), 1.0, 1e6).lots, lots(10));
}

TEST_F(SizingTest, LeverageTenReducesAndThenRefuses) {
  const Signal s = good_signal(kEurUsd, 1, kLong, 1.0, .0003);  // wants 3 lots of 100 000 USD each
  EXPECT_EQ(size(s, 1.0).lots, lots(1.0));                      // 10 × 10 000
  EXPECT_EQ(size(s, 1.0, 10'000, 1, 99'000).lots, lots(0.01));
  EXPECT_EQ(size(s, 1.0, 10'000, 1, 99'001).code, ReasonCode::kMargin);
  EXPECT_EQ(size(s, 1.0, 10'000, 1, 200'000).code, ReasonCode::kMargin);
}

TEST_F(SizingTest, AnEntryBeyondItsStopOrNoEquityHasNoSize) {
  Signal s = good_signal();
  s.stop_loss = s.entry_ref + 1;
  EXPECT_EQ(size(s).code, ReasonCode::kSizeBelowMin);
  EXPECT_EQ(size(good_signal(), .8, 0).code, ReasonCode::kSizeBelowMin);
}

}  // namespace
}  // namespace omega::test
