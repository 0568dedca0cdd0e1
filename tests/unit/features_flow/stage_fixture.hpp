// What:     A features stage with a recording sink and a market to feed it, for the stage tests.
#pragma once

#include <gtest/gtest.h>

#include "bars.hpp"
#include "engine/features/features_stage.hpp"

namespace omega::test {

inline EngineConfig config_of(std::size_t instruments) {
  EngineConfig config;
  for (std::size_t i = 0; i < instruments; ++i) {
    InstrumentConfig instrument;
    instrument.symbol = "SYM" + std::to_string(i);
    instrument.tick = 10'000;
    instrument.active = true;
    instrument.spread = 100'000;
    config.instruments.push_back(instrument);
  }
  return config;
}

/// Every feature of the catalogue at least once, with short windows where the catalogue allows it.
inline FeatureRequests requests_of_all() {
  using enum FeatureId;
  FeatureRequests r;
  r.request({kFlowZ, Timeframe::kM1, 5, 200});
  r.request({kFlowZ, Timeframe::kM1, 20, 500});
  r.request({kCvdN, Timeframe::kM1, 20, 0});
  r.request({kCvdRaw, Timeframe::kM1, 0, 0});
  for (const Timeframe tf : {Timeframe::kM1, Timeframe::kM15}) {
    for (const FeatureId id : {kBarDelta, kBarDeltaZ}) r.request({id, tf, 20, 0});
  }
  r.request({kVpin, Timeframe::kM1, 50, 0});
  r.request({kVpinCdf, Timeframe::kM1, 50, 0});
  for (const FeatureId id : {kSpread, kSpreadMedian, kSpreadShock}) r.request({id, Timeframe::kM1, 0, 0});
  for (const Timeframe tf : {Timeframe::kM5, Timeframe::kM15, Timeframe::kH1}) {
    for (const FeatureId id : {kReturnSigma, kRealisedVol, kVwapLag, kCloseMeanLag, kCloseSdLag, kCloseZLag,
                               kVolumeRatio, kVolumeZ, kVolumePercentile, kHighLag, kLowLag, kHighest, kLowest, kCloseLag}) {
      r.request({id, tf, 20, 0});
    }
    r.request({kAdx, tf, 14, 0});
    r.request({kVolumeMeanRatio, tf, 5, 16});
    for (const FeatureId id : {kSwingHigh, kSwingLow, kSwingHighTime, kSwingLowTime}) r.request({id, tf, 2, 0});
    r.request({kLabel, tf, 0, 0});
  }
  r.request({kConfluence, Timeframe::kM1, 0, 0});
  for (const FeatureId id : {kHmmHigh, kHmmSteps}) r.request({id, Timeframe::kM15, 20, 0});
  r.request({kHurst, Timeframe::kM15, 100, 0});
  r.request({kHurstR2, Timeframe::kM15, 100, 0});
  for (const FeatureId id : {kRegimeTrend, kRegimeRange, kRegimeShock, kRegimeLabel}) r.request({id, Timeframe::kM15, 0, 0});
  r.request({kMoveRank, Timeframe::kM1, 20, 300});
  r.request({kDayRangeRatio, Timeframe::kM1, 1, 0});
  r.request({kTrueRangeZ, Timeframe::kM1, 5, 100});
  r.request({kRangeMeanRatio, Timeframe::kM15, 5, 16});
  for (const FeatureId id : {kTdaNorm, kTdaChange, kTdaDistanceZ, kTdaNormH0}) r.request({id, Timeframe::kM15, 20, 150});
  return r;
}

struct Record {
  EventType type;
  Seq seq;
  std::vector<std::uint8_t> body;
  std::vector<double> list;
  [[nodiscard]] FeatureVectorHead head() const {
    FeatureVectorHead h;
    std::memcpy(&h, body.data(), sizeof h);
    return h;
  }
  friend bool operator==(const Record& a, const Record& b) {  // NaNs compare by their bits
    return a.type == b.type && a.seq == b.seq && a.body == b.body && a.list.size() == b.list.size() &&
           (a.list.empty() || std::memcmp(a.list.data(), b.list.data(), a.list.size() * sizeof(double)) == 0);
  }
};

class RecordingSink final : public LaneSink {
 public:
  void append(EventType type, Seq seq, const void* body, std::size_t bytes, std::span<const double> list) noexcept override {
    const auto* p = static_cast<const std::uint8_t*>(body);
    records.push_back({type, seq, {p, p + bytes}, {list.begin(), list.end()}});
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  std::vector<Record> records;
};

inline Bar input_bar(InstrumentId id, TimeNs t_open, Price open, Price close, Qty volume) {
  Bar b;
  b.instrument = id;
  b.t_open = t_open;
  b.ts = t_open + kMinute_ns;
  b.bid_open = open;
  b.bid_close = close;
  b.bid_high = std::max(open, close);
  b.bid_low = std::min(open, close);
  b.ask_open = b.bid_open + 100'000;
  b.ask_high = b.bid_high + 100'000;
  b.ask_low = b.bid_low + 100'000;
  b.ask_close = b.bid_close + 100'000;
  b.volume = volume;
  b.volume_kind = volume > 0 ? VolumeKind::kTicks : VolumeKind::kNone;
  return b;
}

inline InputEvent timer_at(TimeNs ts) {
  Timer t;
  t.ts = ts;
  t.kind = utc_day_start(ts) == ts ? TimerKind::kDay : TimerKind::kMinute;
  return InputEvent::of(t);
}

/// Random walks with missing minutes, gaps, empty bars, quarantined bars and all timers, numbered from 1.
inline std::vector<InputEvent> random_inputs(std::uint64_t seed, std::size_t instruments, int minutes) {
  Random random(seed);
  std::vector<Price> price(instruments, 1'100'000'000);
  std::vector<int> silent(instruments, 0);
  std::vector<InputEvent> events;
  const TimeNs start = kMonday + random.below(300) * kMinute_ns;
  for (int m = 0; m < minutes; ++m) {
    const TimeNs t_open = start + m * kMinute_ns;
    events.push_back(timer_at(t_open + kMinute_ns));
    for (std::size_t i = 0; i < instruments; ++i) {
      if (silent[i] > 0) { --silent[i]; continue; }
      if (random.one_in(12)) continue;
      if (random.one_in(700)) silent[i] = static_cast<int>(random.below(400));
      const Price close = price[i] + (random.below(41) - 20) * 10'000;
      const Qty volume = random.one_in(9) ? 0 : (1 + random.below(500)) * kQtyScale;
      Bar b = input_bar(static_cast<InstrumentId>(i), t_open, price[i], close, volume);
      b.bid_high += random.below(6) * 10'000;
      b.bid_low -= random.below(6) * 10'000;
      b.ask_close += random.below(7) * 10'000;
      b.ask_high = std::max(b.ask_high, b.ask_close);
      if (random.one_in(80)) b.flags |= bar_flag::kBadCrossed; else price[i] = close;
      events.push_back(InputEvent::of(b));
    }
  }
  for (std::size_t i = 0; i < events.size(); ++i) events[i].seq = i + 1;
  return events;
}

struct StageUnderTest {
  explicit StageUnderTest(const EngineConfig& config_in, const FeatureRequests& requests_in = requests_of_all())
      : config(config_in), requests(requests_in), stage(config, requests, sink), frames(config.instruments.size()) {
    out.frames = frames.data();
    out.capacity = static_cast<std::uint32_t>(frames.size());
  }
  std::span<const FeatureFrame> feed(InputEvent event) {
    if (event.seq == 0) event.seq = ++last_seq;
    stage.process(event, out);
    return out.view();
  }
  EngineConfig config;
  FeatureRequests requests;
  RecordingSink sink;
  FeaturesStage stage;
  std::vector<FeatureFrame> frames;
  FeaturesOut out;
  Seq last_seq = 0;
};

}  // namespace omega::test
