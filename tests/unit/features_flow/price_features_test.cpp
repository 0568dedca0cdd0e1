#include <gtest/gtest.h>

#include "bars.hpp"
#include "engine/features/moments.hpp"
#include "engine/features/returns.hpp"
#include "engine/features/spread_baseline.hpp"
#include "engine/features/vwap.hpp"

namespace omega {
namespace {

TEST(returns, sigma_and_realised_volatility_agree_with_the_definition) {
  const std::vector<TfBar> bars = test::random_tf_bars(41, 800);
  ReturnWindow window(20);
  std::vector<double> r;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    window.on_bar(bars[i]);
    if (i > 0 && !bars[i].gap()) {
      const double previous = static_cast<double>(bars[i - 1].close);
      r.push_back((static_cast<double>(bars[i].close) - previous) / previous);
    }
    ASSERT_EQ(window.sigma().ready(), r.size() >= 20);
    if (r.size() < 20) continue;
    const std::vector<double> last(r.end() - 20, r.end());
    double squares = 0;
    for (const double x : last) squares += x * x;
    // 2^-40 quanta: half a quantum of error per return
    ASSERT_NEAR(window.sigma().value, test::naive_sd(last), 1e-12);
    ASSERT_NEAR(window.realised().value, std::sqrt(squares), 5e-12);
    ASSERT_EQ(window.returns().sums(), window.returns().recompute());
  }
}

TEST(returns, the_return_across_a_gap_is_skipped_and_the_next_one_starts_behind_it) {
  ReturnWindow window(2);
  TfBar b = test::tf_bar(0, 100'000, 100'000, 1);
  window.on_bar(b);
  b = test::tf_bar(kMinute_ns, 100'000, 200'000, 1);
  b.flags |= tf_flag::kGap;
  window.on_bar(b);
  window.on_bar(test::tf_bar(2 * kMinute_ns, 200'000, 202'000, 1));
  EXPECT_EQ(window.returns().size(), 1u);
  EXPECT_EQ(window.returns().window().back(0), std::llround(0.01 * kReturnScale));
}

TEST(moments, the_worked_example_of_s01_gives_sigma_and_z) {
  // 200 closes alternating 1.10100 / 1.09900, typical price = close, V = 100; then close 1.09650
  CloseMoments moments(200);
  VwapLag vwap(200);
  for (int i = 0; i < 200; ++i) {
    const Price close = i % 2 == 0 ? 1'101'000'000 : 1'099'000'000;
    const TfBar b = test::tf_bar(test::kMonday + i * kMinute_ns, close, close, 100 * kQtyScale);
    moments.on_bar(b);
    vwap.on_bar(b);
  }
  EXPECT_EQ(moments.sd().state, FeatureState::kWarming) << "lag(200) excludes the current bar";
  const TfBar now = test::tf_bar(test::kMonday + 200 * kMinute_ns, 1'096'500'000, 1'096'500'000, 380 * kQtyScale);
  moments.on_bar(now);
  vwap.on_bar(now);
  EXPECT_NEAR(moments.sd().value / 1e9, 0.0010025, 5e-8);
  EXPECT_EQ(vwap.value().value, 1'100'000'000.0);
  EXPECT_NEAR(z_score(static_cast<double>(now.close), vwap.value(), moments.sd()).value, -3.4912, 5e-5);
}

TEST(moments, lagged_mean_sd_and_vwap_agree_with_the_definition) {
  const std::vector<TfBar> bars = test::random_tf_bars(43, 700);
  CloseMoments moments(50);
  VwapLag vwap(50);
  std::vector<double> closes, volumes, products;
  for (const TfBar& b : bars) {
    moments.on_bar(b);
    if (closes.size() >= 50) {
      const std::vector<double> window = test::lag(closes, closes.size(), 50);
      ASSERT_NEAR(moments.mean().value, test::naive_mean(window), 1e-12 * 1.1e9);
      ASSERT_NEAR(moments.sd().value, test::naive_sd(window), 1e-10 * test::naive_sd(window));
    }
    closes.push_back(static_cast<double>(b.close));
    if (!b.has_volume()) continue;
    vwap.on_bar(b);
    ASSERT_EQ(vwap.value().ready(), volumes.size() >= 50);
    if (volumes.size() >= 50) {
      const double top = test::naive_mean(test::lag(products, products.size(), 50));
      const double bottom = test::naive_mean(test::lag(volumes, volumes.size(), 50));
      ASSERT_NEAR(vwap.value().value, top / bottom, 1e-12 * 1.1e9);
      ASSERT_EQ(vwap.window().sums(), vwap.window().recompute());
    }
    const double volume = static_cast<double>(b.volume) / static_cast<double>(kQtyScale);
    volumes.push_back(volume);
    products.push_back(static_cast<double>(b.high + b.low + b.close) / 3.0 * volume);
  }
}

TEST(moments, a_flat_window_has_no_sd) {
  CloseMoments moments(5);
  for (int i = 0; i < 6; ++i) moments.on_bar(test::tf_bar(i * kMinute_ns, 1'000, 1'000, 1));
  EXPECT_EQ(moments.sd().state, FeatureState::kInvalid);
  EXPECT_EQ(moments.mean().value, 1'000.0);
  EXPECT_EQ(z_score(1.0, moments.mean(), moments.sd()).state, FeatureState::kInvalid);
}

TEST(close_lag, is_the_close_n_bars_ago) {
  CloseLag lag(21);
  for (int i = 0; i < 40; ++i) {
    lag.on_bar(test::tf_bar(i * kMinute_ns, 1'000 + i, 1'000 + i, 1));
    ASSERT_EQ(lag.value().ready(), i >= 21);
    if (i >= 21) { ASSERT_EQ(lag.value().value, 1'000.0 + i - 21); }
  }
}

TEST(spread_baseline, median_of_the_last_two_hundred_closes) {
  SpreadBaseline baseline;
  std::vector<double> all;
  test::Random random(47);
  for (int i = 0; i < 600; ++i) {
    TfBar b = test::tf_bar(i * kMinute_ns, 1'100'000'000, 1'100'000'000, 1);
    b.ask_close = b.bid_close + random.below(30) * 1'000;
    baseline.on_bar(b);
    all.push_back(static_cast<double>(b.ask_close - b.bid_close));
    ASSERT_EQ(baseline.spread().value, all.back());
    ASSERT_DOUBLE_EQ(baseline.spread_bp().value, 1e4 * all.back() / 1.1e9);
    ASSERT_EQ(baseline.median().ready(), all.size() >= 50);
    if (all.size() < 50) continue;
    std::vector<double> window(all.end() - static_cast<long>(std::min<std::size_t>(all.size(), 200)), all.end());
    std::sort(window.begin(), window.end());
    const std::size_t n = window.size();
    const double median = n % 2 != 0 ? window[n / 2] : (window[n / 2 - 1] + window[n / 2]) / 2.0;
    ASSERT_EQ(baseline.median().value, median);
    ASSERT_EQ(baseline.shock().value, all.back() / median);
  }
}

TEST(spread_baseline, a_median_of_zero_has_no_shock) {
  SpreadBaseline baseline;
  for (int i = 0; i < 60; ++i) {
    TfBar b = test::tf_bar(i * kMinute_ns, 1'000, 1'000, 1);
    b.ask_close = b.bid_close;
    baseline.on_bar(b);
  }
  EXPECT_EQ(baseline.median().value, 0.0);
  EXPECT_EQ(baseline.shock().state, FeatureState::kInvalid);
}

}  // namespace
}  // namespace omega
