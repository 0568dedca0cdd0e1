#include "adapters/config/strategy_schema.hpp"

namespace omega::config {

const std::vector<StrategySchema>& strategy_schemas() {
  static const std::vector<StrategySchema> all = [] {
    std::vector<StrategySchema> list;
    StrategyId id = 0;
    for (const char* name :
         {"mean_reversion_statistical", "liquidity_sweep", "order_flow_toxicity", "momentum_quality",
          "order_block_institutional", "kalman_pairs_trading", "correlation_divergence", "volatility_regime_adaptation",
          "breakout_volume_confirmation", "fvg_institutional", "htf_ltf_liquidity", "iceberg_detection",
          "idp_inducement_distribution", "ofi_refinement", "vpin_reversal_extreme", "fractal_market_structure",
          "correlation_cascade_detection", "footprint_orderflow_clusters", "crisis_mode_volatility_spike",
          "statistical_arbitrage_johansen", "calendar_arbitrage_flows", "topological_data_analysis_regime",
          "spoofing_detection_l2", "nfp_news_event_handler"}) {
      list.push_back({.id = ++id, .name = name, .built = false, .params = {}});
    }
    return list;
  }();
  return all;
}

}  // namespace omega::config
