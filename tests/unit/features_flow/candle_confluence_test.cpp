#include <gtest/gtest.h>

#include "bars.hpp"
#include "engine/features/candle.hpp"
#include "engine/features/confluence.hpp"

namespace omega {
namespace {

TEST(candle, body_wicks_and_shares) {
  TfBar b = test::tf_bar(0, 1'050, 1'020, 1);
  b.high = 1'060;
  b.low = 1'000;
  EXPECT_EQ(candle_body(b, 10), 30);
  EXPECT_EQ(candle_range(b), 60);
  EXPECT_EQ(candle_wick(b, kLong), 20);
  EXPECT_EQ(candle_wick(b, kShort), 10);
  EXPECT_DOUBLE_EQ(wick_share(b, kLong), 20.0 / 60.0);
  EXPECT_DOUBLE_EQ(wick_share(b, kShort), 10.0 / 60.0);
}

TEST(candle, a_doji_has_a_body_of_one_tick_and_a_point_has_no_wick) {
  const TfBar point = test::tf_bar(0, 1'000, 1'000, 1);
  EXPECT_EQ(candle_body(point, 10), 10);
  EXPECT_EQ(wick_share(point, kLong), 0.0);
}

std::array<FeatureValue, 6> labels(double m5, double m15, double m30, double h1, double h4, double d1) {
  return {FeatureValue::of(m5), FeatureValue::of(m15), FeatureValue::of(m30),
          FeatureValue::of(h1), FeatureValue::of(h4),  FeatureValue::of(d1)};
}

TEST(confluence_of_labels, weights_of_the_specification) {
  EXPECT_EQ(confluence(labels(1, 1, 1, 1, 1, 1)).value, 1.0);
  EXPECT_EQ(confluence(labels(-1, -1, -1, -1, -1, -1)).value, 0.0);
  EXPECT_EQ(confluence(labels(0, 0, 0, 0, 0, 0)).value, 0.5);
  EXPECT_EQ(confluence(labels(-1, -1, -1, -1, -1, 1)).value, 0.25);
  EXPECT_EQ(confluence(labels(-1, -1, -1, -1, 1, -1)).value, 0.25);
  EXPECT_EQ(confluence(labels(-1, -1, -1, 1, -1, -1)).value, 0.15);
  EXPECT_EQ(confluence(labels(-1, -1, 1, -1, -1, -1)).value, 0.15);
  EXPECT_EQ(confluence(labels(-1, 1, -1, -1, -1, -1)).value, 0.10);
  EXPECT_EQ(confluence(labels(1, -1, -1, -1, -1, -1)).value, 0.10);
}

TEST(confluence_of_labels, thresholds_compare_as_written_on_paper) {
  // D1 and H4 up, H1 neutral, rest down but M15 neutral: .25 + .25 + .075 + .05 = .625
  EXPECT_EQ(confluence(labels(-1, 0, -1, 0, 1, 1)).value, 0.625);
  // .25 + .25 + .15 = .65 for the long, and the mirror for the short
  EXPECT_GE(confluence_for(confluence(labels(-1, -1, -1, 1, 1, 1)).value, kLong), 0.65);
  EXPECT_GE(confluence_for(confluence(labels(1, 1, 1, -1, -1, -1)).value, kShort), 0.65);
}

TEST(confluence_of_labels, one_unknown_label_makes_it_invalid) {
  auto some = labels(1, 1, 1, 1, 1, 1);
  some[5] = FeatureValue::warming();
  EXPECT_EQ(confluence(some).state, FeatureState::kInvalid);
}

}  // namespace
}  // namespace omega
