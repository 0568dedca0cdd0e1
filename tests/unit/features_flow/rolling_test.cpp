#include "engine/features/rolling.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

class rolling : public testing::TestWithParam<std::uint64_t> {};

TEST_P(rolling, exact_sums_equal_a_recomputation_from_scratch_at_random_times) {
  std::cout << "SEED=" << GetParam() << '\n';
  test::Random random(GetParam());
  for (const std::size_t n : {1u, 2u, 20u, 500u}) {
    RollingMoments moments(n);
    RollingWeightedMean weighted(n);
    RollingSum sum(n);
    for (int i = 0; i < 3'000; ++i) {
      const std::int64_t x = random.below(std::int64_t{1} << 53) - (std::int64_t{1} << 52);
      moments.push(x);
      weighted.push(x, random.below(std::int64_t{1} << 50));
      sum.push(static_cast<i128>(x) << 40);
      if (!random.one_in(7)) continue;
      ASSERT_EQ(moments.sums(), moments.recompute());
      ASSERT_EQ(weighted.sums(), weighted.recompute());
      ASSERT_TRUE(sum.sum() == sum.recompute());
    }
  }
}

TEST_P(rolling, mean_and_sd_agree_with_the_definition) {
  test::Random random(GetParam());
  RollingMoments moments(50);
  std::vector<double> all;
  for (int i = 0; i < 500; ++i) {
    const std::int64_t x = 1'100'000'000 + random.below(2'000'000);
    all.push_back(static_cast<double>(x));
    moments.push(x);
    if (i < 1) continue;
    const std::vector<double> window(all.end() - std::min<long>(50, i + 1), all.end());
    ASSERT_NEAR(moments.mean(), test::naive_mean(window), 1e-12 * 1.1e9);
    ASSERT_NEAR(moments.sd(), test::naive_sd(window), 1e-10 * test::naive_sd(window));
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, rolling, testing::Values(3u, 99u));

TEST(rolling_moments, sd_of_equal_items_is_exactly_zero) {
  RollingMoments moments(200);
  for (int i = 0; i < 1'000; ++i) {
    moments.push(1'234'567'891 + (i < 700 ? i : 0));
  }
  EXPECT_EQ(moments.sd(), 0.0) << "no residue of what left the window";
}

TEST(rolling_moments, absurd_items_are_clamped_before_they_can_overflow) {
  RollingMoments moments(4);
  for (int i = 0; i < 9; ++i) moments.push(i % 2 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(moments.sums(), moments.recompute());
  EXPECT_GT(moments.sd(), 1e18);
  EXPECT_EQ(moments.mean(), 0.0);
}

TEST(window, back_counts_from_the_newest) {
  Window<int> w(3);
  for (int i = 1; i <= 5; ++i) w.push(i);
  EXPECT_EQ(w.back(0), 5);
  EXPECT_EQ(w.back(2), 3);
  EXPECT_EQ(w.oldest(), 3);
}

TEST(window, a_checkpoint_with_impossible_positions_loads_as_empty) {
  StateWriter writer;
  writer(1, 2, 3, std::uint64_t{9}, std::uint64_t{3});
  Window<int> w(3);
  StateReader reader(writer.bytes());
  reader(w);
  EXPECT_EQ(w.size(), 0u);
  EXPECT_EQ(w.next_slot(), 0u);
}

}  // namespace
}  // namespace omega
