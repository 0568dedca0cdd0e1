// crises=on: nothing changes without the key, every kind occurs, currencies move and not symbols, and the feed stays a feed.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "adapters/feed/sim_market.hpp"
#include "engine/core/lane.hpp"
#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/sim_market/sim_feed.hpp"

namespace omega {
namespace {

using test::digest_of;

std::unique_ptr<SimMarket> market(std::uint64_t seed, std::vector<std::string> symbols, int days, bool crises = true, std::vector<std::string> book = {}) {
  SimMarketConfig c;
  c.seed = seed;
  c.symbols = std::move(symbols);
  c.days = days;
  c.book = std::move(book);
  c.crises = crises;
  return std::move(SimMarket::create(c)).value();
}

double mid_close(const Bar& b) { return price_to_double((b.bid_close + b.ask_close) / 2); }

TEST(SimCrises, WithoutTheKeyTheFeedIsTheOneItAlwaysWas) {
  auto m = market(1, {"EURUSD", "GBPUSD"}, 10, false);
  EXPECT_EQ(digest_of(*m), 4975856484469309588ULL);   // pinned in sim_market_test.cpp, too
  for (const auto kind : {sim::PatternKind::kInducement, sim::PatternKind::kFlashCrash, sim::PatternKind::kCrisis, sim::PatternKind::kPersistentTrend,
                          sim::PatternKind::kCascade, sim::PatternKind::kDecoupling})
    EXPECT_EQ(m->patterns(kind), 0u);
  EXPECT_EQ(m->description().text.find("crises"), std::string::npos);
  auto with = market(1, {"EURUSD", "GBPUSD"}, 10);
  EXPECT_NE(digest_of(*with), 4975856484469309588ULL);
  EXPECT_NE(with->description().text.find(",crises=on"), std::string::npos);
}

TEST(SimCrises, TheSameSeedGivesTheSameBytesAndAShorterFeedIsThePrefixOfALongerOne) {
  for (const std::uint64_t seed : {2u, 9u}) {
    auto shorter = market(seed, {"EURUSD", "GBPJPY", "AUDUSD", "NZDUSD"}, 25, true, {"EURUSD"});
    auto longer = market(seed, {"EURUSD", "GBPJPY", "AUDUSD", "NZDUSD"}, 26, true, {"EURUSD"});
    SCOPED_TRACE(seed);
    test::expect_prefix(*shorter, *longer, 250'000);
  }
}

TEST(SimCrises, ASymbolsBarsDoNotDependOnTheOtherSymbols) {
  auto alone = market(7, {"GBPUSD"}, 30), together = market(7, {"EURUSD", "GBPUSD", "AUDUSD"}, 30);
  test::expect_bars_of(*together, 1, *alone, 25'000);
}

TEST(SimCrises, EveryKindOccursAFewTimesAMonth) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    auto m = market(seed, {"EURUSD", "GBPUSD", "USDJPY", "EURGBP"}, 120);
    digest_of(*m);
    const auto between = [&](sim::PatternKind kind, std::uint32_t least, std::uint32_t most) {
      EXPECT_GE(m->patterns(kind), least) << "kind " << static_cast<int>(kind) << ", seed " << seed;
      EXPECT_LE(m->patterns(kind), most) << "kind " << static_cast<int>(kind) << ", seed " << seed;
    };
    between(sim::PatternKind::kInducement, 30, 160);
    between(sim::PatternKind::kFlashCrash, 8, 30);
    between(sim::PatternKind::kCrisis, 8, 30);
    between(sim::PatternKind::kPersistentTrend, 3, 12);
    between(sim::PatternKind::kCascade, 4, 20);
    between(sim::PatternKind::kDecoupling, 5, 30);
    between(sim::PatternKind::kStopRun, 40, 400);   // the old ones go on
    EXPECT_EQ(m->patterns(sim::PatternKind::kDecoupling), m->twin_episodes());
  }
}

TEST(SimCrises, CurrenciesMoveSoCrossesStayConsistentInTheMinutesOfACrash) {
  constexpr std::uint64_t kSeed = 1;
  auto m = market(kSeed, {"EURUSD", "GBPUSD", "EURGBP"}, 120);
  std::array<double, 3> close{}, before{};
  std::array<std::int64_t, 3> minute{};
  std::array<bool, 3> joined{};
  InputEvent e;
  int crashes = 0;
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    const auto i = static_cast<std::size_t>(b.instrument);
    const std::int64_t now = b.t_open / kMinute_ns;
    joined[i] = minute[i] == now - 1;
    minute[i] = now;
    before[i] = close[i];
    close[i] = mid_close(b);
    if (i != 2 || !joined[0] || !joined[1] || !joined[2] || minute[0] != now || minute[1] != now) continue;
    const auto r = [&](std::size_t k) { return close[k] / before[k] - 1; };
    const bool volume = b.volume > 200 * 60 * kQtyScale;   // 200 average minutes: nothing but a crash has it
    if (!volume || std::max({std::fabs(r(0)), std::fabs(r(1)), std::fabs(r(2))}) < 0.003) continue;
    ++crashes;
    EXPECT_NEAR(r(0), r(2) + r(1), 0.0007) << now;
  }
  EXPECT_GE(crashes, 8);   // at least two crashes of EUR or GBP, four minutes each
}

TEST(SimCrises, BarsStayValidAndOrdered) {
  auto m = market(4, SimMarket::supported_symbols(), 60);
  InputEvent e;
  TimeNs ts = 0;
  while (m->next(e)) {
    const Bar& b = e.as<Bar>();
    ASSERT_GE(b.ts, ts);
    ts = b.ts;
    ASSERT_GT(b.bid_low, 0);
    ASSERT_TRUE(b.bid_high >= std::max(b.bid_open, b.bid_close) && b.bid_low <= std::min(b.bid_open, b.bid_close));
    ASSERT_TRUE(b.bid_open < b.ask_open && b.bid_close < b.ask_close);
    ASSERT_GE(b.n_ticks, 1u);
    const auto& row = sim::symbol_rows()[b.instrument];
    const double from_start = mid_close(b) / row.start;
    ASSERT_TRUE(from_start > 0.7 && from_start < 1.4) << row.name;
  }
}

TEST(SimCrises, NextDoesNotAllocate) {
  auto m = market(5, {"EURUSD", "GBPUSD", "USDJPY", "AUDUSD", "NZDUSD"}, 40, true, {"EURUSD"});
  InputEvent e;
  const std::size_t before = test::allocations();
  std::size_t n = 0;
  while (m->next(e)) ++n;
  EXPECT_EQ(test::allocations(), before);
  EXPECT_GT(n, 150'000u);
}

}  // namespace
}  // namespace omega
