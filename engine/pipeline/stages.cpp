#include "engine/pipeline/stages.hpp"

#include <algorithm>

#include "engine/pipeline/halt_context.hpp"

// Where the fault tests' own copy of this file lets a stage die; nothing anywhere else.
#ifdef OMEGA_STAGE_POINTS
namespace omega {
void stage_point(StageId stage, Seq seq) noexcept;  // tests/fault/poison
}
#define OMEGA_STAGE_POINT(stage, seq) stage_point(stage, seq)
#else
#define OMEGA_STAGE_POINT(stage, seq) static_cast<void>(0)
#endif

namespace omega {
namespace {

LaneSink& lane(const LaneSinks& sinks, Lane l) { return *sinks[static_cast<std::size_t>(l)]; }

/// Collects what every stage wants before the features stage is built. OrdersStage asks last.
FeatureRequests collect_requests(const EngineConfig& config) {
  FeatureRequests requests;
  SignalsStage::request_features(config, requests);
  OrdersStage::request_features(requests);
  return requests;
}

std::uint32_t active_instruments(const EngineConfig& config) noexcept {
  std::uint32_t n = 0;
  for (const auto& i : config.instruments) n += i.active ? 1 : 0;
  return n;
}

}  // namespace

Stages::Stages(const EngineConfig& config, const LaneSinks& sinks)
    : requests_(collect_requests(config)),
      features_(config, requests_, lane(sinks, Lane::kFeatures)),
      signals_(config, requests_, lane(sinks, Lane::kSignals)),
      risk_(config, lane(sinks, Lane::kRisk)),
      orders_(config, lane(sinks, Lane::kOrders), OrdersStage::request_features(requests_)) {}

/// A stage that dies here halts the program at this input (replay/halt_guard.hpp).
template <StageId kStage>
inline void Stages::step(EventSlot& slot) noexcept {
  enter_stage(kLaneName[static_cast<std::size_t>(kStage) + 1], slot.input);
  OMEGA_STAGE_POINT(kStage, slot.input.seq);
  if constexpr (kStage == StageId::kFeatures) features_.process(slot.input, slot.features);
  if constexpr (kStage == StageId::kSignals) signals_.process(slot.input, slot.features, slot.signals);
  if constexpr (kStage == StageId::kRisk) risk_.process(slot.input, slot.features, slot.signals, slot.risk);
  if constexpr (kStage == StageId::kOrders) orders_.process(slot.input, slot.features, slot.signals, slot.risk, slot.orders);
}

void Stages::run(StageId stage, EventSlot& slot) noexcept {
  switch (stage) {
    case StageId::kFeatures: step<StageId::kFeatures>(slot); break;
    case StageId::kSignals: step<StageId::kSignals>(slot); break;
    case StageId::kRisk: step<StageId::kRisk>(slot); break;
    case StageId::kOrders: step<StageId::kOrders>(slot); break;
    case StageId::kCount: OMEGA_ASSERT(false, static_cast<int>(stage), 0);
  }
  leave_stages();
}

void Stages::run_all(EventSlot& slot) noexcept {
  step<StageId::kFeatures>(slot);
  step<StageId::kSignals>(slot);
  step<StageId::kRisk>(slot);
  step<StageId::kOrders>(slot);
  leave_stages();
}

SlotShape Stages::shape(const EngineConfig& config) const noexcept {
  std::uint32_t strategies = 0;
  for (const auto& s : config.strategies) strategies += s.enabled && s.built ? 1 : 0;
  const std::uint32_t frames = std::max(1u, active_instruments(config));
  // One event: at most one signal and one exit per strategy and frame, or one signal per leg of each pair; one stop move or close per live bracket.
  return {.frames = frames, .signals = std::max(1u, frames * strategies + signals_.pair_legs()),
          .commands = frames * strategies + signals_.pair_legs() + 2 * static_cast<std::uint32_t>(kPositionsMax)};
}

void Stages::save(StateWriter& out) const {
  features_.save(out);
  signals_.save(out);
  risk_.save(out);
  orders_.save(out);
}

void Stages::load(StateReader& in) {
  features_.load(in);
  signals_.load(in);
  risk_.load(in);
  orders_.load(in);
}

}  // namespace omega
