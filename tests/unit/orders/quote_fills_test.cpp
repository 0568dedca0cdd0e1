// The row "Quotes" of STRATEGIES 4.8: entry, stop and targets of an instrument that is matched on its quotes.
#include "tests/unit/orders/tick_fixture.hpp"

namespace omega::test {
namespace {

struct QuoteFills : TickVenueTest {
  OrderCommand entry = tick_entry(kQuotePair);
  /// One lot long, bought at 1.1001 + slippage by the quote at(0).
  void open_long() {
    venue.accept(entry);
    ASSERT_EQ(feed(quote_at(0, 1.1000, 1.1001)).size(), 1u);
  }
};

TEST_F(QuoteFills, ALongEntryPaysTheAskOfTheFirstQuoteAtItsMoment) {
  venue.accept(entry);
  EXPECT_TRUE(feed(quote_at(-1, 1.0990, 1.0991)).empty());  // 1 ms before the order is there
  const auto r = feed(quote_at(0, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
  EXPECT_EQ(r[0].leg, OrderLeg::kEntry);
  EXPECT_EQ(r[0].price, px(1.1001) + kSlip);
  EXPECT_EQ(r[0].slippage, kSlip);
  EXPECT_EQ(r[0].quantity, lots(1));
  EXPECT_EQ(r[0].remaining, lots(1));
  EXPECT_EQ(r[0].commission, 350'000'000);
  EXPECT_EQ(r[0].flags, 0);
  EXPECT_EQ(r[0].ts, at(0));
  EXPECT_EQ(r[0].fill_ts, at(0));
}

TEST_F(QuoteFills, AQuoteThatComesLaterFillsAtItsOwnTime) {
  venue.accept(entry);
  const auto r = feed(quote_at(700, 1.1002, 1.1003));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, px(1.1003) + kSlip);
  EXPECT_EQ(r[0].fill_ts, at(700));
}

TEST_F(QuoteFills, AShortEntryGetsTheBidMinusSlippage) {
  venue.accept(mirrored(entry));
  const auto r = feed(quote_at(0, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, px(1.1000) - kSlip);
}

TEST_F(QuoteFills, BarsOfAnInstrumentWithQuotesFillNothing) {
  venue.accept(entry);
  EXPECT_TRUE(feed(bar_at(1, 1.1, 1.1050, 1.0950, 1.1, 0.0001, kQuotePair)).empty());
  EXPECT_EQ(venue.waiting_commands(), 1u);
  ASSERT_EQ(feed(quote_at(61'000, 1.1000, 1.1001)).size(), 1u);
  EXPECT_TRUE(feed(bar_at(2, 1.1, 1.1050, 1.0950, 1.1, 0.0001, kQuotePair)).empty());  // touches stop and target
  EXPECT_EQ(venue.open_orders(), 1u);
}

TEST_F(QuoteFills, TradesAndQuarantinedQuotesFillNothing) {
  venue.accept(entry);
  Trade t = trade_at(0, 1.1, k_units(1), kLong);
  t.instrument = kQuotePair;
  EXPECT_TRUE(feed(t).empty());
  Quote bad = quote_at(1, 1.1000, 1.1001);
  bad.flags = tick_flag::kBadPrice;
  EXPECT_TRUE(feed(bad).empty());
  EXPECT_EQ(feed(quote_at(2, 1.1000, 1.1001)).size(), 1u);
}

TEST_F(QuoteFills, TheClosingSideAtTheStopMakesTheEntryStaleAndOneTickInsideDoesNot) {
  venue.accept(entry);
  auto r = feed(quote_at(0, 1.0980, 1.0981));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kStale);
  venue.accept(tick_entry(kQuotePair, 512));
  r = feed(quote_at(1, 1.09801, 1.0981));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
}

TEST_F(QuoteFills, TheClosingSideAtTheFinalTargetMakesTheEntryStale) {
  venue.accept(entry);
  const auto r = feed(quote_at(0, 1.1040, 1.1041));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kStale);
}

TEST_F(QuoteFills, AQuoteAtTheExpiryIsTooLateAndOneNanosecondBeforeIsNot) {
  entry.expiry_ts = at(10);
  venue.accept(entry);
  auto r = feed(quote_at(10, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kExpired);
  OrderCommand other = tick_entry(kQuotePair, 512);
  other.expiry_ts = at(20) + 1;
  venue.accept(other);
  r = feed(quote_at(20, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kFilled);
}

TEST_F(QuoteFills, ACancelThatIsThereInTimeIsHonoured) {
  venue.accept(entry);
  venue.accept(change_at(entry, OrderAction::kCancel, 5));
  const auto r = feed(quote_at(5, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kCancelled);
  EXPECT_EQ(venue.waiting_commands(), 0u);
}

TEST_F(QuoteFills, TheTimerAnswersAtOnceWhatNoLaterQuoteCanFill) {
  entry.expiry_ts = kT0 + 2 * kMinute_ns;
  OrderCommand cancelled = tick_entry(kQuotePair, 512), waiting = tick_entry(kQuotePair, 768);
  cancelled.expiry_ts = 0;
  for (const OrderCommand& c : {entry, cancelled, waiting}) venue.accept(c);
  venue.accept(change_at(cancelled, OrderAction::kCancel, 0));
  const auto r = timer(kT0 + 2 * kMinute_ns);
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].kind, ExecKind::kExpired);
  EXPECT_EQ(r[0].order_id, 256u);
  EXPECT_EQ(r[1].kind, ExecKind::kCancelled);
  EXPECT_EQ(r[1].order_id, 512u);
  EXPECT_EQ(venue.waiting_commands(), 1u);
}

TEST_F(QuoteFills, AStopIsTriggeredByOneQuoteAndFilledByTheNext) {
  open_long();
  EXPECT_TRUE(feed(quote_at(1, 1.09801, 1.0982)).empty());
  EXPECT_TRUE(feed(quote_at(2, 1.0980, 1.0981)).empty());  // bid = stop
  EXPECT_TRUE(feed(quote_at(2, 1.1000, 1.1001)).size() == 1u);  // even of the same nanosecond
  EXPECT_EQ(sink.view()[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(sink.view()[0].price, px(1.1000) - kSlip);  // wherever that quote stands
  EXPECT_EQ(sink.view()[0].remaining, 0);
  EXPECT_EQ(venue.open_orders(), 0u);
}

TEST_F(QuoteFills, ATriggeredStopTakesTheWholeRestEvenWhenTheNextQuoteIsBeyondTheTarget) {
  open_long();
  EXPECT_TRUE(feed(quote_at(1, 1.0970, 1.0971)).empty());
  const auto r = feed(quote_at(2, 1.1050, 1.1051));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[0].quantity, lots(1));
}

TEST_F(QuoteFills, ATargetNeedsTheBidOneTickBeyondIt) {
  open_long();
  EXPECT_TRUE(feed(quote_at(1, 1.10400, 1.1041)).empty());
  const auto r = feed(quote_at(2, 1.10401, 1.1041));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r[0].price, px(1.1040));
  EXPECT_EQ(r[0].slippage, 0);
}

TEST_F(QuoteFills, TheQuoteThatFillsTheEntryFillsNoTarget) {
  entry.tp_count = 2;
  entry.take_profit = {px(1.0990), px(1.1040), 0};  // the first is already behind the bid
  entry.tp_quantity = {lots(0.5), lots(0.5), 0};
  open_long();
  const auto r = feed(quote_at(1, 1.1000, 1.1001));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r[0].price, px(1.0990));
}

TEST_F(QuoteFills, TargetsFillInOrderOfDistance) {
  entry.tp_count = 3;
  entry.take_profit = {px(1.1010), px(1.1020), px(1.1030)};
  entry.tp_quantity = {lots(0.3), lots(0.3), lots(0.4)};
  open_long();
  const auto r = feed(quote_at(1, 1.10201, 1.1021));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].leg, OrderLeg::kTakeProfit1);
  EXPECT_EQ(r[0].price, px(1.1010));
  EXPECT_EQ(r[0].remaining, lots(0.7));
  EXPECT_EQ(r[1].leg, OrderLeg::kTakeProfit2);
  EXPECT_EQ(r[1].remaining, lots(0.4));
  EXPECT_TRUE(feed(quote_at(2, 1.10201, 1.1021)).empty());
}

TEST_F(QuoteFills, AQuoteThatIsBeyondAMovedStopAndATargetGoesToTheStop) {
  open_long();
  venue.accept(change_at(entry, OrderAction::kModifyStop, 1, px(1.1060)));  // above the target
  auto r = feed(quote_at(1, 1.1050, 1.1051));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kReplaced);
  r = feed(quote_at(2, 1.1050, 1.1051));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
}

TEST_F(QuoteFills, AMovedStopWorksFromTheQuoteAtWhichItActs) {
  open_long();
  venue.accept(change_at(entry, OrderAction::kModifyStop, 10, px(1.0995)));
  EXPECT_TRUE(feed(quote_at(9, 1.0990, 1.0991)).empty());  // the old stop is at 1.0980
  auto r = feed(quote_at(10, 1.0995, 1.0996));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ExecKind::kReplaced);
  EXPECT_EQ(r[0].price, px(1.0995));
  r = feed(quote_at(11, 1.0996, 1.0997));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, px(1.0996) - kSlip);
}

TEST_F(QuoteFills, ACloseSellsAtTheBidAndAShareLeavesTheRestWithItsTargetsCapped) {
  open_long();
  OrderCommand share = change_at(entry, OrderAction::kClose, 1);
  share.quantity = lots(0.4);
  venue.accept(share);
  auto r = feed(quote_at(1, 1.1010, 1.1011));
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].leg, OrderLeg::kClose);
  EXPECT_EQ(r[0].price, px(1.1010) - kSlip);
  EXPECT_EQ(r[0].remaining, lots(0.6));
  r = feed(quote_at(2, 1.1050, 1.1051));  // the target was for the whole lot
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].quantity, lots(0.6));
  EXPECT_EQ(venue.open_orders(), 0u);
}

TEST_F(QuoteFills, ATriggeredStopComesBeforeACloseOfTheSameQuote) {
  open_long();
  feed(quote_at(1, 1.0980, 1.0981));
  venue.accept(change_at(entry, OrderAction::kClose, 2));
  const auto r = feed(quote_at(2, 1.0979, 1.0980));
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].leg, OrderLeg::kStopLoss);
  EXPECT_EQ(r[1].kind, ExecKind::kRejected);
}

TEST_F(QuoteFills, ATriggeredStopSurvivesACheckpoint) {
  open_long();
  feed(quote_at(1, 1.0980, 1.0981));
  StateWriter w;
  venue.save(w);
  PaperVenue copy(config);
  StateReader reader(w.bytes());
  copy.load(reader);
  ASSERT_TRUE(reader.at_end());
  ReportSink s;
  copy.on_market(InputEvent::of(quote_at(2, 1.1000, 1.1001)), s);
  ASSERT_EQ(s.view().size(), 1u);
  EXPECT_EQ(s.view()[0].leg, OrderLeg::kStopLoss);
}

TEST_F(QuoteFills, TheShortSideIsTheMirrorOfTheLongSide) {
  entry.tp_count = 2;
  entry.take_profit = {px(1.1010), px(1.1040), 0};
  entry.tp_quantity = {lots(0.5), lots(0.5), 0};
  PaperVenue other(config);
  venue.accept(entry);
  other.accept(mirrored(entry));
  std::size_t reports = 0;
  for (const Quote& q : {quote_at(0, 1.1000, 1.1001), quote_at(1, 1.10100, 1.1011), quote_at(2, 1.10101, 1.1011), quote_at(3, 1.0980, 1.0982),
                         quote_at(4, 1.0977, 1.0979)}) {
    const auto l = feed(q);
    ReportSink s;
    other.on_market(InputEvent::of(mirrored(q)), s);
    ASSERT_EQ(l.size(), s.view().size());
    for (std::size_t i = 0; i < l.size(); ++i) {
      EXPECT_EQ(l[i].price, mirrored(s.view()[i].price));
      EXPECT_EQ(l[i].leg, s.view()[i].leg);
      EXPECT_EQ(l[i].quantity, s.view()[i].quantity);
    }
    reports += l.size();
  }
  EXPECT_EQ(reports, 3u);  // entry, first target, stop
}

}  // namespace
}  // namespace omega::test
