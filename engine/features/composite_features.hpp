// What:     Nodes that read other nodes: VPIN on the shared buckets, the close's z-score, confluence, regime.
// Owner:    FeatureEngine.   Threads: one.
// Ordering: made after the nodes they read, so they see those nodes' values of the same event.
#pragma once

#include "engine/features/bar_delta.hpp"
#include "engine/features/confluence.hpp"
#include "engine/features/feature.hpp"
#include "engine/features/moments.hpp"
#include "engine/features/regime.hpp"
#include "engine/features/vpin.hpp"

namespace omega {

/// Where the value of a key or of an input comes from.
struct FeatureSource {
  const Feature* node = nullptr;
  unsigned output = 0;
  [[nodiscard]] FeatureValue value() const noexcept { return node->value(output); }
};

using BucketsFeature = FlowFeature<VolumeBuckets>;

/// Outputs: 0 vpin, 1 vpin_cdf.
class VpinFeature final : public Feature {
 public:
  VpinFeature(const VolumeGateFeature* gate, const VolumeBuckets* buckets, int n)
      : gate_(gate), buckets_(buckets), vpin_(n) {}
  [[nodiscard]] std::span<const double> bucket_values() const noexcept {
    return gate_->calculator().closed() ? std::span<const double>{} : vpin_.values();
  }
  void on_bar(const TfBar&) noexcept override { vpin_.on_buckets(buckets_->completed()); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    if (gate_->calculator().closed()) return FeatureValue::invalid();
    return output == 0 ? vpin_.value() : vpin_.cdf();
  }
  void save(StateWriter& ar) const override { ar(vpin_); }
  void load(StateReader& ar) override { ar(vpin_); }

 private:
  const VolumeGateFeature* gate_;
  const VolumeBuckets* buckets_;
  Vpin vpin_;
};

using DeltaTotalsFeature = FlowFeature<DeltaTotals>;

/// F03 per bar of any timeframe. Outputs: 0 delta, 1 its z. The totals are those of the M1 bars inside: M1 runs first when
/// a bar closes on time, and a late close comes before the next M1 bar.
class BarDeltaFeature final : public CalculatorFeature<BarDelta, &BarDelta::value, &BarDelta::z> {
 public:
  BarDeltaFeature(const VolumeGateFeature* gate, const DeltaTotalsFeature* totals, int n)
      : CalculatorFeature(n), gate_(gate), totals_(totals) {}
  void on_bar(const TfBar& bar) noexcept override { calculator_.on_bar(bar, totals_->calculator().totals()); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return gate_->calculator().closed() ? FeatureValue::invalid() : CalculatorFeature::value(output);
  }

 private:
  const VolumeGateFeature* gate_;
  const DeltaTotalsFeature* totals_;
};

/// F13 z of the close as S01 uses it: mean = lagged VWAP (its value as published), sd = lagged sd of the closes.
class CloseZFeature final : public Feature {
 public:
  CloseZFeature(FeatureSource mean, FeatureSource sd) noexcept : mean_(mean), sd_(sd) {}
  void on_bar(const TfBar& bar) noexcept override { close_ = bar.close; }
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override {
    return z_score(static_cast<double>(close_), mean_.value(), sd_.value());
  }
  void save(StateWriter& ar) const override { ar(close_); }
  void load(StateReader& ar) override { ar(close_); }

 private:
  FeatureSource mean_, sd_;
  Price close_ = 0;
};

/// F28; no state of its own, so it follows whichever label moved.
class ConfluenceFeature final : public Feature {
 public:
  explicit ConfluenceFeature(const std::array<FeatureSource, 6>& labels) noexcept : labels_(labels) {}
  void on_bar(const TfBar&) noexcept override {}
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override {
    std::array<FeatureValue, 6> values;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = labels_[i].value();
    return confluence(values);
  }
  void save(StateWriter&) const override {}
  void load(StateReader&) override {}

 private:
  std::array<FeatureSource, 6> labels_;
};

/// F30. Outputs: 0 trend, 1 range, 2 shock, 3 label. M1 inputs are INVALID while the feed is stale.
class RegimeFeature final : public Feature {
 public:
  struct Inputs {
    FeatureSource hurst, adx, spread_shock, vpin, spread_bp;
  };
  RegimeFeature(double vol_ratio_shock, double shutdown_spread_bp, const Inputs& inputs, const bool* feed_stale)
      : regime_(vol_ratio_shock, shutdown_spread_bp), inputs_(inputs), feed_stale_(feed_stale) {}
  void on_bar(const TfBar& bar) noexcept override {
    const auto m1 = [this](const FeatureSource& s) { return *feed_stale_ ? FeatureValue::invalid() : s.value(); };
    regime_.on_m15(bar, {.hurst = inputs_.hurst.value(),
                         .adx = inputs_.adx.value(),
                         .spread_shock = m1(inputs_.spread_shock),
                         .vpin = m1(inputs_.vpin),
                         .spread_bp = m1(inputs_.spread_bp)});
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    switch (output) {
      case 0: return regime_.trend();
      case 1: return regime_.range();
      case 2: return regime_.shock();
      default: return regime_.label();
    }
  }
  void save(StateWriter& ar) const override { ar(regime_); }
  void load(StateReader& ar) override { ar(regime_); }

 private:
  Regime regime_;
  Inputs inputs_;
  const bool* feed_stale_;
};

}  // namespace omega
