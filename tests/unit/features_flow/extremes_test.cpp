#include "engine/features/extremes.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

class extremes : public testing::TestWithParam<std::uint64_t> {};

TEST_P(extremes, agree_with_a_scan_of_the_window_lagged_and_inclusive) {
  std::cout << "SEED=" << GetParam() << '\n';
  const std::vector<TfBar> bars = test::random_tf_bars(GetParam(), 1'200);
  for (const int n : {1, 2, 20, 50}) {
    Extreme<Side::kHigh, WindowKind::kLagged> high_lag(n);
    Extreme<Side::kLow, WindowKind::kLagged> low_lag(n);
    Extreme<Side::kHigh, WindowKind::kInclusive> highest(n);
    Extreme<Side::kLow, WindowKind::kInclusive> lowest(n);
    for (int i = 0; i < static_cast<int>(bars.size()); ++i) {
      high_lag.on_bar(bars[static_cast<std::size_t>(i)]);
      low_lag.on_bar(bars[static_cast<std::size_t>(i)]);
      highest.on_bar(bars[static_cast<std::size_t>(i)]);
      lowest.on_bar(bars[static_cast<std::size_t>(i)]);
      const auto scan = [&](int from, int to, bool high) {
        Price best = high ? bars[static_cast<std::size_t>(from)].high : bars[static_cast<std::size_t>(from)].low;
        for (int j = from; j < to; ++j) {
          const TfBar& b = bars[static_cast<std::size_t>(j)];
          best = high ? std::max(best, b.high) : std::min(best, b.low);
        }
        return static_cast<double>(best);
      };
      ASSERT_EQ(high_lag.value().ready(), i >= n);
      ASSERT_EQ(highest.value().ready(), i + 1 >= n);
      if (i >= n) {
        ASSERT_EQ(high_lag.value().value, scan(i - n, i, true));
        ASSERT_EQ(low_lag.value().value, scan(i - n, i, false));
      }
      if (i + 1 >= n) {
        ASSERT_EQ(highest.value().value, scan(i + 1 - n, i + 1, true));
        ASSERT_EQ(lowest.value().value, scan(i + 1 - n, i + 1, false));
      }
    }
  }
}

TEST_P(extremes, go_on_from_a_checkpoint_at_any_cut) {
  const std::vector<TfBar> bars = test::random_tf_bars(GetParam(), 200);
  for (std::size_t cut = 0; cut < bars.size(); cut += 9) {
    Extreme<Side::kHigh, WindowKind::kLagged> whole(20), restored(20);
    for (std::size_t i = 0; i < cut; ++i) whole.on_bar(bars[i]);
    const std::vector<std::uint8_t> bytes = test::saved(whole);
    StateReader reader(bytes);
    reader(restored);
    ASSERT_TRUE(reader.at_end());
    for (std::size_t i = cut; i < bars.size(); ++i) {
      whole.on_bar(bars[i]);
      restored.on_bar(bars[i]);
      ASSERT_TRUE(test::same(whole.value(), restored.value()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, extremes, testing::Values(5u, 6u));

}  // namespace
}  // namespace omega
