#include "engine/core/events.hpp"

#include <utility>

namespace omega {

const char* exit_reason_name(ExitReason r) noexcept {
  switch (r) {
    case ExitReason::kNone: return "none";
    case ExitReason::kStopLoss: return "stop_loss";
    case ExitReason::kTakeProfit: return "take_profit";
    case ExitReason::kTimeStop: return "time_stop";
    case ExitReason::kInvalidation: return "invalidation";
    case ExitReason::kStrategyTarget: return "strategy_target";
    case ExitReason::kKillSwitchL4: return "kill_switch_l4";
    case ExitReason::kKillSwitchL2: return "kill_switch_l2";
    case ExitReason::kOperator: return "operator";
    case ExitReason::kBreakEvenStop: return "break_even_stop";
    case ExitReason::kTrailingStop: return "trailing_stop";
    case ExitReason::kLegBroken: return "leg_broken";
  }
  return "none";
}

std::string capability_names(std::uint32_t bits) {
  static constexpr std::pair<std::uint32_t, const char*> kNames[] = {
      {capability::kBars, "BARS"}, {capability::kVolume, "VOLUME"}, {capability::kQuotes, "QUOTES"},
      {capability::kQuoteSizes, "QUOTE_SIZES"}, {capability::kTrades, "TRADES"}, {capability::kTradesSided, "TRADES_SIDED"},
      {capability::kL2, "L2"}, {capability::kCalendarNews, "CALENDAR_NEWS"},
      {capability::kCalendarHolidays, "CALENDAR_HOLIDAYS"}, {capability::kMulti, "MULTI"}, {capability::kModel, "MODEL"},
      {capability::kNotBuilt, "NOT_BUILT"}};
  std::string all;
  for (const auto& [bit, name] : kNames)
    if ((bits & bit) != 0) all += (all.empty() ? "" : "+") + std::string(name);
  return all;
}

}  // namespace omega
