// What:     The strategies that were added to the tree beside the 24: the build lists every strategies/sNN_name.cpp from s25 on,
//           so that adding one touches no list by hand. OMEGA_STRATEGY is the last line of such a file; the same file
//           compiled with OMEGA_PLUGIN defined is a shared object for `strategies: - plugin: path.so`.
// Owner:    static tables.   Threads: any.
#pragma once

#include "engine/signals/strategy.hpp"

namespace omega {

struct AddedStrategy {
  const StrategyInfo* info;
  std::unique_ptr<Strategy> (*make)(const StrategySetup&);
};

/// By file name, so by number; made by engine/signals/CMakeLists.txt.
[[nodiscard]] std::span<const AddedStrategy> added_strategies() noexcept;

}  // namespace omega

#ifdef OMEGA_PLUGIN
#include "engine/signals/plugin.hpp"
#define OMEGA_STRATEGY(number, Info, Class) OMEGA_STRATEGY_PLUGIN(Info, Class)
#else
#define OMEGA_STRATEGY(number, Info, Class)                                                                                       \
  namespace omega {                                                                                                               \
  extern const AddedStrategy added_s##number;                                                                                     \
  const AddedStrategy added_s##number{&(Info), [](const StrategySetup& s) -> std::unique_ptr<Strategy> { return std::make_unique<Class>(s); }}; \
  }
#endif
