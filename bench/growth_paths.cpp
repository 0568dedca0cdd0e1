// What one feature costs per event with a window of w and with one several times as long, marked for callgrind: bench/growth
// judges by the instructions whether any feature grows faster than the cost its catalogue entry states.
#include <valgrind/callgrind.h>

#include "bench/features_alone.hpp"
#include "bench/market.hpp"

namespace omega::bench {
namespace {

constexpr std::size_t kCounted = 4000;  // events, after all the others have filled the windows

struct Case {
  FeatureId id;
  Timeframe tf;
  std::int32_t p0, p1;      // the short window
  std::int32_t long_p0, long_p1;
};

constexpr Case kCases[] = {
    {FeatureId::kFlowZ, Timeframe::kM1, 20, 500, 80, 500},
    {FeatureId::kFlowZ, Timeframe::kM1, 20, 500, 20, 2000},
    {FeatureId::kCvdN, Timeframe::kM1, 20, 0, 80, 0},
    {FeatureId::kBarDeltaZ, Timeframe::kM1, 50, 0, 200, 0},
    {FeatureId::kReturnSigma, Timeframe::kM1, 60, 0, 240, 0},
    {FeatureId::kRealisedVol, Timeframe::kM1, 60, 0, 240, 0},
    {FeatureId::kVwapLag, Timeframe::kM1, 100, 0, 400, 0},
    {FeatureId::kCloseMeanLag, Timeframe::kM1, 100, 0, 400, 0},
    {FeatureId::kCloseSdLag, Timeframe::kM1, 100, 0, 400, 0},
    {FeatureId::kCloseZLag, Timeframe::kM1, 100, 0, 400, 0},
    {FeatureId::kAdx, Timeframe::kM1, 14, 0, 56, 0},
    {FeatureId::kSwingHigh, Timeframe::kM1, 2, 0, 5, 0},
    {FeatureId::kVolumeRatio, Timeframe::kM1, 20, 0, 80, 0},
    {FeatureId::kVolumeZ, Timeframe::kM1, 50, 0, 200, 0},
    {FeatureId::kVolumeMeanRatio, Timeframe::kM1, 5, 20, 20, 80},
    {FeatureId::kVolumePercentile, Timeframe::kM1, 100, 0, 400, 0},
    {FeatureId::kHighLag, Timeframe::kM1, 50, 0, 200, 0},
    {FeatureId::kHighest, Timeframe::kM1, 50, 0, 200, 0},
    {FeatureId::kCloseLag, Timeframe::kM1, 50, 0, 200, 0},
    {FeatureId::kMoveRank, Timeframe::kM1, 15, 1800, 15, 7200},
    {FeatureId::kTrueRangeZ, Timeframe::kM1, 15, 100, 15, 400},
    {FeatureId::kRangeMeanRatio, Timeframe::kM1, 5, 20, 20, 80},
    {FeatureId::kHurst, Timeframe::kM15, 200, 0, 400, 0},
    {FeatureId::kHmmHigh, Timeframe::kM15, 20, 0, 80, 0},
    {FeatureId::kTdaNorm, Timeframe::kM15, 25, 50, 50, 50},
};

/// The features stage with one key, or none.
void run(const Market& m, const std::string& name, const FeatureKey* key) {
  FeatureRequests requests;
  if (key != nullptr) (void)requests.request(*key);
  FeaturesAlone features(m.config, requests);
  const std::size_t warm = m.events.size() - kCounted;
  for (std::size_t i = 0; i < warm; ++i) features.step(m.events[i]);
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (std::size_t i = warm; i < m.events.size(); ++i) features.step(m.events[i]);
  CALLGRIND_DUMP_STATS_AT(name.c_str());
  CALLGRIND_STOP_INSTRUMENTATION;
}

}  // namespace
}  // namespace omega::bench

int main() {
  using namespace omega::bench;
  using omega::FeatureKey;
  const Market m = make_market("full_24", 32, {"EURUSD"});
  run(m, "none", nullptr);
  int n = 0;
  for (const Case& c : kCases) {
    const FeatureKey brief{c.id, c.tf, c.p0, c.p1}, longer{c.id, c.tf, c.long_p0, c.long_p1};
    const std::string label = "case" + std::to_string(n++);
    run(m, label + "_short", &brief);
    run(m, label + "_long", &longer);
    const double grown = c.long_p0 != c.p0 ? 1.0 * c.long_p0 / c.p0 : 1.0 * c.long_p1 / c.p1;
    std::printf("%s %zu %g %s|%s|%s\n", label.c_str(), kCounted, grown, omega::feature_name(brief).c_str(), omega::feature_name(longer).c_str(),
                omega::feature_info(c.id).cost);
  }
}
