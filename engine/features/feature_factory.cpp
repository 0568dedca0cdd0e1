#include "engine/features/feature_factory.hpp"

#include "engine/features/adx.hpp"
#include "engine/features/cvd.hpp"
#include "engine/features/day_range.hpp"
#include "engine/features/extremes.hpp"
#include "engine/features/flow_z.hpp"
#include "engine/features/hurst.hpp"
#include "engine/features/move_rank.hpp"
#include "engine/features/range_ratio.hpp"
#include "engine/features/returns.hpp"
#include "engine/features/spread_baseline.hpp"
#include "engine/features/structure_label.hpp"
#include "engine/features/swing.hpp"
#include "engine/features/tick_features.hpp"
#include "engine/features/topology.hpp"
#include "engine/features/true_range_z.hpp"
#include "engine/features/volatility_hmm.hpp"
#include "engine/features/volume_ratio.hpp"
#include "engine/features/vwap.hpp"

namespace omega {

namespace {

constexpr double kMarket_days = 260, kCrypto_days = 365;  // a year (F11)
constexpr int kOfiDefault_events = 100, kBinDefault_tenths_u = 10;
constexpr int kVpinDefault_buckets = 50, kAdxDefault_bars = 14, kHurstDefault_returns = 400;

/// Patterns of these timeframes may not span a gap (STRATEGIES 1.7, F15).
[[nodiscard]] constexpr bool forbids_gap(Timeframe tf) noexcept { return tf <= Timeframe::kM30; }

/// The last confirmed swing of each side as plain values.
class SwingOutputs {
 public:
  SwingOutputs(int k, bool forbid_gap) : detector_(k, forbid_gap) {}
  void on_bar(const TfBar& bar) noexcept { detector_.on_bar(bar); }
  [[nodiscard]] FeatureValue high() const { return price(detector_.last_high()); }
  [[nodiscard]] FeatureValue low() const { return price(detector_.last_low()); }
  [[nodiscard]] FeatureValue high_time() const { return seconds(detector_.last_high()); }
  [[nodiscard]] FeatureValue low_time() const { return seconds(detector_.last_low()); }
  template <class Archive> void serialize(Archive& ar) { ar(detector_); }

 private:
  template <class OptionalSwing>
  [[nodiscard]] static FeatureValue price(const OptionalSwing& swing) {
    return swing ? FeatureValue::of(static_cast<double>(swing->price)) : FeatureValue::warming();
  }
  template <class OptionalSwing>
  [[nodiscard]] static FeatureValue seconds(const OptionalSwing& swing) {
    return swing ? FeatureValue::of(static_cast<double>(swing->bar_open / kSecond_ns)) : FeatureValue::warming();
  }
  SwingDetector detector_;
};

using FlowZFeature = FlowFeature<FlowZ, &FlowZ::value>;
using CvdNFeature = FlowFeature<CvdNormalised, &CvdNormalised::value>;
using CvdRawFeature = FlowFeature<CvdRaw, &CvdRaw::value>;
using SpreadFeature = BarFeature<SpreadBaseline, &SpreadBaseline::spread, &SpreadBaseline::median, &SpreadBaseline::shock,
                                 &SpreadBaseline::spread_bp>;
using ReturnsFeature = BarFeature<ReturnWindow, &ReturnWindow::sigma, &ReturnWindow::realised>;
using VwapFeature = VolumeFeature<VwapLag, &VwapLag::value>;
using MomentsFeature = BarFeature<CloseMoments, &CloseMoments::mean, &CloseMoments::sd>;
using CloseLagFeature = BarFeature<CloseLag, &CloseLag::value>;
using AdxFeature = BarFeature<Adx, &Adx::value>;
using SwingFeature = BarFeature<SwingOutputs, &SwingOutputs::high, &SwingOutputs::low, &SwingOutputs::high_time,
                                &SwingOutputs::low_time>;
using LabelFeature = BarFeature<StructureLabel, &StructureLabel::value>;
using VolumeLagFeature = VolumeFeature<VolumeLag, &VolumeLag::ratio, &VolumeLag::z>;
using VolumeMeanRatioFeature = VolumeFeature<VolumeMeanRatio, &VolumeMeanRatio::value>;
using VolumePercentileFeature = VolumeFeature<VolumePercentile, &VolumePercentile::value>;
using HmmFeature = BarFeature<VolatilityHmm, &VolatilityHmm::high, &VolatilityHmm::steps>;
using HurstFeature = BarFeature<Hurst, &Hurst::value, &Hurst::r2>;
using RangeMeanRatioFeature = BarFeature<RangeMeanRatio, &RangeMeanRatio::value>;
using TopologyFeature = VolumeGatedFeature<Topology, &Topology::norm, &Topology::change, &Topology::distance_z, &Topology::norm_h0>;
using MoveRankFeature = BarFeature<MoveRank, &MoveRank::value>;
using DayRangeFeature = BarFeature<DayRange, &DayRange::value>;
using TrueRangeZFeature = BarFeature<TrueRangeZ, &TrueRangeZ::value>;
template <Side kSide, WindowKind kKind>
using ExtremeFeature = BarFeature<Extreme<kSide, kKind>, &Extreme<kSide, kKind>::value>;

class FeatureFactory {
 public:
  FeatureFactory(const InstrumentConfig& instrument, const bool* feed_stale, TickState* ticks) noexcept
      : instrument_(instrument), feed_stale_(feed_stale), ticks_(ticks) {}

  [[nodiscard]] FeatureNodes make(std::span<const FeatureKey> keys) {
    for (const FeatureKey& key : keys) nodes_.sources.push_back(source(key));
    return std::move(nodes_);
  }

 private:
  /// Nodes are shared by this key. id is the first output of the calculator, or one of the inner nodes.
  struct NodeKey {
    FeatureId id;
    Timeframe tf;
    std::int32_t p0, p1;
    auto operator<=>(const NodeKey&) const = default;
  };
  static constexpr auto kGate = static_cast<FeatureId>(1000);
  static constexpr auto kBvc = static_cast<FeatureId>(1001);
  static constexpr auto kBuckets = static_cast<FeatureId>(1002);
  static constexpr auto kDeltaTotals = static_cast<FeatureId>(1003);
  static constexpr auto kTradeFlow = static_cast<FeatureId>(1004);
  static constexpr auto kOfiFlow = static_cast<FeatureId>(1005);
  static constexpr auto kFootprint = static_cast<FeatureId>(1006);
  static constexpr auto kRefills = static_cast<FeatureId>(1007);

  /// The node of the key, made now if it is new. Nodes among the arguments were made by statements before the call, not
  /// inside its argument list: the order of evaluation there is the compiler's, and node order is checkpoint order.
  template <class Node, class... Args>
  const Node* node(const NodeKey& key, Args... args) {
    const auto found = made_.find(key);
    if (found != made_.end()) return static_cast<const Node*>(found->second);
    auto made = std::make_unique<Node>(args...);
    const Node* const raw = made.get();
    nodes_.entries.push_back({key.tf, std::move(made)});
    made_.emplace(key, raw);
    return raw;
  }

  const VolumeGateFeature* gate(Timeframe tf) { return node<VolumeGateFeature>({kGate, tf, 0, 0}); }
  [[nodiscard]] bool has(std::uint32_t capabilities) const noexcept {
    return ticks_ != nullptr && (instrument_.capabilities & capabilities) == capabilities;
  }
  /// Signed volume of F07, F08 and F03's delta: of trades (F02) where there are any, else F03's guess.
  const FlowNode* signed_flow() {
    if (has(capability::kTrades)) return node<TradeFlowFeature>({kTradeFlow, Timeframe::kM1, 0, 0}, static_cast<const TickState*>(ticks_));
    return node<BvcFeature>({kBvc, Timeframe::kM1, 0, 0});
  }
  template <class Node, class... Args>
  const Node* flow_node(FeatureId id, std::int32_t p0, std::int32_t p1, Args... args) {
    const VolumeGateFeature* const volume_gate = gate(Timeframe::kM1);
    const FlowNode* const flow = signed_flow();
    return node<Node>({id, Timeframe::kM1, p0, p1}, volume_gate, flow, args...);
  }
  template <class Node, class... Args>
  const Node* volume_node(const NodeKey& key, Args... args) {
    const VolumeGateFeature* const volume_gate = gate(key.tf);
    return node<Node>(key, volume_gate, args...);
  }
  const VpinFeature* vpin(int n) {
    const bool weekend = instrument_.asset_class == AssetClass::kCrypto;
    const Qty size = instrument_.vpin_bucket_override;
    const VolumeBuckets* const buckets =
        has(capability::kTrades)
            ? &node<TradeBucketsFeature>({kBuckets, Timeframe::kM1, 0, 0}, ticks_, size, weekend)->calculator()
            : &flow_node<BucketsFeature>(kBuckets, 0, 0, size, weekend)->calculator();
    return volume_node<VpinFeature>({FeatureId::kVpin, Timeframe::kM1, n, 0}, buckets, n);
  }
  FeatureSource bar_delta(const FeatureKey& key, unsigned output) {
    const auto* const totals = flow_node<DeltaTotalsFeature>(kDeltaTotals, 0, 0);
    return {volume_node<BarDeltaFeature>({FeatureId::kBarDelta, key.tf, key.p0, 0}, totals, key.p0), output};
  }
  const DayRangeFeature* day_range(int days) {
    const bool weekend = instrument_.asset_class == AssetClass::kCrypto;
    return node<DayRangeFeature>({FeatureId::kDayRangeRatio, Timeframe::kM1, days, 0}, days, weekend);
  }
  const SpreadFeature* spread() { return node<SpreadFeature>({FeatureId::kSpread, Timeframe::kM1, 0, 0}); }
  const AdxFeature* adx(Timeframe tf, int n) { return node<AdxFeature>({FeatureId::kAdx, tf, n, 0}, n); }
  const HurstFeature* hurst(int n) { return node<HurstFeature>({FeatureId::kHurst, Timeframe::kM15, n, 0}, n); }
  const LabelFeature* label(Timeframe tf) {
    return node<LabelFeature>({FeatureId::kLabel, tf, 0, 0}, forbids_gap(tf));
  }
  const VwapFeature* vwap(Timeframe tf, int n) { return volume_node<VwapFeature>({FeatureId::kVwapLag, tf, n, 0}, n); }
  const MomentsFeature* moments(Timeframe tf, int n) {
    return node<MomentsFeature>({FeatureId::kCloseMeanLag, tf, n, 0}, n);
  }
  const ConfluenceFeature* confluence() {
    std::array<FeatureSource, 6> labels;
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = {label(kConfluenceTimeframes[i]), 0};
    return node<ConfluenceFeature>({FeatureId::kConfluence, Timeframe::kM1, 0, 0}, labels);
  }
  const RegimeFeature* regime() {
    const RegimeFeature::Inputs inputs{.hurst = {hurst(kHurstDefault_returns), 0},
                                       .adx = {adx(Timeframe::kM15, kAdxDefault_bars), 0},
                                       .spread_shock = {spread(), 2},
                                       .vpin = {vpin(kVpinDefault_buckets), 0},
                                       .spread_bp = {spread(), 3}};
    return node<RegimeFeature>({FeatureId::kRegimeTrend, Timeframe::kM15, 0, 0}, instrument_.vol_ratio_shock,
                               instrument_.shutdown_spread_bp, inputs, feed_stale_);
  }
  template <Side kSide, WindowKind kKind>
  FeatureSource extreme(const FeatureKey& key) {
    return {node<ExtremeFeature<kSide, kKind>>({key.id, key.tf, key.p0, 0}, key.p0), 0};
  }
  FeatureSource swing(const FeatureKey& key, unsigned output) {
    return {node<SwingFeature>({FeatureId::kSwingHigh, key.tf, key.p0, 0}, key.p0, forbids_gap(key.tf)), output};
  }
  FeatureSource volume_lag(const FeatureKey& key, unsigned output) {
    return {volume_node<VolumeLagFeature>({FeatureId::kVolumeRatio, key.tf, key.p0, 0}, key.p0), output};
  }
  FeatureSource hmm(const FeatureKey& key, unsigned output) {
    const double days = instrument_.asset_class == AssetClass::kCrypto ? kCrypto_days : kMarket_days;
    const double bars_per_year = days * static_cast<double>(kDay_ns / duration_ns(key.tf));
    return {node<HmmFeature>({FeatureId::kHmmHigh, key.tf, key.p0, 0}, key.p0, bars_per_year, instrument_.volatility_model), output};
  }
  FeatureSource returns(const FeatureKey& key, unsigned output) {
    return {node<ReturnsFeature>({FeatureId::kReturnSigma, key.tf, key.p0, 0}, key.p0), output};
  }
  FeatureSource topology(const FeatureKey& key, unsigned output) {
    return {volume_node<TopologyFeature>({FeatureId::kTdaNorm, key.tf, key.p0, key.p1}, key.p0, key.p1), output};
  }
  FeatureSource requested_vpin(const FeatureKey& key, unsigned output) {
    const VpinFeature* made = vpin(key.p0);
    if (nodes_.vpin == nullptr) nodes_.vpin = made;
    return {made, output};
  }

  static constexpr Timeframe kM1 = Timeframe::kM1;
  FeatureSource missing() { return {node<MissingFeature>({FeatureId::kCount, kM1, 0, 0}), 0}; }
  FeatureSource flow_z(const FeatureKey& key) {
    if (!has(capability::kQuoteSizes)) return {flow_node<FlowZFeature>(key.id, key.p0, key.p1, key.p0, key.p1), 0};
    const OfiFeature* const ofi = ofi_node(kOfiDefault_events);
    const auto* const flow = node<OfiFlowFeature>({kOfiFlow, kM1, 0, 0}, ofi);
    return {node<OfiFlowZFeature>({key.id, kM1, key.p0, key.p1}, flow, key.p0, key.p1), 0};
  }
  const OfiFeature* ofi_node(int events) { return node<OfiFeature>({FeatureId::kOfi, kM1, events, 0}, ticks_, events); }
  const FootprintFeature* footprint(int bin_tenths_u) {
    const Price bin = std::max<Price>(1, instrument_.u * bin_tenths_u / 10);
    return node<FootprintFeature>({kFootprint, kM1, bin_tenths_u, 0}, ticks_, bin);
  }
  /// Features of ticks; INVALID where the feed lacks what they need.
  FeatureSource tick_source(const FeatureKey& key) {
    const TickState* const ticks = ticks_;
    switch (key.id) {
      case FeatureId::kWeightedMid:
      case FeatureId::kMicroPrice:
        if (!has(capability::kQuoteSizes)) return missing();
        return {node<QuoteFeature>({FeatureId::kWeightedMid, kM1, 0, 0}, ticks, instrument_.tick, instrument_.micro_price), key.id == FeatureId::kWeightedMid ? 0u : 1u};
      case FeatureId::kOfiBar:
      case FeatureId::kOfiNorm:
        if (!has(capability::kQuoteSizes)) return missing();
        return {ofi_node(kOfiDefault_events), key.id == FeatureId::kOfiBar ? 0u : 2u};
      case FeatureId::kOfi:
        if (!has(capability::kQuoteSizes)) return missing();
        return {ofi_node(key.p0), 1};
      case FeatureId::kOfiZ:
      case FeatureId::kOfiSamples: {
        if (!has(capability::kQuoteSizes)) return missing();
        const OfiFeature* const ofi = ofi_node(key.p0);
        return {node<OfiZFeature>({FeatureId::kOfiZ, kM1, key.p0, key.p1}, ticks, ofi, key.p1), key.id == FeatureId::kOfiZ ? 0u : 1u};
      }
      case FeatureId::kMlofi:
        if (!has(capability::kL2)) return missing();
        return {node<MlofiFeature>({key.id, kM1, key.p0, 0}, ticks_, key.p0), 0};
      case FeatureId::kBookImbalance:
      case FeatureId::kBookRatio:
      case FeatureId::kBookPressure: {
        if (!has(capability::kL2)) return missing();
        const unsigned output = key.id == FeatureId::kBookImbalance ? 0 : key.id == FeatureId::kBookRatio ? 1 : 2;
        return {node<BookFeature>({FeatureId::kBookImbalance, kM1, key.p0, 0}, ticks, instrument_.tick, key.p0), output};
      }
      case FeatureId::kAggressorShare: {
        if (!has(capability::kTrades)) return missing();
        const FootprintFeature* const prints = footprint(kBinDefault_tenths_u);
        return {node<AggressorShareFeature>({key.id, kM1, key.p0, 0}, prints, key.p0), 0};
      }
      case FeatureId::kPocPrice:
      case FeatureId::kValueAreaLow:
      case FeatureId::kValueAreaHigh:
        if (!has(capability::kTrades)) return missing();
        return {footprint(key.p1), static_cast<unsigned>(key.id) - static_cast<unsigned>(FeatureId::kPocPrice)};
      case FeatureId::kClusterRatio:
      case FeatureId::kClusterPrice:
      case FeatureId::kClusterAgainst:
      case FeatureId::kClusterAbsorption: {
        if (!has(capability::kTrades)) return missing();
        const FootprintFeature* const prints = footprint(key.p1);
        return {node<ClusterFeature>({FeatureId::kClusterRatio, kM1, key.p0, key.p1}, prints, instrument_.u, key.p0),
                static_cast<unsigned>(key.id) - static_cast<unsigned>(FeatureId::kClusterRatio)};
      }
      case FeatureId::kRefillRatio:
      case FeatureId::kRefillCount:
      case FeatureId::kRefillPrice:
      case FeatureId::kRefillHold: {
        if (!has(capability::kL2 | capability::kTrades)) return missing();
        const int refills = key.p0 > 0 ? key.p0 : -key.p0;
        const auto* const tracker = node<RefillFeature>({kRefills, kM1, refills, 0}, ticks_, instrument_.tick, instrument_.u, refills);
        const BookSide side = key.p0 > 0 ? BookSide::kBid : BookSide::kAsk;
        return {node<RefillSideFeature>({FeatureId::kRefillRatio, kM1, key.p0, 0}, tracker, side, refills),
                static_cast<unsigned>(key.id) - static_cast<unsigned>(FeatureId::kRefillRatio)};
      }
      case FeatureId::kLargeOrders:
        if (!has(capability::kL2)) return missing();
        return {node<LargeOrdersFeature>({key.id, kM1, key.p0, 0}, ticks_, key.p0), 0};
      default: break;
    }
    OMEGA_REQUIRE(false, static_cast<int>(key.id), 0);
    return {};
  }

  FeatureSource source(const FeatureKey& key) {
    switch (key.id) {
      case FeatureId::kFlowZ: return flow_z(key);
      case FeatureId::kCvdN: return {flow_node<CvdNFeature>(key.id, key.p0, 0, key.p0), 0};
      case FeatureId::kCvdRaw: return {flow_node<CvdRawFeature>(key.id, 0, 0), 0};
      case FeatureId::kBarDelta: return bar_delta(key, 0);
      case FeatureId::kBarDeltaZ: return bar_delta(key, 1);
      case FeatureId::kVpin: return requested_vpin(key, 0);
      case FeatureId::kVpinCdf: return requested_vpin(key, 1);
      case FeatureId::kSpread: return {spread(), 0};
      case FeatureId::kSpreadMedian: return {spread(), 1};
      case FeatureId::kSpreadShock: return {spread(), 2};
      case FeatureId::kReturnSigma: return returns(key, 0);
      case FeatureId::kRealisedVol: return returns(key, 1);
      case FeatureId::kVwapLag: return {vwap(key.tf, key.p0), 0};
      case FeatureId::kCloseMeanLag: return {moments(key.tf, key.p0), 0};
      case FeatureId::kCloseSdLag: return {moments(key.tf, key.p0), 1};
      case FeatureId::kCloseZLag: {
        const FeatureSource mean{vwap(key.tf, key.p0), 0}, sd{moments(key.tf, key.p0), 1};
        return {node<CloseZFeature>({key.id, key.tf, key.p0, 0}, mean, sd), 0};
      }
      case FeatureId::kAdx: return {adx(key.tf, key.p0), 0};
      case FeatureId::kSwingHigh: return swing(key, 0);
      case FeatureId::kSwingLow: return swing(key, 1);
      case FeatureId::kSwingHighTime: return swing(key, 2);
      case FeatureId::kSwingLowTime: return swing(key, 3);
      case FeatureId::kLabel: return {label(key.tf), 0};
      case FeatureId::kVolumeRatio: return volume_lag(key, 0);
      case FeatureId::kVolumeZ: return volume_lag(key, 1);
      case FeatureId::kVolumeMeanRatio:
        return {volume_node<VolumeMeanRatioFeature>({key.id, key.tf, key.p0, key.p1}, key.p0, key.p1), 0};
      case FeatureId::kVolumePercentile:
        return {volume_node<VolumePercentileFeature>({key.id, key.tf, key.p0, 0}, key.p0), 0};
      case FeatureId::kHighLag: return extreme<Side::kHigh, WindowKind::kLagged>(key);
      case FeatureId::kLowLag: return extreme<Side::kLow, WindowKind::kLagged>(key);
      case FeatureId::kHighest: return extreme<Side::kHigh, WindowKind::kInclusive>(key);
      case FeatureId::kLowest: return extreme<Side::kLow, WindowKind::kInclusive>(key);
      case FeatureId::kCloseLag: return {node<CloseLagFeature>({key.id, key.tf, key.p0, 0}, key.p0), 0};
      case FeatureId::kConfluence: return {confluence(), 0};
      case FeatureId::kHurst: return {hurst(key.p0), 0};
      case FeatureId::kHurstR2: return {hurst(key.p0), 1};
      case FeatureId::kHmmHigh: return hmm(key, 0);
      case FeatureId::kHmmSteps: return hmm(key, 1);
      case FeatureId::kRegimeTrend: return {regime(), 0};
      case FeatureId::kRegimeRange: return {regime(), 1};
      case FeatureId::kRegimeShock: return {regime(), 2};
      case FeatureId::kRegimeLabel: return {regime(), 3};
      case FeatureId::kMoveRank: return {node<MoveRankFeature>({key.id, key.tf, key.p0, key.p1}, key.p0, key.p1), 0};
      case FeatureId::kRangeMeanRatio:
        return {node<RangeMeanRatioFeature>({key.id, key.tf, key.p0, key.p1}, key.p0, key.p1), 0};
      case FeatureId::kTdaNorm: return topology(key, 0);
      case FeatureId::kTdaChange: return topology(key, 1);
      case FeatureId::kTdaDistanceZ: return topology(key, 2);
      case FeatureId::kTdaNormH0: return topology(key, 3);
      case FeatureId::kDayRangeRatio: return {day_range(key.p0), 0};
      case FeatureId::kTrueRangeZ: return {node<TrueRangeZFeature>({key.id, key.tf, key.p0, key.p1}, key.p0, key.p1), 0};
      default: return tick_source(key);
    }
  }

  const InstrumentConfig& instrument_;
  const bool* feed_stale_;
  TickState* ticks_;
  FeatureNodes nodes_;
  std::map<NodeKey, const Feature*> made_;
};

}  // namespace

FeatureNodes make_features(const InstrumentConfig& instrument, const bool* feed_stale, TickState* ticks,
                           std::span<const FeatureKey> keys) {
  return FeatureFactory(instrument, feed_stale, ticks).make(keys);
}

}  // namespace omega
