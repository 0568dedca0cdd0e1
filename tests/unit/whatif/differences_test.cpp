// Two runs deal by deal: what is matched, what counts as a change, and that the list adds up to the difference of the totals.
#include "replay/whatif/differences.hpp"

#include <gtest/gtest.h>

#include <random>

namespace omega::replay {
namespace {

using Kind = DealDifference::Kind;

/// A filled and closed deal, raised at minute `minute`.
Deal deal(int minute, Money pnl, StrategyId strategy = 1, InstrumentId instrument = 0) {
  Deal d{.seq = static_cast<Seq>(minute), .signal = {}, .decision = {}, .trade = {}};
  d.signal.ts = minute * kMinute_ns;
  d.signal.strategy = strategy;
  d.signal.instrument = instrument;
  d.signal.direction = kLong;
  d.outcome = ReasonCode::kFilled;
  d.traded = true;
  d.trade.order_id = d.seq << 8;
  d.trade.signal_seq = d.seq;
  d.trade.net_pnl = pnl;
  return d;
}
Rerun run(std::vector<Deal> deals) {
  Rerun r;
  for (const Deal& d : deals) r.net_pnl += d.trade.net_pnl;
  r.deals = std::move(deals);
  return r;
}

TEST(DifferencesTest, the_same_deals_at_other_seqs_are_no_difference) {
  const Rerun before = run({deal(1, 100), deal(5, -50)});
  Rerun after = before;
  for (Deal& d : after.deals) {
    d.seq += 7;
    d.trade.order_id = d.seq << 8;
    d.trade.signal_seq = d.seq;
  }
  EXPECT_TRUE(differences(before, after).empty());
}

TEST(DifferencesTest, a_deal_of_one_run_only_is_lost_or_gained) {
  const Rerun before = run({deal(1, 100), deal(2, 30)}), after = run({deal(2, 30), deal(3, -20)});
  const auto list = differences(before, after);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].kind, Kind::kLost);
  EXPECT_EQ(list[0].pnl(), -100);
  EXPECT_EQ(list[1].kind, Kind::kGained);
  EXPECT_EQ(list[1].pnl(), -20);
}

TEST(DifferencesTest, another_end_of_the_same_signal_is_a_change) {
  const Rerun before = run({deal(1, 100)});
  Rerun after = run({deal(1, 0)});
  after.deals[0].traded = false;
  after.deals[0].outcome = ReasonCode::kQualityLow;
  const auto list = differences(before, after);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].kind, Kind::kChanged);
  EXPECT_EQ(list[0].pnl(), -100);
  EXPECT_TRUE(list[0].about_trades());
}

TEST(DifferencesTest, a_refused_signal_whose_fate_differs_is_not_about_trades) {
  Rerun before = run({deal(1, 0)}), after = before;
  before.deals[0].traded = after.deals[0].traded = false;
  before.deals[0].outcome = ReasonCode::kQualityLow;
  after.deals[0].outcome = ReasonCode::kSpread;
  const auto list = differences(before, after);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_FALSE(list[0].about_trades());
  EXPECT_EQ(list[0].pnl(), 0);
}

TEST(DifferencesTest, strategies_and_symbols_of_one_moment_are_told_apart) {
  const Rerun before = run({deal(1, 10, 1, 0), deal(1, 20, 2, 0), deal(1, 30, 1, 1)}), after = run({deal(1, 10, 1, 0), deal(1, 30, 1, 1)});
  const auto list = differences(before, after);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].pnl(), -20);
}

TEST(DifferencesTest, the_list_adds_up_to_the_difference_of_the_totals) {
  std::random_device device;
  const unsigned seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<Deal> a, b;
    for (int minute = 1; minute <= 40; ++minute) {
      const Money pnl = static_cast<Money>(random() % 2001) - 1000;
      if (random() % 3 != 0) a.push_back(deal(minute, pnl));
      if (random() % 3 != 0) b.push_back(deal(minute, random() % 2 == 0 ? pnl : -pnl));
    }
    const Rerun before = run(std::move(a)), after = run(std::move(b));
    Money sum = 0;
    for (const DealDifference& d : differences(before, after)) sum += d.pnl();
    ASSERT_EQ(sum, after.net_pnl - before.net_pnl) << "round " << round;
  }
}

}  // namespace
}  // namespace omega::replay
