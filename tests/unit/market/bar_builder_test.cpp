#include "engine/market/bar_builder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/core/civil_time.hpp"

namespace omega {
namespace {

constexpr TimeNs kMonday = utc_time(2025, 1, 13);

struct Closed {
  Timeframe tf;
  TfBar bar;
};

Bar minute_bar(TimeNs t_open, Price open, Price high, Price low, Price close, Qty volume) {
  Bar b;
  b.t_open = t_open;
  b.ts = t_open + kMinute_ns;
  b.basis = PriceBasis::kBidAsk;
  b.bid_open = open - 5; b.bid_high = high - 5; b.bid_low = low - 5; b.bid_close = close - 5;
  b.ask_open = open + 5; b.ask_high = high + 5; b.ask_low = low + 5; b.ask_close = close + 5;
  b.volume = volume;
  b.volume_kind = volume > 0 ? VolumeKind::kTicks : VolumeKind::kNone;
  return b;
}
Bar minute_bar(TimeNs t_open, Price close = 1'000, Qty volume = 7) {
  return minute_bar(t_open, close, close + 3, close - 3, close, volume);
}

struct Recorder {
  BarBuilder builder{0};
  std::vector<Closed> closed;
  void bar(const Bar& b) {
    builder.on_m1(b, [this](Timeframe tf, const TfBar& x) { closed.push_back({tf, x}); });
  }
  void timer(TimeNs ts) {
    builder.on_timer(ts, [this](Timeframe tf, const TfBar& x) { closed.push_back({tf, x}); });
  }
  std::vector<Timeframe> take_timeframes() {
    std::vector<Timeframe> tfs;
    for (const Closed& c : closed) tfs.push_back(c.tf);
    closed.clear();
    return tfs;
  }
};
using enum Timeframe;
using Tfs = std::vector<Timeframe>;

TEST(bar_builder, the_last_minute_of_a_bar_closes_it_smallest_timeframe_first) {
  Recorder r;
  for (int m = 0; m < 59; ++m) r.bar(minute_bar(kMonday + m * kMinute_ns));
  r.closed.clear();
  r.bar(minute_bar(kMonday + 59 * kMinute_ns));
  EXPECT_EQ(r.take_timeframes(), (Tfs{kM1, kM5, kM15, kM30, kH1}));
  r.bar(minute_bar(kMonday + 60 * kMinute_ns));
  EXPECT_EQ(r.take_timeframes(), (Tfs{kM1}));
}

TEST(bar_builder, the_last_minute_of_a_day_closes_all) {
  Recorder r;
  r.bar(minute_bar(kMonday + kDay_ns - kMinute_ns));
  EXPECT_EQ(r.take_timeframes(), (Tfs{kM1, kM5, kM15, kM30, kH1, kH4, kD1}));
}

TEST(bar_builder, a_quiet_bar_closes_at_the_first_timer_after_its_end_not_at_its_end) {
  Recorder r;
  r.bar(minute_bar(kMonday + 2 * kMinute_ns));
  r.closed.clear();
  r.timer(kMonday + 5 * kMinute_ns);
  EXPECT_TRUE(r.closed.empty()) << "the minute that ends there may still come";
  r.timer(kMonday + 5 * kMinute_ns + 1);
  EXPECT_EQ(r.take_timeframes(), (Tfs{kM5}));
  r.timer(kMonday + kHour_ns + kMinute_ns);
  EXPECT_EQ(r.take_timeframes(), (Tfs{kM15, kM30, kH1}));
}

TEST(bar_builder, without_timers_a_later_bar_closes_old_bars_before_it_adds_itself) {
  Recorder r;
  r.bar(minute_bar(kMonday + 2 * kMinute_ns, 1'000));
  r.closed.clear();
  r.bar(minute_bar(kMonday + 15 * kMinute_ns, 2'000));
  ASSERT_EQ(r.closed.size(), 3u);
  EXPECT_EQ(r.closed[0].tf, kM5);
  EXPECT_EQ(r.closed[0].bar.close, 1'000);
  EXPECT_EQ(r.closed[1].tf, kM15);
  EXPECT_EQ(r.closed[2].tf, kM1);
}

TEST(bar_builder, a_gap_is_more_than_two_hours_without_a_bar) {
  Recorder r;
  r.bar(minute_bar(kMonday));
  EXPECT_FALSE(r.closed[0].bar.gap()) << "the first bar has nothing before it";
  r.closed.clear();
  r.bar(minute_bar(kMonday + kMinute_ns + kMaxGap_ns));
  EXPECT_FALSE(r.closed.back().bar.gap()) << "exactly two hours";
  r.closed.clear();
  const TimeNs after_gap = kMonday + 2 * (kMinute_ns + kMaxGap_ns) + kMinute_ns;
  r.bar(minute_bar(after_gap));
  EXPECT_TRUE(r.closed.back().bar.gap());
}

TEST(bar_builder, the_gap_marks_every_bar_that_contains_it_and_no_other) {
  Recorder r;
  r.bar(minute_bar(kMonday));
  r.timer(kMonday + 3 * kHour_ns);
  const TimeNs resume = kMonday + 3 * kHour_ns + 17 * kMinute_ns;
  r.closed.clear();
  for (int m = 0; m < 24 * 60; ++m) r.bar(minute_bar(resume + m * kMinute_ns));
  for (const Closed& c : r.closed) {
    const bool contains = c.bar.t_open <= resume && resume < c.bar.t_close;
    EXPECT_EQ(c.bar.gap(), contains) << kTimeframeName[static_cast<std::size_t>(c.tf)] << ' ' << c.bar.t_open;
  }
}

TEST(bar_builder, volume_flags_follow_the_minutes) {
  Recorder r;
  r.bar(minute_bar(kMonday, 1'000, 0));
  EXPECT_FALSE(r.closed[0].bar.has_volume());
  for (int m = 1; m < 4; ++m) r.bar(minute_bar(kMonday + m * kMinute_ns, 1'000, 0));
  r.bar(minute_bar(kMonday + 4 * kMinute_ns, 1'000, 9));
  EXPECT_TRUE(r.closed.back().bar.has_volume());
  EXPECT_EQ(r.closed.back().bar.volume, 9);
  for (int m = 5; m < 10; ++m) r.bar(minute_bar(kMonday + m * kMinute_ns, 1'000, 0));
  EXPECT_EQ(r.closed.back().tf, kM5);
  EXPECT_FALSE(r.closed.back().bar.has_volume());
}

TEST(bar_builder, volume_kinds_are_never_mixed) {
  Recorder r;
  r.bar(minute_bar(kMonday));
  Bar traded = minute_bar(kMonday + kMinute_ns);
  traded.volume_kind = VolumeKind::kTraded;
  r.bar(traded);
  EXPECT_FALSE(r.closed.back().bar.has_volume());
  EXPECT_EQ(r.closed.back().bar.volume, 0);
}

TEST(bar_builder, one_sided_bars_get_the_modelled_spread) {
  BarBuilder builder(10);
  Bar b = minute_bar(kMonday);
  b.basis = PriceBasis::kMid;
  b.bid_open = b.bid_close = 1'000;
  b.bid_high = 1'003;
  b.bid_low = 997;
  TfBar m1;
  builder.on_m1(b, [&](Timeframe, const TfBar& x) { m1 = x; });
  EXPECT_EQ(m1.close, 1'000);
  EXPECT_EQ(m1.ask_close - m1.bid_close, 10);
  EXPECT_EQ(m1.high - m1.low, 6);
}

/// The obvious resampler: for each timeframe group by floor(t_open / length).
std::vector<TfBar> naive_resample(const std::vector<Bar>& bars, DurationNs length) {
  std::vector<TfBar> out;
  for (const Bar& b : bars) {
    const TimeNs start = b.t_open - b.t_open % length;
    const auto mid = [](Price x, Price y) { return (x + y) / 2; };
    if (out.empty() || out.back().t_open != start) {
      TfBar fresh;
      fresh.t_open = start;
      fresh.t_close = start + length;
      fresh.open = mid(b.bid_open, b.ask_open);
      fresh.high = mid(b.bid_high, b.ask_high);
      fresh.low = mid(b.bid_low, b.ask_low);
      out.push_back(fresh);
    }
    TfBar& x = out.back();
    x.high = std::max(x.high, mid(b.bid_high, b.ask_high));
    x.low = std::min(x.low, mid(b.bid_low, b.ask_low));
    x.close = mid(b.bid_close, b.ask_close);
    x.volume += b.volume;
    x.n_m1 += 1;
  }
  return out;
}

std::vector<Bar> random_bars(std::uint64_t seed, int count) {
  std::mt19937_64 rng(seed);
  const auto below = [&](int n) { return static_cast<int>(rng() % static_cast<std::uint64_t>(n)); };
  std::vector<Bar> bars;
  TimeNs t = kMonday + below(1'440) * kMinute_ns;
  Price price = 1'000'000;
  for (int i = 0; i < count; ++i) {
    const Price close = price + below(41) - 20;
    bars.push_back(minute_bar(t, price, std::max(price, close) + below(9), std::min(price, close) - below(9), close,
                              below(5) == 0 ? 0 : below(1'000)));
    price = close;
    const int kind = below(400);
    t += kMinute_ns * (kind == 0 ? 1 + below(4'000) : kind < 30 ? 1 + below(20) : 1);
  }
  return bars;
}

class bar_builder_property : public testing::TestWithParam<std::uint64_t> {};

TEST_P(bar_builder_property, equals_the_naive_resampler_with_and_without_timers) {
  std::cout << "SEED=" << GetParam() << '\n';
  const std::vector<Bar> bars = random_bars(GetParam(), 6'000);
  for (const bool timers : {false, true}) {
    Recorder r;
    TimeNs next_timer = bars.front().ts;
    for (const Bar& b : bars) {
      for (; timers && next_timer <= b.ts; next_timer += kMinute_ns) r.timer(next_timer);
      r.bar(b);
    }
    r.timer(bars.back().ts + 2 * kDay_ns);
    for (std::size_t i = 0; i < kTimeframeCount; ++i) {
      const std::vector<TfBar> expected = naive_resample(bars, kTimeframe_ns[i]);
      std::vector<TfBar> got;
      for (const Closed& c : r.closed) if (c.tf == static_cast<Timeframe>(i)) got.push_back(c.bar);
      ASSERT_EQ(got.size(), expected.size()) << kTimeframeName[i];
      for (std::size_t j = 0; j < got.size(); ++j) {
        EXPECT_EQ(got[j].t_open, expected[j].t_open);
        EXPECT_EQ(got[j].t_close, expected[j].t_close);
        EXPECT_EQ(got[j].open, expected[j].open);
        EXPECT_EQ(got[j].high, expected[j].high);
        EXPECT_EQ(got[j].low, expected[j].low);
        EXPECT_EQ(got[j].close, expected[j].close);
        EXPECT_EQ(got[j].volume, expected[j].volume);
        EXPECT_EQ(got[j].n_m1, expected[j].n_m1);
        EXPECT_EQ(got[j].has_volume(), expected[j].volume > 0);
      }
    }
  }
}

TEST_P(bar_builder_property, goes_on_from_a_checkpoint_at_any_cut) {
  const std::vector<Bar> bars = random_bars(GetParam(), 600);
  for (std::size_t cut = 0; cut < bars.size(); cut += 37) {
    Recorder whole, first, second;
    for (const Bar& b : bars) whole.bar(b);
    for (std::size_t i = 0; i < cut; ++i) first.bar(bars[i]);
    StateWriter writer;
    writer(first.builder);
    StateReader reader(writer.bytes());
    reader(second.builder);
    ASSERT_TRUE(reader.at_end());
    for (std::size_t i = cut; i < bars.size(); ++i) second.bar(bars[i]);
    ASSERT_EQ(first.closed.size() + second.closed.size(), whole.closed.size());
    for (std::size_t i = 0; i < second.closed.size(); ++i) {
      const Closed& expected = whole.closed[first.closed.size() + i];
      ASSERT_EQ(second.closed[i].tf, expected.tf);
      StateWriter a, b;
      a(second.closed[i].bar);
      b(expected.bar);
      ASSERT_EQ(a.bytes(), b.bytes());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, bar_builder_property, testing::Values(1u, 2u, 3u, 20250115u));

}  // namespace
}  // namespace omega
