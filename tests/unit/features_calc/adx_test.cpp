#include "engine/features/adx.hpp"

#include <gtest/gtest.h>

#include "tests/unit/features_calc/lcg.hpp"

namespace omega::test {
namespace {

TEST(Adx, GivesTheFixtureNumbers) {
  Lcg u;
  Adx adx(14);
  double close = 100;
  for (int i = 0; i < 200; ++i) {
    close += u.next() - .5;
    const double high = close + .5 * u.next(), low = close - .5 * u.next();
    adx.on_bar(bar_at(i, close, high, low, close));
    EXPECT_EQ(adx.value().ready(), i >= 27) << i;
    // prices are fixed-point 1e-9, the fixture is in doubles
    if (i == 27) { EXPECT_NEAR(adx.value().value, 17.863767914, 2e-7); }
    if (i == 99) { EXPECT_NEAR(adx.value().value, 15.265073055, 2e-7); }
    if (i == 199) { EXPECT_NEAR(adx.value().value, 49.666900967, 2e-7); }
  }
}

TEST(Adx, MirroredPricesGiveTheSameAdx) {
  Lcg u;
  Adx up(14), down(14);
  double close = 100;
  for (int i = 0; i < 100; ++i) {
    close += u.next() - .4;
    const double high = close + .5 * u.next(), low = close - .5 * u.next();
    up.on_bar(bar_at(i, close, high, low, close));
    down.on_bar(bar_at(i, 200 - close, 200 - low, 200 - high, 200 - close));
  }
  EXPECT_NEAR(up.value().value, down.value().value, 1e-6);
}

TEST(Adx, AGapBarTakesItsOwnRangeAndNoDirectionalMovement) {
  Adx a(14), b(14);
  for (int i = 0; i < 40; ++i) {
    TfBar bar = bar_at(i, 100, 101, 99, 100);
    if (i == 35) {
      bar = bar_at(i, 150, 151, 149, 150);
      TfBar gap = bar;
      gap.flags |= tf_flag::kGap;
      a.on_bar(gap);
      b.on_bar(bar);
    } else {
      a.on_bar(bar);
      b.on_bar(bar);
    }
    if (i == 35) { EXPECT_LT(a.value().value, b.value().value); }
  }
}

}  // namespace
}  // namespace omega::test
