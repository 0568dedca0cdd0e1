#include "engine/features/vpin.hpp"

#include <gtest/gtest.h>

#include "bars.hpp"

namespace omega {
namespace {

constexpr double kQuantum = kFlowScale * static_cast<double>(kQtyScale);

struct Clock {
  VolumeBuckets buckets;
  Vpin vpin;
  Clock(Qty size_units, int n, bool weekend = false) : buckets(size_units * kQtyScale, weekend), vpin(n) {}
  void bar(TimeNs t, Qty units, double x) {
    Flow flow = classify_bulk(units * kQtyScale, x);
    const TfBar b = test::tf_bar(t, 1'000, 1'000, units * kQtyScale);
    buckets.on_flow(b, flow);
    vpin.on_buckets(buckets.completed());
  }
};

TEST(vpin, worked_example_of_the_specification) {
  Clock c(100, 2);
  c.bar(test::kMonday, 150, +1.0);
  ASSERT_EQ(c.buckets.completed().size(), 1u);
  EXPECT_NEAR(static_cast<double>(c.buckets.completed()[0].imbalance) / kQuantum, 68.2689492, 5e-8);
  EXPECT_EQ(c.vpin.value().state, FeatureState::kWarming);
  c.bar(test::kMonday + kMinute_ns, 50, -2.0);
  ASSERT_EQ(c.buckets.completed().size(), 1u);
  EXPECT_NEAR(static_cast<double>(c.buckets.completed()[0].imbalance) / kQuantum, 13.5905122, 5e-8);  // 100 − 100 Φ(1) − 100 Φ(−2)
  EXPECT_NEAR(c.vpin.value().value, 0.4092973, 5e-8);
}

/// Second implementation: cumulative volume and cumulative bought volume, cut at multiples of V by interpolation.
std::vector<double> naive_vpin(const std::vector<double>& volume, const std::vector<double>& share, double v, std::size_t n) {
  std::vector<double> edge{0}, bought{0};
  for (std::size_t i = 0; i < volume.size(); ++i) {
    edge.push_back(edge.back() + volume[i]);
    bought.push_back(bought.back() + volume[i] * share[i]);
  }
  const auto bought_at = [&](double x) {
    std::size_t i = 1;
    while (edge[i] < x) ++i;
    return bought[i - 1] + (bought[i] - bought[i - 1]) * (x - edge[i - 1]) / (edge[i] - edge[i - 1]);
  };
  std::vector<double> imbalance, out;
  for (double x = v; x <= edge.back(); x += v) imbalance.push_back(std::fabs(2 * (bought_at(x) - bought_at(x - v)) - v));
  for (std::size_t i = n; i <= imbalance.size(); ++i) {
    double sum = 0;
    for (std::size_t j = i - n; j < i; ++j) sum += imbalance[j];
    out.push_back(sum / (static_cast<double>(n) * v));
  }
  return out;
}

TEST(vpin, agrees_with_cutting_the_cumulative_volume) {
  std::cout << "SEED=31\n";
  test::Random random(31);
  Clock c(400, 10);
  std::vector<double> volume, share, got;
  for (int i = 0; i < 600; ++i) {
    const Qty units = 1 + random.below(900);
    const double x = static_cast<double>(random.below(6'001) - 3'000) / 1'000.0;
    volume.push_back(static_cast<double>(units));
    share.push_back(0.5 * std::erfc(-x / std::sqrt(2.0)));
    c.bar(test::kMonday + i * kMinute_ns, units, x);
    got.insert(got.end(), c.vpin.values().begin(), c.vpin.values().end());
    ASSERT_TRUE(c.vpin.imbalance().sum() == c.vpin.imbalance().recompute());
  }
  const std::vector<double> expected = naive_vpin(volume, share, 400, 10);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 1e-10);
}

TEST(vpin, the_parts_of_a_split_event_sum_to_the_event) {
  VolumeBuckets buckets(7, false);  // seven Qty quanta: every cut needs rounding
  i128 buy = 0, net = 0;
  test::Random random(5);
  for (int i = 0; i < 2'000; ++i) {
    const Qty volume = 7 * (1 + random.below(20));  // whole buckets only, so nothing stays open
    const double x = static_cast<double>(random.below(4'000)) / 1'000.0;  // buyers lead: |B − S| = B − S
    const Flow flow = classify_bulk(volume, x);
    buckets.on_flow(test::tf_bar(test::kMonday + i * kMinute_ns, 1'000, 1'000, volume), flow);
    buy += flow.delta();
    for (const auto& b : buckets.completed()) net += b.imbalance;
  }
  EXPECT_TRUE(buy == net);
}

TEST(vpin, at_most_fifty_buckets_per_event_and_the_remainder_stays) {
  Clock c(10, 50);
  c.bar(test::kMonday, 10'004, 1.0);
  EXPECT_EQ(c.buckets.completed().size(), 50u);
  EXPECT_TRUE(c.vpin.value().ready());
  EXPECT_NEAR(c.vpin.value().value, 0.6826894921, 1e-9) << "one event, one share";
  c.bar(test::kMonday + kMinute_ns, 5, 1.0);
  EXPECT_EQ(c.buckets.completed().size(), 0u) << "4 left over + 5 = 9";
  c.bar(test::kMonday + 2 * kMinute_ns, 1, 1.0);
  EXPECT_EQ(c.buckets.completed().size(), 1u);
}

TEST(vpin, exactly_fifty_buckets_leave_nothing_open) {
  Clock c(10, 50);
  c.bar(test::kMonday, 500, 1.0);
  EXPECT_EQ(c.buckets.completed().size(), 50u);
  c.bar(test::kMonday + kMinute_ns, 9, 1.0);
  EXPECT_EQ(c.buckets.completed().size(), 0u);
}

TEST(vpin, a_bar_without_volume_adds_nothing_and_repeats_no_bucket) {
  Clock c(10, 2);
  c.bar(test::kMonday, 20, 1.0);
  EXPECT_EQ(c.vpin.values().size(), 1u) << "the second bucket fills the window of two";
  c.bar(test::kMonday + kMinute_ns, 0, 1.0);
  EXPECT_TRUE(c.buckets.completed().empty());
  EXPECT_TRUE(c.vpin.values().empty());
  EXPECT_TRUE(c.vpin.value().ready());
}

TEST(vpin, the_bucket_size_is_a_fiftieth_of_the_mean_full_day_after_five_of_them) {
  Clock c(0, 50);
  TimeNs day = test::kMonday + 10 * kHour_ns;  // the first day is not whole
  c.bar(day, 999'999, 0);
  for (int i = 1; i <= 5; ++i) {
    day = test::kMonday + i * kDay_ns;
    EXPECT_EQ(c.buckets.next_size(), 0);
    c.bar(day, 1'000 * i, 0);
  }
  // Tuesday to Friday are four whole days; Saturday's bar does not count for FX
  day = test::kMonday + 7 * kDay_ns;
  c.bar(day, 5'000, 0);
  EXPECT_EQ(c.buckets.next_size(), 0);
  c.bar(day + kDay_ns, 1, 0);
  EXPECT_EQ(c.buckets.next_size(), kQtyScale * (1'000 + 2'000 + 3'000 + 4'000 + 5'000) / 5 / 50);
}

TEST(vpin, weekends_count_for_instruments_that_trade_on_them) {
  for (const bool weekend : {false, true}) {
    Clock c(0, 50, weekend);
    for (int i = 0; i <= 6; ++i) c.bar(test::kMonday + i * kDay_ns, 100, 0);  // whole Monday .. Sunday
    // at Sunday's first bar: Mon..Fri and, for crypto, Saturday
    c.bar(test::kMonday + 7 * kDay_ns, 60'100, 0);
    EXPECT_EQ(c.buckets.next_size(), 2 * kQtyScale);
  }
}

TEST(vpin, a_first_day_that_starts_at_midnight_is_whole) {
  Clock c(0, 50);
  for (int i = 0; i < 5; ++i) c.bar(test::kMonday + i * kDay_ns, 5'000, 0);
  EXPECT_EQ(c.buckets.next_size(), 0);
  c.bar(test::kMonday + 7 * kDay_ns, 1, 0);
  EXPECT_EQ(c.buckets.next_size(), 100 * kQtyScale);
}

TEST(vpin, a_new_size_waits_for_the_next_bucket) {
  Clock c(0, 1);
  for (int i = 0; i < 5; ++i) c.bar(test::kMonday + i * kDay_ns, 5'000, 0);
  const TimeNs next_monday = test::kMonday + 7 * kDay_ns;
  c.bar(next_monday, 9'950, 1.0);                 // V = 100: 99 buckets, 50 recorded, 50 units stay in the hundredth
  EXPECT_EQ(c.buckets.next_size(), 100 * kQtyScale);
  c.bar(next_monday + kDay_ns, 49, 1.0);          // mean of six days rises
  EXPECT_GT(c.buckets.next_size(), 100 * kQtyScale);
  EXPECT_TRUE(c.buckets.completed().empty());
  c.bar(next_monday + kDay_ns + kMinute_ns, 1, 1.0);
  ASSERT_EQ(c.buckets.completed().size(), 1u) << "the open bucket keeps its 100";
  EXPECT_EQ(c.buckets.completed()[0].size, 100 * kQtyScale);
}

TEST(vpin, cdf_is_the_share_of_values_up_to_the_current_one) {
  Clock c(10, 1);
  test::Random random(17);
  std::vector<double> values;
  for (int i = 0; i < 1'300; ++i) {
    c.bar(test::kMonday + i * kMinute_ns, 10, static_cast<double>(random.below(40)) / 10.0);
    values.push_back(c.vpin.value().value);
    ASSERT_EQ(c.vpin.cdf().ready(), values.size() >= 200);
    if (!c.vpin.cdf().ready()) continue;
    const std::size_t n = std::min<std::size_t>(values.size(), 1'000);
    const auto at_most = std::count_if(values.end() - static_cast<long>(n), values.end(),
                                       [&](double v) { return v <= values.back(); });
    ASSERT_EQ(c.vpin.cdf().value, static_cast<double>(at_most) / static_cast<double>(n));
  }
}

TEST(vpin, stays_between_zero_and_one_and_survives_a_checkpoint) {
  test::Random random(23);
  Clock whole(50, 20);
  for (int i = 0; i < 400; ++i) {
    const Qty units = random.below(200);
    const double x = static_cast<double>(random.below(20'000) - 10'000) / 1'000.0;
    if (i % 50 == 0) {
      Clock restored(50, 20);
      StateWriter writer;
      writer(whole.buckets, whole.vpin);
      StateReader reader(writer.bytes());
      reader(restored.buckets, restored.vpin);
      ASSERT_TRUE(reader.at_end());
      whole.bar(test::kMonday + i * kMinute_ns, units, x);
      restored.bar(test::kMonday + i * kMinute_ns, units, x);
      ASSERT_EQ(test::saved(restored.vpin), test::saved(whole.vpin));
      ASSERT_EQ(test::saved(restored.buckets), test::saved(whole.buckets));
    } else {
      whole.bar(test::kMonday + i * kMinute_ns, units, x);
    }
    if (whole.vpin.value().ready()) {
      ASSERT_GE(whole.vpin.value().value, 0.0);
      ASSERT_LE(whole.vpin.value().value, 1.0);
    }
  }
}

}  // namespace
}  // namespace omega
