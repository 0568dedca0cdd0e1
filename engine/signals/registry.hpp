// What:     The catalogue of all 24 strategies: what each is, what it needs, and how to make the built ones.
//           Adding a strategy: one file, one line in registry.cpp, one block in config/strategies.yaml, one test.
// Owner:    static tables.   Threads: any.   Source: STRATEGIES 3.0 (table).
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
};

/// All 24, by number.
[[nodiscard]] std::span<const RegistryEntry> strategy_registry() noexcept;
[[nodiscard]] const RegistryEntry* find_strategy(std::string_view name) noexcept;  // "s01" or the full name

}  // namespace omega
