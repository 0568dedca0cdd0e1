// What:     Gates 1-9: turns the signals of one event into decisions, and runs the kill switch on equity.
//           Every signal gets exactly one RiskDecision, with every number as far as it was computed.
// Owner:    Stages.   Threads: one at a time.   Errors: none on the event path.
// Units:    fractions of equity, R, account currency.
// Source:   STRATEGIES 4.1-4.7.
#pragma once

#include "engine/core/lane.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/risk/exposure.hpp"
#include "engine/risk/kill_switch.hpp"
#include "engine/risk/performance.hpp"
#include "engine/risk/quality.hpp"
#include "engine/risk/risk_out.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

class RiskStage {
 public:
  RiskStage(const EngineConfig& config, LaneSink& lane);

  void process(const InputEvent& input, const FeaturesOut& features, const SignalsOut& signals, RiskOut& out) noexcept;

  using Counts = std::array<std::array<std::uint64_t, static_cast<std::size_t>(ReasonCode::kCount)>, kStrategiesMax>;
  /// Decisions by strategy and code (kApproved: passed; the orders lane tells how it ended).
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const KillSwitch& kill_switch() const noexcept { return kill_switch_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }

  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  struct Pending;  // one signal on its way through the gates

  void on_exec(const InputEvent& input, KillSwitchEvents& events) noexcept;
  void on_control(const InputEvent& input, RiskOut& out, KillSwitchEvents& events) noexcept;
  void decide(const InputEvent& input, const SignalsOut& signals, RiskOut& out, KillSwitchEvents& events) noexcept;
  void early_gates(const Signal& s, Pending& p) noexcept;
  void arbitrate_symbol(std::span<Pending> batch) noexcept;
  void late_gates(const Signal& s, Pending& p, TimeNs ts, KillSwitchEvents& events) noexcept;
  void approve(const InputEvent& input, const Signal& s, const Pending& p, RiskOut& out) noexcept;
  [[nodiscard]] bool valid(const Signal& s) const noexcept;
  [[nodiscard]] Price entry_price(const Signal& s) const noexcept;
  [[nodiscard]] double gross_notional(TimeNs ts) const noexcept;
  void journal(const InputEvent& input, const KillSwitchEvents& events) noexcept;

  const EngineConfig* config_;
  LaneAppender lane_;
  Account account_;
  KillSwitch kill_switch_;
  Performance performance_;
  Exposure exposure_;
  std::array<bool, kStrategiesMax> operator_disabled_{};
  Counts counts_{};
};

}  // namespace omega
