// What:     FULL_24 on a simulated market in which every one of the 24 strategies evaluates: pairs and links among the symbols, one book,
//           news, crises, a holiday list, a volatility model, twenty full days before the end for S19, expiry days in the last week for S21.
//           Windows and thresholds are opened so that most of them signal too: the properties are about state, not about rarity.
#pragma once

#include <algorithm>
#include <cstring>

#include "engine/signals/registry.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {

/// The digest of all that a lane was given, record by record as the lane itself computes it.
class DigestSink final : public LaneSink {
 public:
  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes, std::span<const double> list) noexcept override {
    digest = digest_step(digest, type, seq, body, body_bytes, list);
    ++records;
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  bool operator==(const DigestSink& o) const noexcept { return digest == o.digest && records == o.records; }
  std::uint64_t digest = 0, records = 0;
};

struct DigestLanes {
  std::array<DigestSink, kLaneCount> lanes;
  LaneSinks sinks() {
    LaneSinks s{};
    for (std::size_t l = 0; l < kLaneCount; ++l) s[l] = &lanes[l];
    return s;
  }
  /// The first lane that differs; empty when all are equal.
  [[nodiscard]] std::string_view differs_from(const DigestLanes& o) const {
    for (std::size_t l = 0; l < kLaneCount; ++l)
      if (!(lanes[l] == o.lanes[l])) return kLaneName[l];
    return {};
  }
};

inline const std::vector<std::string>& full_24_symbols() {
  static const std::vector<std::string> symbols{"EURUSD", "GBPUSD", "USDJPY", "AUDUSD", "NZDUSD", "EURJPY", "EURGBP", "GBPJPY"};
  return symbols;
}

/// Where the parameter is there, its new value; clipped to what the parameter allows.
inline void loosen(StrategyConfig& strategy, std::string_view name, double value) {
  const StrategyInfo& info = *strategy_registry()[strategy.id - 1u].info;
  for (std::size_t p = 0; p < info.params.size(); ++p)
    if (name == info.params[p].name) strategy.params[p] = std::clamp(value, info.params[p].min, info.params[p].max);
}

inline EngineConfig full_24_config() {
  EngineConfig config = base_config("full_24", {"engine.calendar.holidays=us_exchange_holidays", "engine.models.volatility=histdata_2018",
                                                "engine.models.micro_price=simulated_book", "risk.quality_min=0", "risk.vpin_global_max=1", "risk.ev_min=-1"});
  struct Loose {
    StrategyId id;  // 0: all
    const char* name;
    double value;
  };
  constexpr Loose kLoose[] = {
      {0, "min_mtf_confluence", 0}, {0, "min_confirmation_score", 2.5}, {1, "entry_sigma_threshold", 2},
      {2, "penetration_min", 1}, {2, "penetration_max", 60}, {2, "proximity_threshold", 20}, {2, "volume_threshold_multiplier", 1.2}, {2, "reversal_velocity_min", .5},
      {4, "price_threshold", .1}, {4, "min_quality_score", .5}, {5, "displacement_pips", 10}, {5, "volume_sigma_threshold", 1.5}, {5, "buffer_pips", 30},
      {6, "lookback_period", 100}, {6, "min_correlation", .5}, {6, "z_score_entry_threshold", 1.5},
      {7, "correlation_lookback", 60}, {7, "historical_correlation_min", .5}, {7, "divergence_correlation_threshold", .8}, {7, "min_divergence_magnitude", 1},
      {7, "convergence_confidence_threshold", .5}, {8, "min_regime_confidence", .5}, {8, "structure_gate", 0},
      {9, "range_compression_pips_max", 100}, {9, "min_break_pips", 1}, {9, "volume_expansion_multiplier", 1.2}, {9, "volume_sigma_threshold", 1},
      {9, "delta_z_threshold", 1}, {10, "gap_pips_minimum", 3}, {10, "volume_percentile", 50}, {11, "zone_tolerance_pips", 10},
      {13, "compression_max", 1}, {14, "z_entry_threshold", 1}, {15, "vpin_reversal_entry", .6}, {15, "vpin_peak_required", .6},
      {16, "hurst_trend_threshold", .5}, {16, "scale_invariance_min", .5}, {16, "regime_shift_confirmation_bars", 1}, {16, "min_timeframe_alignment", 1},
      {16, "structure_break_pips", 2}, {16, "volume_threshold", 1}, {17, "cascade_threshold", 2}, {17, "breakdown_correlation_max", .7}, {17, "divergence_sigma", 1.5},
      {17, "historical_correlation_min", .5}, {17, "cascade_completion_max", 1}, {17, "volume_threshold", 1}, {18, "volume_cluster_threshold", 1.5},
      {19, "volatility_spike_threshold", .1}, {19, "true_range_sigma", 1.5}, {19, "volume_climax_multiplier", 2}, {19, "price_extreme_percentile", .9},
      {19, "mean_reversion_sigma", 2}, {19, "exhaustion_bars_required", 1}, {19, "reversal_velocity_min", 5}, {19, "vpin_toxic", .2}, {19, "vpin_normalised", .6},
      {20, "cointegration_lookback", 100}, {20, "entry_zscore", 1.5}, {20, "correlation_min", 0}, {20, "johansen_confidence", .9},
      {21, "flow_volume_threshold", 1}, {22, "cloud_window", 20}, {22, "regime_change_threshold", .1}, {22, "distance_z_min", 1}};
  for (StrategyConfig& s : config.strategies) {
    if (s.id > 24) continue;
    EXPECT_TRUE(s.enabled) << s.name;
    for (const Loose& l : kLoose)
      if (l.id == 0 || l.id == s.id) loosen(s, l.name, l.value);
  }
  return config;
}

inline constexpr int kFull24Days = 32;

/// From 2023-12-19: the last days are those of January's option expiry.
inline std::unique_ptr<SimMarket> full_24_market(const EngineConfig& config, std::uint64_t seed, int days = kFull24Days,
                                                 const std::vector<std::string>& symbols = full_24_symbols(),
                                                 const std::vector<std::string>& book = {"EURUSD"}) {
  SimMarketConfig c;
  c.seed = seed;
  c.days = days;
  c.start_ts = 1'702'944'000 * kSecond_ns;
  c.symbols = symbols;
  c.book = book;
  c.news = c.crises = true;
  for (const std::string& s : symbols)
    for (std::size_t i = 0; i < config.instruments.size(); ++i)
      if (config.instruments[i].symbol == s) c.instruments.push_back(static_cast<InstrumentId>(i));
  auto made = SimMarket::create(c);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

}  // namespace omega::test
