// What:     What the lanes of one run say, counted: how every signal ended, trades, equity by day, kill-switch trips,
//           quality of the inputs. Input to the report.
// Owner:    whoever builds the report.   Threads: one.
// Ordering: lanes are fed whole, one after the other: inputs, signals, risk, orders. Records of one lane in order.
// Units:    counts of events; Money 1e-8; ts UTC ns.
#pragma once

#include <map>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/lane.hpp"
#include "replay/run_facts.hpp"

namespace omega::replay {

inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(ReasonCode::kCount);
inline constexpr DurationNs kMaxGap_ns = 2 * kHour_ns;  // STRATEGIES 1.7

/// What one instrument's bars were worth.
struct InputQuality {
  std::uint64_t bars = 0;           // all, quarantined ones included
  std::uint64_t quarantined = 0;
  std::array<std::uint64_t, 6> by_flag{};  // order of bar_flag::kBad*; a bar may count in several
  std::uint64_t gaps = 0;           // more than kMaxGap_ns between good bars, weekends included
  std::uint64_t without_volume = 0;
  std::uint64_t quotes = 0, trades = 0, book_events = 0, ticks_quarantined = 0;  // quarantined: of all three
  TimeNs first_ts = 0, last_ts = 0;
};

struct StrategyRecord {
  std::uint64_t signals = 0;
  std::array<std::uint64_t, kReasonCount> reasons{};  // sums to signals
};

struct DayClose {
  std::int64_t day = 0;             // days since 1970-01-01
  double equity = 0;                // at its end, account currency
};

class RunRecord {
 public:
  explicit RunRecord(const EngineConfig& config);

  void on(Lane lane, EventType type, Seq seq, const void* body);
  /// After the last record: approved signals without an outcome end as PENDING, undecided ones as NONE.
  void finish();

  std::vector<StrategyRecord> strategies;   // [id - 1]
  std::vector<InputQuality> quality;        // by InstrumentId
  std::vector<std::int64_t> market_days;    // UTC days with at least one good bar, ascending
  std::vector<DisabledEntry> disabled;
  std::vector<TradeClosed> trades;
  std::vector<DayClose> days;               // from day-roll marks
  std::array<std::uint64_t, kLayers> activations{};
  std::uint64_t signals = 0, entries = 0, filled = 0;

 private:
  void on_bar(const Bar& bar);
  template <class Tick> void on_tick(std::uint64_t InputQuality::*count, const void* body);
  void count(StrategyId strategy, ReasonCode code);
  struct Pending {
    StrategyId strategy = 0;
    bool approved = false;
  };
  std::map<std::uint64_t, Pending> pending_;  // by (causing seq << 8) | signal index, which is the order id
};

/// Kill-switch layer (1..4, 5 the statistical breaker) that a reason code belongs to; 0 for other codes.
[[nodiscard]] int layer_of(ReasonCode code) noexcept;

}  // namespace omega::replay
