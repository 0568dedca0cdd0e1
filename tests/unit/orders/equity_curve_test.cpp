#include "engine/orders/equity_curve.hpp"

#include <gtest/gtest.h>

namespace omega {
namespace {

TEST(EquityCurve, DrawdownIsTheWorstFallFromAPeakAsAFractionOfIt) {
  EquityCurve c(10'000);
  const Money marks[] = {10'000, 12'000, 9'000, 11'000, 13'000, 12'000};
  TimeNs ts = 100;
  for (const Money m : marks) c.mark(ts += 10, m);
  EXPECT_EQ(c.peak(), 13'000);
  EXPECT_DOUBLE_EQ(c.max_drawdown(), 0.25);
  EXPECT_EQ(c.max_drawdown_value(), 3'000);
  EXPECT_EQ(c.max_drawdown_ns(), 30);  // from the mark at 12 000 to the one that regains it
}

TEST(EquityCurve, ADrawdownFromTheInitialCapitalCountsAndLastsToTheNewestMark) {
  EquityCurve c(1'000);
  c.mark(50, 900);
  c.mark(70, 950);
  EXPECT_DOUBLE_EQ(c.max_drawdown(), 0.1);
  EXPECT_EQ(c.max_drawdown_ns(), 20);
  EXPECT_EQ(c.peak(), 1'000);
}

TEST(EquityCurve, ARisingCurveHasNoDrawdown) {
  EquityCurve c(1'000);
  for (int i = 1; i < 5; ++i) c.mark(i, 1'000 + i);
  EXPECT_EQ(c.max_drawdown(), 0.0);
  EXPECT_EQ(c.max_drawdown_ns(), 0);
}

}  // namespace
}  // namespace omega
