#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

/// Scenario A of S13 at the round number 1.25000: twenty calm bars, the stop run, quiet bars, the way back.
struct S13 : StageHarness {
  explicit S13(EngineConfig c = config_with({3, 13})) : StageHarness(std::move(c)) {
    vpin(.22);
    fz(3.0);
  }
  const SignalsOut& m1(double open, double high, double low, double close, double delta = 0, double vr = 1, double volume = 100) {
    advance(kMinute_ns);
    close_bar(M1, open, high, low, close, volume);
    set(delta, FeatureId::kBarDelta, M1, 50);
    set(vr, FeatureId::kVolumeRatio, M1, 50);
    return step();
  }
  S13& calm(int bars = 20) {
    for (int i = 0; i < bars; ++i) m1(1.25050, 1.25080, 1.25020, 1.25050);  // range 6 p; no swing: the bars are equal
    return *this;
  }
  S13& pierce(double low = 1.24900, double close = 1.25010, double vr = 4.0) {
    m1(1.25040, 1.25050, low, close, -50, vr);
    return *this;
  }
  S13& quiet(int bars = 4, double delta = 48, double range = .0003) {
    for (int i = 0; i < bars; ++i) m1(1.25045, 1.25060, 1.25060 - range, 1.25045, delta);
    return *this;
  }
  const SignalsOut& leave(double close = 1.25250, double open = 1.25030) { return m1(open, std::max(open, close), std::min(open, close), close); }
  const SignalsOut& scenario() { return calm().pierce().quiet().leave(); }
};

TEST(S13, ScenarioAGivesTheLongOfTheSpecification) {
  S13 s;
  ASSERT_EQ(s.scenario().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.25250));
  EXPECT_EQ(g.stop_loss, px(1.24800));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.27050));
  EXPECT_EQ(g.level, 4);
  EXPECT_NEAR(g.score, 4.1111, 5e-5);
  EXPECT_EQ(g.rr_min, 2.5);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.25);
  EXPECT_DOUBLE_EQ(g.criteria[1], 1.249);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .8, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .6111, 5e-5);
  EXPECT_EQ(g.criteria[6], .7);
  EXPECT_EQ(g.criteria[7], 4);
  EXPECT_EQ(g.time_stop_ns, 6 * kHour_ns);
}

TEST(S13, ScenarioBNineQuietBarsEndThePattern) {
  const auto after = [](int bars) {
    S13 s;
    return s.calm().pierce().quiet(bars).leave().signal_count;
  };
  EXPECT_EQ(after(9), 0u);
  EXPECT_EQ(after(8), 1u);
  EXPECT_EQ(after(3), 1u);
  EXPECT_EQ(after(2), 0u);
}

TEST(S13, TheShortIsTheMirror) {
  S13 s;
  s.fz(-3);
  for (int i = 0; i < 20; ++i) s.m1(1.24950, 1.24980, 1.24920, 1.24950);
  s.m1(1.24960, 1.25100, 1.24950, 1.24990, 50, 4.0);
  for (int i = 0; i < 4; ++i) s.m1(1.24955, 1.24970, 1.24940, 1.24955, -48);
  ASSERT_EQ(s.m1(1.24970, 1.24970, 1.24750, 1.24750).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.25200));
  EXPECT_NEAR(g.score, 4.1111, 5e-5);
}

TEST(S13, TheStopRunHasDepthVolumeAndComesFromInside) {
  const auto pierce = [](double low, double vr) {
    S13 s;
    s.calm().pierce(low, 1.25010, vr).quiet();
    s.leave();
    return s.out().signal_count;
  };
  EXPECT_EQ(pierce(1.24950, 4), 1u);  // 5 p
  EXPECT_EQ(pierce(1.24950001, 4), 0u);
  EXPECT_EQ(pierce(1.24949999, 4), 1u);
  EXPECT_EQ(pierce(1.24680, 4), 1u);  // 32 p
  EXPECT_EQ(pierce(1.24679999, 4), 0u);
  EXPECT_EQ(pierce(1.24680001, 4), 1u);
  EXPECT_EQ(pierce(1.24900, 3.5), 1u);
  EXPECT_EQ(pierce(1.24900, 3.5 - 1e-9), 0u);
  EXPECT_EQ(pierce(1.24900, 3.5 + 1e-9), 1u);
  S13 outside;  // bar 0 opens beyond the level
  outside.calm();
  outside.m1(1.24999999, 1.25050, 1.24900, 1.25010, -50, 4.0);
  EXPECT_EQ(outside.quiet().leave().signal_count, 0u);
  S13 empty;
  empty.calm();
  empty.m1(1.25040, 1.25050, 1.24900, 1.25010, -50, 4.0, 0);
  EXPECT_EQ(empty.quiet().leave().signal_count, 0u);
  S13 early;  // nineteen bars before it
  EXPECT_EQ(early.calm(19).pierce().quiet().leave().signal_count, 0u);
}

TEST(S13, BarOneMayStillCloseBackInside) {
  const auto back_at = [](int bar) {
    S13 s;
    s.calm().pierce(1.24900, bar == 0 ? 1.25010 : 1.24950);
    for (int i = 1; i < bar; ++i) s.m1(1.24950, 1.24960, 1.24940, 1.24950);
    if (bar > 0) s.m1(1.24950, 1.25020, 1.24880, 1.25010);
    s.quiet().leave();
    return s.out().signal_count == 1 ? s.out().signals[0].stop_loss : 0;
  };
  EXPECT_EQ(back_at(0), px(1.24800));
  EXPECT_EQ(back_at(1), px(1.24780)) << "bar 1 went deeper";
  EXPECT_EQ(back_at(2), 0);
  S13 at_level;
  EXPECT_EQ(at_level.calm().pierce(1.24900, 1.25).quiet().leave().signal_count, 1u);
}

TEST(S13, TheQuietBarsAreCompressedStillAndOneSided) {
  const auto quiet = [](double delta, double range) {
    S13 s;
    s.fz(9);
    s.vpin(.1);
    s.calm().pierce(1.24900, 1.25010, 5);
    s.quiet(4, delta, range);
    s.m1(1.25020, 1.25350, 1.25020, 1.25350);  // 33 p: every point
    return s.out().signal_count;
  };
  EXPECT_EQ(quiet(48, .00042), 1u);  // .7 of 6 p
  EXPECT_EQ(quiet(48, .00042001), 0u);
  EXPECT_EQ(quiet(48, .00041999), 1u);
  EXPECT_EQ(quiet(30, .0003), 1u);
  EXPECT_EQ(quiet(30 - 1e-6, .0003), 0u);
  EXPECT_EQ(quiet(30 + 1e-6, .0003), 1u);
  const auto drift = [](double last_close) {
    S13 s;
    s.calm().pierce().quiet(3);
    s.m1(1.25045, std::max(1.25060, last_close), std::max(1.25060, last_close) - .0003, last_close, 48);
    return s.leave().signal_count;
  };
  EXPECT_EQ(drift(1.25105 - 1e-8), 1u);  // less than two ranges of 3 p from 1.25045
  EXPECT_EQ(drift(1.25105), 0u);
}

TEST(S13, TheDisplacementIsFastAndLeavesTheRange) {
  const auto leave = [](double open, double close) {
    S13 s;
    s.vpin(.1);
    s.cvd(1);
    s.calm().pierce(1.24900, 1.25010, 5).quiet(4, 60);
    return s.leave(close, open).signal_count;
  };
  EXPECT_EQ(leave(1.25045, 1.25225), 1u);  // 18 p
  EXPECT_EQ(leave(1.25045, 1.25224999), 0u);
  EXPECT_EQ(leave(1.25045, 1.25225001), 1u);
  const auto close_at = [](double close) {
    S13 s;
    s.calm().pierce(1.24900, 1.25010, 5).quiet(4, 60);
    s.leave(close, close - .0018);
    return s.funnel(13).evaluations();
  };
  EXPECT_EQ(close_at(1.25060), 0u);  // at the extreme of phase 2
  EXPECT_EQ(close_at(1.25060001), 1u);
}

TEST(S13, ACloseBeyondTheExtremeAGapOrAMissingFeatureEndsThePattern) {
  const auto ended_by = [](auto&& event) {
    S13 s;
    s.calm().pierce().quiet(3);
    event(s);
    return s.leave().signal_count == 0;
  };
  EXPECT_FALSE(ended_by([](S13& s) { s.quiet(1); }));
  EXPECT_TRUE(ended_by([](S13& s) { s.m1(1.2504, 1.2504, 1.2489, 1.24899999, 90); }));
  EXPECT_TRUE(ended_by([](S13& s) {
    s.advance(kMinute_ns);
    s.close_bar(M1, 1.25045, 1.2506, 1.2503, 1.25045).flags = tf_flag::kGap;
    s.step();
  }));
  EXPECT_TRUE(ended_by([](S13& s) {
    s.value(FeatureId::kVpin, M1, 50) = FeatureValue::invalid();
    s.quiet(1);
    s.vpin(.22);
  }));
  S13 no_flow;
  no_flow.value(FeatureId::kFlowZ, M1, 20, 500) = FeatureValue::invalid();
  no_flow.calm().pierce();
  no_flow.fz(3);
  EXPECT_EQ(no_flow.quiet().leave().signal_count, 0u);
}

TEST(S13, TheScoreIsAGateAndPointsDecideTheLastFifth) {
  const auto score = [](double fz, double delta) {
    S13 s;
    s.fz(fz);
    s.calm().pierce().quiet(4, delta);
    return s.leave().signal_count;
  };
  // 1 + share/.6 + 1 + .6111 + .7: 4 at share = .413333
  const double share = 60 * (4 - 1 - 1 - .7 - (.5 + .5 * 4 / 18)) ;
  EXPECT_EQ(score(3, share + 1e-6), 1u);
  EXPECT_EQ(score(3, share - 1e-6), 0u);
  EXPECT_EQ(score(2.6, 48), 0u);   // 3.978
  const auto points = [](double vr, double range, double close, double open) {
    S13 s;
    s.calm().pierce(1.24900, 1.25010, vr).quiet(4, 60, range);
    return s.leave(close, open).signal_count == 1 ? s.out().signals[0].criteria[6] : 0.0;
  };
  EXPECT_EQ(points(4, .0003, 1.25100, 1.24920), .7);                   // 1 + 1 + 2 + 1 + 0: the least there is
  EXPECT_EQ(points(4, .0003, 1.25150, 1.24875), .7);                   // 1 + 1 + 2 + 2 + 1: 27.5 p, 9 p beyond
  EXPECT_EQ(points(4.5, .0003, 1.25250, 1.25030), .7);                 // 1 + 1 + 2 + 1 + 2
  EXPECT_EQ(points(4.5 + 1e-9, .0003, 1.25250, 1.25030), 1.0);         // 8
  EXPECT_EQ(points(4, .00029999, 1.25250, 1.25030), 1.0);
  EXPECT_EQ(points(4, .0003, 1.25300, 1.25030), .7);                   // 27 p is not above 27
  EXPECT_EQ(points(4, .0003, 1.25300001, 1.25030), 1.0);
  EXPECT_EQ(points(5, .0003, 1.25159999, 1.24979), .7);                // beyond by less than 10 p: 7
  EXPECT_EQ(points(5, .0003, 1.25160, 1.24979), 1.0);
  EXPECT_EQ(points(5, .0002, 1.25109999, 1.24929), .7);                // beyond by less than 5 p: 7
  EXPECT_EQ(points(5, .0002, 1.25110, 1.24929), 1.0);                  // 8
}

TEST(S13, FlowAndVpinScoreHalfAtHalfTheirFullValue) {
  const auto criterion = [](std::size_t i, double fz, double vpin) {
    S13 s;
    s.fz(fz);
    s.vpin(vpin);
    s.calm().pierce(1.24900, 1.25010, 5).quiet(4, 60);
    return s.leave().signal_count == 1 ? s.out().signals[0].criteria[i] : -1.0;
  };
  EXPECT_NEAR(criterion(2, 1.5, .22), .5, 1e-9);
  EXPECT_NEAR(criterion(4, 3.0, .40), .5, 1e-9);
}

TEST(S13, SizingLevelsFollowTheScore) {
  const auto level = [](double delta) {
    S13 s;
    s.calm().pierce(1.24900, 1.25010, 5).quiet(4, delta);
    return s.leave().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  const double share = 60 * (4.5 - 3 - (.5 + .5 * 4 / 18));  // P = 1
  EXPECT_EQ(level(share + 1e-6), 5);
  EXPECT_EQ(level(share - 1e-6), 4);
}

TEST(S13, EachLevelOnceAndAnHourOfRest) {
  S13 s;
  s.scenario();
  for (int i = 0; i < 60; ++i) s.m1(1.25050, 1.25080, 1.25030, 1.25050);  // as low as before: no swing
  s.pierce().quiet().leave();
  EXPECT_EQ(s.out().signal_count, 0u) << "the round number was traded";
  EXPECT_EQ(s.funnel(13).evaluations(), 1u);
  const auto other_level_after = [](int bars) {
    S13 t;
    t.scenario();
    for (int i = 0; i < bars; ++i) t.m1(1.24550, 1.24580, 1.24520, 1.24550);
    t.m1(1.24540, 1.24550, 1.24400, 1.24510, -50, 4.0);
    for (int i = 0; i < 4; ++i) t.m1(1.24545, 1.24560, 1.24530, 1.24545, 48);
    return t.m1(1.24530, 1.24750, 1.24530, 1.24750).signal_count;
  };
  EXPECT_EQ(other_level_after(53), 0u);  // 59 min
  EXPECT_EQ(other_level_after(54), 1u);
}

TEST(S13, ASwingOfStrengthFiveIsALevelToo) {
  S13 s;
  for (int i = 0; i < 6; ++i) s.m1(1.25250 - i * .0002, 1.25270 - i * .0002, 1.25230 - i * .0002, 1.25240 - i * .0002);
  for (int i = 0; i < 15; ++i) s.m1(1.25150 + i * 1e-5, 1.25200 + i * 1e-5, 1.25145 + i * 1e-5, 1.25180 + i * 1e-5);  // low 1.25130 stands
  s.m1(1.25180, 1.25185, 1.25040, 1.25140, -50, 4.0);  // 9 p below it, closes back above
  for (int i = 0; i < 4; ++i) s.m1(1.25145, 1.25160, 1.25140, 1.25145, 48);
  ASSERT_EQ(s.m1(1.25145, 1.25365, 1.25145, 1.25365).signal_count, 1u);
  EXPECT_DOUBLE_EQ(s.out().signals[0].criteria[0], 1.25130);
}

TEST(S13, ACloseBeyondTheFarSideOfTheQuietRangeInvalidates) {
  for (const bool restart : {false, true}) {
    S13 s;
    s.restart_every_event = restart;
    const Signal g = s.scenario().signals[0];
    s.fill_entry(g, s.seq, px(1.25255));
    EXPECT_EQ(s.m1(1.2510, 1.2511, 1.2500, 1.25030).exit_count, 0u);
    ASSERT_EQ(s.m1(1.2510, 1.2511, 1.2500, 1.25029999).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  }
}

}  // namespace
}  // namespace omega::test
