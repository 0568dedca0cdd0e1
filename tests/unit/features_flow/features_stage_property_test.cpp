// The invariants of STRATEGIES 5.4 that a stage can prove on its own: replay, checkpoint, no look-ahead, isolation, bounds.
#include "stage_fixture.hpp"

namespace omega {
namespace {

using test::Record;
using test::StageUnderTest;

constexpr std::size_t kInstruments = 3;
constexpr int kMinutes = 4'000;

EngineConfig config() {
  EngineConfig c = test::config_of(kInstruments);
  c.instruments[0].vpin_bucket_override = 3'000 * kQtyScale;
  c.instruments[1].asset_class = AssetClass::kCrypto;
  return c;
}

std::vector<Record> run(const std::vector<InputEvent>& events) {
  StageUnderTest s(config());
  for (const InputEvent& e : events) s.feed(e);
  return s.sink.records;
}

std::vector<std::uint8_t> frames_as_bytes(std::span<const FeatureFrame> frames, std::size_t keys) {
  StateWriter w;
  for (const FeatureFrame& f : frames) {
    w(f.ts, f.instrument, f.closed_mask, f.vpin_bucket_count, f.bars);
    for (std::size_t h = 0; h < keys; ++h) w(f.values[h]);
    for (std::size_t i = 0; i < f.vpin_bucket_count; ++i) w(f.vpin_bucket[i]);
  }
  return w.bytes();
}

class features_stage_property : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override { std::cout << "SEED=" << GetParam() << '\n'; }
  std::vector<InputEvent> events_ = test::random_inputs(GetParam(), kInstruments, kMinutes);
};

TEST_P(features_stage_property, two_runs_write_the_same_lane) {
  const std::vector<Record> first = run(events_);
  EXPECT_GT(first.size(), 5'000u);
  EXPECT_EQ(first, run(events_));
}

TEST_P(features_stage_property, a_checkpoint_at_any_cut_continues_identically) {
  test::Random random(GetParam() + 1'000);
  StageUnderTest whole(config());
  const std::size_t keys = whole.requests.keys().size();
  const auto stride = static_cast<std::int64_t>(events_.size() / 40);
  std::size_t at = 0;
  int cuts = 0;
  while (at < events_.size()) {
    const std::size_t cut = std::min(events_.size(), at + static_cast<std::size_t>(random.below(stride)));
    for (; at < cut; ++at) whole.feed(events_[at]);
    StageUnderTest restored(config());
    const std::vector<std::uint8_t> checkpoint = test::saved(whole.stage);
    StateReader reader(checkpoint);
    reader(restored.stage);
    ASSERT_TRUE(reader.at_end());
    ASSERT_EQ(restored.stage.digest(), whole.stage.digest());
    ++cuts;
    for (const std::size_t to = std::min(events_.size(), at + 60); at < to; ++at) {
      const auto expected = frames_as_bytes(whole.feed(events_[at]), keys);
      ASSERT_EQ(frames_as_bytes(restored.feed(events_[at]), keys), expected) << "cut " << cut << " event " << at;
    }
    ASSERT_EQ(test::saved(restored.stage), test::saved(whole.stage));
  }
  EXPECT_GE(cuts, 50);
}

TEST_P(features_stage_property, outputs_of_a_prefix_are_the_prefix_of_the_outputs) {
  const std::vector<Record> all = run(events_);
  for (const double share : {0.13, 0.5, 0.91}) {
    const auto cut = static_cast<std::size_t>(share * static_cast<double>(events_.size()));
    const std::vector<Record> part = run({events_.begin(), events_.begin() + static_cast<long>(cut)});
    ASSERT_LE(part.size(), all.size());
    ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin()));
  }
}

TEST_P(features_stage_property, another_instrument_changes_nothing) {
  std::vector<InputEvent> only_first;
  for (const InputEvent& e : events_) {
    if (e.type != EventType::kBar || e.as<Bar>().instrument == 0) only_first.push_back(e);
  }
  std::vector<Record> expected;
  for (const Record& r : run(events_)) if (r.head().instrument == 0) expected.push_back(r);
  EXPECT_EQ(run(only_first), expected);
}

TEST_P(features_stage_property, more_requests_change_no_value) {
  FeatureRequests few;
  const FeatureHandle fz_few = few.request({FeatureId::kFlowZ, Timeframe::kM1, 20, 500});
  const FeatureHandle vr_few = few.request({FeatureId::kVolumeRatio, Timeframe::kM5, 20, 0});
  StageUnderTest small(config(), few), large(config());
  const FeatureHandle fz = large.requests.request({FeatureId::kFlowZ, Timeframe::kM1, 20, 500});
  const FeatureHandle vr = large.requests.request({FeatureId::kVolumeRatio, Timeframe::kM5, 20, 0});
  for (const InputEvent& e : events_) {
    const auto a = small.feed(e), b = large.feed(e);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_TRUE(test::same(a[i].get(fz_few), b[i].get(fz)));
      ASSERT_TRUE(test::same(a[i].get(vr_few), b[i].get(vr)));
    }
  }
}

TEST_P(features_stage_property, every_ready_value_is_finite_and_in_its_range) {
  StageUnderTest s(config());
  const auto keys = s.requests.keys();
  std::vector<int> ready(keys.size(), 0);
  for (const InputEvent& e : events_) {
    for (const FeatureFrame& f : s.feed(e)) {
      for (std::size_t h = 0; h < keys.size(); ++h) {
        const FeatureValue& v = f.values[h];
        if (!v.ready()) { ASSERT_TRUE(std::isnan(v.value)); continue; }
        ++ready[h];
        ASSERT_TRUE(std::isfinite(v.value)) << feature_name(keys[h]);
        switch (keys[h].id) {
          case FeatureId::kFlowZ: ASSERT_LE(std::fabs(v.value), 6.0); break;
          case FeatureId::kCvdN: ASSERT_LE(std::fabs(v.value), 1.0); break;
          case FeatureId::kVpin: case FeatureId::kVpinCdf: case FeatureId::kConfluence: case FeatureId::kHurstR2:
          case FeatureId::kRegimeTrend: case FeatureId::kRegimeRange: case FeatureId::kRegimeShock:
            ASSERT_GE(v.value, 0.0); ASSERT_LE(v.value, 1.0); break;
          case FeatureId::kVolumePercentile: case FeatureId::kAdx: ASSERT_GE(v.value, 0.0); ASSERT_LE(v.value, 100.0); break;
          case FeatureId::kSpread: case FeatureId::kSpreadMedian: case FeatureId::kSpreadShock: case FeatureId::kReturnSigma:
          case FeatureId::kRealisedVol: case FeatureId::kVolumeRatio: case FeatureId::kVolumeMeanRatio: ASSERT_GE(v.value, 0.0); break;
          default: break;
        }
      }
    }
  }
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const bool flow = keys[h].tf == Timeframe::kM1 && keys[h].id != FeatureId::kConfluence && keys[h].id != FeatureId::kVpinCdf;
    if (flow) { EXPECT_GT(ready[h], 0) << feature_name(keys[h]) << " never became ready"; }
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, features_stage_property, testing::Values(101u, 202u));

}  // namespace
}  // namespace omega
