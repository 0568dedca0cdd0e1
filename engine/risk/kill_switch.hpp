// What:     The four-layer kill switch and the statistical breaker. Event time and equity only; state survives a restart.
//           L1 per-trade ceiling (checked by the gate, counted here). L2 daily loss: trips when (E0 − equity)/E0 >= limit,
//           re-opens at 00:00 UTC by itself, closes everything at 1.6 × the limit. L3 per strategy: streak of losses (24 h),
//           sum of R over 30 days (48 h), win rate over >= 20 wins+losses (72 h); on expiry streak and windows restart
//           empty. L4: drawdown from peak >= limit: close all, manual reset sets peak := equity.
//           The statistical breaker (L5 in the events) has its own file.
// Owner:    risk stage.   Threads: one.   Units: Money, fractions of equity, R, ns.
// Choices:  equity limits are compared exactly, in integers. Of several L3 rules broken by one trade the longest pause
//           counts. A trade closed while its strategy is off counts in no window after the pause. A second trip of a layer
//           that is already tripped is no activation. The caller calls on_time() before anything else of an event, so a
//           pause of 24 h ends exactly 24 h later.
// Source:   STRATEGIES 4.5.
#pragma once

#include <limits>
#include <utility>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/features/window.hpp"
#include "engine/risk/account.hpp"
#include "engine/risk/stat_breaker.hpp"
#include "engine/signals/arbitration.hpp"

namespace omega {

inline constexpr std::size_t kSignalsPerEvent_max = 256;  // an order id holds one byte of signal index

/// Transitions made by one event, in order: expiries, one trade, equity, and at most one L1 block per signal.
class KillSwitchEvents {
 public:
  static constexpr std::size_t kCapacity = kSignalsPerEvent_max + kStrategiesMax + 8;
  void push(const KillSwitchEvent& e) noexcept {
    OMEGA_ASSERT(count_ < kCapacity, count_, kCapacity);
    events_[count_++] = e;
  }
  [[nodiscard]] std::span<const KillSwitchEvent> view() const noexcept { return {events_.data(), count_}; }
  void clear() noexcept { count_ = 0; }

 private:
  std::array<KillSwitchEvent, kCapacity> events_{};
  std::size_t count_ = 0;
};

class KillSwitch {
 public:
  KillSwitch(const RiskConfig& config, Money initial_equity);

  void on_equity(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept;
  void on_day_roll(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept;
  /// Expiries of L3 and the breaker.
  void on_time(TimeNs ts, KillSwitchEvents& out) noexcept {
    if (ts >= next_expiry_) expire(ts, out);
  }
  void on_trade(TimeNs ts, StrategyId strategy, double r, KillSwitchEvents& out) noexcept;
  void emergency_stop(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept;
  void reset_emergency(TimeNs ts, Money equity, KillSwitchEvents& out) noexcept;
  void on_l1_block(TimeNs ts, StrategyId strategy, double risk, KillSwitchEvents& out) noexcept;

  /// Gates 2 and 3 for a new entry.
  [[nodiscard]] ReasonCode check(StrategyId strategy) const noexcept;
  /// Set once when everything has to be closed; the caller takes it.
  [[nodiscard]] ExitReason take_close_all() noexcept { return std::exchange(close_all_, ExitReason::kNone); }

  struct LayerStatus {
    bool tripped = false;
    std::uint64_t activations = 0;
  };
  [[nodiscard]] LayerStatus status(KillSwitchLayer layer) const noexcept;
  [[nodiscard]] Money peak() const noexcept { return peak_; }
  [[nodiscard]] Money day_start_equity() const noexcept { return day_start_; }
  [[nodiscard]] bool emergency() const noexcept { return l4_tripped_; }

  template <class Archive> void serialize(Archive& ar) {
    for (StrategyState& state : l3_) ar(state);
    ar(peak_, day_start_, l2_tripped_, l2_closed_, l4_tripped_, breaker_, next_expiry_, activations_, close_all_);
  }

 private:
  static constexpr TimeNs kNever = std::numeric_limits<TimeNs>::max();
  struct TradeR {
    TimeNs ts = 0;
    double r = 0;
    template <class Archive> void serialize(Archive& ar) { ar(ts, r); }
  };
  struct StrategyState {
    explicit StrategyState(std::size_t trades_kept) : trades(trades_kept) {}
    int streak = 0;
    TimeNs off_until = 0, window_from = 0;
    Window<TradeR> trades;
    template <class Archive> void serialize(Archive& ar) { ar(streak, off_until, window_from, trades); }
  };
  void trip_l3(TimeNs ts, StrategyId s, std::uint16_t rule, DurationNs off, double value, double limit, KillSwitchEvents& out) noexcept;
  void expire(TimeNs ts, KillSwitchEvents& out) noexcept;
  void find_next_expiry() noexcept;
  void trip_l4(TimeNs ts, double value, KillSwitchEvents& out) noexcept;
  void count(KillSwitchLayer layer) noexcept { ++activations_[static_cast<std::size_t>(layer)]; }

  RiskConfig config_;
  std::int64_t l2_on_paper_, l2_close_on_paper_, l4_on_paper_;  // limits asked for at every mark
  Money peak_, day_start_;
  bool l2_tripped_ = false, l2_closed_ = false, l4_tripped_ = false;
  std::vector<StrategyState> l3_;         // by StrategyId, kStrategiesMax of them
  StatBreaker breaker_;
  TimeNs next_expiry_ = kNever;           // earliest end of an L3 pause or of the breaker's
  std::array<std::uint64_t, 6> activations_{};
  ExitReason close_all_ = ExitReason::kNone;
};

}  // namespace omega
