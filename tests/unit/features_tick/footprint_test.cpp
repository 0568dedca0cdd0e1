// F19 and what S18 asks of it.
#include "engine/features/footprint.hpp"

#include <map>

#include "ticks.hpp"

namespace omega {
namespace {

using test::kU;
using test::kUnit;

constexpr Price p(double x) { return static_cast<Price>(x * 1e5 + 0.5) * test::kTick; }

/// Bars without trades until the window is complete.
void fill(Footprint& f, std::size_t bars = Footprint::kBars) {
  for (std::size_t i = 0; i < bars; ++i) f.end_bar(0, 0);
}

TEST(Footprint, PointOfControlIsTheBinWithMostVolumeAndTheLowestOfEquals) {
  Footprint f(10);
  f.on_trade(109, 5, kLong);
  f.on_trade(100, 5, kShort);
  f.on_trade(121, 9, 0);
  f.on_trade(145, 10, kLong);
  EXPECT_EQ(f.poc().state, FeatureState::kWarming);
  fill(f);
  EXPECT_EQ(f.poc().value, 100) << "10 in bin 100 and in bin 140";
  EXPECT_EQ(f.volumes2(105), (Footprint::Volumes2{10, 10}));
  EXPECT_EQ(f.volumes2(120), (Footprint::Volumes2{9, 9})) << "a trade of unknown sign is half each";
  EXPECT_EQ(f.volumes2(130), (Footprint::Volumes2{0, 0}));
  f.end_bar(0, 0);
  EXPECT_EQ(f.poc().state, FeatureState::kInvalid) << "the only bar with volume has expired";
  EXPECT_EQ(f.bins_in_use(), 0u);
}
TEST(Footprint, ValueAreaGrowsTowardTheLargerNeighbour) {
  Footprint f(10);
  const std::vector<std::pair<Price, Qty>> volumes{{80, 5}, {90, 10}, {100, 40}, {110, 20}, {120, 20}, {130, 5}};
  for (const auto& [price, size] : volumes) f.on_trade(price, size, kLong);
  fill(f);
  // 40; 110 (20 > 10) -> 60; 120 (20 > 10) -> 80 >= 70
  EXPECT_EQ(f.value_area_low().value, 100);
  EXPECT_EQ(f.value_area_high().value, 130);
}
TEST(Footprint, ValueAreaTakesBothNeighboursWhenEqualAndCrossesEmptyBins) {
  Footprint f(10);
  for (const auto& [price, size] : std::vector<std::pair<Price, Qty>>{{100, 50}, {80, 25}, {120, 25}}) f.on_trade(price, size, kShort);
  fill(f);
  EXPECT_EQ(f.value_area_low().value, 80);
  EXPECT_EQ(f.value_area_high().value, 130);
}
TEST(Footprint, ValueAreaStopsAtExactlySeventyPercent) {
  Footprint f(10);
  f.on_trade(100, 70, kLong);
  f.on_trade(110, 30, kLong);
  fill(f);
  EXPECT_EQ(f.value_area_high().value, 110);
  Footprint g(10);
  g.on_trade(100, 69, kLong);
  g.on_trade(110, 31, kLong);
  fill(g);
  EXPECT_EQ(g.value_area_high().value, 120);
}
TEST(Footprint, BuyShareOfTheLastBars) {
  Footprint f(10);
  f.on_trade(100, 100, kShort);
  f.end_bar(100, 100);
  f.on_trade(100, 7, kLong);
  f.on_trade(100, 2, 0);
  f.end_bar(100, 100);
  f.on_trade(100, 1, kShort);
  f.end_bar(100, 100);
  EXPECT_DOUBLE_EQ(f.buy_share(2).value, .8);
  EXPECT_EQ(f.buy_share(4).state, FeatureState::kWarming);
  fill(f, 2);
  EXPECT_EQ(f.buy_share(2).state, FeatureState::kInvalid);
}

/// The window of S18-A: 8 bins with 800 in all, 450 of them in bin 1.09950 in 9 bars of 1 u; the 50 bars travel 80 u.
Footprint s18(bool a) {
  Footprint f(kU);
  const Price bin = p(1.09950);
  for (int bar = 0; bar < 40; ++bar) {
    if (bar < 5) f.on_trade(p(1.10000) + bar * kU, 50 * kUnit, kLong);
    f.end_bar(p(1.10000) + (bar < 30 ? 2 : 1) * kU, p(1.10000));
  }
  for (int bar = 0; bar < 7; ++bar) {
    const Qty sold = a ? 50 : bar == 0 ? 32 : 35;  // 378 or 270 in the end
    f.on_trade(bin + kU / 2, sold * kUnit, kShort);
    if (sold < 50) f.on_trade(bin, (50 - sold) * kUnit, kLong);
    f.end_bar(bin + kU, bin);
  }
  for (int bar = 0; bar < 2; ++bar) {
    f.on_trade(bin + 3, 36 * kUnit, kLong);
    f.on_trade(bin + 3, 14 * kUnit, kShort);
    f.end_bar(bin + 5, bin);  // less than one bin counts as one
  }
  f.on_trade(p(1.10050), 50 * kUnit, kLong);
  f.on_trade(p(1.10060), 18 * kUnit, kLong);
  f.on_trade(p(1.10060), 32 * kUnit, kShort);
  f.end_bar(p(1.10060), p(1.10050));
  return f;
}

TEST(Footprint, FiguresOfS18A) {
  const Footprint f = s18(true);
  EXPECT_EQ(f.bins_in_use(), 8u);
  const auto c = f.strongest(p(1.10010), kLong, 15 * kU, 10);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->low, p(1.09950));
  EXPECT_EQ(c->high, p(1.09960));
  EXPECT_DOUBLE_EQ(c->ratio, 4.5);
  EXPECT_DOUBLE_EQ(c->against_share, .84);
  EXPECT_DOUBLE_EQ(c->absorption, 5.0);
  EXPECT_DOUBLE_EQ(f.buy_share(3).value, .70);
  EXPECT_EQ(f.poc().value, static_cast<double>(p(1.09950)));
}
TEST(Footprint, FiguresOfS18B) {
  const auto c = s18(false).strongest(p(1.10010), kLong, 15 * kU, 10);
  ASSERT_TRUE(c.has_value());
  EXPECT_DOUBLE_EQ(c->against_share, .60);
  EXPECT_DOUBLE_EQ(c->ratio, 4.5);
}
TEST(Footprint, AClusterLiesWhollyOnItsSideAndWithinTheDistance) {
  const Footprint f = s18(true);
  const auto low_of = [&](Price close, Direction d, Price distance) {
    const auto c = f.strongest(close, d, distance, 10);
    return c ? c->low : 0;
  };
  EXPECT_EQ(low_of(p(1.09960), kLong, 0), p(1.09950)) << "its upper edge is the close";
  EXPECT_EQ(low_of(p(1.09960) - 1, kLong, 15 * kU), 0) << "the close is inside";
  EXPECT_EQ(low_of(p(1.09950), kShort, 0), p(1.09950));
  EXPECT_EQ(low_of(p(1.09950) + 1, kShort, 4 * kU), 0);
  EXPECT_EQ(low_of(p(1.10110), kLong, 15 * kU), p(1.09950));
  EXPECT_EQ(low_of(p(1.10110) + 1, kLong, 15 * kU), p(1.10060)) << "1.09950 is 15 u and a bit away; of the equals the nearest";
  EXPECT_EQ(f.strongest(p(1.20000), kLong, 15 * kU, 10), std::nullopt);
  EXPECT_EQ(f.strongest(p(1.00000), kShort, 15 * kU, 10), std::nullopt);
}
TEST(Footprint, TheStrongestBinIsSoughtAmongThoseThatAreAccepted) {
  const Footprint f = s18(true);
  const auto c = f.strongest(p(1.10110), kLong, 15 * kU, 10, [](const FootprintCluster& x) { return x.ratio < 4; });
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->low, p(1.10060));
}
TEST(Footprint, WhatIsTooFarAwayIsCountedAndLeftOut) {
  Footprint f(10);
  f.on_trade(1'000'000, 5, kLong);
  f.on_trade(1'000'000 + 4'095 * 10, 5, kLong);
  EXPECT_EQ(f.left_out(), 0u);
  f.on_trade(1'000'000 + 4'096 * 10, 5, kLong);
  f.on_trade(1'000'000 - 10, 5, kLong);
  EXPECT_EQ(f.left_out(), 2u);
  EXPECT_EQ(f.bins_in_use(), 2u);
  fill(f, 51);
  f.on_trade(9'000'000, 5, kLong);  // the window has moved on
  EXPECT_EQ(f.left_out(), 2u);
  EXPECT_EQ(f.volumes2(9'000'000), (Footprint::Volumes2{10, 0}));
}
TEST(Footprint, TheReachFollowsWhatIsLeftInTheWindow) {
  for (const Price d : {1, -1}) {  // first the far end of the range expires, then a price is as far beyond the near end
    Footprint f(10);
    f.on_trade(1'000'000 + d * 40'950, 5, kLong);
    f.end_bar(1, 1);
    f.on_trade(1'000'000, 5, kLong);
    fill(f, 49);
    f.on_trade(1'000'000 - d * 40'000, 5, kLong);
    EXPECT_EQ(f.left_out(), 1u) << "both ends are still there";
    f.end_bar(1, 1);
    f.on_trade(1'000'000 - d * 40'000, 5, kLong);
    EXPECT_EQ(f.left_out(), 1u);
    EXPECT_EQ(f.bins_in_use(), 2u);
  }
}
TEST(Footprint, MoreEntriesThanItHoldsAreCountedAndLeftOut) {
  Footprint f(10);
  for (int bar = 0; bar < 3; ++bar) {
    for (Price bin = 0; bin < 4'000; ++bin) f.on_trade(1'000'000 + bin * 10, 1, kLong);
    f.end_bar(2'000'000, 1'000'000);
  }
  EXPECT_EQ(f.left_out(), 12'000u - Footprint::kEntriesMax);
  fill(f, 48);  // the first bar goes
  f.on_trade(1'000'000 + 39'990, 1, kLong);
  EXPECT_EQ(f.left_out(), 12'000u - Footprint::kEntriesMax);
}
TEST(Footprint, SumsThatWouldNotBeExactAreLeftOut) {
  Footprint f(10);
  for (int i = 0; i < 1'000; ++i) f.on_trade(100, Qty{1} << 52, kLong);
  EXPECT_EQ(f.volumes2(100).buy2, std::int64_t{1} << 62);
  EXPECT_EQ(f.left_out(), 1'000u - 512);
  fill(f);
  EXPECT_EQ(f.buy_share(50).value, 1.0);
}

class FootprintProperty : public testing::TestWithParam<std::uint64_t> {};

struct NaiveTrade {
  std::int64_t bin;
  Qty size;
  Direction sign;
  std::size_t bar;
};
struct NaiveBar {
  Price travel;
};

TEST_P(FootprintProperty, EqualsSumsFromScratchIsMirroredAndSurvivesCheckpoints) {
  test::Random random(GetParam());
  const test::Mirror mirror;  // 2·centre is a whole number of bins, and no price is on an edge
  Footprint f(kU), m(kU);
  std::vector<NaiveTrade> trades;
  std::vector<NaiveBar> bars;
  Price mid = test::kPar;
  for (std::size_t bar = 0; bar < 160; ++bar) {
    Price high = mid, low = mid;
    for (std::int64_t n = random.one_in(8) ? 0 : random.below(40); n > 0; --n) {
      mid += (random.below(9) - 4) * 2 * test::kTick;
      high = std::max(high, mid);
      low = std::min(low, mid);
      const Price price = floor_div(mid, kU) * kU + (1 + random.below(9)) * test::kTick;
      const Qty size = (1 + random.below(90'000'019)) * 7;
      const auto sign = static_cast<Direction>(random.one_in(9) ? 0 : random.one_in(3) ? -1 : 1);
      f.on_trade(price, size, sign);
      m.on_trade(mirror.price(price), size, static_cast<Direction>(-sign));
      trades.push_back({floor_div(price, kU), size, sign, bar});
      if (random.one_in(300)) f = test::restored(f, Footprint(kU));
    }
    f.end_bar(high, low);
    m.end_bar(mirror.price(low), mirror.price(high));
    bars.push_back({std::max(high - low, kU)});
    if (random.one_in(10)) f = test::restored(f, Footprint(kU));
    ASSERT_EQ(f.left_out(), 0u);

    // from scratch
    const std::size_t first = bars.size() > 50 ? bars.size() - 50 : 0;
    std::map<std::int64_t, Footprint::Volumes2> bins;
    std::int64_t total2 = 0;
    for (const NaiveTrade& t : trades) {
      if (t.bar < first) continue;
      bins[t.bin].buy2 += t.size * (1 + t.sign);
      bins[t.bin].sell2 += t.size * (1 - t.sign);
      total2 += 2 * t.size;
    }
    ASSERT_EQ(f.bins_in_use(), bins.size());
    for (std::int64_t b = floor_div(mid, kU) - 60; b < floor_div(mid, kU) + 60; ++b) {
      const auto at = bins.find(b);
      ASSERT_EQ(f.volumes2(b * kU + 1), at == bins.end() ? Footprint::Volumes2{} : at->second);
      ASSERT_EQ(m.volumes2(mirror.price(b * kU + 1)).buy2, f.volumes2(b * kU + 1).sell2);
    }
    const std::size_t k = 1 + static_cast<std::size_t>(random.below(12));
    if (bars.size() < 50 || bins.empty()) continue;
    {
      double buys = 0, all = 0;
      for (const NaiveTrade& t : trades) {
        if (t.bar + k < bars.size()) continue;
        buys += static_cast<double>(t.size * (1 + t.sign));
        all += static_cast<double>(2 * t.size);
      }
      ASSERT_EQ(f.buy_share(k).ready(), all > 0);
      if (all > 0) {
        ASSERT_NEAR(f.buy_share(k).value, buys / all, 1e-12);
        ASSERT_NEAR(m.buy_share(k).value, 1 - f.buy_share(k).value, 1e-12);
      }
    }
    {
      const auto largest = std::max_element(bins.begin(), bins.end(), [](const auto& a, const auto& b) {
        return a.second.buy2 + a.second.sell2 < b.second.buy2 + b.second.sell2;
      });
      ASSERT_EQ(f.poc().value, static_cast<double>(largest->first * kU));
      ASSERT_EQ(m.poc().value, static_cast<double>(mirror.price((largest->first + 1) * kU))) << "sizes are such that nothing ties";
      ASSERT_EQ(m.value_area_low().value, static_cast<double>(mirror.price(static_cast<Price>(f.value_area_high().value))));
      std::int64_t inside2 = 0, edge_low = 0, edge_high = 0;
      const auto area_low = static_cast<Price>(f.value_area_low().value) / kU, area_high = static_cast<Price>(f.value_area_high().value) / kU - 1;
      for (const auto& [b, v] : bins) {
        if (b < area_low || b > area_high) continue;
        inside2 += v.buy2 + v.sell2;
        if (b == area_low) edge_low = v.buy2 + v.sell2;
        if (b == area_high) edge_high = v.buy2 + v.sell2;
      }
      ASSERT_LE(area_low, largest->first);
      ASSERT_GE(area_high, largest->first);
      ASSERT_GE(static_cast<double>(inside2), .7 * static_cast<double>(total2) * (1 - 1e-12));
      // without one of its edges it would not have been enough
      if (area_low < area_high) {
        const std::int64_t cheaper = area_low == largest->first ? edge_high : area_high == largest->first ? edge_low : std::max(edge_low, edge_high);
        ASSERT_LT(static_cast<double>(inside2 - cheaper), .7 * static_cast<double>(total2));
      }
    }
    for (const Direction d : {kLong, kShort}) {
      const Price close = mid + (random.below(80) - 40) * kU + test::kTick, distance = random.below(30) * kU;
      const auto ours = f.strongest(close, d, distance, k);
      std::optional<std::int64_t> best;
      for (const auto& [b, v] : bins) {
        const Price gap = d > 0 ? close - (b + 1) * kU : b * kU - close;
        if (gap < 0 || gap > distance) continue;
        if (!best || v.buy2 + v.sell2 > bins[*best].buy2 + bins[*best].sell2) best = b;
      }
      ASSERT_EQ(ours.has_value(), best.has_value());
      const auto theirs = m.strongest(mirror.price(close), static_cast<Direction>(-d), distance, k);
      ASSERT_EQ(theirs.has_value(), best.has_value());
      if (!best) continue;
      ASSERT_EQ(ours->low, *best * kU);
      ASSERT_EQ(theirs->high, mirror.price(ours->low));
      const Footprint::Volumes2 v = bins[*best];
      ASSERT_NEAR(ours->ratio, static_cast<double>(v.buy2 + v.sell2) / (static_cast<double>(total2) / static_cast<double>(bins.size())), 1e-9);
      std::map<std::size_t, bool> touching;
      double against = 0, recent = 0;
      for (const NaiveTrade& t : trades) {
        if (t.bar < first || t.bin != *best) continue;
        touching[t.bar] = true;
        if (t.bar + k < bars.size()) continue;
        recent += static_cast<double>(2 * t.size);
        against += static_cast<double>(t.size * (1 - d * t.sign));
      }
      ASSERT_NEAR(ours->against_share, recent > 0 ? against / recent : 0, 1e-12);
      double touched = 0, touched_travel = 0, travel = 0;
      for (const NaiveTrade& t : trades) touched += touching.count(t.bar) != 0 ? static_cast<double>(2 * t.size) : 0;
      for (std::size_t i = first; i < bars.size(); ++i) {
        travel += static_cast<double>(bars[i].travel);
        touched_travel += touching.count(i) != 0 ? static_cast<double>(bars[i].travel) : 0;
      }
      ASSERT_NEAR(ours->absorption, touched / touched_travel / (static_cast<double>(total2) / travel), 1e-9);
      ASSERT_EQ(theirs->absorption, ours->absorption);
      ASSERT_EQ(theirs->against_share, ours->against_share);
      ASSERT_EQ(theirs->ratio, ours->ratio);
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, FootprintProperty, testing::Values(1u, 2u, 3u, 4u));

TEST(Footprint, ADamagedCheckpointLoadsAsEmptyOrWithinItsBounds) {
  test::Random random(21);
  const std::vector<std::uint8_t> bytes = test::saved(s18(true));
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::uint8_t> damaged = bytes;
    for (std::int64_t n = 1 + random.below(3); n > 0; --n) damaged[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(bytes.size())))] = static_cast<std::uint8_t>(random.below(256));
    Footprint f(kU);
    StateReader reader(damaged);
    reader(f);
    f.on_trade(p(1.1), kUnit, kLong);
    f.end_bar(p(1.1), p(1.1));
    (void)f.strongest(p(1.1001), kLong, 15 * kU, 10);
    ASSERT_LE(f.bins_in_use(), static_cast<std::size_t>(Footprint::kBinsMax));
  }
}

}  // namespace
}  // namespace omega
