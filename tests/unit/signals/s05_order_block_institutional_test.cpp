#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// Scenario A of S05: block, then the bar that touches it.
struct S05 : StageHarness {
  explicit S05(EngineConfig c = config_with({3, 5})) : StageHarness(std::move(c)) {
    fz(3.1);
    cvd(.42);
    vpin(.24);
    conf(.7);
    h4(1);
  }
  const SignalsOut& m15(double open, double high, double low, double close, double vz = 0, double vmr = 1) {
    advance(15 * kMinute_ns);
    close_bar(M15, open, high, low, close);
    set(vz, FeatureId::kVolumeZ, M15, 50);
    set(vmr, FeatureId::kVolumeMeanRatio, M15, 3, 7);
    return step();
  }
  void block(double close = 1.10450, double vz = 3.6) {
    m15(1.10040, 1.10060, 1.09980, 1.10000);
    m15(1.10000, std::max(close, 1.10000) + .0001, 1.09995, close, vz);
  }
  const SignalsOut& touch(double low = 1.10070, double close = 1.10140) { return m15(1.10110, 1.10150, low, close, 0, 1.8); }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S05 s;
  s.block();
  change(s);
  return s.touch().signal_count;
}

TEST(S05, ScenarioAGivesTheLongOfTheSpecification) {
  S05 s;
  s.block();
  ASSERT_EQ(s.touch().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10140));
  EXPECT_EQ(g.stop_loss, px(1.09880));
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_EQ(g.take_profit[0], px(1.10868));
  EXPECT_EQ(g.take_profit[1], px(1.11492));
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[1], .5);
  EXPECT_EQ(g.level, 3);
  EXPECT_NEAR(g.score, 3.7667, 5e-5);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.09980);
  EXPECT_DOUBLE_EQ(g.criteria[1], 1.10060);
  EXPECT_NEAR(g.criteria[2], 1, 1e-12);
  EXPECT_NEAR(g.criteria[3], .7, 1e-12);
  EXPECT_NEAR(g.criteria[4], 1, 1e-12);
  EXPECT_NEAR(g.criteria[5], .6667, 5e-5);
  EXPECT_NEAR(g.criteria[6], .4, 1e-12);
  EXPECT_EQ(g.flags, signal_flag::kBreakEven | signal_flag::kTargetsInR | signal_flag::kUsesVpin);
  EXPECT_EQ(g.time_stop_ns, 4 * kHour_ns);
}

TEST(S05, ScenarioBAConsumedBlockIsNotTradedAgain) {
  S05 s;
  s.block();
  EXPECT_EQ(s.touch().signal_count, 1u);
  for (int i = 0; i < 3; ++i) s.m15(1.1030, 1.1035, 1.1025, 1.1030);
  EXPECT_EQ(s.touch().signal_count, 0u);
  EXPECT_EQ(s.funnel(5).evaluations(), 1u);
}

TEST(S05, OnlyAViolentHighVolumeBarMakesABlock) {
  const auto made = [](double close, double vz) {
    S05 s;
    s.block(close, vz);
    return s.touch().signal_count;
  };
  EXPECT_EQ(made(1.10400, 3.6), 1u);  // 40 p
  EXPECT_EQ(made(1.10399999, 3.6), 0u);
  EXPECT_EQ(made(1.10400001, 3.6), 1u);
  EXPECT_EQ(made(1.10450, 3.4), 1u);
  EXPECT_EQ(made(1.10450, 3.4 - 1e-9), 0u);
  EXPECT_EQ(made(1.10450, 3.4 + 1e-9), 1u);
}

TEST(S05, TheZoneIsTheNewestOppositeBarOfThree) {
  const auto zone_low = [](int bulls_between) {
    S05 s;
    s.m15(1.10000, 1.10010, 1.09000, 1.09900);                      // opposite, long ago
    s.m15(1.10040, 1.10060, 1.09980, 1.10000);                      // opposite
    for (int i = 0; i < bulls_between; ++i) s.m15(1.09990, 1.10055, 1.09970 - i * .00001, 1.10000);
    s.m15(1.10000, 1.10460, 1.09995, 1.10450, 3.6);
    s.touch();
    return s.out().signal_count == 1 ? s.out().signals[0].criteria[0] : 0.0;
  };
  EXPECT_DOUBLE_EQ(zone_low(0), 1.09980);
  EXPECT_DOUBLE_EQ(zone_low(1), 1.09980);
  EXPECT_DOUBLE_EQ(zone_low(2), 1.09980);
  EXPECT_DOUBLE_EQ(zone_low(3), 1.09968);  // out of reach: bar i−1
}

TEST(S05, TheTouchReachesTheNearEdgeButNotThroughTheFarOne) {
  const auto low = [](double v) {
    S05 s;
    s.block();
    return s.touch(v, 1.10140).signal_count;
  };
  // near edge + 8 p = 1.10140; the wick must score, so the bar keeps its shape down to there
  EXPECT_EQ(low(1.10070), 1u);
  EXPECT_EQ(low(1.09900), 1u);      // far edge − 8 p
  EXPECT_EQ(low(1.09899999), 0u);
  EXPECT_EQ(low(1.09900001), 1u);
  const auto from_above = [](double v) {
    S05 s;
    s.block();
    s.fz(9);
    s.cvd(1);
    s.m15(1.10150, 1.10160, v, 1.10150, 0, 3);
    return s.out().signal_count;
  };
  EXPECT_EQ(from_above(1.10140), 1u);
  EXPECT_EQ(from_above(1.10140001), 0u);
  EXPECT_EQ(from_above(1.10139999), 1u);
}

TEST(S05, TheCloseMustBeOnTheRightSideOfTheMiddle) {
  const auto close = [](double v) {
    S05 s;
    s.block();
    s.cvd(.6);
    s.m15(v - .0001, v + .0001, 1.09990, v, 0, 3);
    return s.out().signal_count;
  };
  EXPECT_EQ(close(1.10020), 0u);  // the middle itself
  EXPECT_EQ(close(1.10020001), 1u);
  EXPECT_EQ(close(1.10019999), 0u);
}

TEST(S05, LabelConfluenceAndScoreAreGates) {
  EXPECT_EQ(signals_after([](S05& s) { s.h4(0); }), 0u);
  EXPECT_EQ(signals_after([](S05& s) { s.h4(-1); }), 0u);
  EXPECT_EQ(signals_after([](S05& s) { s.conf(.65); }), 1u);
  EXPECT_EQ(signals_after([](S05& s) { s.conf(.65 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S05& s) { s.conf(.65 + 1e-8); }), 1u);
  // 1 + cvd/.6 + 1 + 2/3 + .4: 3.5 at cvd = .26
  EXPECT_EQ(signals_after([](S05& s) { s.cvd(.26); }), 1u);
  EXPECT_EQ(signals_after([](S05& s) { s.cvd(.26 - 1e-8); }), 0u);
  EXPECT_EQ(signals_after([](S05& s) { s.cvd(.26 + 1e-8); }), 1u);
  EngineConfig c = config_with({3, 5});
  set_param(c, 5, "require_h4_order_block", 0);
  S05 off(std::move(c));
  off.h4(0);
  off.block();
  EXPECT_EQ(off.touch().signal_count, 1u);
}

TEST(S05, FlowAndVpinScoreHalfAtHalfTheirFullValue) {
  const auto scores = [](double fz, double vpin) {
    S05 s;
    s.block();
    s.fz(fz);
    s.cvd(.6);
    s.vpin(vpin);
    s.m15(1.10110, 1.10150, 1.10070, 1.10140, 0, 3);
    return s.out().signal_count == 1 ? s.out().signals[0].criteria : std::array<double, 8>{};
  };
  EXPECT_NEAR(scores(1.5, .24)[2], .5, 1e-9);
  EXPECT_NEAR(scores(3.1, .40)[4], .5, 1e-9);
}

TEST(S05, ABlockIsTestableOnlyAfterACloseFarEnoughOutside) {
  EngineConfig c = config_with({3, 5});
  set_param(c, 5, "displacement_pips", 15);
  const auto after_close = [&](double outside) {
    S05 s(c);
    s.m15(1.10040, 1.10060, 1.09980, 1.10000);
    s.m15(1.10000, 1.10155, 1.09995, 1.10150, 3.6);   // 9 p outside an 8 p zone: not yet (10 p)
    s.m15(1.10150, std::max(outside, 1.10150) + .00001, 1.10145, outside);
    return s.touch().signal_count;
  };
  EXPECT_EQ(after_close(1.10160), 1u);  // max(8, 10) p beyond 1.10060
  EXPECT_EQ(after_close(1.10159999), 0u);
}

TEST(S05, ABlockDiesByACloseThroughByAgeByGapAndByASixthNewerOne) {
  const auto killed_by = [](auto&& event) {
    S05 s;
    s.block();
    event(s);
    return s.touch().signal_count == 0;
  };
  EXPECT_FALSE(killed_by([](S05& s) { s.m15(1.1030, 1.1035, 1.1025, 1.1030); }));
  EXPECT_TRUE(killed_by([](S05& s) { s.advance(kDay_ns); }));
  EXPECT_TRUE(killed_by([](S05& s) { s.advance(kDay_ns - 15 * kMinute_ns); }));          // exactly 24 h at the touch
  EXPECT_FALSE(killed_by([](S05& s) { s.advance(kDay_ns - 15 * kMinute_ns - 1); }));
  EXPECT_TRUE(killed_by([](S05& s) {
    s.advance(15 * kMinute_ns);
    s.close_bar(M15, 1.103, 1.1035, 1.1025, 1.103).flags = tf_flag::kGap;
    s.step();
  }));
  const auto newer_blocks = [](int n) {
    S05 s;
    s.block();
    for (int i = 0; i < n; ++i) {
      const double base = 1.11 + .006 * i;
      s.m15(base + .0004, base + .0006, base - .0002, base);
      s.m15(base, base + .0047, base - .0001, base + .0046, 3.6);
    }
    return s.touch(1.10070, 1.10140).signal_count;
  };
  EXPECT_EQ(newer_blocks(4), 1u);
  EXPECT_EQ(newer_blocks(5), 0u);
  // a block that is not testable yet dies by a close more than 8 p through
  EngineConfig c = config_with({3, 5});
  set_param(c, 5, "displacement_pips", 10);
  const auto through = [&](double close) {
    S05 s(c);
    s.m15(1.10040, 1.10060, 1.09980, 1.10000);
    s.m15(1.10000, 1.10110, 1.09995, 1.10105, 3.6);
    s.m15(1.10100, 1.10105, std::min(close, 1.0990) - .0001, close);
    s.m15(1.10000, 1.1021, 1.0999, 1.10200);
    return s.touch().signal_count;
  };
  EXPECT_EQ(through(1.09900), 1u);
  EXPECT_EQ(through(1.09899999), 0u);
}

TEST(S05, TheStopIsNeverFurtherThanOnePercent) {
  S05 s;
  s.m15(1.10040, 1.10060, 1.08700, 1.10000);  // a zone of 136 p
  s.m15(1.10000, 1.11510, 1.09995, 1.11500, 3.6);
  ASSERT_EQ(s.touch().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10140) - std::llround(.01 * 1.10140e9));
}

TEST(S05, SizingLevelsFollowScoreAndBody) {
  const auto level = [](double body_pips, double cvd, double vmr) {
    S05 s;
    s.block(1.1 + body_pips * 1e-4);
    s.cvd(cvd);
    s.m15(1.10110, 1.10150, 1.10070, 1.10140, 0, vmr);
    return s.out().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(60, .6, 3), 5);     // 4.667
  EXPECT_EQ(level(60, .5, 3), 5);     // 4.5
  EXPECT_EQ(level(60, .5 - 1e-8, 3), 4);
  EXPECT_EQ(level(59, .6, 3), 4);
  EXPECT_EQ(level(60, .6, 1.8), 4);   // 4.067
  EXPECT_EQ(level(50, .6, 1.8), 4);
  EXPECT_EQ(level(49, .6, 1.8), 3);
  EXPECT_EQ(level(60, .42, 1.8), 3);  // 3.767
}

TEST(S05, TheCooldownIsHalfAnHourAcrossBlocks) {
  const auto second_signal_after = [](int bars_between) {
    S05 s;
    s.block();                                             // zone 1.0998-1.1006
    s.m15(1.11040, 1.11060, 1.10980, 1.11000);
    s.m15(1.11000, 1.11460, 1.10995, 1.11450, 3.6);        // and one 100 p higher
    s.m15(1.11110, 1.11150, 1.11070, 1.11140, 0, 1.8);
    EXPECT_EQ(s.out().signal_count, 1u);
    for (int i = 0; i < bars_between; ++i) s.m15(1.1030, 1.1035, 1.1025, 1.1030);
    const std::uint32_t signals = s.touch().signal_count;
    EXPECT_EQ(s.funnel(5).suppressed_cooldown(), 1u - signals);
    return signals;
  };
  EXPECT_EQ(second_signal_after(0), 0u);  // 15 min
  EXPECT_EQ(second_signal_after(1), 1u);  // 30 min
}

TEST(S05, TouchedBlocksMakeRoomForNewOnes) {
  S05 s;
  for (int i = 0; i < 40; ++i) {  // more than the strategy could ever hold at once
    s.block();
    EXPECT_EQ(s.touch().signal_count, 1u) << "block " << i;
  }
}

TEST(S05, ACloseThroughTheBlockInvalidatesThePosition) {
  S05 s;
  s.block();
  const Signal g = s.touch().signals[0];
  s.fill_entry(g, s.seq, px(1.10150));
  EXPECT_EQ(s.m15(1.1010, 1.1012, 1.0988, 1.09900).exit_count, 0u);
  ASSERT_EQ(s.m15(1.0990, 1.0991, 1.0988, 1.09899).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
}

}  // namespace
}  // namespace omega::test
