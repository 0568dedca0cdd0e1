// The rows "L2 market order" and "L2 limit order" of STRATEGIES 4.8 in the venue: which event fills what, and what a book that is
// not usable holds back (RELIABILITY F10).
#include "tests/unit/orders/tick_fixture.hpp"

namespace omega::test {
namespace {

constexpr Direction kNobody = 0;

struct BookOrders : TickVenueTest {
  OrderCommand entry = tick_entry(kBookPair);

  void SetUp() override { feed(calm(-100)); }
  /// 1.1000 / 1.1001 and two levels more on each side; the target's price 1.1040 is far out of view.
  static BookSnapshot calm(std::int64_t ms) {
    return snapshot_at(ms, {{1.1000, 500}, {1.0999, 500}, {1.0998, 500}}, {{1.1001, 500}, {1.1002, 500}, {1.1003, 500}});
  }
  /// One lot long at 1.1001 + slippage; target for all of it at 1.1003, 500 000 units ahead.
  void open_long_behind_500() {
    entry.take_profit[0] = px(1.1003);
    venue.accept(entry);
    ASSERT_EQ(feed(calm(0)).size(), 1u);
  }
  ExecReport only(const std::vector<ExecReport>& r) {
    EXPECT_EQ(r.size(), 1u);
    return r.empty() ? ExecReport{} : r[0];
  }
};

TEST_F(BookOrders, AnEntryWalksTheBookThatItsEventLeaves) {
  venue.accept(entry);
  // 100 000 units: 50 at 1.1001, 30 at 1.1002, 20 at 1.1003: mean 1.10017
  const ExecReport r = only(feed(snapshot_at(0, {{1.1000, 10}}, {{1.1001, 50}, {1.1002, 30}, {1.1003, 40}})));
  EXPECT_EQ(r.leg, OrderLeg::kEntry);
  EXPECT_EQ(r.price, px(1.10017) + kSlip);
  EXPECT_EQ(r.slippage, px(0.00007) + kSlip);  // all that is worse than the best ask
  EXPECT_EQ(r.quantity, lots(1));
  EXPECT_EQ(r.flags, 0);
  EXPECT_EQ(r.fill_ts, at(0));
}

TEST_F(BookOrders, WhatIsBeyondTheVisibleBookIsModelledAndFlagged) {
  venue.accept(entry);
  // 40 at 1.1001, 40 at 1.1002, the rest of 20 one tick behind the last level: 1.10021
  const ExecReport r = only(feed(snapshot_at(0, {{1.1000, 10}}, {{1.1001, 40}, {1.1002, 40}})));
  EXPECT_EQ(r.price, px(1.1001) * 4 / 10 + px(1.1002) * 4 / 10 + px(1.10021) * 2 / 10 + kSlip);
  EXPECT_EQ(r.flags, exec_flag::kBeyondBook);
}

TEST_F(BookOrders, TheFirstEventAtTheMomentActsWhateverItIs) {
  venue.accept(entry);
  EXPECT_TRUE(feed(delta_at(-1, BookSide::kBid, 1.0998, k_units(100))).empty());
  EXPECT_TRUE(only(feed(trade_at(0, 1.1001, k_units(1), kLong))).price == px(1.1001) + kSlip);
  venue.accept(tick_entry(kBookPair, 512));
  EXPECT_EQ(only(feed(delta_at(1, BookSide::kAsk, 1.10005, k_units(500)))).price, px(1.10005) + kSlip);  // the book after it
}

TEST_F(BookOrders, BarsAndQuotesOfAnInstrumentWithABookFillNothing) {
  venue.accept(entry);
  EXPECT_TRUE(feed(bar_at(1, 1.1, 1.1050, 1.0950, 1.1)).empty());
  Quote q = quote_at(10, 1.1000, 1.1001);
  q.instrument = kBookPair;
  EXPECT_TRUE(feed(q).empty());
  EXPECT_EQ(venue.waiting_commands(), 1u);
}

TEST_F(BookOrders, AStaleBookFillsNothingUntilTheNextSnapshot) {
  venue.accept(entry);
  EXPECT_TRUE(feed(delta_at(0, BookSide::kAsk, 1.1001, k_units(400), tick_flag::kGap)).empty());
  EXPECT_TRUE(feed(delta_at(1, BookSide::kAsk, 1.1001, k_units(400))).empty());
  EXPECT_TRUE(feed(trade_at(2, 1.1001, k_units(1), kLong)).empty());
  EXPECT_EQ(only(feed(calm(3))).fill_ts, at(3));
}

TEST_F(BookOrders, AGapShownByATradeOrAQuoteMakesTheBookStaleToo) {
  venue.accept(entry);
  Trade t = trade_at(0, 1.1001, k_units(1), kLong);
  t.flags = tick_flag::kGap;
  EXPECT_TRUE(feed(t).empty());
  EXPECT_TRUE(feed(delta_at(1, BookSide::kAsk, 1.1001, k_units(400))).empty());
  EXPECT_EQ(feed(calm(2)).size(), 1u);
  venue.accept(tick_entry(kBookPair, 512));
  Quote q = quote_at(3, 1.1000, 1.1001);
  q.instrument = kBookPair;
  q.flags = tick_flag::kGap;
  feed(q);
  EXPECT_TRUE(feed(delta_at(4, BookSide::kAsk, 1.1001, k_units(400))).empty());
  EXPECT_EQ(feed(calm(5)).size(), 1u);
}

TEST_F(BookOrders, AQuarantinedChangeMakesTheBookStaleAndARepeatedOneDoesNot) {
  venue.accept(entry);
  EXPECT_TRUE(feed(delta_at(0, BookSide::kAsk, 1.1001, k_units(400), tick_flag::kBadOrder)).empty());
  EXPECT_TRUE(feed(delta_at(1, BookSide::kAsk, 1.1001, k_units(400))).empty());
  EXPECT_EQ(feed(calm(2)).size(), 1u);
  venue.accept(tick_entry(kBookPair, 512));
  EXPECT_TRUE(feed(delta_at(3, BookSide::kAsk, 1.1001, k_units(400), tick_flag::kBadDuplicate)).empty());
  EXPECT_EQ(feed(delta_at(4, BookSide::kAsk, 1.1001, k_units(300))).size(), 1u);
  venue.accept(tick_entry(kBookPair, 768));
  Trade t = trade_at(5, 1.1001, k_units(1), kLong);
  t.flags = tick_flag::kBadSize;  // no change of the book
  EXPECT_TRUE(feed(t).empty());
  EXPECT_EQ(feed(delta_at(6, BookSide::kAsk, 1.1001, k_units(200))).size(), 1u);
}

TEST_F(BookOrders, ACrossedAOneSidedAndAHalfUpdatedBookFillNothing) {
  venue.accept(entry);
  EXPECT_TRUE(feed(delta_at(0, BookSide::kBid, 1.1002, k_units(1))).empty());  // crossed
  EXPECT_EQ(feed(delta_at(1, BookSide::kBid, 1.1002, 0)).size(), 1u);
  venue.accept(tick_entry(kBookPair, 512));
  EXPECT_TRUE(feed(delta_at(2, BookSide::kAsk, 1.1001, 0, tick_flag::kMore)).empty());
  EXPECT_EQ(only(feed(delta_at(2, BookSide::kAsk, 1.1002, k_units(700)))).price, px(1.1002) + kSlip);
  venue.accept(tick_entry(kBookPair, 768));
  EXPECT_TRUE(feed(snapshot_at(3, {}, {{1.1001, 500}})).empty());  // one-sided
  EXPECT_EQ(feed(calm(4)).size(), 1u);
}

TEST_F(BookOrders, AnEntryMayExpireWhileTheBookIsStale) {
  entry.expiry_ts = kT0 + 2 * kMinute_ns;
  venue.accept(entry);
  EXPECT_TRUE(feed(delta_at(0, BookSide::kAsk, 1.1001, k_units(400), tick_flag::kGap)).empty());
  EXPECT_TRUE(timer(kT0 + 2 * kMinute_ns - 1).empty());
  EXPECT_EQ(only(timer(kT0 + 2 * kMinute_ns)).kind, ExecKind::kExpired);
  EXPECT_TRUE(feed(calm(100'000)).empty());
}

TEST_F(BookOrders, AnEntryIsStaleWhenTheBestBidIsAtTheStopOrTheFinalTarget) {
  venue.accept(entry);
  EXPECT_EQ(only(feed(snapshot_at(0, {{1.0980, 500}}, {{1.0981, 500}}))).kind, ExecKind::kStale);
  venue.accept(tick_entry(kBookPair, 512));
  EXPECT_EQ(only(feed(snapshot_at(1, {{1.1040, 500}}, {{1.1041, 500}}))).kind, ExecKind::kStale);
  venue.accept(tick_entry(kBookPair, 768));
  EXPECT_EQ(only(feed(snapshot_at(2, {{1.09801, 500}}, {{1.0982, 500}}))).kind, ExecKind::kFilled);
}

TEST_F(BookOrders, AStopSellsIntoTheBookThatTriggersIt) {
  venue.accept(entry);
  feed(calm(0));
  EXPECT_TRUE(feed(trade_at(1, 1.0970, k_units(5), kShort)).empty());  // a print alone is no stop: the bid still stands
  EXPECT_TRUE(feed(snapshot_at(2, {{1.09801, 500}}, {{1.0985, 500}})).empty());
  // best bid = stop: 60 at 1.0980, 40 at 1.0979: 1.09796
  const ExecReport r = only(feed(snapshot_at(3, {{1.0980, 60}, {1.0979, 60}}, {{1.0985, 500}})));
  EXPECT_EQ(r.leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r.price, px(1.09796) - kSlip);
  EXPECT_EQ(r.slippage, px(0.00004) + kSlip);
  EXPECT_EQ(r.remaining, 0);
  EXPECT_EQ(venue.open_orders(), 0u);
}

TEST_F(BookOrders, AStaleBookTriggersNoStop) {
  venue.accept(entry);
  feed(calm(0));
  EXPECT_TRUE(feed(delta_at(1, BookSide::kBid, 1.1000, 0, tick_flag::kGap)).empty());
  EXPECT_TRUE(feed(delta_at(2, BookSide::kBid, 1.0999, 0)).empty());
  EXPECT_TRUE(feed(trade_at(3, 1.0900, k_units(500), kShort)).empty());
  EXPECT_EQ(only(feed(snapshot_at(4, {{1.0970, 500}}, {{1.0971, 500}}))).price, px(1.0970) - kSlip);
}

TEST_F(BookOrders, ATargetWaitsForTheQueueAndThenFillsInParts) {
  open_long_behind_500();
  EXPECT_TRUE(feed(trade_at(1, 1.1003, k_units(499), kLong)).empty());
  EXPECT_TRUE(feed(trade_at(2, 1.1003, k_units(1), kLong)).empty());
  ExecReport r = only(feed(trade_at(3, 1.1003, k_units(30), kLong)));
  EXPECT_EQ(r.leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r.price, px(1.1003));
  EXPECT_EQ(r.slippage, 0);
  EXPECT_EQ(r.quantity, lots(0.3));
  EXPECT_EQ(r.remaining, lots(0.7));
  EXPECT_EQ(r.commission, 105'000'000);  // 3.5 per lot
  r = only(feed(trade_at(4, 1.1003, k_units(5000), kLong)));
  EXPECT_EQ(r.quantity, lots(0.7));
  EXPECT_EQ(r.remaining, 0);
  EXPECT_TRUE(feed(trade_at(5, 1.1003, k_units(5000), kLong)).empty());
}

TEST_F(BookOrders, OnlyTheOppositeAggressorReachesTheQueueAndUnsidedTradesCount) {
  open_long_behind_500();
  EXPECT_TRUE(feed(trade_at(1, 1.1003, k_units(900), kShort)).empty());
  EXPECT_TRUE(feed(trade_at(2, 1.1003, k_units(500), kNobody)).empty());
  EXPECT_EQ(only(feed(trade_at(3, 1.1003, k_units(10), kNobody))).quantity, lots(0.1));
}

TEST_F(BookOrders, ACancelAheadBringsUsForwardByItsShare) {
  open_long_behind_500();
  EXPECT_TRUE(feed(delta_at(1, BookSide::kAsk, 1.1003, k_units(800))).empty());  // 300 behind us
  EXPECT_TRUE(feed(delta_at(2, BookSide::kAsk, 1.1003, k_units(400))).empty());  // half cancelled: 250 ahead
  EXPECT_TRUE(feed(trade_at(3, 1.1003, k_units(250), kLong)).empty());
  EXPECT_EQ(only(feed(trade_at(4, 1.1003, k_units(1), kLong))).quantity, lots(0.01));
}

TEST_F(BookOrders, TheDropThatATradeLeavesIsNotACancel) {
  open_long_behind_500();
  feed(delta_at(1, BookSide::kAsk, 1.1003, k_units(300)));  // the book shows it first, the trade follows
  feed(trade_at(1, 1.1003, k_units(200), kLong));
  EXPECT_TRUE(feed(trade_at(2, 1.1003, k_units(300), kLong)).empty());
  EXPECT_EQ(feed(trade_at(3, 1.1003, k_units(1), kLong)).size(), 1u);
}

TEST_F(BookOrders, ATargetOutOfViewQueuesBehindWhatFirstShows) {
  venue.accept(entry);
  feed(calm(0));
  EXPECT_TRUE(feed(delta_at(1, BookSide::kAsk, 1.1040, k_units(50))).empty());
  EXPECT_TRUE(feed(trade_at(2, 1.1040, k_units(50), kLong)).empty());
  EXPECT_EQ(only(feed(trade_at(3, 1.1040, k_units(20), kLong))).quantity, lots(0.2));
}

TEST_F(BookOrders, APriceTradingThroughFillsAllThatIsLeft) {
  open_long_behind_500();
  EXPECT_TRUE(feed(trade_at(1, 1.10029, k_units(900), kLong)).empty());
  const ExecReport r = only(feed(trade_at(2, 1.10031, k_units(0.001), kShort)));
  EXPECT_EQ(r.leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r.price, px(1.1003));
  EXPECT_EQ(r.quantity, lots(1));
}

TEST_F(BookOrders, ABidATickBeyondTheTargetFillsItAndABidAtItDoesNot) {
  open_long_behind_500();
  EXPECT_TRUE(feed(snapshot_at(1, {{1.1003, 500}}, {{1.1004, 500}})).empty());
  const ExecReport r = only(feed(snapshot_at(2, {{1.10031, 500}}, {{1.1004, 500}})));
  EXPECT_EQ(r.price, px(1.1003));
  EXPECT_EQ(r.quantity, lots(1));
}

TEST_F(BookOrders, TargetsAreRoundedToTheTickAwayFromTheMarket) {
  entry.take_profit[0] = px(1.100201);
  venue.accept(entry);
  feed(calm(0));
  EXPECT_TRUE(feed(trade_at(1, 1.1002, k_units(900), kLong)).empty());
  EXPECT_EQ(only(feed(trade_at(2, 1.1003, k_units(1), kLong))).price, px(1.10021));
  OrderCommand s = mirrored(tick_entry(kBookPair, 512));
  s.take_profit[0] = px(1.099899);
  venue.accept(s);
  feed(calm(3));
  EXPECT_EQ(only(feed(trade_at(4, 1.0998, k_units(1), kShort))).price, px(1.09989));
}

TEST_F(BookOrders, ATradeWhileTheBookIsNotUsableShortensTheQueueButFillsNothing) {
  open_long_behind_500();
  EXPECT_TRUE(feed(delta_at(1, BookSide::kBid, 1.1005, k_units(1))).empty());      // crossed
  EXPECT_TRUE(feed(trade_at(2, 1.1003, k_units(700), kLong)).empty());             // 200 for us, were the book whole
  EXPECT_TRUE(feed(trade_at(3, 1.1004, k_units(700), kLong)).empty());             // and through the price
  EXPECT_TRUE(feed(delta_at(4, BookSide::kBid, 1.1005, 0)).empty());
  EXPECT_EQ(only(feed(trade_at(5, 1.1003, k_units(1), kLong))).quantity, lots(0.01));
}

TEST_F(BookOrders, AfterAGapTheQueueIsAtMostWhatTheSnapshotShows) {
  open_long_behind_500();
  feed(delta_at(1, BookSide::kAsk, 1.1003, k_units(499), tick_flag::kGap));
  feed(snapshot_at(2, {{1.1000, 500}}, {{1.1001, 500}, {1.1002, 500}, {1.1003, 40}}));
  EXPECT_TRUE(feed(trade_at(3, 1.1003, k_units(40), kLong)).empty());
  EXPECT_EQ(feed(trade_at(4, 1.1003, k_units(1), kLong)).size(), 1u);
}

TEST_F(BookOrders, WhatWentDuringAGapIsNotTakenForACancel) {
  open_long_behind_500();
  feed(delta_at(1, BookSide::kAsk, 1.1003, k_units(1000)));  // 500 behind us
  feed(delta_at(2, BookSide::kAsk, 1.1001, k_units(499), tick_flag::kGap));
  feed(snapshot_at(3, {{1.1000, 500}}, {{1.1001, 500}, {1.1002, 500}, {1.1003, 600}}));
  EXPECT_TRUE(feed(trade_at(4, 1.1003, k_units(500), kLong)).empty());
  EXPECT_EQ(feed(trade_at(5, 1.1003, k_units(1), kLong)).size(), 1u);
}

TEST_F(BookOrders, ASnapshotThatDoesNotReachTheTargetLeavesTheQueueAsItWas) {
  open_long_behind_500();
  feed(snapshot_at(1, {{1.1000, 500}}, {{1.1001, 500}, {1.1002, 500}}));
  EXPECT_TRUE(feed(trade_at(2, 1.1003, k_units(500), kLong)).empty());
  EXPECT_EQ(feed(trade_at(3, 1.1003, k_units(1), kLong)).size(), 1u);
}

TEST_F(BookOrders, OneTradeFillsTargetsInOrderOfDistance) {
  entry.tp_count = 3;
  entry.take_profit = {px(1.1002), px(1.1003), px(1.1040)};
  entry.tp_quantity = {lots(0.3), lots(0.3), lots(0.4)};
  venue.accept(entry);
  feed(calm(0));
  const auto r = feed(trade_at(1, 1.1003, k_units(510), kLong));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);  // traded through
  EXPECT_EQ(r[0].quantity, lots(0.3));
  EXPECT_EQ(r[1].leg, OrderLeg::kTakeProfit2);  // 500 ahead
  EXPECT_EQ(r[1].quantity, lots(0.1));
  EXPECT_EQ(r[1].remaining, lots(0.6));
}

TEST_F(BookOrders, VolumeThatFilledOneOfUsIsNotThereForTheNext) {
  entry.take_profit[0] = px(1.1003);
  OrderCommand second = entry;
  second.order_id = 512;
  venue.accept(entry);
  venue.accept(second);
  ASSERT_EQ(feed(calm(0)).size(), 2u);
  const auto r = feed(trade_at(1, 1.1003, k_units(630), kLong));  // 500 ahead of both, 100 for the first, 30 for the second
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].order_id, 256u);
  EXPECT_EQ(r[0].quantity, lots(1));
  EXPECT_EQ(r[1].order_id, 512u);
  EXPECT_EQ(r[1].quantity, lots(0.3));
}

TEST_F(BookOrders, TheEventThatFillsTheEntryFillsNoTarget) {
  entry.tp_count = 2;
  entry.take_profit = {px(1.0990), px(1.1040), 0};
  entry.tp_quantity = {lots(0.5), lots(0.5), 0};
  venue.accept(entry);
  EXPECT_EQ(only(feed(calm(0))).leg, OrderLeg::kEntry);
  EXPECT_EQ(only(feed(calm(1))).leg, OrderLeg::kTakeProfit1);
}

TEST_F(BookOrders, AStopThatIsMovedBehindTheTargetComesFirst) {
  open_long_behind_500();
  venue.accept(change_at(entry, OrderAction::kModifyStop, 1, px(1.1000)));
  const auto r = feed(trade_at(1, 1.1005, k_units(900), kLong));  // best bid 1.1000 is at the new stop, the trade through the target
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].kind, ExecKind::kReplaced);
  EXPECT_EQ(r[1].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[1].price, px(1.1000) - kSlip);
}

TEST_F(BookOrders, ACloseWalksTheBidsForWhatRemains) {
  open_long_behind_500();
  feed(trade_at(1, 1.1003, k_units(560), kLong));  // 0.6 lots taken at the target
  venue.accept(change_at(entry, OrderAction::kClose, 2));
  const ExecReport r = only(feed(snapshot_at(2, {{1.1000, 30}, {1.0998, 30}}, {{1.1001, 500}})));
  EXPECT_EQ(r.leg, OrderLeg::kClose);
  EXPECT_EQ(r.quantity, lots(0.4));
  EXPECT_EQ(r.price, px(1.09995) - kSlip);  // 30 at 1.1000, 10 at 1.0998
}

TEST_F(BookOrders, NothingFillsAfterAFullClose) {
  open_long_behind_500();
  venue.accept(change_at(entry, OrderAction::kClose, 1));
  EXPECT_EQ(feed(calm(1)).size(), 1u);
  EXPECT_TRUE(feed(trade_at(2, 1.1050, k_units(900), kLong)).empty());
  EXPECT_TRUE(feed(snapshot_at(3, {{1.0900, 1}}, {{1.0901, 1}})).empty());
}

TEST_F(BookOrders, TheShortSideIsTheMirrorOfTheLongSide) {
  entry.take_profit[0] = px(1.1003);
  PaperVenue other(config);
  ReportSink s;
  other.on_market(InputEvent::of(mirrored(calm(-100))), s);
  venue.accept(entry);
  other.accept(mirrored(entry));
  std::size_t reports = 0;
  const auto both = [&](const auto& event) {
    const auto l = feed(event);
    s.clear();
    other.on_market(InputEvent::of(mirrored(event)), s);
    ASSERT_EQ(l.size(), s.view().size());
    for (std::size_t i = 0; i < l.size(); ++i) {
      EXPECT_EQ(l[i].price, mirrored(s.view()[i].price));
      EXPECT_EQ(l[i].leg, s.view()[i].leg);
      EXPECT_EQ(l[i].quantity, s.view()[i].quantity);
      EXPECT_EQ(l[i].slippage, s.view()[i].slippage);
      EXPECT_EQ(l[i].flags, s.view()[i].flags);
    }
    reports += l.size();
  };
  both(snapshot_at(0, {{1.1000, 30}, {1.0999, 30}}, {{1.1001, 70}, {1.1003, 7}}));
  both(delta_at(1, BookSide::kAsk, 1.1003, k_units(3)));
  both(trade_at(2, 1.1003, k_units(13), kLong));
  both(snapshot_at(3, {{1.0980, 30}, {1.0979, 3}}, {{1.1001, 70}}));
  EXPECT_EQ(reports, 3u);  // entry beyond the book, a part of the target, the stop beyond the book
}

TEST_F(BookOrders, ARestoredVenueGoesOnWithTheSameBytes) {
  open_long_behind_500();
  feed(trade_at(1, 1.1003, k_units(510), kLong));
  feed(delta_at(2, BookSide::kAsk, 1.1003, k_units(3)));
  StateWriter w;
  venue.save(w);
  PaperVenue copy(config);
  StateReader reader(w.bytes());
  copy.load(reader);
  ASSERT_TRUE(reader.at_end());
  StateWriter again;
  copy.save(again);
  EXPECT_EQ(w.bytes(), again.bytes());
  const auto a = feed(trade_at(3, 1.1003, k_units(40), kLong));
  ReportSink s;
  copy.on_market(InputEvent::of(trade_at(3, 1.1003, k_units(40), kLong)), s);
  ASSERT_EQ(a.size(), 1u);
  ASSERT_EQ(s.view().size(), 1u);
  EXPECT_EQ(std::memcmp(&a[0], &s.view()[0], sizeof(ExecReport)), 0);
}

}  // namespace
}  // namespace omega::test
