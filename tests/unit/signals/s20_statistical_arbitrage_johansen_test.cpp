// S20: the frozen relation, entry at both sides, each threshold at its own value, ladder of exits, failed retest, restart.
#include "engine/features/cointegration.hpp"
#include "engine/signals/pair_strategy.hpp"
#include "tests/unit/signals/construct.hpp"
#include "tests/unit/signals/pair_market.hpp"

namespace omega::test {
namespace {

constexpr auto H1 = Timeframe::kH1;

/// The features of scenario A: fz +1.0 on leg 1, vpin .28.
struct S20 : PairMarket {
  explicit S20(EngineConfig c = pair_config(20)) : PairMarket(std::move(c), H1) {
    put(0, 1.0, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    for (const std::size_t f : {0u, 1u}) put(f, .28, FeatureId::kVpin, Timeframe::kM1, 50);
  }
  void quiet(int n) {
    for (int i = 0; i < n; ++i) wander(.3, .06, .12);
  }
  const SignalsOut& shock(double to = -.165) {
    quiet(205);
    return close(.05, to - w);
  }
};

TEST(S20, ARelationOfRankOneIsTradedAtItsFrozenMoments) {
  S20 s;
  const SignalsOut& o = s.shock();
  ASSERT_EQ(o.signal_count, 2u);
  const Signal &one = o.signals[0], &two = o.signals[1];
  const double z = one.criteria[0], b = one.criteria[1], half_life = one.criteria[2];
  EXPECT_LT(z, -2.5);
  EXPECT_GT(z, -4);
  EXPECT_NEAR(b, -.8, .05);
  EXPECT_GT(one.criteria[3], 15.4943);
  EXPECT_LE(one.criteria[4], 3.8415);
  EXPECT_EQ(one.stop_loss, one.entry_ref - std::llround(.025 * static_cast<double>(one.entry_ref)));
  EXPECT_EQ(two.stop_loss, two.entry_ref + std::llround(.025 * static_cast<double>(two.entry_ref)));
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);  // d·sign b
  const PairTerms t = pair_terms(one);
  EXPECT_NEAR(t.hedge_ratio, -b, 1e-12);
  EXPECT_NEAR(t.reward_risk, std::min(-z / (4 + z), 2.5), 1e-9);
  EXPECT_EQ(one.time_stop_ns, std::min(static_cast<DurationNs>(std::ceil(3 * half_life)), DurationNs{150}) * kHour_ns);
  EXPECT_NEAR(one.quality_raw, .6 * std::min(-z / 3, 1.0) + .4 * (1 - half_life / 120), 1e-9);
  EXPECT_EQ(one.level, -z > 2.8 ? 3 : 2);  // fz > 0, vpin .28: never 4
}

/// 200 levels of a relation y - .8·x with these trace statistics, phi .95, a correlation of returns of .82, and a spread of mean .100 and sd .002.
Levels cointegrated(double trace_0, double trace_1) {
  const auto levels = [](const Numbers& p) {  // what is left of spread and walk at the next close; the walk's part in the spread's steps; the walk's size
    Draws draw;
    Numbers s, x;
    double spread = 0, walk = 0;
    for (int t = 0; t < 230; ++t) {
      const double common = draw(), own = draw();
      walk = p[1] * walk + common;
      spread = p[0] * spread + p[2] * common + own;
      if (t < 30) continue;
      s.push_back(spread);
      x.push_back(walk);
    }
    const double b = johansen(s, x).b;  // s + b·x is the stationary combination of the two, and so of x and any y made of it and x
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += b * x[i];
    const double s_mean = mean_of(s), s_sd = sd_of(s), x_mean = mean_of(x);
    Levels l;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const double level_x = .002 * p[3] * (x[i] - x_mean);
      l.add(.100 + .002 * (s[i] - s_mean) / s_sd + .8 * level_x, level_x);
    }
    return l;
  };
  const auto figures = [&](const Numbers& p) {
    const Levels l = levels(p);
    const JohansenTest j = johansen(l.y, l.x);
    Numbers s;
    for (std::size_t i = 0; i < l.y.size(); ++i) s.push_back(l.y[i] + j.b * l.x[i]);
    return Numbers{j.trace_0, j.trace_1, 1 + mean_reversion(s).kappa, return_correlation(l, 1, 199)};
  };
  return levels(solve({.95, .98, -1.5, 3}, {trace_0, trace_1, .95, .82}, figures));
}

/// The anchor, 19 closes, the 200 of the relation: at the last of them the second test sees just these. Then the spread stands at .0948.
struct Scenario : S20 {
  Scenario(double trace_0, double trace_1, EngineConfig c = pair_config(20)) : S20(std::move(c)) {
    const Levels l = cointegrated(trace_0, trace_1);
    put(1, .9, FeatureId::kVpin, Timeframe::kM1, 50);  // what comes before the scenario is held back
    stand(0, 0);
    for (int i = 1; i < 20; ++i) stand(l.y[0], l.x[0]);
    for (std::size_t t = 0; t < l.y.size(); ++t) stand(l.y[t], l.x[t]);
    put(1, .28, FeatureId::kVpin, Timeframe::kM1, 50);
    stand(.0948 + .8 * l.x.back(), l.x.back());
  }
  [[nodiscard]] const Check& outcome(std::size_t condition) const { return stage->running()[0].strategy->funnel().last(condition); }
};

TEST(S20, ScenarioALongLeg1AndShort80PercentOfLeg2) {
  const Scenario s(18.20, 1.90);
  ASSERT_EQ(s.out().signal_count, 2u);
  const Signal &one = s.out().signals[0], &two = s.out().signals[1];
  EXPECT_NEAR(one.criteria[0], -2.6, 1e-3);      // z
  EXPECT_NEAR(one.criteria[1], -9.6 / 12, 1e-3);  // b of v = (12, -9.6)
  EXPECT_NEAR(one.criteria[2], 13.513, 5e-3);    // half-life: phi .95
  EXPECT_NEAR(one.criteria[3], 18.20, 5e-3);
  EXPECT_NEAR(one.criteria[4], 1.90, 5e-3);
  EXPECT_NEAR(one.criteria[5], .82, 1e-4);       // rho
  EXPECT_NEAR(one.criteria[6], 1.0, 1e-12);      // flow
  EXPECT_NEAR(one.criteria[7], .28, 1e-12);      // vpin
  EXPECT_NEAR(one.quality_raw, .875, 5e-4);
  EXPECT_EQ(one.level, 2);
  EXPECT_EQ(one.instrument, 0);
  EXPECT_EQ(two.instrument, 1);
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);
  EXPECT_NEAR(pair_terms(one).hedge_ratio, .8, 1e-3);
  EXPECT_NEAR(pair_terms(one).risk, (4 - 2.6) * .002 / 100, 5e-8);
  EXPECT_EQ(one.time_stop_ns, 41 * kHour_ns);    // three half-lives
}

TEST(S20, ScenarioBRankTwoAndRankZeroAreRefused) {
  const Scenario two(18.20, 5.0);
  EXPECT_EQ(two.out().signal_count, 0u);
  EXPECT_FALSE(two.outcome(0).holds);
  EXPECT_EQ(two.outcome(0).relation, Relation::kAtMost);
  EXPECT_NEAR(two.outcome(0).value, 5.0, 5e-3);
  EXPECT_EQ(two.outcome(0).limit, 3.8415);
  const Scenario none(14.9, 1.90);
  EXPECT_EQ(none.out().signal_count, 0u);
  EXPECT_FALSE(none.outcome(0).holds);
  EXPECT_EQ(none.outcome(0).relation, Relation::kAbove);
  EXPECT_NEAR(none.outcome(0).value, 14.9, 5e-3);
  EXPECT_EQ(none.outcome(0).limit, 15.4943);
  const Scenario allowed(14.9, 1.90, pair_config(20, "johansen_confidence", .90));  // nothing else stands against it
  ASSERT_EQ(allowed.out().signal_count, 2u);
  EXPECT_NEAR(allowed.out().signals[0].criteria[0], -2.6, 1e-3);
}

TEST(S20, TheMirrorAndTheSizes) {
  S20 s;
  s.put(0, -1.0, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
  const SignalsOut& o = s.shock(.02);
  ASSERT_EQ(o.signal_count, 2u);
  EXPECT_EQ(o.signals[0].direction, kShort);
  EXPECT_EQ(o.signals[1].direction, kLong);
  const auto level = [](double fz, double vpin, double to) {
    S20 m;
    m.put(0, fz, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    for (const std::size_t f : {0u, 1u}) m.put(f, vpin, FeatureId::kVpin, Timeframe::kM1, 50);
    const SignalsOut& r = m.shock(to);
    return r.signal_count == 2 ? std::pair{std::fabs(r.signals[0].criteria[0]), static_cast<int>(r.signals[0].level)} : std::pair{0.0, 0};
  };
  const auto big = level(1, .2499, -.19);
  ASSERT_GT(big.first, 3);
  EXPECT_EQ(big.second, 4);
  EXPECT_EQ(level(1, .25, -.19).second, 3);
  EXPECT_EQ(level(0, .2, -.19).second, 2);
}

TEST(S20, EachThresholdDecidesAtItsOwnValue) {
  S20 base;
  const Signal first = base.shock().signals[0];
  const double z = -first.criteria[0], half_life = first.criteria[2], rho = std::fabs(first.criteria[5]);
  const auto fires = [](const char* name, double v) {
    S20 s(pair_config(20, name, v));
    return s.shock().signal_count == 2;
  };
  EXPECT_TRUE(fires("entry_zscore", z));
  EXPECT_FALSE(fires("entry_zscore", z + 1e-6));
  EXPECT_FALSE(fires("stop_loss_zscore", std::max(z, 3.0)) && z >= 3);
  EXPECT_TRUE(fires("half_life_max", half_life));
  EXPECT_FALSE(fires("half_life_max", half_life - 1e-6));
  EXPECT_TRUE(fires("correlation_min", rho));
  EXPECT_FALSE(fires("correlation_min", rho + 1e-6));
  EXPECT_TRUE(fires("vpin_threshold_max", .28));
  EXPECT_FALSE(fires("vpin_threshold_max", .2799));
  EXPECT_FALSE(fires("cointegration_lookback", 207));  // no test yet
  const auto with_flow = [](double fz, double ofi_min) {
    S20 s(pair_config(20, "ofi_alignment_min", ofi_min));
    s.put(0, fz, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    return s.shock().signal_count == 2;
  };
  EXPECT_FALSE(with_flow(-1.5, 1.5));
  EXPECT_TRUE(with_flow(-1.4999, 1.5));
  EXPECT_FALSE(with_flow(-1.4999, 1.4));
  for (const std::size_t leg : {0u, 1u}) {
    S20 s;
    s.put(leg, 2, FeatureId::kRegimeLabel, Timeframe::kM15);
    EXPECT_EQ(s.shock().signal_count, 0u) << "SHOCK on leg " << leg + 1;
  }
}

TEST(S20, TheDefaultsDecideAtTheValuesOfTheSpecification) {
  const auto raised = [](double to, double fz = 1.0, double vpin = .2) {
    S20 s;
    s.put(0, fz, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    for (const std::size_t f : {0u, 1u}) s.put(f, vpin, FeatureId::kVpin, Timeframe::kM1, 50);
    const SignalsOut& o = s.shock(to);
    return o.signal_count == 2 ? o.signals[0] : Signal{};
  };
  /// The smallest z, by halving the shock, that is traded with at least this size.
  const auto z_of_level = [&](int level) {
    double yes = -.19, no = -.06;
    EXPECT_GE(raised(yes).level, level);
    EXPECT_LT(raised(no).level, level);
    for (int i = 0; i < 24; ++i) (raised((yes + no) / 2).level >= level ? yes : no) = (yes + no) / 2;
    return -raised(yes).criteria[0];
  };
  EXPECT_NEAR(z_of_level(2), 2.5, 1e-3);
  EXPECT_NEAR(z_of_level(3), 2.8, 1e-3);
  EXPECT_NEAR(z_of_level(4), 3.0, 1e-3);
  EXPECT_EQ(raised(-.165, 1, .40).strategy, 20);
  EXPECT_EQ(raised(-.165, 1, .40 + 1e-6).strategy, 0);
  EXPECT_EQ(raised(-.165, -1.5 + 1e-6).strategy, 20);
  EXPECT_EQ(raised(-.165, -1.5).strategy, 0);
  EXPECT_DOUBLE_EQ(pair_terms(raised(-.19)).reward_risk, 2.5);  // z/(4 − z) is more
}

TEST(S20, TwoWalksThatShareNothingAreNotTraded) {
  S20 s;
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(s.wander(.3, .3).signal_count, 0u);  // w is a walk of its own
  }
  EXPECT_GT(s.funnel(20).evaluations(), 0u);
  EXPECT_EQ(s.funnel(20).passed(2), 0u);
}

TEST(S20, HalfThenMoreThenTheRest) {
  S20 s;
  const SignalsOut& o = s.shock();
  ASSERT_EQ(o.signal_count, 2u);
  const Signal one = o.signals[0], two = o.signals[1];
  s.fill_both(one, two, s.seq);
  std::vector<int> shares;
  for (int i = 0; i < 40 && (shares.empty() || shares.back() != 0); ++i) {
    const SignalsOut& r = s.close(.05, .006);
    ASSERT_LE(r.exit_count, 1u);
    if (r.exit_count == 1) {
      EXPECT_EQ(r.exits[0].reason, ExitReason::kStrategyTarget);
      EXPECT_EQ(r.exits[0].pair, 1);
      shares.push_back(r.exits[0].share_percent);
      if (shares.back() == 50) {
        EXPECT_LE(r.exits[0].value, 1.0);
      }
      if (shares.back() != 0) {
        EXPECT_DOUBLE_EQ(r.exits[0].threshold, 1.0);
      }
    }
  }
  EXPECT_EQ(shares, (std::vector<int>{50, 30, 0}));
}

TEST(S20, TheStopAndAnExitThatPassesBothSteps) {
  S20 away;
  const SignalsOut& o = away.shock();
  ASSERT_EQ(o.signal_count, 2u);
  const Signal one = o.signals[0], two = o.signals[1];
  away.fill_both(one, two, away.seq);
  const SignalsOut& stop = away.close(.05, -.09);
  ASSERT_EQ(stop.exit_count, 1u);
  EXPECT_EQ(stop.exits[0].reason, ExitReason::kStopLoss);
  EXPECT_GE(stop.exits[0].value, 4);
  std::uint8_t steps = 0;
  EXPECT_EQ(pair_ladder(1.01, 1, .5, steps), 0);
  EXPECT_EQ(pair_ladder(.5, 1, .5, steps), 80);
  EXPECT_EQ(pair_ladder(.4, 1, .5, steps), 0);
  EXPECT_EQ(pair_ladder(0, 1, .5, steps), 100);
  steps = 0;
  EXPECT_EQ(pair_ladder(1.0, 1, .5, steps), 50);
  EXPECT_EQ(pair_ladder(.9, 1, .5, steps), 0);
  EXPECT_EQ(pair_ladder(.3, 1, .5, steps), 30);
}

TEST(S20, ASavedStateGoesOnAlike) {
  S20 straight, cut;
  for (int i = 0; i < 260; ++i) {
    for (S20* s : {&straight, &cut}) i == 205 ? s->close(.05, -.165 - s->w) : s->wander(.3, .06, .12);
    if (i % 30 != 7 && i != 206) continue;
    StateWriter out;
    cut.stage->save(out);
    cut.rebuild_stage();
    StateReader in(out.bytes());
    cut.stage->load(in);
    ASSERT_TRUE(in.at_end());
  }
  EXPECT_EQ(straight.stage->digest(), cut.stage->digest());
  EXPECT_GE(straight.stage->signals_raised(), 2u);
}

const Check& outcome(const S20& s, std::size_t condition) { return s.stage->running()[0].strategy->funnel().last(condition); }

TEST(S20, TheConfidenceChoosesTheCriticalValues) {
  const auto limits = [](double confidence) {
    S20 walks(pair_config(20, "johansen_confidence", confidence)), still(pair_config(20, "johansen_confidence", confidence));
    for (int i = 0; i < 200; ++i) walks.wander(.3, .3);  // nothing in common: trace 0 fails
    for (int i = 0; i < 200; ++i) {                      // both legs stand still in the mean: trace 1 fails
      const double dx = still.uniform() * .3 - .5 * still.x;
      still.close(dx, still.uniform() * .3 - .5 * still.w);
    }
    EXPECT_FALSE(outcome(walks, 0).holds);
    EXPECT_EQ(outcome(walks, 0).relation, Relation::kAbove);
    EXPECT_FALSE(outcome(still, 0).holds);
    EXPECT_EQ(outcome(still, 0).relation, Relation::kAtMost);
    return std::pair{outcome(walks, 0).limit, outcome(still, 0).limit};
  };
  EXPECT_EQ(limits(.95 - 1e-9), (std::pair{13.4294, 2.7055}));
  EXPECT_EQ(limits(.95), (std::pair{15.4943, 3.8415}));
  EXPECT_EQ(limits(.99 - 1e-9), (std::pair{15.4943, 3.8415}));
  EXPECT_EQ(limits(.99), (std::pair{19.9349, 6.6349}));
  S20 plain;
  for (int i = 0; i < 200; ++i) plain.wander(.3, .3);
  EXPECT_EQ(outcome(plain, 0).limit, 15.4943);
}

TEST(S20, TheTestLooksAtTwoHundredClosesAndIsRepeatedEveryTwenty) {
  S20 s;
  std::vector<int> tests;
  double trace = -1;
  while (s.bars < 245) {
    s.wander(.3, .3);
    if (s.funnel(20).evaluations() == 0 || outcome(s, 0).value == trace) continue;
    trace = outcome(s, 0).value;
    tests.push_back(s.bars);
  }
  EXPECT_EQ(tests, (std::vector<int>{200, 220, 240}));
}

/// The point between `holds` and `fails` at which a yes becomes a no, by halving.
void boundary(double holds, double fails, const std::function<bool(double)>& yes) {
  EXPECT_TRUE(yes(holds));
  EXPECT_FALSE(yes(fails));
  for (int i = 0; i < 24; ++i) {
    const double middle = (holds + fails) / 2;
    (yes(middle) ? holds : fails) = middle;
  }
}

/// w swings as a sine, so that the half-life of a relation of rank one is long: 44 closes with a period of 36, 56 with one of 37.
struct Swing : S20 {
  explicit Swing(double period, EngineConfig c = pair_config(20)) : S20(std::move(c)) {
    const double turn = 2 * 3.14159265358979323846 / period;
    for (const std::size_t f : {0u, 1u}) put(f, .2, FeatureId::kVpin, Timeframe::kM1, 50);
    while (bars < 205) {
      const double dx = uniform() * .3;  // in this order with every compiler
      close(dx, .05 * std::sin(turn * bars) + uniform() * .002 - w);
    }
  }
  Signal shocked() {  // z about -3.6
    const SignalsOut& o = close(.05, -.125 - w);
    return o.signal_count == 2 ? o.signals[0] : Signal{};
  }
};

TEST(S20, TheRelationIsNeitherTooQuickNorTooSlowNorTooLoose) {
  double last_yes = 0;
  const auto passes = [&](const S20& s, std::size_t condition) {
    const Check c = outcome(s, condition);
    if (c.holds) last_yes = c.value;
    return c.holds;
  };
  const auto relation = [&](std::size_t condition, double noise, double pull) {
    S20 s;
    while (s.bars < 200) s.wander(.3, noise, pull);
    return passes(s, condition);
  };
  boundary(.2, .4, [&](double pull) { return relation(1, .06, pull); });
  EXPECT_NEAR(last_yes, 2, 1e-3);
  boundary(36, 37, [&](double period) { return passes(Swing(period), 1); });
  EXPECT_NEAR(last_yes, 50, 1e-3);
  boundary(.1, .3, [&](double noise) { return relation(2, noise, .12); });
  EXPECT_NEAR(last_yes, .75, 1e-3);
}

TEST(S20, OnlyAQuickReturnIsWorthTheLargestSizeAndNoneIsWaitedForLongerThan150Closes) {
  double half_life = 0;
  boundary(36, 37, [&](double period) {
    const Signal one = Swing(period).shocked();
    if (one.level == 4) half_life = one.criteria[2];
    return one.level == 4;
  });
  EXPECT_NEAR(half_life, 48, 1e-3);
  const Signal slow = Swing(37, pair_config(20, "half_life_max", 200)).shocked();
  ASSERT_EQ(slow.strategy, 20);
  EXPECT_EQ(slow.level, 3);
  EXPECT_GT(slow.criteria[2], 51);
  EXPECT_EQ(slow.time_stop_ns, 150 * kHour_ns);
  const Signal less = Swing(34).shocked();
  ASSERT_EQ(less.strategy, 20);
  EXPECT_GT(less.criteria[2], 49);
  EXPECT_LT(less.criteria[2], 149. / 3);
  EXPECT_EQ(less.time_stop_ns, 149 * kHour_ns);
}

TEST(S20, TwentyHoursOfRest) {
  const auto again_after = [](int closes) {
    S20 s(pair_config(20, "retest_interval", 100));
    EXPECT_EQ(s.shock().signal_count, 2u);
    for (int i = 1; i < closes; ++i) s.close(0, -s.w);
    const auto signals = s.close(.05, -.165 - s.w).signal_count;
    EXPECT_EQ(s.funnel(20).suppressed_cooldown(), signals == 0 ? 1u : 0u);
    return signals;
  };
  EXPECT_EQ(again_after(19), 0u);
  EXPECT_EQ(again_after(20), 2u);
}

}  // namespace
}  // namespace omega::test
