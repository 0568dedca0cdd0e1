// Life of a bracket in the order manager: entry, partial, break-even, trail, time stop, exits.
#include "engine/orders/order_manager.hpp"

#include "engine/signals/signals_out.hpp"
#include "tests/unit/orders/venue_fixture.hpp"

namespace omega::test {
namespace {

constexpr OrderId kId = order_id_of(7, 0);

Signal std_signal() {
  Signal s;
  s.ts = kT0;
  s.entry_ref = px(1.1000);
  s.stop_loss = px(1.0980);
  s.take_profit = {px(1.1030), px(1.1050), px(1.1060)};
  s.tp_fraction = {0.5, 0.3, 0.2};
  s.tp_r = {1.5, 2.5, 3};
  s.tp_count = 3;
  s.time_stop_ns = 60 * kMinute_ns;
  s.expiry_ns = kMinute_ns;
  s.strategy = 2;
  s.direction = kLong;
  s.flags = signal_flag::kBreakEven | signal_flag::kTrailM15 | signal_flag::kTargetsInR;
  s.timeframe = Timeframe::kM1;
  return s;
}

ExecReport fill(OrderLeg leg, double price, Qty quantity, Qty remaining, TimeNs ts = kT0 + kMinute_ns) {
  return {.ts = ts, .fill_ts = ts, .order_id = kId, .exec_id = 1, .price = px(price), .quantity = quantity,
          .remaining = remaining, .strategy = 2, .kind = ExecKind::kFilled, .leg = leg, .direction = kLong};
}

FeatureFrame frame_at(TimeNs ts, double bid, double ask, std::uint8_t mask = 1) {
  FeatureFrame f;
  f.ts = ts;
  f.instrument = 0;
  f.closed_mask = mask;
  f.bars[0].bid_close = px(bid);
  f.bars[0].ask_close = px(ask);
  return f;
}

FeatureValue swing(double price) { return FeatureValue::of(price * 1e9); }

struct OrderManagerTest : ::testing::Test {
  EngineConfig config = two_symbols();
  OrderManager manager{config};
  std::array<OrderCommand, 16> room{};
  OrdersOut out{room.data(), 16, 0};
  FeatureValue none = FeatureValue::warming();

  OrderCommand only() {
    EXPECT_EQ(out.count, 1u);
    const OrderCommand c = room[0];
    out.count = 0;
    return c;
  }
  OrderCommand entered(const Signal& s, Qty quantity) {
    EXPECT_TRUE(manager.enter(s, kId, 7, quantity, out));
    return only();
  }
  void open() {
    entered(std_signal(), lots(1));
    manager.on_exec(fill(OrderLeg::kEntry, 1.1002, lots(1), lots(1)), out);
  }
};

TEST_F(OrderManagerTest, TheEntryCarriesTheBracket) {
  const OrderCommand c = entered(std_signal(), lots(1));
  EXPECT_EQ(c.action, OrderAction::kEnter);
  EXPECT_EQ(c.order_id, 7u << 8);
  EXPECT_EQ(c.signal_seq, 7u);
  EXPECT_EQ(c.active_ts, kT0 + 50 * kMilli_ns);
  EXPECT_EQ(c.expiry_ts, kT0 + kMinute_ns);
  EXPECT_EQ(c.deadline_ts, kT0 + 60 * kMinute_ns);
  EXPECT_EQ(c.tp_count, 3);
  EXPECT_EQ(c.tp_quantity[0], lots(0.5));
  EXPECT_EQ(c.tp_quantity[1], lots(0.3));
  EXPECT_EQ(c.tp_quantity[2], lots(0.2));
}

TEST_F(OrderManagerTest, PartialsAreFlooredAndTheLastTakesTheRest) {
  const OrderCommand c = entered(std_signal(), lots(0.25));
  EXPECT_EQ(c.tp_quantity[0], lots(0.12));
  EXPECT_EQ(c.tp_quantity[1], lots(0.07));
  EXPECT_EQ(c.tp_quantity[2], lots(0.06));
}

TEST_F(OrderManagerTest, APartialThatRoundsToZeroIsMergedForward) {
  const OrderCommand c = entered(std_signal(), lots(0.03));
  ASSERT_EQ(c.tp_count, 2);
  EXPECT_EQ(c.tp_quantity[0], lots(0.01));
  EXPECT_EQ(c.tp_quantity[1], lots(0.02));
  EXPECT_EQ(c.take_profit[1], px(1.1060));
  EXPECT_EQ(c.tp_r[1], 3);
}

TEST_F(OrderManagerTest, OneStepGoesWholeToTheLastTarget) {
  const OrderCommand c = entered(std_signal(), lots(0.01));
  ASSERT_EQ(c.tp_count, 1);
  EXPECT_EQ(c.take_profit[0], px(1.1060));
  EXPECT_EQ(c.tp_quantity[0], lots(0.01));
}

TEST_F(OrderManagerTest, TwoZeroPartialsMayMakeOneStepTogether) {
  Signal s = std_signal();
  s.tp_fraction = {0.4, 0.4, 0.2};
  const OrderCommand c = entered(s, lots(0.02));  // .4 -> 0, .8 -> .01, rest .01
  ASSERT_EQ(c.tp_count, 2);
  EXPECT_EQ(c.take_profit[0], px(1.1050));
  EXPECT_EQ(c.tp_quantity[0], lots(0.01));
}

TEST_F(OrderManagerTest, TheFirstPartialMovesTheStopToTheEntryFillOnce) {
  open();
  manager.on_exec(fill(OrderLeg::kTakeProfit1, 1.1030, lots(0.5), lots(0.5)), out);
  const OrderCommand c = only();
  EXPECT_EQ(c.action, OrderAction::kModifyStop);
  EXPECT_EQ(c.stop_loss, px(1.1002));
  EXPECT_EQ(c.reason, ExitReason::kBreakEvenStop);
  manager.on_exec(fill(OrderLeg::kTakeProfit2, 1.1050, lots(0.3), lots(0.2)), out);
  EXPECT_EQ(out.count, 0u);
}

TEST_F(OrderManagerTest, WithoutTheFlagNoBreakEven) {
  Signal s = std_signal();
  s.flags = 0;
  entered(s, lots(1));
  manager.on_exec(fill(OrderLeg::kEntry, 1.1002, lots(1), lots(1)), out);
  manager.on_exec(fill(OrderLeg::kTakeProfit1, 1.1030, lots(0.5), lots(0.5)), out);
  EXPECT_EQ(out.count, 0u);
}

TEST_F(OrderManagerTest, TheReasonOfAStopChangesOnlyWhenTheVenueConfirms) {
  open();
  manager.on_exec(fill(OrderLeg::kTakeProfit1, 1.1030, lots(0.5), lots(0.5)), out);
  const ExecReport stop = fill(OrderLeg::kStopLoss, 1.0980, lots(0.5), 0);
  EXPECT_EQ(manager.exit_reason(stop), ExitReason::kStopLoss);
  ExecReport replaced = stop;
  replaced.kind = ExecKind::kReplaced;
  replaced.price = px(1.1002);
  manager.on_exec(replaced, out);
  EXPECT_EQ(manager.exit_reason(stop), ExitReason::kBreakEvenStop);
  replaced.price = px(1.1010);
  manager.on_exec(replaced, out);
  EXPECT_EQ(manager.exit_reason(stop), ExitReason::kTrailingStop);
}

TEST_F(OrderManagerTest, TheTrailStartsAtTwoRAndFollowsOnlyImprovingSwings) {
  open();  // entry 1.1002, R = 22 pips, 2R = 1.1046
  const FeatureValue low = swing(1.1025);
  manager.on_frame(frame_at(kT0 + 2 * kMinute_ns, 1.10459, 1.1047), none, low, out);
  EXPECT_EQ(out.count, 0u);
  manager.on_frame(frame_at(kT0 + 3 * kMinute_ns, 1.1046, 1.1047), none, low, out);
  const OrderCommand c = only();
  EXPECT_EQ(c.stop_loss, px(1.1025));
  EXPECT_EQ(c.reason, ExitReason::kTrailingStop);
  manager.on_frame(frame_at(kT0 + 4 * kMinute_ns, 1.1040, 1.1041), none, swing(1.1020), out);
  EXPECT_EQ(out.count, 0u);
  manager.on_frame(frame_at(kT0 + 5 * kMinute_ns, 1.1040, 1.1041), none, swing(1.103007), out);
  EXPECT_EQ(only().stop_loss, px(1.1030));  // tick away from the market
  manager.on_frame(frame_at(kT0 + 6 * kMinute_ns, 1.1032, 1.1033), none, swing(1.1035), out);
  EXPECT_EQ(out.count, 0u);  // the market is already below that swing
}

TEST_F(OrderManagerTest, AShortTrailsSwingHighs) {
  Signal s = std_signal();
  s.direction = kShort;
  s.stop_loss = px(1.1020);
  s.take_profit = {px(1.0970), px(1.0950), px(1.0940)};
  entered(s, lots(1));
  ExecReport e = fill(OrderLeg::kEntry, 1.0998, lots(1), lots(1));
  e.direction = kShort;
  manager.on_exec(e, out);  // R = 22 pips, 2R = 1.0954
  manager.on_frame(frame_at(kT0 + 2 * kMinute_ns, 1.0953, 1.0954), swing(1.097503), none, out);
  EXPECT_EQ(only().stop_loss, px(1.09751));
}

TEST_F(OrderManagerTest, TheTimeStopWaitsForTheCloseOfItsTimeframe) {
  Signal s = std_signal();
  s.timeframe = Timeframe::kM15;
  entered(s, lots(1));
  manager.on_exec(fill(OrderLeg::kEntry, 1.1002, lots(1), lots(1)), out);
  const TimeNs deadline = kT0 + 60 * kMinute_ns;
  manager.on_frame(frame_at(deadline - kMinute_ns, 1.1, 1.1001, 0b101), none, none, out);
  manager.on_frame(frame_at(deadline, 1.1, 1.1001, 0b001), none, none, out);
  EXPECT_EQ(out.count, 0u);
  manager.on_frame(frame_at(deadline, 1.1, 1.1001, 0b101), none, none, out);
  const OrderCommand c = only();
  EXPECT_EQ(c.action, OrderAction::kClose);
  EXPECT_EQ(c.reason, ExitReason::kTimeStop);
  manager.on_frame(frame_at(deadline + 15 * kMinute_ns, 1.1, 1.1001, 0b101), none, none, out);
  EXPECT_EQ(out.count, 0u);  // asked once
  EXPECT_EQ(manager.exit_reason(fill(OrderLeg::kClose, 1.1, lots(1), 0)), ExitReason::kTimeStop);
}

TEST_F(OrderManagerTest, AnExitRequestClosesOnlyItsStrategyAndSymbolAndOnlyOnce) {
  open();
  manager.on_exit_request({.ts = kT0, .instrument = 1, .strategy = 2}, out);
  manager.on_exit_request({.ts = kT0, .instrument = 0, .strategy = 5}, out);
  EXPECT_EQ(out.count, 0u);
  const ExitRequest mine{.ts = kT0, .instrument = 0, .strategy = 2, .reason = ExitReason::kInvalidation};
  manager.on_exit_request(mine, out);
  EXPECT_EQ(only().reason, ExitReason::kInvalidation);
  manager.on_exit_request(mine, out);
  manager.close_all(kT0, ExitReason::kKillSwitchL4, out);
  EXPECT_EQ(out.count, 0u);
}

TEST_F(OrderManagerTest, CloseAllCancelsPendingEntriesAndAFillThatOvertakesTheCancelIsClosed) {
  entered(std_signal(), lots(1));
  manager.close_all(kT0 + kMinute_ns, ExitReason::kKillSwitchL4, out);
  EXPECT_EQ(only().action, OrderAction::kCancel);
  manager.on_exec(fill(OrderLeg::kEntry, 1.1002, lots(1), lots(1), kT0 + 2 * kMinute_ns), out);
  const OrderCommand c = only();
  EXPECT_EQ(c.action, OrderAction::kClose);
  EXPECT_EQ(c.reason, ExitReason::kKillSwitchL4);
  EXPECT_EQ(c.ts, kT0 + 2 * kMinute_ns);
}

TEST_F(OrderManagerTest, ARefusedEntryAndAFlatPositionFreeTheBracket) {
  entered(std_signal(), lots(1));
  ExecReport stale = fill(OrderLeg::kEntry, 0, 0, 0);
  stale.kind = ExecKind::kStale;
  manager.on_exec(stale, out);
  EXPECT_TRUE(manager.brackets().empty());
  open();
  manager.on_exec(fill(OrderLeg::kStopLoss, 1.0980, lots(1), 0), out);
  EXPECT_TRUE(manager.brackets().empty());
}

TEST_F(OrderManagerTest, ALateCancelAnswerDoesNotDropAnOpenPosition) {
  open();
  ExecReport late = fill(OrderLeg::kClose, 0, 0, lots(1));
  late.kind = ExecKind::kRejected;
  manager.on_exec(late, out);
  EXPECT_EQ(manager.brackets().size(), 1u);
}

TEST_F(OrderManagerTest, BracketsBeyondTheRoomAreRefused) {
  for (std::size_t i = 0; i < kPositionsMax; ++i) {
    ASSERT_TRUE(manager.enter(std_signal(), order_id_of(7, static_cast<std::uint32_t>(i)), 7, lots(1), out));
    out.count = 0;
  }
  EXPECT_FALSE(manager.enter(std_signal(), order_id_of(8, 0), 8, lots(1), out));
  EXPECT_EQ(out.count, 0u);
}

}  // namespace
}  // namespace omega::test
