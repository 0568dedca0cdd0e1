// Durability `disk` against `process`: the same simulated session on the same disk, and what an order waits against one
// fdatasync. Target T10: throughput at least 0.95 of `process`, order wait at most 1.5 syncs. At full speed the next bar, which
// may fill the order, comes at once, so that the session waits for each; at a market's pace it does not.
#include <nlohmann/json.hpp>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "bench/journal/pairs.hpp"
#include "replay/session.hpp"

namespace omega::replay {
namespace {

constexpr int kDays = 40;

std::unique_ptr<SimMarket> market(const EngineConfig& config) {
  SimMarketConfig c{.seed = 5, .days = kDays};
  for (const std::string& symbol : c.symbols)
    for (std::size_t i = 0; i < config.instruments.size(); ++i)
      if (config.instruments[i].symbol == symbol) c.instruments.push_back(static_cast<InstrumentId>(i));
  auto made = SimMarket::create(c);
  if (!made) std::abort();
  return std::move(made).value();
}

void disk_against_process(benchmark::State& state) {
  auto loaded = load_config(std::string(OMEGA_SOURCE_DIR) + "/config", "green_only",
                            {"strategies.liquidity_sweep.penetration_min=1", "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
                             "strategies.liquidity_sweep.reversal_velocity_min=0.5", "strategies.liquidity_sweep.min_confirmation_score=3",
                             "strategies.liquidity_sweep.min_mtf_confluence=0", "risk.quality_min=0",
                             "engine.journal.snapshot_interval_inputs=0"});
  if (!loaded) return state.SkipWithError(loaded.error().message.c_str());
  const bench::Scratch scratch(false);
  std::string derived;
  OrderWait wait;
  double inputs = 1;
  int pass = 0;
  const auto run = [&](Durability durability) {
    EngineConfig config = loaded.value();
    config.mode = "paper";
    config.journal.durability = durability;
    auto feed = market(config);
    SessionOptions options;
    options.journal_dir = scratch.path() / std::to_string(pass++);
    auto result = run_session(std::move(config), *feed, nlohmann::json{{"build", "bench"}}, options);
    std::filesystem::remove_all(options.journal_dir);
    if (!result) return state.SkipWithError(result.error().message.c_str()), 1.0;
    if (derived.empty()) derived = result.value().derived_digest;
    if (derived != result.value().derived_digest) state.SkipWithError("the lanes differ");
    if (durability == Durability::kDisk) wait = *result.value().facts.order_wait;
    inputs = static_cast<double>(result.value().facts.events);
    return result.value().facts.wall_seconds * 1e9;
  };
  bench::compare(state, 1, [&] { return run(Durability::kProcess); }, [&] { return run(Durability::kDisk); });
  state.counters["limit_ns"] = state.counters["limit_ns"] / inputs;
  state.counters["ours_ns"] = state.counters["ours_ns"] / inputs;
  state.counters["throughput"] = 1 / state.counters["ratio"];
  state.counters["orders"] = static_cast<double>(wait.orders);
  state.counters["wait_p50_ns"] = static_cast<double>(wait.p50_ns);
  state.counters["sync_p50_ns"] = static_cast<double>(wait.sync_p50_ns);
  state.counters["wait_per_sync"] = wait.sync_p50_ns == 0 ? 0 : static_cast<double>(wait.p50_ns) / static_cast<double>(wait.sync_p50_ns);
}

BENCHMARK(disk_against_process)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omega::replay
