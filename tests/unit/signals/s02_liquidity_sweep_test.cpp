#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

/// Scenario A of S02 with every number open to change. The support 1.08500 is a round number, the H4 swing lies at 1.08490.
struct S02 : StageHarness {
  explicit S02(EngineConfig c = config_with({2, 3})) : StageHarness(std::move(c)) {
    fz(3.2);
    vpin(.22);
    conf(.65);
    h4(0);
  }
  const SignalsOut& m1(double open, double high, double low, double close, double vr = 1, double volume = 100) {
    advance(kMinute_ns);
    close_bar(M1, open, high, low, close, volume);
    set(vr, FeatureId::kVolumeRatio, M1, 50);
    return step();
  }
  /// The level exists and is armed, the H4 swing is known.
  void arm(double close = 1.08530, double h4_low = 1.08490) {
    m1(1.08600, 1.08610, 1.08590, 1.08600);
    for (const double low : {1.0900, 1.0890, 1.0880, h4_low, 1.0880, 1.0890, 1.0900}) {
      close_bar(Timeframe::kH4, low + .001, low + .002, low, low + .001);
      step();
    }
    m1(1.08600, 1.08610, close - .0001, close);
  }
  void sweep(double low = 1.08420, double close = 1.08440, double vr = 4) { m1(1.08520, 1.08525, low, close, vr, 400); }
  const SignalsOut& reclaim(double close = 1.08680) { return m1(1.08440, close, 1.08440, close); }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S02 s;
  s.arm();
  s.sweep();
  change(s);
  return s.reclaim().signal_count;
}
std::uint32_t signals_with_low(double low) {
  S02 s;
  s.arm();
  s.sweep(low, 1.08450);
  const double close = low + .0026;
  return s.m1(1.08450, close, 1.08450, close).signal_count;  // never as low as the extreme
}

TEST(S02, ScenarioAGivesTheLongOfTheSpecification) {
  S02 s;
  s.arm();
  s.sweep();
  ASSERT_EQ(s.reclaim().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.08680));
  EXPECT_EQ(g.stop_loss, px(1.08350));
  EXPECT_EQ(g.take_profit[g.tp_count - 1u], px(1.09670));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[0], px(1.09175));  // 1.5R of 33 p
  EXPECT_EQ(g.take_profit[1], px(1.09505));  // 2.5R
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[1], .3);
  EXPECT_NEAR(g.tp_fraction[2], .2, 1e-15);
  EXPECT_EQ(g.level, 4);
  EXPECT_DOUBLE_EQ(g.score, 5);
  EXPECT_DOUBLE_EQ(g.quality_raw, 1);
  EXPECT_DOUBLE_EQ(g.criteria[2], 8);   // penetration
  EXPECT_DOUBLE_EQ(g.criteria[3], 4);   // volume
  EXPECT_NEAR(g.criteria[4], 26, 1e-9); // velocity
  EXPECT_EQ(g.flags, signal_flag::kUsesVpin | signal_flag::kBreakEven | signal_flag::kTrailM15 | signal_flag::kTargetsInR);
  EXPECT_EQ(g.time_stop_ns, kHour_ns);
}

TEST(S02, ScenarioBIsABreakoutNotASweep) {
  S02 s;
  s.arm();
  s.sweep(1.08200);
  EXPECT_EQ(s.reclaim().signal_count, 0u);
  EXPECT_EQ(s.funnel(2).passed(0), 1u);  // after_extreme
  EXPECT_EQ(s.funnel(2).passed(1), 0u);  // penetration
}

TEST(S02, ThePenetrationIsMandatoryAndInclusiveAtBothEnds) {
  EXPECT_EQ(signals_with_low(1.08440), 1u);       // 6
  EXPECT_EQ(signals_with_low(1.08440001), 0u);
  EXPECT_EQ(signals_with_low(1.08439999), 1u);
  EXPECT_EQ(signals_with_low(1.08280), 1u);       // 22
  EXPECT_EQ(signals_with_low(1.08279999), 0u);
  EXPECT_EQ(signals_with_low(1.08280001), 1u);
}

TEST(S02, FourOfFiveCriteriaAreEnoughAndEachCountsAtItsThreshold) {
  // without the flow criterion every other one is needed: 4 of 5
  const auto no_flow = [](S02& s) { s.fz(0); };
  EXPECT_EQ(signals_after(no_flow), 1u);
  const auto vpin = [&](double v) { return [=](S02& s) { no_flow(s); s.vpin(v); }; };
  EXPECT_EQ(signals_after(vpin(.30)), 0u);         // strictly below
  EXPECT_EQ(signals_after(vpin(.30 - 1e-12)), 1u);
  EXPECT_EQ(signals_after(vpin(.30 + 1e-12)), 0u);
  const auto flow = [](double fz, double cvd) { return [=](S02& s) { s.vpin(.4); s.fz(fz); s.cvd(cvd); }; };
  EXPECT_EQ(signals_after(flow(3.0, 0)), 1u);
  EXPECT_EQ(signals_after(flow(3.0 - 1e-9, 0)), 0u);
  EXPECT_EQ(signals_after(flow(3.0 + 1e-9, 0)), 1u);
  EXPECT_EQ(signals_after(flow(0, .6)), 1u);
  EXPECT_EQ(signals_after(flow(0, .6 - 1e-9)), 0u);
  EXPECT_EQ(signals_after(flow(-3.2, -.7)), 0u);   // flow against the trade
  EXPECT_EQ(signals_after([](S02& s) { s.fz(0); s.vpin(.4); }), 0u);  // 3 of 5

  const auto with = [](double vr, double close, bool flow_on) {
    S02 s;
    s.arm();
    s.fz(flow_on ? 3.2 : 0);
    s.sweep(1.08420, 1.08440, vr);
    return s.reclaim(close).signal_count;
  };
  EXPECT_EQ(with(3.5, 1.08680, false), 1u);
  EXPECT_EQ(with(3.5 - 1e-12, 1.08680, false), 0u);
  EXPECT_EQ(with(3.5 + 1e-12, 1.08680, false), 1u);
  EXPECT_EQ(with(4, 1.08670, false), 1u);          // 25 u in one minute
  EXPECT_EQ(with(4, 1.08669999, false), 0u);
  EXPECT_EQ(with(4, 1.08670001, false), 1u);
  EXPECT_EQ(with(1, 1.08600, true), 0u);
  S02 four;
  four.arm();
  four.sweep(1.08420, 1.08440, 1);
  ASSERT_EQ(four.reclaim().signal_count, 1u);
  EXPECT_EQ(four.out().signals[0].level, 3);
  EXPECT_DOUBLE_EQ(four.out().signals[0].quality_raw, .8);
}

TEST(S02, TheLevelMustLieNearAHigherTimeframeExtreme) {
  const auto with_h4_low = [](double low) {
    S02 s;
    s.arm(1.08530, low);
    s.sweep();
    return s.reclaim().signal_count;
  };
  EXPECT_EQ(with_h4_low(1.08600), 1u);   // 10 p
  EXPECT_EQ(with_h4_low(1.08600001), 0u);
  EXPECT_EQ(with_h4_low(1.08599999), 1u);
}

TEST(S02, TheH4LabelMustNotOpposeAndTheConfluenceMustHold) {
  EXPECT_EQ(signals_after([](S02& s) { s.h4(-1); }), 0u);
  EXPECT_EQ(signals_after([](S02& s) { s.h4(1); }), 1u);
  EXPECT_EQ(signals_after([](S02& s) { s.conf(.60); }), 1u);
  EXPECT_EQ(signals_after([](S02& s) { s.conf(.60 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S02& s) { s.conf(.60 + 1e-8); }), 1u);
}

TEST(S02, TheStopIsTheFurtherOfLevelAndExtreme) {
  S02 s;
  s.arm();
  s.sweep(1.08300);
  ASSERT_EQ(s.reclaim(1.08700).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.08280));  // e − 2 p lies beyond L − 15 p = 1.08350
}

TEST(S02, ALevelThatWasNeverNearAnyCloseIsNotArmed) {
  const auto with_close = [](double close) {
    S02 s;
    s.arm(close);
    s.sweep();
    return s.reclaim().signal_count;
  };
  EXPECT_EQ(with_close(1.08550), 1u);  // 5 u
  EXPECT_EQ(with_close(1.08550001), 0u);
  EXPECT_EQ(with_close(1.08549999), 1u);
}

TEST(S02, TheReclaimComesAfterTheExtremeAndWithinTenBars) {
  S02 wick;  // pierces and closes back inside in one bar
  wick.arm();
  wick.m1(1.08520, 1.08700, 1.08420, 1.08680, 4, 400);
  EXPECT_EQ(wick.out().signal_count, 0u);
  EXPECT_EQ(wick.funnel(2).evaluations(), 1u);
  EXPECT_EQ(wick.funnel(2).passed(0), 0u);
  wick.sweep();
  EXPECT_EQ(wick.reclaim().signal_count, 0u);  // the level is done

  const auto after_waiting = [](int bars) {
    EngineConfig c = config_with({2, 3});
    set_param(c, 2, "reversal_velocity_min", .5);
    S02 s(std::move(c));
    s.arm();
    s.sweep();
    for (int i = 0; i < bars; ++i) s.m1(1.08440, 1.08450, 1.08430, 1.08440);
    return s.reclaim().signal_count;
  };
  EXPECT_EQ(after_waiting(9), 1u);   // bar 10 after the sweep
  EXPECT_EQ(after_waiting(10), 0u);  // bar 11: expired
}

TEST(S02, AnExtremeThatDeepensIsTheOneThatCounts) {
  S02 s;
  s.arm();
  s.sweep(1.08480, 1.08490, 1);       // 2 p, thin volume
  s.sweep(1.08400, 1.08440, 4);       // 10 p on volume
  ASSERT_EQ(s.reclaim(1.08670).signal_count, 1u);
  EXPECT_DOUBLE_EQ(s.out().signals[0].criteria[1], 1.08400);
  EXPECT_DOUBLE_EQ(s.out().signals[0].criteria[3], 4);
}

TEST(S02, ASweepMayNotSpanAGap) {
  S02 s;
  s.arm();
  s.sweep();
  s.advance(3 * kHour_ns);
  s.close_bar(M1, 1.08440, 1.08680, 1.08440, 1.08680).flags = tf_flag::kGap;
  EXPECT_EQ(s.step().signal_count, 0u);
  EXPECT_EQ(s.funnel(2).evaluations(), 0u);
}

TEST(S02, AnotherLevelTradesFifteenMinutesLater) {
  const auto second_after = [](int minutes) {
    EngineConfig c = config_with({2, 3});
    set_param(c, 2, "htf_distance", 1000);
    S02 s(std::move(c));
    s.arm();
    s.sweep();
    EXPECT_EQ(s.reclaim().signal_count, 1u);
    for (int i = 0; i < minutes - 2; ++i) s.m1(1.08030, 1.08040, 1.08025, 1.08030);
    s.m1(1.08020, 1.08025, 1.07920, 1.07940, 4, 400);  // 8 p through 1.08000
    return s.m1(1.07940, 1.08180, 1.07940, 1.08180).signal_count;
  };
  EXPECT_EQ(second_after(14), 0u);
  EXPECT_EQ(second_after(15), 1u);
}

TEST(S02, ALevelTradesOnce) {
  S02 s;
  s.arm();
  s.sweep();
  EXPECT_EQ(s.reclaim().signal_count, 1u);
  s.m1(1.0868, 1.0868, 1.08520, 1.08530);
  s.sweep();
  EXPECT_EQ(s.reclaim().signal_count, 0u);
  EXPECT_EQ(s.funnel(2).evaluations(), 1u);
}

TEST(S02, ACloseBeyondTheExtremeInvalidatesThePosition) {
  S02 s;
  s.arm();
  s.sweep();
  const Signal g = s.reclaim().signals[0];
  s.fill_entry(g, s.seq, px(1.08690));
  EXPECT_EQ(s.m1(1.0868, 1.0868, 1.08410, 1.08420).exit_count, 0u);  // at e
  ASSERT_EQ(s.m1(1.0842, 1.0842, 1.08410, 1.08419).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, 1.08420);
}

TEST(S02, AnUnreadyFeatureMeansNoEvaluation) {
  for (const FeatureId id : {FeatureId::kFlowZ, FeatureId::kCvdN, FeatureId::kVpin, FeatureId::kConfluence, FeatureId::kLabel}) {
    S02 s;
    s.arm();
    s.sweep();
    switch (id) {
      case FeatureId::kFlowZ: s.value(id, M1, 20, 500) = FeatureValue::warming(); break;
      case FeatureId::kCvdN: s.value(id, M1, 20) = FeatureValue::invalid(); break;
      case FeatureId::kVpin: s.value(id, M1, 50) = FeatureValue::invalid(); break;
      case FeatureId::kLabel: s.value(id, Timeframe::kH4) = FeatureValue::warming(); break;
      default: s.value(id) = FeatureValue::invalid(); break;
    }
    EXPECT_EQ(s.reclaim().signal_count, 0u);
    EXPECT_EQ(s.funnel(2).evaluations(), 0u);
    EXPECT_EQ(s.funnel(2).skipped_not_ready(), 1u);
  }
}

}  // namespace
}  // namespace omega::test
