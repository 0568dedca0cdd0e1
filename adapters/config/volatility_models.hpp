// What:     Files of volatility models (F26): config/models/NAME.csv, a header, then one line per instrument; lines that begin with #
//           are comments. Columns: symbol,stay_low,stay_high,start_low,mean_low,sd_low,mean_high,sd_high.
// Owner:    the loader.   Threads: one.   Units: probabilities; annualised volatility as a fraction.
// Errors:   each bad line becomes an issue with its place; never throws.
#pragma once

#include <filesystem>

#include "adapters/config/issues.hpp"
#include "engine/core/config.hpp"

namespace omega::config {

/// Gives each instrument of the file its model. Instruments without a line stay without one.
void read_volatility_models(const std::filesystem::path& file, const std::string& shown_as, EngineConfig& config, Issues& issues);

}  // namespace omega::config
