// What:     The catalogue of all strategies: the 24, then those added to the tree (a file strategies/sNN_name.cpp from s25 on is
//           listed by itself), then those of shared objects in the order in which they were loaded. Numbers have no gaps.
//           Adding a strategy: one file, one block in config/strategies.yaml, one test (`omega strategies --new NAME`).
// Owner:    static tables.   Threads: any reader; add_strategy only while nothing runs.   Source: STRATEGIES 3.0 (table).
#pragma once

#include "engine/signals/strategy.hpp"

namespace omega {

struct RegistryEntry {
  StrategyId id;
  const char* name;
  const char* group;          // GREEN, HYBRID
  const char* family;         // REVERSAL ...
  const char* timeframe;      // as in the table: "M5", "quotes, M1" ...
  std::uint32_t needs;        // capability bits
  const StrategyInfo* info;   // nullptr: not built
  std::unique_ptr<Strategy> (*make)(const StrategySetup&);  // nullptr: not built, or a filter
  bool plugin = false;        // from a shared object
};

inline constexpr std::size_t kOwnStrategies = 24;  // S01..S24
inline constexpr StrategyId kStrategyIdMax = 31;   // kStrategiesMax counts the unused number 0

/// All, by number: entry i has number i + 1. Invalidated by no call: room for every number is kept.
[[nodiscard]] std::span<const RegistryEntry> strategy_registry() noexcept;
/// Lists a strategy from a shared object under the next number. The texts must live as long as the program.
/// nullptr: the name is taken, or no number is left. Set-up only.
[[nodiscard]] const RegistryEntry* add_strategy(const StrategyInfo& info, std::unique_ptr<Strategy> (*make)(const StrategySetup&));
[[nodiscard]] const RegistryEntry* find_strategy(std::string_view name) noexcept;  // "s01" or the full name

}  // namespace omega
