// F32: the operator's stop at every event of a burst. After the input that carries it no entry leaves, whatever is on its
// way is closed or cancelled, and a replay of the same inputs says the same.
#include <cstring>

#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {
namespace {

constexpr std::size_t kBurst_events = 600;   // stops are tried at each of them
constexpr std::size_t kAfter_events = 180;   // an hour of three symbols: every order is answered long before

template <class T>
T body_of(const RecordingSink::Record& r) {
  T t;
  std::memcpy(&t, r.bytes.data(), sizeof t);
  return t;
}

struct Recorded {
  Recorder recorder;
  Pipeline pipeline;
  explicit Recorded(const EngineConfig& config) : pipeline(config, recorder.sinks()) {}
  [[nodiscard]] const std::vector<RecordingSink::Record>& orders() const {
    return recorder.lanes[static_cast<std::size_t>(Lane::kOrders)].records;
  }
};

std::size_t entries_behind(const Recorded& run, Seq seq) {
  std::size_t n = 0;
  for (const auto& r : run.orders())
    n += r.type == EventType::kOrderCommand && r.seq >= seq && body_of<OrderCommand>(r).action == OrderAction::kEnter ? 1 : 0;
  return n;
}

TEST(F32StopInABurst, AtEveryEventNoEntryLeavesAfterItAndNothingStaysOpen) {
  const EngineConfig config = base_config("green_only", {"strategies.liquidity_sweep.penetration_min=1",
                                                         "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
                                                         "strategies.liquidity_sweep.reversal_velocity_min=0.5",
                                                         "strategies.liquidity_sweep.min_confirmation_score=3",
                                                         "strategies.liquidity_sweep.min_mtf_confluence=0", "risk.quality_min=0"});
  auto feed = market(config, 5, 40);
  const EngineConfig run_config = resolved(config, *feed);
  const std::vector<InputEvent> events = events_of(*feed);

  // The burst: the stretch with the most entries.
  Recorded whole(run_config);
  std::vector<std::size_t> entry_at;  // index of the external event that caused it
  for (std::size_t i = 0, seen = 0; i < events.size(); ++i) {
    whole.pipeline.on_external(events[i]);
    for (; seen < whole.orders().size(); ++seen)
      if (whole.orders()[seen].type == EventType::kOrderCommand && body_of<OrderCommand>(whole.orders()[seen]).action == OrderAction::kEnter)
        entry_at.push_back(i);
  }
  ASSERT_GE(entry_at.size(), 5u);
  std::size_t best = 0, most = 0;
  for (std::size_t i = 0; i < entry_at.size(); ++i) {
    std::size_t n = 0;
    while (i + n < entry_at.size() && entry_at[i + n] < entry_at[i] + kBurst_events - 50) ++n;
    if (n > most) most = n, best = entry_at[i] - std::min<std::size_t>(entry_at[i], 50);
  }
  ASSERT_GE(most, 2u) << "no burst in this market";
  ASSERT_LT(best + kBurst_events + kAfter_events, events.size());

  Recorded head(run_config);
  for (std::size_t i = 0; i < best; ++i) head.pipeline.on_external(events[i]);
  std::size_t stopped_open = 0, with_entries_without_stop = 0;
  for (std::size_t at = best; at < best + kBurst_events; ++at) {
    SCOPED_TRACE("stop before external event " + std::to_string(at));
    StateWriter state;
    head.pipeline.save(state);
    const auto with_stop = [&](Recorded& run) {
      StateReader in(state.bytes());
      run.pipeline.load(in);
      ASSERT_TRUE(in.at_end());
      run.pipeline.on_external(InputEvent::of(Control{.ts = run.pipeline.sequencer().last_ts(), .code = ControlCode::kEmergencyStop}));
    };
    Recorded stopped(run_config), again(run_config);
    with_stop(stopped);
    const Seq stop_seq = stopped.pipeline.sequencer().last_seq();
    stopped_open += stopped.pipeline.stages().orders().account().positions().empty() ? 0 : 1;
    for (std::size_t i = at; i < at + kAfter_events; ++i) stopped.pipeline.on_external(events[i]);
    ASSERT_EQ(entries_behind(stopped, stop_seq), 0u);
    ASSERT_TRUE(stopped.pipeline.stages().orders().account().positions().empty()) << "something is still open";
    if (at % 25 == 0) {  // the same again, to the byte
      with_stop(again);
      for (std::size_t i = at; i < at + kAfter_events; ++i) again.pipeline.on_external(events[i]);
      for (std::size_t l = 0; l < kLaneCount; ++l) ASSERT_EQ(stopped.recorder.lanes[l].records, again.recorder.lanes[l].records);
    }
    head.pipeline.on_external(events[at]);
  }
  for (const std::size_t i : entry_at) with_entries_without_stop += i >= best && i < best + kBurst_events ? 1 : 0;
  std::printf("F32: %zu stops, %zu of them with orders or positions alive, %zu entries without a stop\n", kBurst_events, stopped_open,
              with_entries_without_stop);
  EXPECT_GT(stopped_open, 0u);
}

}  // namespace
}  // namespace omega::test
