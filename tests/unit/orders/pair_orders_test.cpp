// Pairs at the orders stage: two brackets, one trade; what ends one leg ends the other.
#include "tests/unit/orders/stage_fixture.hpp"

namespace omega::test {
namespace {

/// Long leg 1 EURUSD at 1.1000, short leg 2 GBPUSD at 1.2700, stops 1.5 % away, pair risk .4 % of leg 1's notional.
std::pair<Signal, Signal> pair_signals() {
  Signal one;
  one.entry_ref = px(1.1);
  one.stop_loss = px(1.0835);
  one.tp_r = {.8, .004, 1.5};
  one.time_stop_ns = 30 * kMinute_ns;
  one.expiry_ns = 15 * kMinute_ns;
  one.strategy = 6;
  one.direction = kLong;
  one.pair = 2;
  one.flags = signal_flag::kPairFirst;
  Signal two = one;
  two.instrument = 1;
  two.entry_ref = px(1.27);
  two.stop_loss = px(1.28905);
  two.direction = kShort;
  two.flags = signal_flag::kPairSecond;
  return {one, two};
}

struct PairOrders : ::testing::Test {
  StageDriver run;
  int minute = 0;
  void both(double one = 1.1, double two = 1.27) {
    run.bar(bar_at(minute, one, one + .0002, one - .0002, one, 0.0001, 0));
    run.bar(bar_at(minute, two, two + .0002, two - .0002, two, 0.0001, 1));
    ++minute;
  }
  /// Sent by the close of leg 2, filled one minute later.
  void open(Qty first = lots(1), Qty second = lots(.7)) {
    const auto [one, two] = pair_signals();
    run.bar(bar_at(minute, 1.1, 1.1002, 1.0998, 1.1, 0.0001, 0));
    run.signal(one, first);
    run.signal(two, second);
    run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));
    both();
  }
  void ask(std::uint8_t share, ExitReason reason = ExitReason::kStrategyTarget) {
    ExitRequest e;
    e.ts = kT0 + (minute + 1) * kMinute_ns;  // the close of the bar that asks
    e.strategy = 6;
    e.pair = 2;
    e.share_percent = share;
    e.reason = reason;
    run.exit(e);
  }
  [[nodiscard]] std::vector<OrderCommand> commands(OrderAction action) const {
    std::vector<OrderCommand> out;
    for (const OrderCommand& c : run.lane.of<OrderCommand>())
      if (c.action == action) out.push_back(c);
    return out;
  }
};

TEST_F(PairOrders, BothLegsEnterAndCloseAsOneTrade) {
  open();
  const auto entries = commands(OrderAction::kEnter);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].order_id + 1, entries[1].order_id);
  EXPECT_EQ(entries[0].pair, 2);
  EXPECT_EQ(entries[1].tp_count, 0);
  EXPECT_EQ(pair_terms(entries[0]).risk, .004);
  EXPECT_EQ(run.stage.account().positions().size(), 2u);
  ask(0);
  both();
  run.bar(bar_at(minute, 1.101, 1.1012, 1.1008, 1.101, 0.0001, 0));
  EXPECT_TRUE(run.lane.of<TradeClosed>().empty()) << "leg 2 is still open";
  run.bar(bar_at(minute++, 1.269, 1.2692, 1.2688, 1.269, 0.0001, 1));
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  const TradeClosed& t = trades[0];
  EXPECT_EQ(t.order_id, entries[0].order_id);
  EXPECT_EQ(t.instrument, 0);
  EXPECT_EQ(t.quantity, lots(1));
  EXPECT_EQ(t.legs, 2);
  EXPECT_EQ(t.reason, ExitReason::kStrategyTarget);
  EXPECT_EQ(t.commission, 1'190'000'000);  // 7 a lot, 1.7 lots
  // leg 1: bought 1.10015, sold 1.10095: 8 pips; leg 2: sold 1.26995, bought 1.26915: 8 pips on .7
  EXPECT_NEAR(money_to_double(t.gross_pnl), 80 + 56, 1e-6);
  EXPECT_EQ(t.net_pnl, t.gross_pnl - t.commission);
  EXPECT_NEAR(money_to_double(t.initial_risk), .004 * 1.10015 * 100'000, 1e-6);
  EXPECT_NEAR(t.r_multiple, money_to_double(t.net_pnl) / money_to_double(t.initial_risk), 1e-9);
  EXPECT_EQ(t.reward_risk_planned, 1.5);
  EXPECT_EQ(run.stage.realised(), t.net_pnl);
  EXPECT_TRUE(run.stage.account().positions().empty());
  EXPECT_TRUE(run.stage.manager().brackets().empty());
  EXPECT_EQ(run.venue.open_orders(), 0u);
}

TEST_F(PairOrders, SharesOfBothEntriesThenTheRest) {
  open(lots(1), lots(.7));
  ask(50);
  both();
  both();
  auto closes = commands(OrderAction::kClose);
  ASSERT_EQ(closes.size(), 2u);
  EXPECT_EQ(closes[0].quantity, lots(.5));
  EXPECT_EQ(closes[1].quantity, lots(.35));
  EXPECT_EQ(run.stage.account().positions()[0].quantity, lots(.5));
  EXPECT_EQ(run.stage.account().positions()[1].quantity, lots(.35));
  ask(30);
  both();
  both();
  EXPECT_EQ(run.stage.account().positions()[0].quantity, lots(.2));
  EXPECT_EQ(run.stage.account().positions()[1].quantity, lots(.14));
  ask(30);  // more than is left: all
  both();
  both();
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].legs, 6);
  EXPECT_EQ(run.stage.realised(), trades[0].net_pnl);
}

TEST_F(PairOrders, AShareThatOneLegCannotGiveIsNotTaken) {
  open(lots(1), lots(.01));
  ask(50);
  both();
  EXPECT_TRUE(commands(OrderAction::kClose).empty());
}

TEST_F(PairOrders, ARefusedLegClosesTheOther) {
  const auto [one, two] = pair_signals();
  run.bar(bar_at(minute, 1.1, 1.1002, 1.0998, 1.1, 0.0001, 0));
  run.signal(one);
  run.signal(two, lots(.7));
  run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));
  run.bar(bar_at(minute, 1.1, 1.1002, 1.0998, 1.1, 0.0001, 0));      // leg 1 fills
  run.bar(bar_at(minute++, 1.295, 1.2952, 1.2948, 1.295, 0.0001, 1));  // leg 2 opens beyond its stop: STALE
  const auto closes = commands(OrderAction::kClose);
  ASSERT_EQ(closes.size(), 1u);
  EXPECT_EQ(closes[0].reason, ExitReason::kLegBroken);
  both(1.1, 1.295);
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kLegBroken);
  EXPECT_EQ(trades[0].commission, 700'000'000);
  EXPECT_TRUE(run.stage.account().positions().empty());
}

TEST_F(PairOrders, ALegRefusedBeforeTheOtherIsAnsweredCancelsIt) {
  const auto [one, two] = pair_signals();
  run.bar(bar_at(minute, 1.1, 1.1002, 1.0998, 1.1, 0.0001, 0));
  run.signal(one);
  run.signal(two, lots(.7));
  run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));
  run.bar(bar_at(minute++, 1.08, 1.0802, 1.0798, 1.08, 0.0001, 0));  // leg 1 STALE; GBPUSD has no bar this minute
  ASSERT_EQ(commands(OrderAction::kCancel).size(), 1u);
  run.bar(bar_at(minute++, 1.08, 1.0802, 1.0798, 1.08, 0.0001, 0));  // the cancel is active before the next bar of GBPUSD opens
  both(1.08, 1.27);
  both(1.08, 1.27);
  EXPECT_TRUE(run.lane.of<TradeClosed>().empty());
  EXPECT_TRUE(run.stage.account().positions().empty());
  EXPECT_TRUE(run.stage.manager().brackets().empty());
}

TEST_F(PairOrders, TheStopOfALegEndsThePair) {
  open();
  run.bar(bar_at(minute, 1.09, 1.0902, 1.0830, 1.09, 0.0001, 0));  // leg 1's stop
  const auto closes = commands(OrderAction::kClose);
  ASSERT_EQ(closes.size(), 1u);
  EXPECT_EQ(closes[0].instrument, 1);
  EXPECT_EQ(closes[0].reason, ExitReason::kStopLoss);
  run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));
  both(1.09, 1.27);
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kStopLoss);
  EXPECT_LT(trades[0].r_multiple, -1);
}

TEST_F(PairOrders, ALegStoppedInTheBarOfItsFillWhileTheOtherIsRefusedIsStillATrade) {
  const auto [one, two] = pair_signals();
  run.bar(bar_at(minute, 1.1, 1.1002, 1.0998, 1.1, 0.0001, 0));
  run.signal(one);
  run.signal(two, lots(.7));
  run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));
  run.bar(bar_at(minute, 1.1, 1.1002, 1.0820, 1.09, 0.0001, 0));  // fills and is stopped
  run.bar(bar_at(minute++, 1.27, 1.2702, 1.2698, 1.27, 0.0001, 1));  // its cancel is on the way or its fill is closed
  both();
  both();
  const auto trades = run.lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].reason, ExitReason::kStopLoss);
  EXPECT_EQ(run.stage.realised(), trades[0].net_pnl);
  EXPECT_TRUE(run.stage.account().positions().empty());
}

TEST_F(PairOrders, AStateSavedBetweenTheLegsGoesOn) {
  open();
  ask(0);
  both();
  run.bar(bar_at(minute, 1.101, 1.1012, 1.1008, 1.101, 0.0001, 0));  // leg 1 is flat, leg 2 open
  StateWriter out;
  run.stage.save(out);
  Recorder other_lane;
  OrdersStage other(run.config, other_lane, {});
  StateReader in(out.bytes());
  other.load(in);
  ASSERT_TRUE(in.at_end());
  EXPECT_EQ(other.account().positions().size(), 2u);
  EXPECT_EQ(other.digest(), run.stage.digest());
}

}  // namespace
}  // namespace omega::test
