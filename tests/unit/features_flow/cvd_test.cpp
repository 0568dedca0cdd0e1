#include "engine/features/cvd.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

Flow half_signed(Qty volume_units, double buy_share) {
  const i128 whole = (static_cast<i128>(volume_units) * kQtyScale) << kFlowFraction_bits;
  return {volume_units * kQtyScale, static_cast<i128>(static_cast<double>(whole) * buy_share), true};
}
TfBar bar_at(TimeNs t, Qty volume_units) { return test::tf_bar(t, 1'000, 1'000, volume_units * kQtyScale); }

TEST(cvd, normalised_is_the_delta_over_the_volume_of_the_window) {
  CvdNormalised cvd(3);
  cvd.on_flow(bar_at(0, 100), half_signed(100, 1.0));   // leaves the window
  cvd.on_flow(bar_at(1, 10), half_signed(10, 1.0));     // +10
  cvd.on_flow(bar_at(2, 20), half_signed(20, 0.25));    // -10
  EXPECT_TRUE(cvd.value().ready());
  cvd.on_flow(bar_at(3, 10), half_signed(10, 0.75));    // +5
  EXPECT_DOUBLE_EQ(cvd.value().value, 5.0 / 40.0);
}

TEST(cvd, normalised_reaches_its_bounds_exactly) {
  CvdNormalised up(2), down(2);
  for (int i = 0; i < 3; ++i) {
    up.on_flow(bar_at(i, 7), half_signed(7, 1.0));
    down.on_flow(bar_at(i, 7), half_signed(7, 0.0));
  }
  EXPECT_EQ(up.value().value, 1.0);
  EXPECT_EQ(down.value().value, -1.0);
}

TEST(cvd, normalised_waits_for_its_window_and_skips_bars_without_volume) {
  CvdNormalised cvd(2);
  cvd.on_flow(bar_at(0, 4), half_signed(4, 1.0));
  cvd.on_flow(bar_at(1, 0), Flow{0, 0, true});
  EXPECT_EQ(cvd.value().state, FeatureState::kWarming);
  cvd.on_flow(bar_at(2, 4), half_signed(4, 0.5));
  EXPECT_DOUBLE_EQ(cvd.value().value, 0.5);
}

TEST(cvd, raw_starts_again_at_midnight_utc) {
  CvdRaw cvd;
  EXPECT_EQ(cvd.value().state, FeatureState::kWarming);
  const TimeNs last_minute = test::kMonday + kDay_ns - kMinute_ns;
  cvd.on_flow(bar_at(last_minute - kMinute_ns, 8), half_signed(8, 1.0));
  cvd.on_flow(bar_at(last_minute, 8), half_signed(8, 0.75));
  EXPECT_DOUBLE_EQ(cvd.value().value, 12.0);
  cvd.on_flow(bar_at(last_minute + kMinute_ns, 8), half_signed(8, 0.0));
  EXPECT_DOUBLE_EQ(cvd.value().value, -8.0);
}

}  // namespace
}  // namespace omega
