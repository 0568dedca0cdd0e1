// Tick to order under a constant rate, journaling on, measured from the moment each event was due (no coordinated
// omission), fused and pinned; and how many events per second each layout takes at full speed. Every bench checks that the
// lanes' digests are those of the fused run.
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "bench/market.hpp"
#include "bench/two_cores.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"

namespace omega::bench {
namespace {

/// Bars alone: every event closes a bar.
const Market& bars() {
  static const Market m = make_market("green_only", 45);
  return m;
}
/// Trades and book changes of one symbol as well: nearly every event is a plain tick.
const Market& ticks() {
  static const Market m = make_market("green_only", 12, {"EURUSD", "GBPUSD", "USDJPY"}, {"EURUSD"});
  return m;
}

ThreadLayout pinned_two(WaitKind wait) {
  ThreadLayout layout;
  layout.count = 2;
  layout.threads[0] = {.first = 0, .last = 0, .wait = wait, .cpu = two_cpus().first};
  layout.threads[1] = {.first = 1, .last = 4, .wait = wait, .cpu = two_cpus().second};
  return layout;
}

/// A journal in the temporary folder, gone at the end.
struct Journal {
  std::filesystem::path dir = std::filesystem::temp_directory_path() / ("omega-bench-" + std::to_string(getpid()));
  std::unique_ptr<journal::JournalWriter> writer;
  LaneSinks sinks{};
  explicit Journal(const EngineConfig& config) {
    std::filesystem::remove_all(dir);
    writer = or_end(journal::JournalWriter::create(dir, journal::Manifest::create("bench", "", journal::config_to_json(config), {}), {.durable = false}));
    for (std::size_t l = 0; l < kLaneCount; ++l) sinks[l] = &writer->lane(static_cast<Lane>(l));
  }
  ~Journal() {
    (void)writer->close();
    writer.reset();
    std::filesystem::remove_all(dir);
  }
};

std::uint64_t fused_digest(const Market& m) {
  static std::map<const Market*, std::uint64_t> known;
  const auto [it, is_new] = known.try_emplace(&m, 0);
  if (is_new) {
    NoLanes lanes;
    Pipeline p(m.config, lanes.sinks);
    for (const InputEvent& e : m.events) p.on_external(e);
    it->second = digest_of(p);
  }
  return it->second;
}

/// By what an event makes the engine do.
enum class Work { kTick, kMinuteClose, kQuarterClose };
constexpr std::array<const char*, 3> kWorkName{"tick", "close_1min", "close_15min"};
Work work_of(const InputEvent& e) {
  if (e.type != EventType::kBar) return Work::kTick;
  return e.ts() % (15 * kMinute_ns) == 0 ? Work::kQuarterClose : Work::kMinuteClose;
}

/// The last quarter of the market comes at a constant rate; what comes before warms the features at full speed.
void paced(benchmark::State& state, const Market& m, const ThreadLayout& layout) {
  const auto period = static_cast<std::uint64_t>(static_cast<double>(state.range(0)) * ticks_per_ns());
  const std::size_t warm = m.events.size() * 3 / 4;
  for (auto _ : state) {
    Journal journal(m.config);
    auto board = std::make_unique<LatencyBoard>();
    auto works = std::make_unique<std::array<LatencyHistogram, kWorkName.size()>>();
    auto pipeline = std::make_unique<Pipeline>(m.config, journal.sinks, nullptr, layout, board.get());
    for (std::size_t i = 0; i < warm; ++i) pipeline->on_external(m.events[i]);
    board->reset();
    pipeline->start_threads();
    std::uint64_t due = tsc_now() + period;
    for (std::size_t i = warm; i < m.events.size(); ++i, due += period) {
      while (tsc_now() < due) cpu_pause();
      pipeline->on_external(m.events[i], due);
      if (layout.fused()) (*works)[static_cast<std::size_t>(work_of(m.events[i]))].add(tsc_since(due, tsc_now()));
    }
    pipeline->stop_threads();
    if (digest_of(*pipeline) != fused_digest(m)) state.SkipWithError("the lanes differ from those of the fused run");
    report_quantiles(state, board->of[LatencyBoard::kEvent]);
    for (std::size_t w = 0; w < works->size(); ++w) {
      if ((*works)[w].count() == 0) continue;
      for (const auto& [name, q] : {std::pair{"_p50_ns", 0.5}, std::pair{"_p99_ns", 0.99}})
        state.counters[std::string(kWorkName[w]) + name] = static_cast<double>((*works)[w].quantile(q)) / ticks_per_ns();
    }
  }
}

void full_speed(benchmark::State& state, const Market& m, const ThreadLayout& layout, bool journaled) {
  for (auto _ : state) {
    NoLanes none;
    std::unique_ptr<Journal> journal;
    if (journaled) journal = std::make_unique<Journal>(m.config);
    Pipeline pipeline(m.config, journaled ? journal->sinks : none.sinks, nullptr, layout);
    const auto start = std::chrono::steady_clock::now();
    pipeline.start_threads();
    for (const InputEvent& e : m.events) pipeline.on_external(e);
    pipeline.stop_threads();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (digest_of(pipeline) != fused_digest(m)) state.SkipWithError("the lanes differ from those of the fused run");
    state.SetIterationTime(took.count());
    state.counters["events_per_s"] = static_cast<double>(pipeline.sequencer().last_seq()) / took.count();
  }
}

void register_all() {
  for (const auto& [name, market] : {std::pair{"green_only", &bars}, std::pair{"green_only_ticks", &ticks}})
    for (const auto& [layout_name, layout] : {std::pair{"/fused", ThreadLayout{}}, std::pair{"/pinned_two", pinned_two(WaitKind::kSpinYield)},
                                              std::pair{"/pinned_two_spinning", pinned_two(WaitKind::kSpin)}}) {
      const std::string tail = std::string(name) + "_journaled" + layout_name;
      benchmark::RegisterBenchmark(("tick_to_end/" + tail).c_str(), [market, layout](benchmark::State& s) { paced(s, market(), layout); })
          ->ArgName("period_ns")->Arg(20'000)->Iterations(1);
      benchmark::RegisterBenchmark(("full_speed/" + tail).c_str(), [market, layout](benchmark::State& s) { full_speed(s, market(), layout, true); })
          ->Iterations(1)->UseManualTime();
    }
  benchmark::RegisterBenchmark("full_speed/green_only_no_journal/fused", [](benchmark::State& s) { full_speed(s, bars(), {}, false); })
      ->Iterations(1)->UseManualTime();
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  omega::bench::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
