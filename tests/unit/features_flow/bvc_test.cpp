#include "engine/features/bvc.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

constexpr double kQuantum = kFlowScale * static_cast<double>(kQtyScale);  // flow quanta per unit of volume

double buy_units(const Flow& f) { return static_cast<double>(f.buy) / kQuantum; }

TEST(bvc, phi_of_the_worked_example) {
  EXPECT_NEAR(buy_units(classify_bulk(150 * kQtyScale, 1.0)), 150 * 0.84134474606854293, 1e-10);
  EXPECT_NEAR(buy_units(classify_bulk(50 * kQtyScale, -2.0)), 50 * 0.02275013194817921, 1e-11);
  EXPECT_EQ(buy_units(classify_bulk(150 * kQtyScale, 0.0)), 75.0);
}

TEST(bvc, mirrored_moves_give_exactly_mirrored_flow) {
  test::Random random(8);
  for (int i = 0; i < 10'000; ++i) {
    const Qty volume = random.below(std::int64_t{1} << 45);
    const double x = static_cast<double>(random.below(12'000)) / 1'000.0;
    ASSERT_TRUE(classify_bulk(volume, x).delta() == -classify_bulk(volume, -x).delta());
  }
}

TEST(bvc, the_bought_part_stays_inside_the_volume_for_any_move) {
  for (const double x : {-1e300, -40.0, -6.0, 0.0, 6.0, 40.0, 1e300}) {
    const Flow f = classify_bulk(Qty{1} << 52, x);
    EXPECT_GE(f.buy, 0);
    EXPECT_LE(f.buy, static_cast<i128>(f.volume) << kFlowFraction_bits);
  }
}

TEST(bvc, agrees_with_the_definition_over_random_bars) {
  const std::vector<TfBar> bars = test::random_tf_bars(11, 2'000);
  Bvc bvc;
  std::vector<double> changes;  // ΔP of bars 1, 2, ...
  for (std::size_t i = 0; i < bars.size(); ++i) {
    bvc.on_bar(bars[i]);
    if (i == 0) continue;
    const double change = static_cast<double>(bars[i].close - (bars[i].gap() ? bars[i].open : bars[i - 1].close));
    const std::size_t n = std::min<std::size_t>(changes.size(), 500);
    ASSERT_EQ(bvc.flow().known, n >= 100);
    if (n >= 100) {
      const double sigma = test::naive_sd(test::lag(changes, changes.size(), n));
      const double volume = static_cast<double>(bars[i].volume) / static_cast<double>(kQtyScale);
      const double expected = volume * 0.5 * std::erfc(-change / sigma / std::sqrt(2.0));
      ASSERT_NEAR(buy_units(bvc.flow()), expected, 1e-10 * volume);
      ASSERT_EQ(bvc.changes().sums(), bvc.changes().recompute());
    }
    changes.push_back(change);
  }
}

TEST(bvc, a_flat_market_splits_volume_in_half) {
  Bvc bvc;
  for (int i = 0; i < 150; ++i) bvc.on_bar(test::tf_bar(test::kMonday + i * kMinute_ns, 1'000, 1'000, 100));
  EXPECT_TRUE(bvc.flow().known);
  EXPECT_TRUE(bvc.flow().delta() == 0);
}

TEST(bvc, no_volume_means_no_flow_but_the_price_change_counts) {
  Bvc with, without;
  for (int i = 0; i < 300; ++i) {
    const Price close = 1'000'000 + (i * 37) % 101;
    const TimeNs t = test::kMonday + i * kMinute_ns;
    with.on_bar(test::tf_bar(t, close, close, 100));
    without.on_bar(test::tf_bar(t, close, close, i % 3 == 0 ? 100 : 0));
    if (i % 3 != 0) {
      ASSERT_TRUE(without.flow().delta() == 0);
    } else {
      ASSERT_TRUE(without.flow().buy == with.flow().buy);
    }
  }
}

}  // namespace
}  // namespace omega
