// S06: scenario figures, the two signals of an entry, each threshold at its own value, exits, restart.
#include "engine/features/kalman_hedge.hpp"
#include "engine/signals/pair_strategy.hpp"
#include "tests/unit/signals/construct.hpp"
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

/// 299 closes of a relation, loose enough that the 250 returns into the close at (y, x) = (.7388, 1.0) correlate by `rho`; that close is the last.
Levels loose_relation(double rho) {
  constexpr std::size_t kCloses = 300;
  const auto levels = [](const Numbers& p) {  // size of leg 1's own steps
    Draws draw;
    Levels l;
    l.add(0, 0);
    double x = 0, w = 0;
    for (std::size_t t = 1; t < kCloses; ++t) {
      const double dx = draw() * .3, dw = draw() * p[0];
      x += dx + (1 - x) / static_cast<double>(kCloses + 1 - t);  // arrives at 1
      w = .9 * w + dw;
      l.add(.8 * x + w, x);
    }
    l.add(.7388, 1.0);
    return l;
  };
  return levels(solve({.2}, {rho}, [&](const Numbers& p) { return Numbers{return_correlation(levels(p), 51, 250)}; }));
}

/// F23 beside the stage, over the same closes: what the strategy's filter must be.
struct Beside {
  PairLevels levels{250};
  KalmanHedge filter;
  bool started = false;
  void close(const S06& s) {
    levels.on_close(&s.frames[0].bar(M15), &s.frames[1].bar(M15));
    if (started) {
      filter.predict();
      filter.update(levels.y(0), levels.x(0));
    } else if (levels.full()) {
      const HedgeFit f = levels.fit();
      const double r = f.residual_variance, m = 250;
      filter.start(f.alpha, f.beta, r * (1 / f.n + f.x_mean * f.x_mean / f.x_squares), -r * f.x_mean / f.x_squares, r / f.x_squares,
                   {r, r / (m * m), r / (m * m * f.x_squares / (f.n - 1))});
      started = true;
    }
  }
};
template <class T>
std::vector<std::uint8_t> saved(const T& what) {
  StateWriter out;
  if constexpr (requires { what.stage; }) what.stage->save(out);
  else out(what);
  return out.bytes();
}
/// Where the stage's checkpoint holds this filter; the end when it does not.
auto place_of(std::vector<std::uint8_t>& stage, const KalmanHedge& filter) {
  const auto bytes = saved(filter);
  return std::search(stage.begin(), stage.end(), bytes.begin(), bytes.end());
}

/// Scenario A but for the correlation. No window of 100 closes or more leaves the filter's P as wide beside R as the scenario has it, so theta, P
/// and R are put into the stage's checkpoint before the last close; levels, returns and z of the close before are those of the bars.
struct Scenario : S06 {
  explicit Scenario(double rho, EngineConfig c = pair_config(6)) : S06(std::move(c)) {
    const Levels l = loose_relation(rho);
    const std::size_t last = l.y.size() - 1;
    for (std::size_t t = 0; t < last; ++t) {
      EXPECT_EQ(stand(l.y[t], l.x[t]).signal_count, 0u) << t;
      beside.close(*this);
    }
    auto bytes = saved(*this);
    const auto place = place_of(bytes, beside.filter);
    if (place == bytes.end()) {
      ADD_FAILURE() << "the strategy's filter is not F23 over its closes";
      return;
    }
    beside.filter.start(0, .80, 1e-4, 0, 1e-4, {4e-4, 0, 0});  // Q 0: P is that of the prediction
    const auto given = saved(beside.filter);
    std::copy(given.begin(), given.end(), place);
    rebuild_stage();
    StateReader in(bytes);
    stage->load(in);
    EXPECT_TRUE(in.at_end());
    stand(l.y[last], l.x[last]);
    beside.close(*this);
  }
  [[nodiscard]] const Check& outcome(std::size_t condition) const { return stage->running()[0].strategy->funnel().last(condition); }
  Beside beside;
};

TEST(S06, ScenarioALongLeg1AndShort80PercentOfLeg2) {
  Scenario s(.88);
  ASSERT_EQ(s.out().signal_count, 2u);
  const Signal &one = s.out().signals[0], &two = s.out().signals[1];
  EXPECT_NEAR(one.criteria[0], -2.4984795, 1e-5);  // z
  EXPECT_NEAR(one.criteria[1], .80, 1e-12);        // predicted beta
  EXPECT_NEAR(one.criteria[2], .88, 1e-5);         // rho
  EXPECT_NEAR(one.criteria[3], .9, 1e-12);
  EXPECT_NEAR(one.criteria[4], .6, 1e-12);
  EXPECT_NEAR(one.criteria[5], 1, 1e-12);
  EXPECT_NEAR(one.criteria[6], .75, 1e-12);
  EXPECT_NEAR(one.criteria[7], .8328, 5e-5);
  EXPECT_NEAR(one.score, 4.0828, 5e-5);
  EXPECT_EQ(one.level, 3);
  EXPECT_EQ(one.instrument, 0);
  EXPECT_EQ(two.instrument, 1);
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);
  EXPECT_NEAR(pair_terms(one).hedge_ratio, .80, 1e-12);
  EXPECT_NEAR(pair_terms(one).risk, (3.5 - 2.4984795) * std::sqrt(6e-4) / 100, 1e-8);  // S is 6e-4
  EXPECT_NEAR(s.beside.filter.alpha(), -.0102, 1e-6);
  EXPECT_NEAR(s.beside.filter.beta(), .7898, 1e-6);
  auto bytes = saved(s);
  EXPECT_TRUE(place_of(bytes, s.beside.filter) != bytes.end()) << "the strategy's theta is another";
}

TEST(S06, ScenarioBACorrelationOf80IsRefused) {
  const Scenario s(.80);
  EXPECT_EQ(s.out().signal_count, 0u);
  EXPECT_FALSE(s.outcome(0).holds);
  EXPECT_NEAR(s.outcome(0).value, .80, 1e-5);
  EXPECT_EQ(s.outcome(0).limit, .84);
  const Scenario allowed(.80, pair_config(6, "min_correlation", .7999));  // nothing else stands against it
  ASSERT_EQ(allowed.out().signal_count, 2u);
  EXPECT_NEAR(allowed.out().signals[0].criteria[0], -2.4984795, 1e-5);
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
