#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// Scenario A of S04.
struct S04 : StageHarness {
  explicit S04(EngineConfig c = config_with({3, 4})) : StageHarness(std::move(c)) {
    before(1.10000);
    vmr(2.2);
    vpin(.25);
    fz(1);
    cvd(.2);
    h4(1);
    d1(1);
    conf(.8);
    swing_low(1.10800, 5);
  }
  void before(double v) { set(static_cast<double>(px(v)), FeatureId::kCloseLag, M15, 21); }
  void vmr(double v) { set(v, FeatureId::kVolumeMeanRatio, M15, 5, 16); }
  void swing_low(double price, int bars_old) {
    set(static_cast<double>(px(price)), FeatureId::kSwingLow, M15, 2);
    set(static_cast<double>((now - bars_old * 15 * kMinute_ns) / kSecond_ns), FeatureId::kSwingLowTime, M15, 2);  // next bar opens now
  }
  const SignalsOut& m15(double close = 1.11320) {
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close);
    return step();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change, double close = 1.11320) {
  S04 s;
  change(s);
  return s.m15(close).signal_count;
}

TEST(S04, ScenarioAGivesTheLongOfTheSpecification) {
  S04 s;
  ASSERT_EQ(s.m15().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.11320));
  EXPECT_EQ(g.stop_loss, px(1.10750));
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_EQ(g.take_profit[0], px(1.11320 + 1.5 * .0057));
  EXPECT_EQ(g.take_profit[1], px(1.13300));
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_NEAR(g.criteria[0], 1.2, 1e-9);
  EXPECT_NEAR(g.quality_raw, .8286, 5e-5);
  EXPECT_NEAR(static_cast<double>(g.take_profit[1] - g.entry_ref) / static_cast<double>(g.entry_ref - g.stop_loss), 3.47, .005);
  EXPECT_EQ(g.level, 4);
  EXPECT_DOUBLE_EQ(g.rr_min, 1);
  EXPECT_EQ(g.time_stop_ns, 6 * kHour_ns);
}

TEST(S04, ScenarioBFailsOnQuality) {
  S04 s;
  s.vmr(1.6);
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(4).passed(0), 1u);
  EXPECT_EQ(s.funnel(4).passed(1), 0u);
}

TEST(S04, TheShortSideIsTheMirrorInDirection) {
  S04 s;
  s.fz(-1);
  s.cvd(-.2);
  s.h4(-1);
  s.d1(-1);
  s.conf(.2);
  s.before(1.10500);
  ASSERT_EQ(s.m15(1.08680).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.08680) + std::llround(.02 * 1.08680e9));  // no swing high: 2 %
  EXPECT_EQ(s.out().signals[0].take_profit[s.out().signals[0].tp_count - 1u], px(1.08680 - 1.5 * .0182));
}

TEST(S04, TheMoveIsInclusiveAtItsThreshold) {
  // quality must not be what fails: a lower bar for it
  EngineConfig c = config_with({3, 4});
  set_param(c, 4, "min_quality_score", .5);
  const auto close = [&](double price) {
    S04 s(c);
    s.swing_low(1.10500, 5);
    return s.m15(price).signal_count;
  };
  EXPECT_EQ(close(1.10770), 1u);   // .70 %
  EXPECT_EQ(close(1.10769998), 0u);
  EXPECT_EQ(close(1.10770002), 1u);
}

TEST(S04, QualityIsInclusiveAtItsThresholdAndTheFlowBandsAreHalfOpen) {
  EXPECT_EQ(signals_after([](S04& s) { s.vmr(2.0); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.vmr(2.0 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.vmr(2.0 + 1e-9); }), 1u);
  const auto quality = [](double vpin) {
    EngineConfig c = config_with({3, 4});
    set_param(c, 4, "min_quality_score", .5);
    S04 s(std::move(c));
    s.vpin(vpin);
    return s.m15().signal_count == 1 ? s.out().signals[0].quality_raw : 0.0;
  };
  const double core = .4 * (1.2 / 2.1) + .3;
  EXPECT_NEAR(quality(.30 - 1e-9), core + .3, 1e-9);
  EXPECT_NEAR(quality(.30), core + .15, 1e-9);
  EXPECT_NEAR(quality(.50 - 1e-9), core + .15, 1e-9);
  EXPECT_NEAR(quality(.50), core + .075, 1e-9);
  EXPECT_NEAR(quality(.68 - 1e-9), core + .075, 1e-9);
  EXPECT_NEAR(quality(.68), core, 1e-9);
  // q = .4·min(m/2.1, 1) + .6: .80 at m = 1.05 %
  const auto move = [](double close) { return signals_after([](S04&) {}, close); };
  EXPECT_EQ(move(1.11155), 1u);
  EXPECT_EQ(move(1.11154998), 0u);
  EXPECT_EQ(move(1.11155002), 1u);
}

TEST(S04, ThinVolumeScoresThreeTenthsOfItsShare) {
  EngineConfig c = config_with({3, 4});
  set_param(c, 4, "min_quality_score", .5);
  S04 s(std::move(c));
  s.vmr(2.0 - 1e-9);
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].quality_raw, .4 * (1.2 / 2.1) + .3 * .3 + .3, 1e-9);
}

TEST(S04, TheHighVolatilityStateAsksForEightyFiveHundredths) {
  EngineConfig c = config_with({3, 4});
  c.instruments[0].capabilities |= capability::kModel;
  c.instruments[0].volatility_model =
      VolatilityModel{.stay_low = .95, .stay_high = .9, .start_low = .7, .mean_low = .01, .sd_low = .005, .mean_high = .03, .sd_high = .015};
  const auto signals = [&](double close, double high) {
    S04 s(c);
    s.set(high, FeatureId::kHmmHigh, M15, 20);
    return s.m15(close).signal_count;
  };
  EXPECT_EQ(signals(1.11320, .5 - 1e-8), 1u);
  EXPECT_EQ(signals(1.11320, .5), 0u);
  EXPECT_EQ(signals(1.11320, .5 + 1e-8), 0u);
  EXPECT_EQ(signals(1.1144375, .5), 1u);   // q = .85
  EXPECT_EQ(signals(1.11443748, .5), 0u);
}

TEST(S04, FlowAndLabelsMustAgree) {
  EXPECT_EQ(signals_after([](S04& s) { s.fz(0); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.fz(1e-12); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.fz(-1e-12); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.cvd(0); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.cvd(1e-12); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.h4(0); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.h4(-1); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.d1(0); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.d1(-1); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.conf(.60); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.conf(.60 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S04& s) { s.conf(.60 + 1e-8); }), 1u);
}

TEST(S04, TheRewardMustReachTheRisk) {
  // target 198 p away: a swing at 193 p and 5 p of buffer make the risk equal
  EXPECT_EQ(signals_after([](S04& s) { s.swing_low(1.09390, 5); }), 1u);
  EXPECT_EQ(signals_after([](S04& s) { s.swing_low(1.09389999, 5); }), 0u);
  S04 near;
  near.swing_low(1.09950, 5);  // risk 142 p: 1.5R = 213 p lies beyond the target, so there is no partial
  ASSERT_EQ(near.m15().signal_count, 1u);
  EXPECT_EQ(near.out().signals[0].tp_count, 1);
  EXPECT_DOUBLE_EQ(near.out().signals[0].tp_fraction[0], 1);
}

TEST(S04, AnOldSwingGivesWayToTheFallbackStop) {
  const auto stop = [](int bars_old) {
    EngineConfig c = config_with({3, 4});
    set_param(c, 4, "fallback_stop_pct", 1.0);
    S04 s(std::move(c));
    s.swing_low(1.10800, bars_old);
    return s.m15().signal_count == 1 ? s.out().signals[0].stop_loss : 0;
  };
  EXPECT_EQ(stop(20), px(1.10750));
  EXPECT_EQ(stop(21), px(1.11320) - std::llround(.01 * 1.11320e9));
}

TEST(S04, AStopWiderThanTwoAndAHalfPercentMeansNoSignal) {
  const auto swing = [](double low) {
    return signals_after([low](S04& s) { s.before(1.08000); s.swing_low(low, 5); });  // move 3.07 %: the target is far enough
  };
  EXPECT_EQ(swing(1.08587), 1u);  // 278.3 p: 2.5 %
  EXPECT_EQ(swing(1.08586999), 0u);
  EXPECT_EQ(swing(1.08587001), 1u);
  EXPECT_EQ(swing(1.08500), 0u);  // 287 p
}

TEST(S04, LevelFiveNeedsEightyFiveHundredths) {
  const auto level = [](double close) {
    S04 s;
    s.m15(close);
    return s.out().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(1.1144375), 5);   // m = 1.3125 %: q = .85
  EXPECT_EQ(level(1.11443748), 4);
}

TEST(S04, AnEdgeIsNeededAndTheCooldownIsTwoHours) {
  S04 s;
  EXPECT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(4).suppressed_edge(), 1u);
  s.h4(0);
  s.m15();
  s.h4(1);
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(4).suppressed_cooldown(), 1u);
  s.h4(0);
  for (int i = 0; i < 3; ++i) s.m15();
  s.h4(1);
  EXPECT_EQ(s.m15().signal_count, 0u);  // 105 minutes
  EXPECT_EQ(s.funnel(4).suppressed_cooldown(), 2u);
  s.h4(0);
  s.m15();
  s.h4(1);
  EXPECT_EQ(s.m15().signal_count, 1u);  // 135 minutes
  s.h4(0);
  for (int i = 0; i < 7; ++i) s.m15();
  s.h4(1);
  s.swing_low(1.10800, 5);
  EXPECT_EQ(s.m15().signal_count, 1u);  // exactly 120 minutes later
}

TEST(S04, AMoveThatChangesSignInvalidatesThePosition) {
  S04 s;
  const Signal g = s.m15().signals[0];
  s.fill_entry(g, s.seq, px(1.11330));
  s.before(1.11320);
  EXPECT_EQ(s.m15(1.11320).exit_count, 0u);
  ASSERT_EQ(s.m15(1.11319).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  s.close_position(g, s.seq, px(1.113));  // of another order: not this position
  EXPECT_EQ(s.stage->unknown_reports(), 1u);
  EXPECT_EQ(s.m15(1.11319).exit_count, 1u);
}

}  // namespace
}  // namespace omega::test
