#include <gtest/gtest.h>

#include "bars.hpp"
#include "engine/features/volume_gate.hpp"
#include "engine/features/volume_ratio.hpp"

namespace omega {
namespace {

TEST(volume_ratio, all_four_agree_with_the_definition) {
  std::cout << "SEED=53\n";
  test::Random random(53);
  VolumeLag lag50(50);
  VolumePercentile percentile(100);
  VolumeMeanRatio ratio(5, 16);
  std::vector<double> v;
  for (std::size_t i = 0; i < 700; ++i) {
    const Qty volume = (1 + random.below(40)) * kQtyScale;
    const TfBar b = test::tf_bar(static_cast<TimeNs>(i) * kMinute_ns, 1'000, 1'000, volume);
    lag50.on_bar(b);
    percentile.on_bar(b);
    ratio.on_bar(b);
    v.push_back(static_cast<double>(volume));
    ASSERT_EQ(lag50.ratio().ready(), i >= 50);
    ASSERT_EQ(percentile.value().ready(), i >= 100);
    ASSERT_EQ(ratio.value().ready(), i + 1 >= 21);
    if (i >= 50) {
      const std::vector<double> window = test::lag(v, i, 50);
      ASSERT_NEAR(lag50.ratio().value, v[i] / test::naive_mean(window), 1e-12 * lag50.ratio().value);
      ASSERT_NEAR(lag50.z().value, (v[i] - test::naive_mean(window)) / test::naive_sd(window), 1e-10);
      ASSERT_EQ(lag50.volumes().sums(), lag50.volumes().recompute());
    }
    if (i >= 100) {
      const std::vector<double> window = test::lag(v, i, 100);
      const auto below = std::count_if(window.begin(), window.end(), [&](double x) { return x < v[i]; });
      ASSERT_EQ(percentile.value().value, static_cast<double>(below));
    }
    if (i + 1 >= 21) {
      const double recent = test::naive_mean(test::lag(v, i + 1, 5)), before = test::naive_mean(test::lag(v, i - 4, 16));
      ASSERT_NEAR(ratio.value().value, recent / before, 1e-12 * recent / before);
    }
  }
}

TEST(volume_ratio, a_window_of_equal_volumes_has_no_z) {
  VolumeLag lag(5);
  for (int i = 0; i < 6; ++i) lag.on_bar(test::tf_bar(i * kMinute_ns, 1'000, 1'000, 100));
  EXPECT_EQ(lag.ratio().value, 1.0);
  EXPECT_EQ(lag.z().state, FeatureState::kInvalid);
}

TEST(volume_gate, closes_at_more_than_half_of_two_hundred_and_opens_again) {
  VolumeGate gate;
  const TfBar full = test::tf_bar(0, 1'000, 1'000, 1), empty = test::tf_bar(0, 1'000, 1'000, 0);
  for (int i = 0; i < 100; ++i) gate.on_bar(full);
  for (int i = 0; i < 100; ++i) gate.on_bar(empty);
  EXPECT_FALSE(gate.closed()) << "exactly half";
  gate.on_bar(empty);
  EXPECT_TRUE(gate.closed());
  for (int i = 0; i < 99; ++i) gate.on_bar(full);
  EXPECT_TRUE(gate.closed()) << "the empty bars have not begun to leave";
  gate.on_bar(full);
  EXPECT_FALSE(gate.closed());
}

TEST(volume_gate, an_instrument_without_any_volume_is_told_apart_from_one_that_warms_up) {
  VolumeGate gate;
  for (int i = 0; i < 100; ++i) gate.on_bar(test::tf_bar(0, 1'000, 1'000, 0));
  EXPECT_FALSE(gate.closed());
  gate.on_bar(test::tf_bar(0, 1'000, 1'000, 0));
  EXPECT_TRUE(gate.closed());
}

}  // namespace
}  // namespace omega
