#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M5 = Timeframe::kM5, H4 = Timeframe::kH4, D1 = Timeframe::kD1;

/// Scenario A of S11: an H4 swing low at 1.08000, confirmed 24 h before the M5 bar that rejects it.
struct S11 : StageHarness {
  explicit S11(EngineConfig c = config_with({3, 11})) : StageHarness(std::move(c)) {
    fz(2.4);
    cvd(.45);
    vpin(.27);
    vr(1.2);
  }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M5, 50); }
  const SignalsOut& m5(double open, double high, double low, double close, double volume = 100) {
    advance(5 * kMinute_ns);
    close_bar(M5, open, high, low, close, volume);
    return step();
  }
  /// Seven bars of a higher timeframe, the middle one the extreme; each closes together with a quiet M5 bar.
  void swing(double price, Timeframe tf = H4, Direction d = kLong) {
    for (int i = 0; i < 7; ++i) {
      const double p = price + d * .001 * std::abs(i - 3);
      advance(duration_ns(tf));
      close_bar(M5, p + d * .01, p + d * .01, p + d * .01, p + d * .01);
      if (d > 0) {
        close_bar(tf, p, p + .02, p, p);
      } else {
        close_bar(tf, p, p, p - .02, p);
      }
      step();
    }
  }
  void wait(DurationNs d) { advance(d - 5 * kMinute_ns); }  // the next M5 bar closes d after now
  const SignalsOut& reject(double low = 1.07990, double close = 1.08045) { return m5(1.08035, 1.08050, low, close); }
  const SignalsOut& scenario() {
    swing(1.08000);
    wait(24 * kHour_ns);
    return reject();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S11 s;
  s.swing(1.08000);
  s.wait(24 * kHour_ns);
  change(s);
  return s.reject().signal_count;
}

TEST(S11, ScenarioAGivesTheLongOfTheSpecification) {
  S11 s;
  ASSERT_EQ(s.scenario().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.08045));
  EXPECT_EQ(g.stop_loss, px(1.07850));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.08630));
  EXPECT_EQ(g.level, 4);
  EXPECT_NEAR(g.score, 4.1661, 5e-5);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.08);
  EXPECT_EQ(g.criteria[1], 0);
  EXPECT_NEAR(g.criteria[2], .8, 1e-12);
  EXPECT_NEAR(g.criteria[3], .75, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .6875, 1e-9);
  EXPECT_NEAR(g.criteria[6], .9286, 5e-5);
  EXPECT_EQ(g.criteria[7], 1);
  EXPECT_EQ(g.time_stop_ns, 4 * kHour_ns);
}

TEST(S11, ScenarioBWithoutATriggerGivesNone) {
  S11 s;
  s.swing(1.08000);
  s.wait(24 * kHour_ns);
  EXPECT_EQ(s.m5(1.08014, 1.08050, 1.07990, 1.08045).signal_count, 0u);  // w = .4
  EXPECT_EQ(s.funnel(11).passed(1), 1u);
  EXPECT_EQ(s.funnel(11).passed(2), 0u);
}

TEST(S11, TheShortIsTheMirrorAndDailySwingsCount) {
  S11 s;
  s.fz(-2.4);
  s.cvd(-.45);
  s.swing(1.08000, D1, kShort);
  s.wait(24 * kHour_ns);
  ASSERT_EQ(s.m5(1.07965, 1.08010, 1.07950, 1.07955).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.08150));
  EXPECT_NEAR(s.out().signals[0].score, 4.1661, 5e-5);
}

TEST(S11, TheBarReachesTheZoneAndClosesNotFarBeyondIt) {
  const auto low = [](double v) {
    S11 s;
    s.cvd(.6);
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    return s.m5(1.08060, 1.08065, v, 1.08062).signal_count;
  };
  EXPECT_EQ(low(1.08020), 1u);
  EXPECT_EQ(low(1.08020001), 0u);
  EXPECT_EQ(low(1.08019999), 1u);
  const auto close = [](double v) {
    S11 s;
    s.cvd(.6);
    s.fz(3);
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    return s.m5(v + .0001, v + .0002, 1.07900, v).signal_count;
  };
  EXPECT_EQ(close(1.07980), 1u);
  EXPECT_EQ(close(1.07979999), 0u);
  EXPECT_EQ(close(1.07980001), 1u);
}

TEST(S11, OneOfThreeTriggersIsEnough) {
  const auto with = [](double wick_low_share, double vr, double volume, double fz_before) {
    S11 s;
    s.cvd(.6);
    s.fz(fz_before);
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    s.m5(1.081, 1.081, 1.081, 1.081);
    s.fz(3);
    s.vr(vr);
    // range 100 p from 1.07990; the lower wick takes the share
    const double body_low = 1.07990 + .01 * wick_low_share;
    return s.m5(body_low, 1.08990, 1.07990, body_low, volume).signal_count;
  };
  EXPECT_EQ(with(.60, 1, 100, 3), 1u);
  EXPECT_EQ(with(.5999999, 1, 100, 3), 0u);
  EXPECT_EQ(with(.60001, 1, 100, 3), 1u);
  EXPECT_EQ(with(.5, 3, 100, 3), 1u);
  EXPECT_EQ(with(.5, 3 - 1e-9, 100, 3), 0u);
  EXPECT_EQ(with(.5, 3 + 1e-9, 100, 3), 1u);
  EXPECT_EQ(with(.5, 3, 0, 3), 0u) << "the ratio of an older bar";
  EXPECT_EQ(with(.5, 1, 100, -.1), 1u) << "flow turned";
  const auto turned_bars_ago = [](int bars) {
    S11 s;
    s.cvd(.6);
    s.fz(-1);
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    s.fz(3);
    for (int i = 0; i < bars; ++i) s.m5(1.081, 1.081, 1.081, 1.081);
    return s.m5(1.0849, 1.08990, 1.07990, 1.0849).signal_count;
  };
  EXPECT_EQ(turned_bars_ago(2), 1u);
  EXPECT_EQ(turned_bars_ago(3), 0u);
}

TEST(S11, TheNumbersOfTriggersAndTouchesAreParameters) {
  const auto with_triggers = [](double required, double vr) {
    EngineConfig c = config_with({3, 11});
    set_param(c, 11, "min_triggers_required", required);
    S11 s(std::move(c));
    s.vr(vr);
    return s.scenario().signal_count;
  };
  EXPECT_EQ(with_triggers(2, 1), 0u);  // the wick alone
  EXPECT_EQ(with_triggers(2, 3), 1u);
  EXPECT_EQ(with_triggers(3, 3), 0u);
  const auto with_touches = [](double required, int visits) {
    EngineConfig c = config_with({3, 11});
    set_param(c, 11, "min_zone_touches", required);
    S11 s(std::move(c));
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    s.vpin(.9);
    for (int i = 0; i < visits; ++i) {
      s.m5(1.0805, 1.0806, 1.0801, 1.0805);
      s.m5(1.0820, 1.0821, 1.0819, 1.0820);
    }
    s.vpin(.27);
    return s.reject().signal_count;
  };
  EXPECT_EQ(with_touches(2, 0), 0u);
  EXPECT_EQ(with_touches(2, 1), 1u);  // the current one is the second
}

TEST(S11, TheScoreIsAGate) {
  // fz/3 + .75 + 1 + .6875 + .928571: 3.5 at fz = .401786
  const double fz = 3 * (3.5 - .75 - 1 - .6875 - .5 * (1 - 24.0 / 168 + 1));
  EXPECT_EQ(signals_after([&](S11& s) { s.fz(fz); }), 1u);
  EXPECT_EQ(signals_after([&](S11& s) { s.fz(fz - 1e-7); }), 0u);
  EXPECT_EQ(signals_after([&](S11& s) { s.fz(fz + 1e-7); }), 1u);
  S11 toxic;
  toxic.vpin(.37);
  ASSERT_EQ(toxic.scenario().signal_count, 1u);
  EXPECT_NEAR(toxic.out().signals[0].criteria[4], .65, 1e-9);
}

TEST(S11, AZoneAgesAndDies) {
  const auto at = [](DurationNs age) {
    S11 s;
    s.cvd(.6);
    s.fz(3);
    s.swing(1.08000);
    s.wait(age);
    return s.reject().signal_count == 1 ? s.out().signals[0].criteria[6] : -1.0;
  };
  EXPECT_NEAR(at(kHour_ns), .5 * (1 - 1.0 / 168 + 1), 1e-9);
  EXPECT_NEAR(at(168 * kHour_ns), .5, 1e-9);
  EXPECT_EQ(at(168 * kHour_ns + 1), -1.0);
}

TEST(S11, TouchesAreCountedOncePerVisitAndWearTheZoneOut) {
  const auto after_visits = [](int visits, int bars_each) {
    S11 s;
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    s.vpin(.9);  // no signal on the way
    for (int i = 0; i < visits; ++i) {
      for (int b = 0; b < bars_each; ++b) s.m5(1.0805, 1.0806, 1.0801, 1.0805);
      s.m5(1.0820, 1.0821, 1.0819, 1.0820);
    }
    s.vpin(.2);
    s.cvd(.6);
    s.fz(3);
    return s.reject().signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  const auto zone = [&](int visits, int bars) {
    const Signal g = after_visits(visits, bars);
    const double age = 24 + (visits * (bars + 1)) / 12.0;
    return g.criteria[6] * 2 - (1 - age / 168);
  };
  EXPECT_NEAR(zone(0, 1), 1, 1e-3);
  EXPECT_NEAR(zone(1, 1), .8, 1e-3);
  EXPECT_NEAR(zone(1, 4), .8, 1e-3);
  EXPECT_NEAR(zone(2, 1), .6, 1e-3);
  EXPECT_NEAR(zone(3, 1), .3, 1e-3);
  EXPECT_NEAR(zone(5, 1), .3, 1e-3);
  EXPECT_EQ(after_visits(3, 1).criteria[1], 3);
  EXPECT_EQ(after_visits(0, 1).level, 5);
  EXPECT_EQ(after_visits(1, 1).level, 4);
  EXPECT_EQ(after_visits(2, 1).level, 3);
}

TEST(S11, SizingLevelsFollowTheScore) {
  const auto level = [](double cvd) {
    S11 s;  // fz 1 + cvd/.6 + 1 + .6875 + .928571
    s.fz(3);
    s.cvd(cvd);
    return s.scenario().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  const double base = 1 + 1 + .6875 + .5 * (2 - 24.0 / 168);
  EXPECT_EQ(level(.6 * (4.5 - base) + 1e-7), 5);
  EXPECT_EQ(level(.6 * (4.5 - base) - 1e-7), 4);
  EXPECT_EQ(level(.6 * (4.0 - base) + 1e-7), 4);
  EXPECT_EQ(level(.6 * (4.0 - base) - 1e-7), 3);
}

TEST(S11, ZonesWithinOnePipAreOne) {
  const auto zones_at = [](double second) {
    S11 s;
    s.swing(1.08000);
    s.swing(second);
    s.wait(24 * kHour_ns);
    s.vpin(.9);
    s.reject(1.0790, 1.0806);
    return s.funnel(11).evaluations();
  };
  EXPECT_EQ(zones_at(1.08010), 1u);
  EXPECT_EQ(zones_at(1.08010001), 2u);
  EXPECT_EQ(zones_at(1.07990), 1u);
}

TEST(S11, TheNewestTwentySwingsOfASideAreKept) {
  const auto first_after = [](int others) {
    EngineConfig c = config_with({3, 11});
    set_param(c, 11, "zone_max_age", 100'000);
    S11 s(std::move(c));
    s.vpin(.9);  // no signal on the way
    s.swing(1.08000);
    for (int i = 0; i < others; ++i) s.swing(1.06000 - .001 * i);
    s.wait(24 * kHour_ns);
    s.vpin(.2);
    s.cvd(.6);
    s.fz(3);
    return s.reject().signal_count;
  };
  EXPECT_EQ(first_after(19), 1u);
  EXPECT_EQ(first_after(20), 0u);
}

TEST(S11, TheStopAndTheTargetAreCapped) {
  S11 s;
  s.swing(1.08000);
  s.wait(24 * kHour_ns);
  s.cvd(.6);
  ASSERT_EQ(s.m5(1.08900, 1.09000, 1.07990, 1.08950).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  const Price stop = px(1.08950) - std::llround(.008 * 1.0895e9);
  EXPECT_EQ(g.stop_loss, stop);
  const double r = .018 * 1.0895e9 / static_cast<double>(px(1.08950) - stop);
  EXPECT_NEAR(g.tp_r[1], r, 1e-12);
  ASSERT_EQ(g.tp_count, 2);  // 2.5R lies beyond 1.8 %
  EXPECT_NEAR(static_cast<double>(g.take_profit[1] - g.entry_ref), .018 * 1.0895e9, 2);
}

TEST(S11, AZoneRestsFourHoursAndTheSymbolHalfAnHour) {
  const auto again_after = [](DurationNs d) {
    S11 s;
    s.scenario();
    s.m5(1.0820, 1.0821, 1.0819, 1.0820);
    s.wait(d - 5 * kMinute_ns);
    return s.reject().signal_count;
  };
  EXPECT_EQ(again_after(4 * kHour_ns - 5 * kMinute_ns), 0u);
  EXPECT_EQ(again_after(4 * kHour_ns), 1u);
  const auto other_after = [](DurationNs d) {
    S11 s;
    s.swing(1.07000);
    s.swing(1.08000);
    s.wait(24 * kHour_ns);
    s.reject();
    s.wait(d);
    s.m5(1.07035, 1.07050, 1.06990, 1.07045);
    return s.out().signal_count;
  };
  EXPECT_EQ(other_after(25 * kMinute_ns), 0u);
  EXPECT_EQ(other_after(30 * kMinute_ns), 1u);
}

TEST(S11, AConditionThatHoldsOnIsNotANewEdge) {
  S11 s;
  s.scenario();
  EXPECT_EQ(s.reject().signal_count, 0u);
  EXPECT_EQ(s.funnel(11).suppressed_edge(), 1u);
}

TEST(S11, ACloseBeyondTheZoneInvalidatesThePosition) {
  for (const bool restart : {false, true}) {
    S11 s;
    s.restart_every_event = restart;
    const Signal g = s.scenario().signals[0];
    s.fill_entry(g, s.seq, px(1.08050));
    EXPECT_EQ(s.m5(1.0800, 1.0801, 1.0780, 1.07850).exit_count, 0u);
    ASSERT_EQ(s.m5(1.0800, 1.0801, 1.0780, 1.07849999).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  }
}

}  // namespace
}  // namespace omega::test
