#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

EngineConfig quote_config(std::string_view name = "", double value = 0) {
  EngineConfig c = config_with({3, 14});
  for (InstrumentConfig& i : c.instruments) i.capabilities |= capability::kQuotes | capability::kQuoteSizes;
  if (!name.empty()) set_param(c, 14, name, value);
  return c;
}

/// Scenario A of S14: mean 2, sd 5, X = 17, so z = 3.0; vpin .30, +4 u in 20 bars, confluence .6.
struct S14 : StageHarness {
  explicit S14(EngineConfig c = quote_config()) : StageHarness(std::move(c)) {
    set(17, FeatureId::kOfi, M1, 100);
    z((17.0 - 2.0) / 5.0);
    set(500, FeatureId::kOfiSamples, M1, 100, 500);
    before(1.10000);
    extremes(1.09800, 1.10240);
    vpin(.30);
    conf(.6);
  }
  void z(double v) { set(v, FeatureId::kOfiZ, M1, 100, 500); }
  void before(double v) { set(static_cast<double>(px(v)), FeatureId::kCloseLag, M1, 20); }
  void extremes(double low, double high) {
    set(static_cast<double>(px(low)), FeatureId::kLowest, M1, 50);
    set(static_cast<double>(px(high)), FeatureId::kHighest, M1, 50);
  }
  const SignalsOut& m1(double close = 1.10040) {
    advance(kMinute_ns);
    close_bar(M1, close, close, close, close);
    return step();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S14 s;
  change(s);
  return s.m1().signal_count;
}

TEST(S14, ScenarioAGivesTheLongOfTheSpecification) {
  S14 s;
  s.before(1.10000);
  ASSERT_EQ(s.m1(1.10040).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10040));
  EXPECT_EQ(g.stop_loss, px(1.09780));  // the low of 50 bars and 2 u
  EXPECT_EQ(g.level, 4);                // 3.0 is not above 3
  EXPECT_NEAR(g.quality_raw, .725, 1e-12);
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_DOUBLE_EQ(g.tp_r[0], 1.5);
  EXPECT_DOUBLE_EQ(g.tp_r[1], 2.5);
  EXPECT_DOUBLE_EQ(g.tp_r[2], 4);
  EXPECT_EQ(g.take_profit[2], px(1.10040 + 4 * .0026));
  EXPECT_NEAR(g.tp_fraction[0] + g.tp_fraction[1] + g.tp_fraction[2], 1, 1e-12);
  EXPECT_EQ(g.time_stop_ns, 120 * kMinute_ns);
  EXPECT_EQ(g.flow_source, FlowSource::kOfiL1);
  EXPECT_EQ(g.family, SignalFamily::kMicro);
  EXPECT_NE(g.flags & signal_flag::kUsesVpin, 0);
  EXPECT_NE(g.flags & signal_flag::kTrailM15, 0);
  EXPECT_DOUBLE_EQ(g.criteria[0], 3);
  EXPECT_EQ(g.criteria[1], 17);
  EXPECT_EQ(g.criteria[2], 500);
  EXPECT_NEAR(g.criteria[3], 4, 1e-9);
  EXPECT_DOUBLE_EQ(g.criteria[4], 4);
}

TEST(S14, ScenarioBIsIncoherent) {
  S14 s;
  s.z(-2.8);
  s.conf(.4);
  s.before(1.10010);
  EXPECT_EQ(s.m1(1.10040).signal_count, 0u);  // price +3 u, flow down
  EXPECT_EQ(s.funnel(14).passed(2), 1u);
  EXPECT_EQ(s.funnel(14).passed(3), 0u);
  EXPECT_NEAR(s.stage->running()[0].strategy->funnel().last(3).value, -.0003, 1e-12);
}

TEST(S14, TheShortSideIsTheMirror) {
  S14 s;
  s.z(-3.0);
  s.conf(.4);
  s.before(1.10080);
  ASSERT_EQ(s.m1(1.10040).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.10260));
  EXPECT_EQ(g.take_profit[2], px(1.10040 - 4 * .0022));
  EXPECT_NEAR(g.criteria[3], 4, 1e-9);
  EXPECT_EQ(g.level, 4);
}

TEST(S14, ABarsOnlyFeedDisablesItOnce) {
  EngineConfig c = quote_config();
  c.instruments[0].capabilities &= ~capability::kQuoteSizes;
  S14 s(std::move(c));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].strategy, 14);
  EXPECT_EQ(capability_names(records[0].missing), "QUOTE_SIZES");
}

TEST(S14, TheZScoreIsInclusiveAtItsThreshold) {
  const auto at = [](double v) {
    return signals_after([v](S14& s) {
      s.z(v);
      if (v < 0) {
        s.before(1.10080);
        s.conf(.4);
      }
    });
  };
  EXPECT_EQ(at(2.5), 1u);
  EXPECT_EQ(at(2.5 - 1e-9), 0u);
  EXPECT_EQ(at(2.5 + 1e-9), 1u);
  EXPECT_EQ(at(-2.5), 1u);
  EXPECT_EQ(at(-2.5 + 1e-9), 0u);
  EXPECT_EQ(at(-2.5 - 1e-9), 1u);
  EXPECT_EQ(at(0), 0u);
}

TEST(S14, TwoHundredSamplesAreEnough) {
  const auto with = [](double n) { return signals_after([n](S14& s) { s.set(n, FeatureId::kOfiSamples, M1, 100, 500); }); };
  EXPECT_EQ(with(200), 1u);
  EXPECT_EQ(with(199), 0u);
  EXPECT_EQ(with(201), 1u);
}

TEST(S14, VpinIsInclusiveAtItsThreshold) {
  const auto with = [](double v) { return signals_after([v](S14& s) { s.vpin(v); }); };
  EXPECT_EQ(with(.35), 1u);
  EXPECT_EQ(with(.35 - 1e-9), 1u);
  EXPECT_EQ(with(.35 + 1e-9), 0u);
}

TEST(S14, PriceMustHaveMovedTheSameWayUnlessTheConfigurationSaysOtherwise) {
  const auto moved = [](double from, double required) {
    S14 s(quote_config("price_coherence_required", required));
    s.before(from);
    return s.m1(1.10040).signal_count;
  };
  EXPECT_EQ(moved(1.10040, 1), 0u);
  EXPECT_EQ(moved(1.100399999, 1), 1u);
  EXPECT_EQ(moved(1.100400001, 1), 0u);
  EXPECT_EQ(moved(1.10040, 0), 1u);
  EXPECT_EQ(moved(1.10080, 0), 1u);
}

TEST(S14, ConfluenceIsInclusiveInTheDirectionOfTheTrade) {
  const auto with = [](double v) { return signals_after([v](S14& s) { s.conf(v); }); };
  EXPECT_EQ(with(.55), 1u);
  EXPECT_EQ(with(.55 - 1e-8), 0u);
  EXPECT_EQ(with(.55 + 1e-8), 1u);
  const auto down = [](double v) {
    return signals_after([v](S14& s) {
      s.z(-3);
      s.before(1.10080);
      s.conf(v);
    });
  };
  EXPECT_EQ(down(.45), 1u);
  EXPECT_EQ(down(.45 + 1e-8), 0u);
  EXPECT_EQ(down(.45 - 1e-8), 1u);
}

TEST(S14, AConfluenceOfZeroNeedsNoHistory) {
  S14 s(quote_config("min_mtf_confluence", 0));
  s.value(FeatureId::kConfluence) = FeatureValue::invalid();
  ASSERT_EQ(s.m1().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].valid_mask & signal_valid::kConf, 0u);
  S14 strict;
  strict.value(FeatureId::kConfluence) = FeatureValue::invalid();
  EXPECT_EQ(strict.m1().signal_count, 0u);
  EXPECT_EQ(strict.funnel(14).skipped_not_ready(), 1u);
}

TEST(S14, NothingIsEvaluatedBeforeItsFeaturesAreReady) {
  const S14 any;
  for (const FeatureKey& key : any.keys()) {
    const bool own = key.id == FeatureId::kOfi || key.id == FeatureId::kOfiZ || key.id == FeatureId::kOfiSamples || key.id == FeatureId::kCloseLag ||
                     key.id == FeatureId::kHighest || key.id == FeatureId::kLowest || key.id == FeatureId::kVpin || key.id == FeatureId::kSpread;
    if (!own) continue;
    S14 s;
    s.value(key.id, key.tf, key.p0, key.p1) = FeatureValue::invalid();
    EXPECT_EQ(s.m1().signal_count, 0u) << feature_name(key);
    EXPECT_EQ(s.funnel(14).skipped_not_ready(), 1u) << feature_name(key);
    EXPECT_EQ(s.funnel(14).evaluations(), 0u);
  }
}

TEST(S14, TheSizeIsFiveAboveThreeStandardDeviations) {
  const auto level = [](double v) {
    S14 s;
    s.z(v);
    s.m1();
    return static_cast<int>(s.out().signals[0].level);
  };
  EXPECT_EQ(level(3), 4);
  EXPECT_EQ(level(3 - 1e-9), 4);
  EXPECT_EQ(level(3 + 1e-9), 5);
}

TEST(S14, QualityGrowsWithTheZScoreUpToItsBound) {
  const auto quality = [](double v) {
    S14 s;
    s.z(v);
    s.m1();
    return s.out().signals[0].quality_raw;
  };
  EXPECT_NEAR(quality(2.5), .65, 1e-12);
  EXPECT_NEAR(quality(4), .875, 1e-12);
  S14 low(quote_config("z_entry_threshold", 1));
  low.z(4);
  low.m1();
  EXPECT_EQ(low.out().signals[0].quality_raw, .95);  // .65 + .45 is more than the bound
}

TEST(S14, TheFinalTargetIsTheNearerOfTwoAndAHalfPercentAndFourR) {
  const auto final_target = [](double low) {
    S14 s;
    s.extremes(low, 1.11);
    s.m1(1.10000 + .0004);
    return s.out().signals[0];
  };
  const Signal near = final_target(1.09800);
  EXPECT_DOUBLE_EQ(near.tp_r[near.tp_count - 1], 4);
  const Signal wide = final_target(1.08600);  // the stop is clamped to 1.2 % of 1.10040
  EXPECT_EQ(wide.stop_loss, px(1.10040) - std::llround(.012 * 1.1004e9));
  ASSERT_EQ(wide.tp_count, 2);                // the partial at 2.5R lies beyond
  EXPECT_NEAR(wide.tp_r[1], 2.5 / 1.2, 1e-6);
  EXPECT_NEAR(static_cast<double>(wide.take_profit[1]), 1.1004e9 * 1.025, 1);
  EXPECT_DOUBLE_EQ(wide.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(wide.tp_fraction[1], .5);
}

TEST(S14, TheOppositeZScoreInvalidatesThePosition) {
  for (const bool restart : {false, true}) {
    S14 s;
    s.restart_every_event = restart;
    const Signal g = s.m1().signals[0];
    s.fill_entry(g, s.seq, px(1.10045));
    s.z(-2.5 + 1e-9);
    EXPECT_EQ(s.m1().exit_count, 0u);
    s.z(-2.5);
    ASSERT_EQ(s.m1().exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
    EXPECT_DOUBLE_EQ(s.out().exits[0].value, -2.5);
    EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, -2.5);
    s.z(-2.5 - 1e-9);
    EXPECT_EQ(s.m1().exit_count, 1u);
    s.value(FeatureId::kOfiZ, M1, 100, 500) = FeatureValue::invalid();
    EXPECT_EQ(s.m1().exit_count, 0u);
  }
  S14 s;
  s.z(-3);
  s.conf(.4);
  s.before(1.10080);
  const Signal g = s.m1().signals[0];
  s.fill_entry(g, s.seq, px(1.10035));
  s.z(2.5 - 1e-9);
  EXPECT_EQ(s.m1().exit_count, 0u);
  s.z(2.5);
  EXPECT_EQ(s.m1().exit_count, 1u);
}

TEST(S14, AnEntryIsAnEdgeAndRestsForFiveMinutes) {
  const auto again_after = [](int minutes) {
    S14 s;
    s.m1();
    s.z(0);
    for (int i = 1; i < minutes; ++i) s.m1();
    s.z(3);
    return s.m1().signal_count;
  };
  EXPECT_EQ(again_after(4), 0u);
  EXPECT_EQ(again_after(5), 1u);
  S14 held;
  held.m1();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(held.m1().signal_count, 0u);
  EXPECT_EQ(held.funnel(14).suppressed_edge(), 20u);
}

TEST(S14, AnOpenPositionHoldsTheNextEntryBack) {
  S14 s;
  const Signal g = s.m1().signals[0];
  s.fill_entry(g, s.seq, px(1.10045));
  s.z(0);
  for (int i = 0; i < 6; ++i) s.m1();
  s.z(3);
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(14).suppressed_position(), 1u);
}

TEST(S14, ACheckpointKeepsTheEdgeAndTheRest) {
  S14 s;
  s.restart_every_event = true;
  ASSERT_EQ(s.m1().signal_count, 1u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(14).suppressed_edge(), 3u);
  s.z(0);
  s.m1();
  s.z(3);
  EXPECT_EQ(s.m1().signal_count, 1u);
}

TEST(S14, TheWindowsAreThoseOfTheConfiguration) {
  EngineConfig c = quote_config("window_ticks", 250);
  set_param(c, 14, "lookback_periods", 300);
  StageHarness s(std::move(c));
  EXPECT_LT(s.handle(FeatureId::kOfiZ, M1, 250, 300), s.keys().size());
  EXPECT_LT(s.handle(FeatureId::kOfiSamples, M1, 250, 300), s.keys().size());
  EXPECT_LT(s.handle(FeatureId::kOfi, M1, 250), s.keys().size());
}

}  // namespace
}  // namespace omega::test
