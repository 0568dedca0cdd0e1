// S07: a pair that decouples and turns back, each threshold at its own value, ladder and invalidation, restart.
#include "engine/signals/pair_strategy.hpp"
#include "tests/unit/signals/construct.hpp"
#include "tests/unit/signals/pair_market.hpp"

namespace omega::test {
namespace {

constexpr auto H1 = Timeframe::kH1;

/// The features of scenario A on leg 1: fz 2.0, cvd .33, vpin .25, vmr 1.3.
struct S07 : PairMarket {
  explicit S07(EngineConfig c = pair_config(7)) : PairMarket(std::move(c), H1) {
    put(0, 2.0, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    put(0, .33, FeatureId::kCvdN, Timeframe::kM1, 60);
    put(0, 1.3, FeatureId::kVolumeMeanRatio, H1, 5, 15);
  }
  const SignalsOut& next() {
    const bool apart = bars >= 170 && bars < 186;  // the legs go their own ways while w drifts down
    return apart ? wander(.3, .30, 0, -.04) : wander(.3, .05, .06);
  }
  std::optional<std::pair<Signal, Signal>> until_signal(int n = 215) {
    while (bars < n) {
      const SignalsOut& o = next();
      if (o.signal_count == 2) return std::pair{o.signals[0], o.signals[1]};
    }
    return std::nullopt;
  }
};

/// An anchor and 151 closes whose figures at the last are those of scenario A, but for a short correlation of `rho` after `before`: legs on a common
/// walk that in the newest 20 returns is so calm that leg 1's own moves show.
Levels decoupled(double rho, double before) {
  const auto levels = [](const Numbers& p) {  // leg 1's own moves, older and newer; the last moves of both; leg 1's offset; unit of all
    const double older = p[0], newer = p[1], last_dx = p[2], last_w = p[3], offset = p[4], unit = p[5];
    Draws draw;
    Levels l;
    l.add(0, 0);
    double x = 0, w = 0;
    const auto add = [&] { l.add(unit * (.8 * x + w + offset), unit * x); };
    for (int t = 1; t <= 150; ++t) {
      const double common = draw(), own = draw();
      x += t <= 130 ? common : .1 * common;
      w = .94 * w + (t <= 130 ? older : newer) * own;
      add();
    }
    x += last_dx;
    w = last_w;
    add();
    return l;
  };
  const auto figures = [&](const Numbers& p) {
    const Levels l = levels(p);
    const std::span<const double> y(l.y), x(l.x);
    const double beta = co_moment(x.last(150), y.last(150)) / co_moment(x.last(150), x.last(150));
    Numbers spread;
    for (std::size_t t = 1; t <= 151; ++t) spread.push_back(y[t] - beta * x[t]);
    const auto lagged = std::span<const double>(spread).first(150);
    return Numbers{return_correlation(l, 2, 150), return_correlation(l, 132, 20), return_correlation(l, 131, 20),
                   mean_of(lagged), sd_of(lagged), spread.back()};
  };
  return levels(solve({.3, .6, -.05, -.8, -.15, .009}, {.86, rho, before, 0, .0020, -.0040}, figures));
}

struct Scenario : S07 {
  Scenario(double rho, double before, EngineConfig c = pair_config(7)) : S07(std::move(c)), levels(decoupled(rho, before)) {
    for (std::size_t t = 0; t < levels.y.size(); ++t) {
      EXPECT_EQ(out().signal_count, 0u) << t;
      stand(levels.y[t], levels.x[t]);
    }
  }
  [[nodiscard]] const Check& outcome(std::size_t condition) const { return stage->running()[0].strategy->funnel().last(condition); }
  Levels levels;
};

TEST(S07, ScenarioALongLeg1AndShortBetaOfLeg2) {
  const Scenario s(.45, .41);
  ASSERT_EQ(s.out().signal_count, 2u);
  const Signal &one = s.out().signals[0], &two = s.out().signals[1];
  const std::span<const double> y(s.levels.y), x(s.levels.x);
  const double beta = co_moment(x.last(150), y.last(150)) / co_moment(x.last(150), x.last(150));
  EXPECT_NEAR(s.outcome(0).value, .86, 1e-4);       // long correlation
  EXPECT_NEAR(one.criteria[2], .45, 1e-3);          // short correlation
  EXPECT_EQ(s.outcome(3).relation, Relation::kAbove);
  EXPECT_NEAR(s.outcome(3).limit, .41, 1e-3);       // one close before
  EXPECT_NEAR(one.criteria[0], -2.0, 1e-3);         // z
  EXPECT_NEAR(pair_terms(one).risk, (3.5 - 2.0) * .0020 / 100, 1e-8);
  EXPECT_NEAR(one.criteria[1], beta, 1e-4);
  EXPECT_NEAR(pair_terms(one).hedge_ratio, beta, 1e-4);
  EXPECT_NEAR(one.criteria[3], 1, 1e-12);
  EXPECT_NEAR(one.criteria[4], .6, 1e-12);
  EXPECT_NEAR(one.criteria[5], 1, 1e-12);
  EXPECT_NEAR(one.criteria[6], .75, 1e-12);
  EXPECT_NEAR(one.criteria[7], .6667, 5e-4);
  EXPECT_NEAR(one.score, 4.0167, 5e-4);
  EXPECT_EQ(one.level, 3);
  EXPECT_EQ(one.instrument, 0);
  EXPECT_EQ(two.instrument, 1);
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);
}

TEST(S07, ScenarioBAShortCorrelationOf25IsABrokenRelation) {
  const Scenario s(.25, .21);
  EXPECT_EQ(s.out().signal_count, 0u);
  EXPECT_TRUE(s.outcome(0).holds);
  EXPECT_FALSE(s.outcome(1).holds);
  EXPECT_NEAR(s.outcome(1).value, .25, 1e-3);
  EXPECT_EQ(s.outcome(1).limit, .30);
  const Scenario allowed(.25, .21, pair_config(7, "broken_relation_floor", .249));  // nothing else stands against it
  ASSERT_EQ(allowed.out().signal_count, 2u);
  EXPECT_NEAR(allowed.out().signals[0].criteria[0], -2.0, 1e-3);
}

TEST(S07, TheReboundOfAPairThatDecoupledIsTraded) {
  S07 s;
  const auto pair = s.until_signal();
  ASSERT_TRUE(pair) << s.funnel(7).passed(2) << " " << s.funnel(7).passed(3) << " " << s.funnel(7).passed(4);
  const auto& [one, two] = *pair;
  const double z = one.criteria[0], rho = one.criteria[2];
  EXPECT_LE(z, -1.8);
  EXPECT_GE(rho, .30);
  EXPECT_LE(rho, .52);
  EXPECT_EQ(one.direction, kLong);
  EXPECT_EQ(two.direction, kShort);
  EXPECT_NEAR(pair_terms(one).hedge_ratio, one.criteria[1], 1e-12);
  EXPECT_NEAR(pair_terms(one).reward_risk, -z / std::max(3.5 + z, .5), 1e-12);
  EXPECT_NEAR(one.score, 1 + .6 + 1 + .75 + std::min(1.0, -z / 3), 1e-9);
  EXPECT_EQ(one.stop_loss, one.entry_ref - std::llround(.015 * static_cast<double>(one.entry_ref)));
  EXPECT_EQ(two.stop_loss, two.entry_ref + std::llround(.015 * static_cast<double>(two.entry_ref)));
  EXPECT_EQ(one.time_stop_ns, kDay_ns);
  EXPECT_EQ(one.level, -z > 3 && one.score >= 4.5 ? 4 : one.score >= 4 ? 3 : 2);
}

TEST(S07, EachThresholdDecidesAtItsOwnValue) {
  S07 base;
  const auto first = base.until_signal();
  ASSERT_TRUE(first);
  const int bar = base.bars;
  const double z = -first->first.criteria[0], rho = first->first.criteria[2], total = first->first.score;
  const auto fires = [&](const char* name, double v) {  // at the same close as without the change
    S07 s(pair_config(7, name, v));
    return s.until_signal(bar).has_value() && s.bars == bar;
  };
  EXPECT_TRUE(fires("min_divergence_magnitude", z));
  EXPECT_FALSE(fires("min_divergence_magnitude", z + 1e-6));
  EXPECT_TRUE(fires("divergence_correlation_threshold", rho));
  EXPECT_FALSE(fires("divergence_correlation_threshold", rho - 1e-6));
  EXPECT_TRUE(fires("broken_relation_floor", rho));
  EXPECT_FALSE(fires("broken_relation_floor", rho + 1e-6));
  EXPECT_TRUE(fires("convergence_confidence_threshold", total / 5));
  EXPECT_FALSE(fires("convergence_confidence_threshold", total / 5 + 1e-6));
  EXPECT_FALSE(fires("historical_correlation_min", .99));
  EXPECT_FALSE(fires("correlation_lookback", 220));
  EXPECT_TRUE(fires("stop_z", std::max(z + 1e-6, 2.5)));
  if (z >= 2.5) {
    EXPECT_FALSE(fires("stop_z", z));
  }
  const auto scored = [&](const char* name, double v) {
    S07 s(pair_config(7, name, v));
    const auto p = s.until_signal(bar);
    return p ? p->first.score : 0.0;
  };
  EXPECT_NEAR(scored("ofi_threshold", 2.5), total - .2, 1e-9);
  EXPECT_NEAR(scored("cvd_threshold", .66), total - .1, 1e-9);
  EXPECT_NEAR(scored("vpin_threshold", .2), total - .25, 1e-9);
  for (const auto& [vpin, fire] : {std::pair{.50, true}, std::pair{.5001, false}}) {
    S07 s;
    s.put(1, vpin, FeatureId::kVpin, Timeframe::kM1, 50);
    EXPECT_EQ(s.until_signal(bar).has_value(), fire) << vpin;
  }
  for (const std::size_t leg : {0u, 1u}) {
    S07 s;
    s.put(leg, 2, FeatureId::kRegimeLabel, Timeframe::kM15);
    EXPECT_FALSE(s.until_signal(bar)) << "SHOCK on leg " << leg + 1;
  }
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
const Check& outcome(const S07& s, std::size_t condition) { return s.stage->running()[0].strategy->funnel().last(condition); }

TEST(S07, TheDefaultsDecideAtTheValuesOfTheSpecification) {
  double last_yes = 0;
  const auto noisy = [&](std::size_t condition, double everywhere, double lately) {
    EngineConfig c = pair_config(7);
    if (condition > 0) set_param(c, 7, "historical_correlation_min", -1);
    if (condition > 1) set_param(c, 7, "broken_relation_floor", -1);
    S07 s(std::move(c));
    while (s.bars < 170) s.wander(.3, everywhere, .06);
    while (s.bars < 190) s.wander(.3, lately, .06);
    const Check o = outcome(s, condition);
    if (o.holds) last_yes = o.value;
    return o.holds;
  };
  boundary(.01, .8, [&](double noise) { return noisy(0, noise, noise); });
  EXPECT_NEAR(last_yes, .84, 1e-3);
  boundary(.01, 3, [&](double noise) { return noisy(1, .05, noise); });
  EXPECT_NEAR(last_yes, .30, 1e-3);
  boundary(3, .01, [&](double noise) { return noisy(2, .05, noise); });
  EXPECT_NEAR(last_yes, .52, 1e-3);

  S07 first;
  while (first.funnel(7).evaluations() == 0 && first.bars < 400) first.wander(.3, .05, .06);
  EXPECT_EQ(first.bars, 151);  // 150 levels and returns before

  EngineConfig open = pair_config(7, "historical_correlation_min", -1);
  set_param(open, 7, "broken_relation_floor", -1);
  S07 jump(std::move(open));
  while (jump.bars < 170) jump.wander(.3, 0, 1);
  jump.close(0, 1);  // leg 1 alone
  for (int i = 0; i < 19; ++i) jump.wander(.3, 0);
  const double with_it = outcome(jump, 1).value;
  jump.wander(.3, 0);
  EXPECT_LT(with_it, .9);
  EXPECT_GT(outcome(jump, 1).value, .99);
}

/// A relation that need not be broken: only rebound, spread and score decide. 200 closes whose entries leg 2's vpin holds back, then both legs
/// jump together, so that the short correlation rises, and leg 1 stands at `to` beside its relation.
struct Jump : S07 {
  static EngineConfig open_config() {
    EngineConfig c = pair_config(7, "historical_correlation_min", -1);
    set_param(c, 7, "broken_relation_floor", -1);
    set_param(c, 7, "divergence_correlation_threshold", 2);
    return c;
  }
  Jump() : S07(open_config()) {
    held_back(true);
    while (bars < 200) wander(.3, .05, .06);
  }
  void held_back(bool yes) { put(1, yes ? .9 : .25, FeatureId::kVpin, Timeframe::kM1, 50); }
  std::optional<Signal> jump(double to, double dx = -1.5) {
    held_back(false);
    const SignalsOut& o = close(dx, to - w);
    held_back(true);
    return o.signal_count == 2 ? std::optional{o.signals[0]} : std::nullopt;
  }
};

TEST(S07, TheSpreadsOfTheSpecificationDecideEntrySizeAndRisk) {
  const auto at = [](double to, double fz = 2, double cvd = .55) {
    Jump s;
    s.put(0, fz, FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    s.put(0, cvd, FeatureId::kCvdN, Timeframe::kM1, 60);
    return s.jump(to).value_or(Signal{});
  };
  double z = 0;
  const auto sized = [&](int level) {  // |z| of the last yes
    return [&z, &at, level](double to) {
      const Signal one = at(to);
      if (one.level >= level) z = -one.criteria[0];
      return one.level >= level;
    };
  };
  boundary(-.16, -.05, sized(2));
  EXPECT_NEAR(z, 1.8, 1e-3);
  boundary(-.16, -.05, sized(4));
  EXPECT_NEAR(z, 3, 1e-3);
  const Signal wide = at(-.16);
  EXPECT_EQ(wide.level, 4);
  EXPECT_GT(-wide.criteria[0], 3.05);
  EXPECT_NEAR(pair_terms(wide).reward_risk, -wide.criteria[0] / .5, 1e-9);  // 3.5 - |z| is less than the least room
  const double rest = wide.score - 1;                                       // all but the flow
  EXPECT_EQ(at(-.16, 2 * (4.5 + 1e-7 - rest)).level, 4);
  EXPECT_EQ(at(-.16, 2 * (4.5 - 1e-7 - rest)).level, 3);
}

TEST(S07, FourHoursOfRest) {
  const auto again_after = [](int closes) {
    Jump s;
    EXPECT_TRUE(s.jump(-.16));
    s.close(.3, -.24 - s.w);  // the legs part, so that the correlation has room to rise
    for (int i = 2; i < closes; ++i) s.close(0, -s.w);
    return s.jump(-.1, -3).has_value() ? 2u : s.funnel(7).suppressed_cooldown() > 0 ? 1u : 0u;
  };
  EXPECT_EQ(again_after(3), 1u);
  EXPECT_EQ(again_after(4), 2u);
}

TEST(S07, HalfIsClosedAtOneAndThirtyPercentMoreAtHalfASd) {
  double extension = 0;
  const auto share_at_least = [&](int share) {  // at the close after the entry; an exit of all is none of the steps
    return [&extension, share](double to) {
      S07 s(pair_config(7, "broken_relation_floor", -1));
      const auto pair = s.until_signal();
      if (!pair) return false;
      s.fill_both(pair->first, pair->second, s.seq);
      const SignalsOut& o = s.close(0, to - s.w);
      if (o.exit_count != 1 || o.exits[0].share_percent < share) return false;
      EXPECT_EQ(o.exits[0].reason, ExitReason::kStrategyTarget);
      extension = o.exits[0].value;
      return true;
    };
  };
  boundary(-.4, -.7, share_at_least(50));
  EXPECT_NEAR(extension, 1.0, 1e-3);
  boundary(-.4, -.7, share_at_least(80));
  EXPECT_NEAR(extension, .5, 1e-3);
}

TEST(S07, AShortCorrelationAtNineTenthsOfTheLongOneClosesThePair) {
  double ratio = 0;
  const auto normal = [&](double dx) {  // both legs move together by that much at the close after the entry
    S07 s;
    const auto pair = s.until_signal();
    if (!pair) return false;
    s.fill_both(pair->first, pair->second, s.seq);
    const SignalsOut& o = s.close(dx, 0);
    if (o.exit_count != 1 || o.exits[0].share_percent != 0) return false;
    EXPECT_EQ(o.exits[0].reason, ExitReason::kStrategyTarget);
    const double rho_long = outcome(s, 0).value;
    EXPECT_NEAR(o.exits[0].threshold, .9 * rho_long, 1e-12);
    ratio = o.exits[0].value / rho_long;
    return true;
  };
  boundary(1.5, .1, normal);
  EXPECT_NEAR(ratio, .9, 1e-3);
}

TEST(S07, TheScoreIsAGateAndMakesTheSize) {
  S07 base;
  const auto first = base.until_signal();
  ASSERT_TRUE(first);
  const int bar = base.bars;
  const double rest = first->first.score - 1;
  const auto level = [&](double total, bool full_cvd = false) {  // 0: no signal
    S07 s;
    s.put(0, 2 * (total - rest - (full_cvd ? .4 : 0)), FeatureId::kFlowZ, Timeframe::kM1, 60, 500);
    if (full_cvd) s.put(0, .55, FeatureId::kCvdN, Timeframe::kM1, 60);
    const auto p = s.until_signal(bar);
    return p ? static_cast<int>(p->first.level) : 0;
  };
  EXPECT_EQ(level(3.5 + 1e-7), 2);
  EXPECT_EQ(level(3.5 - 1e-7), 0);
  EXPECT_EQ(level(4 + 1e-7, true), 3);
  EXPECT_EQ(level(4 - 1e-7, true), 2);
  S07 half;
  half.put(0, .55, FeatureId::kCvdN, Timeframe::kM1, 60);
  half.put(0, .40, FeatureId::kVpin, Timeframe::kM1, 50);
  const auto p = half.until_signal(bar);
  ASSERT_TRUE(p);
  EXPECT_NEAR(p->first.criteria[5], .5, 1e-9);
}

TEST(S07, ARelationBelowTheFloorIsNotTheBestEntryButNone) {
  S07 s;
  while (s.bars < 170) s.next();
  while (s.bars < 182) {  // now against each other
    const double dx = s.uniform() * .3;
    s.close(dx, -1.5 * dx);
  }
  EXPECT_GT(s.funnel(7).passed(0), s.funnel(7).passed(1));
  EXPECT_EQ(s.funnel(7).signals(), 0u);
}

TEST(S07, TheSpreadThatComesBackIsClosedInStepsAndABrokenRelationAtOnce) {
  S07 s;
  const auto pair = s.until_signal();
  ASSERT_TRUE(pair);
  s.fill_both(pair->first, pair->second, s.seq);
  std::vector<int> shares;
  for (int i = 0; i < 60 && (shares.empty() || shares.back() != 0); ++i) {
    const SignalsOut& r = s.wander(.02, 0, 0, .01);  // rho(20) stays low: the moves of w decide it
    for (std::uint32_t e = 0; e < r.exit_count; ++e) {
      shares.push_back(r.exits[e].share_percent);
      EXPECT_EQ(r.exits[e].pair, 1);
      if (shares.back() != 0) {
        EXPECT_EQ(r.exits[e].reason, ExitReason::kStrategyTarget);
        EXPECT_DOUBLE_EQ(r.exits[e].threshold, 1.0);
      }
    }
  }
  ASSERT_FALSE(shares.empty());
  EXPECT_EQ(shares.back(), 0);

  S07 gone;
  const auto again = gone.until_signal();
  ASSERT_TRUE(again);
  gone.fill_both(again->first, again->second, gone.seq);
  std::optional<ExitReason> reason;
  for (int i = 0; i < 20 && !reason; ++i) {
    const SignalsOut& r = gone.wander(.3, 0, 0, i % 2 == 0 ? .25 : -.25);
    for (std::uint32_t e = 0; e < r.exit_count; ++e)
      if (r.exits[e].share_percent == 0) reason = r.exits[e].reason;
  }
  ASSERT_TRUE(reason);
}

TEST(S07, ASavedStateGoesOnAlike) {
  S07 straight, cut;
  while (straight.bars < 215) {
    straight.next();
    cut.next();
    if (straight.bars % 30 != 7 && straight.bars < 180) continue;
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

}  // namespace
}  // namespace omega::test
