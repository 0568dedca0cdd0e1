// F04 and the z-score of S14.
#include "engine/features/ofi.hpp"

#include "ticks.hpp"

namespace omega {
namespace {

using test::kUnit;

constexpr Price p(double x) { return static_cast<Price>(x * 1e4 + 0.5) * test::kU; }
BestQuote quote(TimeNs ts, Price bid, Qty bid_size, Price ask, Qty ask_size) { return {ts, bid, ask, bid_size, ask_size}; }

TEST(Ofi, CheckOfTheSpecification) {
  Ofi ofi(4);
  ofi.on_quote(quote(1, p(1.1000), 10, p(1.1002), 8));
  ofi.on_quote(quote(2, p(1.1000), 14, p(1.1002), 8));
  EXPECT_EQ(ofi.last_event(), 4);
  ofi.on_quote(quote(3, p(1.1001), 5, p(1.1002), 8));
  EXPECT_EQ(ofi.last_event(), 5);
  ofi.on_quote(quote(4, p(1.1001), 5, p(1.1002), 3));
  EXPECT_EQ(ofi.last_event(), 5);
  EXPECT_FALSE(ofi.has_last_n());
  EXPECT_EQ(ofi.ofi_events().state, FeatureState::kWarming);
  ofi.on_quote(quote(5, p(1.1001), 5, p(1.1003), 6));
  EXPECT_EQ(ofi.last_event(), 3);
  EXPECT_EQ(ofi.ofi_events().value, 17.0);
  EXPECT_EQ(ofi.ofi_bar().state, FeatureState::kWarming);
  ofi.end_bar(6);
  EXPECT_EQ(ofi.ofi_bar().value, 17.0);
}
TEST(Ofi, TheFirstQuoteAfterAResetGivesNoEvent) {
  Ofi ofi(2);
  ofi.on_quote(quote(1, 100, 10, 102, 8));
  ofi.on_quote(quote(2, 100, 11, 102, 8));
  ofi.reset();
  ofi.on_quote(quote(3, 100, 500, 102, 8));
  EXPECT_EQ(ofi.last_event(), 1);
  ofi.on_quote(quote(4, 100, 502, 102, 8));
  EXPECT_EQ(ofi.last_event(), 2);
  EXPECT_EQ(ofi.ofi_events().value, 3.0) << "events of before stay in the last N";
}
TEST(Ofi, DepthIsWeightedByTheTimeItStood) {
  Ofi ofi;
  ofi.on_quote(quote(0, 100, 10, 102, 20));    // depth 15 for 45 s
  ofi.on_quote(quote(45 * kSecond_ns, 100, 30, 102, 30));  // depth 30 for 15 s
  ofi.end_bar(kMinute_ns);
  EXPECT_EQ(ofi.depth().value, (15.0 * 45 + 30.0 * 15) / 60);
  ofi.end_bar(2 * kMinute_ns);
  EXPECT_EQ(ofi.depth().value, 30.0) << "the quote in force is carried into the next bar";
  EXPECT_EQ(ofi.ofi_bar().value, 0.0);
}
TEST(Ofi, TimeAfterAResetIsNotKnownAndABarWithoutAnyIsInvalid) {
  Ofi ofi;
  ofi.on_quote(quote(0, 100, 10, 102, 20));
  ofi.on_quote(quote(10 * kSecond_ns, 100, 50, 102, 50));
  ofi.reset();
  ofi.end_bar(kMinute_ns);
  EXPECT_EQ(ofi.depth().value, 15.0);
  ofi.end_bar(2 * kMinute_ns);
  EXPECT_EQ(ofi.depth().state, FeatureState::kInvalid);
  EXPECT_EQ(ofi.ofi_bar().state, FeatureState::kInvalid);
}
TEST(Ofi, NormalisedIsTwentyBarsOfFlowOverTwentyBarsOfDepth) {
  Ofi ofi;
  for (int bar = 0; bar < 25; ++bar) {
    EXPECT_EQ(ofi.normalised().state, bar < 20 ? FeatureState::kWarming : FeatureState::kReady) << bar;
    ofi.on_quote(quote(bar * kMinute_ns, 100, (bar + 1) * kUnit, 102, kUnit));
    ofi.end_bar((bar + 1) * kMinute_ns);
  }
  double depth = 0;  // bars 5..24: (bar + 2)/2
  for (int bar = 5; bar < 25; ++bar) depth += (bar + 2) / 2.0;
  EXPECT_DOUBLE_EQ(ofi.normalised().value, 20.0 / depth);
}
TEST(Ofi, NoDepthAtAllIsInvalid) {
  Ofi ofi;
  for (int bar = 0; bar < 20; ++bar) {
    ofi.on_quote(quote(bar * kMinute_ns, 100, 0, 102, 0));
    ofi.end_bar((bar + 1) * kMinute_ns);
  }
  EXPECT_EQ(ofi.normalised().state, FeatureState::kInvalid);
}
TEST(Ofi, TheLargestSizesStayExact) {
  constexpr Qty kMost = Qty{1} << 52;
  Ofi ofi(2'000);
  for (int i = 0; i <= 2'000; ++i) ofi.on_quote(quote(i * kDay_ns, 100 + i, kMost, 5'000 + i, kMost));
  EXPECT_TRUE(ofi.last_n() == static_cast<i128>(2'000) * 2 * kMost);
  ofi.end_bar(2'001 * kDay_ns);
  EXPECT_EQ(ofi.depth().value, static_cast<double>(kMost));
}

class OfiProperty : public testing::TestWithParam<std::uint64_t> {};

/// The definition, from all quotes kept: each with the number of its bar; broken[i]: no e_i.
struct NaiveOfi {
  std::vector<BestQuote> quotes;
  std::vector<bool> fresh;
  std::vector<std::size_t> bar;
  [[nodiscard]] long long e(std::size_t i) const {
    const BestQuote &a = quotes[i - 1], &b = quotes[i];
    long long v = 0;
    if (b.bid >= a.bid) v += b.bid_size;
    if (b.bid <= a.bid) v -= a.bid_size;
    if (b.ask <= a.ask) v -= b.ask_size;
    if (b.ask >= a.ask) v += a.ask_size;
    return v;
  }
};

TEST_P(OfiProperty, EqualsTheDefinitionIsMirroredAndSurvivesCheckpoints) {
  test::Random random(GetParam());
  const test::Mirror mirror;
  Ofi ofi(37), mirrored(37);
  NaiveOfi naive;
  std::vector<double> bar_depth;
  std::vector<long long> bar_flow;
  TimeNs ts = 0;
  bool fresh = true;
  for (std::size_t bar = 0; bar < 120; ++bar) {
    const TimeNs end = static_cast<TimeNs>(bar + 1) * kMinute_ns;
    while (true) {
      ts += random.below(4 * kSecond_ns);
      if (ts >= end) break;
      const Price bid = test::kPar + (random.below(7) - 3) * test::kTick;
      const BestQuote q = quote(ts, bid, random.below(9) * kUnit, bid + (1 + random.below(3)) * test::kTick, random.below(9) * kUnit);
      ofi.on_quote(q);
      mirrored.on_quote(mirror.quote(q));
      naive.quotes.push_back(q);
      naive.fresh.push_back(fresh);
      naive.bar.push_back(bar);
      fresh = false;
      if (random.one_in(60)) {
        ofi.reset();
        mirrored.reset();
        fresh = true;
        naive.quotes.back().ts = -q.ts;  // marks that its time stops at once
      }
      if (random.one_in(100)) ofi = test::restored(ofi, Ofi(37));
    }
    ofi.end_bar(end);
    mirrored.end_bar(end);
    // the definitions
    long long flow = 0;
    std::vector<long long> events;
    long double depth_time = 0, known = 0;
    for (std::size_t i = 0; i < naive.quotes.size(); ++i) {
      if (i > 0 && !naive.fresh[i]) {
        events.push_back(naive.e(i));
        if (naive.bar[i] == bar) flow += naive.e(i);
      }
      const BestQuote& q = naive.quotes[i];
      if (q.ts < 0) continue;
      const TimeNs from = std::max<TimeNs>(q.ts, static_cast<TimeNs>(bar) * kMinute_ns);
      const TimeNs to = i + 1 < naive.quotes.size() ? std::min<TimeNs>(std::llabs(naive.quotes[i + 1].ts), end) : end;
      if (to <= from) continue;
      depth_time += static_cast<long double>(q.bid_size + q.ask_size) / 2 * static_cast<long double>(to - from);
      known += static_cast<long double>(to - from);
    }
    bar_flow.push_back(flow);
    bar_depth.push_back(static_cast<double>(depth_time / known));
    ASSERT_EQ(static_cast<long long>(ofi.last_bar()), flow);
    ASSERT_NEAR(ofi.depth().value, bar_depth.back(), 1e-6);
    if (events.size() >= 37) {
      long long last = 0;
      for (std::size_t i = events.size() - 37; i < events.size(); ++i) last += events[i];
      ASSERT_EQ(static_cast<long long>(ofi.last_n()), last);
    }
    ASSERT_EQ(ofi.normalised().ready(), bar >= 19);
    if (bar >= 19) {
      double f = 0, d = 0;
      for (std::size_t i = bar - 19; i <= bar; ++i) f += static_cast<double>(bar_flow[i]), d += bar_depth[i];
      ASSERT_NEAR(ofi.normalised().value, f / d, 1e-9);
    }
    // the mirror
    ASSERT_TRUE(mirrored.last_bar() == -ofi.last_bar());
    ASSERT_TRUE(mirrored.last_n() == -ofi.last_n());
    ASSERT_EQ(mirrored.depth().value, ofi.depth().value);
    if (ofi.normalised().ready()) {
      ASSERT_EQ(mirrored.normalised().value, -ofi.normalised().value);
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, OfiProperty, testing::Values(1u, 2u, 3u));

TEST(OfiZ, IsTheLaggedZOfSampleValues) {
  // 100 samples 2 ± a with sample sd 5: S14-A, X = 17 gives z = 3
  OfiZ z;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(z.value().state, FeatureState::kWarming);
    z.sample(i128{2 + 4});
    z.sample(i128{2 - 4});
  }
  EXPECT_EQ(z.samples(), 100u);
  EXPECT_EQ(z.value().state, FeatureState::kWarming) << "100 samples before the one that is judged";
  z.sample(i128{17});
  const double sd = std::sqrt(100 * 16.0 / 99);
  EXPECT_NEAR(z.value().value, 15 / sd, 1e-12);
}
TEST(OfiZ, S14AInExactNumbers) {
  // values 2 ± 5·sqrt(99/100) would give sd 5; the same in units of 1e-8, where the rounding does not show
  OfiZ z;
  const auto half = static_cast<std::int64_t>(std::llround(5e8 * std::sqrt(0.99)));
  for (int i = 0; i < 50; ++i) {
    z.sample(i128{2 * kUnit + half});
    z.sample(i128{2 * kUnit - half});
  }
  z.sample(i128{17 * kUnit});
  EXPECT_NEAR(z.value().value, 3.0, 1e-8);
}
TEST(OfiZ, IsClippedAndInvalidWithoutSpread) {
  OfiZ z;
  for (int i = 0; i < 100; ++i) z.sample(i128{7});
  z.sample(i128{7});
  EXPECT_EQ(z.value().state, FeatureState::kInvalid);
  z.sample(i128{1'000});  // all 101 before are 7
  EXPECT_EQ(z.value().state, FeatureState::kInvalid);
  z.sample(i128{1'000'000});
  EXPECT_EQ(z.value().value, 4.0);
  z.sample(-(i128{1} << 90));
  EXPECT_EQ(z.value().value, -4.0) << "beyond 64 bits";
}
TEST(OfiZ, TakesNothingBeforeTheEventsAreComplete) {
  OfiZ z;
  Ofi ofi(2);
  ofi.on_quote(quote(1, 100, 1, 102, 1));
  ofi.on_quote(quote(2, 100, 2, 102, 1));
  z.sample(ofi);
  EXPECT_EQ(z.samples(), 0u);
  ofi.on_quote(quote(3, 100, 3, 102, 1));
  z.sample(ofi);
  EXPECT_EQ(z.samples(), 1u);
}
TEST(OfiZ, EqualsANaiveLaggedZOverItsWindow) {
  test::Random random(5);
  OfiZ z(150), mirrored(150);
  std::vector<double> all;
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t x = (random.below(2'001) - 1'000) * kUnit;
    z.sample(i128{x});
    mirrored.sample(-i128{x});
    if (all.size() >= 100) {
      const std::size_t n = std::min<std::size_t>(150, all.size());
      long double mean = 0, square = 0;
      for (std::size_t k = all.size() - n; k < all.size(); ++k) mean += all[k];
      mean /= static_cast<long double>(n);
      for (std::size_t k = all.size() - n; k < all.size(); ++k) square += (all[k] - mean) * (all[k] - mean);
      const long double expected = (static_cast<long double>(x) - mean) / std::sqrt(square / static_cast<long double>(n - 1));
      ASSERT_NEAR(z.value().value, static_cast<double>(std::clamp(expected, -4.0L, 4.0L)), 1e-10);
      ASSERT_EQ(mirrored.value().value, -z.value().value);
    }
    all.push_back(static_cast<double>(x));
    if (random.one_in(40)) z = test::restored(z, OfiZ(150));
  }
}

}  // namespace
}  // namespace omega
