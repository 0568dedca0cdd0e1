#include "engine/core/events.hpp"

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
  }
  return "none";
}

}  // namespace omega
