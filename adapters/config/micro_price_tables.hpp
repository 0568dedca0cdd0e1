// What:     Files of micro-price tables (F01): config/models/NAME.csv. Columns: symbol,bin,spread_1,spread_2,spread_3; ten rows per
//           symbol, bin 1 (imbalance 0 to 0.1) to bin 10 (0.9 to 1), in any order. The symbol * is every instrument without rows of its own.
// Owner:    the loader.   Threads: one.   Units: ticks, added to the mid; at most kAdjustmentMax_ticks either way.
// Errors:   each mistake becomes one issue with its place; a symbol with a mistake gets no table; never throws.
#pragma once

#include <filesystem>

#include "adapters/config/issues.hpp"
#include "engine/core/config.hpp"

namespace omega::config {

/// Half a spread is usual, a few ticks where the mid moves by several at once; a value beyond is in another unit.
inline constexpr double kAdjustmentMax_ticks = 10;

/// Gives each instrument its table. Instruments without rows stay without one.
void read_micro_price_tables(const std::filesystem::path& file, const std::string& shown_as, EngineConfig& config, Issues& issues);

}  // namespace omega::config
