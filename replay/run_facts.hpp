// What:     What only the driver of a run knows and the report needs: counts, times, final state. Everything else in a
//           report is read back from the journal's lanes.
// Owner:    the driver fills it once, after the last event; the report builder reads it.   Threads: one.
// Units:    in each name; Money 1e-8 account currency, ts UTC ns, ratios are fractions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/config.hpp"

namespace omega::replay {

/// One line of a strategy's funnel, in evaluation order: how many bars reached the step.
struct FunnelStep {
  std::string name;                 // "evaluated", "skip_feature_not_ready", "z", "adx", ...
  std::uint64_t count = 0;
};

struct StrategyFunnel {
  StrategyId strategy = 0;          // 1..24
  std::vector<FunnelStep> steps;
};

/// Why a strategy does not run; one entry per (strategy, instrument).
struct DisabledEntry {
  StrategyId strategy = 0;
  InstrumentId instrument = kNoInstrument;  // kNoInstrument: on every instrument (not built, multi-symbol need)
  std::uint32_t missing = 0;                // capability bits
};

enum class LayerStatus : std::uint8_t { kActive = 0, kTripped = 1, kOff = 2 };
/// Kill-switch layers 1..4, plus 5 for the statistical breaker.
struct LayerFacts {
  LayerStatus status = LayerStatus::kActive;
  TimeNs until = 0;                 // kTripped: when it lapses by itself; 0 = manual reset or next day roll
};
inline constexpr std::size_t kLayers = 5;

/// How long orders were held for their durability level.
struct OrderWait {
  std::uint64_t orders = 0, p50_ns = 0, p99_ns = 0, max_ns = 0;
  std::uint64_t syncs = 0, sync_p50_ns = 0;
};

/// What a resumed run found and did.
struct ResumeFacts {
  std::uint64_t recorded_inputs = 0;   // inputs in the journal after its recovery
  std::uint64_t snapshot_seq = 0;      // of the snapshot that the state came from; 0: replayed from the start
  std::vector<std::string> snapshots_ignored;  // each with its reason
  std::uint64_t appended_inputs = 0, appended_derived = 0;
  std::uint64_t bytes_cut = 0;         // of torn tails, by the recovery
  std::uint64_t frames_cut = 0;        // derived events beyond the last input, by the recovery
};

/// One histogram of engine/pipeline/latency_board.hpp. Wall time: differs from run to run.
struct LatencyRow {
  std::string stage;
  std::uint64_t count = 0;
  double p50_ns = 0, p99_ns = 0, p999_ns = 0, max_ns = 0;
};

struct RunFacts {
  std::string feed;                 // FeedDescription::text
  std::string layout;               // "fused", "pinned"
  std::string threads;              // groups of the pinned layout; empty when fused
  std::vector<std::string> layout_notes;  // what of it was chosen or refused by the machine
  std::vector<LatencyRow> latency;
  std::uint64_t ring_full_waits = 0;      // times that the sequencer waited for the last stage
  std::uint64_t late_periods = 0;         // times that events began to come too late
  DurationNs late_max_ns = 0;             // of the wall, of a paced run
  TimeNs from_ts = 0, to_ts = 0;    // engine time of the first and the last input
  std::uint64_t events = 0;         // inputs sequenced
  double wall_seconds = 0;
  std::string durability = "process";
  std::optional<OrderWait> order_wait;  // none: orders never wait at this level
  std::optional<ResumeFacts> resume;    // none: the run began a new journal
  bool stopped = false;             // by the user, before the feed ended
  Money initial_equity = 0, final_equity = 0, peak_equity = 0, open_pnl = 0;
  std::uint32_t open_positions = 0;
  double max_drawdown = 0;          // fraction, over M1 marks
  DurationNs max_drawdown_duration_ns = 0;  // longest time below a former peak
  bool emergency_stop = false;      // L4 tripped or operator stop, not yet reset
  std::array<LayerFacts, kLayers> layers{};
  std::vector<StrategyFunnel> funnels;
  std::vector<DisabledEntry> disabled;
  std::string inputs_digest, derived_digest;  // hex
};

}  // namespace omega::replay
