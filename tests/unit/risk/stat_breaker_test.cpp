// The statistical breaker's two rules and their edges, STRATEGIES 4.5-5.
#include "engine/risk/stat_breaker.hpp"

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

using Rule = StatBreaker::Rule;

/// Feeds all; returns the verdict of the last one. Earlier trips are awaited.
StatBreaker::Verdict feed(StatBreaker& b, std::span<const double> rs) {
  StatBreaker::Verdict v;
  for (const double r : rs) v = b.on_trade(kNow, r);
  return v;
}

std::vector<double> history(int wins, int losses) {  // interleaved so that no streak reaches three; ends with a win
  std::vector<double> out;
  while (wins > 0 || losses > 0) {
    if (losses > 0) { out.push_back(-1); --losses; }
    if (wins > 0) { out.push_back(2.5); --wins; }
  }
  return out;
}

TEST(StatBreaker, AtAWinRateOf65PercentTheThirdLossTrips) {
  StatBreaker b{RiskConfig{}};
  ASSERT_EQ(feed(b, history(13, 7)).rule, Rule::kNone);  // w = .65
  EXPECT_EQ(b.on_trade(kNow, -1).rule, Rule::kNone);
  EXPECT_EQ(b.on_trade(kNow, -1).rule, Rule::kNone);
  const auto v = b.on_trade(kNow, -1);
  EXPECT_EQ(v.rule, Rule::kStreak);
  EXPECT_NEAR(v.value, .042875, 1e-12);
}

TEST(StatBreaker, AtAWinRateOf50PercentTheFifthLossTrips) {
  StatBreaker b{RiskConfig{}};
  ASSERT_EQ(feed(b, history(10, 10)).rule, Rule::kNone);
  for (int k = 1; k <= 4; ++k) EXPECT_EQ(b.on_trade(kNow, -1).rule, Rule::kNone) << k;
  const auto v = b.on_trade(kNow, -1);
  EXPECT_EQ(v.rule, Rule::kStreak);
  EXPECT_DOUBLE_EQ(v.value, .03125);
}

TEST(StatBreaker, TwoLossesNeverTripHoweverGoodTheRecord) {
  StatBreaker b{RiskConfig{}};
  feed(b, std::vector<double>(20, 2.5));  // w = 1: (1 − w)^k = 0
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kNone);
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kNone);
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kStreak);
}

TEST(StatBreaker, AScratchNeitherCountsNorBreaksTheStreak) {
  StatBreaker b{RiskConfig{}};
  feed(b, history(13, 7));
  feed(b, std::array{-1.0, 0.04, -1.0, -0.049});
  EXPECT_FALSE(b.tripped());
  EXPECT_EQ(b.on_trade(kNow, -1).rule, Rule::kStreak);
}

TEST(StatBreaker, WithFewTradesBeforeTheStreakTheWinRateIsAHalf) {
  StatBreaker b{RiskConfig{}};
  feed(b, std::array{2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, -.06, -.06});  // nine trades: seven wins would make w = 1
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kNone) << ".5³ = .125";
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kNone) << ".5⁴ = .0625";
  EXPECT_EQ(b.on_trade(kNow, -.06).rule, Rule::kStreak) << ".5⁵ = .03125";
}

TEST(StatBreaker, ItSleepsUntilTheTenthTrade) {
  StatBreaker b{RiskConfig{}};
  EXPECT_EQ(feed(b, std::vector<double>(9, -1)).rule, Rule::kNone);
  EXPECT_NE(b.on_trade(kNow, -1).rule, Rule::kNone);
}

TEST(StatBreaker, TheTTestDividesTheSpreadByTheRootOfTen) {
  // Five of −1−a and five of −1+a: s = a·√(10/9), t = −√10/(a·√(10/9)) = −3/a: −2.5 at a = 1.2. No streak: +a > 1 wins.
  const auto rule = [](double a) {
    StatBreaker b{RiskConfig{}};
    std::vector<double> rs;
    for (int i = 0; i < 5; ++i) { rs.push_back(-1 - a); rs.push_back(-1 + a); }
    return feed(b, rs).rule;
  };
  EXPECT_EQ(rule(1.199), Rule::kTTest);
  EXPECT_EQ(rule(1.201), Rule::kNone);
}

TEST(StatBreaker, TenEqualLossesAreAsBadAsCanBe) {
  StatBreaker b{RiskConfig{}};
  const auto v = feed(b, std::vector<double>(10, -1));
  EXPECT_EQ(v.rule, Rule::kTTest);
  EXPECT_LT(v.value, -1e8);
}

TEST(StatBreaker, ItRestsFor120MinutesAndEndsOnce) {
  StatBreaker b{RiskConfig{}};
  feed(b, std::vector<double>(10, -1));
  ASSERT_TRUE(b.tripped());
  EXPECT_EQ(b.on_trade(kNow + kMinute_ns, -1).rule, Rule::kNone) << "tripped already";
  EXPECT_FALSE(b.expire(kNow + 120 * kMinute_ns - 1));
  EXPECT_TRUE(b.expire(kNow + 120 * kMinute_ns));
  EXPECT_FALSE(b.expire(kNow + 120 * kMinute_ns));
  EXPECT_FALSE(b.tripped());
}

}  // namespace
}  // namespace omega::test
