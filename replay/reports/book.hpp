// What:     A journal read once into what any period report needs: signals with their fate, trades, kill-switch trips, and the
//           equity curve, marked at every minute bar as the engine marked it.
// Owner:    value type.   Threads: one.
// Choices:  equity is kept in no lane but at fills and day rolls; the account is run again over bars, orders and reports, so that the
//           worst drawdown is that of report.json to the last digit. Marks that repeat the value before are kept first and last only.
// Errors:   damage in a lane, a lane that is missing, a journal that is not a run's.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"
#include "replay/report_record.hpp"

namespace omega::replay {

struct SignalFate {
  TimeNs ts = 0;
  StrategyId strategy = 0;
  InstrumentId instrument = 0;
  ReasonCode code = ReasonCode::kNone;  // the last word
  bool ordered = false;                 // an entry left for the venue
};
struct EquityPoint {
  TimeNs ts = 0;
  Money equity = 0;
};

struct Book {
  EngineConfig config;
  std::string journal;
  TimeNs first_ts = 0, last_ts = 0;
  Money initial = 0, final_equity = 0;
  std::vector<EquityPoint> marks;             // at minute bars
  std::vector<DayClose> days;                 // equity at the end of each UTC day; the last one may be a part of a day
  std::vector<std::int64_t> market_days;      // with at least one good bar
  std::vector<SignalFate> signals;            // by time
  std::vector<TradeClosed> trades;            // by the time they were closed
  std::vector<KillSwitchEvent> trips;

  [[nodiscard]] static Result<Book> read(const std::filesystem::path& journal);
};

}  // namespace omega::replay
