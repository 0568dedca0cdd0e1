// What:     Prints what the features stage makes of a file of bars, for the oracles.
//             omega_oracle_dump bars BARS.csv VPIN_BUCKET_UNITS    one line per closed bar: the bar, then name=value ...
//             omega_oracle_dump ticks TICKS.csv CAPABILITY_BITS    the same for an instrument fed with ticks, M1 bars alone
//             omega_oracle_dump phi        numbers on stdin, Φ of each on stdout
//             omega_oracle_dump rs         E(R/S) of the five scales
//             omega_oracle_dump cloud      clouds on stdin, each "n x y z ..."; per cloud one line "h0 d ...", one "h1 b d ..."
//                                          and one "landscape NORM DISTANCE" of H1 (lives of .15 and more; from the cloud before)
//             omega_oracle_dump calendar   holidays on stdin as days since 1970; per covered day: day, business, left in month, expiry
//             omega_oracle_dump drawdown   equity of successive minutes on stdin, in Money; largest fraction, amount, minutes below a peak
//             omega_oracle_dump pairs      commands of oracle_pairs.hpp on stdin
// Format:   BARS.csv is t_open_s,bid o h l c,ask o h l c,volume: prices 1e-9, volume whole units, no header. Values are hex
//           floats; what is not READY is "nan". TICKS.csv is a letter and integers, sizes in Qty: B,t_open_s,price,volume units (a bar
//           that stood still); Q,ts,bid,ask,bid size,ask size; T,ts,price,size,aggressor; S,ts,bids,asks,(price,size) of each.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/detmath.hpp"
#include "engine/features/features_stage.hpp"
#include "engine/features/hurst.hpp"
#include "engine/features/landscape.hpp"
#include "engine/features/persistence.hpp"
#include "engine/market/business_calendar.hpp"
#include "engine/market/input_guard.hpp"
#include "engine/orders/equity_curve.hpp"
#include "oracle_pairs.hpp"

namespace omega {
namespace {

class NoSink final : public LaneSink {
 public:
  void append(EventType, Seq, const void*, std::size_t, std::span<const double>) noexcept override {}
  [[nodiscard]] bool ok() const noexcept override { return true; }
};

FeatureRequests requests() {
  using enum FeatureId;
  FeatureRequests r;
  for (const FeatureKey& key : {FeatureKey{kFlowZ, Timeframe::kM1, 20, 500}, FeatureKey{kCvdN, Timeframe::kM1, 20, 0},
                                FeatureKey{kCvdRaw, Timeframe::kM1, 0, 0}, FeatureKey{kVpin, Timeframe::kM1, 50, 0},
                                FeatureKey{kSpreadMedian, Timeframe::kM1, 0, 0}, FeatureKey{kSpreadShock, Timeframe::kM1, 0, 0}}) {
    r.request(key);
  }
  for (const Timeframe tf : {Timeframe::kM1, Timeframe::kM15}) {
    for (const FeatureId id : {kReturnSigma, kRealisedVol, kVwapLag, kCloseMeanLag, kCloseSdLag, kCloseZLag, kVolumeRatio,
                               kVolumeZ, kVolumePercentile}) {
      r.request({id, tf, 20, 0});
    }
    for (const FeatureId id : {kBarDelta, kBarDeltaZ}) r.request({id, tf, 20, 0});
    r.request({kVolumeMeanRatio, tf, 5, 16});
    r.request({kAdx, tf, 14, 0});
    for (const int k : {2, 3}) {
      for (const FeatureId id : {kSwingHigh, kSwingLow, kSwingHighTime, kSwingLowTime}) r.request({id, tf, k, 0});
    }
  }
  r.request({kRangeMeanRatio, Timeframe::kM15, 10, 10});
  for (const FeatureId id : {kTdaNorm, kTdaChange, kTdaDistanceZ, kTdaNormH0}) r.request({id, Timeframe::kM15, 20, 150});
  r.request({kMoveRank, Timeframe::kM1, 20, 300});
  r.request({kDayRangeRatio, Timeframe::kM1, 2, 0});
  r.request({kTrueRangeZ, Timeframe::kM1, 5, 100});
  for (const int n : {100, 400}) {
    for (const FeatureId id : {kHurst, kHurstR2}) r.request({id, Timeframe::kM15, n, 0});
  }
  return r;
}

/// False at the end of the file; exits on a line that is not ten or more integers.
bool read_bar(std::istream& in, Bar& b) {
  std::string line;
  if (!std::getline(in, line)) return false;
  long long v[10];
  const char* p = line.c_str();
  for (long long& x : v) {
    char* end = nullptr;
    x = std::strtoll(p, &end, 10);
    if (end == p) {
      std::fprintf(stderr, "bad line: %s\n", line.c_str());
      std::exit(2);
    }
    p = *end == ',' ? end + 1 : end;
  }
  b = {};
  b.instrument = 0;
  b.t_open = v[0] * kSecond_ns;
  b.ts = b.t_open + kMinute_ns;
  b.bid_open = v[1], b.bid_high = v[2], b.bid_low = v[3], b.bid_close = v[4];
  b.ask_open = v[5], b.ask_high = v[6], b.ask_low = v[7], b.ask_close = v[8];
  b.volume = v[9] * kQtyScale;
  b.volume_kind = v[9] > 0 ? VolumeKind::kTicks : VolumeKind::kNone;
  return true;
}

void print(const FeatureFrame& f, Timeframe tf, std::span<const FeatureKey> keys) {
  const TfBar& b = f.bar(tf);
  std::printf("%u,%lld,%lld,%lld,%lld,%lld,%lld,%d", static_cast<unsigned>(tf), static_cast<long long>(b.t_open / kSecond_ns),
              static_cast<long long>(b.open), static_cast<long long>(b.high), static_cast<long long>(b.low),
              static_cast<long long>(b.close), static_cast<long long>(b.volume / kQtyScale), b.gap() ? 1 : 0);
  for (FeatureHandle h = 0; h < keys.size(); ++h) {
    if (keys[h].tf != tf) continue;
    const FeatureValue& v = f.get(h);
    if (v.ready()) {
      std::printf(",%s=%a", feature_name(keys[h]).c_str(), v.value);
    } else {
      std::printf(",%s=nan", feature_name(keys[h]).c_str());
    }
  }
  std::printf("\n");
}

int dump_bars(const char* path, long long bucket) {
  EngineConfig config;
  InstrumentConfig instrument;
  instrument.symbol = "ORACLE";
  instrument.tick = 2;
  instrument.active = true;
  instrument.vpin_bucket_override = bucket * kQtyScale;
  config.instruments.push_back(instrument);
  const FeatureRequests keys = requests();
  NoSink sink;
  FeaturesStage stage(config, keys, sink);
  const auto frames = std::make_unique<FeatureFrame[]>(1);
  FeaturesOut out;
  out.frames = frames.get();
  out.capacity = 1;
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    return 2;
  }
  Seq seq = 0;
  for (Bar b; read_bar(in, b);) {
    InputEvent event = InputEvent::of(b);
    event.seq = ++seq;
    stage.process(event, out);
    for (const FeatureFrame& f : out.view()) {
      for (std::size_t tf = 0; tf < kTimeframeCount; ++tf) {
        if (f.closed(static_cast<Timeframe>(tf))) print(f, static_cast<Timeframe>(tf), keys.keys());
      }
    }
  }
  return 0;
}

FeatureRequests tick_requests() {
  using enum FeatureId;
  FeatureRequests r;
  for (const FeatureKey& key : {FeatureKey{kFlowZ, Timeframe::kM1, 20, 500}, FeatureKey{kCvdN, Timeframe::kM1, 20, 0}, FeatureKey{kWeightedMid},
                                FeatureKey{kOfiBar}, FeatureKey{kOfiNorm}, FeatureKey{kOfi, Timeframe::kM1, 100, 0},
                                FeatureKey{kOfiZ, Timeframe::kM1, 100, 500}, FeatureKey{kOfiSamples, Timeframe::kM1, 100, 500},
                                FeatureKey{kMlofi, Timeframe::kM1, 5, 0}, FeatureKey{kBookImbalance, Timeframe::kM1, 5, 0},
                                FeatureKey{kBookRatio, Timeframe::kM1, 5, 0}, FeatureKey{kBookPressure, Timeframe::kM1, 5, 0},
                                FeatureKey{kAggressorShare, Timeframe::kM1, 3, 0}, FeatureKey{kPocPrice, Timeframe::kM1, 0, 10}}) {
    r.request(key);
  }
  return r;
}

/// False on a line that is none of the four.
bool parse_tick(const std::string& line, InputEvent& event) {
  std::vector<long long> v;
  for (const char* p = line.c_str() + 1; *p == ',';) {
    char* end = nullptr;
    v.push_back(std::strtoll(p + 1, &end, 10));
    p = end;
  }
  const char kind = line.empty() ? '\0' : line[0];
  if (kind == 'B' && v.size() == 3) {
    Bar b;
    b.t_open = v[0] * kSecond_ns;
    b.ts = b.t_open + kMinute_ns;
    b.basis = PriceBasis::kMid;
    b.bid_open = b.bid_high = b.bid_low = b.bid_close = v[1];
    b.volume = v[2] * kQtyScale;
    b.volume_kind = v[2] > 0 ? VolumeKind::kTraded : VolumeKind::kNone;
    event = InputEvent::of(b);
  } else if (kind == 'Q' && v.size() == 5) {
    event = InputEvent::of(Quote{.ts = v[0], .bid = v[1], .ask = v[2], .bid_size = v[3], .ask_size = v[4]});
  } else if (kind == 'T' && v.size() == 4) {
    event = InputEvent::of(Trade{.ts = v[0], .price = v[1], .size = v[2], .aggressor = static_cast<Direction>(v[3])});
  } else if (kind == 'S' && v.size() >= 3 && v.size() == 3 + 2 * static_cast<std::size_t>(v[1] + v[2])) {
    BookSnapshot s;
    s.ts = v[0];
    s.bid_levels = static_cast<std::uint8_t>(v[1]), s.ask_levels = static_cast<std::uint8_t>(v[2]);
    for (std::size_t i = 0; i < s.bid_levels; ++i) s.bid_price[i] = v[3 + 2 * i], s.bid_size[i] = v[4 + 2 * i];
    for (std::size_t i = 0, at = 3 + 2 * s.bid_levels; i < s.ask_levels; ++i) s.ask_price[i] = v[at + 2 * i], s.ask_size[i] = v[at + 2 * i + 1];
    event = InputEvent::of(s);
  } else {
    return false;
  }
  set_instrument(event, 0);
  return judge_tick(event) == 0;
}

int dump_ticks(const char* path, std::uint32_t capabilities) {
  EngineConfig config;
  InstrumentConfig instrument;
  instrument.symbol = "ORACLE";
  instrument.tick = 10'000;
  instrument.u = 100'000;
  instrument.basis = PriceBasis::kMid;
  instrument.active = true;
  instrument.capabilities = capabilities;
  config.instruments.push_back(instrument);
  const FeatureRequests keys = tick_requests();
  NoSink sink;
  FeaturesStage stage(config, keys, sink);
  const auto frames = std::make_unique<FeatureFrame[]>(1);
  FeaturesOut out;
  out.frames = frames.get();
  out.capacity = 1;
  std::ifstream in(path);
  Seq seq = 0;
  for (std::string line; std::getline(in, line);) {
    InputEvent event;
    if (!parse_tick(line, event)) {
      std::fprintf(stderr, "bad line: %s\n", line.c_str());
      return 2;
    }
    event.seq = ++seq;
    stage.process(event, out);
    for (const FeatureFrame& f : out.view()) {
      if (f.closed(Timeframe::kM1)) print(f, Timeframe::kM1, keys.keys());
    }
  }
  return seq > 0 ? 0 : 2;
}

int dump_clouds() {
  Persistence persistence(Persistence::kPointsMax);
  Landscapes landscapes;
  Diagram before;
  for (std::size_t n = 0; std::cin >> n;) {
    std::vector<CloudPoint> cloud(n);
    for (CloudPoint& p : cloud) {
      for (double& x : p) std::cin >> x;
    }
    persistence.compute(cloud);
    std::printf("h0");
    for (const double d : persistence.h0_deaths()) std::printf(" %a", d);
    std::printf("\nh1");
    for (const PersistencePair& p : persistence.h1()) std::printf(" %a %a", p.birth, p.death);
    Diagram diagram;
    diagram.take(persistence.h1(), .15);
    std::printf("\nlandscape %a %a\n", landscapes.norm(diagram), landscapes.distance(diagram, before));  // of H1; from the cloud before
    before = diagram;
  }
  return 0;
}

int dump_calendar() {
  std::vector<std::int64_t> holidays;
  for (long long day = 0; std::cin >> day;) holidays.push_back(day);
  const BusinessCalendar calendar(holidays);
  std::int64_t day = holidays.front();
  while (calendar.covers(day - 1)) --day;
  for (; calendar.covers(day); ++day) {
    const CivilDate d = civil_from_days(day);
    std::printf("%lld %d %lld %lld\n", static_cast<long long>(day), calendar.is_business_day(day) ? 1 : 0,
                static_cast<long long>(calendar.left_in_month(day)), static_cast<long long>(calendar.expiry_day(d.year, d.month)));
  }
  return 0;
}

int dump_drawdown() {
  std::vector<Money> equity;
  for (long long amount = 0; std::cin >> amount;) equity.push_back(amount);
  if (equity.empty()) return 2;
  EquityCurve curve(equity.front());
  TimeNs ts = kMinute_ns;
  for (const Money e : equity) curve.mark(ts += kMinute_ns, e);
  std::printf("%a %lld %lld\n", curve.max_drawdown(), static_cast<long long>(curve.max_drawdown_value()),
              static_cast<long long>(curve.max_drawdown_ns() / kMinute_ns));
  return 0;
}

int run(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "bars") == 0) return dump_bars(argv[2], std::atoll(argv[3]));
  if (argc == 4 && std::strcmp(argv[1], "ticks") == 0) return dump_ticks(argv[2], static_cast<std::uint32_t>(std::atoll(argv[3])));
  if (argc == 2 && std::strcmp(argv[1], "phi") == 0) {
    for (std::string x; std::cin >> x;) std::printf("%a\n", detmath::normal_cdf(std::strtod(x.c_str(), nullptr)));
    return 0;
  }
  if (argc == 2 && std::strcmp(argv[1], "rs") == 0) {
    for (const int n : kHurstScales) std::printf("%d %a\n", n, expected_rescaled_range(n));
    return 0;
  }
  if (argc == 2 && std::strcmp(argv[1], "calendar") == 0) return dump_calendar();
  if (argc == 2 && std::strcmp(argv[1], "cloud") == 0) return dump_clouds();
  if (argc == 2 && std::strcmp(argv[1], "drawdown") == 0) return dump_drawdown();
  if (argc == 2 && std::strcmp(argv[1], "pairs") == 0) return dump_pairs(std::cin);
  std::fprintf(stderr, "usage: omega_oracle_dump bars BARS.csv VPIN_BUCKET_UNITS | ticks TICKS.csv CAPABILITY_BITS |"
                       " phi | rs | cloud | calendar | drawdown | pairs\n");
  return 2;
}

}  // namespace
}  // namespace omega

int main(int argc, char** argv) { return omega::run(argc, argv); }
