// The orders stage with the paper venue: what is journaled, how the books agree, when nothing is left behind.
#include "engine/orders/orders_stage.hpp"

#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/orders/stage_fixture.hpp"

namespace omega::test {
namespace {

struct OrdersStageTest : ::testing::Test {
  StageDriver run;
};

TEST_F(OrdersStageTest, AnApprovedSignalBecomesAnEntryAndTheFillItsOutcome) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(run.lane.of<OrderCommand>().size(), 1u);
  const OrderCommand c = run.lane.of<OrderCommand>()[0];
  EXPECT_EQ(c.order_id, order_id_of(run.seq, 0));
  EXPECT_EQ(c.signal_seq, run.seq);
  EXPECT_EQ(run.stage.outcomes()[static_cast<std::size_t>(ReasonCode::kApproved)], 1u);
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  ASSERT_EQ(run.lane.of<SignalOutcome>().size(), 1u);
  EXPECT_EQ(run.lane.of<SignalOutcome>()[0].code, ReasonCode::kFilled);
  EXPECT_EQ(run.lane.of<SignalOutcome>()[0].signal_seq, c.signal_seq);
  EXPECT_EQ(run.stage.outcomes()[static_cast<std::size_t>(ReasonCode::kApproved)], 0u);
  EXPECT_EQ(run.stage.outcomes()[static_cast<std::size_t>(ReasonCode::kFilled)], 1u);
}

TEST_F(OrdersStageTest, AStaleEntryEndsAsStaleAndAnExpiredOneAsExpired) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(1, 1.0970, 1.1005, 1.0960, 1.1));
  run.signal(std_long());
  run.bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(9, 1.1, 1.1005, 1.0995, 1.1));  // the signal lives one minute
  const auto outcomes = run.lane.of<SignalOutcome>();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].code, ReasonCode::kStale);
  EXPECT_EQ(outcomes[1].code, ReasonCode::kExpired);
  EXPECT_TRUE(run.stage.manager().brackets().empty());
  EXPECT_TRUE(run.stage.account().positions().empty());
  EXPECT_EQ(run.stage.trades(), 0u);
}

TEST_F(OrdersStageTest, PartialThenBreakEvenFromTheNextBarThenTheStopClosesTheTrade) {
  run.signal(std_long());  // R = 20 pips + 1.5 from spread and slippage
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));       // entry 1.10015
  run.bar(bar_at(2, 1.1, 1.1040, 1.0995, 1.1020));    // first target at 1.5 × 21.5 pips; low under the coming stop: no matter
  const auto commands = run.lane.of<OrderCommand>();
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[1].action, OrderAction::kModifyStop);
  EXPECT_EQ(commands[1].stop_loss, px(1.10015));
  EXPECT_EQ(run.stage.manager().brackets().size(), 1u);
  run.bar(bar_at(3, 1.1020, 1.1025, 1.0999, 1.1));
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kBreakEvenStop);
  EXPECT_EQ(trades[0].legs, 2);
  EXPECT_EQ(trades[0].quantity, lots(1));
  EXPECT_EQ(trades[0].commission, 700'000'000);
  // 0.5 lots × 32.25 pips × 10 − 0.5 lots × 0.5 pip × 10
  EXPECT_EQ(trades[0].gross_pnl, std::llround((0.5 * 322.5 - 0.5 * 5) * 1e8));
  EXPECT_EQ(trades[0].net_pnl, trades[0].gross_pnl - trades[0].commission);
  EXPECT_EQ(trades[0].initial_risk, 215 * kMoneyScale);
  EXPECT_EQ(run.stage.realised(), trades[0].net_pnl);
  EXPECT_EQ(run.stage.equity(), 10'000 * kMoneyScale + trades[0].net_pnl);
  EXPECT_EQ(run.stage.open_pnl(), 0);
  EXPECT_EQ(run.lane.of<EquityMark>().size(), 3u);  // one per fill
}

TEST_F(OrdersStageTest, AStopInTheBarOfThePartialKeepsItsOwnReason) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(2, 1.1040, 1.1045, 1.0970, 1.0975));  // partial at the open, then the initial stop
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kStopLoss);
  EXPECT_EQ(trades[0].legs, 2);
}

TEST_F(OrdersStageTest, TheShortSideMirrorsTheLongSide) {
  StageDriver other;
  Signal s = std_long(), m = s;
  m.direction = kShort;
  m.entry_ref = 2 * px(1.1) - s.entry_ref;
  m.stop_loss = 2 * px(1.1) - s.stop_loss;
  for (std::size_t i = 0; i < 3; ++i) m.take_profit[i] = 2 * px(1.1) - s.take_profit[i];
  run.signal(s);
  other.signal(m);
  for (const Bar& b : {bar_at(0, 1.1, 1.1005, 1.0995, 1.1), bar_at(1, 1.1, 1.1005, 1.0995, 1.1),
                       bar_at(2, 1.1, 1.1040, 1.0995, 1.1020), bar_at(3, 1.1020, 1.1025, 1.0999, 1.1)}) {
    run.bar(b);
    other.bar(mirrored(b));
  }
  ASSERT_EQ(other.lane.of<TradeClosed>().size(), 1u);
  const TradeClosed a = run.lane.of<TradeClosed>()[0], b = other.lane.of<TradeClosed>()[0];
  EXPECT_EQ(a.net_pnl, b.net_pnl);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.entry_price + b.entry_price, 2 * px(1.1));
  EXPECT_EQ(run.stage.equity(), other.stage.equity());
}

TEST_F(OrdersStageTest, CloseAllCancelsWhatIsPendingClosesWhatIsOpenAndNothingFillsAfter) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.signal(std_long(1));
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));                   // first order open; second signal's entry sent for symbol 1
  run.close_all = ExitReason::kKillSwitchL4;
  run.timer(kT0 + 2 * kMinute_ns);                                 // same moment as the second entry
  run.close_all = ExitReason::kNone;
  run.bar(bar_at(2, 1.1010, 1.1015, 1.1005, 1.1010));
  run.bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1, 0.0001, 1));
  const auto outcomes = run.lane.of<SignalOutcome>();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].code, ReasonCode::kRejected);
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kKillSwitchL4);
  EXPECT_EQ(run.venue.open_orders(), 0u);
  EXPECT_EQ(run.venue.waiting_commands(), 0u);
}

TEST_F(OrdersStageTest, AnExitRequestClosesAtTheNextOpen) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  run.exit({.ts = kT0 + 3 * kMinute_ns, .instrument = 0, .strategy = 2, .reason = ExitReason::kInvalidation});
  run.bar(bar_at(2, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(3, 1.1003, 1.1005, 1.0995, 1.1));
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kInvalidation);
  EXPECT_EQ(trades[0].exit_price, px(1.1003) - kPip / 2);
}

TEST_F(OrdersStageTest, TheDayRollWritesOneEquityMark) {
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.timer(kT0 + kDay_ns, TimerKind::kDay);
  const auto marks = run.lane.of<EquityMark>();
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].kind, MarkKind::kDayRoll);
  EXPECT_EQ(marks[0].equity, 10'000 * kMoneyScale);
  EXPECT_EQ(marks[0].positions, 0u);
}

TEST_F(OrdersStageTest, DrawdownFollowsEveryBarNotOnlyFills) {
  run.signal(std_long());
  run.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
  run.bar(bar_at(2, 1.1, 1.1005, 1.0985, 1.0985));  // 16.5 pips under the entry at 10 a pip
  EXPECT_EQ(run.stage.curve().max_drawdown_value(), std::llround((165 + 3.5) * 1e8));
  EXPECT_EQ(run.stage.curve().peak(), 10'000 * kMoneyScale);
}

TEST_F(OrdersStageTest, ARestoredStageGoesOnWithTheSameBytes) {
  StageDriver other;
  const auto first = [](StageDriver& d) {
    d.signal(std_long());
    d.bar(bar_at(0, 1.1, 1.1005, 1.0995, 1.1));
    d.bar(bar_at(1, 1.1, 1.1005, 1.0995, 1.1));
    d.bar(bar_at(2, 1.1, 1.1040, 1.0995, 1.1020));
  };
  first(run);
  StateWriter w;
  run.stage.save(w);
  run.venue.save(w);
  StateReader r(w.bytes());
  other.stage.load(r);
  other.venue.load(r);
  EXPECT_TRUE(r.at_end());
  other.seq = run.seq;
  EXPECT_EQ(other.stage.digest(), run.stage.digest());
  for (StageDriver* d : {&run, &other}) {
    d->bar(bar_at(3, 1.1020, 1.1025, 1.0999, 1.1));
    d->timer(kT0 + kDay_ns, TimerKind::kDay);
  }
  EXPECT_EQ(run.stage.trades(), 1u);
  EXPECT_EQ(other.stage.digest(), run.stage.digest());
  StateWriter a, b;
  run.stage.save(a);
  other.stage.save(b);
  EXPECT_EQ(a.bytes(), b.bytes());
}

TEST_F(OrdersStageTest, TheEventPathDoesNotAllocate) {
  NullSink sink;
  const EngineConfig config = two_symbols();
  OrdersStage stage(config, sink, {});
  PaperVenue venue(config);
  std::array<OrderCommand, 64> room{};
  OrdersOut out{room.data(), 64, 0};
  Signal s = std_long();
  ApprovedOrder approved{0, lots(1)};
  FeaturesOut features;
  SignalsOut signals;
  RiskOut risk;
  auto reports = std::make_unique<ReportSink>();
  const std::size_t before = allocations();
  for (int minute = 0; minute < 500; ++minute) {
    const Bar b = bar_at(minute, 1.1, 1.1005 + 0.0001 * (minute % 40), 1.0995 - 0.0001 * (minute % 23), 1.1);
    reports->clear();
    venue.on_timer(b.ts, *reports);
    venue.on_bar(b, *reports);
    Seq seq = 10 * static_cast<Seq>(minute) + 1;
    signals.signal_count = risk.count = 0;
    for (const ExecReport& r : reports->view()) {
      InputEvent e = InputEvent::of(r);
      e.seq = seq++;
      stage.process(e, features, signals, risk, out);
      for (const OrderCommand& c : out.view()) venue.accept(c);
    }
    s.ts = b.ts;
    signals.signals = &s;
    signals.signal_count = 1;
    risk.approved = &approved;
    risk.count = stage.manager().brackets().size() < 5 ? 1 : 0;
    InputEvent e = InputEvent::of(b);
    e.seq = seq;
    stage.process(e, features, signals, risk, out);
    for (const OrderCommand& c : out.view()) venue.accept(c);
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(stage.trades(), 20u);
}

}  // namespace
}  // namespace omega::test
