// What:     The derived records of a journal that tell a story - signals, decisions, orders, outcomes, trades, exit requests,
//           kill switch, equity marks - in memory, each with its seq. Feature vectors and inputs stay in the journal.
// Owner:    value type.   Threads: one.
// Errors:   damage in a lane.
#pragma once

#include <vector>

#include "engine/core/events.hpp"
#include "engine/core/result.hpp"
#include "journal/reader.hpp"

namespace omega::replay {

template <class T>
struct Recorded {
  Seq seq = 0;
  T event;
};

struct Ledger {
  std::vector<Recorded<Signal>> signals;
  std::vector<Recorded<ExitRequest>> exits;
  std::vector<Recorded<StrategyDisabled>> disabled;
  std::vector<Recorded<RiskDecision>> decisions;
  std::vector<Recorded<KillSwitchEvent>> killswitch;
  std::vector<Recorded<OrderCommand>> orders;
  std::vector<Recorded<SignalOutcome>> outcomes;
  std::vector<Recorded<TradeClosed>> trades;
  std::vector<Recorded<EquityMark>> marks;

  [[nodiscard]] static Result<Ledger> read(const journal::JournalReader& reader);
  [[nodiscard]] const Recorded<Signal>* signal(OrderId id) const noexcept;
  [[nodiscard]] const Recorded<RiskDecision>* decision(OrderId id) const noexcept;
  [[nodiscard]] const Recorded<SignalOutcome>* outcome(OrderId id) const noexcept;
  [[nodiscard]] const Recorded<TradeClosed>* trade(OrderId id) const noexcept;
};

/// The input that caused an order, and the signal's index inside it.
[[nodiscard]] constexpr Seq cause_of(OrderId id) noexcept { return id >> 8; }
[[nodiscard]] constexpr std::uint32_t index_of(OrderId id) noexcept { return static_cast<std::uint32_t>(id & 0xffu); }

}  // namespace omega::replay
