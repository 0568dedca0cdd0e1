// What:     The paper venue: fills brackets against market bars, deterministically.
//           Entry: at the open of the first bar whose fill moment max(t_open, active_ts) lies inside it, at ask/bid plus
//           adverse slippage. Stop: bid (long) or ask (short) touches; target likewise; both in one bar: stop first for
//           the whole rest. Open beyond the stop: open − slippage; open beyond a target: open. Targets are limits without
//           slippage. A stop moved at the close of a bar counts from the next bar on. A cancel that comes too late for its
//           entry closes the position at the same open.
// Owner:    the sequencer (runs beside it).   Threads: one.   Errors: a command for an unknown order -> kRejected report.
// Units:    Price, lots 1e-8, commission per lot and round turn in account currency, half at each fill.
// Source:   STRATEGIES 4.8.
#pragma once

#include "engine/core/archive.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/orders/report_sink.hpp"

namespace omega {

class PaperVenue {
 public:
  explicit PaperVenue(const EngineConfig& config) : config_(&config) {}

  /// Any time before the market event that may match it; only active_ts decides when it acts.
  void accept(const OrderCommand& command) noexcept;
  /// Called for a good bar just before it is published. Reports carry ts = bar.ts.
  void on_bar(const Bar& bar, ReportSink& out) noexcept;
  /// Expires entries that found no market.
  void on_timer(TimeNs ts, ReportSink& out) noexcept;

  [[nodiscard]] std::size_t brackets() const noexcept { return bracket_count_; }
  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  struct Bracket {
    OrderCommand order;
    bool filled = false;
    Qty open = 0;              // lots still open
    Price stop = 0;
    std::array<Price, 3> target{};
    std::array<Qty, 3> target_quantity{};
    std::uint8_t next_target = 0;
    template <class Archive> void serialize(Archive& ar);
  };

  void apply_commands(const Bar& bar, ReportSink& out) noexcept;
  void reject(const OrderCommand& command, TimeNs ts, ReportSink& out) noexcept;
  void fill_entry(Bracket& b, const Bar& bar, const BarSides& s, ReportSink& out) noexcept;
  void match_exits(Bracket& b, const Bar& bar, const BarSides& s, ReportSink& out) noexcept;
  void close_at_open(Bracket& b, const Bar& bar, const BarSides& s, TimeNs active_ts, ReportSink& out) noexcept;
  void report(const Bracket& b, TimeNs ts, TimeNs fill_ts, ExecKind kind, OrderLeg leg, Price price, Qty quantity,
              Price slippage, ReportSink& out) noexcept;
  [[nodiscard]] Price slippage(InstrumentId instrument) const noexcept;
  [[nodiscard]] Bracket* find(OrderId id) noexcept;
  void drop_finished() noexcept;

  const EngineConfig* config_;
  std::array<Bracket, kPositionsMax> brackets_{};
  std::size_t bracket_count_ = 0;
  std::array<OrderCommand, 4 * kPositionsMax> pending_{};  // stop moves, closes and cancels not yet active, by arrival
  std::size_t pending_count_ = 0;
  std::uint64_t next_exec_id_ = 1;
};

}  // namespace omega
