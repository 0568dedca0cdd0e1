// Every thread layout, wait strategy, ring size and batch size gives the lanes of the fused run, whatever delays the
// stages and the feed have. Delays are put into the lanes' sinks: each stage appends before it hands its slot on.
// OMEGA_STRESS_EVENTS=N: goes on until so many events went through random layouts (default 300,000).
#include <time.h>

#include <cstdlib>
#include <random>

#include "engine/ring/thread_control.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {
namespace {

/// The digest of all that a lane was given, its length, and a nap now and then.
class NappingSink final : public LaneSink {
 public:
  void naps(std::uint64_t seed, unsigned one_in) {
    random_.seed(seed);
    one_in_ = one_in;
  }
  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes, std::span<const double> list) noexcept override {
    digest = digest_step(digest, type, seq, body, body_bytes, list);
    ++records;
    if (one_in_ == 0 || random_() % one_in_ != 0) return;
    const timespec nap{.tv_sec = 0, .tv_nsec = static_cast<long>(random_() % 120'000)};
    nanosleep(&nap, nullptr);
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  std::uint64_t digest = 0, records = 0;

 private:
  std::minstd_rand random_;
  unsigned one_in_ = 0;
};

struct Lanes {
  std::array<NappingSink, kLaneCount> lanes;
  LaneSinks sinks() {
    LaneSinks s{};
    for (std::size_t l = 0; l < kLaneCount; ++l) s[l] = &lanes[l];
    return s;
  }
};

/// Bit s of cuts: a new thread begins with stage s + 1.
ThreadLayout layout_of(unsigned cuts) {
  ThreadLayout layout;
  layout.count = 1;
  layout.threads[0].last = 0;
  for (std::uint8_t stage = 1; stage < kPipelineStages; ++stage) {
    if ((cuts >> (stage - 1) & 1) != 0) layout.threads[layout.count++].first = stage;
    layout.threads[layout.count - 1u].last = stage;
  }
  return layout;
}

class Layouts : public ::testing::Test {
 protected:
  Layouts() : config_(base_config("full_24", {"strategies.mean_reversion_statistical.entry_sigma_threshold=2",
                                              "strategies.mean_reversion_statistical.min_confirmation_score=2.5",
                                              "strategies.mean_reversion_statistical.min_mtf_confluence=0",
                                              "strategies.liquidity_sweep.penetration_min=1",
                                              "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
                                              "strategies.liquidity_sweep.reversal_velocity_min=0.5",
                                              "strategies.liquidity_sweep.min_confirmation_score=3",
                                              "strategies.liquidity_sweep.min_mtf_confluence=0", "risk.quality_min=0"})) {
    auto feed = market(config_, 5, 32, {"EURUSD", "GBPUSD", "USDJPY"});
    config_ = resolved(config_, *feed);
    events_ = events_of(*feed);
  }
  /// Plays the events; returns how many inputs the sequencer made of them.
  Seq play(Lanes& into, const EngineConfig& config, const ThreadLayout& layout, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    LatencyBoard board;
    Pipeline pipeline(config, into.sinks(), nullptr, layout, seed % 2 == 0 ? &board : nullptr);
    pipeline.start_threads();
    for (const InputEvent& e : events_) {
      if (random() % 20'000 == 0) pipeline.quiesce();
      if (random() % 50'000 == 0) {  // fused for a while
        pipeline.stop_threads();
        if (random() % 2 == 0) pipeline.start_threads();
      }
      pipeline.on_external(e);
    }
    pipeline.stop_threads();
    EXPECT_EQ(pipeline.ring().finished(), pipeline.sequencer().last_seq()) << "nothing is left in the ring";
    trades_ = pipeline.stages().orders().trades();
    if (seed % 2 == 0) {
      EXPECT_EQ(board.of[LatencyBoard::kEvent].count(), static_cast<std::uint64_t>(std::count_if(events_.begin(), events_.end(), [](const InputEvent& e) { return is_market(e.type); })));
    }
    return pipeline.sequencer().last_seq();
  }
  EngineConfig config_;
  std::vector<InputEvent> events_;
  std::uint64_t trades_ = 0;
};

TEST_F(Layouts, EveryGroupingGivesTheLanesOfTheFusedRun) {
  Lanes fused;
  play(fused, config_, {}, 1);
  ASSERT_GT(trades_, 0u) << "the way from an order back to its report was not exercised";
  const bool all = std::getenv("OMEGA_STRESS_EVENTS") != nullptr;
  for (unsigned cuts = 1; cuts < 16; ++cuts) {
    if (!all && cuts != 1 && cuts != 6 && cuts != 15) continue;  // the rest: random rounds, and the long run
    const ThreadLayout layout = layout_of(cuts);
    ASSERT_TRUE(layout.complete());
    Lanes pinned;
    play(pinned, config_, layout, cuts);
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      EXPECT_EQ(pinned.lanes[l].digest, fused.lanes[l].digest) << layout_text(layout) << ", lane " << kLaneName[l];
      EXPECT_EQ(pinned.lanes[l].records, fused.lanes[l].records) << layout_text(layout) << ", lane " << kLaneName[l];
    }
  }
}

TEST_F(Layouts, TicksTooGiveTheLanesOfTheFusedRun) {
  TickRun ticks(2);
  config_ = resolved(ticks.config, *ticks.feed);
  events_ = events_of(*ticks.feed);
  ASSERT_GT(events_.size(), 50'000u);
  Lanes fused;
  play(fused, config_, {}, 1);
  ASSERT_GT(trades_, 0u) << "no order was filled by a tick";
  for (const unsigned cuts : {1u, 15u}) {
    const ThreadLayout layout = layout_of(cuts);
    Lanes pinned;
    play(pinned, config_, layout, cuts);
    for (std::size_t l = 0; l < kLaneCount; ++l) EXPECT_EQ(pinned.lanes[l].digest, fused.lanes[l].digest) << layout_text(layout) << ", lane " << kLaneName[l];
  }
}

TEST_F(Layouts, RandomLayoutsWithDelaysInEveryStageGiveTheLanesOfTheFusedRun) {
  const char* asked = std::getenv("OMEGA_STRESS_EVENTS");
  const std::uint64_t target = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 300'000;
  const char* given = std::getenv("OMEGA_STRESS_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261'124;
  std::printf("OMEGA_STRESS_SEED=%llu OMEGA_STRESS_EVENTS=%llu\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(target));
  std::mt19937_64 random(seed);
  // The look-ahead is the venue's latency: a microsecond serialises the events, a minute lets bars overlap. A minute is also the
  // most that the configuration takes: beyond, the venue's timer could expire an order before it must have come.
  const std::array<DurationNs, 4> latencies{1000, 50 * kMilli_ns, kSecond_ns, kMinute_ns};
  std::array<Lanes, latencies.size()> reference;
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    config_.venue.latency_ns = latencies[i];
    play(reference[i], config_, {}, 1);
  }
  std::uint64_t events = 0, rounds = 0;
  while (events < target) {
    const std::size_t at = random() % latencies.size();
    EngineConfig config = config_;
    config.venue.latency_ns = latencies[at];
    config.pipeline.ring_slots = 2u << random() % 11;
    ThreadLayout layout = layout_of(1 + random() % 15);
    layout.batch = 1u << random() % 8;
    for (std::size_t t = 0; t < layout.count; ++t) {
      layout.threads[t].wait = random() % 2 == 0 ? WaitKind::kPark : WaitKind::kSpinYield;
      if (random() % 3 == 0) layout.threads[t].cpu = CPU_ISSET(1, &thread_control::process_cores()) ? static_cast<int>(random() % 2) : 0;
    }
    Lanes lanes;
    for (std::size_t l = 0; l < kLaneCount; ++l)
      if (random() % 2 == 0) lanes.lanes[l].naps(random(), 500u << random() % 5);
    const std::uint64_t play_seed = random();
    events += play(lanes, config, layout, play_seed);
    ++rounds;
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      ASSERT_EQ(lanes.lanes[l].digest, reference[at].lanes[l].digest)
          << "round " << rounds << ": " << layout_text(layout) << ", " << config.pipeline.ring_slots << " slots, batch " << layout.batch
          << ", latency " << latencies[at] << " ns, lane " << kLaneName[l];
    }
  }
  std::printf("%llu events through %llu random layouts, 0 different lanes\n", static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(rounds));
}

}  // namespace
}  // namespace omega::test
