#include "engine/features/landscape.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// From square to hexagon: the change of the norm by F27's own code.
double square_to_hexagon() {
  const auto norm = [](std::span<const CloudPoint> cloud) {
    Persistence p(cloud.size());
    p.compute(cloud);
    Diagram d;
    d.take(p.h1(), .15);
    return Landscapes().norm(d);
  };
  const double h = std::sqrt(3.0) / 2;
  const std::array<CloudPoint, 4> square{{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}};
  const std::array<CloudPoint, 6> hexagon{{{1, 0, 0}, {.5, h, 0}, {-.5, h, 0}, {-1, 0, 0}, {-.5, -h, 0}, {.5, -h, 0}}};
  return std::fabs(norm(hexagon) - norm(square)) / norm(square);
}

EngineConfig lenient() {
  EngineConfig c = config_with({3, 22});
  set_param(c, 22, "min_confirmation_score", 2.5);
  return c;
}

/// Scenario A of S22: every injected value.
struct S22 : StageHarness {
  explicit S22(EngineConfig c = config_with({3, 22})) : StageHarness(std::move(c)) {
    shift(0, 0);
    set(.18, FeatureId::kTdaNorm, M15, 50, 150);
    before(1.10000);
    shifts(1.24, .82);
    fz(2.1);
    cvd(.36);
    vpin(.26);
    set(static_cast<double>(px(1.09500)), FeatureId::kLowest, M15, 50);
    set(static_cast<double>(px(1.10900)), FeatureId::kHighest, M15, 50);
  }
  void shift(double change, double d_z) {
    set(change, FeatureId::kTdaChange, M15, 50, 150);
    set(d_z, FeatureId::kTdaDistanceZ, M15, 50, 150);
  }
  void before(double v) { set(static_cast<double>(px(v)), FeatureId::kCloseLag, M15, 10); }
  void shifts(double volume, double range) {
    set(volume, FeatureId::kVolumeMeanRatio, M15, 10, 10);
    set(range, FeatureId::kRangeMeanRatio, M15, 10, 10);
  }
  const SignalsOut& m15(double close = 1.10200) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close);
    return step();
  }
  /// A bar without the shift, then the shift.
  const SignalsOut& regime(double change = 1.3495, double d_z = 2.6) {
    shift(0, 0);
    m15();
    shift(change, d_z);
    return m15();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change, EngineConfig c = config_with({3, 22})) {
  S22 s(std::move(c));
  change(s);
  return s.regime().signal_count;
}

TEST(S22, ScenarioAGivesTheLongOfTheSpecification) {
  EXPECT_NEAR(square_to_hexagon(), 1.3495, 5e-5);
  S22 s;
  ASSERT_EQ(s.regime(square_to_hexagon()).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_NEAR(g.score, 3.84, 1e-9);
  EXPECT_EQ(g.level, 2);
  EXPECT_NEAR(g.criteria[0], 1.3495, 5e-5);
  EXPECT_EQ(g.entry_ref, px(1.10200));
  EXPECT_EQ(g.stop_loss, px(1.09480));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_DOUBLE_EQ(g.tp_r[2], 2.8);
  EXPECT_EQ(g.time_stop_ns, 8 * kHour_ns);
  EXPECT_EQ(g.family, SignalFamily::kMomentum);
}

TEST(S22, ScenarioBIsADirectionConflict) {
  S22 s;
  s.fz(-2.1);
  EXPECT_EQ(s.regime().signal_count, 0u);
  EXPECT_EQ(s.funnel(22).passed(0), 1u);
  EXPECT_EQ(s.funnel(22).passed(1), 0u);
}

TEST(S22, TheShortSideIsTheMirror) {
  S22 s;
  s.fz(-2.1);
  s.cvd(-.36);
  s.before(1.10400);
  ASSERT_EQ(s.regime().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10920));
}

TEST(S22, TheChangeAndTheDistanceAreInclusiveAtTheirThresholds) {
  const auto at = [](double change, double d_z) {
    S22 s;
    return s.regime(change, d_z).signal_count;
  };
  EXPECT_EQ(at(.30, 2), 1u);
  EXPECT_EQ(at(.30 - 1e-8, 2), 0u);
  EXPECT_EQ(at(.30 + 1e-8, 2), 1u);
  EXPECT_EQ(at(.30, 2 - 1e-8), 0u);
  EXPECT_EQ(at(.30, 2 + 1e-8), 1u);
}

TEST(S22, AShiftIsTakenAtItsEdgeOrNotAtAll) {
  S22 s;
  s.fz(-2.1);
  s.regime();
  s.fz(2.1);
  EXPECT_EQ(s.m15().signal_count, 0u) << "the same shift, flow turned later";
  EXPECT_EQ(s.regime().signal_count, 1u);
}

TEST(S22, MoveAndFlowMustAgreeAndNeitherMayBeZero) {
  EXPECT_EQ(signals_after([](S22& s) { s.before(1.10200); }), 0u);
  EXPECT_EQ(signals_after([](S22& s) { s.before(1.102 - 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S22& s) { s.fz(0); }, lenient()), 0u);
  EXPECT_EQ(signals_after([](S22& s) { s.fz(1e-12); }, lenient()), 1u);
}

TEST(S22, TheScoreIsInclusiveAndSetsTheLevel) {
  const auto level = [](double cvd, double fz) {
    S22 s;
    s.cvd(cvd);
    s.fz(fz);
    return s.regime().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  const double rest = 1 + .8 + .6;  // vpin, volume, range
  EXPECT_EQ(level(.6 * (3.5 - rest - .84), 2.1), 2);
  EXPECT_EQ(level(.6 * (3.5 - rest - .84) - 1e-8, 2.1), 0);
  EXPECT_EQ(level(.6 * (4 - rest - .84), 2.1), 3);
  EXPECT_EQ(level(.6 * (4 - rest - .84) - 1e-8, 2.1), 2);
  S22 s;
  s.cvd(.6);
  s.fz(2.5);
  s.shifts(1.3, 1 - .3 * .5);
  ASSERT_EQ(s.regime().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].score, 4.5, 1e-9);
  EXPECT_EQ(s.out().signals[0].level, 4);
}

TEST(S22, EachTermSaturatesWhereItSays) {
  const auto score = [](auto&& change) {
    S22 s(lenient());
    change(s);
    return s.regime().signal_count == 1 ? s.out().signals[0].score : 0.0;
  };
  EXPECT_NEAR(score([](S22& s) { s.fz(2.5); }), 4.0, 1e-9);
  EXPECT_NEAR(score([](S22& s) { s.fz(9); }), 4.0, 1e-9);
  EXPECT_NEAR(score([](S22& s) { s.cvd(.6); }), 4.24, 1e-9);
  EXPECT_NEAR(score([](S22& s) { s.vpin(.40); }), 3.34, 1e-9);
  EXPECT_NEAR(score([](S22& s) { s.shifts(.7, .82); }), 4.04, 1e-9);
  EXPECT_NEAR(score([](S22& s) { s.shifts(1.24, 1.3); }), 4.24, 1e-9);
}

TEST(S22, TheCooldownIsFiftyBars) {
  const auto after = [](int bars) {
    S22 s;
    s.regime();
    s.shift(0, 0);
    for (int i = 0; i < bars - 2; ++i) s.m15();
    return s.regime().signal_count;
  };
  EXPECT_EQ(after(49), 0u);
  EXPECT_EQ(after(50), 1u);
}

TEST(S22, ANewShiftAgainstThePositionInvalidatesIt) {
  S22 s;
  const Signal g = s.regime().signals[0];
  s.fill_entry(g, s.seq, px(1.10210));
  EXPECT_EQ(s.regime().exit_count, 0u) << "with the move in its favour";
  s.before(1.10400);
  EXPECT_EQ(s.m15().exit_count, 0u) << "no edge";
  ASSERT_EQ(s.regime().exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
}

TEST(S22, ACheckpointRemembersTheShift) {
  S22 s;
  s.restart_every_event = true;
  s.fz(-2.1);
  s.regime();
  s.fz(2.1);
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.regime().signal_count, 1u);
}

TEST(S22, TheWindowAndThePersistenceThresholdReachTheFeature) {
  EngineConfig c = config_with({3, 22});
  set_param(c, 22, "cloud_window", 40);
  set_param(c, 22, "persistence_threshold", .2);
  const StageHarness h(std::move(c));
  EXPECT_NE(h.handle(FeatureId::kTdaChange, M15, 40, 200), h.handle(FeatureId::kTdaNormH0, M15, 40, 200));
}

TEST(S22, TheStopIsNeverFurtherThanItsShareOfThePrice) {
  S22 s;
  s.m15();
  s.set(static_cast<double>(px(1.00000)), FeatureId::kLowest, M15, 50);
  s.shift(2, 5);
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10200) - std::llround(.012 * 1.10200e9));
}

TEST(S22, TheLargestSizeNeedsAScoreOfFourAndAHalf) {
  const auto level = [](double range) {  // 1 + 1 + 1 + 1 + |range - 1|/.3
    S22 s;
    s.m15();
    s.fz(9);
    s.cvd(1);
    s.vpin(.1);
    s.shifts(1.3, range);
    s.shift(2, 5);
    return s.m15().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(.85), 4);
  EXPECT_EQ(level(.85 + 1e-7), 3);
}

}  // namespace
}  // namespace omega::test
