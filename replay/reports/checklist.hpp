// What:     The operators' list before live trading, each line decided from a configuration and a journal of paper trading where a
//           program can: met, not met, or left to a person, with the figure and where it came from.
// Owner:    pure function.   Threads: any.
// Choices:  a stricter limit than the list's meets it. Simulated markets prove nothing about trading: they do not meet a line.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/reports/book.hpp"

namespace omega::replay {

struct ChecklistInput {
  const EngineConfig& config;   // to go live with
  const Book* paper = nullptr;  // null: no journal was given
  bool smoke_passed = false;
  long log_errors = -1;         // error lines in the log; -1: there is no log
};

/// [{"phase", "item", "status": "met"|"not met"|"needs a person", "figure", "source"}]
[[nodiscard]] nlohmann::ordered_json checklist(const ChecklistInput& in);

}  // namespace omega::replay
