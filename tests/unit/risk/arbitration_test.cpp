// Gate 7 on plain candidates: the worked checks of STRATEGIES 4.6 and its ties.
#include "engine/signals/arbitration.hpp"

#include <gtest/gtest.h>

#include <map>

namespace omega::test {
namespace {

struct Table final : StrategyCorrelation {
  std::map<std::pair<StrategyId, StrategyId>, double> rho;
  [[nodiscard]] double between(StrategyId a, StrategyId b) const noexcept override {
    const auto it = rho.find(std::minmax(a, b));
    return it == rho.end() ? 0.0 : it->second;
  }
};

/// Level 3, so that the initial weight is the quality.
Candidate candidate(StrategyId id, Direction d, double weight, double reward_risk = 3, double p = .5, double cost = 0) {
  Candidate c;
  c.strategy = id;
  c.direction = d;
  c.level = 3;
  c.quality = weight;
  c.win_probability = p;
  c.reward_risk = reward_risk;
  c.cost_risk = cost;
  return c;
}

double run(std::span<Candidate> c, const Table& t = {}) { return arbitrate(c, t, 0.30, 0.05); }

TEST(Arbitration, NearlyBalancedVotesSilenceEverybody) {
  std::array c{candidate(1, kLong, .8), candidate(2, kShort, .6)};
  EXPECT_NEAR(run(c), .142857142857, 1e-12);
  EXPECT_EQ(c[0].code, ReasonCode::kArbSilence);
  EXPECT_EQ(c[1].code, ReasonCode::kArbSilence);
}

TEST(Arbitration, AClearSideWinsByWeightTimesExpectedValue) {
  std::array c{candidate(1, kLong, .9, 2), candidate(2, kLong, .5, 9), candidate(4, kShort, .4, 20)};
  EXPECT_NEAR(run(c), .555555555556, 1e-12);
  EXPECT_EQ(c[0].code, ReasonCode::kArbLost);   // .9 · .5
  EXPECT_EQ(c[1].code, ReasonCode::kNone);      // .5 · 4
  EXPECT_EQ(c[2].code, ReasonCode::kArbLost);   // the other side
}

TEST(Arbitration, TheLevelScalesTheVote) {
  Candidate c = candidate(1, kLong, .9);
  c.level = 5;
  run({&c, 1});
  EXPECT_DOUBLE_EQ(c.weight, 1.5);
}

TEST(Arbitration, AnExpectedValueBelowFivePercentOfRiskIsSilence) {
  const auto code = [](double cost) {
    Candidate c = candidate(1, kLong, .8, 1.5, .5, cost);  // EV = .25 − cost
    run({&c, 1});
    return c.code;
  };
  EXPECT_EQ(code(.1999), ReasonCode::kNone);
  EXPECT_EQ(code(.2001), ReasonCode::kArbSilence);
}

TEST(Arbitration, AVoteOnEachSideOfTheNetLimit) {
  const auto code = [](double against) {
    std::array c{candidate(1, kLong, .65), candidate(2, kShort, against)};
    run(c);
    return c[0].code;
  };
  EXPECT_EQ(code(.3499), ReasonCode::kNone);
  EXPECT_EQ(code(.3501), ReasonCode::kArbSilence);
}

TEST(Arbitration, TiesGoToTheLowerStrategyNumberInAnyOrder) {
  std::array c{candidate(9, kShort, .7), candidate(2, kShort, .7), candidate(5, kShort, .7)};
  run(c);
  EXPECT_EQ(c[1].code, ReasonCode::kNone);
  EXPECT_EQ(c[0].code, ReasonCode::kArbLost);
  EXPECT_EQ(c[2].code, ReasonCode::kArbLost);
}

TEST(Arbitration, ANearCopyOfAHeavierSignalHasNoVote) {
  Table t;
  t.rho[{1, 2}] = .86;
  std::array c{candidate(1, kLong, .6), candidate(2, kLong, .9), candidate(3, kShort, .6)};
  EXPECT_NEAR(run(c, t), .2, 1e-12);  // .9 against .6
  EXPECT_EQ(c[0].code, ReasonCode::kArbLost);
  t.rho[{1, 2}] = .85;  // not above: both vote, each made lighter by the other
  std::array d{candidate(1, kLong, .6), candidate(2, kLong, .9), candidate(3, kShort, .6)};
  run(d, t);
  EXPECT_NE(d[0].weight, 0);
}

TEST(Arbitration, CorrelatedVotesAreThinnedByTheInitialWeightsOfTheOthers) {
  Table t;
  t.rho[{1, 2}] = .8;
  t.rho[{1, 3}] = .7;  // not above .7
  std::array c{candidate(1, kLong, .6), candidate(2, kLong, .9), candidate(3, kLong, .7)};
  run(c, t);
  EXPECT_DOUBLE_EQ(c[0].weight, .6 / (1 + .8 * .9));
  EXPECT_DOUBLE_EQ(c[1].weight, .9 / (1 + .8 * .6));
  EXPECT_DOUBLE_EQ(c[2].weight, .7);
}

}  // namespace
}  // namespace omega::test
