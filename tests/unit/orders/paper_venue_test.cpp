// Each row of the fill table of STRATEGIES 4.8 that applies to bars.
#include "tests/unit/orders/venue_fixture.hpp"

namespace omega::test {
namespace {

constexpr Price kSlip = kPip / 2;

TEST_F(VenueTest, EntryFillsAtTheNextOpenOfTheAskPlusSlippage) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  const auto r = bar(bar_at(1, 1.1000, 1.1005, 1.0995, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
  EXPECT_EQ(r[0].leg, OrderLeg::kEntry);
  EXPECT_EQ(r[0].price, px(1.1001) + kSlip);
  EXPECT_EQ(r[0].slippage, kSlip);
  EXPECT_EQ(r[0].quantity, lots(1));
  EXPECT_EQ(r[0].remaining, lots(1));
  EXPECT_EQ(r[0].commission, 350'000'000);  // half of 7 for one lot
  EXPECT_EQ(r[0].ts, kT0 + 2 * kMinute_ns);
  EXPECT_EQ(r[0].fill_ts, c.active_ts);
  EXPECT_EQ(r[0].exec_id, 1u);
}

TEST_F(VenueTest, ShortEntrySellsAtTheBidMinusSlippage) {
  venue.accept(mirrored(long_entry()));
  const auto r = bar(bar_at(1, 1.1000, 1.1005, 1.0995, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, px(1.1000) - kSlip);
  EXPECT_EQ(r[0].direction, kShort);
}

TEST_F(VenueTest, LatencyKeepsAnOrderOutOfTheBarThatCausedIt) {
  OrderCommand c = long_entry();
  c.ts = kT0 + kMinute_ns;
  c.active_ts = c.ts + 50 * kMilli_ns;
  venue.accept(c);
  EXPECT_TRUE(bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1)).empty());  // stamped at c.ts, before active_ts
  EXPECT_EQ(bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1)).size(), 1u);
}

TEST_F(VenueTest, AnOrderActiveExactlyAtTheEndOfABarWaitsForTheNext) {
  OrderCommand c = long_entry();
  c.active_ts = kT0 + 2 * kMinute_ns;
  venue.accept(c);
  EXPECT_TRUE(bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1)).empty());
  const auto r = bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].fill_ts, c.active_ts);
}

TEST_F(VenueTest, AfterMissingMinutesTheEntryFillsAtTheOpenMoment) {
  venue.accept(long_entry());
  const auto r = bar(bar_at(4, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].fill_ts, kT0 + 4 * kMinute_ns);
}

TEST_F(VenueTest, BarsOfAnotherInstrumentFillNothing) {
  venue.accept(long_entry());
  EXPECT_TRUE(bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1, 0.0001, 1)).empty());
  EXPECT_EQ(venue.waiting_commands(), 1u);
}

TEST_F(VenueTest, QuarantinedBarsNeverMatch) {
  venue.accept(long_entry());
  Bar bad = bar_at(1, 1.1, 1.1005, 1.0995, 1.1);
  bad.flags = bar_flag::kBadJump;
  EXPECT_TRUE(bar(bad).empty());
  EXPECT_EQ(bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1)).size(), 1u);
}

TEST_F(VenueTest, SimulatedFlagDoesNotQuarantine) {
  venue.accept(long_entry());
  Bar b = bar_at(1, 1.1, 1.1005, 1.0995, 1.1);
  b.flags = bar_flag::kSimulated;
  EXPECT_EQ(bar(b).size(), 1u);
}

TEST_F(VenueTest, BarsWithMidOnlyGetTheTableSpread) {
  venue.accept(long_entry());
  Bar b = bar_at(1, 1.1000, 1.1005, 1.0995, 1.1001);
  b.basis = PriceBasis::kMid;
  b.ask_open = b.ask_high = b.ask_low = b.ask_close = 0;
  const auto r = bar(b);
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, px(1.1000) + kPip / 2 + kSlip);
}

TEST_F(VenueTest, OpenBeyondTheStopMakesTheEntryStale) {
  venue.accept(long_entry());
  const auto r = bar(bar_at(1, 1.0979, 1.0999, 1.0970, 1.0990));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kStale);
  EXPECT_EQ(r[0].leg, OrderLeg::kEntry);
  EXPECT_EQ(venue.open_orders(), 0u);
  EXPECT_EQ(venue.waiting_commands(), 0u);
}

TEST_F(VenueTest, OpenBeyondTheFinalTargetMakesTheEntryStale) {
  venue.accept(long_entry());
  const auto r = bar(bar_at(1, 1.1040, 1.1050, 1.1030, 1.1045));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kStale);
}

TEST_F(VenueTest, OpenOneTickInsideTheStopFills) {
  venue.accept(long_entry());
  const auto r = bar(bar_at(1, 1.09801, 1.0999, 1.09801, 1.0990));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
}

TEST_F(VenueTest, AnEntryThatMeetsNoBarBeforeItsExpiryIsExpiredByTheBar) {
  OrderCommand c = long_entry();
  c.expiry_ts = kT0 + 3 * kMinute_ns;
  venue.accept(c);
  const auto r = bar(bar_at(3, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kExpired);
}

TEST_F(VenueTest, TheTimerExpiresOnlyWhenNoLaterBarCouldFill) {
  OrderCommand c = long_entry();
  c.expiry_ts = kT0 + 3 * kMinute_ns;
  venue.accept(c);
  EXPECT_TRUE(timer(c.expiry_ts).empty());  // the bar of the minute before is still to come
  const auto r = timer(c.expiry_ts + kMinute_ns);
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kExpired);
  EXPECT_EQ(r[0].ts, c.expiry_ts + kMinute_ns);
}

TEST_F(VenueTest, AnEntryOfOneMinuteFillsInTheMinuteOfItsLife) {
  OrderCommand c = long_entry();
  c.expiry_ts = c.ts + kMinute_ns;
  venue.accept(c);
  EXPECT_TRUE(timer(c.ts + kMinute_ns).empty());
  const auto r = bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
}

TEST_F(VenueTest, StopInsideTheBarFillsAtTheStopMinusSlippage) {
  venue.accept(long_entry());
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto r = bar(bar_at(2, 1.1, 1.1005, 1.0980, 1.0990));  // bid low exactly at the stop
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[0].price, px(1.0980) - kSlip);
  EXPECT_EQ(r[0].slippage, kSlip);
  EXPECT_EQ(r[0].remaining, 0);
  EXPECT_EQ(r[0].fill_ts, kT0 + 3 * kMinute_ns);
  EXPECT_EQ(r[0].commission, 350'000'000);
}

TEST_F(VenueTest, BidOneTickAboveTheStopDoesNotTriggerALong) {
  venue.accept(long_entry());
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  EXPECT_TRUE(bar(bar_at(2, 1.1, 1.1005, 1.09801, 1.0990)).empty());
}

TEST_F(VenueTest, OpenBeyondTheStopFillsAtTheOpenMinusSlippage) {
  venue.accept(long_entry());
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto r = bar(bar_at(2, 1.0950, 1.1005, 1.0940, 1.0990));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[0].price, px(1.0950) - kSlip);
  EXPECT_EQ(r[0].fill_ts, kT0 + 2 * kMinute_ns);
}

TEST_F(VenueTest, TargetInsideTheBarFillsAtTheTargetWithoutSlippage) {
  venue.accept(long_entry());
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto r = bar(bar_at(2, 1.1, 1.1040, 1.0990, 1.1030));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r[0].price, px(1.1040));
  EXPECT_EQ(r[0].slippage, 0);
}

TEST_F(VenueTest, OpenBeyondTheTargetFillsAtTheOpen) {
  venue.accept(long_entry());
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto r = bar(bar_at(2, 1.1050, 1.1060, 1.0970, 1.1030));  // the stop is touched later in the bar: too late
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r[0].price, px(1.1050));
}

TEST_F(VenueTest, StopAndTargetInOneBarIsTheStopForTheWholeRest) {
  OrderCommand c = long_entry();
  c.tp_count = 2;
  c.take_profit = {px(1.1020), px(1.1040), 0};
  c.tp_quantity = {lots(0.5), lots(0.5), 0};
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto r = bar(bar_at(2, 1.1, 1.1100, 1.0980, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[0].quantity, lots(1));
}

TEST_F(VenueTest, TheEntryBarItselfIsPessimisticToo) {
  venue.accept(long_entry());
  const auto r = bar(bar_at(1, 1.1, 1.1100, 1.0970, 1.1));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].leg, OrderLeg::kEntry);
  EXPECT_EQ(r[1].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[1].exec_id, r[0].exec_id + 1);
  EXPECT_EQ(venue.open_orders(), 0u);
}

TEST_F(VenueTest, PartialsFillAsLimitsInOrderOfDistance) {
  OrderCommand c = long_entry();
  c.tp_count = 3;
  c.take_profit = {px(1.1010), px(1.1020), px(1.1040)};
  c.tp_quantity = {lots(0.5), lots(0.3), lots(0.2)};
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const auto two = bar(bar_at(2, 1.1, 1.1025, 1.0995, 1.1));
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(two[0].quantity, lots(0.5));
  EXPECT_EQ(two[0].remaining, lots(0.5));
  EXPECT_EQ(two[1].leg, OrderLeg::kTakeProfit2);
  EXPECT_EQ(two[1].remaining, lots(0.2));
  EXPECT_TRUE(bar(bar_at(3, 1.1, 1.1025, 1.0995, 1.1)).empty());  // a filled target stays filled
  const auto last = bar(bar_at(4, 1.1, 1.1045, 1.0995, 1.1));
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].leg, OrderLeg::kTakeProfit3);
  EXPECT_EQ(last[0].remaining, 0);
  EXPECT_EQ(last[0].commission, 70'000'000);  // 3.5 × 0.2 lots
}

TEST_F(VenueTest, TargetsInRAreAnchoredAtTheEntryFill) {
  OrderCommand c = long_entry();
  c.flags = signal_flag::kTargetsInR;
  c.tp_count = 2;
  c.take_profit = {px(1.1030), px(1.1040), 0};
  c.tp_quantity = {lots(0.5), lots(0.5), 0};
  c.tp_r = {1.5, 3, 0};
  venue.accept(c);
  const auto entry = bar(bar_at(1, 1.1010, 1.1015, 1.1005, 1.1010));
  ASSERT_EQ(entry.size(), 1u);
  const Price risk = entry[0].price - c.stop_loss;
  EXPECT_EQ(risk, px(1.10115) - px(1.0980));
  const auto r = bar(bar_at(2, 1.1010, 1.1200, 1.1005, 1.1010));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].price, entry[0].price + risk * 3 / 2);
  EXPECT_EQ(r[1].price, entry[0].price + risk * 3);
}

TEST_F(VenueTest, AModifiedStopWorksFromTheBarAfterTheOneThatCausedIt) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  const TimeNs cause = kT0 + 3 * kMinute_ns;  // stamp of the bar of minute 2
  venue.accept(change(c, OrderAction::kModifyStop, cause, px(1.0995)));
  EXPECT_TRUE(bar(bar_at(2, 1.1, 1.1005, 1.0990, 1.1)).empty());  // it was sent at the end of this bar
  const auto r = bar(bar_at(3, 1.1, 1.1005, 1.0990, 1.1));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].kind, ExecKind::kReplaced);
  EXPECT_EQ(r[0].price, px(1.0995));
  EXPECT_EQ(r[1].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[1].price, px(1.0995) - kSlip);
}

TEST_F(VenueTest, AModifiedStopAlreadyPassedByTheOpenFillsAtTheOpen) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  venue.accept(change(c, OrderAction::kModifyStop, kT0 + 2 * kMinute_ns, px(1.1010)));
  const auto r = bar(bar_at(2, 1.1, 1.1050, 1.0990, 1.1));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[1].price, px(1.1) - kSlip);
  EXPECT_EQ(r[1].fill_ts, kT0 + 2 * kMinute_ns + 50 * kMilli_ns);
}

TEST_F(VenueTest, CloseFillsTheRestAtTheNextOpenWithSlippage) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  venue.accept(change(c, OrderAction::kClose, kT0 + 2 * kMinute_ns));
  const auto r = bar(bar_at(2, 1.1007, 1.1200, 1.0900, 1.1));  // neither target nor stop: it is gone at the open
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kClose);
  EXPECT_EQ(r[0].price, px(1.1007) - kSlip);
  EXPECT_EQ(r[0].remaining, 0);
}

TEST_F(VenueTest, ACancelActiveNoLaterThanTheEntryMomentCancelsIt) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  venue.accept(change(c, OrderAction::kCancel, c.ts));  // the same moment: an emergency stop at the same ts
  const auto r = bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kCancelled);
  EXPECT_EQ(venue.waiting_commands(), 0u);
}

TEST_F(VenueTest, ACancelDuringAPauseOfTheMarketIsAnsweredByTheTimer) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  venue.accept(change(c, OrderAction::kCancel, kT0 + 2 * kMinute_ns));
  EXPECT_TRUE(timer(kT0 + 3 * kMinute_ns).empty());  // active 50 ms inside the minute that may still come
  const auto r = timer(kT0 + 4 * kMinute_ns);
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kCancelled);
  EXPECT_EQ(venue.waiting_commands(), 0u);
}

TEST_F(VenueTest, ALateCancelIsRejectedAndThePositionStays) {
  const OrderCommand c = long_entry();
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  venue.accept(change(c, OrderAction::kCancel, kT0 + 2 * kMinute_ns));
  const auto r = bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kRejected);
  EXPECT_EQ(r[0].leg, OrderLeg::kClose);
  EXPECT_EQ(venue.open_orders(), 1u);
}

TEST_F(VenueTest, CommandsForUnknownOrdersAreRejectedOnce) {
  venue.accept(change(long_entry(), OrderAction::kClose, kT0));
  const auto r = bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kRejected);
  EXPECT_TRUE(bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1)).empty());
}

TEST_F(VenueTest, MalformedEntriesAreRejected) {
  OrderCommand none = long_entry(256), wrong_side = long_entry(512), too_much = long_entry(768);
  none.quantity = 0;
  wrong_side.take_profit[0] = px(1.0900);
  too_much.tp_quantity[0] = lots(2);
  for (const OrderCommand& c : {none, wrong_side, too_much}) venue.accept(c);
  const auto r = bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 3u);
  for (const ExecReport& x : r) EXPECT_EQ(x.kind, ExecKind::kRejected);
}

TEST_F(VenueTest, OrdersActInTheOrderOfMomentThenId) {
  OrderCommand late = long_entry(256), b = long_entry(1024), a = long_entry(768);
  late.active_ts += 10 * kMilli_ns;
  venue.accept(late);
  venue.accept(b);
  venue.accept(a);
  const auto r = bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(r.size(), 3u);
  EXPECT_EQ(r[0].order_id, 768u);
  EXPECT_EQ(r[1].order_id, 1024u);
  EXPECT_EQ(r[2].order_id, 256u);
}

TEST_F(VenueTest, TheShortSideIsTheMirrorOfTheLongSide) {
  const std::vector<Bar> bars{bar_at(1, 1.1000, 1.1005, 1.0995, 1.1), bar_at(2, 1.1000, 1.1025, 1.0995, 1.1),
                              bar_at(3, 1.1000, 1.1005, 1.0995, 1.1), bar_at(4, 1.0970, 1.1100, 1.0960, 1.1)};
  OrderCommand c = long_entry();
  c.tp_count = 2;
  c.take_profit = {px(1.1020), px(1.1040), 0};
  c.tp_quantity = {lots(0.5), lots(0.5), 0};
  PaperVenue other(config);
  venue.accept(c);
  other.accept(mirrored(c));
  for (const Bar& b : bars) {
    const auto l = bar(b);
    ReportSink s;
    other.on_bar(mirrored(b), s);
    ASSERT_EQ(l.size(), s.view().size());
    for (std::size_t i = 0; i < l.size(); ++i) {
      EXPECT_EQ(l[i].price + s.view()[i].price, 2 * px(1.1));
      EXPECT_EQ(l[i].leg, s.view()[i].leg);
      EXPECT_EQ(l[i].quantity, s.view()[i].quantity);
      EXPECT_EQ(l[i].slippage, s.view()[i].slippage);
    }
  }
  EXPECT_EQ(venue.open_orders(), 0u);
}

TEST_F(VenueTest, ARestoredVenueGoesOnWithTheSameBytes) {
  OrderCommand c = long_entry();
  venue.accept(c);
  bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  venue.accept(change(c, OrderAction::kModifyStop, kT0 + 2 * kMinute_ns, px(1.0990)));
  StateWriter w;
  venue.save(w);
  PaperVenue copy(config);
  StateReader r(w.bytes());
  copy.load(r);
  EXPECT_TRUE(r.at_end());
  StateWriter again;
  copy.save(again);
  EXPECT_EQ(w.bytes(), again.bytes());
  const auto a = bar(bar_at(2, 1.1, 1.1005, 1.0985, 1.1));
  ReportSink s;
  copy.on_bar(bar_at(2, 1.1, 1.1005, 1.0985, 1.1), s);
  ASSERT_EQ(a.size(), s.view().size());
  ASSERT_EQ(a.size(), 2u);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(std::memcmp(&a[i], &s.view()[i], sizeof(ExecReport)), 0);
}

}  // namespace
}  // namespace omega::test
