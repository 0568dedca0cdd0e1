#include "engine/signals/registry.hpp"

#include <deque>

#include "engine/signals/strategies/added.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

using namespace capability;
constexpr std::uint32_t kBarsVolume = kBars | kVolume;

std::array<RegistryEntry, kOwnStrategies> table() noexcept {
  return {{
      {1, "mean_reversion_statistical", "GREEN", "REVERSAL", "M5", kBarsVolume, &s01_info(), &make_s01},
      {2, "liquidity_sweep", "GREEN", "REVERSAL", "M1", kBarsVolume, &s02_info(), &make_s02},
      {3, "order_flow_toxicity", "GREEN", "FILTER", "bucket", kVolume, &s03_info(), nullptr},
      {4, "momentum_quality", "GREEN", "MOMENTUM", "M15", kBarsVolume, &s04_info(), &make_s04},
      {5, "order_block_institutional", "GREEN", "MICRO", "M15", kBarsVolume, &s05_info(), &make_s05},
      {6, "kalman_pairs_trading", "HYBRID", "STATARB", "M15", kBars | kMulti, &s06_info(), &make_s06},
      {7, "correlation_divergence", "HYBRID", "STATARB", "H1", kBars | kMulti, &s07_info(), &make_s07},
      {8, "volatility_regime_adaptation", "HYBRID", "MOMENTUM", "M15", kBarsVolume | kModel, &s08_info(), &make_s08},
      {9, "breakout_volume_confirmation", "HYBRID", "MOMENTUM", "M15", kBarsVolume, &s09_info(), &make_s09},
      {10, "fvg_institutional", "HYBRID", "MICRO", "M15", kBarsVolume, &s10_info(), &make_s10},
      {11, "htf_ltf_liquidity", "HYBRID", "REVERSAL", "M5", kBarsVolume, &s11_info(), &make_s11},
      {12, "iceberg_detection", "HYBRID", "MICRO", "M1+L2", kL2 | kTradesSided, &s12_info(), &make_s12},
      {13, "idp_inducement_distribution", "HYBRID", "REVERSAL", "M1", kBarsVolume, &s13_info(), &make_s13},
      {14, "ofi_refinement", "HYBRID", "MICRO", "quotes, M1", kQuoteSizes, &s14_info(), &make_s14},
      {15, "vpin_reversal_extreme", "HYBRID", "REVERSAL", "M1", kVolume, &s15_info(), &make_s15},
      {16, "fractal_market_structure", "HYBRID", "MOMENTUM", "M15", kBarsVolume, &s16_info(), &make_s16},
      {17, "correlation_cascade_detection", "HYBRID", "STATARB", "M15", kBars | kMulti, &s17_info(), &make_s17},
      {18, "footprint_orderflow_clusters", "HYBRID", "MICRO", "M1", kTrades, &s18_info(), &make_s18},
      {19, "crisis_mode_volatility_spike", "HYBRID", "REVERSAL", "M1", kBarsVolume, &s19_info(), &make_s19},
      {20, "statistical_arbitrage_johansen", "HYBRID", "STATARB", "H1", kBars | kMulti, &s20_info(), &make_s20},
      {21, "calendar_arbitrage_flows", "HYBRID", "EVENT", "M15", kBarsVolume | kCalendarHolidays, &s21_info(), &make_s21},
      {22, "topological_data_analysis_regime", "HYBRID", "MOMENTUM", "M15", kBarsVolume, &s22_info(), &make_s22},
      {23, "spoofing_detection_l2", "HYBRID", "MICRO", "L2", kL2 | kTrades, &s23_info(), &make_s23},
      {24, "nfp_news_event_handler", "HYBRID", "EVENT", "M1", kBarsVolume | kCalendarNews, &s24_info(), &make_s24},
  }};
}

constexpr std::array<const char*, 6> kFamilyNames{"REVERSAL", "MOMENTUM", "MICRO", "STATARB", "EVENT", "FILTER"};

struct Registry {
  std::vector<RegistryEntry> entries;
  std::deque<StrategyInfo> numbered;  // what came from outside, with its number; addresses stay

  Registry() {
    entries.reserve(kStrategyIdMax);
    for (const RegistryEntry& e : table()) entries.push_back(e);
    for (const AddedStrategy& a : added_strategies()) {
      OMEGA_REQUIRE(add(*a.info, a.make, false) != nullptr, entries.size(), a.info->id);
    }
  }
  const RegistryEntry* add(const StrategyInfo& info, std::unique_ptr<Strategy> (*make)(const StrategySetup&), bool plugin) {
    for (const RegistryEntry& e : entries) {
      if (std::string_view(e.name) == info.name) return nullptr;
    }
    if (entries.size() >= kStrategyIdMax) return nullptr;
    StrategyInfo& own = numbered.emplace_back(info);
    own.id = static_cast<StrategyId>(entries.size() + 1);
    return &entries.emplace_back(RegistryEntry{own.id, own.name, own.group, kFamilyNames[static_cast<std::size_t>(own.family)],
                                               kTimeframeName[static_cast<std::size_t>(own.timeframe)], own.needs, &own, make, plugin});
  }
};

Registry& registry() noexcept {
  static Registry all;
  return all;
}

}  // namespace

std::span<const RegistryEntry> strategy_registry() noexcept { return registry().entries; }

const RegistryEntry* add_strategy(const StrategyInfo& info, std::unique_ptr<Strategy> (*make)(const StrategySetup&)) {
  return registry().add(info, make, true);
}

const RegistryEntry* find_strategy(std::string_view name) noexcept {
  for (const RegistryEntry& e : strategy_registry()) {
    const char number[] = {'s', static_cast<char>('0' + e.id / 10), static_cast<char>('0' + e.id % 10), '\0'};
    const bool by_number = name.size() == 3 && (name[0] == 's' || name[0] == 'S') && name.substr(1) == std::string_view(number).substr(1);
    if (name == e.name || by_number) return &e;
  }
  return nullptr;
}

}  // namespace omega
