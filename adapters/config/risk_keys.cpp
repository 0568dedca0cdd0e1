// Keys of risk.yaml and of the profiles. Limits that no configuration may exceed (L1 2.5 %, L2 10 %) are the ranges here:
// STRATEGIES 4.5. Numbers that differ between the two profiles (4.9) live in the profile, all others in risk.yaml.
#include <algorithm>

#include "adapters/config/schema.hpp"

namespace omega::config {
namespace {

struct Adder {
  std::vector<KeySpec>& specs;
  const std::string& file;

  void number(const char* name, double RiskConfig::*field, double min, double max, const char* unit, const char* doc) const {
    specs.push_back({.key = std::string("risk.") + name, .file = file, .type = ValueType::kNumber, .unit = unit,
                     .min = min, .max = max, .choices = {}, .doc = doc,
                     .set = [field](EngineConfig& c, const Value& v) { c.risk.*field = v.number; }});
  }
  void integer(const char* name, int RiskConfig::*field, int min, int max, const char* unit, const char* doc) const {
    specs.push_back({.key = std::string("risk.") + name, .file = file, .type = ValueType::kInteger, .unit = unit,
                     .min = static_cast<double>(min), .max = static_cast<double>(max), .choices = {}, .doc = doc,
                     .set = [field](EngineConfig& c, const Value& v) { c.risk.*field = static_cast<int>(v.number); }});
  }
  void minutes(const char* name, DurationNs RiskConfig::*field, int min, int max, const char* doc) const {
    specs.push_back({.key = std::string("risk.") + name, .file = file, .type = ValueType::kInteger, .unit = "minutes",
                     .min = static_cast<double>(min), .max = static_cast<double>(max), .choices = {}, .doc = doc,
                     .set = [field](EngineConfig& c, const Value& v) {
                       c.risk.*field = static_cast<DurationNs>(v.number) * kMinute_ns;
                     }});
  }
};

}  // namespace

void add_risk_keys(std::vector<KeySpec>& specs, const std::string& file) {
  const Adder add{specs, file};
  using R = RiskConfig;
  add.number("risk_per_trade_min", &R::risk_per_trade_min, 0.0001, 0.025, "fraction of equity", "r_min");
  add.number("l1_risk_max", &R::l1_risk_max, 0.001, 0.025, "fraction of equity", "L1: ceiling of one trade's actual risk");
  add.number("l2_close_all_factor", &R::l2_close_all_factor, 1, 5, "times the L2 limit", "L2: loss at which all is closed");
  add.number("l3_sum_r_min", &R::l3_sum_r_min, -100, -1, "R, 30 days", "L3: sum of R that stops a strategy");
  add.number("l3_win_rate_min", &R::l3_win_rate_min, 0, 0.9, "fraction", "L3: win rate that stops a strategy");
  add.integer("l3_win_rate_trades", &R::l3_win_rate_trades, 5, 1000, "trades", "L3: wins + losses before the win rate counts");
  add.number("stat_t_min", &R::stat_t_min, -10, -0.5, "t statistic", "breaker: t of the last 10 R");
  add.number("stat_streak_p", &R::stat_streak_p, 0.0001, 0.5, "probability", "breaker: chance of the losing streak");
  add.integer("stat_trades", &R::stat_trades, 10, 200, "trades", "breaker: window");
  add.integer("stat_active_from", &R::stat_active_from, 10, 200, "trades", "breaker: trades before it works");
  add.minutes("stat_pause_min", &R::stat_pause_ns, 1, 10'080, "breaker: pause");
  add.number("exposure_total_max", &R::exposure_total_max, 0.001, 0.5, "fraction of equity", "open risk, all positions");
  add.number("exposure_symbol_max", &R::exposure_symbol_max, 0.001, 0.5, "fraction of equity", "open risk per symbol");
  add.number("exposure_strategy_max", &R::exposure_strategy_max, 0.001, 0.5, "fraction of equity", "open risk per strategy");
  add.number("exposure_correlated_max", &R::exposure_correlated_max, 0.001, 0.5, "fraction of equity", "open risk, correlated");
  add.number("correlation_threshold", &R::correlation_threshold, 0, 1, "signed correlation", "above it positions add up");
  add.integer("positions_symbol_max", &R::positions_symbol_max, 1, 16, "positions", "at once per symbol");
  add.integer("positions_strategy_max", &R::positions_strategy_max, 1, 16, "positions", "at once per strategy");
  add.minutes("spacing_symbol_min", &R::spacing_symbol_ns, 0, 1440, "between entries on a symbol");
  add.minutes("spacing_strategy_min", &R::spacing_strategy_ns, 0, 1440, "between entries of a strategy");
  add.number("big_loss_fraction", &R::big_loss_fraction, 0.001, 0.1, "fraction of equity", "one loss that pauses all");
  add.minutes("big_loss_pause_min", &R::big_loss_pause_ns, 0, 1440, "pause after a big loss");
  add.number("leverage_max", &R::leverage_max, 0.1, 50, "gross notional / equity", "");
  add.number("quality_min", &R::quality_min, 0, 1, "Q", "quality gate");
  add.number("vpin_global_max", &R::vpin_global_max, 0.05, 1, "VPIN", "global toxicity filter");
  add.number("spread_median_factor_max", &R::spread_median_factor_max, 1, 10, "times the median spread", "");
  add.number("spread_fx_major_pips_max", &R::spread_fx_major_pips_max, 0.1, 20, "pips", "FX majors only");
  add.integer("friday_last_entry_hour_utc", &R::friday_last_entry_hour_utc, 0, 24, "hour UTC", "no entry after it on Friday");
  add.minutes("week_end_quiet_min", &R::week_end_quiet_ns, 0, 1440, "no entry before the FX week ends");
  add.number("net_min", &R::net_min, 0, 1, "net vote", "arbitration: below it all stay silent");
  add.number("ev_min", &R::ev_min, -1, 5, "R", "arbitration: expected value of the winner");
}

void add_profile_keys(std::vector<KeySpec>& specs, const std::string& file, const std::string& profile,
                      const std::vector<std::string>& strategy_names) {
  specs.push_back({.key = "profile.name", .file = file, .type = ValueType::kText, .unit = "the name of the file",
                   .choices = {profile}, .doc = "", .set = [](EngineConfig& c, const Value& v) { c.profile = v.text; }});
  specs.push_back({.key = "profile.strategies", .file = file, .type = ValueType::kTextList, .unit = "",
                   .choices = strategy_names, .doc = "the strategies that run",
                   .set = [](EngineConfig& c, const Value& v) {
                     for (StrategyConfig& s : c.strategies) {
                       s.enabled = std::find(v.list.begin(), v.list.end(), s.name) != v.list.end();
                     }
                   }});
  const Adder add{specs, file};
  using R = RiskConfig;
  add.number("initial_capital", &R::initial_capital, 100, 1e9, "account currency", "");
  add.number("risk_per_trade_max", &R::risk_per_trade_max, 0.0001, 0.025, "fraction of equity", "r_max");
  add.number("l2_daily_loss_max", &R::l2_daily_loss_max, 0.001, 0.10, "fraction of equity at 00:00 UTC", "L2: daily loss");
  add.integer("l3_consecutive_losses", &R::l3_consecutive_losses, 2, 20, "losses", "L3: streak that stops a strategy");
  add.number("l4_drawdown_max", &R::l4_drawdown_max, 0.01, 0.30, "fraction of peak equity", "L4: emergency stop");
  add.integer("positions_max", &R::positions_max, 1, 32, "positions", "at once, all symbols");
  add.integer("trades_day_max", &R::trades_day_max, 1, 1000, "new trades per UTC day", "");
  add.integer("trades_hour_max", &R::trades_hour_max, 1, 1000, "new trades per hour", "");
  add.integer("session_open_hour_utc", &R::session_open_hour_utc, 0, 23, "hour UTC", "entries from");
  add.integer("session_close_hour_utc", &R::session_close_hour_utc, 1, 24, "hour UTC", "entries until");
}

}  // namespace omega::config
