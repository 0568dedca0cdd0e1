#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

EngineConfig trade_config(std::string_view name = "", double value = 0) {
  EngineConfig c = config_with({3, 18});
  for (InstrumentConfig& i : c.instruments) i.capabilities |= capability::kTrades;
  if (!name.empty()) set_param(c, 18, name, value);
  return c;
}

/// The strongest bin of one side as the footprint gives it; price is its edge away from the close.
struct Bin {
  double ratio = 4.5, price = 1.09950, against = .84, absorption = 5;
};

/// Scenario A of S18: mean bin 100, bin 1.09950 of 450 with 378 sold, a 5.0, .70 of three bars bought, vr 2.4, C 1.10010.
struct S18 : StageHarness {
  explicit S18(EngineConfig c = trade_config(), int bin_tenths = 10) : StageHarness(std::move(c)), tenths(bin_tenths) {
    none(-1);
    bin(+1, {});
    bought(.70);
    vr(2.4);
    fz(2.4);
    cvd(.3);
    vpin(.20);
  }
  static constexpr FeatureId kIds[] = {FeatureId::kClusterRatio, FeatureId::kClusterPrice, FeatureId::kClusterAgainst, FeatureId::kClusterAbsorption};
  void bin(int d, const Bin& b) {
    const double values[] = {b.ratio, static_cast<double>(px(b.price)), b.against, b.absorption};
    for (std::size_t i = 0; i < std::size(kIds); ++i) set(values[i], kIds[i], M1, d * 10, tenths);
  }
  void none(int d) {
    for (const FeatureId id : kIds) set(0, id, M1, d * 10, tenths);
  }
  void bought(double share) { set(share, FeatureId::kAggressorShare, M1, 3); }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M1, 50); }
  const SignalsOut& m1(double close = 1.10010, double volume = 100) {
    advance(kMinute_ns);
    close_bar(M1, close, close, close, close, volume);
    return step();
  }
  int tenths;
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S18 s;
  change(s);
  return s.m1().signal_count;
}

TEST(S18, ScenarioAGivesTheLongOfTheSpecification) {
  S18 s;
  ASSERT_EQ(s.m1().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10010));
  EXPECT_EQ(g.stop_loss, px(1.09900));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.10340));
  EXPECT_EQ(g.level, 3);
  EXPECT_NEAR(g.score, .8 + .5 + 1 + 2 / 3.0 + .625, 1e-12);
  EXPECT_NEAR(g.score, 3.5917, 5e-5);
  EXPECT_NEAR(g.quality_raw, g.score / 5, 1e-15);
  EXPECT_EQ(g.time_stop_ns, 180 * kMinute_ns);
  EXPECT_EQ(g.family, SignalFamily::kMicro);
  EXPECT_EQ(g.flow_source, FlowSource::kTradeSigned);
  EXPECT_NE(g.flags & signal_flag::kUsesVpin, 0);
  EXPECT_NE(g.flags & signal_flag::kBreakEven, 0);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.09950);
  EXPECT_EQ(g.criteria[1], 4.5);
  EXPECT_EQ(g.criteria[2], .84);
  EXPECT_EQ(g.criteria[3], 5);
  EXPECT_EQ(g.criteria[4], .70);
  EXPECT_EQ(g.criteria[5], 2.4);
  EXPECT_NEAR(g.criteria[6], .8, 1e-12);
  EXPECT_NEAR(g.criteria[7], .5, 1e-12);
}

TEST(S18, ScenarioBWasNotSoldInto) {
  S18 s;
  s.bin(+1, {.against = .60});
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(18).passed(1), 1u);
  EXPECT_EQ(s.funnel(18).passed(2), 0u);
}

TEST(S18, TheBinAboveIsTheMirror) {
  S18 s;
  s.none(+1);
  s.bin(-1, {.price = 1.10070});
  s.bought(.30);
  s.fz(-2.4);
  s.cvd(-.3);
  ASSERT_EQ(s.m1(1.10010).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.10120));
  EXPECT_EQ(g.take_profit[2], px(1.09680));
  EXPECT_NEAR(g.score, 3.5917, 5e-5);
  EXPECT_NEAR(g.criteria[4], .70, 1e-12);
  EXPECT_EQ(g.level, 3);
}

TEST(S18, RatioAndAbsorptionAreInclusive) {
  const auto with = [](Bin b) {
    return signals_after([&](S18& s) {
      s.bin(+1, b);
      s.fz(3);
      s.cvd(.6);
    });
  };
  EXPECT_EQ(with({.ratio = 3.5}), 1u);
  EXPECT_EQ(with({.ratio = 3.5 - 1e-9}), 0u);
  EXPECT_EQ(with({.ratio = 3.5 + 1e-9}), 1u);
  EXPECT_EQ(with({.absorption = 4}), 1u);
  EXPECT_EQ(with({.absorption = 4 - 1e-9}), 0u);
  EXPECT_EQ(with({.absorption = 4 + 1e-9}), 1u);
}

TEST(S18, TheSharesAreInclusive) {
  const auto against = [](double v) { return signals_after([v](S18& s) { s.bin(+1, {.against = v}); }); };
  EXPECT_EQ(against(.80), 1u);
  EXPECT_EQ(against(.80 - 1e-8), 0u);
  EXPECT_EQ(against(.80 + 1e-8), 1u);
  const auto bought = [](double v) { return signals_after([v](S18& s) { s.bought(v); }); };
  EXPECT_EQ(bought(.65), 1u);
  EXPECT_EQ(bought(.65 - 1e-8), 0u);
  EXPECT_EQ(bought(.65 + 1e-8), 1u);
  const auto sold = [](double v) {
    return signals_after([v](S18& s) {
      s.none(+1);
      s.bin(-1, {.price = 1.10070});
      s.bought(1 - v);
      s.fz(-2.4);
      s.cvd(-.3);
    });
  };
  EXPECT_EQ(sold(.65), 1u);
  EXPECT_EQ(sold(.65 - 1e-8), 0u);
  EXPECT_EQ(sold(.65 + 1e-8), 1u);
}

TEST(S18, TheVolumeOfTheBarIsInclusiveAndMustBeThere) {
  const auto with = [](double v) { return signals_after([v](S18& s) { s.vr(v); }); };
  EXPECT_EQ(with(2.2), 1u);
  EXPECT_EQ(with(2.2 - 1e-9), 0u);
  EXPECT_EQ(with(2.2 + 1e-9), 1u);
  S18 empty;
  EXPECT_EQ(empty.m1(1.10010, 0).signal_count, 0u);
  EXPECT_EQ(empty.funnel(18).passed(4), 1u);
}

TEST(S18, TheBinLiesBesideTheCloseAndWithinFifteenUnits) {
  const auto close = [](double c) {
    S18 s;
    return s.m1(c).signal_count;
  };
  EXPECT_EQ(close(1.09960), 1u);  // the bin is [1.09950, 1.09960)
  EXPECT_EQ(close(1.099599999), 0u);
  EXPECT_EQ(close(1.099600001), 1u);
  EXPECT_EQ(close(1.10110), 1u);
  EXPECT_EQ(close(1.101100001), 0u);
  EXPECT_EQ(close(1.101099999), 1u);
}

TEST(S18, TheScoreIsInclusiveAfterRounding) {
  // .625 + .6667 + 1 + .5 + flow/3 = 3.5
  const double flow = 3 * (3.5 - .625 - 2 / 3.0 - 1 - .5);
  const auto with = [](double v) { return signals_after([v](S18& s) { s.fz(v); }); };
  EXPECT_EQ(with(flow), 1u);
  EXPECT_EQ(with(flow - 1e-8), 0u);
  EXPECT_EQ(with(flow + 1e-8), 1u);
}

TEST(S18, EachCriterionScoresAsWritten) {
  const auto score = [](auto&& change) {
    S18 s;
    change(s);
    return s.m1().signal_count == 1 ? s.out().signals[0].score : 0.0;
  };
  const double base = .8 + .5 + 1 + 2 / 3.0 + .625;
  EXPECT_NEAR(score([](S18& s) { s.fz(3.5); }), base + .2, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.cvd(.7); }), base + .5, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.vpin(.30); s.cvd(.6); }), base + .5, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.vpin(.40); s.cvd(.6); }), base, 1e-12);  // Sv .5
  EXPECT_NEAR(score([](S18& s) { s.bin(+1, {.ratio = 6.5}); }), base + 1 / 3.0, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.bin(+1, {.ratio = 9}); }), base + 1 / 3.0, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.bin(+1, {.absorption = 8}); }), base + .375, 1e-12);
  EXPECT_NEAR(score([](S18& s) { s.bin(+1, {.absorption = 12}); }), base + .375, 1e-12);
}

TEST(S18, SizingLevelsFollowScoreAndRatio) {
  const auto level = [](double flow, double ratio) {  // Sc 1, Sv 1, absorption 1; ratio as given
    S18 s;
    s.cvd(.6);
    s.bin(+1, {.ratio = ratio, .absorption = 8});
    s.fz(flow);
    return s.m1().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(3 * .5, 6.5), 5);          // 4.5
  EXPECT_EQ(level(3 * (.5 - 1e-8), 6.5), 4);
  EXPECT_EQ(level(3 * (.5 + 1e-8), 6.5), 5);
  EXPECT_EQ(level(3, 5), 4);                 // 4.75, but the ratio is not above 5
  EXPECT_EQ(level(3, 5 + 1e-9), 5);
  EXPECT_EQ(level(3, 5 - 1e-9), 4);
  EXPECT_EQ(level(3 * .5, 3.5), 4);          // 4.0
  EXPECT_EQ(level(3 * (.5 - 1e-8), 3.5), 3);
  EXPECT_EQ(level(3 * (.5 + 1e-8), 3.5), 4);
}

TEST(S18, TheStopIsAtMostItsShareOfPriceAway) {
  const auto stop = [](double close) {  // the far side and 5 u are 30 u away at most; .2 % is 22
    EngineConfig c = trade_config("stop_loss_pct", .2);
    set_param(c, 18, "bin_size", 10);
    S18 s(std::move(c), 100);
    EXPECT_EQ(s.m1(close).signal_count, 1u);
    return s.out().signals[0].stop_loss;
  };
  EXPECT_EQ(stop(1.10110), px(1.09900));  // 21 u
  EXPECT_EQ(stop(1.10190), px(1.10190) - std::llround(.002 * 1.1019e9));
  S18 cheap;                              // 21 u of a price of which 1 % is 20
  cheap.bin(+1, {.price = .19840});
  ASSERT_EQ(cheap.m1(.20000).signal_count, 1u);
  EXPECT_EQ(cheap.out().signals[0].stop_loss, px(.19800));
}

TEST(S18, TheSideThatPassesMoreIsEvaluatedThenTheStrongerThenTheNearer) {
  const auto far_side = [](auto&& change) {  // of the bin whose failing absorption is the newest outcome
    S18 s;
    s.bin(+1, {.absorption = 3});
    s.bin(-1, {.price = 1.10070, .absorption = 2});
    change(s);
    s.m1();
    return s.stage->running()[0].strategy->funnel().last(3).value;
  };
  EXPECT_EQ(far_side([](S18&) {}), 3) << "equal: the one below";
  EXPECT_EQ(far_side([](S18& s) { s.bin(-1, {.ratio = 4.6, .price = 1.10070, .absorption = 2}); }), 2) << "stronger";
  EXPECT_EQ(far_side([](S18& s) { s.bin(-1, {.ratio = 4.4, .price = 1.10070, .absorption = 2}); }), 3);
  EXPECT_EQ(far_side([](S18& s) { s.bin(-1, {.price = 1.10060, .absorption = 2}); }), 2) << "nearer";
  EXPECT_EQ(far_side([](S18& s) { s.bin(-1, {.price = 1.10080, .absorption = 2}); }), 3);
  EXPECT_EQ(far_side([](S18& s) { s.bin(-1, {.ratio = 9, .price = 1.10070, .against = .5, .absorption = 2}); }), 3) << "passes less";
  S18 s;
  s.bin(-1, {.ratio = 9, .price = 1.10070});  // nobody sells: the bin above cannot trade
  ASSERT_EQ(s.m1().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kLong);
}

TEST(S18, ASideWithoutABinIsAnEvaluationThatFails) {
  S18 s;
  s.none(+1);
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(18).evaluations(), 1u);
  EXPECT_EQ(s.funnel(18).passed(0), 0u);
}

TEST(S18, NothingIsEvaluatedBeforeItsFeaturesAreReady) {
  const auto skipped = [](FeatureId id, int p0, int p1 = 0) {
    S18 s;
    s.value(id, M1, p0, p1) = FeatureValue::invalid();
    EXPECT_EQ(s.m1().signal_count, 0u);
    EXPECT_EQ(s.funnel(18).evaluations(), 0u);
    return s.funnel(18).skipped_not_ready();
  };
  for (const FeatureId id : S18::kIds) {
    EXPECT_EQ(skipped(id, 10, 10), 1u);
    EXPECT_EQ(skipped(id, -10, 10), 1u);
  }
  EXPECT_EQ(skipped(FeatureId::kAggressorShare, 3), 1u);
  EXPECT_EQ(skipped(FeatureId::kVolumeRatio, 50), 1u);
  EXPECT_EQ(skipped(FeatureId::kFlowZ, 20, 500), 1u);
  EXPECT_EQ(skipped(FeatureId::kCvdN, 20), 1u);
  EXPECT_EQ(skipped(FeatureId::kVpin, 50), 1u);
}

TEST(S18, ABinIsOneClusterUntilAllOfItsVolumeIsNew) {
  const auto again_after = [](int bars) {
    S18 s;
    s.m1();
    s.vr(1);
    for (int i = 1; i < bars; ++i) s.m1();
    s.vr(2.4);
    return s.m1().signal_count;
  };
  EXPECT_EQ(again_after(49), 0u);
  EXPECT_EQ(again_after(50), 1u);
  EXPECT_EQ(again_after(51), 1u);
  S18 s;  // seen from the other side it is the same bin
  s.m1();
  for (int i = 0; i < 30; ++i) s.m1();
  s.none(+1);
  s.bin(-1, {.price = 1.09960});
  s.bought(.3);
  s.fz(-2.4);
  s.cvd(-.3);
  EXPECT_EQ(s.m1(1.09900).signal_count, 0u);
  s.bin(-1, {.price = 1.09970});
  EXPECT_EQ(s.m1(1.09900).signal_count, 1u);
}

TEST(S18, HalfAnHourOfRest) {
  const auto other_bin_after = [](int minutes) {
    S18 s;
    s.m1();
    for (int i = 1; i < minutes; ++i) s.m1();
    s.bin(+1, {.price = 1.09970});
    return s.m1().signal_count;
  };
  EXPECT_EQ(other_bin_after(29), 0u);
  EXPECT_EQ(other_bin_after(30), 1u);
}

TEST(S18, AnEntryNeedsTheFullConditionToHaveBeenFalseBefore) {
  S18 s;
  s.m1();
  s.m1();
  s.bin(+1, {.price = 1.09970});
  s.m1();  // an edge that the rest uses up
  EXPECT_EQ(s.funnel(18).suppressed_cooldown(), 1u);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(18).suppressed_edge(), 40u);
  s.vr(1);
  s.m1();
  s.vr(2.4);
  EXPECT_EQ(s.m1().signal_count, 1u);
}

TEST(S18, AnOpenPositionHoldsTheNextBinBack) {
  S18 s;
  const Signal g = s.m1().signals[0];
  s.fill_entry(g, s.seq, px(1.10015));
  for (int i = 0; i < 30; ++i) s.m1();
  s.bin(+1, {.price = 1.09970});
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(18).suppressed_position(), 1u);
}

TEST(S18, ACloseBeyondTheBinInvalidates) {
  for (const bool restart : {false, true}) {
    S18 s;
    s.restart_every_event = restart;
    const Signal g = s.m1().signals[0];
    s.fill_entry(g, s.seq, px(1.10015));
    EXPECT_EQ(s.m1(1.09951).exit_count, 0u);
    EXPECT_EQ(s.m1(1.09950).exit_count, 0u);
    ASSERT_EQ(s.m1(1.099499999).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
    EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, 1.09950);
  }
  S18 s;
  s.none(+1);
  s.bin(-1, {.price = 1.10070});
  s.bought(.30);
  s.fz(-2.4);
  s.cvd(-.3);
  const Signal g = s.m1(1.10010).signals[0];
  s.fill_entry(g, s.seq, px(1.10005));
  EXPECT_EQ(s.m1(1.10070).exit_count, 0u);
  EXPECT_EQ(s.m1(1.100700001).exit_count, 1u);
}

TEST(S18, TheBinSizeAndTheBarsAreThoseOfTheConfiguration) {
  EngineConfig c = trade_config("bin_size", .5);
  set_param(c, 18, "exhaustion_bars_lookback", 20);
  set_param(c, 18, "cluster_confirmation_bars", 5);
  StageHarness s(std::move(c));
  for (const FeatureId id : S18::kIds) {
    EXPECT_LT(s.handle(id, M1, 20, 5), s.keys().size());
    EXPECT_LT(s.handle(id, M1, -20, 5), s.keys().size());
  }
  EXPECT_LT(s.handle(FeatureId::kAggressorShare, M1, 5), s.keys().size());
}

TEST(S18, ACheckpointRemembersTheTradedBins) {
  S18 s;
  s.restart_every_event = true;
  ASSERT_EQ(s.m1().signal_count, 1u);
  for (int i = 1; i < 49; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(18).passed(7), 1u);
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.m1().signal_count, 1u);
}

TEST(S18, BarsAloneDisableItOpenly) {
  EngineConfig c = trade_config();
  c.instruments[0].capabilities &= ~capability::kTrades;
  S18 s(std::move(c));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].strategy, 18);
  EXPECT_EQ(records[0].missing, capability::kTrades);
}

}  // namespace
}  // namespace omega::test
