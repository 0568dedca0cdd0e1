// What:     Nodes over quotes, trades and the book: each owns a calculator that the instrument's TickState feeds tick by tick, and takes
//           its value when the M1 bar closes. INVALID while what it looks at is stale: quotes 30 s, the book 5 s (STRATEGIES 1.5).
// Owner:    FeatureEngine.   Threads: one.   Allocation: constructors only.
// Ordering: made after the nodes they read. Registered with the TickState when made, so nodes must not move.
#pragma once

#include "engine/features/book_imbalance.hpp"
#include "engine/features/feature.hpp"
#include "engine/features/tick_state.hpp"

namespace omega {

/// What all of them share: the ticks, and whether they were stale at the last close.
class TickFeature : public Feature {
 public:
  explicit TickFeature(const TickState* ticks) noexcept : ticks_(ticks) {}
  [[nodiscard]] bool stale() const noexcept { return stale_; }

 protected:
  [[nodiscard]] const TickState& ticks() const noexcept { return *ticks_; }
  void look_at_quotes(const TfBar& bar) noexcept { stale_ = ticks_->quotes_stale(bar.t_close); }
  void look_at_book(const TfBar& bar) noexcept { stale_ = ticks_->book_stale(bar.t_close); }
  [[nodiscard]] FeatureValue fresh(const FeatureValue& v) const noexcept { return stale_ ? FeatureValue::invalid() : v; }
  template <class... Parts> void put(StateWriter& ar, const Parts&... parts) const { ar(stale_, parts...); }
  template <class... Parts> void get(StateReader& ar, Parts&... parts) { ar(stale_, parts...); }

 private:
  const TickState* ticks_;
  bool stale_ = true;
};

/// F01. Outputs: 0 weighted mid, 1 micro-price (INVALID without a table).
class QuoteFeature final : public TickFeature {
 public:
  QuoteFeature(const TickState* ticks, Price tick, const std::optional<MicroPriceTable>& table) : TickFeature(ticks), tick_(tick), table_(table) {}
  void on_bar(const TfBar& bar) noexcept override {
    look_at_quotes(bar);
    if (stale()) return;
    values_ = {weighted_mid(ticks().best(), true), micro_price(ticks().best(), tick_, table_ ? &*table_ : nullptr, true)};
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override { return fresh(values_[output]); }
  void save(StateWriter& ar) const override { put(ar, values_); }
  void load(StateReader& ar) override { get(ar, values_); }

 private:
  Price tick_;                             // configuration
  std::optional<MicroPriceTable> table_;   // configuration
  std::array<FeatureValue, 2> values_;
};

/// F04. Outputs: 0 of the bar, 1 of the last events, 2 normalised.
class OfiFeature final : public TickFeature {
 public:
  OfiFeature(TickState* ticks, int events) : TickFeature(ticks), ofi_(static_cast<std::size_t>(events)) { ticks->ofi.push_back(&ofi_); }
  [[nodiscard]] const Ofi& ofi() const noexcept { return ofi_; }
  void on_bar(const TfBar& bar) noexcept override {
    look_at_quotes(bar);
    ofi_.end_bar(bar.t_close);
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return fresh(output == 0 ? ofi_.ofi_bar() : output == 1 ? ofi_.ofi_events() : ofi_.normalised());
  }
  void save(StateWriter& ar) const override { put(ar, ofi_); }
  void load(StateReader& ar) override { get(ar, ofi_); }

 private:
  Ofi ofi_;
};

/// F04 against its own past. Outputs: 0 z, 1 samples.
class OfiZFeature final : public TickFeature {
 public:
  OfiZFeature(const TickState* ticks, const OfiFeature* ofi, int samples)
      : TickFeature(ticks), ofi_(ofi), z_(static_cast<std::size_t>(samples)) {}
  void on_bar(const TfBar& bar) noexcept override {
    look_at_quotes(bar);
    if (!stale()) z_.sample(ofi_->ofi());
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return fresh(output == 0 ? z_.value() : FeatureValue::of(static_cast<double>(z_.samples())));
  }
  void save(StateWriter& ar) const override { put(ar, z_); }
  void load(StateReader& ar) override { get(ar, z_); }

 private:
  const OfiFeature* ofi_;
  OfiZ z_;
};

/// F06's source OFI_L1: the OFI of each bar.
class OfiFlowFeature final : public FlowNode {
 public:
  explicit OfiFlowFeature(const OfiFeature* ofi) noexcept : ofi_(ofi) {}
  void on_bar(const TfBar&) noexcept override {
    // delta() of it is the OFI: half of it, doubled, at the scale of flows.
    flow_ = {.volume = 0, .buy = ofi_->ofi().last_bar() * (i128{1} << (kFlowFraction_bits - 1)), .known = ofi_->value(0).ready(), .quotes = true};
  }
  [[nodiscard]] const Flow& flow() const noexcept override { return flow_; }
  [[nodiscard]] bool stale() const noexcept { return ofi_->stale(); }
  void save(StateWriter& ar) const override { ar(flow_); }
  void load(StateReader& ar) override { ar(flow_); }

 private:
  const OfiFeature* ofi_;
  Flow flow_;
};

/// F06 over best quotes: volume has no say in it.
class OfiFlowZFeature final : public CalculatorFeature<FlowZ, &FlowZ::value> {
 public:
  OfiFlowZFeature(const OfiFlowFeature* flow, int w, int base) : CalculatorFeature(w, base), flow_(flow) {}
  void on_bar(const TfBar& bar) noexcept override { calculator_.on_flow(bar, flow_->flow()); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return flow_->stale() ? FeatureValue::invalid() : CalculatorFeature::value(output);
  }

 private:
  const OfiFlowFeature* flow_;
};

/// F02: the signed trades of each M1 bar; a trade of unknown sign counts half for each side.
class TradeFlowFeature final : public FlowNode {
 public:
  explicit TradeFlowFeature(const TickState* ticks) noexcept : ticks_(ticks) {}
  void on_bar(const TfBar&) noexcept override {
    const TickState::BarTrades& t = ticks_->bar_trades();
    flow_ = {.volume = t.bought + t.sold + t.unsigned_size,
             .buy = (static_cast<i128>(t.bought) << kFlowFraction_bits) + (static_cast<i128>(t.unsigned_size) << (kFlowFraction_bits - 1)),
             .known = true};
  }
  [[nodiscard]] const Flow& flow() const noexcept override { return flow_; }
  void save(StateWriter& ar) const override { ar(flow_); }
  void load(StateReader& ar) override { ar(flow_); }

 private:
  const TickState* ticks_;
  Flow flow_;
};

/// F08's clock over single trades.
class TradeBucketsFeature final : public CalculatorFeature<VolumeBuckets> {
 public:
  TradeBucketsFeature(TickState* ticks, Qty size_override, bool trades_weekend) : CalculatorFeature(size_override, trades_weekend) {
    ticks->buckets.push_back(&calculator_);
  }
  void on_bar(const TfBar& bar) noexcept override { calculator_.on_bar_of_trades(bar); }
};

/// F05 of the bar.
class MlofiFeature final : public TickFeature {
 public:
  MlofiFeature(TickState* ticks, int levels) : TickFeature(ticks), mlofi_(levels) { ticks->mlofi.push_back(&mlofi_); }
  void on_bar(const TfBar& bar) noexcept override {
    look_at_book(bar);
    mlofi_.end_bar();
  }
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return fresh(mlofi_.bar()); }
  void save(StateWriter& ar) const override { put(ar, mlofi_); }
  void load(StateReader& ar) override { get(ar, mlofi_); }

 private:
  Mlofi mlofi_;
};

/// F09. Outputs: 0 imbalance, 1 bid / ask, 2 pressure.
class BookFeature final : public TickFeature {
 public:
  BookFeature(const TickState* ticks, Price tick, int levels) : TickFeature(ticks), tick_(tick), levels_(levels) {}
  void on_bar(const TfBar& bar) noexcept override {
    look_at_book(bar);
    if (stale()) return;
    const OrderBook& book = ticks().book();
    values_ = {book_imbalance(book, levels_), l2_ratio(book, levels_), book_pressure(book, tick_, levels_)};
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override { return fresh(values_[output]); }
  void save(StateWriter& ar) const override { put(ar, values_); }
  void load(StateReader& ar) override { get(ar, values_); }

 private:
  Price tick_;
  int levels_;
  std::array<FeatureValue, 3> values_;
};

/// F19. Outputs: 0 POC, 1 and 2 the value area.
class FootprintFeature final : public Feature {
 public:
  FootprintFeature(TickState* ticks, Price bin) : footprint_(bin) { ticks->footprints.push_back(&footprint_); }
  [[nodiscard]] const Footprint& footprint() const noexcept { return footprint_; }
  void on_bar(const TfBar& bar) noexcept override { footprint_.end_bar(bar.high, bar.low); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return output == 0 ? footprint_.poc() : output == 1 ? footprint_.value_area_low() : footprint_.value_area_high();
  }
  void save(StateWriter& ar) const override { ar(footprint_); }
  void load(StateReader& ar) override { ar(footprint_); }

 private:
  Footprint footprint_;
};

/// F02: bought share of the sided volume of the last bars.
class AggressorShareFeature final : public Feature {
 public:
  AggressorShareFeature(const FootprintFeature* footprint, int bars) : footprint_(footprint), bars_(static_cast<std::size_t>(bars)) {}
  void on_bar(const TfBar&) noexcept override {}
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return footprint_->footprint().buy_share(bars_); }
  void save(StateWriter&) const override {}
  void load(StateReader&) override {}

 private:
  const FootprintFeature* footprint_;
  std::size_t bars_;
};

/// F19 the strongest bin of one side. Outputs: 0 ratio, 1 price, 2 against, 3 absorption. Nothing there: all 0, a value like any other.
class ClusterFeature final : public Feature {
 public:
  ClusterFeature(const FootprintFeature* footprint, Price u, int side_and_bars)
      : footprint_(footprint), distance_(kDistance_u * u), d_(side_and_bars > 0 ? kLong : kShort),
        bars_(static_cast<std::size_t>(side_and_bars > 0 ? side_and_bars : -side_and_bars)) {}
  void on_bar(const TfBar& bar) noexcept override {
    const std::optional<FootprintCluster> c = footprint_->footprint().strongest(bar.close, d_, distance_, bars_);
    if (!footprint_->footprint().full()) {
      values_ = {};
    } else if (!c) {
      values_.fill(FeatureValue::of(0));
    } else {
      values_ = {FeatureValue::of(c->ratio), FeatureValue::of(static_cast<double>(d_ > 0 ? c->low : c->high)), FeatureValue::of(c->against_share),
                 FeatureValue::of(c->absorption)};
    }
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override { return values_[output]; }
  void save(StateWriter& ar) const override { ar(values_); }
  void load(StateReader& ar) override { ar(values_); }

 private:
  static constexpr Price kDistance_u = 15;
  const FootprintFeature* footprint_;
  Price distance_;
  Direction d_;
  std::size_t bars_;
  std::array<FeatureValue, 4> values_;
};

/// F33 refills, an inner node: read through tracker().
class RefillFeature final : public TickFeature {
 public:
  RefillFeature(TickState* ticks, Price tick, Price u, int refills_min) : TickFeature(ticks), tracker_(tick, u, static_cast<std::uint32_t>(refills_min)) {
    ticks->refills.push_back(&tracker_);
  }
  [[nodiscard]] const RefillTracker& tracker() const noexcept { return tracker_; }
  void on_bar(const TfBar& bar) noexcept override {
    look_at_book(bar);
    tracker_.on_bar();
  }
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return FeatureValue::invalid(); }
  void save(StateWriter& ar) const override { put(ar, tracker_); }
  void load(StateReader& ar) override { get(ar, tracker_); }

 private:
  RefillTracker tracker_;
};

/// One side's best refilling level. Outputs: 0 ratio, 1 refills, 2 price, 3 bars held. None there: all 0.
class RefillSideFeature final : public Feature {
 public:
  RefillSideFeature(const RefillFeature* refills, BookSide side, int refills_min)
      : refills_(refills), side_(side), refills_min_(static_cast<std::uint32_t>(refills_min)) {}
  void on_bar(const TfBar&) noexcept override {
    const std::optional<RefillRecord> r = refills_->tracker().candidate(side_, refills_min_);
    values_.fill(FeatureValue::of(0));
    if (!r) return;
    values_ = {FeatureValue::of(r->rho()), FeatureValue::of(r->refills), FeatureValue::of(static_cast<double>(r->price)), FeatureValue::of(r->bars_held)};
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return refills_->stale() ? FeatureValue::invalid() : values_[output];
  }
  void save(StateWriter& ar) const override { ar(values_); }
  void load(StateReader& ar) override { ar(values_); }

 private:
  const RefillFeature* refills_;
  BookSide side_;
  std::uint32_t refills_min_;
  std::array<FeatureValue, 4> values_;
};

/// F33 large orders that stand.
class LargeOrdersFeature final : public TickFeature {
 public:
  LargeOrdersFeature(TickState* ticks, int theta) : TickFeature(ticks), tracker_(ticks->instrument(), theta) {
    ticks->large_orders.push_back(&tracker_);
  }
  void on_bar(const TfBar& bar) noexcept override { look_at_book(bar); }
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return fresh(FeatureValue::of(static_cast<double>(tracker_.standing()))); }
  void save(StateWriter& ar) const override { put(ar, tracker_); }
  void load(StateReader& ar) override { get(ar, tracker_); }

 private:
  LargeOrderTracker tracker_;
};

}  // namespace omega
