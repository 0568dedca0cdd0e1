// What:     What quotes, trades and book events of one instrument come to between two bars: the book, the best quote, the signed
//           trades of the running minute. Hands every event to the calculators that listen; nodes read them when the M1 bar closes.
// Owner:    FeatureEngine; calculators belong to their nodes and outlive no longer than it.   Threads: one.
// Ordering: the bar that closes at T comes before the ticks stamped T, so what stands here at a bar's close is of its minute.
// Best:     an instrument with L2 takes the best quote from its book, whenever a whole update changed it; its Quote events only sign
//           trades. Others take Quote events.
// Rules:    an update counts when it is whole (no kMore) and leaves a usable book; while it is not, calculators of the book see
//           nothing, and trackers forget (STRATEGIES F33); the first quote after that, or after a pause > kMaxGap, gives no OFI.
// Cost:     O(levels moved) per book event, O(1) per quote and trade, plus each listener's own.
// Source:   STRATEGIES 1.2, 1.5 (stale after), 1.7, F01, F02, F04.
#pragma once

#include <vector>

#include "engine/core/config.hpp"
#include "engine/features/best_quote.hpp"
#include "engine/features/footprint.hpp"
#include "engine/features/frame.hpp"
#include "engine/features/large_order_tracker.hpp"
#include "engine/features/mlofi.hpp"
#include "engine/features/ofi.hpp"
#include "engine/features/refill_tracker.hpp"
#include "engine/features/trade_sign.hpp"
#include "engine/features/volume_buckets.hpp"
#include "engine/market/order_book.hpp"

namespace omega {

class TickState {
 public:
  static constexpr DurationNs kQuotesStaleAfter_ns = 30 * kSecond_ns, kBookStaleAfter_ns = 5 * kSecond_ns;

  /// Traded sizes of the running minute by the side that took liquidity (F02).
  struct BarTrades {
    Qty bought = 0, sold = 0, unsigned_size = 0;
    template <class Archive> void serialize(Archive& ar) { ar(bought, sold, unsigned_size); }
  };

  [[nodiscard]] static bool fed(const InstrumentConfig& i) noexcept {
    return (i.capabilities & (capability::kQuotes | capability::kTrades | capability::kL2)) != 0;
  }
  TickState(InstrumentId id, const InstrumentConfig& instrument) noexcept : id_(id), l2_((instrument.capabilities & capability::kL2) != 0) {}
  [[nodiscard]] InstrumentId instrument() const noexcept { return id_; }

  // Who listens; set-up only.
  std::vector<Ofi*> ofi;
  std::vector<Mlofi*> mlofi;
  std::vector<Footprint*> footprints;
  std::vector<VolumeBuckets*> buckets;
  std::vector<RefillTracker*> refills;
  std::vector<LargeOrderTracker*> large_orders;

  /// A good quote, trade or book event; what ended in the book goes into ended.
  void on_event(const InputEvent& event, BookEvents& ended) noexcept;
  /// A quarantined one: a change of the book that was not taken makes the book stale until the next snapshot.
  void on_quarantined(const InputEvent& event) noexcept;
  /// An M1 bar closes at ts, before the nodes look: what ended in the book by then is told now.
  void before_bar(TimeNs ts, BookEvents& ended) noexcept;
  /// The nodes have read the closed minute.
  void end_bar() noexcept { trades_ = {}; }

  [[nodiscard]] const OrderBook& book() const noexcept { return book_; }
  [[nodiscard]] bool has_best() const noexcept { return best_.ts != 0; }
  [[nodiscard]] const BestQuote& best() const noexcept { return best_; }
  [[nodiscard]] const BarTrades& bar_trades() const noexcept { return trades_; }
  /// Too old at ts to stand for the market.
  [[nodiscard]] bool quotes_stale(TimeNs ts) const noexcept { return !has_best() || ts - best_.ts > kQuotesStaleAfter_ns; }
  [[nodiscard]] bool book_stale(TimeNs ts) const noexcept { return !book_.usable() || ts - book_.last_ts() > kBookStaleAfter_ns; }

  template <class Archive> void serialize(Archive& ar) { ar(book_, best_, signer_, trades_); }

 private:
  void on_trade(const Trade& trade, BookEvents& ended) noexcept;
  void on_book(TimeNs ts, BookEvents& ended) noexcept;
  void lose_book() noexcept;
  void take_best(const BestQuote& quote) noexcept;

  static void take_closed(const LargeOrderTracker& tracker, BookEvents& ended) noexcept;

  InstrumentId id_;     // configuration
  bool l2_;             // configuration
  OrderBook book_;
  BestQuote best_;      // ts 0: none yet
  TradeSign signer_;
  BarTrades trades_;
};

}  // namespace omega
