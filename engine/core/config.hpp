// What:     The resolved configuration of one run, as plain values. Built by adapters/config from YAML (strict),
//           written whole into the journal's manifest, and read back from there by verify, diff and incident.
// Owner:    the driver; immutable while an engine runs.   Threads: any reader.
// Units:    in each name. Money limits are fractions of equity unless the name says otherwise.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/events.hpp"
#include "engine/core/thread_layout.hpp"

namespace omega {

enum class AssetClass : std::uint8_t { kFxMajor = 0, kFxCross = 1, kMetal = 2, kEnergy = 3, kCrypto = 4, kFuture = 5, kIndex = 6,
                                     kEquity = 7 };

/// F26: two volatility states of one instrument and timeframe M15; 0 is LOW. Input of a run, fitted elsewhere.
struct VolatilityModel {
  double stay_low = 0.95, stay_high = 0.90;  // probability that the state is the same one bar later
  double start_low = 0.7;                    // probability of LOW before the first bar
  double mean_low = 0, sd_low = 0, mean_high = 0, sd_high = 0;  // of annualised volatility, fraction
};

/// F01: what Stoikov's micro-price adds to the mid, in ticks, so that one table serves more than one instrument. Input of a run, fitted
/// elsewhere.
struct MicroPriceTable {
  static constexpr std::size_t kBins = 10, kSpreads = 3;
  std::array<std::array<double, kSpreads>, kBins> adjustment_ticks{};  // [bin of I = q_b/(q_b + q_a), lowest first][spread in ticks − 1]
};

/// One row of config/instruments.yaml; the row's index is the InstrumentId.
struct InstrumentConfig {
  std::string symbol, base, quote;         // EURUSD, EUR, USD
  AssetClass asset_class = AssetClass::kFxMajor;
  bool tradable = true;                    // false: data only, every signal on it is refused
  Price tick = 0, pip = 0, u = 0;          // u: unit of every "pips" threshold (STRATEGIES 1.6)
  double contract = 0;                     // units of base per lot
  Price spread = 0;                        // modelled full spread, price units (table value × pip)
  double shutdown_spread_bp = 50;
  double min_stop_u = 5;
  double spacing_u = 20;                   // min distance between entries on the symbol
  double vol_ratio_shock = 1.8;            // F30
  Qty lot_step = kQtyScale / 100, lot_min = kQtyScale / 100, lot_max = 10 * kQtyScale;
  Qty vpin_bucket_override = 0;            // 0: from ADV (F08)
  std::optional<VolatilityModel> volatility_model;  // none: F26 is INVALID and S08 lacks MODEL
  std::optional<MicroPriceTable> micro_price;       // none: the micro-price of F01 is INVALID
  // ---- resolved at start from the feed; part of the run header
  bool active = false;                     // the feed carries it
  std::uint32_t capabilities = 0;          // capability bits
  VolumeKind volume_kind = VolumeKind::kNone;
  PriceBasis basis = PriceBasis::kBidAsk;
  bool simulated = false;
};

/// Where F06 takes its flow from, fixed for the run (STRATEGIES 1.5).
[[nodiscard]] constexpr FlowSource flow_source_of(std::uint32_t capabilities) noexcept {
  if ((capabilities & capability::kQuoteSizes) != 0) return FlowSource::kOfiL1;
  if ((capabilities & capability::kTrades) != 0) return FlowSource::kTradeSigned;
  return (capabilities & capability::kVolume) != 0 ? FlowSource::kBvcBar : FlowSource::kNone;
}

/// A strategy from outside the program.
struct PluginRef {
  std::string path;                        // of the shared object
  std::string hash;                        // xxh3 of its content, hex: another build of it is another strategy
};

struct StrategyConfig {
  StrategyId id = 0;                       // 1..24; from 25 on added ones and plugins
  std::string name;
  bool built = false;                      // false: NOT_BUILT, listed and never run
  bool enabled = false;                    // by the profile
  std::vector<double> params;              // order of Strategy's ParamSpec table
  std::optional<PluginRef> plugin;
};

struct RiskConfig {
  double initial_capital = 10'000;
  double risk_per_trade_max = 0.015, risk_per_trade_min = 0.0033;  // r_max, r_min
  double l1_risk_max = 0.025;
  double l2_daily_loss_max = 0.04, l2_close_all_factor = 1.6;
  int l3_consecutive_losses = 4;
  double l3_sum_r_min = -10, l3_win_rate_min = 0.30;
  int l3_win_rate_trades = 20;
  double l4_drawdown_max = 0.12;
  double stat_t_min = -2.5, stat_streak_p = 0.05;
  int stat_trades = 30, stat_active_from = 10;
  DurationNs stat_pause_ns = 120 * kMinute_ns;
  double exposure_total_max = 0.06, exposure_symbol_max = 0.02, exposure_strategy_max = 0.03, exposure_correlated_max = 0.05;
  double correlation_threshold = 0.70;
  int positions_max = 3, positions_symbol_max = 2, positions_strategy_max = 3;
  int trades_day_max = 10, trades_hour_max = 3;
  DurationNs spacing_symbol_ns = 30 * kMinute_ns, spacing_strategy_ns = 15 * kMinute_ns;
  double big_loss_fraction = 0.015;
  DurationNs big_loss_pause_ns = 60 * kMinute_ns;
  double leverage_max = 10;
  double quality_min = 0.60;
  double vpin_global_max = 0.55;
  double spread_median_factor_max = 2.0, spread_fx_major_pips_max = 3.0;
  int session_open_hour_utc = 8, session_close_hour_utc = 22;      // GREEN 8-22, FULL 0-22
  int friday_last_entry_hour_utc = 20;
  DurationNs week_end_quiet_ns = 30 * kMinute_ns;
  double net_min = 0.30, ev_min = 0.05;                            // arbitration
};

struct VenueConfig {
  DurationNs latency_ns = 50 * kMilli_ns;  // L > 0
  double slippage_pips = 0.5;              // adverse, market and stop orders
  double commission_per_lot_round_turn = 7.0;
};

struct PipelineConfig {
  std::uint32_t ring_slots = 64;           // power of two
  // Below: how it is run, not what it computes; kept in no journal.
  DurationNs late_max_ns = kSecond_ns;     // of the wall: an event that comes later than due by more is too old to open on
  LayoutKind layout = LayoutKind::kAuto;
  ThreadLayout pinned;                     // of the pinned layout; may be incomplete until checked
  std::size_t waits = 1, cpus = 1;         // how many the configuration lists: one for all threads, or one each
};

/// When an order may leave for the venue (ARCHITECTURE section 2).
enum class Durability : std::uint8_t {
  kProcess = 0,     // once its cause is journaled: survives the death of the process
  kDisk = 1,        // once a sync covers its cause: survives power loss
  kReplicated = 2,  // once a replica has its cause; refused by the configuration, there is no replica
};

struct JournalConfig {
  std::uint32_t segment_bytes = 16u << 20; // per lane segment, multiple of 4096
  Durability durability = Durability::kProcess;
  std::uint64_t snapshot_interval_inputs = 1'000'000;  // 0: only at a clean end
};

struct EngineConfig {
  std::string profile;                     // green_only, full_24
  std::string mode;                        // paper, backtest
  std::string account_currency = "USD";
  std::vector<InstrumentConfig> instruments;
  std::vector<StrategyConfig> strategies;  // all, by number: entry i has number i + 1
  RiskConfig risk;
  VenueConfig venue;
  PipelineConfig pipeline;
  JournalConfig journal;
  std::vector<std::int64_t> holidays;      // days since 1970 when the exchanges are closed; empty: no list was given
  bool news_calendar = false;              // false: NEWS_FILTER_OFF in the run header
};

}  // namespace omega
