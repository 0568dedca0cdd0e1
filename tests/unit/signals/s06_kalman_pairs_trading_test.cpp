// S06: scenario figures, the two signals of an entry, each threshold at its own value, exits, restart.
#include "engine/features/kalman_hedge.hpp"
#include "engine/signals/pair_strategy.hpp"
#include "tests/unit/signals/pair_market.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

/// The features of scenario A on leg 1: fz 1.8, cvd .33, vpin .25, vmr 1.3.
struct S06 : PairMarket {
  explicit S06(EngineConfig c = pair_config(6)) : PairMarket(std::move(c), M15) {
    put(0, 1.8, FeatureId::kFlowZ, Timeframe::kM1, 20, 500);
    put(0, .33, FeatureId::kCvdN, Timeframe::kM1, 20);
    put(0, 1.3, FeatureId::kVolumeMeanRatio, M15, 5, 15);
  }
  void quiet(int n) {
    for (int i = 0; i < n; ++i) wander(.3, .06, .1);
  }
  /// 300 quiet closes, then leg 1 stands at `to` beside its relation.
  const SignalsOut& shock(double to = -.145) {
    quiet(260);
    for (int i = 0; i < 40; ++i) wander(.3, 0, 1);  // on the line
    return close(.05, to - w);
  }
};

TEST(S06, ScenarioA) {
  KalmanHedge filter;
  filter.start(0, .80, 1e-4, 0, 1e-4, {4e-4, 0, 0});
  const auto i = filter.update(.7388, 1.0);
  EXPECT_NEAR(i.z, -2.4985, 5e-5);
  const auto scores = pair_scores(kLong, 1.8, 2.0, .33, .55, .25, .30, 1.3, i.z);
  EXPECT_NEAR(scores[0], .9, 1e-12);
  EXPECT_NEAR(scores[1], .6, 1e-12);
  EXPECT_NEAR(scores[2], 1, 1e-12);
  EXPECT_NEAR(scores[3], .75, 1e-12);
  EXPECT_NEAR(scores[4], .8328, 5e-5);
  EXPECT_NEAR(score::sum(scores), 4.083, 5e-4);
}

TEST(S06, AWideInnovationRaisesOneSignalPerLeg) {
  S06 s;
  const SignalsOut& o = s.shock();
  ASSERT_EQ(o.signal_count, 2u);
  const Signal &one = o.signals[0], &two = o.signals[1];
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);
  EXPECT_EQ(one.instrument, 0);
  EXPECT_EQ(two.instrument, 1);
  EXPECT_EQ(one.pair, 1);
  EXPECT_EQ(two.pair, 1);
  EXPECT_EQ(one.flags & signal_flag::kPairLeg, signal_flag::kPairFirst);
  EXPECT_EQ(two.flags & signal_flag::kPairLeg, signal_flag::kPairSecond);
  EXPECT_EQ(two.index, one.index + 1);
  EXPECT_EQ(one.tp_count, 0);
  EXPECT_NEAR(one.criteria[1], .8, .05);
  const PairTerms t = pair_terms(two);
  EXPECT_NEAR(t.hedge_ratio, one.criteria[1], 1e-12);
  const double z = std::fabs(one.criteria[0]);
  EXPECT_GE(z, 2.4);
  EXPECT_LT(z, 3.5);
  EXPECT_NEAR(t.reward_risk, (z - 1) / std::max(3.5 - z, .5), 1e-12);
  EXPECT_GT(t.risk, 0);
  EXPECT_LT(t.risk, .01);
  EXPECT_EQ(one.stop_loss, one.entry_ref - std::llround(.015 * static_cast<double>(one.entry_ref)));
  EXPECT_EQ(two.stop_loss, two.entry_ref + std::llround(.015 * static_cast<double>(two.entry_ref)));
  EXPECT_NEAR(one.score, .9 + .6 + 1 + .75 + std::min(z / 3, 1.0), 1e-9);
  EXPECT_EQ(one.level, one.score >= 4 ? 3 : 2);
  EXPECT_EQ(one.time_stop_ns, 32 * 15 * kMinute_ns);
  EXPECT_EQ(one.str, .7);
  EXPECT_EQ(s.funnel(6).signals(), 1u);
}

TEST(S06, TheMirrorIsShortLeg1) {
  S06 s;
  s.put(0, -1.8, FeatureId::kFlowZ, Timeframe::kM1, 20, 500);
  s.put(0, -.33, FeatureId::kCvdN, Timeframe::kM1, 20);
  const SignalsOut& o = s.shock(.085);
  ASSERT_EQ(o.signal_count, 2u);
  EXPECT_EQ(o.signals[0].direction, kShort);
  EXPECT_EQ(o.signals[1].direction, kLong);
}

TEST(S06, EachThresholdDecidesAtItsOwnValue) {
  S06 base;
  const Signal first = base.shock().signals[0];
  const double z = std::fabs(first.criteria[0]), rho = std::fabs(first.criteria[2]);
  const auto fires = [](const char* name, double v) {
    S06 s(pair_config(6, name, v));
    return s.shock().signal_count == 2;
  };
  EXPECT_TRUE(fires("z_score_entry_threshold", z));
  EXPECT_FALSE(fires("z_score_entry_threshold", z + 1e-6));
  EXPECT_FALSE(fires("max_spread_extension_sigma", z));
  EXPECT_TRUE(fires("max_spread_extension_sigma", z + 1e-6));
  EXPECT_TRUE(fires("min_correlation", rho));
  EXPECT_FALSE(fires("min_correlation", rho + 1e-6));
  EXPECT_TRUE(fires("min_confirmation_score", first.score));
  EXPECT_FALSE(fires("min_confirmation_score", first.score + 1e-6));
  EXPECT_FALSE(fires("lookback_period", 302));  // one close short of its first z
  const auto scored = [](const char* name, double v) {
    S06 s(pair_config(6, name, v));
    const SignalsOut& o = s.shock();
    return o.signal_count > 0 ? o.signals[0].score : 0.0;
  };
  EXPECT_NEAR(scored("ofi_threshold", 3.6), first.score - .4, 1e-9);
  EXPECT_NEAR(scored("cvd_threshold", .66), first.score - .1, 1e-9);
  EXPECT_NEAR(scored("vpin_threshold", .2), first.score - .25, 1e-9);
  S06 wide(pair_config(6, "stop_loss_pct", 2));
  const SignalsOut& o = wide.shock();
  EXPECT_EQ(o.signals[0].stop_loss, o.signals[0].entry_ref - std::llround(.02 * static_cast<double>(o.signals[0].entry_ref)));
  for (const auto& [vpin, fire] : {std::pair{.50, true}, std::pair{.5001, false}}) {
    S06 s;
    s.put(1, vpin, FeatureId::kVpin, Timeframe::kM1, 50);
    EXPECT_EQ(s.shock().signal_count == 2, fire) << vpin;
  }
}

TEST(S06, TheSpreadMustCrossAtThisClose) {
  S06 s;
  s.put(1, .9, FeatureId::kVpin, Timeframe::kM1, 50);  // held back by the other leg's vpin
  ASSERT_EQ(s.shock(-.145).signal_count, 0u);
  s.put(1, .25, FeatureId::kVpin, Timeframe::kM1, 50);
  EXPECT_EQ(s.close(.05, -.15 - s.w).signal_count, 0u) << "it was wide one close before";
}

TEST(S06, AMissedCloseOnlyPredicts) {
  S06 s;
  s.quiet(260);
  const auto before = s.funnel(6).evaluations();
  s.close_of_leg_1_only();
  EXPECT_EQ(s.funnel(6).evaluations(), before);
  EXPECT_EQ(s.close(.05, -.145 - s.w).signal_count, 0u) << "no z one close before";
}

/// The exit that the closes after an entry bring, or none.
std::optional<ExitRequest> exit_after(S06& s, const std::function<void(S06&)>& next, int closes) {
  const SignalsOut& o = s.shock();
  if (o.signal_count != 2) return std::nullopt;
  const Signal one = o.signals[0], two = o.signals[1];
  s.fill_both(one, two, s.seq);
  for (int i = 0; i < closes; ++i) {
    next(s);
    if (s.out().exit_count > 0) return s.out().exits[0];
  }
  return std::nullopt;
}

TEST(S06, BothLegsAreClosedAtTheMeanAndAtTheStop) {
  S06 back;
  const auto target = exit_after(back, [](S06& s) { s.close(.05, .06); }, 4);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->reason, ExitReason::kStrategyTarget);
  EXPECT_EQ(target->pair, 1);
  EXPECT_EQ(target->share_percent, 0);
  EXPECT_LE(target->value, 1.0);
  S06 away;
  const auto stop = exit_after(away, [](S06& s) { s.close(.05, -.25); }, 1);
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->reason, ExitReason::kStopLoss);
  EXPECT_GE(stop->value, 3.5);
  S06 later(pair_config(6, "z_score_exit_threshold", 0));
  const auto zero = exit_after(later, [](S06& s) { s.close(.05, .02); }, 30);
  ASSERT_TRUE(zero);
  EXPECT_LE(zero->value, 0);
  EngineConfig patient = pair_config(6, "max_spread_extension_sigma", 1e6);  // nothing but the relation itself may end it
  set_param(patient, 6, "z_score_exit_threshold", -1e6);
  S06 broken(std::move(patient));
  const auto invalid = exit_after(broken, [](S06& s) { s.wander(.3, .5, .1); }, 250);
  ASSERT_TRUE(invalid);
  EXPECT_EQ(invalid->reason, ExitReason::kInvalidation);
  EXPECT_DOUBLE_EQ(invalid->threshold, .5);
  EXPECT_LT(invalid->value, .5);
  EXPECT_GT(invalid->value, .45);
}

/// The point between `holds` and `fails` at which a yes becomes a no, by halving; the last yes.
double boundary(double holds, double fails, const std::function<bool(double)>& yes) {
  EXPECT_TRUE(yes(holds));
  EXPECT_FALSE(yes(fails));
  for (int i = 0; i < 24; ++i) {
    const double middle = (holds + fails) / 2;
    (yes(middle) ? holds : fails) = middle;
  }
  return holds;
}

TEST(S06, TheDefaultsDecideAtTheValuesOfTheSpecification) {
  const auto z_at = [](double to) {
    S06 s;
    const SignalsOut& o = s.shock(to);
    return o.signal_count == 2 ? std::fabs(o.signals[0].criteria[0]) : 0.0;
  };
  const auto fires = [&](double to) { return z_at(to) > 0; };
  EXPECT_NEAR(z_at(boundary(-.145, -.02, fires)), 2.4, 1e-3);
  EXPECT_NEAR(z_at(boundary(-.145, -.60, fires)), 3.5, 1e-3);

  double rho = 0;
  const auto correlated = [&](double noise) {  // the wider leg 1 wanders on its own, the looser the relation
    S06 s;
    for (int i = 0; i < 300; ++i) s.wander(.3, noise, .1);
    const Check c = s.stage->running()[0].strategy->funnel().last(0);
    if (c.holds) rho = c.value;
    return c.holds;
  };
  boundary(.01, .6, correlated);
  EXPECT_NEAR(rho, .84, 1e-3);

  S06 first;
  while (first.funnel(6).evaluations() == 0 && first.bars < 400) first.wander(.3, .06, .1);
  EXPECT_EQ(first.bars, 251);  // 250 start the filter, the next has a z
}

TEST(S06, TheNoiseIsEstimatedAgainAfter24Hours) {
  S06 daily, never(pair_config(6, "recalibration", 168));  // never: within this test
  const auto z = [](const S06& s) { return s.stage->running()[0].strategy->funnel().last(1).value; };
  while (daily.bars < 400 && (daily.bars < 251 || z(daily) == z(never)))
    for (S06* s : {&daily, &never}) s->wander(.3, s->bars < 250 ? .06 : .12, .1);
  EXPECT_LT(z(daily), z(never));            // the newer closes are noisier, so the same innovation is less
  EXPECT_EQ(daily.bars, 250 + 24 * 4 + 1);  // started at close 250, again after 96 more: the next close is the first to be judged by it
}

TEST(S06, TheScoreIsAGateAndMakesTheSize) {
  S06 base;
  const double rest = base.shock().signals[0].score - .9;
  const auto level = [&](double total) {  // 0: no signal
    S06 s;
    s.put(0, 2 * (total - rest), FeatureId::kFlowZ, Timeframe::kM1, 20, 500);
    const SignalsOut& o = s.shock();
    return o.signal_count == 2 ? static_cast<int>(o.signals[0].level) : 0;
  };
  EXPECT_EQ(level(3.5 + 1e-7), 2);
  EXPECT_EQ(level(3.5 - 1e-7), 0);
  EXPECT_EQ(level(4 + 1e-7), 3);
  EXPECT_EQ(level(4 - 1e-7), 2);
  S06 half;
  half.put(0, .40, FeatureId::kVpin, Timeframe::kM1, 50);
  const SignalsOut& o = half.shock();
  ASSERT_EQ(o.signal_count, 2u);
  EXPECT_NEAR(o.signals[0].criteria[5], .5, 1e-9);
}

TEST(S06, AnHourOfRest) {
  const auto again_after = [](int closes) {
    S06 s(pair_config(6, "max_spread_extension_sigma", 6));
    EXPECT_EQ(s.shock().signal_count, 2u);
    for (int i = 1; i < closes; ++i) s.wander(.3, 0, 1);
    return s.close(.05, -.16).signal_count;
  };
  EXPECT_EQ(again_after(3), 0u);
  EXPECT_EQ(again_after(4), 2u);
}

TEST(S06, NoSecondEntryWhileALegIsOpenNorInTheCoolDown) {
  S06 s(pair_config(6, "max_spread_extension_sigma", 6));
  const SignalsOut& o = s.shock();
  ASSERT_EQ(o.signal_count, 2u);
  const Signal two = o.signals[1];
  const Seq cause = s.seq;
  s.fill_entry(two, cause, two.entry_ref);  // leg 1 was refused
  for (int i = 0; i < 40; ++i) s.wander(.3, 0, 1);
  EXPECT_EQ(s.close(.05, -.16).signal_count, 0u);
  EXPECT_EQ(s.funnel(6).suppressed_position(), 1u);
  s.close_position(two, cause, two.entry_ref);
  for (int i = 0; i < 40; ++i) s.wander(.3, 0, 1);
  EXPECT_EQ(s.close(.05, -.16).signal_count, 2u);
  s.wander(.3, 0, 1);
  s.wander(.3, 0, 1);
  EXPECT_EQ(s.close(.05, -.16).signal_count, 0u);
  EXPECT_EQ(s.funnel(6).suppressed_cooldown(), 1u);
}

TEST(S06, ASavedStateGoesOnAlike) {
  S06 straight, cut;
  for (int i = 0; i < 340; ++i) {
    for (S06* s : {&straight, &cut}) i == 300 ? s->close(.05, -.145 - s->w) : i >= 260 && i < 300 ? s->wander(.3, 0, 1) : s->wander(.3, .06, .1);
    if (i % 40 != 7 && i != 301) continue;
    StateWriter out;
    cut.stage->save(out);
    cut.rebuild_stage();
    StateReader in(out.bytes());
    cut.stage->load(in);
    ASSERT_TRUE(in.at_end());
  }
  EXPECT_EQ(straight.stage->digest(), cut.stage->digest());
  EXPECT_EQ(straight.stage->signals_raised(), cut.stage->signals_raised());
  EXPECT_EQ(straight.stage->signals_raised() % 2, 0u);
  EXPECT_GE(straight.stage->signals_raised(), 2u);
}

TEST(S06, WithoutAPairItIsDisabled) {
  EngineConfig c = pair_config(6);
  c.instruments[1].symbol = "USDJPY";
  const StageHarness s(std::move(c));
  std::size_t rows = 0;
  for (const StrategyDisabled& d : s.stage->disabled()) rows += d.strategy == 6 && d.missing == capability::kMulti ? 1 : 0;
  EXPECT_EQ(rows, 2u);
}

}  // namespace
}  // namespace omega::test
