// Pairs at the risk stage: one decision for both legs, one size, one risk that counts where STRATEGIES 4.7 says.
#include "engine/risk/risk_stage.hpp"

#include <functional>
#include <optional>

#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

/// Long EURUSD, short GBPUSD at .8 of its notional; the pair's own stop costs .4 % of leg 1.
std::vector<Signal> good_pair(StrategyId strategy = 6, std::uint8_t number = 1, InstrumentId one = kEurUsd, InstrumentId two = kGbpUsd,
                              Direction d = kLong) {
  Signal a = good_signal(one, strategy, d), b = good_signal(two, strategy, static_cast<Direction>(-d), 1.27);
  for (Signal* s : {&a, &b}) {
    s->family = SignalFamily::kStatArb;
    s->tp_count = 0;
    s->take_profit = {};
    s->tp_fraction = {};
    s->tp_r = {.8, .004, 2.0};
    s->rr_min = 0;
    s->str = .7;
    s->pair = number;
    s->regime_trend = s->regime_shock = 0;
    s->regime_range = 1;
    s->stop_loss = s->entry_ref - s->direction * s->entry_ref * 15 / 1000;
  }
  a.flags = signal_flag::kPairFirst;
  b.flags = signal_flag::kPairSecond;
  return {a, b};
}

struct PairRisk : ::testing::Test {
  EngineConfig config = risk_config();
  RecordingSink sink;
  std::optional<RiskStage> stage_;
  std::array<ApprovedOrder, 64> room{};
  RiskOut out{room.data(), 64, 0, ExitReason::kNone};
  Reports reports;
  Seq seq = 0;
  TimeNs now = kNow;

  void SetUp() override { restart(); }
  void restart() {
    stage_.emplace(config, sink);
    reports = Reports{};
    const std::array mid{1.1, 1.27, 150.0, .85, 1.35, .88, .66, .61, 165.0, 190.0, 2000.0, 45'000.0};
    for (InstrumentId i = 0; i < kRows; ++i) send(quote_bar(i, now, mid[i], mid[i]));
  }
  template <class T>
  void send(const T& event, std::vector<Signal> signals = {}) {
    InputEvent e = InputEvent::of(event);
    e.seq = ++seq;
    for (std::uint32_t i = 0; i < signals.size(); ++i) signals[i].index = i;
    const auto n = static_cast<std::uint32_t>(signals.size());
    stage_->process(e, FeaturesOut{}, SignalsOut{signals.data(), nullptr, n, 0, n, 0}, out);
  }
  std::vector<RiskDecision> decide(std::vector<Signal> signals) {
    sink.decisions.clear();
    send(Timer{.ts = now, .kind = TimerKind::kMinute}, std::move(signals));
    return sink.decisions;
  }
  /// A signal on a symbol that no pair here has.
  RiskDecision usdcad() {
    send(quote_bar(kUsdCad, now, 1.35, 1.35));
    return decide({good_signal(kUsdCad, 1, kLong, 1.35)})[0];
  }
  /// Both legs end alike; their code.
  ReasonCode code_of(std::vector<Signal> pair) {
    const auto d = decide(std::move(pair));
    EXPECT_EQ(d.size(), 2u);
    EXPECT_EQ(d[0].code, d[1].code);
    EXPECT_EQ(d[0].gate, d[1].gate);
    return d[0].code;
  }
};

TEST_F(PairRisk, AGoodPairIsSizedByItsOwnRiskAndItsRatio) {
  const auto d = decide(good_pair());
  ASSERT_EQ(d.size(), 2u);
  ASSERT_EQ(d[0].code, ReasonCode::kApproved);
  ASSERT_EQ(d[1].code, ReasonCode::kApproved);
  ASSERT_EQ(out.count, 2u);
  // Q: mtf (.5833 twice), str .7, flow of leg 1, regime 1, perf .65
  EXPECT_NEAR(d[0].q, .4 * .58333 + .25 * .7 + .2 * .92 + .1 + .05 * .65, 1e-4);
  EXPECT_EQ(d[0].q, d[1].q);
  const double money = 10'000 * d[0].risk_fraction, notional = money / .004, entry_1 = 1.10005, entry_2 = 1.26995;
  EXPECT_EQ(d[0].lots, static_cast<Qty>(std::floor(notional / (entry_1 * 100'000) * 100)) * lots(.01));
  EXPECT_EQ(d[1].lots, static_cast<Qty>(std::floor(.8 * notional / (entry_2 * 100'000) * 100)) * lots(.01));
  EXPECT_NEAR(d[0].risk_actual, qty_to_double(d[0].lots) * entry_1 * 100'000 * .004 / 10'000, 1e-9);
  EXPECT_EQ(d[0].risk_actual, d[1].risk_actual);
  EXPECT_DOUBLE_EQ(d[0].exposure_total, d[0].risk_actual) << "once";
  EXPECT_DOUBLE_EQ(d[1].exposure_symbol, d[0].risk_actual) << "on both symbols";
  EXPECT_EQ(stage_->account().positions().size(), 2u);
}

TEST_F(PairRisk, WhatStopsALegStopsBothWithItsCode) {
  config.risk.quality_min = .65;
  const auto with = [&](std::size_t leg, const std::function<void(Signal&)>& change) {
    auto pair = good_pair();
    change(pair[leg]);
    restart();
    return code_of(pair);
  };
  for (const std::size_t leg : {0u, 1u}) {
    EXPECT_EQ(with(leg, [](Signal& s) { s.vpin = .551; }), ReasonCode::kVpinGlobal);
    EXPECT_EQ(with(leg, [](Signal& s) { s.tox = ToxLevel::kVeto; }), ReasonCode::kToxVeto);
    EXPECT_EQ(with(leg, [](Signal& s) { s.stop_loss = s.entry_ref - s.direction * s.entry_ref * 26 / 1000; }), ReasonCode::kInvalidSignal);
    EXPECT_EQ(with(leg, [](Signal& s) { s.tp_r[1] = 0; }), ReasonCode::kInvalidSignal);
    EXPECT_EQ(with(leg, [](Signal& s) { s.conf = 0; }), ReasonCode::kQualityLow);
    EXPECT_EQ(with(leg, [](Signal& s) { s.pair = 9; }), ReasonCode::kInvalidSignal) << "legs of different pairs";
  }
  EXPECT_EQ(with(0, [](Signal&) {}), ReasonCode::kApproved);
  auto lonely = good_pair();
  lonely.pop_back();
  EXPECT_EQ(decide(lonely)[0].code, ReasonCode::kInvalidSignal);
}

TEST_F(PairRisk, QualityTakesTheMeanOfTheLegsAndTheWorseVpin) {
  auto pair = good_pair();
  pair[0].conf = .4;   // mtf 0
  pair[1].conf = 1.0;  // mtf 1
  pair[1].vpin = .40;
  const auto d = decide(pair);
  EXPECT_NEAR(d[0].q_mtf, .5, 1e-12);
  EXPECT_NEAR(d[0].q_flow, .6 * .5 + .4 * .8, 1e-12);
}

TEST_F(PairRisk, ALegThatLosesItsSymbolTakesTheOtherAlong) {
  auto batch = good_pair();
  Signal heavy = good_signal(kGbpUsd, 1, kLong, 1.27);
  heavy.level = 5;
  heavy.conf = 1;
  batch.push_back(heavy);
  const auto d = decide(batch);
  ASSERT_EQ(d.size(), 3u);
  for (const RiskDecision& r : d) {
    if (r.strategy != 6) continue;
    EXPECT_TRUE(r.code == ReasonCode::kArbLost || r.code == ReasonCode::kArbSilence);
  }
  EXPECT_EQ(d[0].code, d[2].strategy == 6 ? d[2].code : d[1].code);
}

TEST_F(PairRisk, AnOpenPositionAgainstALegForbidsThePair) {
  ASSERT_EQ(decide({good_signal(kGbpUsd, 1, kLong, 1.27)})[0].code, ReasonCode::kApproved);
  now += 31 * kMinute_ns;
  for (InstrumentId i : {kEurUsd, kGbpUsd}) send(quote_bar(i, now, i == kEurUsd ? 1.1 : 1.27, i == kEurUsd ? 1.1 : 1.27));
  EXPECT_EQ(code_of(good_pair()), ReasonCode::kNoHedge);
}

TEST_F(PairRisk, APairCountsAsOnePositionAndIsNeverOpenTwice) {
  config.risk.positions_max = 2;
  restart();
  ASSERT_EQ(code_of(good_pair()), ReasonCode::kApproved);
  now += 31 * kMinute_ns;
  EXPECT_EQ(code_of(good_pair()), ReasonCode::kMaxPos) << "the same pair";
  EXPECT_EQ(code_of(good_pair(6, 2, kAudUsd, kNzdUsd)), ReasonCode::kApproved) << "the second of two positions";
  now += 31 * kMinute_ns;
  EXPECT_EQ(usdcad().code, ReasonCode::kMaxPos) << "a third";
}

TEST_F(PairRisk, AShareOfTheRiskStaysWithTheShareThatIsOpen) {
  ASSERT_EQ(code_of(good_pair()), ReasonCode::kApproved);
  const double risk = sink.decisions[0].risk_actual;
  const auto one = stage_->account().positions()[0], two = stage_->account().positions()[1];
  for (const OpenPosition& p : {one, two}) {
    OrderCommand c;
    c.order_id = p.order_id;
    c.instrument = p.instrument;
    c.strategy = p.strategy;
    const double q = qty_to_double(p.quantity_ordered);
    const double price = p.instrument == kEurUsd ? 1.10005 : 1.26995;
    send(reports.fill(c, OrderLeg::kEntry, price, q, q));
    send(reports.fill(c, OrderLeg::kClose, price, q / 2, q / 2));
  }
  now += 31 * kMinute_ns;
  const RiskDecision d = usdcad();
  EXPECT_GT(d.risk_actual, 0);
  EXPECT_NEAR(d.exposure_total, d.risk_actual + risk / 2, 2e-6);
}

TEST_F(PairRisk, RoundingThatChangesTheRatioTooMuchIsRefused) {
  const EngineConfig c = risk_config();
  auto pair = good_pair();
  const auto sized = [&](double equity, double ratio) {
    for (Signal& s : pair) s.tp_r[0] = ratio;
    return size_of_pair(c.risk, {c.instruments[kEurUsd], pair[0], px(1.1), 1.0}, {c.instruments[kGbpUsd], pair[1], px(1.27), 1.0}, .8, equity, 0);
  };
  EXPECT_EQ(sized(10'000, .8).code, ReasonCode::kNone);
  EXPECT_EQ(sized(10, .8).code, ReasonCode::kSizeBelowMin);
  bool refused = false;
  for (double equity = 400; equity < 3000; equity += 10) {
    const PairSize s = sized(equity, .8);
    if (s.lots[0] == 0) {
      refused = refused || s.code == ReasonCode::kSizeBelowMin;
      continue;
    }
    const double ratio = qty_to_double(s.lots[1]) * 1.27 / (qty_to_double(s.lots[0]) * 1.1);
    EXPECT_LE(std::fabs(ratio / .8 - 1), .1) << equity;
  }
  EXPECT_TRUE(refused);
  RiskConfig narrow = c.risk;
  narrow.leverage_max = 1;
  for (Signal& s : pair) s.tp_r = {.8, .0001, 2};
  const PairSize capped = size_of_pair(narrow, {c.instruments[kEurUsd], pair[0], px(1.1), 1.0}, {c.instruments[kGbpUsd], pair[1], px(1.27), 1.0}, .8, 50'000, 0);
  EXPECT_LE(qty_to_double(capped.lots[0]) * 110'000 + qty_to_double(capped.lots[1]) * 127'000, 50'000);
  EXPECT_GT(qty_to_double(capped.lots[0]) * 110'000, 25'000);
  EXPECT_EQ(size_of_pair(narrow, {c.instruments[kEurUsd], pair[0], px(1.1), 1.0}, {c.instruments[kGbpUsd], pair[1], px(1.27), 1.0}, .8, 10'000, 9'990).code,
            ReasonCode::kMargin);
}

TEST_F(PairRisk, ACheckpointBetweenTheLegsKeepsThePair) {
  ASSERT_EQ(code_of(good_pair()), ReasonCode::kApproved);
  StateWriter saved;
  stage_->save(saved);
  RiskStage other(config, sink);
  StateReader in(saved.bytes());
  other.load(in);
  ASSERT_TRUE(in.at_end());
  ASSERT_EQ(other.account().positions().size(), 2u);
  EXPECT_EQ(other.account().positions()[0].pair, 1);
  EXPECT_EQ(other.account().positions()[0].pair_risk, .004);
}

}  // namespace
}  // namespace omega::test
