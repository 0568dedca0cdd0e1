// What an incident says about a condition: the part that decided, with its figures.
#include "engine/signals/check.hpp"

#include <gtest/gtest.h>

#include "engine/signals/funnel.hpp"

namespace omega {
namespace {

TEST(Check, EachRelationComparesAsItSays) {
  EXPECT_TRUE(check::at_least(2, 2).holds && !check::at_least(1.9, 2).holds);
  EXPECT_TRUE(check::at_most(2, 2).holds && !check::at_most(2.1, 2).holds);
  EXPECT_TRUE(check::above(2.1, 2).holds && !check::above(2, 2).holds);
  EXPECT_TRUE(check::below(1.9, 2).holds && !check::below(2, 2).holds);
  EXPECT_TRUE(check::is(2, 2).holds && !check::is(1, 2).holds && check::is_not(1, 2).holds && !check::is_not(2, 2).holds);
  EXPECT_TRUE(check::score_at_least(3.5 - 1e-10, 3.5).holds) << "scores are compared rounded to 1e-9";
  EXPECT_FALSE(check::at_least(3.5 - 1e-10, 3.5).holds);
  EXPECT_TRUE(check::score_at_most(3.5 + 1e-10, 3.5).holds && !check::score_above(3.5 + 1e-10, 3.5).holds);
}

TEST(Check, PricesAreComparedExactlyAndShownAsPrices) {
  const Check c = check::price_at_least(1'100'000'001, 1'100'000'002);
  EXPECT_FALSE(c.holds);
  EXPECT_DOUBLE_EQ(c.value, 1.100000001);
  EXPECT_DOUBLE_EQ(check::as_price(check::at_most(2e9, 3e9)).limit, 3.0);
}

TEST(Check, EveryKeepsTheFirstThatFailsAndAnyTheFirstThatHolds) {
  const Check a = check::at_least(5, 1), b = check::at_least(1, 3), c = check::at_least(0, 9);
  EXPECT_EQ(check::every({a, b, c}).limit, 3);
  EXPECT_EQ(check::every({a, check::at_least(7, 6)}).limit, 6) << "all hold: the last";
  EXPECT_EQ(check::any({c, a, b}).limit, 1);
  EXPECT_EQ(check::any({b, c}).limit, 9) << "none holds: the last";
}

TEST(Check, TheFunnelCountsAndKeepsTheNewest) {
  Funnel f;
  f.begin();
  EXPECT_TRUE(f.pass(2, check::at_least(4, 3)));
  EXPECT_FALSE(f.pass(2, check::at_least(2, 3)));
  EXPECT_EQ(f.passed(2), 1u);
  EXPECT_EQ(f.last(2).value, 2);
  EXPECT_EQ(f.last(2).relation, Relation::kAtLeast);
}

}  // namespace
}  // namespace omega
