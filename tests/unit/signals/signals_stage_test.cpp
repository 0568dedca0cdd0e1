#include "tests/unit/features_flow/counting_new.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// An S04 that signals at every call.
struct Momentum : StageHarness {
  explicit Momentum(EngineConfig c = config_with({3, 4})) : StageHarness(std::move(c)) {
    for (FeatureFrame& f : frames) favour(f);
  }
  void favour(FeatureFrame& f) {
    f.values[handle(FeatureId::kCloseLag, M15, 21)] = FeatureValue::of(static_cast<double>(px(1.1)));
    f.values[handle(FeatureId::kVolumeMeanRatio, M15, 5, 16)] = FeatureValue::of(2.2);
    f.values[handle(FeatureId::kFlowZ, Timeframe::kM1, 20, 500)] = FeatureValue::of(1);
    f.values[handle(FeatureId::kCvdN, Timeframe::kM1, 20)] = FeatureValue::of(.2);
    f.values[handle(FeatureId::kConfluence)] = FeatureValue::of(.8);
    f.values[handle(FeatureId::kLabel, Timeframe::kH4)] = FeatureValue::of(1);
    f.values[handle(FeatureId::kLabel, Timeframe::kD1)] = FeatureValue::of(1);
  }
  const SignalsOut& m15(double close = 1.12500) {
    advance(15 * kMinute_ns);
    for (FeatureFrame& f : frames) close_bar_on(f, M15, {px(close), px(close), px(close), px(close)}, 100);
    return step();
  }
};

/// Every capability but one.
EngineConfig without(std::uint32_t capability, std::initializer_list<StrategyId> enabled) {
  EngineConfig c = config_with(enabled);
  c.instruments[0].capabilities = (capability::kModel << 1) - 1;
  c.instruments[0].capabilities &= ~capability;
  return c;
}

TEST(SignalsStage, AMissingCapabilityGivesExactlyOneRecordAndNoSignal) {
  for (const RegistryEntry& e : strategy_registry()) {
    const StrategyId id = e.id;
    for (std::uint32_t missing = capability::kBars; missing <= capability::kModel; missing <<= 1) {
      if (e.info == nullptr || (e.needs & missing) == 0) continue;
      StageHarness s(without(missing, {id}));
      for (int i = 0; i < 3; ++i) {
        s.advance(15 * kMinute_ns);
        for (const Timeframe tf : {Timeframe::kM1, Timeframe::kM5, Timeframe::kM15}) s.close_bar(tf, 1.1, 1.1, 1.1, 1.1);
        s.step();
      }
      const auto records = s.sink.all<StrategyDisabled>();
      ASSERT_EQ(records.size(), 1u);
      EXPECT_EQ(records[0].strategy, id);
      EXPECT_EQ(records[0].instrument, 0);
      EXPECT_EQ(records[0].missing, missing);
      EXPECT_EQ(records[0].ts, StageHarness::kStart_ts + 15 * kMinute_ns);
      EXPECT_EQ(s.sink.all<Signal>().size(), 0u);
      EXPECT_EQ(s.stage->disabled().size(), 1u);
    }
  }
}

TEST(SignalsStage, AllStrategiesTogetherLeaveRoomForFeaturesOfPlugins) {
  EngineConfig c = config_with({});
  for (StrategyConfig& s : c.strategies) s.enabled = true;
  const StageHarness all(std::move(c));
  EXPECT_LE(all.keys().size() + 8, kFeaturesMax);
}

TEST(SignalsStage, AnEnabledStrategyThatWasNotBuiltWhenItsJournalBeganIsSaidOnceForAllInstruments) {
  EngineConfig c = config_with({4, 12, 23}, 2);
  for (const std::size_t row : {11u, 22u}) {
    c.strategies[row].built = false;
    c.strategies[row].params.clear();
  }
  StageHarness s(std::move(c));
  s.step();
  s.step();
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].strategy, 12);
  EXPECT_EQ(records[1].strategy, 23);
  EXPECT_EQ(records[0].missing, capability::kNotBuilt);
  EXPECT_EQ(records[0].instrument, kNoInstrument);
}

TEST(SignalsStage, ASignalCarriesTheCommonFieldsOfItsMoment) {
  Momentum s;
  s.set(.5, FeatureId::kRegimeTrend, M15);
  s.set(.3, FeatureId::kRegimeRange, M15);
  s.set(.2, FeatureId::kRegimeShock, M15);
  s.frames[0].vpin_bucket[0] = .4;
  s.frames[0].vpin_bucket_count = 1;
  ASSERT_EQ(s.m15().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_DOUBLE_EQ(g.fz, 1);
  EXPECT_DOUBLE_EQ(g.cvd_n, .2);
  EXPECT_DOUBLE_EQ(g.vpin, .25);
  EXPECT_DOUBLE_EQ(g.conf, .8);
  EXPECT_DOUBLE_EQ(g.regime_trend, .5);
  EXPECT_DOUBLE_EQ(g.regime_range, .3);
  EXPECT_DOUBLE_EQ(g.regime_shock, .2);
  EXPECT_EQ(g.spread, px(.0001));
  EXPECT_EQ(g.spread_median, px(.0001));
  EXPECT_EQ(g.valid_mask, 0x3fu);
  EXPECT_EQ(g.tox, ToxLevel::kCaution);
  EXPECT_DOUBLE_EQ(g.m_tox, .75);
  EXPECT_EQ(g.flow_source, FlowSource::kBvcBar);
  EXPECT_EQ(g.volume_kind, VolumeKind::kTicks);
  EXPECT_EQ(g.ts, s.now);
  EXPECT_EQ(g.index, 0u);
  EXPECT_DOUBLE_EQ(g.str, .5);
  const auto journaled = s.sink.all<Signal>();
  ASSERT_EQ(journaled.size(), 1u);
  EXPECT_EQ(std::memcmp(&journaled[0], &g, sizeof g), 0);
}

TEST(SignalsStage, ConfluenceIsGivenInTheDirectionOfTheTrade) {
  Momentum s;
  s.fz(-1);
  s.cvd(-.2);
  s.h4(-1);
  s.d1(-1);
  s.conf(.2);
  ASSERT_EQ(s.m15(1.07500).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_DOUBLE_EQ(s.out().signals[0].conf, .8);
  EXPECT_DOUBLE_EQ(s.out().signals[0].cvd_n, -.2);
}

TEST(SignalsStage, OptionalFieldsThatAreNotReadyAreMarked) {
  Momentum s;
  s.value(FeatureId::kRegimeShock, M15) = FeatureValue::warming();
  s.value(FeatureId::kSpreadMedian) = FeatureValue::warming();
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].valid_mask, signal_valid::kFz | signal_valid::kCvd | signal_valid::kVpin | signal_valid::kConf);
  EXPECT_DOUBLE_EQ(s.out().signals[0].regime_trend, 0);
}

TEST(SignalsStage, WithoutTheFilterASignalIsSafe) {
  Momentum s(config_with({4}));
  s.frames[0].vpin_bucket[0] = .9;
  s.frames[0].vpin_bucket_count = 1;
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].tox, ToxLevel::kSafe);
  EXPECT_DOUBLE_EQ(s.out().signals[0].m_tox, 1);
  EXPECT_EQ(s.sink.all<ToxStateChange>().size(), 0u);
}

TEST(SignalsStage, AVetoedInstrumentStillJournalsItsSignalWithTheVeto) {
  Momentum s;
  for (const double v : {.56, .57, .58, .56, .60}) s.frames[0].vpin_bucket[s.frames[0].vpin_bucket_count++] = v;
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].tox, ToxLevel::kVeto);  // the risk stage's gate 5 answers TOX_VETO
}

TEST(SignalsStage, TheStructureTermCountsSupportBehindThePrice) {
  // 1.12500 is a round number (multiple of 50 u): support from a close above it
  const auto str = [](double close) {
    Momentum s;
    s.close_bar(Timeframe::kM1, close, close, close, close);
    s.advance(-15 * kMinute_ns);
    s.m15(close);
    return s.out().signal_count == 1 ? s.out().signals[0].str : 0.0;
  };
  EXPECT_NEAR(str(1.12560), .8, 1e-12);      // 6 u
  EXPECT_NEAR(str(1.12560001), .65, 1e-12);
  EXPECT_NEAR(str(1.12559999), .8, 1e-12);
  EXPECT_NEAR(str(1.12640), .65, 1e-12);     // 14 u
  EXPECT_NEAR(str(1.12640001), .5, 1e-12);
}

TEST(SignalsStage, AnActiveOrderBlockOfTheSameDirectionAddsToTheStructureTerm) {
  const auto str = [](Direction block) {
    EngineConfig c = config_with({3, 4, 5});
    Momentum s(std::move(c));
    const auto bar = [&](double o, double h, double l, double cl, double vz) {
      s.advance(15 * kMinute_ns);
      s.close_bar(M15, o, h, l, cl);
      s.set(vz, FeatureId::kVolumeZ, M15, 50);
      s.set(0, FeatureId::kFlowZ, Timeframe::kM1, 20, 500);
      s.step();
    };
    if (block > 0) {
      bar(1.1130, 1.1134, 1.1126, 1.1128, 0);
      bar(1.1128, 1.1190, 1.1127, 1.1189, 4);
    } else {
      bar(1.1128, 1.1134, 1.1126, 1.1130, 0);
      bar(1.1130, 1.1131, 1.1060, 1.1061, 4);
    }
    s.set(0, FeatureId::kVolumeZ, M15, 50);
    s.fz(1);
    s.set(static_cast<double>(px(1.09)), FeatureId::kCloseLag, M15, 21);  // the target pays for the 2 % stop
    s.advance(15 * kMinute_ns);
    s.close_bar(M15, 1.1132, 1.1133, 1.1131, 1.1132);
    s.step();
    for (const Signal& g : s.out().signal_view()) {
      if (g.strategy == 4) return g.str;
    }
    return 0.0;
  };
  EXPECT_NEAR(str(kLong), .7, 1e-12);
  EXPECT_NEAR(str(kShort), .5, 1e-12);
}

TEST(SignalsStage, SignalsComeByInstrumentThenStrategyWithRunningIndexes) {
  EngineConfig c = config_with({3, 4}, 3);
  c.instruments[1].active = false;
  Momentum s(std::move(c));
  ASSERT_EQ(s.m15().signal_count, 2u);
  EXPECT_EQ(s.out().signals[0].instrument, 0);
  EXPECT_EQ(s.out().signals[1].instrument, 2);
  EXPECT_EQ(s.out().signals[1].index, 1u);
  s.fill_entry(s.out().signals[1], s.seq, px(1.1251));
  EXPECT_EQ(s.stage->unknown_reports(), 0u);
}

TEST(SignalsStage, AnUnrelatedInstrumentChangesNothing) {
  Momentum one(config_with({3, 4}, 1)), two(config_with({3, 4}, 2));
  one.m15();
  two.m15();
  EXPECT_EQ(std::memcmp(&one.out().signals[0], &two.out().signals[0], sizeof(Signal)), 0);
}

TEST(SignalsStage, ASignalThatDidNotFillLeavesNoPosition) {
  Momentum s;
  const Signal g = s.m15().signals[0];
  ExecReport r;
  r.order_id = order_id_of(s.seq, g.index);
  r.strategy = g.strategy;
  r.kind = ExecKind::kStale;
  s.exec(r);
  s.set(static_cast<double>(px(1.2)), FeatureId::kCloseLag, M15, 21);
  EXPECT_EQ(s.m15().exit_count, 0u);
}

TEST(SignalsStage, APartialFillKeepsThePositionUntilItIsFlat) {
  Momentum s;
  const Signal g = s.m15().signals[0];
  const Seq cause = s.seq;
  s.fill_entry(g, cause, px(1.12510));
  ExecReport r;
  r.order_id = order_id_of(cause, g.index);
  r.strategy = g.strategy;
  r.kind = ExecKind::kFilled;
  r.leg = OrderLeg::kTakeProfit1;
  r.quantity = r.remaining = kQtyScale / 2;
  s.exec(r);
  s.set(static_cast<double>(px(1.2)), FeatureId::kCloseLag, M15, 21);
  EXPECT_EQ(s.m15().exit_count, 1u);
  r.leg = OrderLeg::kStopLoss;
  r.remaining = 0;
  s.exec(r);
  EXPECT_EQ(s.m15().exit_count, 0u);
}

TEST(SignalsStage, StrategiesRunOnlyWhenTheirTimeframeCloses) {
  Momentum s;
  s.close_bar(Timeframe::kM5, 1.125, 1.125, 1.125, 1.125);
  s.step();
  EXPECT_EQ(s.funnel(4).evaluations(), 0u);
  s.m15();
  EXPECT_EQ(s.funnel(4).evaluations(), 1u);
}

TEST(SignalsStage, TheFunnelAddsUp) {
  Momentum s;
  for (int i = 0; i < 40; ++i) {
    s.h4(i % 3 == 0 ? 0 : 1);
    s.fz(i % 5 == 0 ? -1 : 1);
    s.m15();
  }
  const Funnel f = s.funnel(4);
  EXPECT_EQ(f.evaluations(), 40u);
  for (std::size_t i = 1; i < 7; ++i) EXPECT_LE(f.passed(i), f.passed(i - 1));
  EXPECT_EQ(f.passed(6), f.suppressed_edge() + f.suppressed_cooldown() + f.suppressed_position() + f.signals());
  EXPECT_GT(f.signals(), 0u);
}

void signal_into_a_slot_without_room() {
  Momentum s;
  s.advance(15 * kMinute_ns);
  s.close_bar(M15, 1.125, 1.125, 1.125, 1.125);
  InputEvent e = InputEvent::of(Bar{});
  e.seq = 1;
  FeaturesOut features{s.frames.data(), 1, 1};
  SignalsOut none;
  s.stage->process(e, features, none);
}

TEST(SignalsStageDeathTest, ASlotTooSmallForItsSignalsIsTheCallersBug) {
  EXPECT_DEATH(signal_into_a_slot_without_room(), "signal_count < out_->signal_capacity");
}

TEST(SignalsStage, ProcessingAllocatesNothing) {
  Momentum s(config_with({1, 2, 3, 4, 5}));
  s.m15();
  NullSink null;
  FeatureRequests requests;
  SignalsStage::request_features(s.config, requests);
  SignalsStage stage(s.config, requests, null);
  std::array<Signal, 8> signals;
  std::array<ExitRequest, 8> exits;
  SignalsOut out{signals.data(), exits.data(), 8, 8, 0, 0};
  FeaturesOut features{s.frames.data(), 1, 1};
  InputEvent e = InputEvent::of(Bar{});
  const long before = allocation_count();
  std::size_t raised = 0;
  for (int i = 1; i <= 2'000; ++i) {
    s.advance(kMinute_ns);
    const double close = 1.125 + .0001 * (i % 37);
    for (const Timeframe tf : {Timeframe::kM1, Timeframe::kM5, Timeframe::kM15}) s.close_bar(tf, close, close + .001, close - .001, close);
    s.frames[0].vpin_bucket[0] = .3 + .01 * (i % 40);
    s.frames[0].vpin_bucket_count = 1;
    s.h4(i % 2);
    e.seq = static_cast<Seq>(i);
    e.as<Bar>().ts = s.now;
    stage.process(e, features, out);
    raised += out.signal_count;
  }
  EXPECT_EQ(allocation_count(), before);
  EXPECT_GT(raised, 0u);
}

}  // namespace
}  // namespace omega::test
