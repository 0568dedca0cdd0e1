// What:     config/*.yaml + one profile + --set options -> EngineConfig, or every mistake at once.
// Owner:    the caller owns the result; nothing is kept.   Threads: any, nothing shared.
// Errors:   ErrorKind::kUsage; the message holds one line per mistake (newline between them), each
//           "file:line: key: expected ..., got ...; did you mean '...'?". Never throws.
// Units:    the files carry human units (pips, minutes, KiB); EngineConfig the engine's.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "adapters/config/strategy_schema.hpp"
#include "engine/core/config.hpp"
#include "engine/core/result.hpp"

namespace omega {

struct LoadedConfig {
  EngineConfig engine;                                        // mode is left empty: the command knows it
  std::vector<std::pair<std::string, std::string>> aliases;   // {"WTIUSD", "XTIUSD"}
};

[[nodiscard]] Result<LoadedConfig> load_config_files(const std::filesystem::path& config_dir, const std::string& profile,
                                                     const std::vector<std::string>& overrides,
                                                     const std::vector<config::StrategySchema>& strategies);

/// With the strategies of the registry.
[[nodiscard]] Result<EngineConfig> load_config(const std::filesystem::path& config_dir, const std::string& profile,
                                               const std::vector<std::string>& overrides);

/// The folder to read: `given` (--config), else $OMEGA_CONFIG, else ./config, else the source tree's.
[[nodiscard]] std::filesystem::path find_config_dir(const std::string& given);

/// Names of the profiles in a folder, sorted.
[[nodiscard]] std::vector<std::string> profile_names(const std::filesystem::path& config_dir);

}  // namespace omega
