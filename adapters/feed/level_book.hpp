// What:     The book of one instrument summed from orders that come and go, to events: every level whole, of which the best are journaled.
// Owner:    the reader of a file of orders (ITCH, Bitstamp, Bitfinex).   Threads: one.   Errors: none.
// Rules:    the best kLevels of a side are shown: a level that leaves them is removed, one that enters them is set. One publish() is one
//           update (book_writer.hpp). A level shows no more than the engine's sums can hold, whatever its orders add up to.
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
#pragma once

#include <map>

#include "adapters/feed/book_writer.hpp"

namespace omega::feed {

class LevelBook {
 public:
  static constexpr std::size_t kLevels = BookLadder::kLevelsMax;

  /// One order more at a level, or less when size is negative; seen by publish().
  void add(BookSide side, Price price, Qty size) { (side == BookSide::kBid ? bids_ : asks_).add(price, size); }
  /// Every level goes; seen by publish().
  void clear() noexcept { bids_.clear(), asks_.clear(); }
  /// What of the best levels is another than before, as one update.
  void publish(TickList& out, TimeNs ts, std::uint32_t line);
  /// Changes are missing from here on: the next update is a whole book with kGap. True when the book was known until now.
  bool lose() noexcept { return writer_.lose(); }

  /// Best bid above best ask, or at it.
  [[nodiscard]] bool crossed() const noexcept { return !bids_.empty() && !asks_.empty() && bids_.best() > asks_.best(); }
  [[nodiscard]] bool locked() const noexcept { return !bids_.empty() && !asks_.empty() && bids_.best() == asks_.best(); }

 private:
  class Side {
   public:
    explicit Side(BookSide side) noexcept : side_(side) {}
    void add(Price price, Qty size);
    void clear() noexcept { levels_.clear(); }
    void changes(std::vector<LevelChange>& out);
    [[nodiscard]] bool empty() const noexcept { return levels_.empty(); }
    [[nodiscard]] Price best() const noexcept { return key(levels_.begin()->first); }  // only when !empty()

   private:
    /// Best first in a map; its own inverse.
    [[nodiscard]] Price key(Price price) const noexcept { return side_ == BookSide::kBid ? -price : price; }

    BookSide side_;
    std::map<Price, i128> levels_;       // no number of orders wraps the sum
    std::vector<BookLevel> shown_, now_;  // the best, as they were journaled and as they are
  };

  Side bids_{BookSide::kBid}, asks_{BookSide::kAsk};
  BookWriter writer_;
  std::vector<LevelChange> changes_;
};

}  // namespace omega::feed
