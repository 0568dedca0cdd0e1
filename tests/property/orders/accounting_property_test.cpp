// Random signals, exits and kill switches through the orders stage and the paper venue: the books must agree with an
// independent ledger at every event. Prints its seed.
#include <cstdlib>
#include <random>

#include "tests/unit/orders/stage_fixture.hpp"

namespace omega::test {
namespace {

std::uint64_t seed_of_run() {
  const char* given = std::getenv("OMEGA_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'240'202;
}

Signal random_signal(std::mt19937_64& random, Price mid) {
  const auto between = [&](std::int64_t lo, std::int64_t hi) { return std::uniform_int_distribution<std::int64_t>(lo, hi)(random); };
  Signal s = std_long(static_cast<InstrumentId>(0));
  s.strategy = static_cast<StrategyId>(between(1, 5));
  s.direction = between(0, 1) == 0 ? kLong : kShort;
  s.entry_ref = mid;
  const Price stop = between(10, 60) * 100'000;
  s.stop_loss = mid - s.direction * stop;
  for (std::size_t i = 0; i < 2; ++i) s.take_profit[i] = mid + s.direction * std::llround(s.tp_r[i] * static_cast<double>(stop));
  s.flags = static_cast<std::uint16_t>(between(0, 7));
  s.time_stop_ns = between(2, 90) * kMinute_ns;
  s.expiry_ns = between(1, 3) * kMinute_ns;
  return s;
}

TEST(AccountingProperty, EquityIsInitialPlusRealisedPlusOpenMarksAtEveryEventAndOutcomesReconcile) {
  const std::uint64_t seed = seed_of_run();
  std::printf("SEED=%llu (rerun: OMEGA_TEST_SEED=%llu)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  for (std::uint64_t round = 0; round < 20; ++round) {
    std::mt19937_64 random(seed + round);
    const auto between = [&](std::int64_t lo, std::int64_t hi) { return std::uniform_int_distribution<std::int64_t>(lo, hi)(random); };
    StageDriver run;
    Price mid = px(1.1);
    std::uint64_t raised = 0;
    for (int minute = 0; minute < 1500; ++minute) {
      const Price open = mid + (between(0, 60) == 0 ? between(-200, 200) : between(-3, 3)) * 10'000;
      mid = open + between(-70, 70) * 10'000 + (px(1.1) - open) / 200 / 10'000 * 10'000;
      Bar b = bar_at(minute, 1, 1, 1, 1);
      const Price spread = between(5, 20) * 10'000;
      b.bid_open = open;
      b.bid_close = mid;
      b.bid_high = std::max(open, mid) + between(0, 50) * 10'000;
      b.bid_low = std::min(open, mid) - between(0, 50) * 10'000;
      b.ask_open = open + spread;
      b.ask_close = mid + spread;
      b.ask_high = b.bid_high + spread;
      b.ask_low = b.bid_low + spread;
      run.timer(b.ts, minute % 1440 == 1439 ? TimerKind::kDay : TimerKind::kMinute);
      if (between(0, 40) == 0) continue;  // missing minute
      if (between(0, 5) == 0 && run.stage.manager().brackets().size() < 12) {
        run.signal(random_signal(random, mid), between(1, 60) * lots(0.01));
        ++raised;
      }
      if (between(0, 60) == 0)
        run.exit({.ts = b.ts, .instrument = 0, .strategy = static_cast<StrategyId>(between(1, 5)), .reason = ExitReason::kStrategyTarget});
      if (between(0, 300) == 0) run.close_all = ExitReason::kKillSwitchL2;
      run.bar(b);
      run.close_all = ExitReason::kNone;

      // the books against the reports, with integers only: EURUSD, so 1 lot × 1e-9 = 1e-4 USD
      Money open_marks = 0;
      Qty open_quantity = 0;
      for (const auto& [id, p] : run.ledger()) {
        const Price exit = p.direction > 0 ? b.bid_close : b.ask_close;
        open_marks += static_cast<Money>(static_cast<i128>(p.direction * (exit - p.entry)) * p.open * 100'000 / kPriceScale);
        open_quantity += p.open;
      }
      ASSERT_NEAR(static_cast<double>(run.stage.open_pnl()), static_cast<double>(open_marks), 50.0) << seed + round << ' ' << minute;
      ASSERT_NEAR(static_cast<double>(run.stage.realised()), static_cast<double>(run.cash()), 2000.0) << seed + round << ' ' << minute;
      ASSERT_EQ(run.stage.equity(), 10'000 * kMoneyScale + run.stage.realised() + run.stage.open_pnl());
      Qty booked = 0;
      for (const OpenPosition& p : run.stage.account().positions()) booked += p.filled ? p.quantity : 0;
      ASSERT_EQ(booked, open_quantity);
      ASSERT_EQ(run.stage.manager().brackets().size(), run.stage.account().positions().size());
    }
    const auto& outcomes = run.stage.outcomes();
    std::uint64_t sum = 0;
    for (const std::uint64_t n : outcomes) sum += n;
    EXPECT_EQ(sum, raised);
    Money net = 0;
    const auto trades = run.lane.of<TradeClosed>();
    for (const TradeClosed& t : trades) {
      net += t.net_pnl;
      EXPECT_EQ(t.net_pnl, t.gross_pnl - t.commission);
      EXPECT_NE(t.reason, ExitReason::kNone);
      EXPECT_LE(t.entry_ts, t.exit_ts);
    }
    Money unfinished = 0;  // realised on positions still open
    for (const OpenPosition& p : run.stage.account().positions()) unfinished += p.realised - p.commission;
    EXPECT_EQ(run.stage.realised(), net + unfinished);
    EXPECT_EQ(trades.size(), run.stage.trades());
    EXPECT_GT(trades.size(), 30u);
  }
}

}  // namespace
}  // namespace omega::test
