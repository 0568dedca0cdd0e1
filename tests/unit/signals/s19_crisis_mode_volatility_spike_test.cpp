#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

/// Scenario A of S19 step by step: a quiet market, the crisis bar with e = 1.2000, three quiet bars, a 42 u snap, two bars more.
struct S19 : StageHarness {
  explicit S19(EngineConfig c = config_with({3, 19})) : StageHarness(std::move(c)) {
    stage1(1.35, 2.5, 5, .99);
    moments(1.2200, .0050);
    set(static_cast<double>(px(1.2200)), FeatureId::kCloseLag, M1, 20);
    vpin(.62);
    fz(3.2);
    cvd(.52);
  }
  void stage1(double day_range, double tr_z, double vr, double rank) {
    set(day_range, FeatureId::kDayRangeRatio, M1, 20);
    set(tr_z, FeatureId::kTrueRangeZ, M1, 5, 100);
    set(vr, FeatureId::kVolumeRatio, M1, 100);
    set(rank, FeatureId::kMoveRank, M1, 20, 7200);
  }
  void moments(double mean, double sd) {
    set(mean * 1e9, FeatureId::kCloseMeanLag, M1, 100);
    set(sd * 1e9, FeatureId::kCloseSdLag, M1, 100);
  }
  /// A bar of range 20 u whose wick share is `wick`; its low is 5 u under the close.
  const SignalsOut& m1(double close, double wick, double volume = 60, double low = 0) {
    advance(kMinute_ns);
    const double body = (1 - wick) * .0020;
    close_bar(M1, close + body, close + .0015, low > 0 ? low : close - .0005, close, volume);
    return step();
  }
  double wick_before = .8, wick_after = .52, volume_before = 100, volume_after = 60, snap = 42, extreme = 1.2000;
  int quiet_bars = 3, rest_bars = 1;
  void crisis() {
    stage1(1, 0, 0, 0);
    for (int i = 0; i < 40; ++i) m1(1.2200, wick_before, volume_before);
    stage1_of_crisis();
    m1(1.2010, .5, 600, extreme);
    stage1(1, 0, 0, 0);
  }
  std::array<double, 4> of_crisis{1.35, 2.5, 5, .99};
  void stage1_of_crisis() { stage1(of_crisis[0], of_crisis[1], of_crisis[2], of_crisis[3]); }
  void snap_back() {
    for (int i = 0; i < quiet_bars; ++i) m1(1.2018, wick_after, volume_after);
    m1(1.2018 + snap * .0001, wick_after, volume_after);
    for (int i = 0; i < rest_bars; ++i) m1(1.2050, wick_after, volume_after);
  }
  const SignalsOut& entry(double at_vpin = .40, double close = 1.2060) {
    vpin(at_vpin);
    return m1(close, wick_after, volume_after);
  }
  const SignalsOut& all(double at_vpin = .40, double close = 1.2060) {
    crisis();
    snap_back();
    return entry(at_vpin, close);
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S19 s;
  change(s);
  return s.all().signal_count;
}

TEST(S19, ScenarioAGivesTheLongOfTheSpecification) {
  S19 s;
  ASSERT_EQ(s.all().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.2060));
  EXPECT_EQ(g.stop_loss, px(1.1995));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.2385));
  EXPECT_NEAR(g.score, 4.1, 1e-9);
  EXPECT_NEAR(g.quality_raw, .82, 1e-9);
  EXPECT_EQ(g.level, 3);
  EXPECT_NEAR(g.criteria[1], 4.0, 1e-9);
  EXPECT_NEAR(g.criteria[2], .62, 1e-12);
  EXPECT_NEAR(g.criteria[3], .3548, 5e-5);
  EXPECT_NEAR(g.criteria[6], .35, 1e-12);
  EXPECT_NEAR(g.criteria[7], .40, 1e-12);
  EXPECT_EQ(g.time_stop_ns, kHour_ns);
  EXPECT_NE(g.flags & signal_flag::kUsesVpin, 0);
}

TEST(S19, ScenarioBIsStillToxic) {
  S19 s;
  EXPECT_EQ(s.all(.58).signal_count, 0u);  // drop .0645
  EXPECT_GT(s.funnel(19).passed(3), 0u);
  EXPECT_EQ(s.funnel(19).passed(4), 0u);
}

TEST(S19, TheShortSideIsTheMirror) {
  S19 s;
  const auto m1 = [&](double p, double wick, double volume, double high = 0) {  // reflected about 1.22
    s.advance(kMinute_ns);
    const double close = 2.44 - p, body = (1 - wick) * .0020;
    s.close_bar(M1, close - body, high > 0 ? high : close + .0005, close - .0015, close, volume);
    return s.step().signal_count;
  };
  s.fz(-3.2);
  s.cvd(-.52);
  s.stage1(1, 0, 0, 0);
  for (int i = 0; i < 40; ++i) m1(1.2200, .8, 100);
  s.stage1_of_crisis();
  m1(1.2010, .5, 600, 1.2400);
  s.stage1(1, 0, 0, 0);
  for (int i = 0; i < 3; ++i) m1(1.2018, .52, 60);
  m1(1.2060, .52, 60);
  m1(1.2050, .52, 60);
  s.vpin(.40);
  ASSERT_EQ(m1(1.2060, .52, 60), 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.2405));
  EXPECT_NEAR(s.out().signals[0].score, 4.1, 1e-9);
}

TEST(S19, EveryRuleOfStageOneIsInclusiveAtItsThreshold) {
  const auto began = [](std::array<double, 4> rules) {
    S19 s;
    s.of_crisis = rules;
    s.crisis();
    return s.funnel(19).passed(0);
  };
  const std::array<double, 4> at{1.35, 2.5, 5, .99};
  EXPECT_EQ(began(at), 1u);
  for (std::size_t i = 0; i < at.size(); ++i) {
    std::array<double, 4> below = at, above = at;
    below[i] -= 1e-8;
    above[i] += 1e-8;
    EXPECT_EQ(began(below), 0u) << i;
    EXPECT_EQ(began(above), 1u) << i;
  }
}

TEST(S19, AClimaxNeedsVolumeOnItsOwnBar) {
  S19 s;
  s.stage1_of_crisis();
  for (int i = 0; i < 25; ++i) s.m1(1.2010, .5, 0);
  EXPECT_EQ(s.funnel(19).passed(0), 0u);
}

TEST(S19, TheExtremeIsInclusiveAtItsDistanceFromTheStoredMean) {
  const auto sigma = [](double sd) { return signals_after([sd](S19& s) { s.moments(1.2200, sd); }); };
  EXPECT_EQ(sigma(.0200 / 3.5), 1u);
  EXPECT_EQ(sigma(.0200 / (3.5 - 1e-8)), 0u);
  EXPECT_EQ(sigma(.0200 / (3.5 + 1e-8)), 1u);
}

TEST(S19, ThreeBarsMustPassWithoutANewExtremeBeforeTheSnap) {
  EXPECT_EQ(signals_after([](S19& s) { s.quiet_bars = 2; }), 1u);  // the third quiet bar is the snap
  EXPECT_EQ(signals_after([](S19& s) { s.quiet_bars = 1; s.rest_bars = 3; }), 0u);
  S19 s;  // a new extreme on the way starts again
  s.crisis();
  s.m1(1.2018, .52);
  s.m1(1.2018, .52);
  s.m1(1.2018, .52, 60, 1.1999);
  s.m1(1.2018, .52);
  s.m1(1.2060, .52);
  s.vpin(.40);
  EXPECT_EQ(s.m1(1.2050, .52).signal_count, 0u);
  EXPECT_EQ(s.m1(1.2092, .52).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.1994));
}

TEST(S19, TheSnapIsInclusiveAtItsSpeedAndMustComeWithinTenBarsOfTheExtreme) {
  EXPECT_EQ(signals_after([](S19& s) { s.snap = 40; }), 1u);
  EXPECT_EQ(signals_after([](S19& s) { s.snap = 39.99999; }), 0u);
  EXPECT_EQ(signals_after([](S19& s) { s.snap = 40.00001; }), 1u);
  EXPECT_EQ(signals_after([](S19& s) { s.quiet_bars = 9; }), 1u);
  EXPECT_EQ(signals_after([](S19& s) { s.quiet_bars = 10; }), 0u);
}

TEST(S19, ToxicityHasFallenAtThirtyHundredthsOrThirtyPercentBelowItsPeak) {
  const auto at = [](double peak, double vpin) {
    S19 s;
    s.vpin(peak);
    return s.all(vpin).signal_count;
  };
  EXPECT_EQ(at(.62, .62 * .7), 1u);
  EXPECT_EQ(at(.62, .62 * (.7 + 1e-8)), 0u);
  EXPECT_EQ(at(.62, .62 * (.7 - 1e-8)), 1u);
  // by level: the drop is then too small for its own rule only with a peak that was hardly toxic
  EngineConfig c = config_with({3, 19});
  set_param(c, 19, "vpin_toxic", .2);
  set_param(c, 19, "min_confirmation_score", 2.5);
  const auto level = [&](double vpin) {
    S19 s(c);
    s.vpin(.40);
    return s.all(vpin).signal_count;
  };
  EXPECT_EQ(level(.30), 1u);
  EXPECT_EQ(level(.30 + 1e-9), 0u);
  EXPECT_EQ(level(.30 - 1e-9), 1u);
  EXPECT_EQ(at(.45, .30), 1u);
  EXPECT_EQ(at(.45 - 1e-9, .30), 0u) << "what was never toxic cannot have fallen";
}

TEST(S19, FlowMustAgreeAndThePriceMayNotHaveRetracedMoreThanHalf) {
  EngineConfig c = config_with({3, 19});
  set_param(c, 19, "min_confirmation_score", 2.5);
  const auto flow = [&](double fz) {
    S19 s(c);
    s.fz(fz);
    return s.all().signal_count;
  };
  EXPECT_EQ(flow(1e-12), 1u);
  EXPECT_EQ(flow(0), 0u);
  EXPECT_EQ(flow(-1e-12), 0u);
  const auto close = [](double price) { S19 s; return s.all(.40, price).signal_count; };
  EXPECT_EQ(close(1.2100), 1u);
  EXPECT_EQ(close(1.210001), 0u);
  EXPECT_EQ(close(1.209999), 1u);
}

TEST(S19, TheScoreIsInclusiveAndSetsTheLevel) {
  const auto with_cvd = [](double cvd, double fz = 3.2) {
    S19 s;
    s.fz(fz);
    s.cvd(cvd);
    s.all();
    return s.out().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(with_cvd(.65 * .5), 2);  // .8 + .5 + 1 + .7 + .8 = 3.8
  EXPECT_EQ(with_cvd(.65 * .5 - 1e-8), 0);
  EXPECT_EQ(with_cvd(.65 * .7 - 1e-8), 2);
  EXPECT_EQ(with_cvd(.65 * .7), 3);
  EXPECT_EQ(with_cvd(.65, 4 - 1e-7), 3);  // 1 + 1 + 1 + .7 + .8 = 4.5
  EXPECT_EQ(with_cvd(.65, 4), 4);
}

TEST(S19, DeclinesCompareTheLastFiveBarsWithTheFirstFiveOfTwenty) {
  const auto criteria = [](auto&& change) {
    S19 s;
    change(s);
    s.all();
    return s.out().signal_count == 1 ? std::array{s.out().signals[0].criteria[6], s.out().signals[0].criteria[7]} : std::array{-1.0, -1.0};
  };
  EXPECT_NEAR(criteria([](S19& s) { s.wick_after = .40; })[0], .5, 1e-12);
  EXPECT_NEAR(criteria([](S19& s) { s.volume_after = 45; })[1], .55, 1e-12);
  // a decline of nothing is 0: the score 3.3 + .8 falls short
  EXPECT_NEAR(criteria([](S19& s) { s.volume_before = 0; })[1], -1, 1e-12);
}

TEST(S19, OneSignalPerCrisisAndTheCrisisEndsAfter240Bars) {
  S19 s;
  ASSERT_EQ(s.all().signal_count, 1u);
  s.fz(-1);
  s.m1(1.2060, .52);
  s.fz(3.2);
  EXPECT_EQ(s.m1(1.2060, .52).signal_count, 0u) << "an edge, but of the same crisis";
  const auto late = [](int bars_after_extreme) {
    EngineConfig c = config_with({3, 19});
    set_param(c, 19, "min_confirmation_score", 2.5);
    S19 s(c);
    s.crisis();
    s.snap_back();  // 5 bars after e
    for (int i = 6; i < bars_after_extreme; ++i) s.m1(1.2050, .52);
    return s.entry().signal_count;
  };
  EXPECT_EQ(late(240), 1u);
  EXPECT_EQ(late(241), 0u);
}

TEST(S19, ANewExtremeInvalidatesThePositionAndEndsTheCrisis) {
  S19 s;
  const Signal g = s.all().signals[0];
  s.fill_entry(g, s.seq, px(1.2061));
  EXPECT_EQ(s.m1(1.2010, .5, 60, 1.2000).exit_count, 0u);
  ASSERT_EQ(s.m1(1.2010, .5, 60, 1.1999).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, 1.2000);
  const std::uint64_t before = s.funnel(19).passed(0);
  s.m1(1.2010, .5);
  EXPECT_EQ(s.funnel(19).passed(0), before);
}

TEST(S19, AGapEndsTheCrisisAndAMoveMayNotSpanOne) {
  S19 s;
  s.crisis();
  s.advance(kMinute_ns);
  s.close_bar(M1, 1.2018, 1.2018, 1.2018, 1.2018).flags |= tf_flag::kGap;
  s.step();
  EXPECT_EQ(s.funnel(19).passed(0), 1u);
  s.stage1_of_crisis();
  for (int i = 0; i < 19; ++i) s.m1(1.2010, .5);
  EXPECT_EQ(s.funnel(19).passed(0), 1u);
  s.m1(1.2010, .5);
  EXPECT_EQ(s.funnel(19).passed(0), 2u);
}

TEST(S19, TheStopIsAtMostOneAndAHalfPercentAway) {
  EngineConfig c = config_with({3, 19});
  set_param(c, 19, "stop_loss_pct", .5);
  S19 s(std::move(c));
  ASSERT_EQ(s.all().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.2060) - std::llround(.005 * 1.2060e9));
}

TEST(S19, TheExtremeIsThatOfTheWholeMove) {
  S19 s;
  s.stage1(1, 0, 0, 0);
  for (int i = 0; i < 30; ++i) s.m1(1.2200, .8, 100, i == 28 ? 1.1990 : 0.0);
  s.stage1_of_crisis();
  s.m1(1.2010, .5, 600, 1.2000);
  s.stage1(1, 0, 0, 0);
  s.snap_back();
  ASSERT_EQ(s.entry().signal_count, 1u);
  EXPECT_DOUBLE_EQ(s.out().signals[0].criteria[0], 1.1990);
}

TEST(S19, ACheckpointAfterAnyBarKeepsTheCrisis) {
  S19 s;
  s.restart_every_event = true;
  ASSERT_EQ(s.all().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].score, 4.1, 1e-9);
  s.fz(-1);
  s.m1(1.2060, .52);
  s.fz(3.2);
  EXPECT_EQ(s.m1(1.2060, .52).signal_count, 0u);
}

TEST(S19, TheDeclinesStartTwentyBarsBack) {
  S19 s;
  s.stage1(1, 0, 0, 0);
  for (int i = 0; i < 40; ++i) s.m1(1.2200, s.wick_before, 100 + i);
  s.stage1_of_crisis();
  s.m1(1.2010, .5, 600, s.extreme);
  s.stage1(1, 0, 0, 0);
  s.snap_back();
  ASSERT_EQ(s.entry().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].criteria[7], 1 - 60 / 129.0, 1e-9);  // 127 to 131 at the ages 19 to 15
}

TEST(S19, TheStopIsNeverFurtherThanItsShareOfThePrice) {
  S19 s;
  s.extreme = 1.1500;
  ASSERT_EQ(s.all(.40, 1.1700).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.1700) - std::llround(.015 * 1.17e9));
}

}  // namespace
}  // namespace omega::test
