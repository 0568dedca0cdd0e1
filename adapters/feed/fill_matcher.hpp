// What:     Who took liquidity, where a venue does not say it: the fills of a bid and of an ask that have the same size at nearly the same
//           time are the two ends of one trade; the order entered later took, and the trade has the price of the other one.
// Owner:    the reader of a file of orders whose numbers ascend as they are entered.   Threads: one.   Errors: none.
// Rules:    fills are at most kFillWindow_ns apart; of several that fit the oldest is taken. Of a recorded trade only what came before it is
//           used, so nothing looks ahead: a trade whose fills come later has no aggressor. A fill of an order older than the file has no
//           known size: it is no end of a pair, but tells of a trade whose other end was seen alone.
// Bounds:   kFillsKept_max fills and as many pairs are remembered; older ones are forgotten first.
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
#pragma once

#include <deque>
#include <optional>

#include "engine/core/events.hpp"

namespace omega::feed {

inline constexpr DurationNs kFillWindow_ns = kSecond_ns;
inline constexpr std::size_t kFillsKept_max = 256;

struct Fill {
  TimeNs ts = 0;
  std::uint64_t order = 0;
  Price price = 0;              // of the order when it was filled
  std::optional<Qty> size = {};  // none: the order is older than the file
  BookSide side = BookSide::kBid;
};

/// Both ends of one trade.
struct MatchedFills {
  TimeNs ts = 0;  // of the later one
  Price price = 0;
  Qty size = 0;                 // of the maker's fill
  Direction aggressor = 0;
};

[[nodiscard]] constexpr Direction taker_of(BookSide side) noexcept { return side == BookSide::kBid ? kLong : kShort; }

class FillMatcher {
 public:
  /// Sizes that differ by no more than the tolerance are the same: those of files that cut digits.
  explicit FillMatcher(Qty tolerance = 0) noexcept : tolerance_(tolerance) {}

  /// The other end, when it was seen before; else the fill waits for it.
  std::optional<MatchedFills> add(const Fill& fill);
  /// Of a recorded trade: as its two ends say. When only one was seen, that end took if an order older than the file stood on the other side
  /// at the price, or if its own price is another than the trade's. 0: not known.
  [[nodiscard]] Direction taker(TimeNs ts, Price price, Qty size);

 private:
  [[nodiscard]] bool same(const std::optional<Qty>& a, Qty b) const noexcept { return a && *a - b <= tolerance_ && b - *a <= tolerance_; }

  Qty tolerance_;
  std::deque<Fill> alone_;
  std::deque<MatchedFills> matched_;  // of which no trade was told yet
};

}  // namespace omega::feed
