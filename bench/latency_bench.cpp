// Tick to order under a constant rate, journaling on, measured from the moment each event was due (no coordinated
// omission), fused and pinned; and how many events per second each layout takes at full speed. Every bench checks that the
// lanes' digests are those of the fused run.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/market.hpp"
#include "bench/two_cores.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"

namespace omega::bench {
namespace {

const Market& market() {
  static const Market m = make_market("green_only", 45);
  return m;
}

ThreadLayout pinned_two() {
  ThreadLayout layout;
  layout.count = 2;
  layout.threads[0] = {.first = 0, .last = 0, .wait = WaitKind::kSpinYield, .cpu = two_cpus().first};
  layout.threads[1] = {.first = 1, .last = 4, .wait = WaitKind::kSpinYield, .cpu = two_cpus().second};
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

std::uint64_t fused_digest() {
  static const std::uint64_t digest = [] {
    NoLanes lanes;
    Pipeline p(market().config, lanes.sinks);
    for (const InputEvent& e : market().events) p.on_external(e);
    return digest_of(p);
  }();
  return digest;
}

/// The last quarter of the market comes at a constant rate; what comes before warms the features at full speed.
void paced(benchmark::State& state, const ThreadLayout& layout) {
  const Market& m = market();
  const auto period = static_cast<std::uint64_t>(static_cast<double>(state.range(0)) * ticks_per_ns());
  const std::size_t warm = m.events.size() * 3 / 4;
  for (auto _ : state) {
    Journal journal(m.config);
    auto board = std::make_unique<LatencyBoard>();
    auto close_15 = std::make_unique<LatencyHistogram>();
    auto pipeline = std::make_unique<Pipeline>(m.config, journal.sinks, nullptr, layout, board.get());
    for (std::size_t i = 0; i < warm; ++i) pipeline->on_external(m.events[i]);
    board->reset();
    pipeline->start_threads();
    std::uint64_t due = tsc_now() + period;
    for (std::size_t i = warm; i < m.events.size(); ++i, due += period) {
      while (tsc_now() < due) cpu_pause();
      pipeline->on_external(m.events[i], due);
      if (layout.fused() && m.events[i].ts() % (15 * kMinute_ns) == 0) close_15->add(tsc_since(due, tsc_now()));
    }
    pipeline->stop_threads();
    if (digest_of(*pipeline) != fused_digest()) state.SkipWithError("the lanes differ from those of the fused run");
    report_quantiles(state, board->of[LatencyBoard::kEvent]);
    if (layout.fused()) state.counters["close_15min_p50_ns"] = static_cast<double>(close_15->quantile(0.5)) / ticks_per_ns();
  }
}

void full_speed(benchmark::State& state, const ThreadLayout& layout, bool journaled) {
  const Market& m = market();
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
    if (digest_of(pipeline) != fused_digest()) state.SkipWithError("the lanes differ from those of the fused run");
    state.SetIterationTime(took.count());
    state.counters["events_per_s"] = static_cast<double>(pipeline.sequencer().last_seq()) / took.count();
  }
}

void paced_fused(benchmark::State& s) { paced(s, {}); }
void paced_pinned(benchmark::State& s) { paced(s, pinned_two()); }
void speed_fused(benchmark::State& s) { full_speed(s, {}, true); }
void speed_fused_bare(benchmark::State& s) { full_speed(s, {}, false); }
void speed_pinned(benchmark::State& s) { full_speed(s, pinned_two(), true); }

BENCHMARK(paced_fused)->Name("tick_to_end/green_only_journaled/fused")->ArgName("period_ns")->Arg(20'000)->Iterations(1);
BENCHMARK(paced_pinned)->Name("tick_to_end/green_only_journaled/pinned_two")->ArgName("period_ns")->Arg(20'000)->Iterations(1);
BENCHMARK(speed_fused)->Name("full_speed/green_only_journaled/fused")->Iterations(1)->UseManualTime();
BENCHMARK(speed_fused_bare)->Name("full_speed/green_only_no_journal/fused")->Iterations(1)->UseManualTime();
BENCHMARK(speed_pinned)->Name("full_speed/green_only_journaled/pinned_two")->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace omega::bench
