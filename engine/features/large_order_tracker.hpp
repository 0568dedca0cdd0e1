// What:     F33 large-order tracker: resting orders of levels 2..5 that dwarf the rest of the book, and how they went (S23).
// Owner:    feature set of the instrument.   Threads: one.   Allocation: none.
// Opens:    a level 2..5 with size >= theta × median of the OTHER sizes in the top 10 of both sides, when no record stands at its
//           price.
// Closes:   when >= 80 % of the size (the most it has shown) is gone -> a LargeOrder: removed = size − what is still shown, traded =
//           what traded at the price while it stood, cancel_ratio = 1 − traded/removed, not below 0; imbalance = least I_5 toward
//           the order's side over the book updates in which it stood, the first included, the last (gone) not.
// Moment:   an order that is gone at ts is told by the first call with a later ts, because a trade of the same moment may come behind
//           the book change that it made (1.2: deltas rank before trades). LargeOrder::ts is when it went. A size that is back in
//           the same moment never went.
// Bounds:   32 records; when full, the one that has stood longest makes room without an event (evicted()). At most 4 closed orders
//           a call; more wait for the next call.
// Missing:  a book that is not LIVE drops all records without events; one inside an update, one-sided or crossed is passed over. An
//           order that better levels have pushed out of what the feed shows (its price is worse than the side's last level, and the
//           side has no fewer levels than before) is dropped without an event: nobody saw it go.
// Cost:     O(records · log levels) a book update, and a sort of <= 20 sizes when a level could be large; O(records) a trade.
// Units:    Price 1e-9, mids doubled, Qty 1e-8, UTC ns.
// Source:   STRATEGIES F33, S23; Lee, Eom, Park (2013) J. Financial Markets 16(2):227-252.
#pragma once

#include "engine/features/book_imbalance.hpp"

namespace omega {

class LargeOrderTracker {
 public:
  static constexpr std::size_t kRecords = 32, kClosedMax = 4, kTop = 10, kLevelFirst = 2, kLevelLast = 5;

  LargeOrderTracker(InstrumentId instrument, double theta) noexcept : instrument_(instrument), theta_(theta) {
    OMEGA_REQUIRE(theta > 0, theta, 0);
  }

  void on_trade(const Trade& trade) noexcept {
    settle(trade.ts);
    for (std::size_t i = 0; i < count_; ++i) {
      Qty& traded = records_[i].order.traded;
      constexpr Qty kMost = Qty{1} << 62;  // far beyond what a level ever trades
      if (records_[i].order.price == trade.price) traded += std::min(trade.size, kMost - traded);
    }
  }
  void on_book(const OrderBook& book, TimeNs ts) noexcept {
    settle(ts);
    if (book.state() != OrderBook::State::kLive) {
      count_ = 0;
      return;
    }
    if (!book.usable()) return;
    const double imbalance = BookDepth::of(book).imbalance();
    watch(book, imbalance, ts);
    open(book, imbalance, ts);
    levels_before_ = {book.bids().levels().size(), book.asks().levels().size()};
  }
  /// Nothing else happened up to ts (a timer, a bar's close).
  void on_time(TimeNs ts) noexcept { settle(ts); }
  /// The book is INVALID: all records go without events.
  void clear() noexcept { count_ = closed_count_ = 0; }

  /// What the last call found closed, in the order of opening.
  [[nodiscard]] std::span<const LargeOrder> closed() const noexcept { return {closed_.data(), closed_count_}; }
  /// Orders that stand, or that went in this very moment.
  [[nodiscard]] std::size_t standing() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(count_, evicted_, levels_before_);
    if constexpr (Archive::kLoading) {
      count_ = std::min<std::uint64_t>(count_, kRecords);  // a damaged checkpoint
      closed_count_ = 0;                                   // closed_ lives for one event only
    }
    for (std::size_t i = 0; i < count_; ++i) ar(records_[i]);
    if constexpr (Archive::kLoading) {
      for (std::size_t i = 0; i < count_; ++i) records_[i].order.instrument = instrument_;
    }
  }

 private:
  struct Record {
    LargeOrder order;  // ts, removed and mid_closed are set when it goes
    bool gone = false;
    template <class Archive> void serialize(Archive& ar) {
      ar(order.ts, order.opened_ts, order.price, order.mid_opened, order.mid_closed, order.size, order.removed, order.traded, order.imbalance,
         order.side, gone);
    }
  };

  [[nodiscard]] std::uint64_t levels_before(BookSide side) const noexcept { return levels_before_[static_cast<std::size_t>(side)]; }

  /// Tells the orders that went before ts.
  void settle(TimeNs ts) noexcept {
    closed_count_ = 0;
    keep_if([&](Record& r) {
      if (!r.gone || r.order.ts >= ts || closed_count_ == kClosedMax) return true;
      LargeOrder& o = r.order;
      o.cancel_ratio = std::max(0.0, 1.0 - static_cast<double>(o.traded) / static_cast<double>(o.removed));
      closed_[closed_count_++] = o;
      return false;
    });
  }
  void watch(const OrderBook& book, double imbalance, TimeNs ts) noexcept {
    keep_if([&](Record& r) {
      LargeOrder& o = r.order;
      if (r.gone && o.ts < ts) return true;  // waits to be told
      const BookLadder& side = book.side(o.side);
      const int better = o.side == BookSide::kBid ? 1 : -1;
      const Qty shown = side.size_at(o.price);
      const bool pushed_out = shown == 0 && better * o.price < better * side.levels().back().price && side.levels().size() >= levels_before(o.side);
      if (pushed_out) return false;
      r.gone = static_cast<i128>(shown) * 5 <= o.size;
      if (r.gone) {
        o.ts = ts;
        o.removed = o.size - shown;
        o.mid_closed = book.mid2();
      } else {
        o.size = std::max(o.size, shown);
        o.imbalance = std::min(o.imbalance, better * imbalance);
      }
      return true;
    });
  }
  void open(const OrderBook& book, double imbalance, TimeNs ts) noexcept {
    Sizes sizes;  // of the top 10 of both sides
    bool sorted = false;
    for (const BookSide s : {BookSide::kBid, BookSide::kAsk}) {
      for (const BookLevel& l : book.side(s).levels().first(std::min(kTop, book.side(s).levels().size()))) sizes.add(l.size);
    }
    for (const BookSide s : {BookSide::kBid, BookSide::kAsk}) {
      const auto levels = book.side(s).levels();
      for (std::size_t i = kLevelFirst - 1; i < std::min(kLevelLast, levels.size()); ++i) {
        const BookLevel& l = levels[i];
        if (static_cast<double>(l.size) < theta_ * static_cast<double>(sizes.least) || stands(s, l.price)) continue;
        if (!sorted) std::sort(sizes.of.begin(), sizes.of.begin() + static_cast<std::ptrdiff_t>(sizes.count)), sorted = true;
        if (static_cast<double>(2 * l.size) < theta_ * static_cast<double>(sizes.median2_of_others(l.size))) continue;
        if (count_ == kRecords) evict();
        Record& r = records_[count_++];
        r = {};
        r.order.opened_ts = ts;
        r.order.price = l.price;
        r.order.mid_opened = book.mid2();
        r.order.size = l.size;
        r.order.imbalance = s == BookSide::kBid ? imbalance : -imbalance;
        r.order.instrument = instrument_;
        r.order.side = s;
      }
    }
  }

  struct Sizes {
    std::array<Qty, 2 * kTop> of{};
    std::size_t count = 0;
    Qty least = std::numeric_limits<Qty>::max();
    void add(Qty size) noexcept {
      of[count++] = size;
      least = std::min(least, size);
    }
    /// Median without one item of this size, doubled; only when sorted, count >= 2.
    [[nodiscard]] Qty median2_of_others(Qty size) const noexcept {
      const auto end = of.begin() + static_cast<std::ptrdiff_t>(count);
      const auto without = static_cast<std::size_t>(std::lower_bound(of.begin(), end, size) - of.begin());
      const auto other = [&](std::size_t k) { return of[k < without ? k : k + 1]; };
      const std::size_t others = count - 1;
      return other((others - 1) / 2) + other(others / 2);
    }
  };

  [[nodiscard]] bool stands(BookSide side, Price price) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (records_[i].order.price == price && records_[i].order.side == side) return true;
    }
    return false;
  }
  template <class Keep>
  void keep_if(Keep&& keep) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!keep(records_[i])) continue;
      if (kept != i) records_[kept] = records_[i];
      ++kept;
    }
    count_ = kept;
  }
  /// Records are in the order of opening; one that waits to be told is kept if any other can go.
  void evict() noexcept {
    std::size_t i = 0;
    while (i + 1 < count_ && records_[i].gone) ++i;
    std::move(records_.begin() + static_cast<std::ptrdiff_t>(i) + 1, records_.begin() + static_cast<std::ptrdiff_t>(count_),
              records_.begin() + static_cast<std::ptrdiff_t>(i));
    --count_;
    ++evicted_;
  }

  InstrumentId instrument_;  // configuration
  double theta_;             // configuration
  std::array<Record, kRecords> records_{};
  std::uint64_t count_ = 0, evicted_ = 0;
  std::array<std::uint64_t, 2> levels_before_{};  // of bids and asks in the last whole book
  std::array<LargeOrder, kClosedMax> closed_{};
  std::size_t closed_count_ = 0;
};

}  // namespace omega
