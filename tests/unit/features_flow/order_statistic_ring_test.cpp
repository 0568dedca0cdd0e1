#include "engine/features/order_statistic_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "bars.hpp"

namespace omega {
namespace {

class order_statistic_ring : public testing::TestWithParam<std::uint64_t> {};

TEST_P(order_statistic_ring, agrees_with_a_sorted_copy_of_the_window) {
  std::cout << "SEED=" << GetParam() << '\n';
  test::Random random(GetParam());
  for (const std::size_t n : {1u, 2u, 7u, 200u}) {
    OrderStatisticRing ring(n);
    std::vector<std::int64_t> all;
    for (int i = 0; i < 1'500; ++i) {
      const std::int64_t x = random.below(60) - 30;  // many ties
      all.push_back(x);
      ring.push(x);
      std::vector<std::int64_t> sorted(all.end() - static_cast<long>(std::min(all.size(), n)), all.end());
      std::sort(sorted.begin(), sorted.end());
      ASSERT_EQ(ring.size(), sorted.size());
      const std::int64_t probe = random.below(64) - 32;
      const auto lower = std::lower_bound(sorted.begin(), sorted.end(), probe) - sorted.begin();
      const auto upper = std::upper_bound(sorted.begin(), sorted.end(), probe) - sorted.begin();
      ASSERT_EQ(ring.count_below(probe), static_cast<std::size_t>(lower));
      ASSERT_EQ(ring.count_up_to(probe), static_cast<std::size_t>(upper));
      const std::size_t k = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(sorted.size())));
      ASSERT_EQ(ring.kth(k), sorted[k]);
      const std::size_t m = sorted.size() / 2;
      const double median = sorted.size() % 2 != 0 ? static_cast<double>(sorted[m])
                                                   : static_cast<double>(sorted[m - 1] + sorted[m]) / 2.0;
      ASSERT_EQ(ring.median(), median);
    }
  }
}

TEST_P(order_statistic_ring, blocks_of_a_long_window_agree_with_a_sorted_copy) {
  test::Random random(GetParam());
  for (const std::size_t n : {2'049u, 2'304u, 5'000u}) {  // the last block: one item, full, part of one
    auto ring = std::make_unique<OrderStatisticRing>(n);
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < 3 * n; ++i) {
      const std::int64_t drift = i / n % 2 == 0 ? static_cast<std::int64_t>(i) : -static_cast<std::int64_t>(i);  // every push at one end, then back
      const std::int64_t x = random.below(2) == 0 ? drift : random.below(6'000);
      all.push_back(x);
      ring->push(x);
      if (i % 151 != 0 && i + 1 != 3 * n) continue;
      std::vector<std::int64_t> sorted(all.end() - static_cast<long>(std::min(all.size(), n)), all.end());
      std::sort(sorted.begin(), sorted.end());
      for (std::size_t k = 0; k < sorted.size(); ++k) ASSERT_EQ(ring->kth(k), sorted[k]) << "n " << n << " push " << i << " k " << k;
      for (int probes = 0; probes < 50; ++probes) {
        const std::int64_t probe = random.below(16'000) - 8'000;
        ASSERT_EQ(ring->count_below(probe), static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), probe) - sorted.begin()));
        ASSERT_EQ(ring->count_up_to(probe), static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), probe) - sorted.begin()));
      }
      if (i % 3 != 0) continue;
      const std::vector<std::uint8_t> bytes = test::saved(*ring);
      ring = std::make_unique<OrderStatisticRing>(n);
      StateReader reader(bytes);
      reader(*ring);
      ASSERT_TRUE(reader.at_end());
    }
  }
}

TEST_P(order_statistic_ring, answers_the_same_after_a_checkpoint) {
  test::Random random(GetParam());
  OrderStatisticRing ring(50);
  for (int i = 0; i < 333; ++i) ring.push(random.below(20));
  OrderStatisticRing restored(50);
  const std::vector<std::uint8_t> bytes = test::saved(ring);
  StateReader reader(bytes);
  reader(restored);
  ASSERT_TRUE(reader.at_end());
  EXPECT_EQ(test::saved(restored), bytes);
  for (int i = 0; i < 200; ++i) {
    const std::int64_t x = random.below(20);
    ring.push(x);
    restored.push(x);
    ASSERT_EQ(restored.median(), ring.median());
    ASSERT_EQ(restored.count_below(x), ring.count_below(x));
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, order_statistic_ring, testing::Values(1u, 77u, 4242u));


}  // namespace
}  // namespace omega
