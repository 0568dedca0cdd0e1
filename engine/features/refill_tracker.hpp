// What:     F33 refill tracker: levels of the book that fill up again while they are being hit (S12's icebergs).
// Owner:    feature set of the instrument.   Threads: one.   Allocation: none.
// Record:   one per (side, price) that has stood in the top 5: executed volume X of opposite aggressors at the price, peak size
//           shown Q^, refills n_r, rho = X/Q^. A refill: trades have removed >= 50 % of Q^, the size was seen below 80 % of Q^,
//           and is seen at >= 80 % again within 500 ms of the last of those trades.
// Dropped:  when the side's best price is 2 ticks through the level; after 15 min without a trade at it. A level at which nothing
//           has traded is forgotten once it has been out of the top 5 for 500 ms.
// Broken:   a record with n_r >= refills_min whose level the best price has gone >= 1 tick through; told once, and no candidate
//           from then on.
// Choices:  - An emptied level is not gone through while its refill may still come: for 500 ms after the trades that took >= 50 %
//             of it, "through" waits, unless an opposite aggressor has traded beyond it.
//           - A size that the feed never shows below 80 % (a book sent ten times a second, say) is no refill: only what was seen.
//           - Trades of unknown sign are not counted. Trade and book change of one moment may come in either order.
//           - A level below the top 5 keeps its record, but is not looked at.
//           - bars_held counts M1 bars that the record saw whole; the bar in which it began is none.
// Bounds:   32 records a side; when full, an untraded one out of the top 5 makes room, else the one longest without a trade (counted
//           in evicted()).
// Cost:     O(records of the side) a book update, merged with the top 5 in one pass; O(log records) a trade.
// Missing:  a book that is not LIVE drops everything; one inside an update, one-sided or crossed is passed over.
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
// Source:   STRATEGIES F33; Frey & Sandås (2017) Quarterly J. Finance 7(3):1750007 on how hidden orders show.
#pragma once

#include <optional>

#include "engine/market/order_book.hpp"

namespace omega {

struct RefillRecord {
  Price price = 0;
  Qty peak = 0;            // Q^ > 0
  Qty executed = 0;        // X
  Qty removed = 0;         // traded since the size was last seen to come back
  TimeNs active_ts = 0;    // last trade; without one, until when it was in the top 5
  TimeNs depleted_ts = 0;  // the last trade while removed >= 50 % of Q^; 0: not depleted
  std::uint32_t refills = 0, bars_held = 0;
  bool low = false;        // seen below 80 % of Q^ since
  bool held = false;       // the best price has stayed within 2 u in the open bar
  bool beyond = false;     // an opposite aggressor traded beyond it while depleted
  bool broken = false;
  bool top = true;         // in the top 5 of the last book
  [[nodiscard]] double rho() const noexcept { return static_cast<double>(executed) / static_cast<double>(peak); }
  template <class Archive> void serialize(Archive& ar) {
    ar(price, peak, executed, removed, active_ts, depleted_ts, refills, bars_held, low, held, beyond, broken, top);
  }
};

struct BrokenRefill {
  BookSide side = BookSide::kBid;
  RefillRecord record;
};

class RefillTracker {
 public:
  static constexpr std::size_t kRecords = 32, kTop = 5;
  static constexpr DurationNs kRefill_ns = 500 * kMilli_ns, kIdle_ns = 15 * kMinute_ns;
  static constexpr int kHoldUnits = 2, kThroughTicks = 2;

  RefillTracker(Price tick, Price u, std::uint32_t refills_min = 3) noexcept : tick_(tick), hold_(kHoldUnits * u), refills_min_(refills_min) {
    OMEGA_REQUIRE(tick > 0 && u > 0, tick, u);
  }

  /// sign: F02.
  void on_trade(const Trade& trade, Direction sign) noexcept {
    broken_count_ = 0;
    if (sign == 0) return;
    Side& side = sides_[sign > 0 ? 1 : 0];  // buyers hit the asks
    std::size_t i = side.find(trade.price);
    // levels better than this price have been traded beyond, if the aggressor got past them
    for (std::size_t j = 0; j < i; ++j) side.records[j].beyond = side.records[j].beyond || side.records[j].depleted_ts != 0;
    if (i == side.count || side.records[i].price != trade.price) return;
    RefillRecord& r = side.records[i];
    constexpr Qty kMost = Qty{1} << 62;  // far beyond what a level ever trades
    r.executed += std::min(trade.size, kMost - r.executed);
    r.removed += std::min(trade.size, kMost - r.removed);
    r.active_ts = trade.ts;
    if (r.removed >= r.peak - r.removed) r.depleted_ts = trade.ts;
  }

  void on_book(const OrderBook& book, TimeNs ts) noexcept {
    broken_count_ = 0;
    if (book.state() != OrderBook::State::kLive) return clear();
    if (!book.usable()) return;
    for (Side& side : sides_) update(side, book.side(side.of), ts);
  }

  /// An M1 bar is complete.
  void on_bar() noexcept {
    broken_count_ = 0;
    for (Side& side : sides_) {
      for (std::size_t i = 0; i < side.count; ++i) {
        RefillRecord& r = side.records[i];
        r.bars_held = r.held ? r.bars_held + 1 : 0;
        r.held = within(r.price, side.best);
      }
    }
  }
  /// The book is INVALID: all records go, without a word.
  void clear() noexcept {
    for (Side& side : sides_) side.count = 0;
    broken_count_ = 0;
  }

  /// The live record of the side with the largest rho among those with at least refills_min refills; ties: nearest to the best price.
  [[nodiscard]] std::optional<RefillRecord> candidate(BookSide of, std::uint32_t refills_min) const noexcept {
    const Side& side = sides_[static_cast<std::size_t>(of)];
    const RefillRecord* best = nullptr;
    for (std::size_t i = 0; i < side.count; ++i) {
      const RefillRecord& r = side.records[i];
      if (r.broken || r.refills < refills_min) continue;
      if (best != nullptr) {
        const i128 ours = static_cast<i128>(r.executed) * best->peak, theirs = static_cast<i128>(best->executed) * r.peak;
        if (ours < theirs || (ours == theirs && distance(r.price, side.best) >= distance(best->price, side.best))) continue;
      }
      best = &r;
    }
    return best != nullptr ? std::optional(*best) : std::nullopt;
  }
  /// What the last on_book() found broken: bids, then asks, best price first.
  [[nodiscard]] std::span<const BrokenRefill> broken() const noexcept { return {broken_.data(), broken_count_}; }
  /// Best price first.
  [[nodiscard]] std::span<const RefillRecord> records(BookSide of) const noexcept {
    const Side& side = sides_[static_cast<std::size_t>(of)];
    return {side.records.data(), side.count};
  }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(sides_, evicted_);  // broken_ lives for one event only
    if constexpr (Archive::kLoading) broken_count_ = 0;
  }

 private:
  struct Side {
    BookSide of = BookSide::kBid;
    Price best = 0;  // of the last whole book
    std::uint64_t count = 0;
    std::array<RefillRecord, kRecords> records{};  // best price first
    [[nodiscard]] int better() const noexcept { return of == BookSide::kBid ? 1 : -1; }
    /// First record that is not better than the price.
    [[nodiscard]] std::size_t find(Price price) const noexcept {
      const auto end = records.begin() + static_cast<std::ptrdiff_t>(count);
      const auto at = std::lower_bound(records.begin(), end, price, [this](const RefillRecord& r, Price p) { return better() * r.price > better() * p; });
      return static_cast<std::size_t>(at - records.begin());
    }
    void erase(std::size_t i) noexcept {
      std::move(records.begin() + static_cast<std::ptrdiff_t>(i) + 1, records.begin() + static_cast<std::ptrdiff_t>(count),
                records.begin() + static_cast<std::ptrdiff_t>(i));
      --count;
    }
    template <class Archive> void serialize(Archive& ar) {
      ar(best, count);
      if constexpr (Archive::kLoading) count = std::min<std::uint64_t>(count, kRecords);  // a damaged checkpoint
      for (std::size_t i = 0; i < count; ++i) ar(records[i]);
    }
  };

  [[nodiscard]] static Price distance(Price a, Price b) noexcept { return a > b ? a - b : b - a; }
  [[nodiscard]] bool within(Price price, Price best) const noexcept { return distance(price, best) <= hold_; }

  void update(Side& side, const BookLadder& ladder, TimeNs ts) noexcept {
    const auto top = ladder.levels().first(std::min(kTop, ladder.levels().size()));
    side.best = top.front().price;
    judge(side, top, ladder.levels().size() < kTop, ts);
    for (const BookLevel& level : top) {
      const std::size_t i = side.find(level.price);
      if (i == side.count || side.records[i].price != level.price) open(side, level, ts);
    }
  }
  /// What the new top says about the records there are; `all`: the side shows no level below the top.
  void judge(Side& side, std::span<const BookLevel> top, bool all, TimeNs ts) noexcept {
    std::size_t kept = 0, level = 0;
    for (std::size_t i = 0; i < side.count; ++i) {
      RefillRecord r = side.records[i];
      while (level < top.size() && side.better() * top[level].price > side.better() * r.price) ++level;
      const bool shown = level < top.size() && top[level].price == r.price;
      const bool seen = level < top.size() || all;  // not below the top: its size is known, 0 when not shown
      if (r.executed == 0 && (shown || r.top)) r.active_ts = ts;  // what left now stood until now
      r.top = shown;
      if (seen) look(r, shown ? top[level].size : 0, ts);
      r.held = r.held && within(r.price, side.best);
      if (stays(side, r, ts)) side.records[kept++] = r;
    }
    side.count = kept;
  }
  /// The size shown at the price now.
  void look(RefillRecord& r, Qty size, TimeNs ts) const noexcept {
    if (static_cast<i128>(size) * 5 < static_cast<i128>(r.peak) * 4) {
      r.low = true;
    } else if (r.low) {
      if (r.depleted_ts != 0 && ts - r.depleted_ts <= kRefill_ns) ++r.refills;
      restore(r);
    } else if (ts - r.active_ts > kRefill_ns) {
      restore(r);  // what traded then has not shown, and will not any more
    }
    r.peak = std::max(r.peak, size);
  }
  static void restore(RefillRecord& r) noexcept {
    r.removed = 0;
    r.depleted_ts = 0;
    r.low = r.beyond = false;
  }
  /// Drops and breaks.
  [[nodiscard]] bool stays(const Side& side, RefillRecord& r, TimeNs ts) noexcept {
    if (ts - r.active_ts > (r.executed > 0 ? kIdle_ns : kRefill_ns)) return false;
    const bool refill_may_come = !r.beyond && r.depleted_ts != 0 && ts - r.depleted_ts <= kRefill_ns;
    const Price through = side.better() * (r.price - side.best);  // > 0: the best price is worse than the level
    if (refill_may_come || through < tick_) return true;
    if (!r.broken && r.refills >= refills_min_) {
      r.broken = true;
      broken_[broken_count_++] = {side.of, r};
    }
    return through < kThroughTicks * tick_;
  }
  void open(Side& side, const BookLevel& level, TimeNs ts) noexcept {
    if (side.count == kRecords) {
      side.erase(least_active(side));
      ++evicted_;
    }
    const std::size_t i = side.find(level.price);
    std::move_backward(side.records.begin() + static_cast<std::ptrdiff_t>(i), side.records.begin() + static_cast<std::ptrdiff_t>(side.count),
                       side.records.begin() + static_cast<std::ptrdiff_t>(side.count) + 1);
    side.records[i] = {};
    side.records[i].price = level.price;
    side.records[i].peak = level.size;
    side.records[i].active_ts = ts;
    ++side.count;
  }
  /// Untraded ones out of the top first, then the traded ones, each by their activity; of equals the worst price.
  [[nodiscard]] static std::size_t least_active(const Side& side) noexcept {
    const auto rank = [](const RefillRecord& r) { return r.executed > 0 ? 1 : r.top ? 2 : 0; };
    std::size_t least = side.count - 1;
    for (std::size_t i = side.count - 1; i-- > 0;) {
      const RefillRecord &a = side.records[i], &b = side.records[least];
      if (rank(a) != rank(b) ? rank(a) < rank(b) : a.active_ts < b.active_ts) least = i;
    }
    return least;
  }

  Price tick_, hold_;             // configuration
  std::uint32_t refills_min_;     // configuration
  std::array<Side, 2> sides_{Side{.of = BookSide::kBid}, Side{.of = BookSide::kAsk}};
  std::uint64_t evicted_ = 0;
  std::array<BrokenRefill, 2 * kRecords> broken_{};
  std::size_t broken_count_ = 0;
};

}  // namespace omega
