// What:     Strategies from shared objects: loads one, checks that it was built for this program and keeps to the rules of the
//           deterministic core as far as its imports show them, and lists it in the registry under the next number.
// Owner:    the process: an object once loaded stays (its tables are in the registry).   Threads: set-up only.
// Errors:   kUsage for what a configuration names, kData for what a journal recorded; path, what was expected, what to do.
// Rules:    no clocks, random numbers, files, sockets, environment, threads, nor the C library's exp, log, pow ... (their last bit
//           differs between versions): see engine/signals/plugin.hpp. What an object does by other means, `omega verify` shows.
// Source:   ELF symbol table (System V gABI, chapter 5); GNU hash section.
#pragma once

#include <filesystem>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"
#include "engine/signals/registry.hpp"

namespace omega::replay {

struct LoadedPlugin {
  const RegistryEntry* entry = nullptr;
  PluginRef ref;  // absolute path
};

/// Loading the same content again gives the same entry.
[[nodiscard]] Result<LoadedPlugin> load_strategy_plugin(const std::filesystem::path& path);

/// Before an engine is made of a journal's configuration: every enabled plugin, in the build that was recorded.
[[nodiscard]] Status load_recorded_plugins(const EngineConfig& config);

}  // namespace omega::replay
