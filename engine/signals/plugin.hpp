// What:     What a shared object with a strategy shows to the program: one table under one name, and a print of the layouts it was
//           compiled against, so that an object built for another Omega is refused before any of its code runs.
// Owner:    static data of the shared object, which is never unloaded.   Threads: any.
// Rules:    a plugin is part of the deterministic core: event time only, no I/O, no allocation after its constructor. The loader
//           refuses objects that import clocks, random numbers, I/O or the C library's transcendental functions.
#pragma once

#include "engine/signals/strategy.hpp"

namespace omega {

struct StrategyPlugin {
  std::uint64_t layout;
  const StrategyInfo* info;  // its id is ignored: the registry numbers it
  std::unique_ptr<Strategy> (*make)(const StrategySetup&);
};

inline constexpr const char* kPluginSymbol = "omega_strategy_plugin";
/// Raised by hand whenever the meaning of what a strategy sees changes and no size does.
inline constexpr std::uint64_t kPluginInterface = 1;

/// FNV-1a (Fowler, Noll, Vo 1991) over what a strategy and the program must agree on.
[[nodiscard]] consteval std::uint64_t plugin_layout() {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const std::uint64_t word : std::initializer_list<std::uint64_t>{
           kPluginInterface, sizeof(Strategy), sizeof(StrategyInfo), sizeof(StrategyContext), sizeof(StrategySetup), sizeof(MarketLeg), sizeof(InstrumentConfig),
           sizeof(FeatureFrame), sizeof(Signal), sizeof(ExitRequest), sizeof(PositionView), sizeof(Funnel), sizeof(LevelBook),
           sizeof(NewsBook), sizeof(StateWriter), sizeof(StateReader), static_cast<std::uint64_t>(FeatureId::kCount), kFeaturesMax}) {
    h = (h ^ word) * 0x100000001b3;
  }
  return h;
}

}  // namespace omega

#define OMEGA_STRATEGY_PLUGIN(Info, Class)                                                                    \
  namespace omega {                                                                                           \
  extern "C" __attribute__((visibility("default"))) const StrategyPlugin omega_strategy_plugin;               \
  const StrategyPlugin omega_strategy_plugin{                                                                 \
      plugin_layout(), &(Info), [](const StrategySetup& s) -> std::unique_ptr<Strategy> { return std::make_unique<Class>(s); }}; \
  }
