// What:     Drives one engine over one feed into one new journal: a paper session and a backtest are this same function
//           with another feed. And verify, which re-derives a journal and compares it byte for byte.
// Owner:    caller.   Threads: the calling thread runs the sequencer and, fused, the whole engine; the journal has
//           one helper thread.
// Errors:   kUsage/kData before anything is written where possible; kEnvironment when the journal cannot take more
//           (nothing already accepted is lost: what was journaled stays).
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/core/config.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"
#include "engine/pipeline/latency_board.hpp"
#include "replay/resume.hpp"

namespace omega::replay {

struct Progress {
  std::uint64_t events = 0;
  TimeNs engine_ts = 0, from_ts = 0, to_ts = 0;
  Money equity = 0;
  std::uint32_t positions = 0;
  std::uint64_t trades = 0;
};

struct SessionOptions {
  std::filesystem::path journal_dir;
  ThreadLayout layout;                               // fused unless said otherwise; the lanes are the same
  LatencyBoard* latency = nullptr;                   // not owned; null: measured all the same, shown at the end
  const std::atomic<bool>* stop = nullptr;           // set by a signal handler; checked between events. A resumed run stops
                                                     // only once it has caught up, so that no lane lags behind its inputs
  std::function<void(const std::string&)> alert;     // something that a person has to know now, one line
  const ResumePoint* resume = nullptr;               // continue journal_dir, prepared so; null: make a new journal there
  std::function<void(const Progress&)> progress;     // every kProgressInterval_events, and once at the end
};
inline constexpr std::uint64_t kProgressInterval_events = 8192;

struct SessionResult {
  RunFacts facts;
  std::filesystem::path journal_dir;
  std::string inputs_digest, derived_digest;         // 16 hex digits; derived: the four derived lanes combined
  std::string warning;                               // one line about what was not done; empty: nothing
  bool stopped = false;                              // ended by options.stop, not by the end of the feed
};

/// The feed starts at its beginning also when resuming: what is recorded is compared, the rest is appended.
/// manifest_extra: run facts for the manifest (mode, overrides, feed text ...); merged at top level.
[[nodiscard]] Result<SessionResult> run_session(EngineConfig config, ExternalFeed& feed,
                                                const nlohmann::json& manifest_extra, const SessionOptions& options);

struct VerifyResult {
  bool identical = false;
  std::string detail;                                // where they part: lane, seq, both versions; empty when identical
  std::uint64_t events = 0, derived_events = 0;
};

/// parity: re-derive timers and the paper venue's reports from the external inputs too, and compare the inputs lane.
[[nodiscard]] Result<VerifyResult> verify_journal(const std::filesystem::path& dir, bool parity);

}  // namespace omega::replay
