// What:     F03 signed volume δ of the bars of any timeframe, and its lagged z-score (F13). The δ of a bar is the sum of the δ of
//           the M1 bars inside it: flow is classified once, on M1, whatever the timeframe that asks.
// Owner:    feature set.   Threads: one.
// Formula:  δ = Σ_{M1 in the bar} (V^B − V^S); z = (δ − mean)/sd over the δ of lag(n), sample sd; sd = 0 -> INVALID.
// Units:    δ in volume units, unbounded; z in standard deviations.   Ready: F03's 100 M1 bars, then n + 1 bars.   Cost: O(1).
// Exact:    sums at 2^-20 quanta; δ enters the window rounded to a Qty quantum (1e-8 units), exact from there.
// Missing:  a bar without volume, or of which some M1 bar came before F03 was ready, is skipped: the values hold.
// Source:   Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493; STRATEGIES S09, S13.
#pragma once

#include "engine/features/bvc.hpp"

namespace omega {

/// M1: running totals, from which a timeframe takes what came since its last close.
class DeltaTotals {
 public:
  struct Totals {
    i128 delta = 0;                // 2^-20 Qty quanta
    std::uint64_t unclassified = 0;  // bars before F03 was ready
    template <class Archive> void serialize(Archive& ar) { ar(delta, unclassified); }
  };
  void on_flow(const TfBar& bar, const Flow& flow) noexcept {
    if (!flow.known) ++totals_.unclassified;
    if (flow.known && bar.has_volume()) totals_.delta += flow.delta();
  }
  [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
  template <class Archive> void serialize(Archive& ar) { ar(totals_); }

 private:
  Totals totals_;
};

class BarDelta {
 public:
  explicit BarDelta(int n) : deltas_(static_cast<std::size_t>(n)) {}
  /// totals: M1 bars up to the end of this bar.
  void on_bar(const TfBar& bar, const DeltaTotals::Totals& totals) noexcept {
    const DeltaTotals::Totals before = before_;
    before_ = totals;
    if (!bar.has_volume() || totals.unclassified != before.unclassified) return;
    const i128 delta = totals.delta - before.delta;
    value_ = FeatureValue::of(static_cast<double>(delta) / (kFlowScale * static_cast<double>(kQtyScale)));
    const std::int64_t qty = flow_to_qty(delta);
    if (deltas_.full()) z_ = FeatureValue::of((static_cast<double>(qty) - deltas_.mean()) / deltas_.sd());
    deltas_.push(qty);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  [[nodiscard]] FeatureValue z() const noexcept { return z_; }
  [[nodiscard]] const RollingMoments& deltas() const noexcept { return deltas_; }
  template <class Archive> void serialize(Archive& ar) { ar(deltas_, before_, value_, z_); }

 private:
  RollingMoments deltas_;
  DeltaTotals::Totals before_;  // at the close of the bar before
  FeatureValue value_, z_;
};

}  // namespace omega
