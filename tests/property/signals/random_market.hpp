// What:     A seeded market for the signals stage: a random walk of M1 bars with their M5, M15, H4 and D1 bars, features drawn at
//           random inside their ranges, sweeps and displacements often enough that every strategy signals, large orders that
//           go and levels that break, fills that open and close positions. The mirrored market reflects prices about kPivot
//           and flips what has a sign.
// Owner:    one per run.   Units: as the engine.
#pragma once

#include <algorithm>
#include <random>

#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {

/// Thresholds opened wide: the property is about symmetry and state, not about rarity.
inline EngineConfig eager_config(std::initializer_list<StrategyId> enabled) {
  EngineConfig c = config_with(enabled);
  for (const StrategyId id : enabled) {
    if (id == 3) continue;
    for (const ParamSpec& p : strategy_registry()[id - 1u].info->params) {
      if (std::string_view(p.name) == "min_mtf_confluence") set_param(c, id, p.name, 0);
    }
  }
  set_param(c, 1, "min_confirmation_score", 2.5);
  set_param(c, 1, "entry_sigma_threshold", 2);
  set_param(c, 2, "penetration_min", 1);
  set_param(c, 2, "penetration_max", 60);
  set_param(c, 2, "proximity_threshold", 20);
  set_param(c, 2, "volume_threshold_multiplier", 1.2);
  set_param(c, 2, "reversal_velocity_min", .5);
  set_param(c, 2, "min_confirmation_score", 3);
  set_param(c, 2, "htf_distance", 40);
  set_param(c, 4, "price_threshold", .1);
  set_param(c, 4, "min_quality_score", .5);
  set_param(c, 4, "fallback_stop_pct", .2);
  set_param(c, 5, "displacement_pips", 10);
  set_param(c, 5, "volume_sigma_threshold", 1.5);
  set_param(c, 5, "min_confirmation_score", 2.5);
  set_param(c, 5, "buffer_pips", 30);
  set_param(c, 8, "min_regime_confidence", .5);
  set_param(c, 8, "structure_gate", 0);
  if (std::find(enabled.begin(), enabled.end(), 8) != enabled.end()) {
    for (InstrumentConfig& i : c.instruments) {
      i.capabilities |= capability::kModel;
      i.volatility_model = VolatilityModel{.stay_low = .95, .stay_high = .9, .start_low = .7, .mean_low = .01, .sd_low = .005, .mean_high = .03, .sd_high = .015};
    }
  }
  set_param(c, 9, "range_compression_pips_max", 100);
  set_param(c, 9, "min_break_pips", 1);
  set_param(c, 9, "volume_expansion_multiplier", 1.2);
  set_param(c, 9, "volume_sigma_threshold", 1);
  set_param(c, 9, "delta_z_threshold", 1);
  set_param(c, 9, "min_confirmation_score", 2.5);
  set_param(c, 10, "gap_pips_minimum", 3);
  set_param(c, 10, "volume_percentile", 50);
  set_param(c, 10, "min_confirmation_score", 2.5);
  set_param(c, 10, "gap_fill_percentage", .9);
  set_param(c, 11, "min_confirmation_score", 2.5);
  set_param(c, 11, "zone_tolerance_pips", 10);
  set_param(c, 11, "stop_loss_pct", 2.5);  // caps in percent of price do not mirror
  set_param(c, 11, "take_profit_pct", 5);
  set_param(c, 12, "volume_advancement_ratio_threshold", 2);
  set_param(c, 12, "stall_duration_bars", 2);
  set_param(c, 12, "min_refills", 2);
  set_param(c, 12, "vpin_caution", .6);
  set_param(c, 13, "penetration_pips_min", 1);
  set_param(c, 13, "penetration_pips_max", 60);
  set_param(c, 13, "volume_multiplier", 1.5);
  set_param(c, 13, "distribution_range_bars_min", 2);
  set_param(c, 13, "compression_max", 1);
  set_param(c, 13, "delta_share_min", .05);
  set_param(c, 13, "displacement_velocity", 3);
  set_param(c, 13, "min_confirmation_score", 3);
  set_param(c, 14, "z_entry_threshold", 1);
  set_param(c, 14, "min_data_points", 100);
  set_param(c, 14, "vpin_max_safe", .6);
  set_param(c, 15, "vpin_reversal_entry", .6);
  set_param(c, 15, "vpin_peak_required", .6);
  set_param(c, 15, "vpin_decay_confirmation", 1);
  set_param(c, 15, "volume_climax_multiplier", 2);
  set_param(c, 15, "price_extreme_sigma", 2);
  set_param(c, 15, "exhaustion_velocity", 5);
  set_param(c, 15, "reversal_velocity", 5);
  set_param(c, 15, "reversal_volume_sustain", 1);
  set_param(c, 15, "reversal_bars", 1);
  set_param(c, 15, "max_bars_after_peak", 30);
  set_param(c, 16, "hurst_trend_threshold", .5);
  set_param(c, 16, "scale_invariance_min", .5);
  set_param(c, 16, "regime_shift_confirmation_bars", 1);
  set_param(c, 16, "min_timeframe_alignment", 1);
  set_param(c, 16, "structure_break_pips", 2);
  set_param(c, 16, "volume_threshold", 1);
  set_param(c, 16, "min_confirmation_score", 2.5);
  set_param(c, 18, "volume_cluster_threshold", 1.5);
  set_param(c, 18, "absorption_ratio_min", 1);
  set_param(c, 18, "exhaustion_imbalance_threshold", .55);
  set_param(c, 18, "initiative_volume_min", .5);
  set_param(c, 18, "volume_threshold", 1);
  set_param(c, 18, "min_confirmation_score", 2.5);
  set_param(c, 19, "volatility_spike_threshold", .1);
  set_param(c, 19, "true_range_sigma", 1.5);
  set_param(c, 19, "volume_climax_multiplier", 2);
  set_param(c, 19, "price_extreme_percentile", .9);
  set_param(c, 19, "mean_reversion_sigma", 2);
  set_param(c, 19, "exhaustion_bars_required", 1);
  set_param(c, 19, "reversal_velocity_min", 5);
  set_param(c, 19, "vpin_toxic", .2);
  set_param(c, 19, "vpin_normalised", .6);
  set_param(c, 19, "min_confirmation_score", 2.5);
  set_param(c, 22, "regime_change_threshold", .1);
  set_param(c, 22, "distance_z_min", 1);
  set_param(c, 22, "min_confirmation_score", 2.5);
  set_param(c, 23, "imbalance_threshold", .3);
  set_param(c, 23, "cancel_window", 60);
  set_param(c, 23, "cancel_ratio_min", .5);
  set_param(c, 23, "vpin_max", .6);
  set_param(c, 24, "ofi_threshold", 1);
  set_param(c, 24, "vpin_spike_threshold", .4);
  for (const StrategyId id : {12, 14, 18, 23, 24}) {
    if (std::find(enabled.begin(), enabled.end(), id) == enabled.end()) continue;
    for (InstrumentConfig& i : c.instruments) i.capabilities |= strategy_registry()[id - 1u].needs;
  }
  return c;
}

class RandomMarket {
 public:
  static constexpr Price kPivot = 1'085'000'000;  // a multiple of 50 u, so that round numbers mirror onto round numbers

  RandomMarket(StageHarness& harness, std::uint32_t seed, bool mirrored)
      : h_(harness), rng_(seed), mirrored_(mirrored), mid_(kPivot + draw_price(-200, 200) * kTick + kTick / 2) {
    for (auto& o : open_) o = mid_;
    high_.fill(mid_);
    low_.fill(mid_);
    const auto runs = [&](StrategyId id) { return h_.config.strategies[id - 1u].enabled; };
    vpin_max_ = runs(15) ? 1 : .6;
    news_ = runs(24);
    for (const FeatureKey& k : h_.keys()) book_ = book_ || k.id == FeatureId::kRefillRatio || k.id == FeatureId::kLargeOrders;
  }

  /// One minute: the bar and everything it closes, in one event; now and then a fill or an exit before it. Who looks at the
  /// book gets an event of it first.
  void minute() {
    h_.advance(kMinute_ns);
    ++minute_;
    trade();
    if (news_ && minute_ % kNews_minutes == 0) h_.news(h_.now + kAhead_ns, static_cast<std::uint64_t>(minute_));
    if (book_) book_event();
    FeatureFrame& f = h_.frames[0];
    const Price open = mid_;
    const bool burst = roll(12);
    mid_ += draw_price(burst ? -250 : -25, burst ? 250 : 25) * kTick;
    if (mid_ > kPivot + 3'000 * kTick) mid_ -= 500 * kTick;
    if (mid_ < kPivot - 3'000 * kTick) mid_ += 500 * kTick;
    const Price high = std::max(open, mid_) + draw_price(0, 40) * kTick, low = std::min(open, mid_) - draw_price(0, 40) * kTick;
    for (std::size_t tf = 0; tf < kTimeframeCount; ++tf) {
      high_[tf] = std::max(high_[tf], high);
      low_[tf] = std::min(low_[tf], low);
      const auto minutes = kTimeframe_ns[tf] / kMinute_ns;
      const auto quick = static_cast<Timeframe>(tf) >= Timeframe::kH4 ? minutes / 8 : minutes;  // levels of H4 and D1 come often
      if (minute_ % quick != 0) continue;
      TfBar& b = h_.close_bar_on(f, static_cast<Timeframe>(tf), side({open_[tf], high_[tf], low_[tf], mid_}), 1 + draw_price(0, 500));
      if (roll(400)) b.flags |= tf_flag::kGap;
      open_[tf] = high_[tf] = low_[tf] = mid_;
    }
    draw_features(f);
    if (roll(3)) {
      f.vpin_bucket[0] = static_cast<double>(draw_price(10, 75)) / 100.0;
      f.vpin_bucket_count = 1;
    }
    step();
  }

  [[nodiscard]] Price reflect(Price p) const { return mirrored_ ? 2 * kPivot - p : p; }

 private:
  static constexpr Price kTick = 10'000;
  static constexpr std::int64_t kNews_minutes = 200;
  static constexpr DurationNs kAhead_ns = 40 * kMinute_ns;  // from the publication of a release to the release

  std::int64_t draw_price(std::int64_t from, std::int64_t to) {  // not std::uniform: its sequence is the library's choice
    return from + static_cast<std::int64_t>(rng_() % static_cast<std::uint32_t>(to - from + 1));
  }
  bool roll(std::uint32_t one_in) { return rng_() % one_in == 0; }

  StageHarness::Prices side(const StageHarness::Prices& p) const {
    return mirrored_ ? StageHarness::Prices{reflect(p.open), reflect(p.low), reflect(p.high), reflect(p.close)} : p;
  }

  void step() {
    h_.step();
    if (h_.out().signal_count == 0 || has_) return;
    last_ = h_.out().signals[0];
    cause_ = h_.seq;
    has_ = roll(2);
    filled_ = false;
  }

  /// Large orders that went, and now and then the level of the last signal that broke.
  void book_event() {
    BookEvents& book = h_.frames[0].book;
    for (std::int64_t n = draw_price(0, 2); n > 0; --n) {
      const Direction away = roll(2) ? kLong : kShort;  // up for a bid
      LargeOrder o;
      o.ts = h_.now;
      o.opened_ts = h_.now - draw_price(0, 90) * kSecond_ns;
      o.price = reflect(mid_ - away * 3 * kTick);
      o.mid_closed = 2 * reflect(mid_);
      o.mid_opened = o.mid_closed - (mirrored_ ? -away : away) * draw_price(-5, 25) * kTick;
      o.imbalance = static_cast<double>(draw_price(0, 100)) / 100;
      o.cancel_ratio = static_cast<double>(draw_price(0, 100)) / 100;
      o.side = (away > 0) != mirrored_ ? BookSide::kBid : BookSide::kAsk;
      book.large[book.large_count++] = o;
    }
    if (roll(40) && last_.strategy == 12) {
      book.broken[book.broken_count++] = {last_.direction > 0 ? BookSide::kBid : BookSide::kAsk, px(last_.criteria[0])};
    }
    step();
  }

  void trade() {
    if (!has_) return;
    if (!filled_) {
      h_.fill_entry(last_, cause_, last_.entry_ref);
      filled_ = true;
    } else if (roll(30)) {
      h_.close_position(last_, cause_, last_.entry_ref);
      has_ = false;
    }
  }

  /// Keys that come in high/low pairs are drawn for both at once, so that the mirror can swap them.
  void draw_features(FeatureFrame& f) {
    const auto keys = h_.keys();
    const double sign = mirrored_ ? -1.0 : 1.0;
    const std::int64_t broken_side = draw_price(0, 3);
    const Direction level_side = book_ && roll(2) ? kShort : kLong;  // one side at a time: of two that pass S12 takes the bid
    for (std::size_t h = 0; h < keys.size(); ++h) {
      const FeatureKey& k = keys[h];
      const double r = static_cast<double>(rng_() % 10'001u) / 10'000.0;  // [0, 1]
      const std::int64_t ticks = draw_price(1, 400);
      double v = r;
      switch (k.id) {
        case FeatureId::kFlowZ: v = sign * (12 * r - 6); break;
        case FeatureId::kBarDelta: v = sign * (200 * r - 100); break;
        case FeatureId::kBarDeltaZ: v = sign * (12 * r - 6); break;
        case FeatureId::kCvdN: v = sign * (2 * r - 1); break;
        case FeatureId::kVpin: v = vpin_max_ * r; break;
        case FeatureId::kCloseMeanLag: v = static_cast<double>(reflect(mid_ + (roll(2) ? ticks : -ticks) * kTick)); break;
        case FeatureId::kCloseSdLag: v = static_cast<double>(ticks * kTick); break;
        case FeatureId::kDayRangeRatio:
        case FeatureId::kRangeMeanRatio: v = 3 * r; break;
        case FeatureId::kTrueRangeZ:
        case FeatureId::kTdaDistanceZ: v = 6 * r - 2; break;
        case FeatureId::kSpread:
        case FeatureId::kSpreadMedian: v = 100'000 * (1 + r); break;
        case FeatureId::kCloseZLag: v = sign * (10 * r - 5); break;
        case FeatureId::kAdx: v = 40 * r; break;
        case FeatureId::kVolumePercentile: v = 100 * r; break;
        case FeatureId::kHmmSteps: v = 400 * r; break;
        case FeatureId::kLabel: v = sign * (r < .33 ? -1 : r < .66 ? 0 : 1); break;
        case FeatureId::kVolumeRatio:
        case FeatureId::kVolumeZ:
        case FeatureId::kVolumeMeanRatio: v = 6 * r; break;
        case FeatureId::kConfluence: v = mirrored_ ? 1 - r : r; break;
        case FeatureId::kCloseLag: v = static_cast<double>(reflect(mid_ + (roll(2) ? 4 : -4) * ticks * kTick)); break;
        case FeatureId::kVwapLag: v = static_cast<double>(reflect(mid_ + (roll(2) ? ticks : -ticks) * kTick)); break;
        case FeatureId::kHighest: v = static_cast<double>(mid_ + ticks * kTick); break;
        case FeatureId::kHighLag:
        case FeatureId::kSwingHigh: v = static_cast<double>(mid_ + (broken(k, broken_side) ? -ticks : ticks) * kTick); break;
        case FeatureId::kLowest: v = static_cast<double>(mid_ - ticks * kTick); break;
        case FeatureId::kLowLag:
        case FeatureId::kSwingLow: v = static_cast<double>(mid_ + (broken(k, broken_side) ? ticks : -ticks) * kTick); break;
        case FeatureId::kOfi: v = sign * (2'000 * r - 1'000); break;
        case FeatureId::kOfiZ: v = sign * (8 * r - 4); break;
        case FeatureId::kOfiSamples: v = std::floor(600 * r); break;
        case FeatureId::kAggressorShare: v = mirrored_ ? 1 - r : r; break;
        case FeatureId::kClusterRatio: v = 1 + 8 * r; break;
        case FeatureId::kClusterAbsorption: v = 8 * r; break;
        case FeatureId::kClusterPrice: v = static_cast<double>(mid_ - side_of(k) * (10 + ticks % 200) * kTick); break;
        case FeatureId::kRefillRatio: v = 12 * r; break;
        case FeatureId::kRefillCount: v = std::floor(12 * r); break;
        case FeatureId::kRefillHold: v = std::floor(30 * r); break;
        case FeatureId::kRefillPrice: v = static_cast<double>(mid_ - side_of(k) * ticks * kTick); break;
        case FeatureId::kSwingHighTime:
        case FeatureId::kSwingLowTime: v = static_cast<double>(h_.now / kSecond_ns - 900 * (ticks % 30)); break;
        default: break;
      }
      const bool ready = !roll(60);
      f.values[h] = ready ? FeatureValue::of(v) : FeatureValue::invalid();
      if (is_refill(k.id) && side_of(k) != level_side) f.values[h] = FeatureValue::of(0);
    }
    if (mirrored_) swap_sides(f, keys);
  }
  [[nodiscard]] static bool is_refill(FeatureId id) { return id >= FeatureId::kRefillRatio && id <= FeatureId::kRefillHold; }
  [[nodiscard]] static bool is_cluster(FeatureId id) { return id >= FeatureId::kClusterRatio && id <= FeatureId::kClusterAbsorption; }
  /// F19, F33: +1 below the price or of the bid, -1 above it or of the ask.
  [[nodiscard]] static Direction side_of(const FeatureKey& k) { return k.p0 > 0 ? kLong : kShort; }
  /// What S09 and S16 want broken is so half of the time, on one side at a time.
  [[nodiscard]] bool broken(const FeatureKey& k, std::int64_t side) const {
    const bool lag = k.id == FeatureId::kHighLag || k.id == FeatureId::kLowLag, high = k.id == FeatureId::kHighLag || k.id == FeatureId::kSwingHigh;
    return k.tf == Timeframe::kM15 && (lag || k.p0 == 3) && side == (high ? 1 : 2);
  }
  void swap_sides(FeatureFrame& f, std::span<const FeatureKey> keys) const {
    const auto other = [](FeatureId id) {
      switch (id) {
        case FeatureId::kHighest: return FeatureId::kLowest;
        case FeatureId::kHighLag: return FeatureId::kLowLag;
        case FeatureId::kSwingHigh: return FeatureId::kSwingLow;
        case FeatureId::kSwingHighTime: return FeatureId::kSwingLowTime;
        default: return FeatureId::kCount;
      }
    };
    for (std::size_t h = 0; h < keys.size(); ++h) {
      const bool of_side = (is_refill(keys[h].id) || is_cluster(keys[h].id)) && keys[h].p0 > 0;
      const FeatureId low = of_side ? keys[h].id : other(keys[h].id);
      if (low == FeatureId::kCount) continue;
      FeatureValue& a = f.values[h];
      FeatureValue& b = f.values[h_.handle(low, keys[h].tf, of_side ? -keys[h].p0 : keys[h].p0, keys[h].p1)];
      std::swap(a, b);
      if (keys[h].id == FeatureId::kSwingHighTime) continue;
      if (of_side && keys[h].id != FeatureId::kRefillPrice && keys[h].id != FeatureId::kClusterPrice) continue;
      const auto mirror = [](double p) { return static_cast<double>(2 * kPivot) - p; };
      if (a.ready()) a.value = mirror(a.value);
      if (b.ready()) b.value = mirror(b.value);
    }
  }

  StageHarness& h_;
  std::mt19937 rng_;
  bool mirrored_;
  Price mid_;
  std::int64_t minute_ = 0;
  std::array<Price, kTimeframeCount> open_{}, high_{}, low_{};
  Signal last_;
  Seq cause_ = 0;
  bool has_ = false, filled_ = false;
  bool book_ = false;  // somebody looks at it
  bool news_ = false;
  double vpin_max_ = 0;
};

}  // namespace omega::test
