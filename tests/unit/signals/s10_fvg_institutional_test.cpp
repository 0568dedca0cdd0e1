#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// Scenario A of S10: the gap, a bar outside it, then the close inside.
struct S10 : StageHarness {
  explicit S10(EngineConfig c = config_with({3, 10})) : StageHarness(std::move(c)) {
    fz(3.0);
    cvd(.39);
    vpin(.20);
    conf(.6);
  }
  const SignalsOut& m15(double open, double high, double low, double close, double vpct = 0, double vmr = 1, double volume = 100) {
    advance(15 * kMinute_ns);
    close_bar(M15, open, high, low, close, volume);
    set(vpct, FeatureId::kVolumePercentile, M15, 100);
    set(vmr, FeatureId::kVolumeMeanRatio, M15, 3, 47);
    return step();
  }
  /// Zone [1.10000, top]; the close of its third bar lies above it.
  void gap(double top = 1.10200, double vpct = 82) {
    m15(1.09950, 1.10000, 1.09900, 1.09980);
    m15(1.09980, 1.10300, 1.09970, 1.10290, vpct);
    m15(1.10290, 1.10400, top, 1.10380);
  }
  /// A bar that closes at `close` with a wick of half its body below: Sw = .5/2·2 = .5 when the wick equals the body.
  const SignalsOut& retest(double close = 1.10080, double vmr = 1.8) { return m15(close - .0002, close + .0001, close - .0004, close, 0, vmr); }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S10 s;
  s.gap();
  change(s);
  return s.retest().signal_count;
}

TEST(S10, ScenarioAGivesTheLongOfTheSpecification) {
  S10 s;
  s.gap();
  ASSERT_EQ(s.retest().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10080));
  EXPECT_EQ(g.stop_loss, px(1.09920));
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_EQ(g.take_profit[0], px(1.10320));  // 1.5R
  EXPECT_EQ(g.take_profit[1], px(1.10480));
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[1], .5);
  EXPECT_EQ(g.level, 3);
  EXPECT_NEAR(g.score, 3.55, 1e-9);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.10000);
  EXPECT_DOUBLE_EQ(g.criteria[1], 1.10200);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .65, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .5, 1e-12);
  EXPECT_NEAR(g.criteria[6], .4, 1e-12);
  EXPECT_NEAR(g.criteria[7], 20, 1e-12);
  EXPECT_EQ(g.flags, signal_flag::kUsesVpin);
  EXPECT_EQ(g.rr_min, 1.5);
  EXPECT_EQ(g.time_stop_ns, 4 * kHour_ns);
}

TEST(S10, ScenarioBAGapOfTwelvePipsIsNoZone) {
  S10 s;
  s.gap(1.10120);
  EXPECT_EQ(s.retest(1.10050).signal_count, 0u);
  EXPECT_EQ(s.funnel(10).evaluations(), 0u);
}

TEST(S10, TheShortIsTheMirror) {
  S10 s;
  s.fz(-3.0);
  s.cvd(-.39);
  s.conf(.4);
  s.m15(1.10050, 1.10100, 1.10000, 1.10020);
  s.m15(1.10020, 1.10030, 1.09700, 1.09710, 90);
  s.m15(1.09710, 1.09800, 1.09600, 1.09620);  // zone [1.09800, 1.10000]
  ASSERT_EQ(s.m15(1.09940, 1.09960, 1.09910, 1.09920, 0, 1.8).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.10080));
  EXPECT_EQ(g.take_profit[1], px(1.09520));
}

TEST(S10, FlowAndVpinScoreHalfAtHalfTheirFullValue) {
  const auto criterion = [](std::size_t i, double fz, double vpin) {
    S10 s;
    s.fz(fz);
    s.cvd(.6);
    s.vpin(vpin);
    s.gap();
    return s.retest(1.10080, 3).signal_count == 1 ? s.out().signals[0].criteria[i] : -1.0;
  };
  EXPECT_NEAR(criterion(2, 1.5, .20), .5, 1e-9);
  EXPECT_NEAR(criterion(4, 3.0, .40), .5, 1e-9);
}

TEST(S10, OnlyAWideGapAfterAHighVolumeImpulseCounts) {
  const auto made = [](double top, double vpct) {
    S10 s;
    s.cvd(.6);
    s.gap(top, vpct);
    return s.retest(1.10050, 3).signal_count;
  };
  EXPECT_EQ(made(1.10150, 90), 1u);  // 15 p
  EXPECT_EQ(made(1.10149999, 90), 0u);
  EXPECT_EQ(made(1.10150001, 90), 1u);
  EXPECT_EQ(made(1.10200, 82), 1u);
  EXPECT_EQ(made(1.10200, 82 - 1e-9), 0u);
  EXPECT_EQ(made(1.10200, 82 + 1e-9), 1u);
}

TEST(S10, TheVolumeIsThatOfTheImpulseAndItsDirectionThatOfTheGap) {
  S10 late;  // the percentile of the third bar does not help
  late.m15(1.09950, 1.10000, 1.09900, 1.09980);
  late.m15(1.09980, 1.10300, 1.09970, 1.10290, 50);
  late.m15(1.10290, 1.10400, 1.10200, 1.10380, 99);
  EXPECT_EQ(late.retest().signal_count, 0u);
  S10 down;  // an impulse bar that closed down leaves no gap upwards
  down.m15(1.09950, 1.10000, 1.09900, 1.09980);
  down.m15(1.10290, 1.10300, 1.09970, 1.10280, 90);
  down.m15(1.10290, 1.10400, 1.10200, 1.10380);
  EXPECT_EQ(down.retest().signal_count, 0u);
  S10 empty;  // an impulse without volume holds an older percentile
  empty.m15(1.09950, 1.10000, 1.09900, 1.09980);
  empty.m15(1.09980, 1.10300, 1.09970, 1.10290, 90, 1, 0);
  empty.m15(1.10290, 1.10400, 1.10200, 1.10380);
  EXPECT_EQ(empty.retest().signal_count, 0u);
}

TEST(S10, TheThreeBarsFollowEachOther) {
  const auto with = [](int missing_before, bool gap_flag) {
    S10 s;
    s.m15(1.09950, 1.10000, 1.09900, 1.09980);
    if (missing_before == 1) s.advance(15 * kMinute_ns);
    s.m15(1.09980, 1.10300, 1.09970, 1.10290, 90);
    if (missing_before == 2) s.advance(15 * kMinute_ns);
    s.advance(15 * kMinute_ns);
    s.close_bar(M15, 1.10290, 1.10400, 1.10200, 1.10380).flags |= gap_flag ? tf_flag::kGap : 0;
    s.set(0, FeatureId::kVolumePercentile, M15, 100);
    s.step();
    return s.retest().signal_count;
  };
  EXPECT_EQ(with(0, false), 1u);
  EXPECT_EQ(with(1, false), 0u);
  EXPECT_EQ(with(2, false), 0u);
  EXPECT_EQ(with(0, true), 0u);
}

TEST(S10, TheCloseLiesInTheFarHalfOfTheGap) {
  const auto close = [](double v) {
    S10 s;
    s.cvd(.6);
    s.gap();
    return s.retest(v, 3).signal_count;
  };
  EXPECT_EQ(close(1.10100), 1u);  // half of 20 p
  EXPECT_EQ(close(1.10100001), 0u);
  EXPECT_EQ(close(1.10099999), 1u);
  EXPECT_EQ(close(1.10000), 1u);   // at the far edge: not through
  EXPECT_EQ(close(1.09999999), 0u);
}

TEST(S10, ConfluenceScoreAndRewardAreGates) {
  EXPECT_EQ(signals_after([](S10& s) { s.conf(.55); }), 1u);
  EXPECT_EQ(signals_after([](S10& s) { s.conf(.55 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S10& s) { s.conf(.55 + 1e-8); }), 1u);
  // 1 + cvd/.6 + 1 + .5 + .4: 3.5 at cvd = .36
  EXPECT_EQ(signals_after([](S10& s) { s.cvd(.36); }), 1u);
  EXPECT_EQ(signals_after([](S10& s) { s.cvd(.36 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S10& s) { s.cvd(.36 + 1e-8); }), 1u);
  EXPECT_EQ(signals_after([](S10& s) { s.fz(2.7); }), 0u);
  EXPECT_EQ(signals_after([](S10& s) { s.vpin(.32); }), 0u);  // .9: 3.45
  EngineConfig c = config_with({3, 10});
  set_param(c, 10, "target_gap_multiples", .5);  // 10 p
  const auto reward = [&](double close) {
    S10 s(c);
    s.cvd(.6);
    s.gap(1.10340);  // 34 p: target 17 p
    return s.retest(close, 3).signal_count;
  };
  EXPECT_EQ(reward(1.10033), 1u);    // risk 11.3 p: 1.504
  EXPECT_EQ(reward(1.10034), 0u);    // risk 11.4 p: 1.491
}

TEST(S10, AGapDiesByACloseThroughByAgeByAGapByASixthNewerOneAndByItsSignal) {
  const auto killed_by = [](auto&& event) {
    S10 s;
    s.gap();
    event(s);
    return s.retest().signal_count == 0;
  };
  const auto quiet = [](S10& s, int bars) {
    for (int i = 0; i < bars; ++i) s.m15(1.1035, 1.1036, 1.1034, 1.1035);
  };
  EXPECT_FALSE(killed_by([&](S10& s) { quiet(s, 99); }));  // the retest is bar 100
  EXPECT_TRUE(killed_by([&](S10& s) { quiet(s, 100); }));
  EXPECT_TRUE(killed_by([](S10& s) { s.m15(1.1010, 1.1011, 1.0999, 1.09999999); }));
  EXPECT_TRUE(killed_by([](S10& s) {
    s.advance(15 * kMinute_ns);
    s.close_bar(M15, 1.1035, 1.1036, 1.1034, 1.1035).flags = tf_flag::kGap;
    s.step();
  }));
  const auto newer = [](int n) {
    S10 s;
    s.gap();
    for (int i = 0; i < n; ++i) {
      const double base = 1.1040 + .004 * i;
      s.m15(base, base + .0001, base - .0001, base);
      s.m15(base, base + .0030, base - .0001, base + .0029, 90);
      s.m15(base + .0029, base + .0034, base + .0020, base + .0030);
    }
    return s.retest().signal_count;
  };
  EXPECT_EQ(newer(4), 1u);
  EXPECT_EQ(newer(5), 0u);
  S10 s;
  s.gap();
  EXPECT_EQ(s.retest().signal_count, 1u);
  quiet(s, 4);  // the rest is over
  EXPECT_EQ(s.retest().signal_count, 0u);
  EXPECT_EQ(s.funnel(10).evaluations(), 1u);
}

TEST(S10, AConditionThatHoldsOnIsNotANewEdge) {
  EngineConfig c = config_with({3, 10});
  S10 s(std::move(c));
  s.gap();
  s.cvd(.6);
  const Signal g = s.retest().signals[0];
  s.fill_entry(g, s.seq, px(1.10085));
  s.m15(1.1035, 1.1036, 1.1034, 1.1035);
  s.m15(1.10350, 1.10360, 1.10340, 1.10350);
  s.gap(1.10150);  // a second zone while the position is open
  s.retest(1.10050, 3);
  EXPECT_EQ(s.out().signal_count, 0u);
  EXPECT_EQ(s.funnel(10).suppressed_position(), 1u);
  s.retest(1.10050, 3);
  EXPECT_EQ(s.funnel(10).suppressed_edge(), 1u);
}

TEST(S10, SizingLevelsFollowScoreAndGap) {
  const auto level = [](double top, double cvd, double vmr) {
    S10 s;
    s.cvd(cvd);
    s.gap(top);
    s.m15(1.10070, 1.10090, 1.10030, 1.10080, 0, vmr);  // wick 4, body 1: Sw = 1
    return s.out().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(1.10225, .3, 3), 5);            // 4.5, 22.5 p
  EXPECT_EQ(level(1.10225, .3 - 1e-7, 3), 4);
  EXPECT_EQ(level(1.10224999, .3, 3), 4);
  EXPECT_EQ(level(1.10200, .3, 2), 4);            // 4.0
  EXPECT_EQ(level(1.10200, .3 - 1e-7, 2), 3);
}

TEST(S10, HalfAnHourOfRestBetweenSignals) {
  const auto second_after = [](int quiet_bars) {
    S10 s;
    s.gap();
    s.m15(1.10290, 1.10310, 1.10280, 1.10300);
    s.m15(1.10300, 1.10700, 1.10290, 1.10690, 90);
    s.m15(1.10690, 1.10700, 1.10600, 1.10650);  // a second zone, [1.10310, 1.10600]
    EXPECT_EQ(s.retest(1.10400).signal_count, 1u);
    for (int i = 0; i < quiet_bars; ++i) s.m15(1.1065, 1.1066, 1.1064, 1.1065);
    const std::uint32_t signals = s.retest(1.10080).signal_count;
    EXPECT_EQ(s.funnel(10).suppressed_cooldown(), 1u - signals);
    return signals;
  };
  EXPECT_EQ(second_after(0), 0u);  // 15 min
  EXPECT_EQ(second_after(1), 1u);  // 30 min
}

TEST(S10, ACloseThroughTheFarEdgeInvalidatesThePosition) {
  for (const bool restart : {false, true}) {
    S10 s;
    s.restart_every_event = restart;
    s.gap();
    const Signal g = s.retest().signals[0];
    s.fill_entry(g, s.seq, px(1.10085));
    EXPECT_EQ(s.m15(1.1008, 1.1009, 1.0999, 1.10000).exit_count, 0u);
    ASSERT_EQ(s.m15(1.1000, 1.1001, 1.0999, 1.09999999).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  }
}

TEST(S10, ItsActiveZonesSupportOtherStrategies) {
  S10 s;
  const auto str = [&] { return s.out().signals[0].str; };
  s.gap();
  ASSERT_EQ(s.retest().signal_count, 1u);
  EXPECT_NEAR(str(), .7, 1e-12) << "the zone that signals counts";
}

}  // namespace
}  // namespace omega::test
