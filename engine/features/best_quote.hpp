// What:     F01 the best bid and ask of one instrument, from quotes or from its book, and what follows from one of them alone:
//           mid, spread, weighted mid, Stoikov's micro-price.
// Threads:  value types and pure functions.   Cost: O(1).
// Formula:  mid = (a + b)/2, kept doubled; spread_bp = 10⁴·spread/mid; wmid = (a·q_b + b·q_a)/(q_b + q_a), its numerator exact;
//           P* = mid + g(I, spread), I = q_b/(q_b + q_a) in 10 bins, the spread in whole ticks 1..3; g is an input of the run
//           (config/models, engine.models.micro_price), fitted off-line from the Markov chain of the quotes.
// Missing:  sizes unknown -> wmid and P* INVALID, never the mid in their place. No table, or a spread that the table does not
//           know (0, above 3 ticks, not on the tick) -> P* INVALID.
// Choices:  g is in ticks, so that one table serves more than one instrument. A border between two bins of I belongs to the bin
//           nearer ½, and ½ itself (equal sizes) is the mean of the two middle bins: mirrored quotes read mirrored cells.
// Units:    Price 1e-9 (as double in a FeatureValue), Qty 1e-8, UTC ns.
// Source:   Stoikov (2018) Quant. Finance 18(12):1959-1966; the weighted mid is older: Gatheral & Oomen (2010) Finance Stoch.
//           14:249-283.
#pragma once

#include "engine/core/assert.hpp"
#include "engine/core/config.hpp"
#include "engine/features/frame.hpp"
#include "engine/market/order_book.hpp"

namespace omega {

struct BestQuote {
  TimeNs ts = 0;
  Price bid = 0, ask = 0;
  Qty bid_size = 0, ask_size = 0;

  static BestQuote of(const Quote& q) noexcept { return {q.ts, q.bid, q.ask, q.bid_size, q.ask_size}; }
  /// Only of a book that is usable().
  static BestQuote of(const OrderBook& book, TimeNs ts) noexcept {
    const BookLevel &b = book.bids().best(), &a = book.asks().best();
    return {ts, b.price, a.price, b.size, a.size};
  }
  [[nodiscard]] Price mid2() const noexcept { return bid + ask; }
  [[nodiscard]] Price spread() const noexcept { return ask - bid; }
  /// declared: the feed has QUOTE_SIZES, so that 0 is a size and not "unknown".
  [[nodiscard]] bool sizes_known(bool declared = false) const noexcept {
    return declared ? bid_size + ask_size > 0 : bid_size > 0 && ask_size > 0;
  }
  template <class Archive> void serialize(Archive& ar) { ar(ts, bid, ask, bid_size, ask_size); }
};

[[nodiscard]] inline FeatureValue spread_bp(const BestQuote& q) noexcept {
  return FeatureValue::of(2e4 * static_cast<double>(q.spread()) / static_cast<double>(q.mid2()));
}

[[nodiscard]] inline FeatureValue weighted_mid(const BestQuote& q, bool sizes_declared = false) noexcept {
  if (!q.sizes_known(sizes_declared)) return FeatureValue::invalid();
  const i128 weighted = static_cast<i128>(q.ask) * q.bid_size + static_cast<i128>(q.bid) * q.ask_size;
  return FeatureValue::of(static_cast<double>(weighted) / static_cast<double>(q.bid_size + q.ask_size));
}

/// The cell of the table, in ticks; sizes known, spread_ticks 1..3.
[[nodiscard]] inline double micro_price_adjustment(const MicroPriceTable& table, Qty bid_size, Qty ask_size, std::int64_t spread_ticks) noexcept {
  constexpr int kBins = static_cast<int>(MicroPriceTable::kBins);
  const auto cell = [&](int bin) { return table.adjustment_ticks[static_cast<std::size_t>(bin)][static_cast<std::size_t>(spread_ticks - 1)]; };
  const i128 scaled = static_cast<i128>(kBins) * bid_size;  // 10·I = scaled/total
  const i128 total = static_cast<i128>(bid_size) + ask_size;
  if (2 * scaled == kBins * total) return (cell(kBins / 2 - 1) + cell(kBins / 2)) / 2;
  auto bin = static_cast<int>(scaled / total);
  if (scaled % total == 0 && bin > kBins / 2) --bin;  // a border above ½
  return cell(bin);
}

/// table may be null: INVALID.
[[nodiscard]] inline FeatureValue micro_price(const BestQuote& q, Price tick, const MicroPriceTable* table,
                                              bool sizes_declared = false) noexcept {
  OMEGA_REQUIRE(tick > 0, tick, 0);
  if (table == nullptr || !q.sizes_known(sizes_declared) || q.spread() % tick != 0) return FeatureValue::invalid();
  const std::int64_t ticks = q.spread() / tick;
  if (ticks < 1 || ticks > static_cast<std::int64_t>(MicroPriceTable::kSpreads)) return FeatureValue::invalid();
  const double g = micro_price_adjustment(*table, q.bid_size, q.ask_size, ticks);
  return FeatureValue::of(static_cast<double>(q.mid2()) / 2 + g * static_cast<double>(tick));
}

}  // namespace omega
