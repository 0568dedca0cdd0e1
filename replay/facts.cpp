#include "replay/facts.hpp"

#include <cmath>

namespace omega::replay {
namespace {

StrategyFunnel funnel_of(const SignalsStage::FunnelRow& row) {
  StrategyFunnel f{row.info->id, {}};
  f.steps.push_back({"skip_feature_not_ready", row.funnel.skipped_not_ready()});
  f.steps.push_back({"evaluated", row.funnel.evaluations()});
  for (std::size_t i = 0; i < row.info->conditions.size(); ++i) f.steps.push_back({row.info->conditions[i], row.funnel.passed(i)});
  f.steps.push_back({"suppressed_position_open", row.funnel.suppressed_position()});
  f.steps.push_back({"suppressed_not_an_edge", row.funnel.suppressed_edge()});
  f.steps.push_back({"suppressed_cool_down", row.funnel.suppressed_cooldown()});
  f.steps.push_back({"signals", row.funnel.signals()});
  return f;
}

}  // namespace

std::vector<LatencyRow> latency_rows(const LatencyBoard& board, double ns_per_tick) {
  std::vector<LatencyRow> rows;
  for (std::size_t i = 0; i < LatencyBoard::kCount; ++i) {
    const LatencyHistogram& h = board.of[i];
    const auto ns = [&](std::uint64_t ticks) { return static_cast<double>(ticks) * ns_per_tick; };
    rows.push_back({LatencyBoard::kName[i], h.count(), ns(h.quantile(0.5)), ns(h.quantile(0.99)), ns(h.quantile(0.999)), ns(h.max())});
  }
  return rows;
}

RunFacts gather_facts(const EngineConfig& config, const Pipeline& pipeline, TimeNs first_ts, double wall_seconds) {
  const Stages& stages = pipeline.stages();
  const OrdersStage& orders = stages.orders();
  RunFacts f;
  f.from_ts = first_ts;
  f.to_ts = pipeline.sequencer().last_ts();
  f.events = pipeline.sequencer().last_seq();
  f.wall_seconds = wall_seconds;
  f.initial_equity = std::llround(config.risk.initial_capital * static_cast<double>(kMoneyScale));
  f.final_equity = orders.equity();
  f.peak_equity = orders.curve().peak();
  f.open_pnl = orders.open_pnl();
  f.open_positions = static_cast<std::uint32_t>(orders.account().positions().size());
  f.max_drawdown = orders.curve().max_drawdown();
  f.max_drawdown_duration_ns = orders.curve().max_drawdown_ns();
  const KillSwitch& ks = stages.risk().kill_switch();
  f.emergency_stop = ks.emergency();
  for (std::size_t layer = 1; layer <= kLayers; ++layer) {
    const bool tripped = ks.status(static_cast<KillSwitchLayer>(layer)).tripped;
    f.layers[layer - 1].status = tripped ? LayerStatus::kTripped : LayerStatus::kActive;
  }
  for (const auto& row : stages.signals().funnels()) f.funnels.push_back(funnel_of(row));
  for (const StrategyDisabled& d : stages.signals().disabled()) f.disabled.push_back({d.strategy, d.instrument, d.missing});
  return f;
}

}  // namespace omega::replay
