// The table of STRATEGIES 3.0, written out a second time: the registry must agree with it.
#include "engine/signals/registry.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/signals/strategies/added.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

struct Row {
  const char *name, *group, *family, *timeframe, *needs;
};
constexpr Row kTable[] = {
    {"mean_reversion_statistical", "GREEN", "REVERSAL", "M5", "BARS+VOLUME"},
    {"liquidity_sweep", "GREEN", "REVERSAL", "M1", "BARS+VOLUME"},
    {"order_flow_toxicity", "GREEN", "FILTER", "bucket", "VOLUME"},
    {"momentum_quality", "GREEN", "MOMENTUM", "M15", "BARS+VOLUME"},
    {"order_block_institutional", "GREEN", "MICRO", "M15", "BARS+VOLUME"},
    {"kalman_pairs_trading", "HYBRID", "STATARB", "M15", "BARS+MULTI"},
    {"correlation_divergence", "HYBRID", "STATARB", "H1", "BARS+MULTI"},
    {"volatility_regime_adaptation", "HYBRID", "MOMENTUM", "M15", "BARS+VOLUME+MODEL"},
    {"breakout_volume_confirmation", "HYBRID", "MOMENTUM", "M15", "BARS+VOLUME"},
    {"fvg_institutional", "HYBRID", "MICRO", "M15", "BARS+VOLUME"},
    {"htf_ltf_liquidity", "HYBRID", "REVERSAL", "M5", "BARS+VOLUME"},
    {"iceberg_detection", "HYBRID", "MICRO", "M1+L2", "TRADES_SIDED+L2"},
    {"idp_inducement_distribution", "HYBRID", "REVERSAL", "M1", "BARS+VOLUME"},
    {"ofi_refinement", "HYBRID", "MICRO", "quotes, M1", "QUOTE_SIZES"},
    {"vpin_reversal_extreme", "HYBRID", "REVERSAL", "M1", "VOLUME"},
    {"fractal_market_structure", "HYBRID", "MOMENTUM", "M15", "BARS+VOLUME"},
    {"correlation_cascade_detection", "HYBRID", "STATARB", "M15", "BARS+MULTI"},
    {"footprint_orderflow_clusters", "HYBRID", "MICRO", "M1", "TRADES"},
    {"crisis_mode_volatility_spike", "HYBRID", "REVERSAL", "M1", "BARS+VOLUME"},
    {"statistical_arbitrage_johansen", "HYBRID", "STATARB", "H1", "BARS+MULTI"},
    {"calendar_arbitrage_flows", "HYBRID", "EVENT", "M15", "BARS+VOLUME+CALENDAR_HOLIDAYS"},
    {"topological_data_analysis_regime", "HYBRID", "MOMENTUM", "M15", "BARS+VOLUME"},
    {"spoofing_detection_l2", "HYBRID", "MICRO", "L2", "TRADES+L2"},
    {"nfp_news_event_handler", "HYBRID", "EVENT", "M1", "BARS+VOLUME+CALENDAR_NEWS"},
};

TEST(Registry, ListsTheTwentyFourStrategiesOfTheTable) {
  ASSERT_EQ(strategy_registry().size(), std::size(kTable) + added_strategies().size());
  const auto registry = strategy_registry().first(kOwnStrategies);
  ASSERT_EQ(registry.size(), std::size(kTable));
  for (std::size_t i = 0; i < registry.size(); ++i) {
    EXPECT_EQ(registry[i].id, i + 1);
    EXPECT_STREQ(registry[i].name, kTable[i].name);
    EXPECT_STREQ(registry[i].group, kTable[i].group);
    EXPECT_STREQ(registry[i].family, kTable[i].family);
    EXPECT_STREQ(registry[i].timeframe, kTable[i].timeframe);
    EXPECT_EQ(capability_names(registry[i].needs), kTable[i].needs);
  }
}

TEST(Registry, ABuiltStrategySaysTheSameOfItselfAsItsRow) {
  std::set<StrategyId> built;
  for (const RegistryEntry& e : strategy_registry()) {
    if (e.info == nullptr) {
      EXPECT_EQ(e.make, nullptr);
      continue;
    }
    if (e.id <= kOwnStrategies) built.insert(e.id);
    EXPECT_EQ(e.info->id, e.id);
    EXPECT_STREQ(e.info->name, e.name);
    EXPECT_STREQ(e.info->group, e.group);
    EXPECT_EQ(e.info->needs, e.needs);
    EXPECT_EQ(e.make == nullptr, e.info->family == SignalFamily::kFilter);
    if (e.make == nullptr) continue;
    const std::string_view own = kTimeframeName[static_cast<std::size_t>(e.info->timeframe)];
    if (e.id == 23) {
      EXPECT_STREQ(e.timeframe, "L2");  // its stop and its expiry are of M1
    } else {
      EXPECT_NE(std::string_view(e.timeframe).find(own), std::string_view::npos);
    }
    EXPECT_GT(e.info->time_stop_ns, 0);
    const bool once_per_occasion = e.id == 19 || e.id == 21 || e.id == 24;  // crisis, window, phase of an event
    EXPECT_EQ(e.info->cooldown_ns > 0, !once_per_occasion);
    EXPECT_GT(e.info->conditions.size(), 0u);
    EXPECT_LE(e.info->criteria.size(), 8u);
  }
  EXPECT_EQ(built, (std::set<StrategyId>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24}));
}

TEST(Registry, EveryParameterHasADefaultInsideItsRangeAndAUniqueName) {
  for (const RegistryEntry& e : strategy_registry()) {
    if (e.info == nullptr) continue;
    std::set<std::string> names;
    for (const ParamSpec& p : e.info->params) {
      EXPECT_LE(p.min, p.value) << p.name;
      EXPECT_LE(p.value, p.max) << p.name;
      EXPECT_TRUE(names.insert(p.name).second) << p.name;
    }
  }
}

TEST(Registry, TimeStopsAndCooldownsAreThoseOfTheTable) {
  const auto info = [](StrategyId id) { return strategy_registry()[id - 1u].info; };
  EXPECT_EQ(info(1)->time_stop_ns, 120 * kMinute_ns);
  EXPECT_EQ(info(1)->cooldown_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(2)->time_stop_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(2)->cooldown_ns, 15 * kMinute_ns);
  EXPECT_EQ(info(4)->time_stop_ns, 360 * kMinute_ns);
  EXPECT_EQ(info(4)->cooldown_ns, 120 * kMinute_ns);
  EXPECT_EQ(info(5)->time_stop_ns, 240 * kMinute_ns);
  EXPECT_EQ(info(5)->cooldown_ns, 30 * kMinute_ns);
  EXPECT_EQ(info(8)->time_stop_ns, 16 * 15 * kMinute_ns);
  EXPECT_EQ(info(8)->cooldown_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(9)->time_stop_ns, 12 * 15 * kMinute_ns);
  EXPECT_EQ(info(9)->cooldown_ns, 20 * 15 * kMinute_ns);
  EXPECT_EQ(info(10)->time_stop_ns, 16 * 15 * kMinute_ns);
  EXPECT_EQ(info(10)->cooldown_ns, 30 * kMinute_ns);
  EXPECT_EQ(info(11)->time_stop_ns, 48 * 5 * kMinute_ns);
  EXPECT_EQ(info(11)->cooldown_ns, 30 * kMinute_ns);
  EXPECT_EQ(info(12)->time_stop_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(12)->cooldown_ns, 10 * kMinute_ns);
  EXPECT_EQ(info(13)->time_stop_ns, 360 * kMinute_ns);
  EXPECT_EQ(info(13)->cooldown_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(14)->time_stop_ns, 120 * kMinute_ns);
  EXPECT_EQ(info(14)->cooldown_ns, 5 * kMinute_ns);
  EXPECT_EQ(info(15)->time_stop_ns, 120 * kMinute_ns);
  EXPECT_EQ(info(15)->cooldown_ns, 24 * kHour_ns);
  EXPECT_EQ(info(16)->time_stop_ns, 32 * 15 * kMinute_ns);
  EXPECT_EQ(info(16)->cooldown_ns, 120 * kMinute_ns);
  EXPECT_EQ(info(18)->time_stop_ns, 180 * kMinute_ns);
  EXPECT_EQ(info(18)->cooldown_ns, 30 * kMinute_ns);
  EXPECT_EQ(info(19)->time_stop_ns, 60 * kMinute_ns);
  EXPECT_EQ(info(21)->time_stop_ns, 32 * 15 * kMinute_ns);
  EXPECT_EQ(info(22)->time_stop_ns, 32 * 15 * kMinute_ns);
  EXPECT_EQ(info(22)->cooldown_ns, 50 * 15 * kMinute_ns);
  EXPECT_EQ(info(23)->time_stop_ns, 15 * kMinute_ns);
  EXPECT_EQ(info(23)->cooldown_ns, 15 * kMinute_ns);
  EXPECT_EQ(info(24)->time_stop_ns, 120 * kMinute_ns);
}

TEST(Registry, OpenPositionsOfAStrategyAreBoundedByTheTable) {
  const auto info = [](StrategyId id) { return strategy_registry()[id - 1u].info; };
  for (const StrategyId id : {1, 2, 4, 5, 8, 9, 10, 11, 14, 16}) EXPECT_EQ(info(id)->positions_max, 3) << id;
  EXPECT_EQ(info(12)->positions_max, 2);
  EXPECT_EQ(info(13)->positions_max, 2);
  EXPECT_EQ(info(15)->positions_max, 1);
  EXPECT_EQ(info(18)->positions_max, 2);
  EXPECT_EQ(info(19)->positions_max, 2);
  EXPECT_EQ(info(21)->positions_max, 2);
  EXPECT_EQ(info(22)->positions_max, 2);
  EXPECT_EQ(info(23)->positions_max, 1);
  EXPECT_EQ(info(24)->positions_max, 2);
}

TEST(Registry, FindsByNumberAndByName) {
  EXPECT_EQ(find_strategy("s02")->id, 2);
  EXPECT_EQ(find_strategy("S24")->id, 24);
  EXPECT_EQ(find_strategy("momentum_quality")->id, 4);
  EXPECT_EQ(find_strategy("s" + std::to_string(strategy_registry().size() + 1)), nullptr);
  EXPECT_EQ(find_strategy("momentum"), nullptr);
}

}  // namespace
}  // namespace omega
