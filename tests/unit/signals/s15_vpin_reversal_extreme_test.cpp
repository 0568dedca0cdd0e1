#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

/// Scenario A of S15 step by step: a quiet hour, a run of three bars down to e = 1.04200, two bars back.
struct S15 : StageHarness {
  explicit S15(EngineConfig c = config_with({3, 15})) : StageHarness(std::move(c)) {
    moments(1.0520, .0100 / 3.9);
    set_before(1.0514631);  // −.9 %
    vpin(.40);
  }
  void set_before(double v) { set(static_cast<double>(px(v)), FeatureId::kCloseLag, M1, 10); }
  void moments(double mean, double sd) {
    set(mean * 1e9, FeatureId::kCloseMeanLag, M1, 100);
    set(sd * 1e9, FeatureId::kCloseSdLag, M1, 100);
  }
  const SignalsOut& m1(double close, double volume = 100, double low = 0) {
    advance(kMinute_ns);
    close_bar(M1, close, close, low > 0 ? low : close, close, volume);
    return step();
  }
  void quiet(int bars = 60, double price = 1.05220) {
    for (int i = 0; i < bars; ++i) m1(price);
  }
  double run_velocity = 34, climax = 500, enter_vpin = .88, entry_volume = 320;
  void run() {
    const double down = run_velocity * .0001;
    m1(1.04200 + 2 * down);
    m1(1.04200 + down);
    vpin(enter_vpin);
    m1(1.04200, climax);
  }
  const SignalsOut& back(double at_vpin = .83, double first = 1.04540, double second = 1.04870) {
    vpin(.879);
    m1(first);
    vpin(at_vpin);
    return m1(second, entry_volume);
  }
  /// The closes before the run are set so that the fastest three bars are exactly run_velocity.
  const SignalsOut& all(double at_vpin = .83) {
    quiet(60, 1.04200 + 3 * run_velocity * .0001);
    run();
    return back(at_vpin);
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S15 s;
  change(s);
  return s.all().signal_count;
}

EngineConfig with(std::string_view name, double value) {
  EngineConfig c = config_with({3, 15});
  set_param(c, 15, name, value);
  return c;
}

TEST(S15, ScenarioAGivesTheLongOfTheSpecification) {
  S15 s;
  ASSERT_EQ(s.all().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.04870));
  EXPECT_EQ(g.stop_loss, px(1.04150));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[0], px(1.04870 + 1.5 * .0072));
  EXPECT_EQ(g.take_profit[1], px(1.04870 + 2.5 * .0072));
  EXPECT_EQ(g.take_profit[2], px(1.08110));
  EXPECT_EQ(g.level, 5);
  EXPECT_NEAR(g.criteria[0], .88, 1e-12);
  EXPECT_NEAR(g.criteria[1], .0568, 5e-5);
  EXPECT_NEAR(g.criteria[2], 5, 1e-12);
  EXPECT_NEAR(g.criteria[3], 3.9, 1e-9);
  EXPECT_NEAR(g.criteria[4], 34, 1e-9);
  EXPECT_NEAR(g.criteria[5], 33.5, 1e-9);
  EXPECT_NEAR(g.criteria[6], 3.2, 1e-12);
  EXPECT_NEAR(g.quality_raw, .6 + .05 / .88 + .03, 1e-12);
  EXPECT_NE(g.flags & signal_flag::kToxExempt, 0);
  EXPECT_EQ(g.flags & signal_flag::kUsesVpin, 0);
  EXPECT_EQ(g.time_stop_ns, 120 * kMinute_ns);
  EXPECT_EQ(g.family, SignalFamily::kReversal);
}

TEST(S15, TheFastestThreeBarsCountWhateverTwoOfThemDo) {
  S15 s;
  s.quiet();
  s.m1(1.05020);  // 20 p, 44 p, 38 p
  s.m1(1.04580);
  s.vpin(.88);
  s.m1(1.04200, 500);
  ASSERT_EQ(s.back().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].criteria[4], 34, 1e-9);
}

TEST(S15, ScenarioBHasNotDecayedEnough) {
  S15 s;
  EXPECT_EQ(s.all(.86).signal_count, 0u);  // .0227
  EXPECT_EQ(s.funnel(15).passed(1), 3u);
  EXPECT_EQ(s.funnel(15).passed(2), 0u);
}

TEST(S15, TheShortSideIsTheMirror) {
  S15 s;
  const auto reflect = [](double p) { return 2.0840 - p; };
  s.moments(reflect(1.0520), .0100 / 3.9);
  s.set_before(reflect(1.05220));
  for (int i = 0; i < 60; ++i) s.m1(reflect(1.05220));
  s.m1(reflect(1.04880));
  s.m1(reflect(1.04540));
  s.vpin(.88);
  s.m1(reflect(1.04200), 500);
  s.vpin(.879);
  s.m1(reflect(1.04540));
  s.vpin(.83);
  ASSERT_EQ(s.m1(reflect(1.04870), 320).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].entry_ref, px(reflect(1.04870)));
  EXPECT_EQ(s.out().signals[0].stop_loss, px(reflect(1.04150)));
}

TEST(S15, TheStateBeginsAtItsVpinAndItsReturn) {
  const auto entered = [](double vpin, double before) {
    S15 s;
    s.enter_vpin = vpin;
    s.set_before(before);
    s.quiet();
    s.run();
    return s.funnel(15).passed(0);
  };
  EXPECT_EQ(entered(.78, 1.0514631), 1u);
  EXPECT_EQ(entered(.78 - 1e-9, 1.0514631), 0u);
  EXPECT_EQ(entered(.78 + 1e-9, 1.0514631), 1u);
  EXPECT_EQ(entered(.88, 1.04200 / .995), 1u);              // −.5 %
  EXPECT_EQ(entered(.88, 1.04200 / (.995 + 2e-8)), 0u);
  EXPECT_EQ(entered(.88, 1.04200 / (.995 - 2e-8)), 1u);
}

TEST(S15, APeakIsInclusiveAtItsThreshold) {
  const auto peak = [](double v) {
    S15 s;
    s.enter_vpin = v;
    s.quiet();
    s.run();
    s.vpin(v);
    s.m1(1.04540);
    s.vpin(.80);
    return s.m1(1.04870, 320).signal_count;
  };
  EXPECT_EQ(peak(.85), 1u);
  EXPECT_EQ(peak(.85 - 1e-9), 0u);
  EXPECT_EQ(peak(.85 + 1e-9), 1u);
}

TEST(S15, TheDecayIsInclusiveAtFivePercentOfThePeak) {
  const auto at = [](double v) { S15 s; return s.all(v).signal_count; };
  EXPECT_EQ(at(.88 * .95), 1u);
  EXPECT_EQ(at(.88 * (.95 + 1e-8)), 0u);
  EXPECT_EQ(at(.88 * (.95 - 1e-8)), 1u);
}

TEST(S15, TheClimaxIsInclusiveAndLooksBackEightBarsIncludingTheCurrent) {
  EXPECT_EQ(signals_after([](S15& s) { s.climax = 450; }), 1u);
  EXPECT_EQ(signals_after([](S15& s) { s.climax = 449.99999; }), 0u);
  EXPECT_EQ(signals_after([](S15& s) { s.climax = 450.00001; }), 1u);
  const auto old_climax = [](int bars_before_entry) {  // one burst before the run; run and return are quiet but for V
    S15 s;
    s.climax = 100;
    for (int i = 0; i < 60; ++i) s.m1(1.05220, i == 60 - (bars_before_entry - 4) ? 900.0 : 100.0);
    s.run();
    return s.back().signal_count;
  };
  EXPECT_EQ(old_climax(7), 0u) << "the mean of the 47 bars holds the burst: 900/117 passes, V 320/117 does not";
  const auto with_volume = [&](int bars_before_entry) {
    S15 s;
    s.climax = 100;
    s.entry_volume = 400;
    for (int i = 0; i < 60; ++i) s.m1(1.05220, i == 60 - (bars_before_entry - 4) ? 900.0 : 100.0);
    s.run();
    return s.back().signal_count;
  };
  EXPECT_EQ(with_volume(7), 1u);  // the eighth of the last eight
  EXPECT_EQ(with_volume(8), 0u);
}

TEST(S15, TheMeanVolumeIsThatOfTheFortySevenBarsBeforeTheRun) {
  const auto burst_at = [](int bars_before_enter) {
    S15 s;
    for (int i = 0; i < 60; ++i) s.m1(1.05220, i == 62 - bars_before_enter ? 10'000.0 : 100.0);
    s.run();
    return s.back().signal_count;
  };
  EXPECT_EQ(burst_at(47), 0u);
  EXPECT_EQ(burst_at(48), 1u);
}

TEST(S15, TheExtremeIsInclusiveAtItsDistanceFromTheStoredMean) {
  const auto sigma = [](double sd) { return signals_after([sd](S15& s) { s.moments(1.0520, sd); }); };
  EXPECT_EQ(sigma(.0100 / 3.2), 1u);
  EXPECT_EQ(sigma(.0100 / (3.2 - 1e-8)), 0u);
  EXPECT_EQ(sigma(.0100 / (3.2 + 1e-8)), 1u);
  S15 s;  // moments after ENTER do not matter
  s.quiet();
  s.run();
  s.moments(1.0520, 1);
  EXPECT_EQ(s.back().signal_count, 1u);
}

TEST(S15, TheRunsFastestThreeBarsAreInclusiveAtTheirSpeed) {
  EXPECT_EQ(signals_after([](S15& s) { s.run_velocity = 30; }), 1u);
  EXPECT_EQ(signals_after([](S15& s) { s.run_velocity = 29.99999; }), 0u);
  EXPECT_EQ(signals_after([](S15& s) { s.run_velocity = 30.00001; }), 1u);
}

TEST(S15, TheReturnIsInclusiveAtItsSpeed) {
  const auto second = [](double close) {
    S15 s;
    s.quiet();
    s.run();
    return s.back(.83, 1.04300, close).signal_count;
  };
  EXPECT_EQ(second(1.04800), 1u);  // 60 u in two minutes
  EXPECT_EQ(second(1.0479999), 0u);
  EXPECT_EQ(second(1.0480001), 1u);
}

TEST(S15, BothLastClosesMustMoveBack) {
  const auto first = [](double close) {
    S15 s;
    s.quiet();
    s.run();
    return s.back(.83, close).signal_count;
  };
  EXPECT_EQ(first(1.0420001), 1u);
  EXPECT_EQ(first(1.04200), 0u);
  EXPECT_EQ(first(1.04870), 0u);
  EXPECT_EQ(first(1.0486999), 1u);
}

TEST(S15, TheVolumeOfTheEntryBarIsInclusiveAtThreeTimesTheMean) {
  EXPECT_EQ(signals_after([](S15& s) { s.entry_volume = 300; }), 1u);
  EXPECT_EQ(signals_after([](S15& s) { s.entry_volume = 299.99999; }), 0u);
  EXPECT_EQ(signals_after([](S15& s) { s.entry_volume = 300.00001; }), 1u);
}

TEST(S15, TheStateEndsFiveBarsAfterThePeak) {
  const auto entry_after = [](int bars) {  // the return bar is this many bars after the peak
    S15 s(with("reversal_velocity", 5));
    s.quiet();
    s.run();
    s.vpin(.88);  // not a new peak
    for (int i = 1; i < bars; ++i) s.m1(1.04200 + .0001 * i);
    s.vpin(.83);
    return s.m1(1.04870, 320).signal_count;
  };
  EXPECT_EQ(entry_after(5), 1u);
  EXPECT_EQ(entry_after(6), 0u);
}

TEST(S15, ANewPeakStartsTheFiveBarsAgain) {
  S15 s(with("reversal_velocity", 5));
  s.quiet();
  s.run();
  for (int i = 1; i <= 4; ++i) {
    s.vpin(.88 + .001 * i);
    s.m1(1.04200 + .0001 * i);
  }
  s.vpin(.88);
  for (int i = 5; i <= 8; ++i) s.m1(1.04200 + .0001 * i);
  s.vpin(.83);
  ASSERT_EQ(s.m1(1.04870, 500).signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].criteria[0], .884, 1e-12);
}

TEST(S15, VpinBelowOneHalfEndsTheState) {
  const auto low = [](double v) {
    S15 s;
    s.quiet();
    s.run();
    s.vpin(v);
    s.m1(1.04540);
    s.vpin(.70);  // below the entry of a new state
    return s.m1(1.04870, 320).signal_count;
  };
  EXPECT_EQ(low(.50), 1u);
  EXPECT_EQ(low(.50 - 1e-9), 0u);
}

TEST(S15, TheExtremeIsThatOfTheWholeRunAndTheStopIsAtMostOnePercentAway) {
  S15 s;
  s.quiet();
  s.m1(1.04880);
  s.m1(1.04540, 100, 1.04150);  // the low of the run comes before ENTER
  s.vpin(.88);
  s.m1(1.04200, 500);
  ASSERT_EQ(s.back(.83, 1.04600, 1.05200).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.05200) - std::llround(.01 * 1.05200e9));  // 110 u would be 1.05 %
  EXPECT_DOUBLE_EQ(s.out().signals[0].criteria[7], 1.04150);
}

TEST(S15, AGapEndsTheStateAndARunMayNotSpanOne) {
  const auto gap_before = [](int bars_before_enter) {
    S15 s;
    for (int i = 0; i < 60; ++i) {
      s.advance(kMinute_ns);
      TfBar& b = s.close_bar(M1, 1.05220, 1.05220, 1.05220, 1.05220);
      if (i == 62 - bars_before_enter) b.flags |= tf_flag::kGap;
      s.step();
    }
    s.run();
    return s.back().signal_count;
  };
  EXPECT_EQ(gap_before(9), 0u);  // C(10) lies before the gap
  EXPECT_EQ(gap_before(10), 1u);
  S15 s;
  s.quiet();
  s.run();
  s.vpin(.85);
  s.advance(kMinute_ns);
  s.close_bar(M1, 1.04540, 1.04540, 1.04540, 1.04540).flags |= tf_flag::kGap;
  s.step();
  s.vpin(.83);
  EXPECT_EQ(s.m1(1.04870, 320).signal_count, 0u);
}

TEST(S15, ACheckpointAfterAnyBarKeepsTheStateItIsIn) {
  S15 s;
  s.restart_every_event = true;
  EXPECT_EQ(s.all().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].criteria[4], 34, 1e-9);
}

TEST(S15, NothingIsEvaluatedWithoutVpin) {
  S15 s;
  s.quiet();
  s.run();
  s.value(FeatureId::kVpin, M1, 50) = FeatureValue::invalid();
  s.m1(1.04540);
  EXPECT_EQ(s.m1(1.04870, 320).signal_count, 0u);
  EXPECT_EQ(s.funnel(15).skipped_not_ready(), 2u);
}

TEST(S15, ANewPeakOfVpinInvalidatesThePosition) {
  S15 s;
  const Signal g = s.all().signals[0];
  s.fill_entry(g, s.seq, px(1.04880));
  s.vpin(.88);
  EXPECT_EQ(s.m1(1.04900).exit_count, 0u);
  s.vpin(.8800001);
  ASSERT_EQ(s.m1(1.04900).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, .88);
}

TEST(S15, OneSignalADayPerSymbol) {
  const auto again_after = [](int minutes) {  // from the first signal to the second
    S15 s;
    s.all();
    s.vpin(.40);
    for (int i = 0; i < minutes - 5; ++i) s.m1(1.05220);
    s.run();
    return s.back().signal_count;
  };
  EXPECT_EQ(again_after(24 * 60 - 1), 0u);
  EXPECT_EQ(again_after(24 * 60), 1u);
}

}  // namespace
}  // namespace omega::test
