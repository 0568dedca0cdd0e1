// Prints every closed bar and its feature values for a CSV of M1 bars, for comparison with independent packages.
//   omega_oracle_dump BARS.csv BUCKET     rows: t_open seconds, open, high, low, close, volume (price and volume as integers:
//                                         1e-9 and 1e-8 units); BUCKET: VPIN bucket in 1e-8 units
// Output: "#M1;name;name..." once per timeframe, then "M1,t_open,open,high,low,close,volume,value,value..." (%.17g, nan = not ready).
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/features/features_stage.hpp"

namespace {

using omega::FeatureId;
using omega::Timeframe;

omega::FeatureRequests requests() {
  omega::FeatureRequests r;
  const auto m1 = [&](FeatureId id, int p0 = 0, int p1 = 0) { r.request({id, Timeframe::kM1, p0, p1}); };
  m1(FeatureId::kFlowZ, 20, 500);
  m1(FeatureId::kCvdN, 20);
  m1(FeatureId::kVpin, 50);
  m1(FeatureId::kSpread);
  m1(FeatureId::kSpreadMedian);
  for (const Timeframe tf : {Timeframe::kM5, Timeframe::kM15}) {
    const auto at = [&](FeatureId id, int p0, int p1 = 0) { r.request({id, tf, p0, p1}); };
    at(FeatureId::kReturnSigma, 20);
    at(FeatureId::kRealisedVol, 20);
    at(FeatureId::kVwapLag, 200);
    at(FeatureId::kCloseMeanLag, 200);
    at(FeatureId::kCloseSdLag, 200);
    at(FeatureId::kCloseZLag, 200);
    at(FeatureId::kAdx, 14);
    at(FeatureId::kSwingHigh, 3);
    at(FeatureId::kSwingLow, 3);
    at(FeatureId::kVolumeRatio, 50);
    at(FeatureId::kVolumeZ, 50);
    at(FeatureId::kVolumeMeanRatio, 5, 16);
    at(FeatureId::kVolumePercentile, 100);
    at(FeatureId::kHighLag, 20);
    at(FeatureId::kLowest, 50);
    at(FeatureId::kCloseLag, 21);
  }
  r.request({FeatureId::kHurst, Timeframe::kM15, 400, 0});
  r.request({FeatureId::kHurstR2, Timeframe::kM15, 400, 0});
  return r;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::FILE* const in = std::fopen(argv[1], "r");
  if (in == nullptr) return 3;
  omega::EngineConfig config;
  omega::InstrumentConfig i;
  i.symbol = "TEST";
  i.tick = 10'000;
  i.pip = i.u = 100'000;
  i.spread = 100'000;
  i.contract = 100'000;
  i.asset_class = omega::AssetClass::kCrypto;
  i.active = true;
  i.vpin_bucket_override = std::atoll(argv[2]);
  config.instruments.push_back(i);
  const omega::FeatureRequests wanted = requests();
  omega::NullSink sink;
  omega::FeaturesStage stage(config, wanted, sink);
  std::vector<omega::FeatureFrame> frames(1);
  omega::FeaturesOut out{frames.data(), 1, 0};
  for (std::size_t tf = 0; tf < omega::kTimeframeCount; ++tf) {
    std::printf("#%s", omega::kTimeframeName[tf]);
    for (const omega::FeatureKey& k : wanted.keys()) {
      if (static_cast<std::size_t>(k.tf) == tf) std::printf(";%s", omega::feature_name(k).c_str());
    }
    std::printf("\n");
  }
  long long t, o, h, l, c, v;
  omega::Seq seq = 0;
  while (std::fscanf(in, "%lld,%lld,%lld,%lld,%lld,%lld", &t, &o, &h, &l, &c, &v) == 6) {
    omega::Bar b;
    b.t_open = t * omega::kSecond_ns;
    b.ts = b.t_open + omega::kMinute_ns;
    b.bid_open = o;
    b.bid_high = h;
    b.bid_low = l;
    b.bid_close = c;
    b.volume = v;
    b.basis = omega::PriceBasis::kMid;
    b.volume_kind = omega::VolumeKind::kTraded;
    omega::InputEvent e = omega::InputEvent::of(b);
    e.seq = ++seq;
    stage.process(e, out);
    for (const omega::FeatureFrame& f : out.view()) {
      for (std::size_t tf = 0; tf < omega::kTimeframeCount; ++tf) {
        if (!f.closed(static_cast<Timeframe>(tf))) continue;
        const omega::TfBar& bar = f.bars[tf];
        std::printf("%s,%lld,%lld,%lld,%lld,%lld,%lld", omega::kTimeframeName[tf], static_cast<long long>(bar.t_open / omega::kSecond_ns),
                    static_cast<long long>(bar.open), static_cast<long long>(bar.high), static_cast<long long>(bar.low),
                    static_cast<long long>(bar.close), static_cast<long long>(bar.volume));
        for (std::size_t k = 0; k < wanted.keys().size(); ++k) {
          if (static_cast<std::size_t>(wanted.keys()[k].tf) != tf) continue;
          const omega::FeatureValue& value = f.values[k];
          std::printf(",%.17g", value.ready() ? value.value : std::numeric_limits<double>::quiet_NaN());
        }
        std::printf("\n");
      }
    }
  }
  std::fclose(in);
  return 0;
}
