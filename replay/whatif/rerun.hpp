// What:     One more run over the external inputs of a journal, in memory: with the recorded configuration, or a changed one. Writes
//           nothing; gives what the run would have reported, and its signals and trades to compare with.
// Owner:    value results.   Threads: one per call; calls may run side by side over the same inputs, which they only read.
// Errors:   what the feed says about the journal.
#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"
#include "replay/journal_feed.hpp"

namespace omega::replay {

/// A signal and how it ended. The seq of an input depends on what the venue answered before, so runs are matched by time.
struct Deal {
  Seq seq = 0;
  Signal signal;
  RiskDecision decision;
  ReasonCode outcome = ReasonCode::kNone;  // the last word on it
  bool traded = false;
  TradeClosed trade;                       // when traded
};

struct Rerun {
  nlohmann::ordered_json report;           // omega.report/1
  std::vector<Deal> deals;                 // in order of their signals
  std::array<std::uint64_t, 4> lane_digests{};  // features, signals, risk, orders
  Money net_pnl = 0;                       // of the closed trades
  std::vector<std::int64_t> market_days;   // UTC days with at least one good bar
  double days_per_year = 252;              // of the instruments that were active
};

/// The whole journal with a configuration that was resolved for it. inputs: of all its time.
[[nodiscard]] Result<Rerun> rerun(const std::shared_ptr<const SharedInputs>& inputs, const EngineConfig& config);
/// The same for one run: reads the journal as it goes and holds one segment at a time.
[[nodiscard]] Result<Rerun> rerun(const std::filesystem::path& journal, const EngineConfig& config);
/// A backtest of these inputs, with a configuration as the files give it.
[[nodiscard]] Result<Rerun> backtest_in_memory(const std::shared_ptr<const SharedInputs>& inputs, EngineConfig config);

}  // namespace omega::replay
