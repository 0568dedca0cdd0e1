// The loader: values arrive in engine units, and each kind of mistake is one line with place, key and nearest name.
#include "adapters/config/load.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "adapters/config/issues.hpp"
#include "config_copy.hpp"

namespace omega {
namespace {

using test::ConfigCopy;

std::string errors_of(const ConfigCopy& copy, const std::vector<std::string>& overrides = {},
                      const std::string& profile = "green_only") {
  const auto config = load_config(copy.dir(), profile, overrides);
  if (config.ok()) return "accepted";
  EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
  return config.error().message;
}

const InstrumentConfig& instrument(const EngineConfig& config, const std::string& symbol) {
  for (const auto& i : config.instruments) {
    if (i.symbol == symbol) return i;
  }
  ADD_FAILURE() << "no " << symbol;
  return config.instruments.front();
}

TEST(LoadConfig, ReadsTheInstrumentTableInItsOrderAndInEngineUnits) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "green_only", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const EngineConfig& c = config.value();
  ASSERT_EQ(c.instruments.size(), 25u);
  EXPECT_EQ(c.instruments[0].symbol, "EURUSD");
  EXPECT_EQ(c.instruments[18].symbol, "ETHUSD");
  EXPECT_EQ(c.instruments[19].symbol, "6E");
  const auto& gold = instrument(c, "XAUUSD");
  EXPECT_EQ(gold.tick, 10'000'000);
  EXPECT_EQ(gold.pip, 100'000'000);
  EXPECT_EQ(gold.u, 250'000'000);
  EXPECT_EQ(gold.spread, 200'000'000);
  EXPECT_EQ(gold.asset_class, AssetClass::kMetal);
  EXPECT_DOUBLE_EQ(gold.vol_ratio_shock, 1.5);
  EXPECT_DOUBLE_EQ(gold.spacing_u, 50);
  EXPECT_EQ(instrument(c, "USDCAD").spread, 120'000);
  EXPECT_EQ(instrument(c, "XAGUSD").u, 3'000'000);
  EXPECT_EQ(instrument(c, "6E").tick, 50'000);
  EXPECT_DOUBLE_EQ(instrument(c, "6E").contract, 125'000);
  EXPECT_FALSE(instrument(c, "SPXUSD").tradable);
  EXPECT_EQ(c.instruments[21].symbol, "AAPL");
  EXPECT_EQ(instrument(c, "GOOG").asset_class, AssetClass::kEquity);
  EXPECT_EQ(instrument(c, "IBM").u, 15'000'000);
  EXPECT_EQ(instrument(c, "SPY").lot_step, kQtyScale);
  EXPECT_EQ(instrument(c, "GBPJPY").quote, "JPY");
  EXPECT_EQ(instrument(c, "BTCUSD").lot_max, 10 * kQtyScale);
}

TEST(LoadConfig, TheFilesSayWhatTheDefaultsOfTheContractSay) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "green_only", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const RiskConfig& r = config.value().risk;
  const RiskConfig d;
  EXPECT_EQ(r.risk_per_trade_max, d.risk_per_trade_max);
  EXPECT_EQ(r.l2_close_all_factor, d.l2_close_all_factor);
  EXPECT_EQ(r.l4_drawdown_max, d.l4_drawdown_max);
  EXPECT_EQ(r.stat_pause_ns, d.stat_pause_ns);
  EXPECT_EQ(r.spacing_symbol_ns, d.spacing_symbol_ns);
  EXPECT_EQ(r.week_end_quiet_ns, d.week_end_quiet_ns);
  EXPECT_EQ(r.session_open_hour_utc, d.session_open_hour_utc);
  EXPECT_EQ(config.value().venue.latency_ns, 50 * kMilli_ns);
  EXPECT_EQ(config.value().journal.segment_bytes, 16u << 20);
  EXPECT_EQ(config.value().journal.durability, Durability::kProcess);
}

TEST(LoadConfig, FullProfileIsTheAggressiveColumn) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "full_24", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const RiskConfig& r = config.value().risk;
  EXPECT_EQ(r.initial_capital, 50'000);
  EXPECT_EQ(r.risk_per_trade_max, 0.02);
  EXPECT_EQ(r.l2_daily_loss_max, 0.05);
  EXPECT_EQ(r.l3_consecutive_losses, 5);
  EXPECT_EQ(r.l4_drawdown_max, 0.15);
  EXPECT_EQ(r.positions_max, 10);
  EXPECT_EQ(r.trades_day_max, 50);
  EXPECT_EQ(r.session_open_hour_utc, 0);
  for (const auto& s : config.value().strategies) EXPECT_TRUE(s.enabled) << s.name;
}

TEST(LoadConfig, GreenProfileEnablesTheFirstFiveOfTwentyFour) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "green_only", {});
  ASSERT_TRUE(config.ok());
  ASSERT_EQ(config.value().strategies.size(), 24u);
  for (const auto& s : config.value().strategies) EXPECT_EQ(s.enabled, s.id <= 5) << s.name;
}

TEST(LoadConfig, UnknownKeyNamesLineAndNearestKey) {
  const ConfigCopy copy;
  ASSERT_TRUE(copy.replace("risk.yaml", "leverage_max:", "leverage_mx:"));
  const std::string place = copy.place("risk.yaml", "leverage_mx");
  EXPECT_NE(errors_of(copy).find(place + ": risk.leverage_mx: expected a known key, got 'risk.leverage_mx'; did you mean 'risk.leverage_max'?"),
            std::string::npos) << errors_of(copy);
}

TEST(LoadConfig, AllMistakesAreListedAtOnceOnePerLine) {
  const ConfigCopy copy;
  ASSERT_TRUE(copy.replace("risk.yaml", "quality_min: 0.60", "quality_min: high"));
  ASSERT_TRUE(copy.replace("engine.yaml", "ring_slots: 64", "ring_slots: 64.5"));
  ASSERT_TRUE(copy.replace("profiles/green_only.yaml", "positions_max: 3", "positions_max: 0"));
  ASSERT_TRUE(copy.replace("instruments.yaml", "class: metal", "class: mettal"));
  const std::string text = errors_of(copy);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_NE(text.find("risk.quality_min: expected a number from 0 to 1 (Q), got 'high'"), std::string::npos) << text;
  EXPECT_NE(text.find("engine.pipeline.ring_slots: expected a whole number from 2 to 65536"), std::string::npos) << text;
  EXPECT_NE(text.find("risk.positions_max: expected a whole number from 1 to 32 (positions), got '0'"), std::string::npos) << text;
  EXPECT_NE(text.find("got 'mettal'; did you mean 'metal'?"), std::string::npos) << text;
}

TEST(LoadConfig, CeilingsOfTheKillSwitchCannotBeRaised) {
  const ConfigCopy copy;
  EXPECT_EQ(errors_of(copy, {"risk.l1_risk_max=0.025", "risk.l2_daily_loss_max=0.10"}), "accepted");
  EXPECT_NE(errors_of(copy, {"risk.l1_risk_max=0.0251"}).find("--set risk.l1_risk_max=0.0251: risk.l1_risk_max: expected a number from 0.001 to 0.025"),
            std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l2_daily_loss_max=0.1001"}).find("from 0.001 to 0.1 "), std::string::npos);
}

TEST(LoadConfig, APercentOrAUnitBehindANumberIsRefused) {
  const ConfigCopy copy;
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max=12%"}).find("got '12%'"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max=12"}).find("got '12'"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max=\"0.12\""}).find("got '0.12'"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max=.nan"}).find("got '.nan'"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max=0x1p-3"}).find("got '0x1p-3'"), std::string::npos);
}

TEST(LoadConfig, OverridesReachTheConfigAndAreCheckedLikeTheFiles) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "green_only",
                                  {"risk.l4_drawdown_max=0.1", "instruments.EURUSD.pip=0.001", "engine.venue.latency_ms=0.5",
                                   "profile.strategies=[liquidity_sweep]"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().risk.l4_drawdown_max, 0.1);
  EXPECT_EQ(config.value().instruments[0].spread, 1'000'000) << "the spread follows the pip";
  EXPECT_EQ(config.value().venue.latency_ns, 500'000);
  for (const auto& s : config.value().strategies) EXPECT_EQ(s.enabled, s.id == 2) << s.name;

  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown=0.1"}).find("did you mean 'risk.l4_drawdown_max'?"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.l4_drawdown_max"}).find("expected key=value"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.net_min=0.1", "risk.net_min=0.2"}).find("got two"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"engine.pipeline.ring_slots=65"}).find("expected a power of two, got 65"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"engine.venue.latency_ms=0"}).find("got '0'"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"profile.strategies=[liquidity_sweeep]"}).find("did you mean 'liquidity_sweep'?"), std::string::npos);
}

TEST(LoadConfig, KeysThatContradictEachOtherAreRefused) {
  const ConfigCopy copy;
  EXPECT_NE(errors_of(copy, {"risk.risk_per_trade_min=0.02"}).find("at most risk.risk_per_trade_max = 0.015"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.session_open_hour_utc=22"}).find("an hour after risk.session_open_hour_utc = 22"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"risk.exposure_symbol_max=0.07"}).find("at most risk.exposure_total_max"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"instruments.EURUSD.pip=0.000015"}).find("a multiple of the tick"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"instruments.EURUSD.lot_min=0.015"}).find("a multiple of lot_step"), std::string::npos);
  EXPECT_NE(errors_of(copy, {"instruments.EURUSD.base=GBP"}).find("base and quote to form the symbol"), std::string::npos);
}

TEST(LoadConfig, BrokenYamlAndMissingFilesAreOneLineEach) {
  const ConfigCopy copy;
  copy.write("risk.yaml", "net_min: [0.3\nev_min: 0.05\n");
  const std::string text = errors_of(copy);
  EXPECT_NE(text.find("risk.yaml:"), std::string::npos);
  EXPECT_NE(text.find("expected valid YAML, got a syntax error"), std::string::npos) << text;

  std::filesystem::remove(copy.dir() / "engine.yaml");
  EXPECT_NE(errors_of(copy).find("engine.yaml: expected a readable, non-empty file, got none"), std::string::npos);
  copy.write("engine.yaml", "");
  EXPECT_NE(errors_of(copy).find("engine.yaml: expected a readable, non-empty file"), std::string::npos);
  copy.write("engine.yaml", "- a\n- b\n");
  EXPECT_NE(errors_of(copy).find("engine.yaml:1: expected one YAML mapping"), std::string::npos);
}

TEST(LoadConfig, AKeyInTheWrongFileIsSentToItsOwn) {
  const ConfigCopy copy;
  copy.write("risk.yaml", copy.read("risk.yaml") + "l4_drawdown_max: 0.1\n");
  EXPECT_NE(errors_of(copy).find("risk.l4_drawdown_max: expected this key in " + (copy.dir() / "profiles/green_only.yaml").string()),
            std::string::npos) << errors_of(copy);
}

TEST(LoadConfig, AnUnknownProfileGetsTheNearestName) {
  const ConfigCopy copy;
  const std::string text = errors_of(copy, {}, "green_olny");
  EXPECT_NE(text.find("expected one of full_24, green_only, got 'green_olny'; did you mean 'green_only'?"), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(LoadConfig, AMissingFolderIsALineAndNotAnException) {
  const auto config = load_config("/nonexistent/config", "green_only", {});
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message.find("--config DIR"), std::string::npos);
}

TEST(LoadConfig, StrategyParametersComeInTheRegistrysOrderAndDefaults) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "green_only", {"strategies.liquidity_sweep.penetration_max=20"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  std::size_t built = 0;
  for (const config::StrategySchema& s : config::strategy_schemas()) {
    const StrategyConfig& c = config.value().strategies[s.id - 1u];
    ASSERT_EQ(c.params.size(), s.params.size()) << s.name;
    EXPECT_EQ(c.built, s.built);
    built += s.built ? 1 : 0;
    for (std::size_t p = 0; p < s.params.size(); ++p) {
      const bool overridden = s.name == "liquidity_sweep" && s.params[p].name == "penetration_max";
      EXPECT_EQ(c.params[p], overridden ? 20 : s.params[p].value) << s.name << '.' << s.params[p].name;
    }
  }
  EXPECT_GE(built, 5u);
  EXPECT_NE(errors_of(copy, {"strategies.liquidity_sweep.penetration_max=61"}).find("from 10 to 60 (u)"), std::string::npos);
  for (const char* whole : {"liquidity_sweep.max_bars=9.5", "ofi_refinement.window_ticks=99.5", "ofi_refinement.lookback_periods=300.5",
                            "spoofing_detection_l2.large_order_threshold=10.5"}) {
    EXPECT_NE(errors_of(copy, {std::string("strategies.") + whole}).find("a whole number"), std::string::npos) << whole;
  }
  EXPECT_NE(errors_of(copy, {"strategies.liquidity_swep.max_bars=9"}).find("did you mean 'strategies.liquidity_sweep.max_bars'?"),
            std::string::npos);
}

TEST(EditDistance, CountsInsertionsDeletionsAndReplacements) {
  EXPECT_EQ(config::edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(config::edit_distance("", "abc"), 3u);
  EXPECT_EQ(config::edit_distance("abc", ""), 3u);
  EXPECT_EQ(config::edit_distance("abc", "abc"), 0u);
  EXPECT_EQ(config::nearest_name("vpn", {"pin", "vpin", "win"}), "vpin");
}

}  // namespace
}  // namespace omega
