// Positions, marks, conversion and closed trades: STRATEGIES 1.6 and 4.10.
#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct AccountTest : ::testing::Test {
  EngineConfig config = risk_config();
  Account account{config};
  Reports reports;

  void quote(InstrumentId id, double bid, double ask, TimeNs ts = kNow) { account.on_market(quote_bar(id, ts, bid, ask)); }
  OrderCommand opened(InstrumentId id, Direction d, double quantity, double entry, double stop, double target,
                      std::uint16_t flags = 0, double r = 0) {
    OrderCommand c = enter_command(++next_ << 8, id, 1, d, quantity, entry, stop, target);
    c.flags = flags;
    c.tp_r[0] = r;
    account.on_order(c);
    EXPECT_FALSE(account.on_exec(reports.fill(c, OrderLeg::kEntry, entry, quantity, quantity, 3.5 * quantity)));
    return c;
  }
  TradeClosed closed(const OrderCommand& c, OrderLeg leg, double price, double quantity) {
    const auto t = account.on_exec(reports.fill(c, leg, price, quantity, 0, 3.5 * quantity));
    EXPECT_TRUE(t.has_value());
    return t.value_or(TradeClosed{});
  }
  OrderId next_ = 0;
};

TEST_F(AccountTest, OnePipOfUsdJpyAt150Is6Point6667DollarsPerLot) {
  quote(kUsdJpy, 150.00, 150.00);
  const OrderCommand c = opened(kUsdJpy, kLong, 1, 150.00, 149.70, 150.90);
  EXPECT_EQ(closed(c, OrderLeg::kClose, 150.01, 1).gross_pnl, std::llround(1000.0 / 150.0 * 1e8));
}

TEST_F(AccountTest, OnePipOfEurGbpIs12Point70DollarsPerLotWithGbpUsdAt127) {
  quote(kGbpUsd, 1.26995, 1.27005);
  quote(kEurGbp, 0.85, 0.85);
  const OrderCommand c = opened(kEurGbp, kShort, 1, 0.85, 0.8530, 0.84);
  EXPECT_EQ(closed(c, OrderLeg::kClose, 0.8499, 1).gross_pnl, money(12.70));
}

TEST_F(AccountTest, OnePipOfGoldIsTenDollarsPerLot) {
  quote(kXauUsd, 2000, 2000);
  const OrderCommand c = opened(kXauUsd, kLong, 1, 2000, 1990, 2030);
  EXPECT_EQ(closed(c, OrderLeg::kClose, 2000.1, 1).gross_pnl, money(10));
}

TEST_F(AccountTest, EveryQuoteCurrencyConvertsByItsOwnRule) {
  quote(kUsdJpy, 149.99, 150.01);
  quote(kUsdCad, 1.3499, 1.3501);
  quote(kUsdChf, 0.8799, 0.8801);
  quote(kGbpUsd, 1.2699, 1.2701);
  EXPECT_DOUBLE_EQ(*account.conversion(kEurUsd, kNow), 1.0);
  EXPECT_DOUBLE_EQ(*account.conversion(kEurJpy, kNow), 1 / 150.0);
  EXPECT_DOUBLE_EQ(*account.conversion(kUsdCad, kNow), 1 / 1.35);
  EXPECT_DOUBLE_EQ(*account.conversion(kUsdChf, kNow), 1 / 0.88);
  EXPECT_DOUBLE_EQ(*account.conversion(kEurGbp, kNow), 1.27);
}

TEST_F(AccountTest, AudAndNzdQuotesConvertDirectly) {
  for (const char* quote_currency : {"AUD", "NZD"}) {
    InstrumentConfig row = config.instruments[kEurUsd];
    row.quote = quote_currency;
    row.symbol = std::string("EUR") + quote_currency;
    config.instruments.push_back(row);
  }
  Account a(config);
  a.on_market(quote_bar(kAudUsd, kNow, 0.66, 0.66));
  a.on_market(quote_bar(kNzdUsd, kNow, 0.61, 0.61));
  EXPECT_DOUBLE_EQ(*a.conversion(kRows, kNow), 0.66);
  EXPECT_DOUBLE_EQ(*a.conversion(kRows + 1, kNow), 0.61);
}

TEST_F(AccountTest, ARateIsFreshForThreeMinutesAndThenGone) {
  EXPECT_FALSE(account.conversion(kEurJpy, kNow)) << "never seen";
  quote(kUsdJpy, 150, 150);
  EXPECT_TRUE(account.conversion(kEurJpy, kNow + 3 * kMinute_ns));
  EXPECT_FALSE(account.conversion(kEurJpy, kNow + 3 * kMinute_ns + 1));
  EXPECT_DOUBLE_EQ(account.last_rate(kEurJpy), 1 / 150.0) << "marks go on with the last one";
}

TEST_F(AccountTest, ARateDoesNotGrowStaleWhileItsMarketIsClosed) {
  const TimeNs friday = utc_time(2024, 1, 12, 22);
  quote(kUsdJpy, 150, 150, friday);
  EXPECT_TRUE(account.conversion(kEurJpy, friday + kDay_ns));
}

TEST_F(AccountTest, LongsAreMarkedAtTheBidAndShortsAtTheAsk) {
  quote(kEurUsd, 1.1000, 1.1002);
  opened(kEurUsd, kLong, 1, 1.1002, 1.09, 1.13);
  EXPECT_EQ(account.open_pnl(), money(-20));
  EXPECT_EQ(account.equity(), money(10'000 - 20 - 3.5));
  opened(kEurUsd, kShort, 2, 1.1000, 1.11, 1.07);
  EXPECT_EQ(account.open_pnl(), money(-20 - 40));
}

TEST_F(AccountTest, PartialExitsGiveOneTradeWithTheirMeanPriceAndAllCosts) {
  quote(kEurUsd, 1.1, 1.1);
  const OrderCommand c = opened(kEurUsd, kLong, 1, 1.1000, 1.0980, 1.1060);
  EXPECT_FALSE(account.on_exec(reports.fill(c, OrderLeg::kTakeProfit1, 1.1030, 0.5, 0.5, 1.75)));
  EXPECT_EQ(account.find(c.order_id)->quantity, lots(0.5));
  EXPECT_EQ(account.realised(), money(150 - 3.5 - 1.75));
  const TradeClosed t = closed(c, OrderLeg::kTakeProfit2, 1.1060, 0.5);
  EXPECT_EQ(t.exit_price, px(1.1045));
  EXPECT_EQ(t.gross_pnl, money(450));
  EXPECT_EQ(t.commission, money(7));
  EXPECT_EQ(t.net_pnl, money(443));
  EXPECT_EQ(t.initial_risk, money(200));
  EXPECT_DOUBLE_EQ(t.r_multiple, 2.215);
  EXPECT_DOUBLE_EQ(t.reward_risk_planned, 3.0);
  EXPECT_EQ(t.legs, 2);
  EXPECT_EQ(t.reason, ExitReason::kTakeProfit);
  EXPECT_TRUE(account.positions().empty());
  EXPECT_EQ(account.equity(), money(10'443));
}

TEST_F(AccountTest, TargetsInRAreReanchoredAtTheFill) {
  quote(kEurUsd, 1.1, 1.1);
  OrderCommand c = enter_command(1 << 8, kEurUsd, 1, kLong, 1, 1.1000, 1.0980, 1.1060);
  c.flags = signal_flag::kTargetsInR;
  c.tp_r[0] = 3;
  account.on_order(c);
  account.on_exec(reports.fill(c, OrderLeg::kEntry, 1.1005, 1, 1));
  EXPECT_EQ(account.find(c.order_id)->final_target, px(1.1080));
  const TradeClosed t = closed(c, OrderLeg::kStopLoss, 1.0980, 1);
  EXPECT_DOUBLE_EQ(t.reward_risk_planned, 3.0);
  EXPECT_EQ(t.initial_risk, money(250));
}

TEST_F(AccountTest, TheStopsPlaceNamesTheReasonOfItsFill) {
  quote(kEurUsd, 1.1, 1.1);
  const auto exit_with_stop_at = [&](double stop) {
    const OrderCommand c = opened(kEurUsd, kLong, 1, 1.1000, 1.0980, 1.1060);
    if (stop != 1.0980) {
      ExecReport moved = reports.answer(c, ExecKind::kReplaced, OrderLeg::kStopLoss);
      moved.price = px(stop);
      EXPECT_FALSE(account.on_exec(moved));
    }
    return closed(c, OrderLeg::kStopLoss, stop, 1).reason;
  };
  EXPECT_EQ(exit_with_stop_at(1.0980), ExitReason::kStopLoss);
  EXPECT_EQ(exit_with_stop_at(1.1000), ExitReason::kBreakEvenStop);
  EXPECT_EQ(exit_with_stop_at(1.1020), ExitReason::kTrailingStop);
}

TEST_F(AccountTest, ACloseCommandNamesTheReasonOfTheClose) {
  quote(kEurUsd, 1.1, 1.1);
  OrderCommand c = opened(kEurUsd, kLong, 1, 1.1000, 1.0980, 1.1060);
  c.action = OrderAction::kClose;
  c.reason = ExitReason::kTimeStop;
  c.quantity = 0;  // all of it
  account.on_order(c);
  EXPECT_EQ(closed(c, OrderLeg::kClose, 1.1, 1).reason, ExitReason::kTimeStop);
}

TEST_F(AccountTest, AnEntryThatNeverHappenedLeavesNothing) {
  for (const ExecKind kind : {ExecKind::kRejected, ExecKind::kStale, ExecKind::kExpired, ExecKind::kCancelled}) {
    const OrderCommand c = enter_command(++next_ << 8, kEurUsd, 1, kLong, 1, 1.1, 1.09, 1.13);
    account.on_order(c);
    EXPECT_EQ(account.positions().size(), 1u);
    EXPECT_FALSE(account.on_exec(reports.answer(c, kind)));
    EXPECT_TRUE(account.positions().empty());
  }
  EXPECT_EQ(account.equity(), money(10'000));
}

TEST_F(AccountTest, RepeatedAndUnknownReportsChangeNothing) {
  quote(kEurUsd, 1.1, 1.1);
  const OrderCommand c = enter_command(1 << 8, kEurUsd, 1, kLong, 1, 1.1, 1.09, 1.13);
  account.on_order(c);
  const ExecReport r = reports.fill(c, OrderLeg::kEntry, 1.1, 1, 1, 3.5);
  account.on_exec(r);
  account.on_exec(r);
  EXPECT_EQ(account.realised(), money(-3.5));
  OrderCommand stranger = c;
  stranger.order_id = 99 << 8;
  EXPECT_FALSE(account.on_exec(reports.fill(stranger, OrderLeg::kClose, 1.2, 1, 0)));
  EXPECT_EQ(account.unknown_reports(), 1u);
  EXPECT_EQ(account.realised(), money(-3.5));
}

TEST_F(AccountTest, AnImpossiblePositionCountInACheckpointLoadsAsNone) {
  StateWriter w;
  for (int i = 0; i < kRows; ++i) w(Price{1}, Price{1}, TimeNs{1});
  w(Money{0}, std::size_t{kPositionsMax + 1}, std::uint64_t{0}, std::uint64_t{0});
  StateReader r(w.bytes());
  account.serialize(r);
  EXPECT_TRUE(r.at_end());
  EXPECT_TRUE(account.positions().empty());
}

}  // namespace
}  // namespace omega::test
