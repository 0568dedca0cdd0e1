// What:     A signals stage on its own: features and closed bars are put into the frame by hand (the "inj" values of the
//           specification's scenarios), the stage runs, signals, exits and journaled records are read back.
// Owner:    one per test.   Units: as the engine; px() and u() turn human numbers into Price.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/signals/signals_stage.hpp"

namespace omega::test {

inline Price px(double price) { return std::llround(price * 1e9); }

struct Record {
  EventType type;
  Seq seq;
  std::vector<std::uint8_t> bytes;
  bool operator==(const Record&) const = default;
};

class RecordingSink final : public LaneSink {
 public:
  void append(EventType type, Seq seq, const void* body, std::size_t size, std::span<const double>) noexcept override {
    const auto* p = static_cast<const std::uint8_t*>(body);
    records.push_back({type, seq, {p, p + size}});
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> out;
    for (const Record& r : records) {
      if (r.type != EventTypeOf<T>::value) continue;
      T value;
      std::memcpy(&value, r.bytes.data(), sizeof value);
      out.push_back(value);
    }
    return out;
  }
  std::vector<Record> records;
};

inline InstrumentConfig eurusd() {
  InstrumentConfig i;
  i.symbol = "EURUSD";
  i.base = "EUR";
  i.quote = "USD";
  i.tick = px(0.00001);
  i.pip = i.u = px(0.0001);
  i.contract = 100'000;
  i.spread = px(0.0001);
  i.min_stop_u = 5;
  i.active = true;
  i.capabilities = capability::kBars | capability::kVolume;
  i.volume_kind = VolumeKind::kTicks;
  return i;
}

/// All 24 in the configuration with their defaults, the given ones enabled.
inline EngineConfig config_with(std::initializer_list<StrategyId> enabled, std::size_t instruments = 1) {
  EngineConfig c;
  for (std::size_t i = 0; i < instruments; ++i) c.instruments.push_back(eurusd());
  for (const RegistryEntry& e : strategy_registry()) {
    StrategyConfig s;
    s.id = e.id;
    s.name = e.name;
    s.built = e.info != nullptr;
    for (const StrategyId id : enabled) s.enabled = s.enabled || id == e.id;
    if (e.info != nullptr) {
      for (const ParamSpec& p : e.info->params) s.params.push_back(p.value);
    }
    c.strategies.push_back(s);
  }
  return c;
}

inline void set_param(EngineConfig& c, StrategyId id, std::string_view name, double value) {
  const StrategyInfo& info = *strategy_registry()[id - 1u].info;
  for (std::size_t p = 0; p < info.params.size(); ++p) {
    if (name == info.params[p].name) {
      c.strategies[id - 1u].params[p] = value;
      return;
    }
  }
  FAIL() << "no parameter " << name;
}

class StageHarness {
 public:
  static constexpr TimeNs kStart_ts = 1'741'600'800'000'000'000;  // 2025-03-10 10:00 UTC, a Monday; on every boundary up to H1
  static constexpr std::size_t kCapacity = 64;

  explicit StageHarness(EngineConfig c)
      : config(std::move(c)), requests_(collect(config)), signals_(kCapacity), exits_(kCapacity) {
    rebuild_stage();
    out_ = {signals_.data(), exits_.data(), kCapacity, kCapacity, 0, 0};
    for (std::size_t i = 0; i < config.instruments.size(); ++i) {
      if (config.instruments[i].active) frames.emplace_back().instrument = static_cast<InstrumentId>(i);
    }
    for (FeatureFrame& f : frames) neutral(f);
  }
  explicit StageHarness(std::initializer_list<StrategyId> enabled) : StageHarness(config_with(enabled)) {}

  /// A stage that knows nothing yet, over the same lane.
  void rebuild_stage() { stage = std::make_unique<SignalsStage>(config, requests_, sink); }
  [[nodiscard]] std::span<const FeatureKey> keys() const { return requests_.keys(); }
  [[nodiscard]] FeatureHandle handle(FeatureId id, Timeframe tf = Timeframe::kM1, int p0 = 0, int p1 = 0) const {
    const FeatureKey key{id, tf, p0, p1};
    const auto keys = requests_.keys();
    for (std::size_t h = 0; h < keys.size(); ++h) {
      if (keys[h] == key) return static_cast<FeatureHandle>(h);
    }
    ADD_FAILURE() << "nobody asked for feature " << static_cast<int>(id) << " tf " << static_cast<int>(tf) << " " << p0 << " " << p1;
    return 0;
  }
  FeatureValue& value(FeatureId id, Timeframe tf = Timeframe::kM1, int p0 = 0, int p1 = 0) {
    return frames[0].values[handle(id, tf, p0, p1)];
  }
  void set(double v, FeatureId id, Timeframe tf = Timeframe::kM1, int p0 = 0, int p1 = 0) { value(id, tf, p0, p1) = FeatureValue::of(v); }
  void fz(double v) { set(v, FeatureId::kFlowZ, Timeframe::kM1, 20, 500); }
  void cvd(double v) { set(v, FeatureId::kCvdN, Timeframe::kM1, 20); }
  void vpin(double v) { set(v, FeatureId::kVpin, Timeframe::kM1, 50); }
  void conf(double v) { set(v, FeatureId::kConfluence); }
  void h4(double v) { set(v, FeatureId::kLabel, Timeframe::kH4); }
  void d1(double v) { set(v, FeatureId::kLabel, Timeframe::kD1); }

  /// A bar of tf that ends now (now = the time after the step of the last advance()).
  TfBar& close_bar(Timeframe tf, double open, double high, double low, double close, double volume = 100) {
    return close_bar_on(frames[0], tf, {px(open), px(high), px(low), px(close)}, volume);
  }
  struct Prices { Price open, high, low, close; };
  TfBar& close_bar_on(FeatureFrame& f, Timeframe tf, const Prices& p, double volume) {
    TfBar& b = f.bars[static_cast<std::size_t>(tf)];
    b = {};
    b.t_close = now;
    b.t_open = now - duration_ns(tf);
    b.open = p.open;
    b.high = p.high;
    b.low = p.low;
    b.close = p.close;
    b.bid_close = p.close - px(0.00005);
    b.ask_close = p.close + px(0.00005);
    b.volume = std::llround(volume * 1e8);
    b.flags = volume > 0 ? 0 : tf_flag::kNoVolume;
    b.n_m1 = static_cast<std::uint32_t>(duration_ns(tf) / kMinute_ns);
    f.closed_mask = static_cast<std::uint8_t>(f.closed_mask | (1u << static_cast<unsigned>(tf)));
    return b;
  }

  /// Runs the stage on the frames as they stand, as if a bar had caused them; then clears what happens once.
  const SignalsOut& step() {
    Bar b;
    b.ts = now;
    run(InputEvent::of(b), true);
    return out_;
  }
  const SignalsOut& exec(ExecReport r) {
    r.ts = now;
    run(InputEvent::of(r), false);
    return out_;
  }
  /// News as the calendar publishes it.
  void news(TimeNs release, std::uint64_t id = 1, const char* currency = "USD", NewsType type = NewsType::kNfp,
            NewsImpact impact = NewsImpact::kHigh) {
    NewsEvent e;
    e.ts = now;
    e.ts_release = release;
    e.event_id = id;
    e.currency = currency_code(currency);
    e.type = type;
    e.impact = impact;
    run(InputEvent::of(e), false);
  }
  /// The venue fills the entry of the signal raised by the event `cause`.
  void fill_entry(const Signal& s, Seq cause, Price price) {
    ExecReport r;
    r.order_id = order_id_of(cause, s.index);
    r.instrument = s.instrument;
    r.strategy = s.strategy;
    r.direction = s.direction;
    r.kind = ExecKind::kFilled;
    r.leg = OrderLeg::kEntry;
    r.price = price;
    r.quantity = r.remaining = kQtyScale;
    exec(r);
  }
  void close_position(const Signal& s, Seq cause, Price price) {
    ExecReport r;
    r.order_id = order_id_of(cause, s.index);
    r.instrument = s.instrument;
    r.strategy = s.strategy;
    r.direction = s.direction;
    r.kind = ExecKind::kFilled;
    r.leg = OrderLeg::kClose;
    r.price = price;
    r.quantity = kQtyScale;
    r.remaining = 0;
    exec(r);
  }
  void advance(DurationNs d) { now += d; }
  [[nodiscard]] const SignalsOut& out() const { return out_; }
  [[nodiscard]] Funnel funnel(StrategyId id) const {
    for (const auto& row : stage->funnels()) {
      if (row.info->id == id) return row.funnel;
    }
    return {};
  }
  /// Every requested feature READY with a value that favours nobody.
  void neutral(FeatureFrame& f) const {
    for (std::size_t h = 0; h < requests_.keys().size(); ++h) {
      const FeatureId id = requests_.keys()[h].id;
      double v = 0;
      if (id == FeatureId::kSpread || id == FeatureId::kSpreadMedian) v = static_cast<double>(px(0.0001));
      if (id == FeatureId::kConfluence) v = .5;
      if (id == FeatureId::kVpin) v = .25;
      if (id == FeatureId::kRegimeTrend || id == FeatureId::kRegimeRange) v = .5;
      if (id == FeatureId::kSwingHigh || id == FeatureId::kSwingLow || id == FeatureId::kSwingHighTime || id == FeatureId::kSwingLowTime) {
        f.values[h] = FeatureValue::warming();
      } else {
        f.values[h] = FeatureValue::of(v);
      }
    }
  }

  EngineConfig config;
  RecordingSink sink;

 private:
  static FeatureRequests collect(const EngineConfig& c) {
    FeatureRequests r;
    SignalsStage::request_features(c, r);
    return r;
  }
  void run(InputEvent e, bool with_frames) {
    e.seq = ++seq;
    for (FeatureFrame& f : frames) f.ts = now;
    FeaturesOut features{frames.data(), static_cast<std::uint32_t>(frames.size()),
                         with_frames ? static_cast<std::uint32_t>(frames.size()) : 0};
    stage->process(e, features, out_);
    if (restart_every_event) restart();
    if (!with_frames) return;
    for (FeatureFrame& f : frames) {
      f.closed_mask = 0;
      f.vpin_bucket_count = 0;
      f.book.clear();
    }
  }
  /// From here on the stage lives on its checkpoint.
  void restart() {
    StateWriter saved;
    stage->save(saved);
    rebuild_stage();
    StateReader in(saved.bytes());
    stage->load(in);
    EXPECT_TRUE(in.at_end());
  }
  FeatureRequests requests_;

 public:
  bool restart_every_event = false;  // the stage is rebuilt from its checkpoint after each event
  std::unique_ptr<SignalsStage> stage;
  std::vector<FeatureFrame> frames;
  TimeNs now = kStart_ts;
  Seq seq = 0;

 private:
  std::vector<Signal> signals_;
  std::vector<ExitRequest> exits_;
  SignalsOut out_;
};

}  // namespace omega::test
