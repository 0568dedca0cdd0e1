// What:     Runs bracket orders from approval to flat: builds the entry, moves the stop (break-even, M15 trail), closes
//           on time stops, strategy requests and kill switches. Knows no money; OrdersStage does the accounting.
// Owner:    OrdersStage.   Threads: the orders stage's.
// Ordering: commands of one event come in the order of the calls, brackets of one call in order of approval.
// Errors:   reports for unknown orders are ignored (the account counts them). Approvals beyond kPositionsMax brackets
//           are refused by enter().
// Units:    Price, Qty as in types.hpp.
// Choices where STRATEGIES 3.0 is silent:
//   partials     each is floored to the lot step; one that floors to zero gives its share to the next target and
//                disappears; the last target takes the rest.
//   break-even   at the first report of a target that leaves quantity open, a part of the target (in a book) too; only when it
//                improves the stop.
//   trail        starts when a bar close of the closing side reaches entry + 2R (R = entry fill to initial stop), then at
//                every bar the last confirmed M15 swing (mid, rounded to the tick away from the market) replaces the
//                stop when it improves it and the close has not passed it.
//   time stop    at the first close of the signal's own timeframe with ts >= signal ts + time_stop.
//   exit request on a bracket whose entry is not answered yet: cancel; if the fill overtakes the cancel, close.
//   pairs        what closes one leg closes the other in the same event, or as soon as it is known: a refused entry (LEG_BROKEN), a
//                leg's stop, a time stop. A request for a share closes that share of both entries, floored to the lot step; when
//                a leg's share floors to zero nobody closes anything; when it leaves nothing, all is closed.
#pragma once

#include <span>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/features/frame.hpp"
#include "engine/orders/orders_out.hpp"
#include "engine/risk/account.hpp"

namespace omega {

/// A bracket the manager runs: sent, and not known to be over.
struct Bracket {
  OrderId order_id = 0;
  Seq signal_seq = 0;
  TimeNs deadline_ts = 0;               // 0: no time stop
  Price entry_price = 0;                // 0 until filled
  Price initial_stop = 0, stop = 0;     // stop: last one asked for
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  std::uint16_t flags = 0;              // signal_flag bits
  ExitReason stop_reason = ExitReason::kStopLoss;  // why the stop in force is where it is
  ExitReason close_reason = ExitReason::kNone;     // set once an exit was asked for
  Direction direction = 0;
  Timeframe timeframe = Timeframe::kM1;
  std::uint8_t pair = 0;                // of the strategy; 0: not a leg of a pair
  Qty ordered = 0, left = 0;            // filled at entry; not closed and not asked to be
  bool partial_done = false, trailing = false, close_sent = false;
  [[nodiscard]] bool filled() const noexcept { return entry_price != 0; }
  template <class Archive> void serialize(Archive& ar) {
    ar(order_id, signal_seq, deadline_ts, entry_price, initial_stop, stop, instrument, strategy, flags, stop_reason,
       close_reason, direction, timeframe, pair, ordered, left, partial_done, trailing, close_sent);
  }
};

class OrderManager {
 public:
  explicit OrderManager(const EngineConfig& config) noexcept : config_(&config) {}

  /// Sends the entry of an approved signal; false when no bracket is free.
  bool enter(const Signal& signal, OrderId id, Seq seq, Qty lots, OrdersOut& out) noexcept;
  /// Follows the bracket; may send a break-even stop or, after a cancel that came too late, a close.
  void on_exec(const ExecReport& report, OrdersOut& out) noexcept;
  /// A bar of the brackets' instrument closed: time stops and trails. swing: last confirmed M15 swings.
  void on_frame(const FeatureFrame& frame, const FeatureValue& swing_high, const FeatureValue& swing_low,
                OrdersOut& out) noexcept;
  void on_exit_request(const ExitRequest& request, OrdersOut& out) noexcept;
  void close_all(TimeNs ts, ExitReason reason, OrdersOut& out) noexcept;

  /// Why the position of this report was left. Call before on_exec().
  [[nodiscard]] ExitReason exit_reason(const ExecReport& report) const noexcept;
  [[nodiscard]] std::span<const Bracket> brackets() const noexcept { return {brackets_.data(), count_}; }

  template <class Archive> void serialize(Archive& ar) {
    ar(count_);
    if (count_ > brackets_.size()) count_ = 0;  // only from a damaged buffer
    for (std::size_t i = 0; i < count_; ++i) ar(brackets_[i]);
  }

 private:
  void close_pair(Bracket& b, TimeNs ts, ExitReason reason, OrdersOut& out) noexcept;
  void close_share(Bracket& b, const ExitRequest& request, OrdersOut& out) noexcept;
  [[nodiscard]] Bracket* partner(const Bracket& b) noexcept;  // nullptr: none, or over
  void close(Bracket& b, TimeNs ts, ExitReason reason, OrdersOut& out) noexcept;
  void modify(Bracket& b, TimeNs ts, Price stop, ExitReason reason, OrdersOut& out) noexcept;
  void trail(Bracket& b, const FeatureFrame& frame, const FeatureValue& swing, OrdersOut& out) noexcept;
  OrderCommand& push(const Bracket& b, TimeNs ts, OrderAction action, ExitReason reason, OrdersOut& out) noexcept;
  [[nodiscard]] std::size_t find(OrderId id) const noexcept;  // count_ when unknown

  const EngineConfig* config_;
  std::array<Bracket, kPositionsMax> brackets_{};
  std::size_t count_ = 0;
};

}  // namespace omega
