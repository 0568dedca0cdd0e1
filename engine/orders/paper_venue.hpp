// What:     The paper venue: fills bracket orders against market bars by the rules of STRATEGIES 4.8. Runs beside the
//           sequencer: when a market bar is about to be sequenced, on_bar() matches it first, and its reports (ts of the
//           bar) are sequenced just before it.
// Owner:    the driver.   Threads: the sequencer's.
// Ordering: the caller hands over every command with active_ts < bar.ts before on_bar(bar). Commands act in the order
//           (active_ts, order_id, arrival) whatever the order of accept() calls was across orders.
// Errors:   a command for an unknown or closed order, or a malformed one, gets one kRejected report. Quarantined bars
//           never match. No allocation after construction.
// Units:    Price, Qty, Money as in types.hpp; slippage from pips of the instrument.
// Rules of one bar [t_open, ts), the bar's side that closes a position being bid for a long, ask for a short:
//   moment of a command  f = max(t_open, active_ts); it acts in the first bar with ts > active_ts.
//   1. commands with active_ts <= t_open, then 2. resting brackets at the open, then 3. the other commands, then
//   4. resting brackets inside the bar.
//   kEnter       market at the open of the other side + slippage. Cancelled kStale when the open of the closing side is
//                at or beyond the stop or the final target; kExpired when f >= expiry_ts; kCancelled when a kCancel of
//                the same order is active by f. Fill first, then its stop and targets work inside the same bar.
//   kModifyStop  new stop works from f on, so never in the bar that caused it; an open beyond it fills at the open.
//   kClose       market at the open of the closing side − slippage: the command's quantity, at most what remains; 0 = all.
//   at the open  open at or beyond the stop: whole rest at the open − slippage. Open at or beyond a target: at the open.
//   inside       stop touched: whole rest at the stop − slippage, even when targets are touched too (pessimistic).
//                Else targets touched, nearest first, at their price.
#pragma once

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/orders/command_archive.hpp"
#include "engine/orders/report_sink.hpp"

namespace omega {

class PaperVenue {
 public:
  explicit PaperVenue(const EngineConfig& config) noexcept;

  void accept(const OrderCommand& command) noexcept;
  /// Any good market event, before it is sequenced.
  void on_market(const InputEvent& event, ReportSink& out) noexcept;
  void on_bar(const Bar& bar, ReportSink& out) noexcept;
  /// Answers entries that no later bar can fill: expired (kExpired) or cancelled (kCancelled) by ts − 60 s. A bar
  /// stamped ts covers the minute before ts and comes after the timer, hence the 60 s.
  void on_timer(TimeNs ts, ReportSink& out) noexcept;

  [[nodiscard]] std::size_t open_orders() const noexcept { return order_count_; }
  [[nodiscard]] std::size_t waiting_commands() const noexcept { return command_count_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(order_count_, command_count_, next_exec_id_);
    if (order_count_ > orders_.size() || command_count_ > commands_.size()) {  // only from a damaged buffer
      order_count_ = command_count_ = 0;
      return;
    }
    for (std::size_t i = 0; i < order_count_; ++i) ar(orders_[i]);
    for (std::size_t i = 0; i < command_count_; ++i) serialize_command(ar, commands_[i]);
  }
  void save(StateWriter& w) const { w(*this); }
  void load(StateReader& r) { r(*this); }

 private:
  struct Order {                       // a filled bracket
    OrderId id = 0;
    InstrumentId instrument = 0;
    StrategyId strategy = 0;
    Direction direction = 0;
    std::uint8_t tp_count = 0;
    Qty remaining = 0;
    Price stop_loss = 0;
    std::array<Price, 3> take_profit{};
    std::array<Qty, 3> tp_quantity{};  // 0 once filled
    template <class Archive> void serialize(Archive& ar) {
      ar(id, instrument, strategy, direction, tp_count, remaining, stop_loss, take_profit, tp_quantity);
    }
  };
  struct Moment {                      // the bar being matched
    const Bar* bar;
    BarSides sides;
    Price slippage;
  };

  void run_commands(const Moment& m, TimeNs active_until, ReportSink& out) noexcept;
  void act(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept;
  void enter(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept;
  void match_at_open(Order& o, const Moment& m, TimeNs fill_ts, ReportSink& out) noexcept;
  void match_inside(Order& o, const Moment& m, ReportSink& out) noexcept;
  void match_resting(const Moment& m, bool at_open, ReportSink& out) noexcept;
  void fill_exit(Order& o, OrderLeg leg, Price price, Price slippage, Qty quantity, const Bar& bar, TimeNs fill_ts,
                 ReportSink& out) noexcept;
  void answer(const OrderCommand& c, ExecKind kind, TimeNs ts, TimeNs fill_ts, ReportSink& out) noexcept;
  [[nodiscard]] bool well_formed(const OrderCommand& c) const noexcept;
  [[nodiscard]] Money commission(Qty quantity) const noexcept;
  [[nodiscard]] Order* find(OrderId id) noexcept;
  [[nodiscard]] std::size_t find_cancel(OrderId id, TimeNs active_until) const noexcept;
  [[nodiscard]] bool has_cancel(OrderId id, TimeNs active_until) const noexcept;
  bool take_cancel(OrderId id, TimeNs active_until) noexcept;
  void erase_command(std::size_t i) noexcept;
  void drop_closed() noexcept;

  const EngineConfig* config_;
  std::array<Order, kPositionsMax> orders_{};                 // by fill, ids of one bar ascending
  std::array<OrderCommand, kVenueCommandsMax> commands_{};    // sorted by (active_ts, order_id, arrival)
  std::size_t order_count_ = 0, command_count_ = 0;
  std::uint64_t next_exec_id_ = 1;
};

}  // namespace omega
