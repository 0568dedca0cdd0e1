// What:     The visible order book of one instrument: price levels with absolute sizes, best first, from snapshots and deltas.
// Owner:    whoever needs one (features stage, paper venue), each its own, fed with the same events.   Threads: one.
// State:    EMPTY until the first snapshot; STALE from an event that carries kGap until the next snapshot (STRATEGIES 1.7: book
//           INVALID until the next snapshot); else LIVE. A delta with kMore leaves the book mid-update: not whole() until one
//           without. usable() = LIVE, whole, both sides there, not crossed (locked is allowed).
// Bounds:   kLevelsMax levels a side are kept; what is worse than those falls off, a level that comes back comes as a delta. No
//           allocation. Cost O(log n) to find a level, O(n) to move those behind it, n <= kLevelsMax.
// Errors:   none; quarantined events must not be given to it (OMEGA_ASSERT on flags).
// Units:    Price 1e-9, Qty 1e-8, UTC ns.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/assert.hpp"
#include "engine/core/events.hpp"

namespace omega {

struct BookLevel {
  Price price = 0;
  Qty size = 0;
  bool operator==(const BookLevel&) const = default;
  template <class Archive> void serialize(Archive& ar) { ar(price, size); }
};

/// A quarantined event after which the book is not known any more: a change that was not taken, unless it was only a repeated one; or
/// one that tells of a gap.
[[nodiscard]] inline bool loses_book(const InputEvent& quarantined) noexcept {
  const bool change = quarantined.type == EventType::kBookDelta || quarantined.type == EventType::kBookSnapshot;
  const unsigned flags = market_flags(quarantined), bad = flags & tick_flag::kBadMask & ~unsigned{tick_flag::kBadDuplicate};
  return (change && bad != 0) || (quarantined.type != EventType::kBar && (flags & tick_flag::kGap) != 0);
}

/// One side, best level first.
class BookLadder {
 public:
  static constexpr std::size_t kLevelsMax = 64;

  explicit constexpr BookLadder(BookSide side) noexcept : sign_(side == BookSide::kBid ? 1 : -1) {}

  [[nodiscard]] std::span<const BookLevel> levels() const noexcept { return {levels_.data(), count_}; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] const BookLevel& best() const noexcept { return levels_[0]; }  // only when !empty()
  /// Size shown at a price; 0 when the level is not there.
  [[nodiscard]] Qty size_at(Price price) const noexcept {
    const std::size_t i = find(price);
    return i < count_ && levels_[i].price == price ? levels_[i].size : 0;
  }
  void clear() noexcept { count_ = 0; }
  /// size 0 removes the level.
  void set(Price price, Qty size) noexcept {
    const std::size_t i = find(price);
    const bool there = i < count_ && levels_[i].price == price;
    if (size == 0) {
      if (!there) return;
      std::move(levels_.begin() + static_cast<std::ptrdiff_t>(i) + 1, end(), levels_.begin() + static_cast<std::ptrdiff_t>(i));
      --count_;
      return;
    }
    if (there) {
      levels_[i].size = size;
      return;
    }
    if (i == kLevelsMax) return;  // worse than all that is kept
    if (count_ == kLevelsMax) --count_;
    std::move_backward(levels_.begin() + static_cast<std::ptrdiff_t>(i), end(), end() + 1);
    levels_[i] = {price, size};
    ++count_;
  }
  template <class Archive> void serialize(Archive& ar) {
    ar(count_);
    if constexpr (Archive::kLoading) count_ = std::min<std::uint64_t>(count_, kLevelsMax);  // a damaged checkpoint
    for (std::size_t i = 0; i < count_; ++i) ar(levels_[i]);
  }

 private:
  /// First level that is not better than price.
  [[nodiscard]] std::size_t find(Price price) const noexcept {
    const auto better = [this](const BookLevel& l, Price p) { return sign_ * l.price > sign_ * p; };
    return static_cast<std::size_t>(std::lower_bound(levels_.begin(), levels_.begin() + static_cast<std::ptrdiff_t>(count_), price, better) -
                                    levels_.begin());
  }
  std::array<BookLevel, kLevelsMax>::iterator end() noexcept { return levels_.begin() + static_cast<std::ptrdiff_t>(count_); }

  int sign_;                                     // +1: higher is better (bids)
  std::array<BookLevel, kLevelsMax> levels_{};
  std::uint64_t count_ = 0;
};

class OrderBook {
 public:
  enum class State : std::uint8_t { kEmpty = 0, kLive = 1, kStale = 2 };

  void on_snapshot(const BookSnapshot& s) noexcept {
    OMEGA_ASSERT((s.flags & tick_flag::kBadMask) == 0, s.flags, s.instrument);
    bids_.clear();
    asks_.clear();
    for (std::size_t i = 0; i < s.bid_levels; ++i) bids_.set(s.bid_price[i], s.bid_size[i]);
    for (std::size_t i = 0; i < s.ask_levels; ++i) asks_.set(s.ask_price[i], s.ask_size[i]);
    state_ = State::kLive;
    whole_ = (s.flags & tick_flag::kMore) == 0;
    last_ts_ = s.ts;
  }
  /// The venue's sequence jumped at an event that is no change of the book (a trade or quote with kGap).
  void on_gap() noexcept {
    if (state_ == State::kLive) state_ = State::kStale;
  }
  /// False when the book is not LIVE and the delta was left out.
  bool on_delta(const BookDelta& d) noexcept {
    OMEGA_ASSERT((d.flags & tick_flag::kBadMask) == 0, d.flags, d.instrument);
    if ((d.flags & tick_flag::kGap) != 0) on_gap();
    if (state_ != State::kLive) return false;
    (d.side == BookSide::kBid ? bids_ : asks_).set(d.price, d.new_size);
    whole_ = (d.flags & tick_flag::kMore) == 0;
    last_ts_ = d.ts;
    return true;
  }

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool whole() const noexcept { return whole_; }
  [[nodiscard]] bool usable() const noexcept {
    return state_ == State::kLive && whole_ && !bids_.empty() && !asks_.empty() && bids_.best().price <= asks_.best().price;
  }
  [[nodiscard]] const BookLadder& bids() const noexcept { return bids_; }
  [[nodiscard]] const BookLadder& asks() const noexcept { return asks_; }
  [[nodiscard]] const BookLadder& side(BookSide s) const noexcept { return s == BookSide::kBid ? bids_ : asks_; }
  /// bid + ask, so that it stays whole; only when usable().
  [[nodiscard]] Price mid2() const noexcept { return bids_.best().price + asks_.best().price; }
  [[nodiscard]] TimeNs last_ts() const noexcept { return last_ts_; }  // of the last event taken; 0: none

  template <class Archive> void serialize(Archive& ar) { ar(bids_, asks_, state_, whole_, last_ts_); }

 private:
  BookLadder bids_{BookSide::kBid}, asks_{BookSide::kAsk};
  State state_ = State::kEmpty;
  bool whole_ = true;
  TimeNs last_ts_ = 0;
};

}  // namespace omega
