// What:     The paper venue: fills bracket orders against the market by the rules of STRATEGIES 4.8. Runs beside the sequencer: when
//           a market event is about to be sequenced, on_market() matches it first, and its reports (ts of the event) are
//           sequenced just before it.
// Owner:    the driver.   Threads: the sequencer's.
// Ordering: the caller hands over every command with active_ts < bar.ts before on_market(bar), with active_ts <= ts before any other
//           event. Commands act in the order (active_ts, order_id, arrival) whatever the order of accept() calls was across orders.
// Errors:   a command for an unknown or closed order, or a malformed one, gets one kRejected report. Quarantined events
//           never match, but see the book. No allocation after construction.
// Units:    Price, Qty, Money as in types.hpp; slippage from pips of the instrument; units of a book = lots × contract.
// Ticks decide: an instrument with L2 is matched on its book and trades, else one with QUOTES on its quotes; no other event of it,
//           and no bar, fills anything there. Instruments with neither are matched on their bars.
// What a command does, the closing side being bid for a long, ask for a short; f: the moment it acts:
//   kEnter       market, the other side + slippage. Cancelled kStale when the closing side is at or beyond the stop or the final
//                target; kExpired when f >= expiry_ts; kCancelled when a kCancel of the same order is active by f.
//   kModifyStop  the new stop works from f on.
//   kClose       market, the closing side − slippage: the command's quantity, at most what remains; 0 = all.
// Rules of one bar [t_open, ts):
//   f = max(t_open, active_ts); a command acts in the first bar with ts > active_ts, at the bar's open prices.
//   1. commands with active_ts <= t_open, then 2. resting brackets at the open, then 3. the other commands, then
//   4. resting brackets inside the bar. An entry's stop and targets work inside its own bar.
//   kModifyStop  never in the bar that caused it; an open beyond it fills at the open.
//   at the open  open at or beyond the stop: whole rest at the open − slippage. Open at or beyond a target: at the open.
//   inside       stop touched: whole rest at the stop − slippage, even when targets are touched too (pessimistic).
//                Else targets touched, nearest first, at their price.
// Rules of one quote, in this order:
//   1. stops that an earlier quote triggered: the whole rest at the closing side − slippage.
//   2. commands with active_ts <= ts; f = ts.
//   3. brackets whose entry filled before this quote. Closing side at or beyond the stop: triggered, for the next quote to fill, and
//      no target fills any more, even when this or that quote is beyond it (pessimistic). Else each target that the closing side is
//      beyond by a tick or more, nearest first, at its price.
// Rules of one book event or trade, in this order (paper_venue_ticks.cpp, book_fills.hpp, limit_queue.hpp):
//   1. the book changes. It is stale until the next snapshot after a kGap on any tick of the instrument, and after a quarantined
//      book event that is not merely a duplicate: that change is missing. While it is not usable (stale, one-sided, crossed, in the
//      middle of an update) nothing acts and nothing fills: everything waits for the first event that leaves it usable. A trade then
//      still shortens the queues; what of it would have filled us is lost.
//   2. commands with active_ts <= ts; f = ts. Market orders walk the book as it stands after the event, and pay the slippage on top;
//      the report's slippage is all that the price is worse than the best level. kBeyondBook when the visible levels were not enough.
//   3. brackets whose entry filled before this event. Best of the closing side at or beyond the stop: the whole rest walks the book.
//      Else targets, nearest first, at their price, which is rounded to the tick away from the market: whole when this trade or the
//      best of the closing side is beyond it (the best by a tick or more); else what this trade, at the price and by the opposite
//      aggressor (or one not known), leaves for us behind the queue: parts, each with its report. Volume fills only one of us.
#pragma once

#include <vector>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/market/bar_sides.hpp"
#include "engine/market/order_book.hpp"
#include "engine/orders/command_archive.hpp"
#include "engine/orders/limit_queue.hpp"
#include "engine/orders/report_sink.hpp"

namespace omega {

class PaperVenue {
 public:
  explicit PaperVenue(const EngineConfig& config);

  void accept(const OrderCommand& command) noexcept;
  /// Any market event, before it is sequenced. A quarantined one fills nothing.
  void on_market(const InputEvent& event, ReportSink& out) noexcept;
  void on_bar(const Bar& bar, ReportSink& out) noexcept;
  /// Answers entries that no later event can fill: expired (kExpired) or cancelled (kCancelled) by ts; where bars match by
  /// ts − 60 s: a bar stamped ts covers the minute before ts and comes after the timer.
  void on_timer(TimeNs ts, ReportSink& out) noexcept;

  [[nodiscard]] std::size_t open_orders() const noexcept { return order_count_; }
  [[nodiscard]] std::size_t waiting_commands() const noexcept { return command_count_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(order_count_, command_count_, next_exec_id_);
    if (order_count_ > orders_.size() || command_count_ > commands_.size()) {  // only from a damaged buffer
      order_count_ = command_count_ = 0;
      return;
    }
    for (std::size_t i = 0; i < order_count_; ++i) serialize_order(ar, orders_[i]);
    for (std::size_t i = 0; i < command_count_; ++i) serialize_command(ar, commands_[i]);
    for (OrderBook& book : books_) ar(book);  // how many is configuration, not state
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
    bool stop_hit = false;             // quotes: the next one fills it
    bool fresh = false;                // ticks: filled by the event being matched; false between events
    std::array<LimitQueue, 3> queue{}; // book: places of the targets
    template <class Archive> void serialize(Archive& ar) {
      ar(id, instrument, strategy, direction, tp_count, remaining, stop_loss, take_profit, tp_quantity);
    }
  };
  enum class Matching : std::uint8_t { kBars, kQuotes, kBook };
  struct Moment {                      // the event being matched, or the bar's open
    InstrumentId instrument;
    TimeNs from, ts;                   // what it covers: a bar's minute; a tick is one moment
    Price bid, ask;                    // at `from`; of a book its best
    Price slippage, tick;
    double contract;
    const BarSides* bar;               // nullptr: a tick
    const OrderBook* book;             // nullptr: any size finds its price
    [[nodiscard]] Price closing(Direction d) const noexcept { return d == kLong ? bid : ask; }
    [[nodiscard]] Price opening(Direction d) const noexcept { return d == kLong ? ask : bid; }
  };
  struct MarketFill {
    Price price, slippage;
    std::uint8_t flags;
  };

  /// Each instrument pays in the checkpoint for what its matching needs.
  template <class Archive> void serialize_order(Archive& ar, Order& o) {
    ar(o);
    const Matching m = o.instrument < matching_.size() ? matching_[o.instrument] : Matching::kBars;  // else a damaged buffer
    if (m == Matching::kQuotes) ar(o.stop_hit);
    if (m == Matching::kBook) ar(o.queue);
  }

  /// Nothing is there to match.
  [[nodiscard]] bool idle() const noexcept { return order_count_ + command_count_ == 0; }
  [[nodiscard]] Moment moment(InstrumentId id, TimeNs from, TimeNs ts, Price bid, Price ask) const noexcept;
  [[nodiscard]] static MarketFill market_fill(const Moment& m, int side, Qty lots) noexcept;  // side: +1 buys
  void run_commands(const Moment& m, TimeNs active_until, ReportSink& out) noexcept;
  void act(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept;
  void enter(const OrderCommand& c, const Moment& m, ReportSink& out) noexcept;
  void fill_exit(Order& o, OrderLeg leg, const MarketFill& fill, Qty quantity, const Moment& m, TimeNs fill_ts, ReportSink& out) noexcept;
  void fill_stop(Order& o, const Moment& m, ReportSink& out) noexcept;  // the whole rest at market
  void answer(const OrderCommand& c, ExecKind kind, TimeNs ts, TimeNs fill_ts, ReportSink& out) noexcept;
  // bars
  void match_at_open(Order& o, const Moment& m, TimeNs fill_ts, ReportSink& out) noexcept;
  void match_inside(Order& o, const Moment& m, ReportSink& out) noexcept;
  void match_resting(const Moment& m, bool at_open, ReportSink& out) noexcept;
  // ticks
  void on_quote(const Quote& quote, ReportSink& out) noexcept;
  void on_book(InstrumentId id, TimeNs ts, const Trade* trade, ReportSink& out) noexcept;
  void follow_queues(const OrderBook& book, InstrumentId id, TimeNs ts, bool gap_closed) noexcept;
  void shorten_queues(const Trade& trade) noexcept;
  void rest_targets(Order& o, const Moment& m) noexcept;
  void fill_targets(Order& o, const Moment& m, const Trade* trade, Qty& volume, ReportSink& out) noexcept;
  [[nodiscard]] OrderBook& book_of(InstrumentId id) noexcept { return books_[book_index_[id]]; }

  [[nodiscard]] bool well_formed(const OrderCommand& c) const noexcept;
  [[nodiscard]] Money commission(Qty quantity) const noexcept;
  [[nodiscard]] Order* find(OrderId id) noexcept;
  [[nodiscard]] std::size_t find_cancel(OrderId id, TimeNs active_until) const noexcept;
  [[nodiscard]] bool has_cancel(OrderId id, TimeNs active_until) const noexcept;
  bool take_cancel(OrderId id, TimeNs active_until) noexcept;
  void erase_command(std::size_t i) noexcept;
  void drop_closed() noexcept;

  const EngineConfig* config_;
  std::vector<Matching> matching_;           // by InstrumentId
  std::vector<std::uint16_t> book_index_;    // by InstrumentId, only of kBook
  std::vector<OrderBook> books_;             // of the instruments with L2, in their order
  std::array<Order, kPositionsMax> orders_{};                 // by fill, ids of one bar ascending
  std::array<OrderCommand, kVenueCommandsMax> commands_{};    // sorted by (active_ts, order_id, arrival)
  std::size_t order_count_ = 0, command_count_ = 0;
  std::uint64_t next_exec_id_ = 1;
};

}  // namespace omega
