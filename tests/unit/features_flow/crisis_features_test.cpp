// Day range, true range z and move rank: by hand at the edges, and against a naive second way over random bars.
#include <gtest/gtest.h>

#include "bars.hpp"
#include "engine/features/day_range.hpp"
#include "engine/features/move_rank.hpp"
#include "engine/features/true_range_z.hpp"

namespace omega {
namespace {

TfBar range_bar(TimeNs t_open, Price low, Price high) {
  TfBar b = test::tf_bar(t_open, low, high, kQtyScale);
  return b;
}

TEST(day_range, is_the_running_range_over_the_mean_of_the_full_days_before) {
  DayRange f(2, false);
  // Monday begins at 00:00 and counts; ranges 100 and 300, then 500 so far
  f.on_bar(range_bar(test::kMonday, 1'000, 1'100));
  f.on_bar(range_bar(test::kMonday + kDay_ns, 1'000, 1'200));
  f.on_bar(range_bar(test::kMonday + kDay_ns + kMinute_ns, 1'100, 1'300));
  EXPECT_EQ(f.value().state, FeatureState::kWarming);
  f.on_bar(range_bar(test::kMonday + 2 * kDay_ns, 2'000, 2'500));
  EXPECT_DOUBLE_EQ(f.value().value, 500.0 / 200.0);
  f.on_bar(range_bar(test::kMonday + 2 * kDay_ns + kMinute_ns, 2'400, 2'600));
  EXPECT_DOUBLE_EQ(f.value().value, 600.0 / 200.0);
}

TEST(day_range, a_first_day_that_began_late_and_the_weekend_do_not_count) {
  DayRange f(1, false), crypto(1, true);
  const TimeNs friday = test::kMonday + 4 * kDay_ns;
  for (DayRange* d : {&f, &crypto}) {
    d->on_bar(range_bar(friday + kMinute_ns, 1'000, 9'000));     // late: does not count
    d->on_bar(range_bar(friday + 2 * kDay_ns, 1'000, 1'100));    // Sunday
    d->on_bar(range_bar(friday + 3 * kDay_ns, 1'000, 1'400));    // Monday
  }
  EXPECT_EQ(f.value().state, FeatureState::kWarming);
  EXPECT_DOUBLE_EQ(crypto.value().value, 4.0);
  f.on_bar(range_bar(friday + 4 * kDay_ns, 1'000, 1'200));
  EXPECT_DOUBLE_EQ(f.value().value, 0.5);
}

TEST(true_range_z, agrees_with_the_definition) {
  const std::vector<TfBar> bars = test::random_tf_bars(51, 900);
  TrueRangeZ f(5, 100);
  std::vector<double> tr, mean;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const TfBar& b = bars[i];
    f.on_bar(b);
    double range = static_cast<double>(b.high - b.low);
    if (i > 0 && !b.gap()) {
      const Price c = bars[i - 1].close;
      range = std::max({range, std::abs(static_cast<double>(b.high - c)), std::abs(static_cast<double>(b.low - c))});
    }
    tr.push_back(range);
    if (tr.size() < 5) continue;
    mean.push_back((tr[i] + tr[i - 1] + tr[i - 2] + tr[i - 3] + tr[i - 4]) / 5);
    ASSERT_EQ(f.value().ready(), mean.size() > 100) << i;
    if (mean.size() <= 100) continue;
    const std::vector<double> before = test::lag(mean, mean.size() - 1, 100);
    ASSERT_NEAR(f.value().value, (mean.back() - test::naive_mean(before)) / test::naive_sd(before), 1e-9) << i;
  }
}

TEST(true_range_z, equal_ranges_are_invalid) {
  TrueRangeZ f(1, 3);
  for (int i = 0; i < 4; ++i) f.on_bar(test::tf_bar(test::kMonday + i * kMinute_ns, 1'000, 1'000, 1));
  EXPECT_EQ(f.value().state, FeatureState::kInvalid);
}

TEST(move_rank, agrees_with_the_definition_and_waits_behind_a_gap) {
  const std::vector<TfBar> bars = test::random_tf_bars(52, 3'000);
  constexpr std::size_t k = 20, n = 300;
  MoveRank f(k, n);
  std::vector<std::int64_t> moves;
  std::size_t joined = 0;
  int compared = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    f.on_bar(bars[i]);
    if (bars[i].gap()) joined = 0;
    ++joined;
    if (joined <= k) {
      ASSERT_EQ(f.value().state, FeatureState::kWarming) << i;
      continue;
    }
    const std::int64_t move = std::abs(return_quanta(bars[i - k].close, bars[i].close));
    if (moves.size() >= n) {
      const auto at_most = std::count_if(moves.end() - n, moves.end(), [&](std::int64_t m) { return m <= move; });
      ASSERT_DOUBLE_EQ(f.value().value, static_cast<double>(at_most) / n) << i;
      ++compared;
    }
    moves.push_back(move);
  }
  EXPECT_GT(compared, 1'000);
}

TEST(crisis_features, a_checkpoint_continues_bit_by_bit) {
  const std::vector<TfBar> bars = test::random_tf_bars(53, 800);
  DayRange day(1, true), day2(1, true);
  TrueRangeZ tr(5, 50), tr2(5, 50);
  MoveRank rank(20, 100), rank2(20, 100);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    day.on_bar(bars[i]);
    tr.on_bar(bars[i]);
    rank.on_bar(bars[i]);
    if (i == 400) {
      StateWriter w;
      w(day, tr, rank);
      StateReader r(w.bytes());
      r(day2, tr2, rank2);
      ASSERT_TRUE(r.at_end());
    }
    if (i <= 400) continue;
    day2.on_bar(bars[i]);
    tr2.on_bar(bars[i]);
    rank2.on_bar(bars[i]);
    ASSERT_TRUE(test::same(day.value(), day2.value()) && test::same(tr.value(), tr2.value()) && test::same(rank.value(), rank2.value()));
  }
}

}  // namespace
}  // namespace omega
