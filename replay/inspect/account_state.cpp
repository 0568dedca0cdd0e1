#include "replay/inspect/account_state.hpp"

#include "replay/report_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {

using Json = nlohmann::ordered_json;

Json position_state(const OpenPosition& p, const EngineConfig& config) {
  return {{"order_id", p.order_id}, {"signal_seq", p.signal_seq}, {"symbol", words::symbol_of(config, p.instrument)},
          {"strategy", words::strategy_name(config, p.strategy)}, {"side", words::side_name(p.direction)}, {"filled", p.filled},
          {"lots", qty_to_double(p.filled ? p.quantity : p.quantity_ordered)},
          {"entry", price_to_double(p.filled ? p.entry_price : p.entry_ref)}, {"stop", price_to_double(p.stop_loss)},
          {"target", price_to_double(p.final_target)}, {"since", format_time(p.filled ? p.entry_ts : p.sent_ts)}};
}

Json account_state(const Stages& stages, const EngineConfig& config) {
  const RiskStage& risk = stages.risk();
  const KillSwitch& ks = risk.kill_switch();
  Json positions = Json::array(), layers = Json::array();
  for (const OpenPosition& p : risk.account().positions()) positions.push_back(position_state(p, config));
  for (std::size_t i = 0; i < words::kLayer.size(); ++i) {
    const auto s = ks.status(static_cast<KillSwitchLayer>(i + 1));
    layers.push_back({{"layer", i + 1}, {"name", words::kLayer[i]}, {"status", s.tripped ? "TRIPPED" : "ACTIVE"}, {"activations", s.activations}});
  }
  const double equity = money_to_double(risk.equity()), day = money_to_double(ks.day_start_equity()), peak = money_to_double(ks.peak());
  return {{"equity", equity}, {"realised", money_to_double(risk.account().realised())},
          {"open_pnl", money_to_double(risk.account().open_pnl())}, {"day_start_equity", day}, {"peak_equity", peak},
          {"daily_loss", words::ratio(day - equity, day)}, {"drawdown", words::ratio(peak - equity, peak)},
          {"emergency_stop", ks.emergency()}, {"layers", std::move(layers)}, {"positions", std::move(positions)}};
}

}  // namespace omega::replay
