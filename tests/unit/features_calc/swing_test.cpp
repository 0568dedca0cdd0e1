// F15: confirmation, plateaus, gaps, the mirror, and a second implementation by definition.
#include "engine/features/swing.hpp"

#include <gtest/gtest.h>

#include "calc_fixture.hpp"

namespace omega {
namespace {

using namespace test;

/// Bars whose low is 100 below the high.
std::vector<int> confirmed_highs(const std::vector<Price>& highs, int k, bool forbid_gap = true, int gap_at = -1) {
  SwingDetector swings(k, forbid_gap);
  std::vector<int> out;
  for (std::size_t i = 0; i < highs.size(); ++i) {
    TfBar b = bar_of(static_cast<int>(i), highs[i], highs[i] - 100, highs[i] - 50);
    if (static_cast<int>(i) == gap_at) b.flags |= tf_flag::kGap;
    swings.on_bar(b);
    if (!swings.new_high()) continue;
    EXPECT_EQ(swings.last_high()->confirmed, b.t_close);
    out.push_back(static_cast<int>(swings.last_high()->bar_open / kMinute_ns));
  }
  return out;
}

TEST(SwingDetector, HighIsConfirmedAtTheCloseOfBarIPlusK) {
  SwingDetector swings(2, true);
  const std::vector<Price> highs{10, 11, 15, 12, 11};
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(swings.last_high().has_value());
    swings.on_bar(bar_of(i, highs[static_cast<std::size_t>(i)], 0, 5));
  }
  ASSERT_TRUE(swings.new_high());
  EXPECT_EQ(swings.last_high()->price, 15);
  EXPECT_EQ(swings.last_high()->bar_open, 2 * kMinute_ns);
  EXPECT_EQ(swings.last_high()->confirmed, 5 * kMinute_ns);
  swings.on_bar(bar_of(5, 10, 0, 5));
  EXPECT_FALSE(swings.new_high());
  EXPECT_TRUE(swings.last_high().has_value());
}

TEST(SwingDetector, FirstBarOfAPlateauWins) {
  EXPECT_EQ(confirmed_highs({10, 11, 15, 15, 12, 11, 10}, 2), std::vector<int>{2});
  EXPECT_EQ(confirmed_highs({15, 11, 15, 12, 11}, 2), std::vector<int>{});   // an equal high before: not a swing
  EXPECT_EQ(confirmed_highs({14, 11, 15, 12, 15}, 2), std::vector<int>{2});  // an equal high after: still one
}

TEST(SwingDetector, OneTickMoreOrLessDecides) {
  EXPECT_EQ(confirmed_highs({10, 14, 15, 14, 10}, 2), std::vector<int>{2});
  EXPECT_EQ(confirmed_highs({10, 15, 15, 14, 10}, 2), std::vector<int>{});  // strict before
  EXPECT_EQ(confirmed_highs({10, 14, 15, 16, 10}, 2), std::vector<int>{});
}

TEST(SwingDetector, GapInsideTheWindowForbidsTheSwingBelowH1Only) {
  const std::vector<Price> highs{10, 11, 15, 12, 11};
  for (int at = 1; at <= 4; ++at) {
    EXPECT_TRUE(confirmed_highs(highs, 2, true, at).empty()) << at;
    EXPECT_EQ(confirmed_highs(highs, 2, false, at), std::vector<int>{2}) << at;
  }
  EXPECT_EQ(confirmed_highs(highs, 2, true, 0), std::vector<int>{2});  // the gap lies before the first bar
}

TEST(SwingDetector, KeepsTheLast32PerSideNewestFirst) {
  SwingDetector swings(1, true);
  for (int i = 0; i < 200; ++i) swings.on_bar(bar_of(i, 1000 + i + (i % 2) * 10, 900 + i + (i % 2) * 10, 950));
  ASSERT_EQ(swings.highs().size(), SwingDetector::kKept);
  for (std::size_t age = 1; age < SwingDetector::kKept; ++age) {
    EXPECT_LT(swings.highs().back(age).bar_open, swings.highs().back(age - 1).bar_open);
  }
}

TEST(SwingDetector, AgreesWithTheDefinitionOnRandomBarsAndItsMirror) {
  auto random = seeded(43);
  for (const int k : {2, 3, 5}) {
    const std::vector<TfBar> bars = random_walk(random, 1500);
    SwingDetector swings(k, true), mirror(k, true);
    int found = 0;
    for (int now = 0; now < static_cast<int>(bars.size()); ++now) {
      swings.on_bar(bars[static_cast<std::size_t>(now)]);
      mirror.on_bar(mirrored(bars[static_cast<std::size_t>(now)], 1'100'000'000));
      bool high = now >= 2 * k, low = high;
      for (int j = std::max(0, now - 2 * k); j <= now && now >= 2 * k; ++j) {
        const TfBar &b = bars[static_cast<std::size_t>(j)], &mid = bars[static_cast<std::size_t>(now - k)];
        if (b.gap() && j > now - 2 * k) high = low = false;
        if (j < now - k) high = high && mid.high > b.high, low = low && mid.low < b.low;
        if (j > now - k) high = high && mid.high >= b.high, low = low && mid.low <= b.low;
      }
      ASSERT_EQ(swings.new_high(), high) << now;
      ASSERT_EQ(swings.new_low(), low) << now;
      ASSERT_EQ(mirror.new_low(), high) << now;
      ASSERT_EQ(mirror.new_high(), low) << now;
      found += high + low;
    }
    EXPECT_GT(found, 50);
  }
}

}  // namespace
}  // namespace omega
