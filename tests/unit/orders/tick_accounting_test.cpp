// A target that fills in parts, from the venue through the orders stage: the bracket, the account and the trade take each part.
#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/orders/stage_fixture.hpp"
#include "tests/unit/orders/tick_fixture.hpp"

namespace omega::test {
namespace {

struct TickAccounting : TickVenueTest {
  Recorder lane;
  OrdersStage stage{config, lane, {}};
  Seq seq = 0;
  std::array<OrderCommand, 64> room{};

  void send(InputEvent e, const Signal* signal = nullptr) {
    e.seq = ++seq;
    Signal s = signal != nullptr ? *signal : Signal{};
    s.ts = e.ts();
    ApprovedOrder approved{0, lots(1)};
    FeaturesOut features;
    SignalsOut signals;
    RiskOut risk;
    signals.signals = &s;
    risk.approved = &approved;
    signals.signal_count = risk.count = signal != nullptr ? 1 : 0;
    OrdersOut out{room.data(), 64, 0};
    stage.process(e, features, signals, risk, out);
    for (const OrderCommand& c : out.view()) venue.accept(c);
  }
  template <class T>
  void tick(const T& event) {
    for (const ExecReport& r : feed(event)) send(InputEvent::of(r));
    send(InputEvent::of(event));
  }
  /// One lot long at 1.10015 at(0), the first target at 1.1003 behind 500 000 units.
  void open_long(double first_share, std::uint16_t flags) {
    Signal s = std_long(kBookPair);
    s.take_profit = {px(1.1003), px(1.1040), 0};
    s.tp_fraction = {first_share, 1 - first_share, 0};
    s.flags = flags;
    tick(snapshot_at(-60, {{1.1000, 500}}, {{1.1001, 500}, {1.1003, 500}}));
    send(InputEvent::of(bar_at(0, 1.1, 1.1, 1.1, 1.1)), &s);
    tick(snapshot_at(0, {{1.1000, 500}}, {{1.1001, 500}, {1.1003, 500}}));
    ASSERT_EQ(stage.outcomes()[static_cast<std::size_t>(ReasonCode::kFilled)], 1u);
    tick(trade_at(1, 1.1003, k_units(500), kLong));
  }
};

TEST_F(TickAccounting, EachPartOfATargetIsBookedAndTheFirstMovesTheStopOnce) {
  open_long(0.5, signal_flag::kBreakEven);
  tick(trade_at(2, 1.1003, k_units(30), kLong));
  ASSERT_EQ(stage.account().positions().size(), 1u);
  EXPECT_EQ(stage.account().positions()[0].quantity, lots(0.7));
  EXPECT_EQ(stage.manager().brackets()[0].left, lots(0.7));
  EXPECT_EQ(stage.trades(), 0u);
  tick(trade_at(3, 1.1003, k_units(30), kLong));  // 20 complete the target
  EXPECT_EQ(stage.account().positions()[0].quantity, lots(0.5));
  tick(snapshot_at(60, {{1.1002, 500}}, {{1.1004, 500}}));
  EXPECT_EQ(stage.account().positions()[0].stop_loss, px(1.10015));
  tick(snapshot_at(70, {{1.1001, 500}}, {{1.1004, 500}}));  // the best bid is below the entry: 0.5 lots at 1.10005
  EXPECT_TRUE(stage.account().positions().empty());
  EXPECT_TRUE(stage.manager().brackets().empty());

  int moves = 0;
  for (const OrderCommand& c : lane.of<OrderCommand>()) moves += c.action == OrderAction::kModifyStop ? 1 : 0;
  EXPECT_EQ(moves, 1);
  const auto trades = lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].legs, 3);
  EXPECT_EQ(trades[0].reason, ExitReason::kBreakEvenStop);
  EXPECT_EQ(trades[0].exit_price, px(1.100175));
  EXPECT_EQ(trades[0].gross_pnl, 250'000'000);      // 4.5 + 3 - 5
  EXPECT_EQ(trades[0].commission, 700'000'000);
  EXPECT_EQ(trades[0].slippage, 750'000'000);       // half a pip of one lot in, of half a lot out
}

TEST_F(TickAccounting, MoreThan255PartsAreOneTradeWithAllItsMoney) {
  open_long(1, 0);
  for (int i = 0; i < 400; ++i) tick(trade_at(2 + i, 1.1003, k_units(0.25), kLong));
  const auto trades = lane.of<TradeClosed>();
  ASSERT_EQ(trades.size(), 1u);
  EXPECT_EQ(trades[0].legs, 255);
  EXPECT_EQ(trades[0].quantity, lots(1));
  EXPECT_EQ(trades[0].exit_price, px(1.1003));
  EXPECT_EQ(trades[0].gross_pnl, 1'500'000'000);
  EXPECT_EQ(trades[0].reason, ExitReason::kTakeProfit);
  EXPECT_EQ(stage.realised(), trades[0].net_pnl);
}

TEST_F(TickAccounting, MatchingTicksDoesNotAllocate) {
  std::size_t reports = 0;
  const std::size_t before = allocations();
  for (int i = 0; i < 2000; ++i) {
    const double bid = 1.1 + 0.0001 * (i % 37 - 18);
    sink.clear();
    if (i % 10 == 0) {
      OrderCommand c = tick_entry(i % 20 == 0 ? kBookPair : kQuotePair, static_cast<OrderId>(i + 1));
      c.active_ts = at(i);
      c.expiry_ts = 0;
      c.stop_loss = px(1.0985);
      c.take_profit[0] = px(1.1012);
      venue.accept(c);
    }
    venue.on_market(InputEvent::of(quote_at(i, bid, bid + 0.0001)), sink);
    venue.on_market(InputEvent::of(snapshot_at(i, {{bid, 70}, {bid - 0.0001, 70}}, {{bid + 0.0001, 70}, {bid + 0.0002, 70}})), sink);
    venue.on_market(InputEvent::of(delta_at(i, BookSide::kAsk, bid + 0.0002, k_units(i % 60))), sink);
    venue.on_market(InputEvent::of(trade_at(i, bid + 0.0001, k_units(40), kLong)), sink);
    reports += sink.view().size();
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(reports, 200u);
}

}  // namespace
}  // namespace omega::test
