// What:     One trial of a parameter search: the daily results of one backtest, as kept in the search's file, so that an
//           interrupted search goes on where it was.
// Owner:    value types.   Threads: any, one per trial.
// Errors:   run_trial: what the backtest says. from_json: nullopt for a line that is not a trial (the last one may be torn).
// Units:    account currency, R; days are UTC.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "replay/whatif/rerun.hpp"

namespace omega::replay {

struct TrialTrade {
  std::size_t day = 0;  // index of the market day on which it was closed
  double pnl = 0, r = 0;
};

struct Trial {
  std::uint64_t index = 0;
  std::vector<double> values;         // of the searched parameters
  std::string refused;                // why the configuration does not allow the point; empty: it ran
  std::vector<std::int64_t> days;     // market days, UTC days since 1970
  std::vector<double> equity;         // of the account at the end of each of them
  double initial = 0;                 // and before the first
  double days_per_year = 252;
  std::vector<TrialTrade> trades;     // of the searched strategy

  [[nodiscard]] nlohmann::ordered_json json() const;
  [[nodiscard]] static std::optional<Trial> from_json(const std::string& line);
};

/// The searched strategy's part of one backtest.
[[nodiscard]] Trial trial_of(const Rerun& run, StrategyId strategy);

}  // namespace omega::replay
