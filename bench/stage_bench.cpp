// What each stage, each feature and each strategy costs per input event. The market is fed whole; the time of a stage is
// that of its process() alone. Every bench checks the digest of what was derived against a second run.
#include <map>
#include <numeric>

#include "bench/features_alone.hpp"
#include "bench/market.hpp"
#include "bench/two_cores.hpp"

namespace omega::bench {
namespace {

constexpr int kDays = 40;  // the slowest feature is warm after four weeks

const Market& market(const std::string& profile) {
  static const Market green = make_market("green_only", kDays), full = make_market("full_24", kDays);
  return profile == "green_only" ? green : full;
}

/// ns per input event of the sequencer and the four stages, journals left out. evaluations_per_s: how often a strategy had its features
/// and looked at its conditions, in a second of the signals stage.
std::array<double, kPipelineStages> stage_costs(const EngineConfig& config, const std::vector<InputEvent>& events, std::uint64_t& digest,
                                                double* evaluations_per_s = nullptr) {
  NoLanes lanes;
  LatencyBoard board;
  Pipeline pipeline(config, lanes.sinks, nullptr, {}, &board);
  for (const InputEvent& e : events) pipeline.on_external(e);
  digest = digest_of(pipeline);
  std::array<double, kPipelineStages> out{};
  for (std::size_t s = 0; s < kPipelineStages; ++s) out[s] = board.of[s].mean() / ticks_per_ns();
  if (evaluations_per_s != nullptr) {
    std::uint64_t evaluations = 0;
    for (const SignalsStage::FunnelRow& row : pipeline.stages().signals().funnels()) evaluations += row.funnel.evaluations();
    *evaluations_per_s = static_cast<double>(evaluations) / (out[2] * static_cast<double>(board.of[2].count()) * 1e-9);
  }
  return out;
}

void stages(benchmark::State& state, const std::string& profile) {
  const Market& m = market(profile);
  std::uint64_t first = 0, digest = 0;
  (void)stage_costs(m.config, m.events, first);
  for (auto _ : state) {
    double evaluations_per_s = 0;
    const auto costs = stage_costs(m.config, m.events, digest, &evaluations_per_s);
    if (digest != first) state.SkipWithError("two runs derived different lanes");
    for (std::size_t s = 0; s < kPipelineStages; ++s) state.counters[std::string(kPipelineStageName[s]) + "_ns"] = costs[s];
    state.counters["evaluations_per_s"] = evaluations_per_s;
    state.counters["event_ns"] = std::accumulate(costs.begin(), costs.end(), 0.0);
  }
}

/// The signals stage with one strategy beside the mandatory filter, less the stage with none.
void strategy(benchmark::State& state, std::size_t index) {
  const Market& m = market("full_24");
  EngineConfig alone = m.config, none = m.config;
  for (std::size_t i = 0; i < alone.strategies.size(); ++i) {
    none.strategies[i].enabled = false;
    alone.strategies[i].enabled = i == index;
  }
  std::uint64_t digest = 0;
  for (auto _ : state) {
    const auto with = stage_costs(alone, m.events, digest), without = stage_costs(none, m.events, digest);
    state.counters["signals_ns"] = std::max(0.0, with[2] - without[2]);
    state.counters["features_ns"] = std::max(0.0, with[1] - without[1]);
  }
}

/// All keys of one family that FULL_24 asks for, less the features stage without any key.
void family(benchmark::State& state, const std::vector<FeatureKey>& keys) {
  const Market& m = market("full_24");
  const auto cost = [&](std::span<const FeatureKey> wanted, std::uint64_t& digest) {
    FeatureRequests requests;
    for (const FeatureKey& k : wanted) (void)requests.request(k);
    FeaturesAlone features(m.config, requests);
    const std::uint64_t start = tsc_now();
    for (const InputEvent& e : m.events) features.step(e);
    digest = features.digest();
    return static_cast<double>(tsc_now() - start) / ticks_per_ns() / static_cast<double>(m.events.size());
  };
  std::uint64_t a = 0, b = 0, bare = 0;
  (void)cost(keys, a);
  for (auto _ : state) {
    const double with = cost(keys, b), without = cost({}, bare);
    if (a != b) state.SkipWithError("two runs derived different values");
    state.counters["event_ns"] = std::max(0.0, with - without);
    state.counters["keys"] = static_cast<double>(keys.size());
  }
}

void register_all() {
  for (const char* profile : {"green_only", "full_24"})
    benchmark::RegisterBenchmark((std::string("stages/") + profile + "/fused").c_str(), [p = std::string(profile)](benchmark::State& s) { stages(s, p); })->Iterations(1);
  const Market& m = market("full_24");
  for (std::size_t i = 0; i < m.config.strategies.size(); ++i)
    if (m.config.strategies[i].built && m.config.strategies[i].enabled)
      benchmark::RegisterBenchmark(("strategy/" + m.config.strategies[i].name + "/fused").c_str(), [i](benchmark::State& s) { strategy(s, i); })->Iterations(1);
  FeatureRequests requests;
  SignalsStage::request_features(m.config, requests);
  std::map<std::string, std::vector<FeatureKey>> families;
  for (const FeatureKey& k : requests.keys()) families[feature_info(k.id).family].push_back(k);
  for (const auto& [name, keys] : families)
    benchmark::RegisterBenchmark(("features/" + name + "/fused").c_str(), [wanted = keys](benchmark::State& s) { family(s, wanted); })->Iterations(1);
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  omega::bench::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
