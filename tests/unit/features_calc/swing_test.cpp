#include <gtest/gtest.h>

#include "engine/features/structure_label.hpp"
#include "tests/unit/features_calc/lcg.hpp"

namespace omega::test {
namespace {

void feed(SwingDetector& d, std::initializer_list<double> highs) {
  int i = 0;
  for (const double h : highs) d.on_bar(bar_at(i++, h - .5, h, h - 1, h - .5));
}

TEST(Swing, IsConfirmedAtTheCloseOfTheKthLaterBar) {
  SwingDetector d(2, true);
  feed(d, {1, 2, 5, 3});
  EXPECT_FALSE(d.last_high());
  d.on_bar(bar_at(4, 1.5, 2, 1, 1.5));
  ASSERT_TRUE(d.new_high());
  EXPECT_EQ(d.last_high()->price, 5'000'000'000);
  EXPECT_EQ(d.last_high()->bar_open, 2 * duration_ns(Timeframe::kM15));
  EXPECT_EQ(d.last_high()->confirmed, 5 * duration_ns(Timeframe::kM15));
}

TEST(Swing, TheFirstBarOfAPlateauWins) {
  SwingDetector d(2, true);
  feed(d, {1, 2, 5, 5, 3, 2, 1});
  ASSERT_EQ(d.highs().size(), 1u);
  EXPECT_EQ(d.last_high()->bar_open, 2 * duration_ns(Timeframe::kM15));
}

TEST(Swing, MayNotSpanAGapOnShortTimeframes) {
  for (const bool forbid : {true, false}) {
    SwingDetector d(2, forbid);
    int i = 0;
    for (const double h : {1., 2., 5., 3., 2.}) {
      TfBar b = bar_at(i, h - .5, h, h - 1, h - .5);
      if (i == 3) b.flags |= tf_flag::kGap;
      d.on_bar(b);
      ++i;
    }
    EXPECT_EQ(d.highs().size(), forbid ? 0u : 1u);
  }
}

TEST(Swing, AGapBeforeTheOldestBarDoesNotMatter) {
  SwingDetector d(2, true);
  int i = 0;
  for (const double h : {1., 2., 5., 3., 2.}) {
    TfBar b = bar_at(i, h - .5, h, h - 1, h - .5);
    if (i == 0) b.flags |= tf_flag::kGap;
    d.on_bar(b);
    ++i;
  }
  EXPECT_EQ(d.highs().size(), 1u);
}

TEST(StructureLabel, RisesFallsAndIsUnknownBeforeTwoOfEach) {
  StructureLabel label(false);
  const auto wave = [&](int from, double base, double slope) {
    for (int i = 0; i < 60; ++i) {
      const double phase = (i % 12) < 6 ? i % 6 : 6 - i % 6;
      const double mid = base + slope * i + phase;
      label.on_bar(bar_at(from + i, mid, mid + .1, mid - .1, mid));
    }
  };
  EXPECT_FALSE(label.value().ready());
  wave(0, 100, .2);
  ASSERT_TRUE(label.value().ready());
  EXPECT_EQ(label.value().value, 1);
  wave(60, 112, -.2);
  EXPECT_EQ(label.value().value, -1);
}

}  // namespace
}  // namespace omega::test
