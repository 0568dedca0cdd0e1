#include "engine/features/moments.hpp"
#include "engine/features/vwap.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M5 = Timeframe::kM5;

/// Scenario A of S01; every value can then be moved.
struct S01 : StageHarness {
  explicit S01(EngineConfig c = config_with({1, 3})) : StageHarness(std::move(c)) {
    // 200 M5 bars closing alternately 1.10100/1.09900, typical price = close, V = 100; then close 1.09650
    VwapLag vwap(200);
    CloseMoments moments(200);
    TfBar b;
    b.volume = 100 * kQtyScale;
    for (int i = 0; i <= 200; ++i) {
      b.open = b.high = b.low = b.close = i == 200 ? px(1.09650) : i % 2 == 0 ? px(1.10100) : px(1.09900);
      vwap.on_bar(b);
      moments.on_bar(b);
    }
    sigma = moments.sd().value;
    mean = vwap.value().value;
    base();
  }
  void base() {
    z((static_cast<double>(px(1.09650)) - mean) / sigma);
    set(mean, FeatureId::kVwapLag, M5, 200);
    adx(20);
    vr(3.8);
    set(static_cast<double>(px(1.09600)), FeatureId::kLowest, M5, 50);
    set(static_cast<double>(px(1.10200)), FeatureId::kHighest, M5, 50);
    d1_low(1.09000);
    set(static_cast<double>(px(1.11000)), FeatureId::kHighLag, Timeframe::kD1, 20);
    fz(2.4);
    cvd(.30);
    vpin(.28);
    conf(.70);
    h4(0);
  }
  void z(double v) { set(v, FeatureId::kCloseZLag, M5, 200); }
  void adx(double v) { set(v, FeatureId::kAdx, M5, 14); }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M5, 50); }
  void d1_low(double v) { set(static_cast<double>(px(v)), FeatureId::kLowLag, Timeframe::kD1, 20); }
  const SignalsOut& m5(double close = 1.09650) {
    advance(5 * kMinute_ns);
    close_bar(M5, close, close, close, close, 380);
    return step();
  }
  double sigma = 0, mean = 0;
};

/// Signals raised by one evaluation of scenario A after `change`.
template <class Change>
std::uint32_t signals_after(Change&& change, EngineConfig c = config_with({1, 3})) {
  S01 s(std::move(c));
  change(s);
  return s.m5().signal_count;
}

TEST(S01, ScenarioAGivesTheLongOfTheSpecification) {
  S01 s;
  EXPECT_NEAR(s.sigma / 1e9, .0010025, 5e-8);
  ASSERT_EQ(s.m5().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.09650));
  EXPECT_EQ(g.stop_loss, px(1.09580));
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_EQ(g.take_profit[0], px(1.09860));
  EXPECT_EQ(g.take_profit[1], px(1.10000));
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[1], .5);
  EXPECT_EQ(g.level, 3);
  EXPECT_NEAR(g.criteria[0], -3.4912, 5e-5);
  EXPECT_NEAR(g.score, 3.5956, 5e-5);
  EXPECT_NEAR(g.quality_raw, 3.5956 / 5, 1e-5);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .5, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], 1, 1e-12);
  EXPECT_NEAR(g.criteria[6], .0956, 5e-5);
  EXPECT_EQ(g.time_stop_ns, 2 * kHour_ns);
  EXPECT_EQ(g.expiry_ns, 5 * kMinute_ns);
  EXPECT_DOUBLE_EQ(g.rr_min, .8);
  EXPECT_EQ(g.flags, signal_flag::kUsesVpin);
}

TEST(S01, ScenarioBFailsOnTheScore) {
  S01 s;
  s.vpin(.45);
  EXPECT_EQ(s.m5().signal_count, 0u);
  EXPECT_EQ(s.funnel(1).passed(4), 1u);  // confluence
  EXPECT_EQ(s.funnel(1).passed(5), 0u);  // score
}

TEST(S01, TheShortSideIsTheMirrorInDirection) {
  S01 s;
  s.z(3.4912);
  s.fz(-2.4);
  s.cvd(-.30);
  s.conf(.30);
  ASSERT_EQ(s.m5(1.10350).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10400));  // 1.10220 is inside: the minimum of 5 u holds
}

TEST(S01, EveryConditionHoldsAtItsThresholdAndFailsJustBeyond) {
  // |z| >= 3.3: the score must not be the one that fails, so it gets a full cvd
  const auto z = [](double v) { return [v](S01& s) { s.cvd(.6); s.z(v); }; };
  EXPECT_EQ(signals_after(z(-3.3)), 1u);
  EXPECT_EQ(signals_after(z(-3.3 + 1e-9)), 0u);
  EXPECT_EQ(signals_after(z(-3.3 - 1e-9)), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.adx(27); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.adx(27 + 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S01& s) { s.adx(27 - 1e-9); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.h4(-1); }), 0u);
  EXPECT_EQ(signals_after([](S01& s) { s.h4(0); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.h4(1); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.d1_low(1.09650); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.d1_low(1.09650001); }), 0u);
  EXPECT_EQ(signals_after([](S01& s) { s.d1_low(1.09649999); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.conf(.65); }), 1u);
  EXPECT_EQ(signals_after([](S01& s) { s.conf(.65 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S01& s) { s.conf(.65 + 1e-8); }), 1u);
}

TEST(S01, TheScoreComparesAsWrittenOnPaper) {
  // 1 + .5 + 1 + 1 + 0 = 3.5 at |z| = 3.3
  const auto score = [](double cvd) { return [cvd](S01& s) { s.z(-3.3); s.cvd(cvd); }; };
  EXPECT_EQ(signals_after(score(.3)), 1u);
  EXPECT_EQ(signals_after(score(.3 - 1e-8)), 0u);
  EXPECT_EQ(signals_after(score(.3 + 1e-8)), 1u);
}

TEST(S01, EachCriterionIsHalfAtHalfItsFullValue) {
  const auto scores = [](auto&& change) {
    S01 s;
    s.z(-4.3);  // Sx = .5, so that one half less still makes 3.5
    s.cvd(.6);
    change(s);
    return s.m5().signal_count == 1 ? s.out().signals[0].criteria : std::array<double, 8>{};
  };
  EXPECT_NEAR(scores([](S01& s) { s.fz(1.0); })[2], .5, 1e-9);
  EXPECT_NEAR(scores([](S01& s) { s.cvd(.3); })[3], .5, 1e-9);
  EXPECT_NEAR(scores([](S01& s) { s.vpin(.45); })[4], .5, 1e-9);
  EXPECT_NEAR(scores([](S01& s) { s.vr(2.4); })[5], .5, 1e-9);
  EXPECT_NEAR(scores([](S01&) {})[6], .5, 1e-9);
}

TEST(S01, TheRewardMustReachEightTenthsOfTheRisk) {
  // risk 7 p: the mean must be 5.6 p away
  const auto mean = [](double p) { return [p](S01& s) { s.set(static_cast<double>(px(p)), FeatureId::kVwapLag, M5, 200); }; };
  EXPECT_EQ(signals_after(mean(1.097060)), 1u);
  EXPECT_EQ(signals_after(mean(1.097059)), 0u);
  EXPECT_EQ(signals_after(mean(1.097061)), 1u);
}

TEST(S01, TheStopIsClampedBetweenTheMinimumAndTheCap) {
  const auto stop = [](double lowest, double spread_pips) {
    S01 s;
    s.set(static_cast<double>(px(lowest)), FeatureId::kLowest, M5, 50);
    s.set(static_cast<double>(px(spread_pips * .0001)), FeatureId::kSpread);
    return s.m5().signal_count == 1 ? s.out().signals[0].stop_loss : 0;
  };
  EXPECT_EQ(stop(1.09640, 1), px(1.09600));        // 3 p -> 5 u
  EXPECT_EQ(stop(1.09640, 4), px(1.09530));        // 3 spreads = 12 p
  EXPECT_EQ(stop(1.09600, 1), px(1.09580));        // structural
  EXPECT_EQ(stop(1.00000, 1), 0);                  // 1.5 % away: the mean is too near to pay for it
  S01 far;                                         // 1.5 % away with a mean that pays for it
  far.set(static_cast<double>(px(1.00000)), FeatureId::kLowest, M5, 50);
  far.set(static_cast<double>(px(1.12000)), FeatureId::kVwapLag, M5, 200);
  ASSERT_EQ(far.m5().signal_count, 1u);
  EXPECT_EQ(far.out().signals[0].stop_loss, px(1.0965) - std::llround(.015 * 1.0965e9));
  EXPECT_EQ(structural_stop(eurusd(), kLong, px(1.0965), px(1.0), px(.0001), .015), px(1.0965) - std::llround(.015 * 1.0965e9));
}

TEST(S01, SizingLevelsFollowZAndScore) {
  const auto level = [](double z, double cvd) {
    S01 s;
    s.z(z);
    s.cvd(cvd);
    s.vr(3.8);
    return s.m5().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(-3.49, .6), 3);    // score 4.095 but |z| < 3.5
  EXPECT_EQ(level(-3.5, .6), 4);     // score 4.1
  EXPECT_EQ(level(-3.5, .54), 4);    // score 4.0
  EXPECT_EQ(level(-3.5, .54 - 1e-8), 3);
  EXPECT_EQ(level(-4.0, .6), 4);     // score 4.35
  EXPECT_EQ(level(-4.3, .6), 5);     // score 4.5
  EXPECT_EQ(level(-4.3, .59), 4);
  const auto with_full_score = [](double z) {  // five criteria in full from |z| = 4 on
    EngineConfig c = config_with({1, 3});
    set_param(c, 1, "entry_sigma_threshold", 2);
    S01 s(std::move(c));
    s.z(z);
    s.cvd(.6);
    return s.m5().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(with_full_score(-4.0), 5);
  EXPECT_EQ(with_full_score(-4.0 + 1e-9), 4);
}

TEST(S01, AHeldConditionSignalsOnceAndTheCooldownHoldsOneHour) {
  S01 s;
  EXPECT_EQ(s.m5().signal_count, 1u);
  EXPECT_EQ(s.m5().signal_count, 0u);
  EXPECT_EQ(s.funnel(1).suppressed_edge(), 1u);
  s.adx(50);
  for (int i = 0; i < 9; ++i) s.m5();  // 50 min after the signal
  s.adx(20);
  EXPECT_EQ(s.m5().signal_count, 0u);  // 55 min: an edge, but cooling
  EXPECT_EQ(s.funnel(1).suppressed_cooldown(), 1u);
  s.adx(50);
  s.m5();
  s.adx(20);
  EXPECT_EQ(s.m5().signal_count, 1u);
  s.adx(50);
  for (int i = 0; i < 11; ++i) s.m5();
  s.adx(20);
  EXPECT_EQ(s.m5().signal_count, 1u);  // exactly 60 min later
}

TEST(S01, NothingIsEvaluatedWhileANeededFeatureIsNotReady) {
  S01 probe;
  const auto keys = [] {
    FeatureRequests r;
    SignalsStage::request_features(config_with({1, 3}), r);
    return std::vector<FeatureKey>(r.keys().begin(), r.keys().end());
  }();
  std::vector<FeatureHandle> needed;
  for (const auto& row : probe.stage->funnels()) needed.assign(row.needed_features.begin(), row.needed_features.end());
  ASSERT_EQ(needed.size(), 14u);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    for (const FeatureValue& bad : {FeatureValue::warming(), FeatureValue::invalid()}) {
      S01 s;
      s.frames[0].values[needed[i]] = bad;
      EXPECT_EQ(s.m5().signal_count, 0u) << feature_name(keys[needed[i]]);
      EXPECT_EQ(s.funnel(1).evaluations(), 0u);
      EXPECT_EQ(s.funnel(1).skipped_not_ready(), 1u);
      EXPECT_EQ(s.funnel(1).skipped_not_ready(i), 1u);
    }
  }
}

struct S01Position : S01 {
  S01Position() {
    m5();
    signal = out().signals[0];
    cause = seq;
    advance(kMinute_ns);
    fill_entry(signal, cause, px(1.09655));
    advance(-kMinute_ns);
    z(-2);
  }
  Signal signal;
  Seq cause = 0;
};

TEST(S01, TheRestClosesAtTheFirstM5CloseNearTheMean) {
  S01Position s;
  s.z(-.8 - 1e-9);
  EXPECT_EQ(s.m5().exit_count, 0u);
  s.z(-.8);
  ASSERT_EQ(s.m5().exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kStrategyTarget);
  EXPECT_EQ(s.out().exits[0].strategy, 1);
  s.close_position(s.signal, s.cause, px(1.0998));
  EXPECT_EQ(s.m5().exit_count, 0u);
  EXPECT_EQ(s.stage->unknown_reports(), 0u);
}

TEST(S01, ATrendInvalidatesOnlyALosingPosition) {
  S01Position s;
  s.adx(30);
  EXPECT_EQ(s.m5(1.09700).exit_count, 0u);  // winning
  s.adx(30 - 1e-9);
  EXPECT_EQ(s.m5(1.09600).exit_count, 0u);
  s.adx(30);
  ASSERT_EQ(s.m5(1.09600).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
}

TEST(S01, AnOpenPositionHoldsBackAnotherEntryEvenAfterTheCooldown) {
  S01Position s;
  s.advance(2 * kHour_ns);
  s.m5();  // z = -2: the condition is false
  s.base();
  EXPECT_EQ(s.m5().signal_count, 0u);
  EXPECT_EQ(s.funnel(1).suppressed_position(), 1u);
  s.close_position(s.signal, s.cause, px(1.0998));
  s.z(-2);
  s.m5();
  s.base();
  EXPECT_EQ(s.m5().signal_count, 1u);
}

}  // namespace
}  // namespace omega::test
