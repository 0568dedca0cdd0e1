// What:     F05 multi-level order-flow imbalance: e of F04 with the m-th best levels, m = 1..M, and their weighted sum.
// Owner:    feature set of the instrument.   Threads: one.   Cost: O(M) a whole book update.
// Formula:  mlofi = Σ_m w_m·e^m, w_m = (1/m)/Σ_{j<=M} 1/j; over a bar the same with Σ e^m.
// Thin:     a level that a side lacks before or after the update gives no part of that side; the weights stay those of M levels.
//           thin_book() says that a side has fewer than M levels now.
// Missing:  a book that is not LIVE: the next one gives no e. A book inside an update, one-sided or crossed is passed over.
// Exact:    per level in 128 bits; the weights are whole numbers (2520/m, 2520 = lcm 1..10), divided once at the end.
// Units:    Qty 1e-8 as double in a FeatureValue.
// Source:   Xu, Gould, Howison (2018) Market Microstructure and Liquidity 4(3-4):1950011; Cont, Cucuringu, Zhang (2023) Quant.
//           Finance 23(10):1373-1393 (their PCA weights replaced by fixed ones).
#pragma once

#include "engine/features/ofi.hpp"

namespace omega {

class Mlofi {
 public:
  static constexpr int kLevels = 5, kLevelsMin = 2, kLevelsMax = 10;

  explicit Mlofi(int levels = kLevels) : levels_(static_cast<std::size_t>(levels)) {
    OMEGA_REQUIRE(levels >= kLevelsMin && levels <= kLevelsMax, levels, kLevelsMax);
  }

  void on_book(const OrderBook& book) noexcept {
    if (book.state() != OrderBook::State::kLive) return reset();
    if (!book.usable()) return;
    const Top now{copy(book.bids()), copy(book.asks())};
    if (known_) {
      for (std::size_t m = 0; m < levels_; ++m) {
        const std::int64_t e = flow(last_.bids, now.bids, m, 1) - flow(last_.asks, now.asks, m, -1);
        event_[m] = e;
        open_bar_[m] += e;
      }
      has_event_ = true;
    }
    last_ = now;
    known_ = true;
    thin_ = now.bids.count < levels_ || now.asks.count < levels_;
  }
  /// After a gap or a reset of the book.
  void reset() noexcept { known_ = false; }
  void end_bar() noexcept {
    bar_ = open_bar_;
    open_bar_ = {};
    has_bar_ = has_event_;
  }

  /// Of the last update that had an e.
  [[nodiscard]] FeatureValue event() const noexcept { return has_event_ ? weighted(event_) : FeatureValue::warming(); }
  /// Of the last complete bar.
  [[nodiscard]] FeatureValue bar() const noexcept { return has_bar_ ? weighted(bar_) : FeatureValue::warming(); }
  /// e^m of the last update, m = 1..M.
  [[nodiscard]] i128 level_event(int m) const noexcept { return event_[static_cast<std::size_t>(m - 1)]; }
  [[nodiscard]] i128 level_bar(int m) const noexcept { return bar_[static_cast<std::size_t>(m - 1)]; }
  [[nodiscard]] bool thin_book() const noexcept { return thin_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(last_.bids, last_.asks, known_, has_event_, has_bar_, thin_, event_, open_bar_, bar_);
  }

 private:
  using Flows = std::array<i128, kLevelsMax>;
  struct Side {
    std::uint64_t count = 0;
    std::array<BookLevel, kLevelsMax> levels{};
    template <class Archive> void serialize(Archive& ar) {
      ar(count, levels);
      if constexpr (Archive::kLoading) count = std::min<std::uint64_t>(count, kLevelsMax);  // a damaged checkpoint
    }
  };
  struct Top {
    Side bids, asks;
  };

  [[nodiscard]] Side copy(const BookLadder& ladder) const noexcept {
    Side side;
    side.count = std::min(levels_, ladder.levels().size());
    for (std::size_t m = 0; m < side.count; ++m) side.levels[m] = ladder.levels()[m];
    return side;
  }
  [[nodiscard]] static std::int64_t flow(const Side& before, const Side& now, std::size_t m, int better) noexcept {
    return m < before.count && m < now.count ? level_flow(before.levels[m], now.levels[m], better) : 0;
  }
  [[nodiscard]] FeatureValue weighted(const Flows& flows) const noexcept {
    constexpr std::int64_t kCommon = 2520;
    i128 sum = 0, weights = 0;
    for (std::size_t m = 0; m < levels_; ++m) {
      const std::int64_t weight = kCommon / static_cast<std::int64_t>(m + 1);
      sum += weight * flows[m];
      weights += weight;
    }
    return FeatureValue::of(static_cast<double>(sum) / static_cast<double>(weights));
  }

  std::size_t levels_;  // configuration
  Top last_;
  bool known_ = false, has_event_ = false, has_bar_ = false, thin_ = false;
  Flows event_{}, open_bar_{}, bar_{};
};

}  // namespace omega
