// The research loop over one recorded journal: reading its inputs, re-deriving features and signals from them, whole backtests in
// memory, one alone and one per core at the same time over the same mapped inputs, as omega optimize runs them. Scaling is given twice: by the wall, which on a machine with other work
// shows that work, and by the processor time that a backtest takes beside others against alone. Every bench checks the lanes' digests.
#include <time.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "bench/journal/pairs.hpp"
#include "bench/market.hpp"
#include "bench/two_cores.hpp"
#include "journal/reader.hpp"
#include "replay/session.hpp"
#include "replay/stage_replay.hpp"
#include "replay/whatif/rerun.hpp"

namespace omega::bench {
namespace {

constexpr int kDays = 60;

/// A paper session of the simulated market, journaled once for all benches.
struct Recorded {
  Scratch scratch{false};
  EngineConfig config;  // as the session ran
  std::string dir;
  std::uint64_t inputs = 0;
  std::array<std::uint64_t, 4> digests{};
  std::shared_ptr<const replay::SharedInputs> shared;

  Recorded() {
    const std::string folder = std::string(OMEGA_SOURCE_DIR) + "/config";
    SimMarketConfig sim;
    sim.seed = 1;
    sim.days = kDays;
    sim.symbols = {"EURUSD", "GBPUSD", "USDJPY"};
    EngineConfig as_files = or_end(load_config(folder, "green_only", {}));
    for (const std::string& s : sim.symbols)
      for (std::size_t i = 0; i < as_files.instruments.size(); ++i)
        if (as_files.instruments[i].symbol == s) sim.instruments.push_back(static_cast<InstrumentId>(i));
    const auto feed = or_end(SimMarket::create(sim));
    as_files.mode = "paper";
    config = or_end(resolve(EngineConfig(as_files), feed->description()));
    dir = (scratch.path() / "paper").string();
    replay::SessionOptions options;
    options.journal_dir = dir;
    inputs = or_end(replay::run_session(std::move(as_files), *feed, nlohmann::json{{"build", "bench"}}, options)).facts.events;
    digests = or_end(replay::rerun(dir, config)).lane_digests;
    shared = or_end(replay::SharedInputs::open(dir, {}));
  }
};

const Recorded& recorded() {
  static const Recorded r;
  return r;
}

double now_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// Every input decoded and its checksum verified, nothing derived.
void scan(benchmark::State& state) {
  const Recorded& r = recorded();
  for (auto _ : state) {
    const auto reader = or_end(journal::JournalReader::open(r.dir));
    auto cursor = reader->lane(Lane::kInputs);
    journal::FrameView frame;
    InputEvent event;
    std::uint64_t inputs = 0;
    const double start = now_ns(CLOCK_MONOTONIC);
    while (cursor.next(frame) && replay::input_event(frame, event)) ++inputs;
    state.counters["inputs_per_s"] = static_cast<double>(inputs) * 1e9 / (now_ns(CLOCK_MONOTONIC) - start);
    if (inputs != r.inputs) state.SkipWithError("not every input was read");
  }
}

/// The same inputs once they were mapped and checked for several backtests: what each of these pays for reading them.
void scan_shared(benchmark::State& state) {
  const Recorded& r = recorded();
  for (auto _ : state) {
    journal::VerifiedCursor cursor(r.shared->frames());
    journal::FrameView frame;
    InputEvent event;
    std::uint64_t inputs = 0;
    const double start = now_ns(CLOCK_MONOTONIC);
    while (cursor.next(frame) && replay::input_event(frame, event)) ++inputs;
    state.counters["inputs_per_s"] = static_cast<double>(inputs) * 1e9 / (now_ns(CLOCK_MONOTONIC) - start);
    if (inputs != r.inputs) state.SkipWithError("not every input was read");
  }
}

/// Inputs to features and signals, no risk and no orders: what a search for signals costs.
void features_and_signals(benchmark::State& state) {
  const Recorded& r = recorded();
  for (auto _ : state) {
    const auto reader = or_end(journal::JournalReader::open(r.dir));
    auto cursor = reader->lane(Lane::kInputs);
    NoLanes none;
    Stages stages(r.config, none.sinks);
    EventRing<EventSlot> ring(r.config.pipeline.ring_slots, 1);
    SlotPools pools(ring, stages.shape(r.config));
    journal::FrameView frame;
    std::uint64_t inputs = 0;
    const double start = now_ns(CLOCK_MONOTONIC);
    for (;;) {
      EventSlot& slot = ring.at(inputs + 1);
      if (!cursor.next(frame) || !replay::input_event(frame, slot.input)) break;
      stages.run(StageId::kFeatures, slot);
      stages.run(StageId::kSignals, slot);
      ++inputs;
    }
    state.counters["inputs_per_s"] = static_cast<double>(inputs) * 1e9 / (now_ns(CLOCK_MONOTONIC) - start);
    if (inputs != r.inputs || stages.features().digest() != r.digests[0] || stages.signals().digest() != r.digests[1])
      state.SkipWithError("the features or signals are others than the session's");
  }
}

/// Backtests at the same time, one per thread; each thread's processor time per backtest, and the wall of all.
struct Ran {
  double cpu_ns = 0, wall_ns = 0;
  bool same = true;
};

Ran backtests(std::size_t threads) {
  const Recorded& r = recorded();
  std::vector<Ran> each(threads);
  const auto work = [&](std::size_t at) {
    const double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
    const auto run = or_end(replay::rerun(r.shared, r.config));
    each[at] = {now_ns(CLOCK_THREAD_CPUTIME_ID) - start, 0, run.lane_digests == r.digests};
  };
  Ran all;
  const double start = now_ns(CLOCK_MONOTONIC);
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& t : others) t.join();
  all.wall_ns = now_ns(CLOCK_MONOTONIC) - start;
  for (const Ran& one : each) {
    all.cpu_ns += one.cpu_ns / static_cast<double>(threads);
    all.same = all.same && one.same;
  }
  return all;
}

/// Alone and together in pairs: neighbours on the machine change from second to second.
void parallel_backtests(benchmark::State& state) {
  const std::size_t threads = std::max(1u, std::thread::hardware_concurrency());
  constexpr int kPairs = 5;
  std::vector<double> wall, cpu, speed;
  for (auto _ : state) {
    for (int pair = 0; pair < kPairs; ++pair) {
      const Ran alone = backtests(1), together = backtests(threads);
      if (!alone.same || !together.same) state.SkipWithError("a backtest derived other lanes than the session");
      wall.push_back(alone.wall_ns * static_cast<double>(threads) / together.wall_ns);
      cpu.push_back(alone.cpu_ns * static_cast<double>(threads) / together.cpu_ns);
      speed.push_back(static_cast<double>(recorded().inputs * threads) * 1e9 / together.wall_ns);
    }
  }
  const auto median = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  state.counters["scaling"] = median(wall);
  state.counters["scaling_by_cpu_time"] = median(cpu);
  state.counters["inputs_per_s"] = median(speed);
  state.counters["cores"] = static_cast<double>(threads);
}

BENCHMARK(scan)->Name("replay/scan/one_thread")->Iterations(1);
BENCHMARK(scan_shared)->Name("replay/scan_shared/one_thread")->Iterations(1);
BENCHMARK(features_and_signals)->Name("replay/scan_features_signals/one_thread")->Iterations(1);
BENCHMARK(parallel_backtests)->Name("replay/backtests_in_memory/thread_per_core")->Iterations(1);

}  // namespace
}  // namespace omega::bench
