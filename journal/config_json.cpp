#include "journal/config_json.hpp"

#include <nlohmann/json.hpp>

namespace omega::journal {
namespace {

// One list of members per struct, used in both directions, so that writing and reading cannot drift apart.
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, VolatilityModel> {
  v("stay_low", c.stay_low); v("stay_high", c.stay_high); v("start_low", c.start_low);
  v("mean_low", c.mean_low); v("sd_low", c.sd_low); v("mean_high", c.mean_high); v("sd_high", c.sd_high);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, MicroPriceTable> {
  v("adjustment_ticks", c.adjustment_ticks);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, InstrumentConfig> {
  v("symbol", c.symbol); v("base", c.base); v("quote", c.quote);
  v("asset_class", c.asset_class); v("tradable", c.tradable);
  v("tick", c.tick); v("pip", c.pip); v("u", c.u);
  v("contract", c.contract); v("spread", c.spread);
  v("shutdown_spread_bp", c.shutdown_spread_bp); v("min_stop_u", c.min_stop_u); v("spacing_u", c.spacing_u);
  v("vol_ratio_shock", c.vol_ratio_shock);
  v("lot_step", c.lot_step); v("lot_min", c.lot_min); v("lot_max", c.lot_max);
  v("vpin_bucket_override", c.vpin_bucket_override);
  v("active", c.active); v("capabilities", c.capabilities); v("volume_kind", c.volume_kind);
  v("basis", c.basis); v("simulated", c.simulated);
  v.if_given("volatility_model", c.volatility_model); v.if_given("micro_price", c.micro_price);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, PluginRef> {
  v("path", c.path); v("hash", c.hash);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, StrategyConfig> {
  v("id", c.id); v("name", c.name); v("built", c.built); v("enabled", c.enabled); v("params", c.params);
  v.if_given("plugin", c.plugin);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, RiskConfig> {
  v("initial_capital", c.initial_capital);
  v("risk_per_trade_max", c.risk_per_trade_max); v("risk_per_trade_min", c.risk_per_trade_min);
  v("l1_risk_max", c.l1_risk_max);
  v("l2_daily_loss_max", c.l2_daily_loss_max); v("l2_close_all_factor", c.l2_close_all_factor);
  v("l3_consecutive_losses", c.l3_consecutive_losses); v("l3_sum_r_min", c.l3_sum_r_min);
  v("l3_win_rate_min", c.l3_win_rate_min); v("l3_win_rate_trades", c.l3_win_rate_trades);
  v("l4_drawdown_max", c.l4_drawdown_max);
  v("stat_t_min", c.stat_t_min); v("stat_streak_p", c.stat_streak_p); v("stat_trades", c.stat_trades);
  v("stat_active_from", c.stat_active_from); v("stat_pause_ns", c.stat_pause_ns);
  v("exposure_total_max", c.exposure_total_max); v("exposure_symbol_max", c.exposure_symbol_max);
  v("exposure_strategy_max", c.exposure_strategy_max); v("exposure_correlated_max", c.exposure_correlated_max);
  v("correlation_threshold", c.correlation_threshold);
  v("positions_max", c.positions_max); v("positions_symbol_max", c.positions_symbol_max);
  v("positions_strategy_max", c.positions_strategy_max);
  v("trades_day_max", c.trades_day_max); v("trades_hour_max", c.trades_hour_max);
  v("spacing_symbol_ns", c.spacing_symbol_ns); v("spacing_strategy_ns", c.spacing_strategy_ns);
  v("big_loss_fraction", c.big_loss_fraction); v("big_loss_pause_ns", c.big_loss_pause_ns);
  v("leverage_max", c.leverage_max); v("quality_min", c.quality_min); v("vpin_global_max", c.vpin_global_max);
  v("spread_median_factor_max", c.spread_median_factor_max); v("spread_fx_major_pips_max", c.spread_fx_major_pips_max);
  v("session_open_hour_utc", c.session_open_hour_utc); v("session_close_hour_utc", c.session_close_hour_utc);
  v("friday_last_entry_hour_utc", c.friday_last_entry_hour_utc); v("week_end_quiet_ns", c.week_end_quiet_ns);
  v("net_min", c.net_min); v("ev_min", c.ev_min);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, VenueConfig> {
  v("latency_ns", c.latency_ns); v("slippage_pips", c.slippage_pips);
  v("commission_per_lot_round_turn", c.commission_per_lot_round_turn);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, PipelineConfig> {
  v("ring_slots", c.ring_slots);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, JournalConfig> {
  v("segment_bytes", c.segment_bytes); v("durability", c.durability); v("snapshot_interval_inputs", c.snapshot_interval_inputs);
}
template <class V, class T> void members(V& v, T& c) requires std::is_same_v<std::remove_const_t<T>, EngineConfig> {
  v("profile", c.profile); v("mode", c.mode); v("account_currency", c.account_currency);
  v("instruments", c.instruments); v("strategies", c.strategies); v("risk", c.risk); v("venue", c.venue);
  v("pipeline", c.pipeline); v("journal", c.journal); v("news_calendar", c.news_calendar);
  v.unless_empty("holidays", c.holidays);
}

template <class E> inline constexpr int kLast = 0;
template <> inline constexpr int kLast<AssetClass> = static_cast<int>(AssetClass::kEquity);
template <> inline constexpr int kLast<VolumeKind> = static_cast<int>(VolumeKind::kProxyRange);
template <> inline constexpr int kLast<Durability> = static_cast<int>(Durability::kDisk);
template <> inline constexpr int kLast<PriceBasis> = static_cast<int>(PriceBasis::kTrade);

struct ToJson {
  nlohmann::json object = nlohmann::json::object();
  template <class T> void operator()(const char* name, const T& value) { object[name] = of(value); }
  /// Members that came later: a journal without them is as it was before they existed.
  template <class T> void unless_empty(const char* name, const std::vector<T>& values) {
    if (!values.empty()) object[name] = of(values);
  }
  template <class T> void if_given(const char* name, const std::optional<T>& value) {
    if (value) object[name] = of(*value);
  }

 private:
  template <class T> static nlohmann::json of(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return static_cast<std::underlying_type_t<T>>(value);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      ToJson inner;
      members(inner, value);
      return std::move(inner.object);
    }
  }
  template <class T> static nlohmann::json of(const std::vector<T>& values) {
    nlohmann::json list = nlohmann::json::array();
    for (const T& value : values) list.push_back(of(value));
    return list;
  }
  template <class T, std::size_t N> static nlohmann::json of(const std::array<T, N>& values) {
    nlohmann::json list = nlohmann::json::array();
    for (const T& value : values) list.push_back(of(value));
    return list;
  }
};

class FromJson {
 public:
  FromJson(const nlohmann::json& object, std::string path, std::string& error)
      : object_(object), path_(std::move(path)), error_(error) {
    if (!object_.is_object()) fail(path_, "an object", object_);
  }
  template <class T> void operator()(const char* name, T& value) {
    ++expected_;
    if (!error_.empty()) return;
    const auto found = object_.find(name);
    if (found == object_.end()) {
      error_ = "config: expected member '" + path_ + name + "', got none";
      return;
    }
    read(*found, path_ + name, value);
  }
  template <class T> void unless_empty(const char* name, std::vector<T>& values) {
    if (error_.empty() && object_.is_object() && object_.contains(name)) (*this)(name, values);
  }
  template <class T> void if_given(const char* name, std::optional<T>& value) {
    if (error_.empty() && object_.is_object() && object_.contains(name)) (*this)(name, value.emplace());
  }
  void finish() const {
    if (error_.empty() && object_.size() != expected_) {
      error_ = "config: expected " + std::to_string(expected_) + " members in '" + path_ + "', got " +
               std::to_string(object_.size()) + "; the journal was made by another version of omega";
    }
  }

 private:
  void fail(const std::string& path, const std::string& expected, const nlohmann::json& got) const {
    if (error_.empty()) error_ = "config: expected " + expected + " in '" + path + "', got " + got.type_name();
  }
  template <class T> void read(const nlohmann::json& json, const std::string& path, T& value) const {
    if (!error_.empty()) return;
    if constexpr (std::is_enum_v<T>) {
      std::int64_t raw = 0;
      read(json, path, raw);
      if (raw < 0 || raw > kLast<T>) return fail(path, "a known code", json);
      value = static_cast<T>(raw);
    } else if constexpr (std::is_same_v<T, bool>) {
      json.is_boolean() ? void(value = json.get<bool>()) : fail(path, "true or false", json);
    } else if constexpr (std::is_floating_point_v<T>) {
      json.is_number() ? void(value = json.get<double>()) : fail(path, "a number", json);
    } else if constexpr (std::is_integral_v<T>) {
      if (!json.is_number_integer()) return fail(path, "a whole number", json);
      const auto wide = json.get<std::int64_t>();
      value = static_cast<T>(wide);
      if (static_cast<std::int64_t>(value) != wide) fail(path, "a whole number of fewer bits", json);
    } else if constexpr (std::is_same_v<T, std::string>) {
      json.is_string() ? void(value = json.get<std::string>()) : fail(path, "a text", json);
    } else {
      FromJson inner(json, path + ".", error_);
      members(inner, value);
      inner.finish();
    }
  }
  template <class T> void read(const nlohmann::json& json, const std::string& path, std::vector<T>& values) const {
    if (!json.is_array()) return fail(path, "a list", json);
    values.resize(json.size());
    for (std::size_t i = 0; i < values.size(); ++i) read(json[i], path + "[" + std::to_string(i) + "]", values[i]);
  }
  template <class T, std::size_t N> void read(const nlohmann::json& json, const std::string& path, std::array<T, N>& values) const {
    if (!json.is_array() || json.size() != N) return fail(path, "a list of " + std::to_string(N), json);
    for (std::size_t i = 0; i < N; ++i) read(json[i], path + "[" + std::to_string(i) + "]", values[i]);
  }

  const nlohmann::json& object_;
  std::string path_;
  std::string& error_;
  std::size_t expected_ = 0;
};

}  // namespace

nlohmann::json config_to_json(const EngineConfig& config) {
  ToJson writer;
  members(writer, config);
  return std::move(writer.object);
}

Result<EngineConfig> config_from_json(const nlohmann::json& json) {
  EngineConfig config;
  std::string error;
  FromJson reader(json, "", error);
  members(reader, config);
  reader.finish();
  if (!error.empty()) return Error{ErrorKind::kData, error};
  return config;
}

}  // namespace omega::journal
