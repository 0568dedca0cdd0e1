#include "engine/features/features_stage.hpp"

#include "stage_fixture.hpp"

namespace omega {
namespace {

using test::kMonday;
using test::StageUnderTest;

constexpr Price kPrice = 1'100'000'000;
constexpr Qty kVolume = 10 * kQtyScale;

FeatureKey key(FeatureId id, Timeframe tf = Timeframe::kM1, int p0 = 0) { return {id, tf, p0, 0}; }

InputEvent bar_event(InstrumentId id, TimeNs t_open, Price close = kPrice, Qty volume = kVolume) {
  return InputEvent::of(test::input_bar(id, t_open, close, close, volume));
}

TEST(features_stage, a_good_bar_gives_one_frame_of_its_instrument) {
  StageUnderTest s(test::config_of(3));
  const auto frames = s.feed(bar_event(1, kMonday));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].instrument, 1);
  EXPECT_EQ(frames[0].ts, kMonday + kMinute_ns);
  EXPECT_EQ(frames[0].closed_mask, 1u) << "M1 only";
  EXPECT_EQ(frames[0].bar(Timeframe::kM1).close, kPrice + 50'000) << "mid";
}

TEST(features_stage, a_quarantined_bar_gives_no_frame_and_changes_no_feature) {
  StageUnderTest with(test::config_of(1)), without(test::config_of(1));
  for (int m = 0; m < 300; ++m) {
    const TimeNs t = kMonday + m * kMinute_ns;
    const Price close = kPrice + (m * 31 % 17) * 10'000;
    if (m % 10 == 3) {
      Bar bad = test::input_bar(0, t, close * 3, close * 3, kVolume);
      bad.flags = bar_flag::kBadJump | bar_flag::kBadRange;
      EXPECT_EQ(with.feed(InputEvent::of(bad)).size(), 0u);
      --with.last_seq;  // so that the lanes can be compared
      continue;
    }
    with.feed(bar_event(0, t, close));
    without.feed(bar_event(0, t, close));
  }
  EXPECT_EQ(with.sink.records, without.sink.records);
  EXPECT_EQ(with.stage.counters().bars_quarantined, 30u);
  EXPECT_EQ(with.stage.counters().quarantined_by_reason, (std::array<std::uint64_t, 8>{0, 30, 0, 0, 0, 30, 0, 0}));
  EXPECT_EQ(with.stage.counters().bars_good, 270u);
}

TEST(features_stage, a_bar_of_an_instrument_that_is_not_active_is_counted_and_dropped) {
  EngineConfig config = test::config_of(2);
  config.instruments[0].active = false;
  StageUnderTest s(config);
  EXPECT_EQ(s.feed(bar_event(0, kMonday)).size(), 0u);
  EXPECT_EQ(s.feed(bar_event(1, kMonday)).size(), 1u);
  EXPECT_EQ(s.stage.counters().bars_ignored, 1u);
  EXPECT_EQ(s.stage.instrument_count(), 1u);
}

TEST(features_stage, a_timer_closes_the_quiet_bars_of_all_instruments_in_order) {
  StageUnderTest s(test::config_of(3));
  s.feed(bar_event(2, kMonday + 2 * kMinute_ns));
  s.feed(bar_event(0, kMonday + 2 * kMinute_ns));
  EXPECT_EQ(s.feed(test::timer_at(kMonday + 5 * kMinute_ns)).size(), 0u);
  const auto frames = s.feed(test::timer_at(kMonday + 6 * kMinute_ns));
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].instrument, 0);
  EXPECT_EQ(frames[1].instrument, 2);
  for (const FeatureFrame& f : frames) {
    EXPECT_TRUE(f.closed(Timeframe::kM5));
    EXPECT_FALSE(f.closed(Timeframe::kM1));
    EXPECT_EQ(f.bar(Timeframe::kM5).t_open, kMonday);
    EXPECT_EQ(f.ts, kMonday + 6 * kMinute_ns);
  }
}

TEST(features_stage, journals_each_closed_timeframe_with_the_values_of_its_keys_in_handle_order) {
  FeatureRequests requests;
  const FeatureHandle lag2 = requests.request(key(FeatureId::kCloseLag, Timeframe::kM5, 1));
  const FeatureHandle spread = requests.request(key(FeatureId::kSpread));
  const FeatureHandle median = requests.request(key(FeatureId::kSpreadMedian));
  const FeatureHandle mean = requests.request(key(FeatureId::kCloseMeanLag, Timeframe::kM5, 2));
  StageUnderTest s(test::config_of(1), requests);
  for (int m = 0; m < 10; ++m) s.feed(bar_event(0, kMonday + m * kMinute_ns, kPrice + m * 10'000));
  ASSERT_EQ(s.sink.records.size(), 12u);
  const test::Record& m1 = s.sink.records[10];
  const test::Record& m5 = s.sink.records[11];
  EXPECT_EQ(m1.type, EventType::kFeatureVector);
  EXPECT_EQ(m1.seq, 10u);
  EXPECT_EQ(m1.head().timeframe, Timeframe::kM1);
  EXPECT_EQ(m5.seq, 10u);
  EXPECT_EQ(m5.head().timeframe, Timeframe::kM5);
  EXPECT_EQ(m5.head().t_open, kMonday + 5 * kMinute_ns);
  EXPECT_EQ(m5.head().n_m1, 5u);
  EXPECT_EQ(m5.head().volume, 5 * kVolume);
  EXPECT_EQ(m5.head().close, kPrice + 9 * 10'000 + 50'000);
  ASSERT_EQ(m1.list.size(), 2u);
  EXPECT_EQ(m1.list[0], 100'000.0);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &m1.list[1], sizeof bits);
  EXPECT_EQ(bits, 0x7ff8000000000000u) << "ten samples: the median is warming";
  ASSERT_EQ(m5.list.size(), 2u);
  EXPECT_EQ(m5.list[0], static_cast<double>(kPrice + 4 * 10'000 + 50'000)) << "close one M5 bar ago";
  const FeatureFrame& frame = *s.stage.frame(0);
  EXPECT_EQ(frame.get(spread).value, 100'000.0);
  EXPECT_EQ(frame.get(median).state, FeatureState::kWarming);
  EXPECT_EQ(frame.get(lag2).value, m5.list[0]);
  EXPECT_EQ(frame.get(mean).state, FeatureState::kWarming);
}

TEST(features_stage, a_value_holds_between_the_closes_of_its_timeframe) {
  FeatureRequests requests;
  const FeatureHandle h = requests.request(key(FeatureId::kCloseLag, Timeframe::kM5, 1));
  StageUnderTest s(test::config_of(1), requests);
  for (int m = 0; m < 14; ++m) {
    const auto frames = s.feed(bar_event(0, kMonday + m * kMinute_ns, kPrice + m * 10'000));
    ASSERT_EQ(frames[0].get(h).ready(), m >= 9) << m;
    if (m >= 9) { ASSERT_EQ(frames[0].get(h).value, static_cast<double>(kPrice + 4 * 10'000 + 50'000)); }
  }
}

TEST(features_stage, a_gap_is_flagged_counted_and_its_return_skipped) {
  FeatureRequests requests;
  const FeatureHandle sigma = requests.request(key(FeatureId::kReturnSigma, Timeframe::kM1, 2));
  StageUnderTest s(test::config_of(1), requests);
  for (int m = 0; m < 3; ++m) s.feed(bar_event(0, kMonday + m * kMinute_ns, kPrice + (m % 2) * 10'000));
  const double before = s.stage.frame(0)->get(sigma).value;
  const TimeNs resume = kMonday + 3 * kMinute_ns + 3 * kHour_ns;
  const auto frames = s.feed(bar_event(0, resume, kPrice * 5 / 4));
  EXPECT_TRUE(frames[0].bar(Timeframe::kM1).gap());
  EXPECT_EQ(frames[0].get(sigma).value, before);
  EXPECT_EQ(s.stage.counters().gaps, 1u);
  s.feed(bar_event(0, resume + kMinute_ns, kPrice * 5 / 4));
  EXPECT_LT(s.stage.frame(0)->get(sigma).value, 1e-4) << "the jump of a quarter never entered";
}

TEST(features_stage, too_many_bars_without_volume_make_volume_features_invalid_and_only_them) {
  FeatureRequests requests;
  const FeatureHandle ratio = requests.request(key(FeatureId::kVolumeRatio, Timeframe::kM1, 10));
  const FeatureHandle vwap = requests.request(key(FeatureId::kVwapLag, Timeframe::kM1, 10));
  const FeatureHandle z = requests.request(key(FeatureId::kCloseZLag, Timeframe::kM1, 10));
  const FeatureHandle mean = requests.request(key(FeatureId::kCloseMeanLag, Timeframe::kM1, 10));
  const FeatureHandle cvd = requests.request(key(FeatureId::kCvdN, Timeframe::kM1, 20));
  StageUnderTest s(test::config_of(1), requests);
  int m = 0;
  const auto feed = [&](int count, Qty volume) {
    for (int i = 0; i < count; ++i, ++m) {
      s.feed(bar_event(0, kMonday + m * kMinute_ns, kPrice + (m * 7 % 13) * 10'000, volume + (m % 3) * (volume / 10)));
    }
  };
  feed(200, kVolume);
  const double held = s.stage.frame(0)->get(ratio).value;
  feed(100, 0);
  const FeatureFrame& f = *s.stage.frame(0);
  EXPECT_EQ(f.get(ratio).value, held) << "half of 200 is still allowed and the value holds";
  EXPECT_TRUE(f.get(cvd).ready());
  feed(1, 0);
  for (const FeatureHandle h : {ratio, vwap, z, cvd}) EXPECT_EQ(f.get(h).state, FeatureState::kInvalid);
  EXPECT_TRUE(f.get(mean).ready()) << "a price feature";
  feed(101, kVolume);
  for (const FeatureHandle h : {ratio, vwap, z, cvd}) EXPECT_TRUE(f.get(h).ready());
}

TEST(features_stage, silence_of_more_than_three_minutes_in_trading_hours_is_stale_until_the_next_bar) {
  FeatureRequests requests;
  const FeatureHandle m1 = requests.request(key(FeatureId::kCloseLag, Timeframe::kM1, 1));
  const FeatureHandle m5 = requests.request(key(FeatureId::kCloseLag, Timeframe::kM5, 1));
  StageUnderTest s(test::config_of(1), requests);
  int m = 0;
  for (; m < 11; ++m) s.feed(bar_event(0, kMonday + m * kMinute_ns));
  const TimeNs last_end = kMonday + m * kMinute_ns;
  for (int i = 1; i <= 3; ++i) s.feed(test::timer_at(last_end + i * kMinute_ns));
  EXPECT_FALSE(s.stage.feed_stale(0)) << "exactly three minutes";
  s.feed(test::timer_at(last_end + 4 * kMinute_ns));
  EXPECT_TRUE(s.stage.feed_stale(0));
  const auto frames = s.feed(test::timer_at(last_end + 5 * kMinute_ns));
  ASSERT_EQ(frames.size(), 1u) << "the M5 bar that was quiet";
  EXPECT_EQ(frames[0].get(m1).state, FeatureState::kInvalid);
  EXPECT_TRUE(frames[0].get(m5).ready()) << "not an M1 feature";
  EXPECT_EQ(s.stage.counters().stale_entries, 1u);
  s.feed(bar_event(0, last_end + 5 * kMinute_ns));
  EXPECT_FALSE(s.stage.feed_stale(0));
  EXPECT_TRUE(s.stage.frame(0)->get(m1).ready());
  EXPECT_EQ(s.stage.counters().stale_exits, 1u);
}

TEST(features_stage, the_week_end_is_not_silence_but_a_late_sunday_is) {
  StageUnderTest fx(test::config_of(1));
  EngineConfig crypto_config = test::config_of(1);
  crypto_config.instruments[0].asset_class = AssetClass::kCrypto;
  StageUnderTest crypto(crypto_config);
  const TimeNs close = utc_time(2025, 1, 17, 22), open = utc_time(2025, 1, 19, 22);
  for (StageUnderTest* s : {&fx, &crypto}) s->feed(bar_event(0, close - kMinute_ns));
  for (TimeNs ts = close; ts <= open + 3 * kMinute_ns; ts += kMinute_ns) {
    fx.feed(test::timer_at(ts));
    crypto.feed(test::timer_at(ts));
    ASSERT_FALSE(fx.stage.feed_stale(0)) << (ts - open) / kMinute_ns;
    ASSERT_EQ(crypto.stage.feed_stale(0), ts > close + 3 * kMinute_ns);
  }
  fx.feed(test::timer_at(open + 4 * kMinute_ns));
  EXPECT_TRUE(fx.stage.feed_stale(0));
}

TEST(features_stage, shows_vpin_after_every_bucket_of_the_event) {
  EngineConfig config = test::config_of(1);
  config.instruments[0].vpin_bucket_override = 10 * kQtyScale;
  FeatureRequests requests;
  const FeatureHandle vpin = requests.request(key(FeatureId::kVpin, Timeframe::kM1, 20));
  StageUnderTest s(config, requests);
  std::size_t buckets = 0;
  for (int m = 0; m < 140; ++m) {
    const auto frames = s.feed(bar_event(0, kMonday + m * kMinute_ns, kPrice + (m * 7 % 11) * 10'000, 25 * kQtyScale));
    buckets += frames[0].vpin_bucket_count;
    if (frames[0].vpin_bucket_count > 0) {
      EXPECT_EQ(frames[0].vpin_bucket[frames[0].vpin_bucket_count - 1], frames[0].get(vpin).value);
    }
  }
  // flow is known from the 102nd bar on: 39 bars of 25 = 97 buckets, of which the first 19 only warm up
  EXPECT_EQ(buckets, 97u - 19u);
  const auto quiet = s.feed(test::timer_at(kMonday + 3 * kHour_ns));
  ASSERT_EQ(quiet.size(), 1u);
  EXPECT_EQ(quiet[0].vpin_bucket_count, 0u);
}

TEST(features_stage, digests_are_journaled_every_65536_inputs) {
  StageUnderTest s(test::config_of(1));
  InputEvent bar = bar_event(0, kMonday);
  bar.seq = kDigestInterval_inputs;
  s.feed(bar);
  ASSERT_EQ(s.sink.records.size(), 2u);
  EXPECT_EQ(s.sink.records[1].type, EventType::kDigest);
  DigestCheckpoint checkpoint;
  std::memcpy(&checkpoint, s.sink.records[1].body.data(), sizeof checkpoint);
  EXPECT_EQ(checkpoint.digest, s.stage.digest());
  EXPECT_EQ(checkpoint.events, 1u);
}

}  // namespace
}  // namespace omega
