// Quality gate: the worked check and the edges of each term, STRATEGIES 4.3.
#include "engine/risk/quality.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

TEST(Quality, TheWorkedCheckGivesPoint7298) {
  const Quality q = quality_of(good_signal(), .65);
  EXPECT_NEAR(q.mtf, .583333333333, 1e-12);
  EXPECT_NEAR(q.flow, .92, 1e-12);
  EXPECT_NEAR(q.reg, .8, 1e-12);
  EXPECT_NEAR(q.q, .40 * .35 / .6 + .25 * .8 + .20 * .92 + .10 * .8 + .05 * .65, 1e-12);
  EXPECT_NEAR(q.q, .7298, 5e-5);
}

TEST(Quality, AShortReadsItsOwnDirectionOfVolumeDelta) {
  EXPECT_DOUBLE_EQ(quality_of(good_signal(kEurUsd, 1, kShort), .65).q, quality_of(good_signal(), .65).q);
}

TEST(Quality, VpinPaysUpToPoint30AndNothingFromPoint50) {
  const auto flow = [](double vpin) {
    Signal s = good_signal();
    s.vpin = vpin;
    s.cvd_n = -.5;  // the other half of FLOW is 0
    return quality_of(s, 0).flow;
  };
  EXPECT_DOUBLE_EQ(flow(.30), .6);
  EXPECT_NEAR(flow(.40), .3, 1e-12);
  EXPECT_LT(flow(.301), .6);
  EXPECT_GT(flow(.499), 0);
  EXPECT_DOUBLE_EQ(flow(.50), 0);
}

TEST(Quality, ConfluenceIsClippedAtPoint4AndOne) {
  const auto mtf = [](double conf) {
    Signal s = good_signal();
    s.conf = conf;
    return quality_of(s, 0).mtf;
  };
  EXPECT_EQ(mtf(.4), 0);
  EXPECT_EQ(mtf(.1), 0);
  EXPECT_DOUBLE_EQ(mtf(1), 1);
}

TEST(Quality, WhatIsNotKnownIsNotRewarded) {
  Signal s = good_signal();
  s.valid_mask = 0;
  const Quality q = quality_of(s, .65);
  EXPECT_EQ(q.mtf, 0);
  EXPECT_DOUBLE_EQ(q.flow, .4 * .5);
  EXPECT_NEAR(q.reg, (.3 + 1.0 + .4) / 3, 1e-12);
}

TEST(Quality, FamiliesWeighRegimesByTheTable) {
  using W = std::array<double, 3>;
  EXPECT_EQ(family_weights(SignalFamily::kMomentum, 4), (W{1.0, .4, .3}));
  EXPECT_EQ(family_weights(SignalFamily::kReversal, 1), (W{.3, 1.0, .4}));
  EXPECT_EQ(family_weights(SignalFamily::kReversal, 15), (W{.3, 1.0, 1.0}));
  EXPECT_EQ(family_weights(SignalFamily::kReversal, 19), (W{.3, 1.0, 1.0}));
  EXPECT_EQ(family_weights(SignalFamily::kMicro, 5), (W{.7, .8, .3}));
  EXPECT_EQ(family_weights(SignalFamily::kStatArb, 6), (W{.5, 1.0, .2}));
  EXPECT_EQ(family_weights(SignalFamily::kEvent, 24), (W{.7, .7, .7}));
}

}  // namespace
}  // namespace omega::test
