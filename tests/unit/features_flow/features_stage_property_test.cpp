// The invariants of STRATEGIES 5.4 that a stage can prove on its own: replay, checkpoint, no look-ahead, isolation, bounds.
#include <set>

#include "range_text.hpp"
#include "tick_market.hpp"

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

/// By the range that the catalogue declares for each key. Counts how often each was READY.
std::vector<int> expect_in_range(StageUnderTest& s, const std::vector<InputEvent>& events) {
  const auto keys = s.requests.keys();
  std::vector<test::RangeText> ranges;
  for (const FeatureKey& k : keys) ranges.push_back(test::RangeText::parse(feature_info(k.id).range).value());
  std::vector<int> ready(keys.size(), 0), outside(keys.size(), 0);
  for (const InputEvent& e : events) {
    for (const FeatureFrame& f : s.feed(e)) {
      for (std::size_t h = 0; h < keys.size(); ++h) {
        const FeatureValue& v = f.values[h];
        if (!v.ready()) {
          EXPECT_TRUE(std::isnan(v.value)) << feature_name(keys[h]);
          continue;
        }
        ++ready[h];
        if (ranges[h].holds(v.value) || outside[h]++ > 0) continue;
        ADD_FAILURE() << feature_name(keys[h]) << " = " << v.value << ", outside " << feature_info(keys[h].id).range << ", event " << e.seq;
      }
    }
  }
  return ready;
}

TEST(feature_ranges, every_text_of_the_catalogue_is_understood_and_every_feature_is_asked_for_here) {
  std::set<FeatureId> asked;
  for (const FeatureRequests& r : {test::requests_of_all(), test::requests_of_ticks()})
    for (const FeatureKey& k : r.keys()) asked.insert(k.id);
  for (const FeatureInfo& info : feature_catalogue()) {
    EXPECT_TRUE(test::RangeText::parse(info.range).has_value()) << info.name << ": " << info.range;
    EXPECT_TRUE(asked.contains(info.id)) << info.name << " is in no set of these tests";
  }
}

TEST(feature_ranges, a_range_holds_its_values_and_no_others) {
  struct Case {
    const char* text;
    std::vector<double> in, out;
  };
  const Case cases[] = {{"[-6, 6]", {-6, 0, 6}, {-6.0001, 6.0001}},     {"(0, 1]", {1e-9, 1}, {0, 1.1}},   {"[0, 1)", {0, .5}, {1}},
                        {">= 0", {0, 1e9}, {-1e-9}},                    {"> 0", {1e-9}, {0, -1}},          {"unbounded", {-1e300, 1e300}, {}},
                        {"about [0, 1]", {-.49, 1.49}, {-.51, 1.51}},   {"-1, 0, +1", {-1, 0, 1}, {.5, 2}}, {"0 trend, 1 range, 2 shock", {0, 1, 2}, {3, -1, .1}}};
  for (const Case& c : cases) {
    const auto range = test::RangeText::parse(c.text);
    ASSERT_TRUE(range.has_value()) << c.text;
    for (const double v : c.in) EXPECT_TRUE(range->holds(v)) << v << " in " << c.text;
    for (const double v : c.out) EXPECT_FALSE(range->holds(v)) << v << " in " << c.text;
    EXPECT_FALSE(range->holds(std::nan(""))) << c.text;
    EXPECT_FALSE(range->holds(HUGE_VAL)) << c.text;
  }
  for (const char* text : {"", "small", "[0, 1", "[1, 0]", "[0 1]", ">= none", "about 1", "1", "0 to 1", "below 3"}) {
    EXPECT_FALSE(test::RangeText::parse(text).has_value()) << text;
  }
}

TEST_P(features_stage_property, every_ready_value_is_finite_and_in_its_range) {
  EngineConfig c = config();
  c.instruments[0].volatility_model = VolatilityModel{.mean_low = .01, .sd_low = .005, .mean_high = .03, .sd_high = .015};
  StageUnderTest s(c);
  const auto keys = s.requests.keys();
  const std::vector<int> ready = expect_in_range(s, events_);
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const bool flow = keys[h].tf == Timeframe::kM1 && keys[h].id != FeatureId::kConfluence && keys[h].id != FeatureId::kVpinCdf;
    if (flow) { EXPECT_GT(ready[h], 0) << feature_name(keys[h]) << " never became ready"; }
  }
}

TEST_P(features_stage_property, every_ready_value_of_ticks_is_finite_and_in_its_range) {
  EngineConfig c = test::tick_config();
  c.instruments[0].micro_price = MicroPriceTable{};
  StageUnderTest s(c, test::requests_of_ticks());
  const auto keys = s.requests.keys();
  const std::vector<int> ready = expect_in_range(s, test::TickMarket(GetParam()).minutes(1'000));
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const bool slow = keys[h].id == FeatureId::kVpin;  // five full days
    if (!slow) { EXPECT_GT(ready[h], 0) << feature_name(keys[h]) << " never became ready"; }
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, features_stage_property, testing::Values(101u, 202u));

}  // namespace
}  // namespace omega
