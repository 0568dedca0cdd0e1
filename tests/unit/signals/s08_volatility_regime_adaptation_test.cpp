#include "engine/features/volatility_hmm.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;
const VolatilityModel kTestModel{.stay_low = .95, .stay_high = .9, .start_low = .7, .mean_low = .01, .sd_low = .005, .mean_high = .03, .sd_high = .015};

EngineConfig with_model(std::initializer_list<StrategyId> enabled) {
  EngineConfig c = config_with(enabled);
  c.instruments[0].capabilities |= capability::kModel;
  c.instruments[0].volatility_model = kTestModel;
  return c;
}

/// Scenario A of S08: the filter's own numbers, the rest injected.
struct S08 : StageHarness {
  explicit S08(EngineConfig c = with_model({3, 8})) : StageHarness(std::move(c)) {
    state(1 - filtered_low(kTestModel, .7, .012));
    steps(40);
    fz(1.8);
    conf(.70);
    vr(1.5);
    set(static_cast<double>(px(1.09600)), FeatureId::kLowest, M15, 50);
    set(static_cast<double>(px(1.10400)), FeatureId::kHighest, M15, 50);
  }
  void state(double high) { set(high, FeatureId::kHmmHigh, M15, 20); }
  void steps(double n) { set(n, FeatureId::kHmmSteps, M15, 20); }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M15, 20); }
  const SignalsOut& m15(double close = 1.10000, double volume = 100) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close, volume);
    return step();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S08 s;
  change(s);
  return s.m15().signal_count;
}

TEST(S08, ScenarioAGivesTheLongOfTheSpecification) {
  S08 s;
  ASSERT_EQ(s.m15().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.level, 4);
  EXPECT_EQ(g.entry_ref, px(1.10000));
  EXPECT_EQ(g.stop_loss, px(1.09580));  // 2 u beyond the 50-bar low
  ASSERT_EQ(g.tp_count, 2);             // STD(2): 2.5R is dropped
  EXPECT_EQ(g.take_profit[0], px(1.10630));
  EXPECT_EQ(g.take_profit[1], px(1.10840));
  EXPECT_NEAR(g.quality_raw, .5 * .92838968 + .5 * .7, 1e-8);
  EXPECT_EQ(g.score, g.quality_raw);
  EXPECT_DOUBLE_EQ(g.m_vol, 1.2);
  EXPECT_NEAR(g.criteria[0], .07161, 5e-6);
  EXPECT_EQ(g.criteria[1], 0);
  EXPECT_EQ(g.criteria[2], 1.5);
  EXPECT_EQ(g.criteria[3], 1.5);
  EXPECT_EQ(g.flags & signal_flag::kHighVolatility, 0);
  EXPECT_EQ(g.time_stop_ns, 4 * kHour_ns);
}

TEST(S08, ScenarioBAnUndecidedFilterGivesNone) {
  S08 s;
  s.state(1 - filtered_low(kTestModel, .7, .020));
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(8).passed(0), 0u);
}

TEST(S08, TheHighStateAsksForMoreFlowAndRisksLess) {
  const auto high = [](double fz) {
    S08 s;
    s.state(.9);
    s.fz(fz);
    s.conf(.3);
    return s.m15().signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  EXPECT_EQ(high(-2.6).strategy, 0) << "strictly above";
  EXPECT_EQ(high(-2.6 + 1e-9).strategy, 0);
  const Signal g = high(-2.6 - 1e-9);
  ASSERT_EQ(g.strategy, 8);
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.level, 2);
  EXPECT_DOUBLE_EQ(g.m_vol, .7);
  EXPECT_NE(g.flags & signal_flag::kHighVolatility, 0);
  EXPECT_NEAR(g.quality_raw, .5 * .9 + .25, 1e-8);
  EXPECT_EQ(g.stop_loss, px(1.10420));
}

TEST(S08, FlowConfluenceAndVolumeMustBeAboveTheirThresholds) {
  EXPECT_EQ(signals_after([](S08& s) { s.fz(1.5); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.fz(1.5 + 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S08& s) { s.fz(1.5 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.conf(.65); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.conf(.65 + 1e-8); }), 1u);
  EXPECT_EQ(signals_after([](S08& s) { s.conf(.65 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.vr(1.4); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.vr(1.4 + 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S08& s) { s.vr(1.4 - 1e-9); }), 0u);
  S08 quiet;
  EXPECT_EQ(quiet.m15(1.1, 0).signal_count, 0u);
}

TEST(S08, TheFilterMustHaveSeenEnoughAndBeSure) {
  EXPECT_EQ(signals_after([](S08& s) { s.steps(39); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.steps(41); }), 1u);
  EXPECT_EQ(signals_after([](S08& s) { s.state(.2); }), 1u);
  EXPECT_EQ(signals_after([](S08& s) { s.state(.2 + 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S08& s) { s.state(.2 - 1e-8); }), 1u);
}

TEST(S08, ATieIsHigh) {
  EngineConfig c = with_model({3, 8});
  set_param(c, 8, "min_regime_confidence", .5);
  S08 s(std::move(c));
  s.state(.5);
  s.fz(3);
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_DOUBLE_EQ(s.out().signals[0].m_vol, .7);
  S08 below(s.config);
  below.state(.5 - 1e-8);
  below.fz(3);
  ASSERT_EQ(below.m15().signal_count, 1u);
  EXPECT_DOUBLE_EQ(below.out().signals[0].m_vol, 1.2);
}

TEST(S08, SizingLevelsFollowTheStateAndItsProbability) {
  const auto level = [](double high) {
    S08 s;
    s.state(high);
    s.fz(3);
    return s.m15().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(.15), 3);  // .85 is not above .85
  EXPECT_EQ(level(.15 - 1e-8), 4);
  EXPECT_EQ(level(.85), 3);
  EXPECT_EQ(level(.85 + 1e-8), 2);
}

TEST(S08, TheStopIsWiderInTheHighState) {
  const auto stop = [](double high) {
    S08 s;
    s.state(high);
    s.fz(3);
    s.set(static_cast<double>(px(1.0)), FeatureId::kLowest, M15, 50);
    s.m15();
    return s.out().signals[0].stop_loss;
  };
  EXPECT_EQ(stop(.1), px(1.1) - std::llround(.01 * 1.1e9));
  EXPECT_EQ(stop(.9), px(1.1) - std::llround(.015 * 1.1e9));
}

TEST(S08, TheOtherStateWithEnoughProbabilityClosesThePosition) {
  for (const bool restart : {false, true}) {
    S08 s;
    s.restart_every_event = restart;
    const Signal g = s.m15().signals[0];
    s.fill_entry(g, s.seq, px(1.10005));
    s.state(.8 - 1e-8);
    EXPECT_EQ(s.m15().exit_count, 0u);
    s.state(.8);
    ASSERT_EQ(s.m15().exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  }
  S08 short_side;
  short_side.state(.9);
  short_side.fz(3);
  const Signal g = short_side.m15().signals[0];
  short_side.fill_entry(g, short_side.seq, px(1.10005));
  short_side.state(.2 + 1e-8);
  EXPECT_EQ(short_side.m15().exit_count, 0u);
  short_side.state(.2);
  EXPECT_EQ(short_side.m15().exit_count, 1u);
}

TEST(S08, AnHourOfRestBetweenSignals) {
  const auto second_after = [](int quiet_bars) {
    S08 s;
    s.m15();
    s.fz(0);
    for (int i = 0; i < quiet_bars; ++i) s.m15();
    s.fz(1.8);
    return s.m15().signal_count;
  };
  EXPECT_EQ(second_after(2), 0u);  // 45 min
  EXPECT_EQ(second_after(3), 1u);
}

TEST(S08, WithoutAModelItIsDisabledOnce) {
  StageHarness s({3, 8});
  s.advance(15 * kMinute_ns);
  s.close_bar(M15, 1.1, 1.1, 1.1, 1.1);
  s.step();
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].missing, capability::kModel);
  EXPECT_EQ(records[0].strategy, 8);
}

/// F26 for the other strategies: risk x.7 in the HIGH state for REVERSAL and MOMENTUM, and S04's quality rule.
struct Momentum : StageHarness {
  explicit Momentum(EngineConfig c) : StageHarness(std::move(c)) {
    set(static_cast<double>(px(1.10000)), FeatureId::kCloseLag, M15, 21);
    set(2.2, FeatureId::kVolumeMeanRatio, M15, 5, 16);
    vpin(.25);
    fz(1);
    cvd(.2);
    h4(1);
    d1(1);
    conf(.8);
  }
  const SignalsOut& m15(double close) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close);
    set(static_cast<double>(px(close - .004)), FeatureId::kSwingLow, M15, 2);
    set(static_cast<double>(now / kSecond_ns), FeatureId::kSwingLowTime, M15, 2);
    return step();
  }
};

TEST(VolatilityState, CutsTheRiskOfTrendAndReversalInTheHighState) {
  const auto signal = [](double high, bool ready) {
    Momentum s(with_model({3, 4}));
    s.value(FeatureId::kHmmHigh, M15, 20) = ready ? FeatureValue::of(high) : FeatureValue::warming();
    return s.m15(1.12).signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  EXPECT_DOUBLE_EQ(signal(.5 - 1e-8, true).m_vol, 1);
  EXPECT_DOUBLE_EQ(signal(.5, true).m_vol, .7);
  EXPECT_NE(signal(.5, true).flags & signal_flag::kHighVolatility, 0);
  EXPECT_DOUBLE_EQ(signal(.9, false).m_vol, 1);
}

TEST(VolatilityState, RaisesTheQualityThatS04Wants) {
  const auto signals = [](double close, double high) {
    Momentum s(with_model({3, 4}));
    s.set(high, FeatureId::kHmmHigh, M15, 20);
    return s.m15(close).signal_count;
  };
  // q = .4·m/2.1 + .6: .85 at m = 1.3125
  EXPECT_EQ(signals(1.11320, .4), 1u);
  EXPECT_EQ(signals(1.11320, .6), 0u);
  EXPECT_EQ(signals(1.1144375, .6), 1u);
  EXPECT_EQ(signals(1.1144374, .6), 0u);
}

TEST(VolatilityState, IsNotAskedForWithoutAModel) {
  FeatureRequests without, with;
  SignalsStage::request_features(config_with({3, 4}), without);
  SignalsStage::request_features(with_model({3, 4}), with);
  EXPECT_EQ(with.keys().size(), without.keys().size() + 1);
}

}  // namespace
}  // namespace omega::test
