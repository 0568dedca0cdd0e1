#include "engine/signals/arbitration.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace omega {
namespace {

struct Correlations final : StrategyCorrelation {
  std::map<std::pair<int, int>, double> values;
  [[nodiscard]] double between(StrategyId a, StrategyId b) const noexcept override {
    const auto found = values.find({std::min(a, b), std::max(a, b)});
    return found == values.end() ? 0.0 : found->second;
  }
};

/// weight w before crowding: level 3 and quality w.
Candidate candidate(StrategyId id, Direction d, double w, double p = .6, double rr = 2, double cost = .05) {
  Candidate c;
  c.strategy = id;
  c.direction = d;
  c.level = 3;
  c.quality = w;
  c.win_probability = p;
  c.reward_risk = rr;
  c.cost_risk = cost;
  return c;
}
constexpr double kNetMin = .30, kEvMin = .05;

TEST(Arbitration, ANearTieIsSilence) {
  std::vector<Candidate> c{candidate(1, kLong, .8), candidate(4, kShort, .6)};
  EXPECT_NEAR(arbitrate(c, Correlations{}, kNetMin, kEvMin), .1429, 5e-5);
  EXPECT_EQ(c[0].code, ReasonCode::kArbSilence);
  EXPECT_EQ(c[1].code, ReasonCode::kArbSilence);
}
TEST(Arbitration, AClearMajorityGivesTheBestLongByWeightTimesValue) {
  std::vector<Candidate> c{candidate(1, kLong, .5, .9), candidate(2, kLong, .9, .5), candidate(4, kShort, .4)};
  EXPECT_NEAR(arbitrate(c, Correlations{}, kNetMin, kEvMin), .5556, 5e-5);
  EXPECT_EQ(c[0].code, ReasonCode::kNone);      // .5·1.65 beats .9·.45
  EXPECT_EQ(c[1].code, ReasonCode::kArbLost);
  EXPECT_EQ(c[2].code, ReasonCode::kArbLost);
  EXPECT_NEAR(c[0].ev, .9 * 2 - .1 - .05, 1e-12);
}
TEST(Arbitration, NetIsSilentBelowItsMinimumAndSpeaksAtIt) {
  std::vector<Candidate> at{candidate(1, kLong, .65), candidate(4, kShort, .35)};
  arbitrate(at, Correlations{}, .30 - 1e-12, kEvMin);
  EXPECT_EQ(at[0].code, ReasonCode::kNone);
  std::vector<Candidate> below{candidate(1, kLong, .649), candidate(4, kShort, .351)};
  arbitrate(below, Correlations{}, .30, kEvMin);
  EXPECT_EQ(below[0].code, ReasonCode::kArbSilence);
}
TEST(Arbitration, AWinnerWithoutExpectedValueIsSilence) {
  // EV = p·3 − 1 − cost with RR 2
  const auto code = [](double cost) {
    std::vector<Candidate> c{candidate(1, kLong, .8, .5, 2, cost)};
    arbitrate(c, Correlations{}, kNetMin, kEvMin);
    return c[0].code;
  };
  EXPECT_EQ(code(.45 - 1e-9), ReasonCode::kNone);
  EXPECT_EQ(code(.45 + 1e-9), ReasonCode::kArbSilence);
}
TEST(Arbitration, TiesGoToTheLowerStrategyNumber) {
  std::vector<Candidate> c{candidate(5, kLong, .8), candidate(2, kLong, .8)};
  arbitrate(c, Correlations{}, kNetMin, kEvMin);
  EXPECT_EQ(c[0].code, ReasonCode::kArbLost);
  EXPECT_EQ(c[1].code, ReasonCode::kNone);
}
TEST(Arbitration, TheFamilyCapKeepsTheHeaviestOfNearCopies) {
  Correlations corr;
  corr.values[{1, 2}] = .86;
  std::vector<Candidate> c{candidate(1, kLong, .7), candidate(2, kLong, .8), candidate(4, kShort, .75)};
  EXPECT_NEAR(arbitrate(c, corr, .01, kEvMin), .05 / 1.55, 1e-12);  // S01 has no vote
  EXPECT_EQ(c[0].code, ReasonCode::kArbLost);
  EXPECT_EQ(c[0].weight, 0);
  corr.values[{1, 2}] = .85;  // not above
  for (Candidate& x : c) x.code = ReasonCode::kNone;
  arbitrate(c, corr, .01, kEvMin);
  EXPECT_GT(c[0].weight, 0);
}
TEST(Arbitration, ACopyOfACopyIsKeptWhenItsOriginalAlreadyLost) {
  Correlations corr;  // 1 ~ 2 ~ 4, but 1 and 4 are independent; 4 is the heaviest, so 2 goes and 1 stays
  corr.values[{1, 2}] = .9;
  corr.values[{2, 4}] = .9;
  std::vector<Candidate> c{candidate(1, kLong, .7), candidate(2, kLong, .8), candidate(4, kLong, .9)};
  arbitrate(c, corr, kNetMin, kEvMin);
  EXPECT_GT(c[0].weight, 0);
  EXPECT_EQ(c[1].weight, 0);
  EXPECT_EQ(c[2].code, ReasonCode::kNone);
}
TEST(Arbitration, CorrelatedCrowdsShareTheirWeightOnceFromInitialWeights) {
  Correlations corr;
  corr.values[{1, 2}] = .8;
  std::vector<Candidate> c{candidate(1, kLong, .9), candidate(2, kLong, .6)};
  arbitrate(c, corr, kNetMin, kEvMin);
  EXPECT_NEAR(c[0].weight, .9 / (1 + .8 * .6), 1e-12);
  EXPECT_NEAR(c[1].weight, .6 / (1 + .8 * .9), 1e-12);
  corr.values[{1, 2}] = .7;  // not above
  arbitrate(c = {candidate(1, kLong, .9), candidate(2, kLong, .6)}, corr, kNetMin, kEvMin);
  EXPECT_NEAR(c[0].weight, .9, 1e-12);
}
TEST(Arbitration, ASignalStoppedByAnEarlierGateHasNoVote) {
  std::vector<Candidate> c{candidate(1, kLong, .8), candidate(4, kShort, .9)};
  c[1].code = ReasonCode::kKsL3;
  EXPECT_DOUBLE_EQ(arbitrate(c, Correlations{}, kNetMin, kEvMin), 1.0);
  EXPECT_EQ(c[0].code, ReasonCode::kNone);
  EXPECT_EQ(c[1].code, ReasonCode::kKsL3);
}
TEST(Arbitration, LevelsScaleTheWeight) {
  std::vector<Candidate> c{candidate(1, kLong, .6)};
  c[0].level = 5;
  arbitrate(c, Correlations{}, kNetMin, kEvMin);
  EXPECT_NEAR(c[0].weight, 1.0, 1e-12);
}

}  // namespace
}  // namespace omega
