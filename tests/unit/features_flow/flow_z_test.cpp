#include "engine/features/flow_z.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

Flow flow_of(double delta_units, Qty volume_units = 1'000) {
  const auto delta = static_cast<i128>(delta_units * kFlowScale * static_cast<double>(kQtyScale));
  const i128 whole = (static_cast<i128>(volume_units) * kQtyScale) << kFlowFraction_bits;
  return {volume_units * kQtyScale, (whole + delta) / 2, true};
}
const TfBar kBar = test::tf_bar(test::kMonday, 1'000, 1'000, kQtyScale);

/// F06 word by word.
FeatureValue naive_fz(const std::vector<double>& delta, std::size_t w, std::size_t base) {
  std::vector<double> flow;  // F_t for t = w-1 ...
  for (std::size_t t = w - 1; t < delta.size(); ++t) {
    double sum = 0;
    for (std::size_t j = t + 1 - w; j <= t; ++j) sum += delta[j];
    flow.push_back(sum);
  }
  if (flow.size() < w + 200) return FeatureValue::warming();
  const std::size_t newest = flow.size() - 1, last_base = newest - w;
  const std::size_t n = std::min(base, last_base + 1);
  const std::vector<double> sample = test::lag(flow, last_base + 1, n);
  const double sd = test::naive_sd(sample);
  if (sd == 0) return FeatureValue::invalid();
  return FeatureValue::of(std::clamp((flow[newest] - test::naive_mean(sample)) / sd, -6.0, 6.0));
}

class flow_z : public testing::TestWithParam<std::uint64_t> {};

TEST_P(flow_z, agrees_with_the_definition) {
  std::cout << "SEED=" << GetParam() << '\n';
  test::Random random(GetParam());
  for (const int w : {5, 20, 60}) {
    FlowZ fz(w, 500);
    std::vector<double> delta;
    for (int i = 0; i < 1'000; ++i) {
      const double d = static_cast<double>(random.below(2'001) - 1'000) / 4.0;
      delta.push_back(d);
      fz.on_flow(kBar, flow_of(d));
      const FeatureValue expected = naive_fz(delta, static_cast<std::size_t>(w), 500);
      ASSERT_EQ(fz.value().state, expected.state) << "bar " << i << " W " << w;
      if (expected.ready()) { ASSERT_NEAR(fz.value().value, expected.value, 1e-9); }
    }
    EXPECT_EQ(fz.base().sums(), fz.base().recompute());
    EXPECT_TRUE(fz.flow_sum().sum() == fz.flow_sum().recompute());
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, flow_z, testing::Values(21u, 22u));

TEST(flow_z_rules, is_ready_with_the_two_hundredth_base_value) {
  FlowZ fz(20, 500);
  for (int i = 0; i < 2 * 20 + 198; ++i) fz.on_flow(kBar, flow_of(i % 7));
  EXPECT_EQ(fz.value().state, FeatureState::kWarming);
  fz.on_flow(kBar, flow_of(1));
  EXPECT_EQ(fz.value().state, FeatureState::kReady);
}

TEST(flow_z_rules, is_invalid_when_the_base_does_not_move) {
  FlowZ fz(20, 500);
  for (int i = 0; i < 300; ++i) fz.on_flow(kBar, flow_of(3));
  EXPECT_EQ(fz.value().state, FeatureState::kInvalid);
}

TEST(flow_z_rules, is_clipped_at_six) {
  FlowZ up(20, 500), down(20, 500);
  for (int i = 0; i < 400; ++i) {
    up.on_flow(kBar, flow_of(i % 3 - 1));
    down.on_flow(kBar, flow_of(1 - i % 3));
  }
  for (int i = 0; i < 20; ++i) {
    up.on_flow(kBar, flow_of(900));
    down.on_flow(kBar, flow_of(-900));
  }
  EXPECT_EQ(up.value().value, 6.0);
  EXPECT_EQ(down.value().value, -6.0);
}

TEST(flow_z_rules, bars_without_volume_and_unknown_flow_do_not_move_it) {
  FlowZ fz(20, 500);
  for (int i = 0; i < 400; ++i) fz.on_flow(kBar, flow_of(i % 11));
  const std::vector<std::uint8_t> before = test::saved(fz);
  fz.on_flow(test::tf_bar(test::kMonday, 1'000, 1'000, 0), Flow{0, 0, true});
  Flow unknown = flow_of(5);
  unknown.known = false;
  fz.on_flow(kBar, unknown);
  EXPECT_EQ(test::saved(fz), before);
}

}  // namespace
}  // namespace omega
