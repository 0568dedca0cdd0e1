#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15, H4 = Timeframe::kH4;

/// Scenario A of S09: every injected value.
struct S09 : StageHarness {
  explicit S09(EngineConfig c = config_with({3, 9})) : StageHarness(std::move(c)) {
    range(1.09980, 1.10200);
    volume(4.5, 3.1);
    delta_z(2.9);
    before(1.10050);
    fz(3.3);
    cvd(.48);
    vpin(.21);
    h4(1);
    conf(.7);
  }
  void range(double low, double high) {
    set(static_cast<double>(px(high)), FeatureId::kHighLag, M15, 10);
    set(static_cast<double>(px(low)), FeatureId::kLowLag, M15, 10);
  }
  void volume(double vr, double vz) {
    set(vr, FeatureId::kVolumeRatio, M15, 50);
    set(vz, FeatureId::kVolumeZ, M15, 50);
  }
  void delta_z(double z) { set(z, FeatureId::kBarDeltaZ, M15, 50); }
  void before(double close) { set(static_cast<double>(px(close)), FeatureId::kCloseLag, M15, 5); }
  void swing(FeatureId side, double price) { set(static_cast<double>(px(price)), side, H4, 3); }
  void mirror() {
    volume(4.5, 3.1);
    delta_z(-2.9);
    before(1.10130);
    fz(-3.3);
    cvd(-.48);
    h4(-1);
    conf(.3);
  }
  const SignalsOut& m15(double close = 1.10330, double traded = 100) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close, traded);
    return step();
  }
  S09& quiet() {  // the range holds: nothing to trade
    m15(1.10100);
    return *this;
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change, double close = 1.10330) {
  S09 s;
  change(s);
  return s.m15(close).signal_count;
}

TEST(S09, ScenarioAGivesTheLongOfTheSpecification) {
  S09 s;
  ASSERT_EQ(s.m15().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10330));
  EXPECT_EQ(g.stop_loss, px(1.09930));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.11530));
  EXPECT_EQ(g.level, 4);
  EXPECT_NEAR(g.score, 4.1, 1e-9);
  EXPECT_NEAR(g.quality_raw, .82, 1e-9);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.10200);
  EXPECT_DOUBLE_EQ(g.criteria[1], 1.09980);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .8, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .5, 1e-12);
  EXPECT_NEAR(g.criteria[6], .8, 1e-12);
  EXPECT_DOUBLE_EQ(g.criteria[7], 2.9);
  EXPECT_EQ(g.flags, signal_flag::kBreakEven | signal_flag::kTrailM15 | signal_flag::kTargetsInR | signal_flag::kUsesVpin);
  EXPECT_EQ(g.rr_min, 1.5);
  EXPECT_EQ(g.time_stop_ns, 3 * kHour_ns);
}

TEST(S09, ScenarioBACloseHalfAPipOutIsNoBreak) {
  S09 s;
  EXPECT_EQ(s.m15(1.10205).signal_count, 0u);
  EXPECT_EQ(s.funnel(9).passed(0), 1u);
  EXPECT_EQ(s.funnel(9).passed(1), 0u);
}

TEST(S09, TheShortIsTheMirror) {
  S09 s;
  s.mirror();
  ASSERT_EQ(s.m15(1.09850).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.10250));
  EXPECT_EQ(g.take_profit[2], px(1.08650));
  EXPECT_NEAR(g.score, 4.1, 1e-9);
}

TEST(S09, TheRangeMustBeTightAndTheCloseBeyondIt) {
  EXPECT_EQ(signals_after([](S09& s) { s.range(1.09950, 1.10200); }), 1u);  // 25 p
  EXPECT_EQ(signals_after([](S09& s) { s.range(1.09949999, 1.10200); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.range(1.09950001, 1.10200); }), 1u);
  EXPECT_EQ(signals_after([](S09&) {}, 1.10230), 1u);  // 3 p
  EXPECT_EQ(signals_after([](S09&) {}, 1.10229999), 0u);
  EXPECT_EQ(signals_after([](S09&) {}, 1.10230001), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.mirror(); }, 1.09950), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.mirror(); }, 1.09950001), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.mirror(); }, 1.09949999), 1u);
}

TEST(S09, VolumeAndSignedVolumeMustExpand) {
  EXPECT_EQ(signals_after([](S09& s) { s.volume(3, 3.1); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.volume(3 - 1e-9, 3.1); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.volume(3 + 1e-9, 3.1); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.volume(4.5, 2.8); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.volume(4.5, 2.8 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.volume(4.5, 2.8 + 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.delta_z(2.5); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.delta_z(2.5 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.delta_z(2.5 + 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.delta_z(-2.9); }), 0u);
  S09 s;
  EXPECT_EQ(s.m15(1.10330, 0).signal_count, 0u) << "a bar without volume confirms nothing";
}

TEST(S09, AnH4SwingBrokenOrTheH4LabelAgrees) {
  EXPECT_EQ(signals_after([](S09& s) { s.h4(0); }), 0u);
  const auto with_swing = [](double price) {
    return signals_after([&](S09& s) {
      s.h4(-1);
      s.swing(FeatureId::kSwingHigh, price);
    });
  };
  EXPECT_EQ(with_swing(1.10329999), 1u);
  EXPECT_EQ(with_swing(1.10330), 0u);  // at it is not beyond it
  EXPECT_EQ(with_swing(1.10330001), 0u);
  EXPECT_EQ(signals_after([](S09& s) {
    s.mirror();
    s.h4(0);
    s.swing(FeatureId::kSwingLow, 1.09850001);
  }, 1.09850), 1u);
}

TEST(S09, ConfluenceAndScoreAreGates) {
  EXPECT_EQ(signals_after([](S09& s) { s.conf(.6); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.conf(.6 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.conf(.6 + 1e-8); }), 1u);
  // 1 + cvd/.6 + 1 + .5 + .8: 3.5 at cvd = .12
  EXPECT_EQ(signals_after([](S09& s) { s.cvd(.12); }), 1u);
  EXPECT_EQ(signals_after([](S09& s) { s.cvd(.12 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S09& s) { s.cvd(.12 + 1e-8); }), 1u);
}

TEST(S09, EachCriterionScoresAgainstItsOwnThreshold) {
  const auto criterion = [](std::size_t i, auto&& change) {
    S09 s;
    change(s);
    return s.m15().signal_count == 1 ? s.out().signals[0].criteria[i] : -1.0;
  };
  EXPECT_NEAR(criterion(2, [](S09& s) { s.fz(2.4); }), .8, 1e-12);
  EXPECT_NEAR(criterion(4, [](S09& s) { s.vpin(.35); }), .75, 1e-12);
  EXPECT_NEAR(criterion(5, [](S09& s) { s.volume(6, 3.1); }), 1, 1e-12);
  EXPECT_NEAR(criterion(6, [](S09& s) { s.before(1.09980); }), 1, 1e-12);  // 35 p
  EXPECT_NEAR(criterion(6, [](S09& s) { s.before(1.10155); }), .5, 1e-12);
}

TEST(S09, SizingLevelsFollowTheScore) {
  const auto level = [](double cvd, double vr) {
    S09 s;
    s.before(1.09980);  // 1 + cvd/.6 + 1 + (vr-3)/3 + 1
    s.cvd(cvd);
    s.volume(vr, 3.1);
    return s.m15().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(.6, 4.5), 5);            // 4.5
  EXPECT_EQ(level(.6 - 1e-7, 4.5), 4);
  EXPECT_EQ(level(.3, 4.5), 4);            // 4
  EXPECT_EQ(level(.3 - 1e-7, 4.5), 3);
}

TEST(S09, TheStopIsNeverFurtherThanItsShareOfThePrice) {
  S09 s;
  s.range(1.09980, 1.10200);
  ASSERT_EQ(s.m15(1.12000).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.12) - std::llround(.012 * 1.12e9));
}

TEST(S09, OneSignalPerEdgeAndFiveHoursOfRest) {
  S09 s;
  EXPECT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(9).suppressed_edge(), 1u);
  for (int i = 2; i < 19; ++i) s.quiet();
  EXPECT_EQ(s.m15().signal_count, 0u);  // 19 bars after the signal
  EXPECT_EQ(s.funnel(9).suppressed_cooldown(), 1u);
  S09 later;
  EXPECT_EQ(later.m15().signal_count, 1u);
  for (int i = 1; i < 20; ++i) later.quiet();
  EXPECT_EQ(later.m15().signal_count, 1u);
}

/// The close that invalidates in the n-th bar after the signal, or not.
std::uint32_t exits_at(int bar, double close, bool restart = false) {
  S09 s;
  s.restart_every_event = restart;
  const Signal g = s.m15().signals[0];
  s.fill_entry(g, s.seq, px(1.10335));
  for (int i = 1; i < bar; ++i) s.m15(1.10300);
  return s.m15(close).exit_count;
}

TEST(S09, ACloseBackInsideByMoreThanHalfTheRangeInvalidatesInTheFirstFourBars) {
  // half of 22 p below 1.10200 is 1.10090
  EXPECT_EQ(exits_at(1, 1.10090), 0u);
  EXPECT_EQ(exits_at(1, 1.10089999), 1u);
  EXPECT_EQ(exits_at(1, 1.10090001), 0u);
  EXPECT_EQ(exits_at(4, 1.10080), 1u);
  EXPECT_EQ(exits_at(5, 1.10080), 0u);
  EXPECT_EQ(exits_at(4, 1.10080, true), 1u) << "the strategy lives on its checkpoint";
  EXPECT_EQ(exits_at(5, 1.10080, true), 0u);
  S09 s;
  s.mirror();
  const Signal g = s.m15(1.09850).signals[0];
  s.fill_entry(g, s.seq, px(1.09845));
  EXPECT_EQ(s.m15(1.10090).exit_count, 0u);
  ASSERT_EQ(s.m15(1.10090001).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
}

TEST(S09, WithoutAPositionNothingIsInvalidated) {
  S09 s;
  s.m15();
  EXPECT_EQ(s.m15(1.0900).exit_count, 0u);
}

}  // namespace
}  // namespace omega::test
