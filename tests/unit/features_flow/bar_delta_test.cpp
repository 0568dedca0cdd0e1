// F03 per bar: the sum of the M1 flows inside it, by hand and through the stage when bars close on time, late and by a timer.
#include "engine/features/bar_delta.hpp"

#include "stage_fixture.hpp"

namespace omega {
namespace {

constexpr auto M15 = Timeframe::kM15;

Flow flow_of(std::int64_t delta_units, bool known = true) {
  const i128 whole = (static_cast<i128>(1'000) * kQtyScale) << kFlowFraction_bits;
  const i128 delta = (static_cast<i128>(delta_units) * kQtyScale) << kFlowFraction_bits;
  return {1'000 * kQtyScale, (whole + delta) / 2, known};
}
TfBar bar_at(std::int64_t minute, Qty volume = kQtyScale) {
  return test::tf_bar(test::kMonday + minute * kMinute_ns, 1'000, 1'000, volume);
}

TEST(bar_delta, is_what_the_m1_bars_brought_since_the_last_close) {
  DeltaTotals totals;
  BarDelta f(2);
  const std::int64_t steps[][2] = {{10, -4}, {3, 3}, {-20, 1}, {7, 0}};
  const double expected[] = {6, 6, -19, 7};
  for (std::size_t i = 0; i < std::size(steps); ++i) {
    for (const std::int64_t d : steps[i]) totals.on_flow(bar_at(0), flow_of(d));
    f.on_bar(bar_at(0), totals.totals());
    EXPECT_DOUBLE_EQ(f.value().value, expected[i]);
  }
  // z of 7 against {6, -19}: mean -6.5, sample sd 17.6777
  EXPECT_NEAR(f.z().value, 13.5 / std::sqrt(312.5), 1e-12);
}

TEST(bar_delta, a_bar_without_volume_or_from_before_f03_was_ready_is_skipped) {
  DeltaTotals totals;
  BarDelta f(2);
  totals.on_flow(bar_at(0), flow_of(5, false));
  totals.on_flow(bar_at(1), flow_of(5));
  f.on_bar(bar_at(1), totals.totals());
  EXPECT_EQ(f.value().state, FeatureState::kWarming) << "half of it is unknown";
  totals.on_flow(bar_at(2), flow_of(8));
  f.on_bar(bar_at(2), totals.totals());
  EXPECT_DOUBLE_EQ(f.value().value, 8);
  totals.on_flow(bar_at(3, 0), flow_of(9));
  f.on_bar(bar_at(3, 0), totals.totals());
  EXPECT_DOUBLE_EQ(f.value().value, 8) << "holds";
  EXPECT_EQ(f.deltas().size(), 1u);
}

TEST(bar_delta, equal_deltas_have_no_z) {
  DeltaTotals totals;
  BarDelta f(2);
  for (int i = 0; i < 3; ++i) {
    totals.on_flow(bar_at(i), flow_of(4));
    f.on_bar(bar_at(i), totals.totals());
  }
  EXPECT_EQ(f.z().state, FeatureState::kInvalid);
}

/// M15 deltas of the stage against the sums of its M1 deltas, over random markets with missing minutes.
TEST(bar_delta, of_fifteen_minutes_is_the_sum_of_its_minutes_however_the_bar_closes) {
  for (const std::uint64_t seed : {31u, 32u}) {
    std::cout << "SEED=" << seed << '\n';
    FeatureRequests requests;
    const FeatureHandle m1 = requests.request({FeatureId::kBarDelta, Timeframe::kM1, 50, 0});
    const FeatureHandle m15 = requests.request({FeatureId::kBarDelta, M15, 50, 0});
    const FeatureHandle z15 = requests.request({FeatureId::kBarDeltaZ, M15, 50, 0});
    test::StageUnderTest s(test::config_of(1), requests);
    double sum = 0;
    bool whole = false;
    std::vector<double> deltas;
    int compared = 0, zs = 0;
    for (const InputEvent& e : test::random_inputs(seed, 1, 3'000)) {
      for (const FeatureFrame& f : s.feed(e)) {
        const bool late = f.closed(Timeframe::kM1) && f.closed(M15) && f.bar(M15).t_close < f.bar(Timeframe::kM1).t_close;
        const auto add_minute = [&] {
          if (!f.closed(Timeframe::kM1)) return;
          whole = whole && f.get(m1).ready();
          if (f.get(m1).ready() && f.bar(Timeframe::kM1).has_volume()) sum += f.get(m1).value;
        };
        if (!late) add_minute();
        if (f.closed(M15)) {
          if (whole && f.bar(M15).has_volume()) {
            ASSERT_NEAR(f.get(m15).value, sum, 1e-9);
            ++compared;
            if (deltas.size() >= 50) {
              const std::vector<double> before = test::lag(deltas, deltas.size(), 50);
              ASSERT_NEAR(f.get(z15).value, (f.get(m15).value - test::naive_mean(before)) / test::naive_sd(before), 1e-9);
              ++zs;
            }
            deltas.push_back(f.get(m15).value);
          }
          sum = 0;
          whole = true;
        }
        if (late) add_minute();
      }
    }
    EXPECT_GT(compared, 120);
    EXPECT_GT(zs, 60);
  }
}

TEST(bar_delta, a_checkpoint_continues_bit_by_bit) {
  test::Random random(33);
  DeltaTotals totals, totals2;
  BarDelta f(20), g(20);
  for (int i = 0; i < 200; ++i) {
    const Flow flow = flow_of(random.below(900) - 450);
    totals.on_flow(bar_at(i), flow);
    f.on_bar(bar_at(i), totals.totals());
    if (i == 100) {
      StateWriter w;
      w(totals, f);
      StateReader r(w.bytes());
      r(totals2, g);
      ASSERT_TRUE(r.at_end());
    }
    if (i <= 100) continue;
    totals2.on_flow(bar_at(i), flow);
    g.on_bar(bar_at(i), totals2.totals());
    ASSERT_TRUE(test::same(f.z(), g.z()) && test::same(f.value(), g.value()));
  }
}

}  // namespace
}  // namespace omega
