#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// Scenario A of S16: every injected value; the break comes at the third persistent close.
struct S16 : StageHarness {
  explicit S16(EngineConfig c = config_with({3, 16})) : StageHarness(std::move(c)) {
    hurst(.68, .93);
    swing(kLong, 1.10500, 1'000);
    labels(1, 1, 1, 0);
    volume(1.8, 1.4);
    before(1.10810 / 1.0031);
    fz(3.3);
    cvd(.5);
    vpin(.26);
  }
  void hurst(double h, double r2) {
    set(h, FeatureId::kHurst, M15, 400);
    set(r2, FeatureId::kHurstR2, M15, 400);
  }
  void swing(Direction d, double price, double time) {
    set(static_cast<double>(px(price)), d > 0 ? FeatureId::kSwingHigh : FeatureId::kSwingLow, M15, 3);
    set(time, d > 0 ? FeatureId::kSwingHighTime : FeatureId::kSwingLowTime, M15, 3);
  }
  void labels(double m5, double m15, double h1, double h4_label) {
    set(m5, FeatureId::kLabel, Timeframe::kM5);
    set(m15, FeatureId::kLabel, M15);
    set(h1, FeatureId::kLabel, Timeframe::kH1);
    h4(h4_label);
  }
  void volume(double vr, double vmr) {
    set(vr, FeatureId::kVolumeRatio, M15, 20);
    set(vmr, FeatureId::kVolumeMeanRatio, M15, 3, 17);
  }
  void before(double close) { set(close * 1e9, FeatureId::kCloseLag, M15, 4); }
  const SignalsOut& m15(double close, double traded = 100) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close, traded);
    return step();
  }
  S16& quiet(int bars) {
    for (int i = 0; i < bars; ++i) m15(1.10500);
    return *this;
  }
  const SignalsOut& breaks(double close = 1.10810) { return quiet(2).m15(close); }
};

template <class Change>
std::uint32_t signals_after(Change&& change, double close = 1.10810) {
  S16 s;
  change(s);
  return s.breaks(close).signal_count;
}

TEST(S16, ScenarioAGivesTheLongOfTheSpecification) {
  S16 s;
  ASSERT_EQ(s.breaks().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10810));
  EXPECT_EQ(g.stop_loss, px(1.10300));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.12442));
  EXPECT_EQ(g.level, 4);
  EXPECT_NEAR(g.score, 4.6333, 5e-5);
  EXPECT_DOUBLE_EQ(g.criteria[0], .68);
  EXPECT_DOUBLE_EQ(g.criteria[1], 1.10500);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .8333, 5e-5);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .8, 1e-12);
  EXPECT_NEAR(g.criteria[6], 1, 1e-12);
  EXPECT_EQ(g.criteria[7], 3);
  EXPECT_EQ(g.time_stop_ns, 8 * kHour_ns);
}

TEST(S16, ScenarioBNoiseGivesNone) {
  S16 s;
  s.hurst(.58, .93);
  EXPECT_EQ(s.breaks().signal_count, 0u);
  EXPECT_EQ(s.funnel(16).passed(0), 0u);
}

TEST(S16, TheShortIsTheMirror) {
  S16 s;
  s.value(FeatureId::kSwingHigh, M15, 3) = FeatureValue::warming();
  s.swing(kShort, 1.10500, 1'000);
  s.labels(-1, -1, 0, -1);
  s.fz(-3.3);
  s.cvd(-.5);
  s.before(1.10190 / .9969);
  ASSERT_EQ(s.breaks(1.10190).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10700));
  EXPECT_NEAR(s.out().signals[0].score, 4.6333, 5e-5);
}

TEST(S16, PersistenceMustHoldAtThreeClosesInARow) {
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.65, .93); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.65 - 1e-9, .93); }), 0u);
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.65 + 1e-9, .93); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.68, .75); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.68, .75 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S16& s) { s.hurst(.68, .75 + 1e-9); }), 1u);
  S16 two;
  EXPECT_EQ(two.quiet(1).m15(1.10810).signal_count, 0u);
  S16 broken;
  broken.quiet(1);
  broken.hurst(.6, .93);
  broken.quiet(1);
  broken.hurst(.68, .93);
  broken.quiet(1);
  EXPECT_EQ(broken.m15(1.10810).signal_count, 0u) << "two in a row";
}

TEST(S16, AMeanRevertingCloseSilencesThreeBars) {
  const auto after = [](double hurst, int bars) {
    S16 s;
    s.hurst(hurst, .93);
    s.quiet(1);
    s.hurst(.68, .93);
    s.quiet(bars - 1);
    return s.m15(1.10810).signal_count;
  };
  EXPECT_EQ(after(.35, 3), 0u);
  EXPECT_EQ(after(.35 + 1e-9, 3), 1u);
  EXPECT_EQ(after(.35 - 1e-9, 3), 0u);
  EXPECT_EQ(after(.35, 4), 1u);
}

TEST(S16, TheFirstCloseThirtyPipsBeyondTheSwingCountsOnce) {
  EXPECT_EQ(signals_after([](S16&) {}, 1.10800), 1u);
  EXPECT_EQ(signals_after([](S16&) {}, 1.10799999), 0u);
  EXPECT_EQ(signals_after([](S16&) {}, 1.10800001), 1u);
  S16 s;
  s.volume(1, 1.4);
  EXPECT_EQ(s.breaks().signal_count, 0u);
  s.volume(1.8, 1.4);
  EXPECT_EQ(s.m15(1.10820).signal_count, 0u) << "the swing is used up";
  s.quiet(1);
  EXPECT_EQ(s.m15(1.10820).signal_count, 0u);
  s.swing(kLong, 1.10500, 2'000);  // a new one
  EXPECT_EQ(s.m15(1.10820).signal_count, 1u);
}

TEST(S16, ThreeOfFourTimeframesMustAgree) {
  EXPECT_EQ(signals_after([](S16& s) { s.labels(1, 1, 0, 0); }), 0u);
  EXPECT_EQ(signals_after([](S16& s) { s.labels(1, 1, 1, 1); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.labels(0, 1, 1, 1); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.labels(1, 0, 1, 1); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.labels(1, 1, -1, 1); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.labels(-1, -1, -1, 1); }), 0u);
}

TEST(S16, VolumeAndScoreAreGates) {
  EXPECT_EQ(signals_after([](S16& s) { s.volume(1.6, 1.4); }), 1u);
  EXPECT_EQ(signals_after([](S16& s) { s.volume(1.6 - 1e-9, 1.4); }), 0u);
  EXPECT_EQ(signals_after([](S16& s) { s.volume(1.6 + 1e-9, 1.4); }), 1u);
  S16 quiet;
  quiet.quiet(2);
  EXPECT_EQ(quiet.m15(1.10810, 0).signal_count, 0u);
  // 1 + cvd/.6 + 1 + .6 + 1: 3.7 at cvd = .06
  const auto score = [](double cvd) {
    return signals_after([&](S16& s) {
      s.volume(1.8, 1.3);
      s.cvd(cvd);
    });
  };
  EXPECT_EQ(score(.06), 1u);
  EXPECT_EQ(score(.06 - 1e-8), 0u);
  EXPECT_EQ(score(.06 + 1e-8), 1u);
}

TEST(S16, EachCriterionScoresAgainstItsOwnThreshold) {
  const auto criterion = [](std::size_t i, auto&& change) {
    S16 s;
    change(s);
    return s.breaks().signal_count == 1 ? s.out().signals[0].criteria[i] : -1.0;
  };
  EXPECT_NEAR(criterion(2, [](S16& s) { s.fz(2.4); }), .8, 1e-12);
  EXPECT_NEAR(criterion(4, [](S16& s) { s.vpin(.35); }), .75, 1e-12);
  EXPECT_NEAR(criterion(6, [](S16& s) { s.before(1.10810 / 1.0015); }), .5, 1e-6);
}

TEST(S16, SizingLevelsFollowTheScore) {
  const auto level = [](double cvd, double vmr) {
    S16 s;
    s.cvd(cvd);
    s.volume(1.8, vmr);
    return s.breaks().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(.3, 1.5), 4);            // 4.5
  EXPECT_EQ(level(.3 - 1e-7, 1.5), 3);
  EXPECT_EQ(level(.3, 1.25), 3);           // 4.0
  EXPECT_EQ(level(.3 - 1e-7, 1.25), 2);
}

TEST(S16, TheStopIsNeverFurtherThanItsShareOfThePrice) {
  S16 s;
  ASSERT_EQ(s.breaks(1.13000).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.13) - std::llround(.012 * 1.13e9));
}

TEST(S16, TwoHoursOfRestBetweenSignals) {
  const auto second_after = [](int quiet_bars) {
    S16 s;
    s.breaks();
    s.swing(kLong, 1.10500, 2'000);
    s.quiet(quiet_bars);
    return s.m15(1.10810).signal_count;
  };
  EXPECT_EQ(second_after(6), 0u);  // 7 bars after: 105 min
  EXPECT_EQ(second_after(7), 1u);
}

TEST(S16, ThreeNoisyClosesInARowInvalidateThePosition) {
  for (const bool restart : {false, true}) {
    S16 s;
    s.restart_every_event = restart;
    const Signal g = s.breaks().signals[0];
    s.fill_entry(g, s.seq, px(1.10815));
    s.hurst(.5, .93);
    s.quiet(3);
    EXPECT_EQ(s.out().exit_count, 0u) << ".5 is not below .5";
    s.hurst(.5 - 1e-9, .93);
    s.quiet(2);
    EXPECT_EQ(s.out().exit_count, 0u);
    ASSERT_EQ(s.m15(1.10500).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  }
}

}  // namespace
}  // namespace omega::test
