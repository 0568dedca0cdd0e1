// Gates 1-9 in order over batches of signals, controls, close-all and checkpoints: STRATEGIES 4.1-4.7.
#include "engine/risk/risk_stage.hpp"

#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

struct RiskStageTest : ::testing::Test {
  EngineConfig config = risk_config();
  RecordingSink sink;
  std::optional<RiskStage> stage_;
  std::array<ApprovedOrder, 300> room{};
  RiskOut out{room.data(), static_cast<std::uint32_t>(room.size()), 0, ExitReason::kNone};
  std::vector<Signal> signals;
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
  void send(const T& event) {
    InputEvent e = InputEvent::of(event);
    e.seq = ++seq;
    for (std::uint32_t i = 0; i < signals.size(); ++i) signals[i].index = i;
    SignalsOut in{signals.data(), nullptr, static_cast<std::uint32_t>(signals.size()), 0, static_cast<std::uint32_t>(signals.size()), 0};
    stage_->process(e, FeaturesOut{}, in, out);
    signals.clear();
  }
  void minute() { send(Timer{.ts = now, .kind = TimerKind::kMinute}); }
  void control(ControlCode code, StrategyId s = 0) { send(Control{.ts = now, .code = code, .strategy = s}); }
  void eurusd(double price) { send(quote_bar(kEurUsd, now, price, price)); }

  /// One signal alone in a batch; its decision.
  RiskDecision decide(const Signal& s) {
    signals = {s};
    minute();
    return sink.decisions.back();
  }
  /// Fills what was approved by the last event at the given price; returns its command.
  OrderCommand fill_last(double price) {
    const OpenPosition p = stage_->account().positions().back();
    OrderCommand c;
    c.order_id = p.order_id;
    c.instrument = p.instrument;
    c.strategy = p.strategy;
    c.direction = p.direction;
    const double q = qty_to_double(p.quantity_ordered);
    send(reports.fill(c, OrderLeg::kEntry, price, q, q));
    c.quantity = p.quantity_ordered;
    return c;
  }
  ReasonCode code_of(const Signal& s) { return decide(s).code; }
};

TEST_F(RiskStageTest, ASignalInANewsBlackoutIsRefusedAndACheckpointRemembersTheCalendar) {
  send(NewsEvent{.ts = now, .ts_release = now + 10 * kMinute_ns, .event_id = 7, .currency = currency_code("USD"), .type = NewsType::kCpi,
                 .impact = NewsImpact::kHigh});
  StateWriter saved;
  stage_->save(saved);
  stage_.emplace(config, sink);
  StateReader in(saved.bytes());
  stage_->load(in);
  ASSERT_TRUE(in.at_end());
  const RiskDecision d = decide(good_signal());
  EXPECT_EQ(d.code, ReasonCode::kNews);
  EXPECT_EQ(d.gate, 4);
  EXPECT_EQ(code_of(good_signal(kEurUsd, 24)), ReasonCode::kApproved);
}

TEST_F(RiskStageTest, AGoodSignalIsApprovedWithEveryNumber) {
  const RiskDecision d = decide(good_signal());
  EXPECT_EQ(d.code, ReasonCode::kApproved);
  EXPECT_EQ(d.gate, 0);
  ASSERT_EQ(out.count, 1u);
  EXPECT_EQ(out.approved[0].lots, d.lots);
  EXPECT_NEAR(d.q, .7298, 5e-5);
  EXPECT_NEAR(d.net, 1, 1e-12);
  EXPECT_GT(d.weight, 0);
  EXPECT_GT(d.ev, .05);
  EXPECT_NEAR(d.m_q, .5 + .5 * (d.q - .6) / .4, 1e-12);
  EXPECT_GT(d.risk_fraction, d.risk_actual);
  EXPECT_DOUBLE_EQ(d.conversion, 1);
  EXPECT_DOUBLE_EQ(d.exposure_total, d.risk_actual);
  EXPECT_DOUBLE_EQ(d.equity, 10'000);
  const OpenPosition& p = stage_->account().positions()[0];
  EXPECT_EQ(p.order_id, order_id_of(seq, 0));
  EXPECT_FALSE(p.filled);
}

TEST_F(RiskStageTest, TheOtherOfS02AndS13MayNotTradeTheLevelForAnHour) {
  Signal sweep = good_signal(kEurUsd, 2), inducement = good_signal(kEurUsd, 13);
  sweep.criteria[0] = inducement.criteria[0] = 1.0990;
  ASSERT_EQ(decide(sweep).code, ReasonCode::kApproved);
  now += 60 * kMinute_ns - 1;
  const RiskDecision d = decide(inducement);
  EXPECT_EQ(d.code, ReasonCode::kArbLost);
  EXPECT_EQ(d.gate, 7);
  inducement.criteria[0] = 1.0980;
  EXPECT_NE(decide(inducement).code, ReasonCode::kArbLost) << "another level";
}

TEST_F(RiskStageTest, SizeAndCostsCountTheSlippageOfTheEntry) {
  // 67.5·… : stop 26 pips from the mid, half a pip of slippage, no spread here: 26.5 pips per lot is 265 dollars
  const RiskDecision d = decide(good_signal());
  EXPECT_EQ(d.lots, static_cast<Qty>(std::floor(10'000 * d.risk_fraction / 265 * 100)) * lots(.01));
  EXPECT_NEAR(d.risk_actual, qty_to_double(d.lots) * 265 / 10'000, 1e-12);
}

TEST_F(RiskStageTest, Gate1RefusesEveryBrokenSignal) {
  const auto broken = [&](auto&& spoil) {
    Signal s = good_signal();
    spoil(s);
    const RiskDecision d = decide(s);
    EXPECT_EQ(d.gate, d.code == ReasonCode::kInvalidSignal ? 1 : 0);
    return d.code == ReasonCode::kInvalidSignal;
  };
  EXPECT_TRUE(broken([](Signal& s) { s.direction = 0; }));
  EXPECT_TRUE(broken([](Signal& s) { s.stop_loss = s.entry_ref; }));
  EXPECT_TRUE(broken([](Signal& s) { s.take_profit[0] = s.entry_ref; }));
  EXPECT_TRUE(broken([](Signal& s) { s.tp_count = 0; }));
  EXPECT_TRUE(broken([](Signal& s) { s.tp_count = 4; }));
  EXPECT_TRUE(broken([](Signal& s) { s.level = 0; }));
  EXPECT_TRUE(broken([](Signal& s) { s.level = 6; }));
  EXPECT_TRUE(broken([](Signal& s) { s.m_vol = std::numeric_limits<double>::quiet_NaN(); }));
  EXPECT_TRUE(broken([](Signal& s) { s.conf = std::numeric_limits<double>::infinity(); }));
  EXPECT_TRUE(broken([](Signal& s) { s.rr_min = 2.5 + 1e-6; }));
  EXPECT_FALSE(broken([](Signal& s) { s.rr_min = 2.5; }));
}

TEST_F(RiskStageTest, AStopOf25PerMilleIsValidAndOneUnitMoreIsNot) {
  Signal s = good_signal(kEurUsd, 1, kLong, 1.1, .0275);
  EXPECT_NE(code_of(s), ReasonCode::kInvalidSignal);
  s.stop_loss -= 1;
  EXPECT_EQ(code_of(s), ReasonCode::kInvalidSignal);
}

TEST_F(RiskStageTest, AnInstrumentForDataOnlyIsNeverTraded) {
  config.instruments[kEurUsd].tradable = false;
  restart();
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kInvalidSignal);
}

TEST_F(RiskStageTest, Gate4AsksSessionBeforeSpread) {
  Signal wide = good_signal();
  wide.spread = px(.0009);
  EXPECT_EQ(code_of(wide), ReasonCode::kSpread);
  now = utc_time(2024, 1, 9, 23);
  const RiskDecision d = decide(wide);
  EXPECT_EQ(d.code, ReasonCode::kSession);
  EXPECT_EQ(d.gate, 4);
}

TEST_F(RiskStageTest, Gate5StopsToxicFlowUnlessExempt) {
  Signal s = good_signal();
  s.vpin = .5501;
  EXPECT_EQ(code_of(s), ReasonCode::kVpinGlobal);
  s.vpin = .55;
  EXPECT_NE(code_of(s), ReasonCode::kVpinGlobal);
  for (const ToxLevel t : {ToxLevel::kVeto, ToxLevel::kHardVeto}) {
    s = good_signal();
    s.tox = t;
    EXPECT_EQ(code_of(s), ReasonCode::kToxVeto);
    s.flags = signal_flag::kToxExempt;
    EXPECT_NE(code_of(s), ReasonCode::kToxVeto);
    now += kHour_ns;
  }
  s = good_signal();
  s.vpin = .9;
  s.flags = signal_flag::kToxExempt;
  EXPECT_NE(code_of(s), ReasonCode::kVpinGlobal);
  s.valid_mask &= ~signal_valid::kVpin;
  s.flags = 0;
  EXPECT_NE(code_of(s), ReasonCode::kVpinGlobal) << "an unknown value is no high value";
}

TEST_F(RiskStageTest, AnUnknownToxicityStopsOnlyThoseWhoUseVpin) {
  Signal s = good_signal();
  s.tox = ToxLevel::kUnknown;
  s.flags = signal_flag::kUsesVpin;
  const RiskDecision d = decide(s);
  EXPECT_EQ(d.code, ReasonCode::kToxVeto);
  EXPECT_EQ(d.gate, 5);
  s.flags = 0;
  EXPECT_EQ(code_of(s), ReasonCode::kApproved);
}

TEST_F(RiskStageTest, Gate6TakesAQualityOfExactlySixty) {
  // MTF + STR + FLOW + REG + PERF = .4·mtf + .25·.8 + .2·.92 + .08 + .0325: .60 at mtf = .25875, conf = .55525
  Signal s = good_signal();
  s.conf = .55525 - 1e-6;
  const RiskDecision low = decide(s);
  EXPECT_EQ(low.code, ReasonCode::kQualityLow);
  EXPECT_EQ(low.gate, 6);
  s.conf = .55525;
  EXPECT_NEAR(decide(s).q, .60, 1e-12);
  EXPECT_EQ(sink.decisions.back().code, ReasonCode::kApproved);
}

TEST_F(RiskStageTest, Gate7ArbitratesPerSymbolAndOnlyAmongThosePastGate6) {
  signals = {good_signal(kEurUsd, 1, kLong), good_signal(kEurUsd, 2, kShort), good_signal(kGbpUsd, 1, kLong, 1.27)};
  minute();
  EXPECT_EQ(sink.decisions[0].code, ReasonCode::kArbSilence);
  EXPECT_EQ(sink.decisions[1].code, ReasonCode::kArbSilence);
  EXPECT_EQ(sink.decisions[1].gate, 7);
  EXPECT_EQ(sink.decisions[2].code, ReasonCode::kApproved);
  now += kHour_ns;
  Signal toxic = good_signal(kEurUsd, 2, kShort);
  toxic.tox = ToxLevel::kVeto;  // has no vote
  signals = {good_signal(kEurUsd, 1, kLong), toxic};
  minute();
  EXPECT_EQ(sink.decisions[3].code, ReasonCode::kApproved);
  EXPECT_EQ(sink.decisions[4].code, ReasonCode::kToxVeto);
}

TEST_F(RiskStageTest, AnOpenOrPendingPositionTheOtherWayIsNoHedge) {
  ASSERT_EQ(code_of(good_signal()), ReasonCode::kApproved);
  now += kHour_ns;
  EXPECT_EQ(code_of(good_signal(kEurUsd, 2, kShort)), ReasonCode::kNoHedge);
  fill_last(1.1);
  const RiskDecision d = decide(good_signal(kEurUsd, 2, kShort));
  EXPECT_EQ(d.code, ReasonCode::kNoHedge);
  EXPECT_EQ(d.gate, 7);
}

TEST_F(RiskStageTest, Gate8NeedsAFreshConversionRate) {
  Signal s = good_signal(kEurJpy, 1, kLong, 165, .5);
  EXPECT_EQ(code_of(s), ReasonCode::kApproved);
  now += 3 * kMinute_ns + 1;
  const RiskDecision d = decide(good_signal(kGbpJpy, 2, kLong, 190, .5));
  EXPECT_EQ(d.code, ReasonCode::kNoConversionRate);
  EXPECT_EQ(d.gate, 8);
}

TEST_F(RiskStageTest, L1BlocksARiskAboveItsCeilingAndIsJournaled) {
  config.risk.risk_per_trade_max = config.risk.risk_per_trade_min = .03;  // a configuration that start-up refuses
  restart();
  const RiskDecision d = decide(good_signal(kEurUsd, 1, kLong, 1.1, .0060));  // wide enough for leverage not to bind first
  EXPECT_EQ(d.code, ReasonCode::kKsL1);
  EXPECT_EQ(d.gate, 9);
  ASSERT_EQ(sink.switches.size(), 1u);
  EXPECT_EQ(sink.switches[0].layer, KillSwitchLayer::kPerTrade);
  EXPECT_EQ(stage_->layer(KillSwitchLayer::kPerTrade).blocked, 1u);
}

TEST_F(RiskStageTest, ABatchOfL1BlocksFitsTheEvent) {
  config.risk.risk_per_trade_max = config.risk.risk_per_trade_min = .03;
  config.instruments.assign(200, InstrumentConfig(config.instruments[kEurUsd]));
  stage_.emplace(config, sink);
  for (InstrumentId i = 0; i < 200; ++i) send(quote_bar(i, now, 1.1, 1.1));
  for (InstrumentId i = 0; i < 200; ++i) signals.push_back(good_signal(i, 1, kLong, 1.1, .0060));
  minute();
  EXPECT_EQ(stage_->layer(KillSwitchLayer::kPerTrade).blocked, 200u);
}

TEST_F(RiskStageTest, SymbolsAreServedInOrderEachSeeingTheExposureBefore) {
  config.risk.positions_max = 1;
  restart();
  signals = {good_signal(kGbpUsd, 4, kLong, 1.27), good_signal(kEurUsd, 5)};  // out of order on purpose
  minute();
  ASSERT_EQ(sink.decisions.size(), 2u);
  EXPECT_EQ(sink.decisions[0].instrument, kEurUsd);
  EXPECT_EQ(sink.decisions[0].code, ReasonCode::kApproved);
  EXPECT_EQ(sink.decisions[1].code, ReasonCode::kMaxPos);
  EXPECT_GT(sink.decisions[1].exposure_total, sink.decisions[1].risk_actual);
  EXPECT_EQ(out.approved[0].signal_index, 1u);
}

TEST_F(RiskStageTest, SignalsOfOneSymbolAreArbitratedTogetherWhereverTheyStandInTheBatch) {
  signals = {good_signal(kEurUsd, 1, kLong), good_signal(kGbpUsd, 1, kLong, 1.27), good_signal(kEurUsd, 2, kShort)};
  minute();
  EXPECT_EQ(sink.decisions[0].code, ReasonCode::kArbSilence);
  EXPECT_EQ(sink.decisions[1].code, ReasonCode::kArbSilence);
}

TEST_F(RiskStageTest, L2StopsEntriesAndTheDayTimerReopens) {
  decide(good_signal());
  const OrderCommand c = fill_last(1.1);
  now = utc_time(2024, 1, 10) - kMinute_ns;
  eurusd(1.1 - 400.0 / (100'000 * qty_to_double(c.quantity)) - 1e-6);
  EXPECT_EQ(out.close_all, ExitReason::kNone);
  now = utc_time(2024, 1, 9, 12);
  EXPECT_EQ(code_of(good_signal(kGbpUsd, 2, kLong, 1.27)), ReasonCode::kKsL2);
  EXPECT_EQ(stage_->layer(KillSwitchLayer::kDailyLoss).blocked, 1u);
  now = utc_time(2024, 1, 10);
  send(Timer{.ts = now, .kind = TimerKind::kDay});
  now += 10 * kHour_ns;
  eurusd(1.1);
  send(quote_bar(kGbpUsd, now, 1.27, 1.27));
  EXPECT_EQ(code_of(good_signal(kGbpUsd, 2, kLong, 1.27)), ReasonCode::kApproved);
}

TEST_F(RiskStageTest, L4ClosesAllOnceAndWaitsForTheOperator) {
  decide(good_signal());
  const OrderCommand c = fill_last(1.1);
  eurusd(1.1 - 1300.0 / (100'000 * qty_to_double(c.quantity)));
  EXPECT_EQ(out.close_all, ExitReason::kKillSwitchL4);
  minute();
  EXPECT_EQ(out.close_all, ExitReason::kNone);
  EXPECT_EQ(code_of(good_signal(kGbpUsd, 2, kLong, 1.27)), ReasonCode::kKsL4);
  EXPECT_EQ(out.count, 0u);
  send(reports.fill(c, OrderLeg::kClose, 1.09, qty_to_double(c.quantity), 0));
  control(ControlCode::kResetL4);
  EXPECT_FALSE(stage_->kill_switch().emergency());
  EXPECT_EQ(stage_->kill_switch().peak(), stage_->equity());
}

TEST_F(RiskStageTest, TheSignalOfTheEventThatTripsIsAlreadyStopped) {
  decide(good_signal());
  const OrderCommand c = fill_last(1.1);
  signals = {good_signal(kGbpUsd, 2, kLong, 1.27)};
  eurusd(1.1 - 1300.0 / (100'000 * qty_to_double(c.quantity)));
  EXPECT_EQ(sink.decisions.back().code, ReasonCode::kKsL4);
}

TEST_F(RiskStageTest, TheOperatorStopsFlattensAndSwitchesStrategies) {
  control(ControlCode::kFlattenAll);
  EXPECT_EQ(out.close_all, ExitReason::kOperator);
  control(ControlCode::kDisableStrategy, 1);
  EXPECT_EQ(out.close_all, ExitReason::kNone);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kKsL3);
  control(ControlCode::kEnableStrategy, 1);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kApproved);
  control(ControlCode::kDisableStrategy, 999);  // nobody
  control(ControlCode::kEmergencyStop);
  EXPECT_EQ(out.close_all, ExitReason::kKillSwitchL4);
  EXPECT_EQ(code_of(good_signal(kGbpUsd, 2, kLong, 1.27)), ReasonCode::kKsL4);
}

TEST_F(RiskStageTest, AFullJournalRefusesEntriesClosesNothingAndIsOverWithRoom) {
  control(ControlCode::kJournalFull);
  EXPECT_TRUE(stage_->journal_full());
  EXPECT_EQ(out.close_all, ExitReason::kNone);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kJournalFull);
  EXPECT_EQ(out.count, 0u);
  EXPECT_EQ(sink.decisions.back().gate, 2);
  control(ControlCode::kJournalRoom);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kApproved);
}

TEST_F(RiskStageTest, LateDataRefuseEntriesCloseNothingAndAreOverInTime) {
  control(ControlCode::kLate);
  EXPECT_TRUE(stage_->late());
  EXPECT_EQ(out.close_all, ExitReason::kNone);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kLateData);
  EXPECT_EQ(out.count, 0u);
  EXPECT_EQ(sink.decisions.back().gate, 2);
  control(ControlCode::kInTime);
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kApproved);
}

TEST_F(RiskStageTest, AnL3PauseEndsAtItsMomentNotAtTheNextTimer) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(code_of(good_signal()), ReasonCode::kApproved) << i;
    const OrderCommand c = fill_last(1.1);
    send(reports.fill(c, OrderLeg::kStopLoss, 1.0990, qty_to_double(c.quantity), 0));
    now += kHour_ns;
    eurusd(1.1);
  }
  EXPECT_EQ(code_of(good_signal()), ReasonCode::kKsL3);
  now = sink.switches.back().until;
  signals = {good_signal()};
  eurusd(1.1);
  EXPECT_EQ(sink.decisions.back().code, ReasonCode::kApproved);
}

TEST_F(RiskStageTest, ALossOfExactly15PerMillePausesEveryEntryForAnHour) {
  ASSERT_EQ(code_of(good_signal()), ReasonCode::kApproved);
  const OrderCommand c = fill_last(1.1);
  const double q = qty_to_double(c.quantity);
  send(reports.fill(c, OrderLeg::kStopLoss, 1.1 - 150 / (100'000 * q), q, 0));
  now += kMinute_ns;
  EXPECT_EQ(code_of(good_signal(kGbpUsd, 2, kLong, 1.27)), ReasonCode::kSpacing);
}

TEST_F(RiskStageTest, AQuarantinedBarMarksNothing) {
  Bar bad = quote_bar(kEurUsd, now, .5, .5);
  bad.flags = bar_flag::kBadJump;
  send(bad);
  EXPECT_EQ(stage_->account().mid(kEurUsd), px(1.1));
}

TEST_F(RiskStageTest, EverySignalGetsExactlyOneRecordAndIsCounted) {
  signals = {good_signal(kEurUsd, 1), good_signal(kEurUsd, 2), good_signal(kGbpUsd, 2, kLong, 1.27)};
  signals[1].level = 0;
  minute();
  EXPECT_EQ(sink.decisions.size(), 3u);
  std::uint64_t sum = 0;
  for (const auto& row : stage_->counts()) for (const std::uint64_t n : row) sum += n;
  EXPECT_EQ(sum, 3u);
  EXPECT_EQ(stage_->counts()[2][static_cast<std::size_t>(ReasonCode::kInvalidSignal)], 1u);
}

TEST_F(RiskStageTest, EveryInputIsEndedInTheLane) {
  const int before = sink.digests;
  for (; seq < kDigestInterval_inputs;) minute();
  EXPECT_EQ(sink.digests, before + 1);
}

TEST_F(RiskStageTest, ProcessingAllocatesNothing) {
  decide(good_signal());
  const OrderCommand c = fill_last(1.1);
  signals.reserve(64);
  const std::size_t before = allocations();
  for (int i = 0; i < 50; ++i) {
    now += kMinute_ns;
    for (StrategyId s = 1; s < 6; ++s) {
      signals.push_back(good_signal(kGbpUsd, s, s % 2 == 0 ? kLong : kShort, 1.27));
      signals.push_back(good_signal(kEurUsd, s));
    }
    eurusd(1.1 - i * 1e-5);
  }
  send(reports.fill(c, OrderLeg::kStopLoss, 1.09, qty_to_double(c.quantity), 0));
  send(Timer{.ts = now, .kind = TimerKind::kDay});
  control(ControlCode::kEmergencyStop);
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace omega::test
