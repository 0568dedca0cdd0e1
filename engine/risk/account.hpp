// What:     Positions, marks and equity, rebuilt by every stage that needs them from what it sees on the ring.
//           equity = initial + realised (net of commission) + open marks (long at bid, short at ask), at every event.
// Owner:    each stage owns its own instance; nothing is shared.   Threads: one.
// Units:    Money 1e-8 account currency. P&L in quote currency = d·(exit − entry)·contract·lots (STRATEGIES 1.6),
//           converted with the mid current at the fill and rounded once per fill (llround).
// Pairs:    two positions that know each other by their order ids; one trade, closed when the later leg is flat: money of both
//           legs, risk = the pair's own (PairTerms::risk of leg 1's notional at its fill). A leg that is flat first stays in the list.
// Errors:   an exec report for an unknown order is counted (unknown_reports) and ignored: idempotent by exec_id.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/config.hpp"

namespace omega {

inline constexpr std::size_t kPositionsMax = 64;  // bracket orders alive at once (pending or open), all strategies

/// A bracket order from the moment it is sent until it is flat.
struct OpenPosition {
  OrderId order_id = 0;
  Seq signal_seq = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  Direction direction = 0;
  std::uint16_t flags = 0;              // signal_flag bits
  bool filled = false;                  // false: entry still on its way, counts for exposure and limits
  std::uint8_t exit_fills = 0;
  std::uint8_t pair = 0;                // of the strategy; 0: not a leg of a pair
  ExitReason exit_reason = ExitReason::kNone;
  double pair_risk = 0;                 // PairTerms::risk
  TimeNs exit_ts = 0;                   // of the last exit fill
  Qty quantity_ordered = 0, quantity = 0;            // 1e-8 lots; quantity = still open
  Price entry_ref = 0, entry_price = 0;              // entry_price once filled
  Price stop_loss = 0, initial_stop = 0, final_target = 0;
  double final_target_r = 0;            // for signal_flag::kTargetsInR: re-anchored at the fill
  TimeNs sent_ts = 0, entry_ts = 0;
  Money realised = 0, commission = 0, slippage = 0, initial_risk = 0;  // realised is gross
  i128 exit_notional = 0;                            // Σ exit price × quantity, for the mean exit price
  Qty exit_quantity = 0;
  template <class Archive> void serialize(Archive& ar) {
    ar(order_id, signal_seq, instrument, strategy, direction, flags, filled, exit_fills, pair, exit_reason, pair_risk, exit_ts,
       quantity_ordered, quantity, entry_ref, entry_price, stop_loss, initial_stop, final_target, final_target_r, sent_ts, entry_ts, realised,
       commission, slippage, initial_risk, exit_notional, exit_quantity);
  }
};

class Account {
 public:
  explicit Account(const EngineConfig& config);

  /// Marks the instrument; quarantined bars are ignored by the caller.
  void on_market(const Bar& bar) noexcept;
  /// A command left: kEnter opens a pending bracket, kModifyStop moves the current stop, others change nothing.
  void on_order(const OrderCommand& command) noexcept;
  /// Applies a fill, a cancel or a stop replacement. Returns the trade when the position became flat.
  std::optional<TradeClosed> on_exec(const ExecReport& report) noexcept;

  /// Account currency per one unit of the instrument's quote currency, from current mids; nullopt when no mid of the
  /// conversion pair is known or it is older than stale_after (3 min) relative to now while its market is open.
  [[nodiscard]] std::optional<double> conversion(InstrumentId instrument, TimeNs now) const noexcept;
  /// The same however old it is (marks, fills and open risk need a number); 0 when no mid was ever seen.
  [[nodiscard]] double last_rate(InstrumentId instrument) const noexcept;
  [[nodiscard]] Money equity() const noexcept;
  [[nodiscard]] Money realised() const noexcept { return realised_; }
  [[nodiscard]] Money open_pnl() const noexcept;
  [[nodiscard]] std::span<const OpenPosition> positions() const noexcept { return {positions_.data(), count_}; }
  [[nodiscard]] const OpenPosition* find(OrderId id) const noexcept;
  [[nodiscard]] Price mid(InstrumentId instrument) const noexcept;
  [[nodiscard]] Price bid(InstrumentId instrument) const noexcept;
  [[nodiscard]] Price ask(InstrumentId instrument) const noexcept;
  [[nodiscard]] std::uint64_t unknown_reports() const noexcept { return unknown_reports_; }

  template <class Archive> void serialize(Archive& ar) {
    for (Mark& m : marks_) ar(m);  // one per configured instrument: the count is configuration, not state
    ar(realised_, count_, unknown_reports_, last_exec_id_);
    if (count_ > kPositionsMax) count_ = 0;  // only from a damaged buffer
    for (std::size_t i = 0; i < count_; ++i) ar(positions_[i]);
  }

 private:
  struct Mark {
    Price bid = 0, ask = 0;
    TimeNs ts = 0;
    template <class Archive> void serialize(Archive& ar) { ar(bid, ask, ts); }
  };
  [[nodiscard]] std::size_t index_of(OrderId id) const noexcept;  // count_ when unknown
  [[nodiscard]] bool flat(std::size_t at) const noexcept { return positions_[at].filled && positions_[at].quantity == 0; }
  [[nodiscard]] std::optional<TradeClosed> close_if_over(std::size_t at, const ExecReport& report) noexcept;
  enum class PairKind : std::uint8_t { kNone, kSame, kDirect, kInverse };
  struct QuotePair {
    PairKind kind = PairKind::kNone;
    InstrumentId instrument = 0;
  };
  [[nodiscard]] QuotePair find_pair(const std::string& quote) const;
  [[nodiscard]] static ExitReason exit_reason_of(const OpenPosition& p, const ExecReport& r) noexcept;
  void remove(std::size_t at) noexcept;

  const EngineConfig* config_;
  Money initial_ = 0;
  std::vector<QuotePair> quote_pair_;   // by InstrumentId: how its quote currency becomes account currency
  Money realised_ = 0;                  // net of commission, all closed legs
  std::vector<Mark> marks_;             // by InstrumentId
  std::array<OpenPosition, kPositionsMax> positions_{};
  std::size_t count_ = 0;
  std::uint64_t unknown_reports_ = 0;
  std::uint64_t last_exec_id_ = 0;
};

}  // namespace omega
