// The patterns of the book are there for those who look for them: an observer that knows nothing of the market's plans finds most of them.
#include <gtest/gtest.h>

#include "engine/features/large_order_tracker.hpp"
#include "engine/features/refill_tracker.hpp"
#include "tests/unit/sim_market/book_observer.hpp"

namespace omega {
namespace {

using sim::PatternKind;
constexpr PatternKind kKinds[] = {PatternKind::kIceberg, PatternKind::kOfiBurst, PatternKind::kFootprint, PatternKind::kSpoof};

std::unique_ptr<SimMarket> market(std::uint64_t seed, const std::string& symbol) {
  SimMarketConfig c;
  c.seed = seed;
  c.symbols = c.book = {symbol};
  c.days = 30;
  return std::move(SimMarket::create(c)).value();
}

class BookPatterns : public testing::TestWithParam<std::uint64_t> {};

TEST_P(BookPatterns, AreSeenByAnObserverInThirtyDays) {
  std::array<std::size_t, 4> started{}, found{};
  for (const char* symbol : {"EURUSD", "USDJPY"}) {
    SCOPED_TRACE(testing::Message() << "seed " << GetParam() << " " << symbol);
    auto m = market(GetParam(), symbol);
    const Price tick = sim::find_symbol(symbol)->tick;
    test::BookObserver observer(*m, 0, 10 * tick, tick);
    InputEvent e;
    while (m->next(e)) observer.on(e);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_GE(observer.started(kKinds[k]), 4u) << k;
      EXPECT_EQ(observer.started(kKinds[k]), m->patterns(kKinds[k])) << k;
      EXPECT_GE(observer.found(kKinds[k]), 2u) << k;
      started[k] += observer.started(kKinds[k]);
      found[k] += observer.found(kKinds[k]);
    }
    // What was not meant is rare: icebergs and spoofs come from nowhere else; a spoof is a pair of events.
    EXPECT_LE(observer.icebergs, observer.started(PatternKind::kIceberg) + 1);
    EXPECT_EQ(observer.spoofs, 2 * observer.started(PatternKind::kSpoof));
    EXPECT_LE(observer.clusters, observer.started(PatternKind::kFootprint) + 3);
  }
  EXPECT_GE(10 * found[0], 6 * started[0]);   // icebergs
  EXPECT_GE(10 * found[1], 9 * started[1]);   // OFI bursts
  EXPECT_GE(10 * found[2], 5 * started[2]);   // footprints
  EXPECT_EQ(found[3], started[3]);            // spoofs
}

TEST_P(BookPatterns, StandInFlowThatTheirReadersAccept) {
  auto m = market(GetParam(), "EURUSD");
  test::BookObserver observer(*m, 0, 100'000, 10'000);
  InputEvent e;
  while (m->next(e)) observer.on(e);
  int known = 0, calm = 0, icebergs = 0, accepted = 0;
  double footprint_flow = 0;
  int footprints = 0;
  for (const test::Seen& s : observer.seen()) {
    if (s.vpin >= 0) ++known, calm += s.vpin <= 0.35;
    if (!s.found || s.flow == 0) continue;
    if (s.kind == PatternKind::kIceberg) ++icebergs, accepted += s.flow > -2;       // S12: d·fz > −2
    if (s.kind == PatternKind::kFootprint) ++footprints, footprint_flow += s.flow;  // S18: fz/3 is part of the score
  }
  EXPECT_GE(known, 20);
  EXPECT_GE(10 * calm, 8 * known) << "VPIN at most .35 at most of them";
  ASSERT_GE(icebergs, 3);
  EXPECT_GE(10 * accepted, 6 * icebergs);
  ASSERT_GE(footprints, 3);
  EXPECT_GE(footprint_flow / footprints, 0.5);
}

/// The engine's own trackers (F33) and the conditions of S12 and S23 on what they tell.
TEST_P(BookPatterns, AreSeenByTheTrackersOfTheEngine) {
  auto m = market(GetParam(), "EURUSD");
  constexpr Price kTick = 10'000, kUnit = 100'000;
  RefillTracker refills(kTick, kUnit);
  LargeOrderTracker large(0, 10);
  OrderBook book;
  InputEvent e;
  std::uint32_t begun = 0;
  TimeNs start = 0;
  std::size_t icebergs = 0, strays = 0, spoofs = 0;
  bool seen = true;
  while (m->next(e)) {
    switch (e.type) {
      case EventType::kTrade:
        refills.on_trade(e.as<Trade>(), e.as<Trade>().aggressor);
        large.on_trade(e.as<Trade>());
        break;
      case EventType::kBookDelta: book.on_delta(e.as<BookDelta>()); break;
      case EventType::kBookSnapshot: book.on_snapshot(e.as<BookSnapshot>()); break;
      default: refills.on_bar();
    }
    if (e.type == EventType::kBookDelta || e.type == EventType::kBookSnapshot) {
      refills.on_book(book, e.ts());
      large.on_book(book, e.ts());
    }
    if (e.type != EventType::kBar)
      for (const LargeOrder& o : large.closed()) {
        const Price moved = (o.side == BookSide::kBid ? 1 : -1) * (o.mid_closed - o.mid_opened);
        spoofs += o.cancel_ratio >= 0.9 && o.imbalance >= 0.7 && o.ts - o.opened_ts <= 5 * kSecond_ns && moved >= kUnit;
      }
    if (e.type != EventType::kBar) continue;
    const Bar& b = e.as<Bar>();
    if (m->patterns(PatternKind::kIceberg) != begun) begun = m->patterns(PatternKind::kIceberg), start = b.t_open, seen = false;
    for (const BookSide side : {BookSide::kBid, BookSide::kAsk}) {
      const auto r = refills.candidate(side, 3);
      const Price off = r ? (side == BookSide::kBid ? 1 : -1) * ((b.bid_close + b.ask_close) / 2 - r->price) : 0;
      if (!r || r->rho() < 5.2 || r->bars_held < 10 || off < kUnit) continue;
      if (start == 0 || b.ts - start > 30 * kMinute_ns) ++strays;
      else if (!seen) seen = true, ++icebergs;
    }
  }
  EXPECT_GE(10 * icebergs, 7 * begun);
  EXPECT_EQ(strays, 0u);
  EXPECT_EQ(spoofs, 2 * m->patterns(PatternKind::kSpoof));
}

INSTANTIATE_TEST_SUITE_P(Seeds, BookPatterns, testing::Values(1u, 2u, 3u, 4u, 5u));

TEST(BookPatterns, ExistOnlyWithABook) {
  SimMarketConfig c;
  c.days = 30;
  auto m = std::move(SimMarket::create(c)).value();
  InputEvent e;
  while (m->next(e)) ASSERT_EQ(e.type, EventType::kBar);
  for (const PatternKind kind : kKinds) EXPECT_EQ(m->patterns(kind), 0u);
}

}  // namespace
}  // namespace omega
