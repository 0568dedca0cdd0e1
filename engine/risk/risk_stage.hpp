// What:     Gates 1-9: turns the signals of one event into decisions, and runs the kill switch on equity.
//           Every signal gets exactly one RiskDecision, with every number as far as it was computed.
//           Records and orders come by (instrument, strategy), each seeing the exposure left by the former.
//           A pair passes or ends as one: what stops a leg stops both with the same code; gates 8 and 9 and the orders come at the
//           place of the leg with the lower instrument.
// Owner:    Stages.   Threads: one at a time.   Errors: none on the event path.
// Choices:  a strategy switched off by the operator answers KS_L3. An instrument that is not tradable, a level outside 1..5
//           or a number that is not finite is INVALID_SIGNAL. EV's cost: spread, slippage of entry and stop, commission of a
//           round turn. Drawdown of the equity curve is kept by the orders stage, which journals the marks.
// Units:    fractions of equity, R, account currency.
// Source:   STRATEGIES 4.1-4.7.
#pragma once

#include "engine/core/lane.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/risk/exposure.hpp"
#include "engine/risk/kill_switch.hpp"
#include "engine/risk/level_exclusion.hpp"
#include "engine/risk/pair_sizing.hpp"
#include "engine/risk/performance.hpp"
#include "engine/risk/quality.hpp"
#include "engine/risk/risk_out.hpp"
#include "engine/risk/sizing.hpp"
#include "engine/market/news_book.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

class RiskStage {
 public:
  RiskStage(const EngineConfig& config, LaneSink& lane);

  void process(const InputEvent& input, const FeaturesOut& features, const SignalsOut& signals, RiskOut& out) noexcept;

  using Counts = std::array<std::array<std::uint64_t, static_cast<std::size_t>(ReasonCode::kCount)>, kStrategiesMax>;
  /// Decisions by strategy and code (kApproved: passed; the orders lane tells how it ended).
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  /// One layer for a report: how often it tripped, how many signals ended in it, whether it is on now.
  struct LayerReport {
    std::uint64_t activations = 0, blocked = 0;
    bool tripped = false;
  };
  [[nodiscard]] LayerReport layer(KillSwitchLayer layer) const noexcept;
  [[nodiscard]] Money equity() const noexcept { return account_.equity(); }
  [[nodiscard]] const KillSwitch& kill_switch() const noexcept { return kill_switch_; }
  [[nodiscard]] bool journal_full() const noexcept { return journal_full_; }
  [[nodiscard]] bool late() const noexcept { return late_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }

  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  struct Pending {  // one signal on its way through the gates
    const Signal* signal = nullptr;
    Pending* partner = nullptr;  // the other leg of a pair
    RiskDecision decision;
    Quality quality;
    [[nodiscard]] bool alive() const noexcept { return decision.code == ReasonCode::kNone; }
    void stop(ReasonCode code, std::uint8_t gate) noexcept {
      decision.code = code;
      decision.gate = gate;
    }
  };

  void on_exec(const InputEvent& input) noexcept;
  void on_control(const InputEvent& input, RiskOut& out) noexcept;
  void decide(const InputEvent& input, const SignalsOut& signals, RiskOut& out) noexcept;
  void collect(const InputEvent& input, std::span<const Signal> raised) noexcept;
  void join_legs() noexcept;
  void stop_pairs_together() noexcept;
  void early_gates(const Signal& s, Pending& p) noexcept;
  void quality_gate(Pending& p) noexcept;
  void arbitrate_symbol(std::span<Pending> batch) noexcept;
  void late_gates(const Signal& s, Pending& p, TimeNs ts) noexcept;
  void late_gates_of_pair(Pending& first, Pending& second, TimeNs ts) noexcept;
  void limits(const Signal& s, Pending& p, TimeNs ts) noexcept;
  void approve(const InputEvent& input, const Signal& s, const Pending& p, RiskOut& out) noexcept;
  [[nodiscard]] bool valid(const Signal& s) const noexcept;
  [[nodiscard]] double cost_of(const Signal& s, TimeNs ts) const noexcept;
  [[nodiscard]] Price entry_price(const Signal& s) const noexcept;
  [[nodiscard]] double gross_notional() const noexcept;

  const EngineConfig* config_;
  LaneAppender lane_;
  Account account_;
  KillSwitch kill_switch_;
  Performance performance_;
  Exposure exposure_;
  LevelExclusion exclusion_;
  NewsBook news_;
  std::vector<NewsCurrencies> currencies_;  // by instrument
  std::array<bool, kStrategiesMax> operator_disabled_{};
  bool late_ = false;          // likewise
  bool journal_full_ = false;  // entries are refused, exits are not
  Counts counts_{};
  std::vector<Pending> batch_;   // scratch of one event, in (instrument, strategy) order
  KillSwitchEvents events_;      // scratch of one event
};

}  // namespace omega
