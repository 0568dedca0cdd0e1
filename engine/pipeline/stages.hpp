// What:     The four derived stages, wired to their lanes. The same objects run fused or pinned, live or replayed.
// Owner:    the driver's pipeline (or verify, which drives the stages alone).
// Threads:  each stage object is used by one thread at a time; stages share nothing but the slot.
// Errors:   none on the event path; set-up aborts on a broken configuration (checked before by adapters/config).
#pragma once

#include "engine/features/features_stage.hpp"
#include "engine/orders/orders_stage.hpp"
#include "engine/pipeline/slot.hpp"
#include "engine/risk/risk_stage.hpp"
#include "engine/signals/signals_stage.hpp"

namespace omega {

/// One sink per lane, not owned.
using LaneSinks = std::array<LaneSink*, kLaneCount>;

enum class StageId : std::uint8_t { kFeatures = 0, kSignals = 1, kRisk = 2, kOrders = 3, kCount = 4 };

class Stages {
 public:
  Stages(const EngineConfig& config, const LaneSinks& sinks);

  void run(StageId stage, EventSlot& slot) noexcept;
  void run_all(EventSlot& slot) noexcept;

  [[nodiscard]] const FeatureRequests& requests() const noexcept { return requests_; }
  [[nodiscard]] const FeaturesStage& features() const noexcept { return features_; }
  [[nodiscard]] const SignalsStage& signals() const noexcept { return signals_; }
  [[nodiscard]] const RiskStage& risk() const noexcept { return risk_; }
  [[nodiscard]] const OrdersStage& orders() const noexcept { return orders_; }
  [[nodiscard]] SlotShape shape(const EngineConfig& config) const noexcept;

  /// Full checkpoint of all stage state: run(A·B) equals load(save(A))·B to the byte.
  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  template <StageId kStage>
  void step(EventSlot& slot) noexcept;

  FeatureRequests requests_;
  FeaturesStage features_;
  SignalsStage signals_;
  RiskStage risk_;
  OrdersStage orders_;
};

}  // namespace omega
