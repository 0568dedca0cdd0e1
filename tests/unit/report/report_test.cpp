// report.json holds every field of the schema, with null where nothing is defined, and the text says the same.
#include "replay/report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

EngineConfig small_config() {
  EngineConfig c;
  c.profile = "green_only";
  c.mode = "backtest";
  InstrumentConfig eur;
  eur.symbol = "EURUSD";
  eur.active = true;
  eur.simulated = true;
  eur.pip = 100'000;
  eur.spread = 150'000;
  eur.basis = PriceBasis::kBid;
  eur.volume_kind = VolumeKind::kProxyRange;
  c.instruments = {eur, {}};
  c.instruments[1].symbol = "GBPUSD";
  for (StrategyId id = 1; id <= 24; ++id) {
    c.strategies.push_back({.id = id, .name = "strategy_" + std::to_string(id), .built = id <= 5, .enabled = id <= 6, .params = {}, .plugin = {}});
  }
  return c;
}

RunFacts small_facts() {
  RunFacts f;
  f.feed = "sim:seed=1";
  f.layout = "fused";
  f.from_ts = utc_time(2018, 1, 1);
  f.to_ts = utc_time(2018, 1, 3, 12);
  f.events = 3600;
  f.wall_seconds = 0.5;
  f.initial_equity = 10'000 * kMoneyScale;
  f.final_equity = 10'100 * kMoneyScale;
  f.peak_equity = 10'150 * kMoneyScale;
  f.max_drawdown = 0.01;
  f.max_drawdown_duration_ns = 36 * kHour_ns;
  f.inputs_digest = "00000000deadbeef";
  f.derived_digest = "0123456789abcdef";
  f.funnels = {{2, {{"evaluated", 100}, {"sweep", 7}}}};
  return f;
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(Report, AnEmptyRunHasEveryFieldAndNoFalseZero) {
  const EngineConfig config = small_config();
  RunRecord record(config);
  record.finish();
  const Json r = build_report(config, small_facts(), record, "runs/x");
  EXPECT_EQ(r["schema"], "omega.report/1");
  for (const char* key : {"profile", "mode", "journal", "period", "run", "capital", "statistics", "strategies", "killswitch",
                          "trades", "equity", "header", "reasons", "funnel", "quality", "disabled"}) {
    EXPECT_TRUE(r.contains(key)) << key;
  }
  const Json& s = r["statistics"];
  for (const char* key : {"trades", "wins", "losses", "win_rate", "total_pnl", "gross_profit", "gross_loss", "profit_factor",
                          "expectancy", "expectancy_r", "reward_risk_avg", "max_drawdown", "max_drawdown_duration_days",
                          "daily_pnl_volatility", "sharpe", "sortino", "calmar", "signals", "orders", "execution_rate",
                          "trades_per_day", "commission", "slippage"}) {
    EXPECT_TRUE(s.contains(key)) << key;
  }
  for (const char* key : {"win_rate", "profit_factor", "expectancy", "expectancy_r", "reward_risk_avg", "daily_pnl_volatility",
                          "sharpe", "sortino", "calmar", "execution_rate", "trades_per_day"}) {
    EXPECT_TRUE(s[key].is_null()) << key;
  }
  EXPECT_EQ(r.dump().find("nan"), std::string::npos);
  const std::string text = report_text(r);
  EXPECT_NE(text.find("win rate               n/a"), std::string::npos) << text;
}

TEST(Report, TheFixedPartsOfTheSchemaAreInOrder) {
  const EngineConfig config = small_config();
  RunRecord record(config);
  const Json r = build_report(config, small_facts(), record, "runs/x");
  EXPECT_EQ(keys_of(r["journal"]), (std::vector<std::string>{"path", "inputs_digest", "derived_digest"}));
  EXPECT_EQ(keys_of(r["run"]), (std::vector<std::string>{"events", "wall_seconds", "events_per_second", "layout", "threads", "layout_notes", "latency", "ring_full_waits", "late_periods", "late_max_ms",
                                                          "durability", "order_wait", "resume"}));
  EXPECT_TRUE(r["run"]["order_wait"].is_null()) << "orders do not wait at level process";
  EXPECT_EQ(r["period"]["from"], "2018-01-01T00:00:00.000000000Z");
  EXPECT_EQ(r["period"]["days"], 3);
  EXPECT_EQ(r["run"]["events_per_second"], 7200.0);
  EXPECT_EQ(r["capital"]["peak"], 10150.0);
  EXPECT_EQ(r["statistics"]["max_drawdown_duration_days"], 1.5);
}

TEST(Report, TheWaitOfOrdersForTheDiskIsShownInMillisecondsAndNotAsZeroWhenThereWereNone) {
  const EngineConfig config = small_config();
  RunFacts facts = small_facts();
  facts.durability = "disk";
  facts.order_wait = OrderWait{.orders = 4, .p50_ns = 1'500'000, .p99_ns = 2'000'000, .max_ns = 2'250'000, .syncs = 3, .sync_p50_ns = 1'250'000};
  const Json r = build_report(config, facts, RunRecord(config), "runs/x");
  EXPECT_EQ(r["run"]["order_wait"], (Json{{"orders", 4}, {"p50_ms", 1.5}, {"p99_ms", 2.0}, {"max_ms", 2.25}, {"syncs", 3}, {"sync_p50_ms", 1.25}}));
  EXPECT_NE(report_text(r).find("disk; 4 orders waited for 3 syncs: p50 1.500, p99 2.000, max 2.250 ms (one sync p50 1.250 ms)"), std::string::npos);
  facts.order_wait = OrderWait{};
  const Json none = build_report(config, facts, RunRecord(config), "runs/x");
  EXPECT_EQ(none["run"]["order_wait"]["orders"], 0);
  EXPECT_TRUE(none["run"]["order_wait"]["p50_ms"].is_null());
}

TEST(Report, TheHeaderSaysWhatTheDataIs) {
  const EngineConfig config = small_config();
  const Json r = build_report(config, small_facts(), RunRecord(config), "runs/x");
  EXPECT_EQ(r["header"]["notes"], Json::array({"SIMULATED", "PROXY_RANGE", "MODELLED_SPREAD", "NEWS_FILTER_OFF"}));
  ASSERT_EQ(r["header"]["instruments"].size(), 1u) << "only what the feed carries";
  EXPECT_EQ(r["header"]["instruments"][0]["volume_kind"], "PROXY_RANGE");
  EXPECT_EQ(r["header"]["instruments"][0]["modelled_spread_pips"], 1.5);
  EXPECT_NE(report_text(r).find("notes                  SIMULATED PROXY_RANGE MODELLED_SPREAD NEWS_FILTER_OFF"), std::string::npos);
}

TEST(Report, ATradeReconcilesFromSignalToEquity) {
  const EngineConfig config = small_config();
  RunRecord record(config);
  const auto feed = [&](Lane lane, Seq seq, const auto& event) {
    record.on(lane, EventTypeOf<std::decay_t<decltype(event)>>::value, seq, &event);
  };
  Bar bar;
  for (int day = 1; day <= 3; ++day) {
    bar.t_open = utc_time(2018, 1, day, 10);
    bar.ts = bar.t_open + kMinute_ns;
    feed(Lane::kInputs, static_cast<Seq>(day), bar);
  }
  Signal signal;
  signal.strategy = 2;
  feed(Lane::kSignals, 7, signal);
  RiskDecision decision;
  decision.strategy = 2;
  decision.code = ReasonCode::kApproved;
  feed(Lane::kRisk, 7, decision);
  feed(Lane::kOrders, 7, OrderCommand{});
  SignalOutcome outcome;
  outcome.strategy = 2;
  outcome.order_id = 7 << 8;
  outcome.code = ReasonCode::kFilled;
  feed(Lane::kOrders, 8, outcome);
  TradeClosed trade;
  trade.strategy = 2;
  trade.signal_seq = 7;
  trade.entry_ts = utc_time(2018, 1, 2, 9);
  trade.exit_ts = utc_time(2018, 1, 2, 10);
  trade.entry_price = 1'200'000'000;
  trade.exit_price = 1'201'000'000;
  trade.quantity = kQtyScale / 4;
  trade.net_pnl = 100 * kMoneyScale;
  trade.r_multiple = 1.25;
  trade.direction = kLong;
  trade.reason = ExitReason::kTakeProfit;
  feed(Lane::kOrders, 9, trade);
  for (int day = 2; day <= 3; ++day) {
    EquityMark mark;
    mark.ts = utc_time(2018, 1, day);
    mark.equity = (day == 2 ? 10'000 : 10'100) * kMoneyScale;
    mark.kind = MarkKind::kDayRoll;
    feed(Lane::kOrders, static_cast<Seq>(10 + day), mark);
  }
  record.finish();

  const Json r = build_report(config, small_facts(), record, "runs/x");
  ASSERT_EQ(r["trades"].size(), 1u);
  const Json& t = r["trades"][0];
  EXPECT_EQ(t["id"], "strategy_2-EURUSD-7");
  EXPECT_EQ(t["side"], "long");
  EXPECT_EQ(t["quantity"], 0.25);
  EXPECT_EQ(t["exit_reason"], "take_profit");
  EXPECT_EQ(t["entry_time"], "2018-01-02T09:00:00.000000000Z");
  EXPECT_EQ(t["cause_seq"], 7);
  EXPECT_EQ(r["equity"], Json::array({Json::array({"2018-01-01", 10000.0}), Json::array({"2018-01-02", 10100.0}),
                                      Json::array({"2018-01-03", 10100.0})}));
  EXPECT_EQ(r["statistics"]["execution_rate"], 1.0);
  EXPECT_EQ(r["statistics"]["orders"], 1);
  EXPECT_TRUE(r["reasons"]["reconciled"].get<bool>());
  EXPECT_EQ(r["reasons"]["strategies"]["strategy_2"]["FILLED"], 1);
  EXPECT_EQ(r["statistics"]["market_days"], 3);
  EXPECT_EQ(r["funnel"]["strategy_2"][1]["step"], "sweep");
  EXPECT_NE(report_text(r).find("counts reconcile"), std::string::npos);
}

TEST(Report, StrategiesThatDoNotRunSayWhy) {
  const EngineConfig config = small_config();
  RunRecord record(config);
  StrategyDisabled off;
  off.strategy = 4;
  off.instrument = 0;
  off.missing = capability::kVolume | capability::kL2;
  record.on(Lane::kSignals, EventType::kStrategyDisabled, 1, &off);
  const Json r = build_report(config, small_facts(), record, "runs/x");
  ASSERT_EQ(r["strategies"].size(), 6u) << "the strategies of the profile";
  EXPECT_TRUE(r["strategies"][0]["disabled_reason"].is_null());
  EXPECT_EQ(r["strategies"][3]["disabled_reason"], "missing VOLUME+L2");
  EXPECT_EQ(r["strategies"][5]["disabled_reason"], "NOT_BUILT");
  EXPECT_EQ(r["disabled"][0]["missing"], "VOLUME+L2");
}

TEST(Report, KillSwitchShowsStateTripsAndBlockedSignals) {
  const EngineConfig config = small_config();
  RunRecord record(config);
  for (std::uint32_t i = 0; i < 3; ++i) {
    Signal signal;
    signal.strategy = 1;
    signal.index = i;
    record.on(Lane::kSignals, EventType::kSignal, 5, &signal);
    RiskDecision decision;
    decision.strategy = 1;
    decision.signal_index = i;
    decision.code = i < 2 ? ReasonCode::kKsL2 : ReasonCode::kStatBreaker;
    record.on(Lane::kRisk, EventType::kRiskDecision, 5, &decision);
  }
  KillSwitchEvent trip;
  trip.layer = KillSwitchLayer::kDailyLoss;
  record.on(Lane::kRisk, EventType::kKillSwitch, 5, &trip);
  RunFacts facts = small_facts();
  facts.layers[1].status = LayerStatus::kTripped;
  const Json r = build_report(config, facts, record, "runs/x");
  const Json& k = r["killswitch"];
  ASSERT_EQ(k["layers"].size(), 4u);
  EXPECT_EQ(k["layers"][0]["name"], "per_trade_risk");
  EXPECT_EQ(k["layers"][1]["status"], "TRIPPED");
  EXPECT_EQ(k["layers"][1]["activations"], 1);
  EXPECT_EQ(k["layers"][1]["blocked"], 2);
  EXPECT_EQ(k["statistical_breaker"]["blocked"], 1);
  EXPECT_FALSE(k["emergency_stop"].get<bool>());
}

}  // namespace
}  // namespace omega::replay
