#include <functional>
#include <optional>

#include "tests/unit/signals/construct.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;
const std::vector<std::string> kAll{"EURUSD", "GBPUSD", "EURJPY", "EURGBP", "GBPJPY", "AUDUSD", "NZDUSD", "AUDJPY", "USDCAD", "USDCHF", "USDJPY", "XAUUSD", "XAGUSD"};
/// 8 links, 6 of them with EURUSD or GBPUSD.
const std::vector<std::string> kEight{"EURUSD", "GBPUSD", "EURJPY", "EURGBP", "GBPJPY", "USDJPY", "XAUUSD"};

EngineConfig market_of(const std::vector<std::string>& symbols) {
  EngineConfig c = config_with({3, 17}, symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    c.instruments[i].symbol = symbols[i];
    c.instruments[i].capabilities |= capability::kMulti;
  }
  return c;
}

/// All symbols follow one factor with a little noise of their own; those of `loose` go their own way, with a drift, from close 101 on.
/// The features of scenario A: fz 2.0, cvd .42, vpin .24, vmr 1.45, ranges 1.3: score 4.15.
struct S17 : StageHarness {
  explicit S17(EngineConfig c = market_of(kAll), std::vector<std::string> loose_symbols = {"EURUSD"}, double drift_of = .0008)
      : StageHarness(std::move(c)), loose(std::move(loose_symbols)), drift(drift_of), close(config.instruments.size(), 1.1), own(config.instruments.size(), .0002),
        returns(config.instruments.size()) {
    for (FeatureFrame& f : frames) {
      const auto put = [&](double v, FeatureId id, Timeframe tf, int p0, int p1 = 0) { f.values[handle(id, tf, p0, p1)] = FeatureValue::of(v); };
      const double side = drift > 0 ? 1 : -1;
      put(side * 2.0, FeatureId::kFlowZ, Timeframe::kM1, 20, 500);
      put(side * .42, FeatureId::kCvdN, Timeframe::kM1, 20);
      put(.24, FeatureId::kVpin, Timeframe::kM1, 50);
      put(1.45, FeatureId::kVolumeMeanRatio, M15, 5, 15);
      put(1.3, FeatureId::kRangeMeanRatio, M15, 5, 15);
      put(1.4, FeatureId::kVolumeRatio, M15, 20);
      put(1.0e9, FeatureId::kLowest, M15, 50);
      put(1.3e9, FeatureId::kHighest, M15, 50);
    }
  }
  double uniform() {  // STRATEGIES 5.3
    state = 1664525u * state + 1013904223u;
    return static_cast<double>(state) / 4294967296.0 - .5;
  }
  /// Prices of the next close; `absent` gets no bar.
  void prices(std::size_t absent = ~std::size_t{0}) {
    advance(15 * kMinute_ns);
    const double factor = uniform() * .002;
    ++bars;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool is_loose = bars > 101 && std::find(loose.begin(), loose.end(), config.instruments[i].symbol) != loose.end();
      const double before = close[i];
      close[i] *= 1 + (is_loose ? uniform() * .002 + drift : factor) + uniform() * own[i];
      const double c = close[i];
      returns[i].push_back(c / before - 1);
      if (i != absent) close_bar_on(frames[i], M15, {px(c), px(c * 1.0001), px(c * .9999), px(c)}, 100);
    }
  }
  /// Closes until a signal comes, at most n; its copy, or none.
  std::optional<Signal> until_signal(int n) {
    for (int i = 0; i < n; ++i) {
      prices();
      const SignalsOut& o = step();
      if (o.signal_count > 0) return o.signals[0];
    }
    return std::nullopt;
  }
  std::vector<std::string> loose;
  double drift;
  std::vector<double> close;
  std::vector<double> own;                   // size of each symbol's own noise
  std::vector<std::vector<double>> returns;  // of each symbol, oldest first
  std::uint32_t state = 12345;
  int bars = 0;
};

TEST(S17, FollowsTheHubThatDecouplesFromItsPartners) {
  for (const double drift : {.0008, -.0008}) {
    S17 s(market_of(kAll), {"EURUSD"}, drift);
    const auto signal = s.until_signal(125);
    ASSERT_TRUE(signal) << drift;
    EXPECT_GT(s.bars, 101 + 3);
    EXPECT_EQ(signal->instrument, 0);
    EXPECT_EQ(signal->direction, drift > 0 ? kLong : kShort);
    EXPECT_NEAR(signal->score, 4.15, 1e-9);
    EXPECT_EQ(signal->level, 3);
    EXPECT_EQ(signal->criteria[0], 12);                        // eligible links
    EXPECT_GE(signal->criteria[1], 3);                         // of them broke
    EXPECT_LE(signal->criteria[1], 4);                         // EURUSD has four
    EXPECT_GE(std::fabs(signal->criteria[2]), 2.5);
    EXPECT_EQ(signal->time_stop_ns, 16 * 15 * kMinute_ns);
    EXPECT_NEAR(signal->tp_r[signal->tp_count - 1], 2.8, 1e-12);
    EXPECT_EQ(signal->stop_loss, signal->entry_ref - signal->direction * std::llround(.015 * static_cast<double>(signal->entry_ref)));
    EXPECT_EQ(s.funnel(17).signals(), 1u);
    const Funnel& f = s.stage->running()[0].strategy->funnel();
    EXPECT_EQ(f.last(0).limit, 6);    // eligible links
    EXPECT_EQ(f.last(2).limit, .60);  // share of them that broke
    EXPECT_EQ(f.last(4).limit, 2.5);  // the hub's own move
  }
}

/// Waves over n closes: each of mean 0 and mean square 1, each two uncorrelated.
struct Part {
  std::size_t wave;
  double weight;
};
Numbers mix(std::size_t n, const std::vector<Part>& parts) {
  constexpr double kPi = 3.14159265358979323846;
  Numbers v(n);
  for (std::size_t t = 0; t < n; ++t)
    for (const Part& p : parts)
      v[t] += p.weight * std::sqrt(2.0) * std::cos(kPi * static_cast<double>(p.wave) * (static_cast<double>(t) + .5) / static_cast<double>(n));
  return v;
}
/// `rho` of wave 1; the rest a common wave and, for a tenth of its variance, one of its own.
std::vector<Part> partner(double rho, std::size_t own) {
  const double rest = std::sqrt(1 - rho * rho);
  return {{1, rho}, {2, rest * std::sqrt(.9)}, {own, rest * std::sqrt(.1)}};
}
const std::vector<Part> kGoldWaves{{1, std::sqrt(.95)}, {8, std::sqrt(.05)}};

/// The eight links of kEight, four of them with EURUSD, all eligible: over 80 older returns EURUSD correlates by .85 with each partner but gold, which
/// follows it; 20 newer returns are given, one list per symbol. The strategy can judge links at the last close only.
struct Scenario : S17 {
  explicit Scenario(const std::vector<std::vector<Part>>& newer, EngineConfig c = market_of(kEight)) : S17(std::move(c), {}) {
    std::vector<Numbers> moves;
    Numbers residual(80);
    for (std::size_t i = 0; i < kEight.size(); ++i) {
      moves.push_back(mix(80, i == 0 ? std::vector<Part>{{1, 1}} : i < 6 ? partner(.85, 2 + i) : kGoldWaves));
      if (i < 1 || i > 3) continue;
      for (std::size_t t = 0; t < 80; ++t) residual[t] += (moves[0][t] - .85 * moves[i][t]) / 3;
    }
    for (std::size_t i = 0; i < kEight.size(); ++i) {
      Numbers late = mix(20, newer[i]);
      if (i == 0)
        for (double& r : late) r += 3.1 * sd_of(residual) / std::sqrt(20.0);  // EURUSD's own drift
      moves[i].insert(moves[i].end(), late.begin(), late.end());
    }
    for (std::size_t t = 0; t <= 100; ++t) {
      EXPECT_EQ(out().signal_count, 0u) << t;
      advance(15 * kMinute_ns);
      for (std::size_t i = 0; i < frames.size(); ++i) {
        if (t > 0) close[i] *= 1 + .001 * moves[i][t - 1];
        close_bar_on(frames[i], M15, {px(close[i]), px(close[i] * 1.0001), px(close[i] * .9999), px(close[i])}, 100);
      }
      step();
    }
  }
  [[nodiscard]] const Check& outcome(std::size_t condition) const { return stage->running()[0].strategy->funnel().last(condition); }
};

/// EURUSD .30 with GBPUSD, EURJPY and EURGBP, the partners among themselves as before.
const std::vector<std::vector<Part>> kThreeBroken{{{1, 1}},         partner(.30, 3), partner(.30, 4), partner(.30, 5),
                                                  partner(.30, 6), partner(.30, 7), kGoldWaves};
/// EURUSD and GBPUSD leave the others, and each other.
std::vector<std::vector<Part>> six_broken() {
  std::vector<std::vector<Part>> v{{{1, .30}, {9, std::sqrt(.91)}}, {{1, .30}, {10, std::sqrt(.91)}}};
  for (std::size_t i = 2; i < kEight.size(); ++i) v.push_back({{1, std::sqrt(.9)}, {i, std::sqrt(.1)}});
  return v;
}

TEST(S17, ScenarioALongTheHubOfThreeBrokenLinksOfEight) {
  const Scenario s(kThreeBroken);
  ASSERT_EQ(s.out().signal_count, 1u);
  const Signal& signal = s.out().signals[0];
  EXPECT_EQ(signal.instrument, 0);  // EURUSD
  EXPECT_EQ(signal.direction, kLong);
  EXPECT_EQ(signal.criteria[0], 8);  // eligible
  EXPECT_EQ(signal.criteria[1], 3);  // broken
  EXPECT_EQ(s.outcome(2).value, 3. / 8);
  EXPECT_EQ(s.outcome(3).value, 3);  // all with EURUSD
  EXPECT_NEAR(signal.criteria[2], 3.1, 1e-4);
  EXPECT_NEAR(signal.criteria[3], .8, 1e-12);
  EXPECT_NEAR(signal.criteria[4], .7, 1e-12);
  EXPECT_NEAR(signal.criteria[5], 1, 1e-12);
  EXPECT_NEAR(signal.criteria[6], .9, 1e-12);
  EXPECT_NEAR(signal.criteria[7], .75, 1e-12);
  EXPECT_NEAR(signal.score, 4.15, 1e-12);
  EXPECT_EQ(signal.level, 3);
  const auto broken_at = [](const char* name, double v) {  // links
    EngineConfig c = market_of(kEight);
    set_param(c, 17, name, v);
    return Scenario(kThreeBroken, std::move(c)).outcome(1).value;
  };
  EXPECT_EQ(broken_at("divergence_sigma", 3.5325 - 1e-4), 3);  // z_F of all three is -3.5325
  EXPECT_EQ(broken_at("divergence_sigma", 3.5325 + 1e-4), 0);
  EXPECT_EQ(broken_at("breakdown_correlation_max", .30 + 1e-5), 3);  // rho_r of all three
  EXPECT_EQ(broken_at("breakdown_correlation_max", .30 - 1e-5), 0);
  EXPECT_EQ(broken_at("historical_correlation_min", .85 - 1e-5), 3);  // rho_h of all three
  const auto eligible_at = [](double v) {
    EngineConfig c = market_of(kEight);
    set_param(c, 17, "historical_correlation_min", v);
    return Scenario(kThreeBroken, std::move(c)).outcome(0).value;
  };
  EXPECT_EQ(eligible_at(.85 - 1e-5), 8);
  EXPECT_EQ(eligible_at(.85 + 1e-5), 5);
}

TEST(S17, ScenarioBSixBrokenLinksOfEightAreACompleteCascade) {
  const Scenario s(six_broken());
  EXPECT_EQ(s.out().signal_count, 0u);
  EXPECT_EQ(s.outcome(0).value, 8);
  EXPECT_EQ(s.outcome(1).value, 6);
  EXPECT_FALSE(s.outcome(2).holds);
  EXPECT_EQ(s.outcome(2).value, .75);
  EXPECT_EQ(s.outcome(2).limit, .60);
  EngineConfig tolerant = market_of(kEight);
  set_param(tolerant, 17, "cascade_completion_max", .75);
  EXPECT_EQ(Scenario(six_broken(), std::move(tolerant)).out().signal_count, 1u);  // nothing else stands against it
}

TEST(S17, NothingWhereNobodyDecouplesOrMostLinksAreBroken) {
  S17 whole(market_of(kAll), {});
  EXPECT_FALSE(whole.until_signal(140));
  EXPECT_EQ(whole.funnel(17).passed(1), 0u);
  EXPECT_GT(whole.funnel(17).passed(0), 0u);
  S17 complete(market_of(kEight), {"EURUSD", "GBPUSD"});  // B: 6 of 8
  EngineConfig tolerant = market_of(kEight);
  set_param(tolerant, 17, "cascade_completion_max", 1);
  S17 allowed(std::move(tolerant), {"EURUSD", "GBPUSD"});
  complete.until_signal(125);
  allowed.until_signal(125);
  EXPECT_LT(complete.funnel(17).passed(2), complete.funnel(17).passed(1));
  EXPECT_EQ(allowed.funnel(17).passed(2), allowed.funnel(17).passed(1));
}

TEST(S17, EachThresholdDecidesAtItsOwnValue) {
  const auto fires = [](const std::function<void(S17&)>& set_up, EngineConfig c = market_of(kAll)) {
    S17 s(std::move(c));
    set_up(s);
    return s.until_signal(125).has_value();
  };
  const auto hub = [](double v, FeatureId id, Timeframe tf, int p0, int p1 = 0) {
    return [=](S17& s) { s.frames[0].values[s.handle(id, tf, p0, p1)] = FeatureValue::of(v); };
  };
  EXPECT_TRUE(fires(hub(1.4, FeatureId::kVolumeRatio, M15, 20)));
  EXPECT_FALSE(fires(hub(1.3999, FeatureId::kVolumeRatio, M15, 20)));
  EXPECT_TRUE(fires(hub(.25 * 2.5, FeatureId::kFlowZ, Timeframe::kM1, 20, 500)));  // 3.35 + .25 = 3.6
  EXPECT_FALSE(fires(hub(.25 * 2.5 - .00001, FeatureId::kFlowZ, Timeframe::kM1, 20, 500)));
  const auto raised = [](double fz, double vpin) {
    S17 s;
    s.frames[0].values[s.handle(FeatureId::kFlowZ, Timeframe::kM1, 20, 500)] = FeatureValue::of(fz);
    s.frames[0].values[s.handle(FeatureId::kVpin, Timeframe::kM1, 50)] = FeatureValue::of(vpin);
    return s.until_signal(125).value_or(Signal{});
  };
  EXPECT_NEAR(raised(2.5, .40).criteria[5], .5, 1e-9);       // Sv
  EXPECT_EQ(raised(.65 * 2.5 + 1e-6, .24).level, 3);         // 3.35 + .65 = 4
  EXPECT_EQ(raised(.65 * 2.5 - 1e-6, .24).level, 2);
  const auto with = [](const char* name, double v) {
    EngineConfig c = market_of(kAll);
    set_param(c, 17, name, v);
    return c;
  };
  const auto nothing = [](S17&) {};
  EXPECT_FALSE(fires(nothing, with("cascade_threshold", 5)));  // EURUSD has four links
  EXPECT_FALSE(fires(nothing, with("historical_correlation_min", .999)));
  S17 base;
  const auto first = base.until_signal(125);
  ASSERT_TRUE(first);
  const double move = std::fabs(first->criteria[2]);
  const auto close_of = [&](const char* name, double v) {  // the close of the first signal, or 0
    S17 s(with(name, v));
    return s.until_signal(125) ? s.bars : 0;
  };
  EXPECT_NE(close_of("divergence_sigma", move + 1e-6), base.bars);  // also the least z of a link, so nothing says "just below"
  EXPECT_NE(close_of("breakdown_correlation_max", -.9), base.bars);
  EXPECT_EQ(close_of("cascade_completion_max", first->criteria[1] / first->criteria[0]), base.bars);
  EXPECT_NE(close_of("cascade_completion_max", first->criteria[1] / first->criteria[0] - 1e-6), base.bars);
  const auto broken_closes = [&](double window) {
    S17 s(with("second_order_window", window));
    for (int i = 0; i < 140; ++i) {
      s.prices();
      s.step();
    }
    return s.funnel(17).passed(1);
  };
  EXPECT_LT(broken_closes(2), broken_closes(5));
  EXPECT_LT(broken_closes(5), broken_closes(8));
}

/// XAGUSD has one link, the one with XAUUSD: what its own noise does, one link shows.
constexpr std::size_t kGold = 11, kSilver = 12;
const Check& outcome(const S17& s, std::size_t condition) { return s.stage->running()[0].strategy->funnel().last(condition); }
double eligible(const S17& s) { return outcome(s, 0).value; }
double fresh(const S17& s) { return outcome(s, 1).value; }
void run_to(S17& s, int bars) {
  while (s.bars < bars) {
    s.prices();
    s.step();
  }
}
/// Pearson of the returns of gold and silver at ages [from, from + n).
double rho(const S17& s, std::size_t from, std::size_t n) {
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  const auto &gold = s.returns[kGold], &silver = s.returns[kSilver];
  for (std::size_t age = from; age < from + n; ++age) {
    const double x = gold[gold.size() - 1 - age], y = silver[silver.size() - 1 - age];
    sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
  }
  const auto m = static_cast<double>(n);
  return (m * sxy - sx * sy) / std::sqrt((m * sxx - sx * sx) * (m * syy - sy * sy));
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

TEST(S17, ALinkIsEligibleByItsOlderReturnsAndBrokenByItsNewest) {
  double last_yes = 0;
  boundary(.0002, .004, [&](double noise) {
    S17 s(market_of(kAll), {});
    s.own[kSilver] = noise;
    run_to(s, 101);
    if (eligible(s) == 12) last_yes = rho(s, 20, 80);
    return eligible(s) == 12;
  });
  EXPECT_NEAR(last_yes, .80, 1e-3);
  boundary(.02, .0002, [&](double noise) {
    EngineConfig patient = market_of(kAll);
    set_param(patient, 17, "second_order_window", 20);  // so that none of the closes since the noise began is too long ago
    S17 s(std::move(patient), {});
    run_to(s, 101);
    s.own[kSilver] = noise;
    run_to(s, 121);
    if (fresh(s) == 1) last_yes = rho(s, 0, 20);
    return fresh(s) == 1;
  });
  EXPECT_NEAR(last_yes, .40, 1e-3);
}

TEST(S17, AHundredReturnsAreJudgedTheNewestTwentyApart) {
  S17 s(market_of(kAll), {});
  while (s.funnel(17).passed(0) == 0 && s.bars < 140) run_to(s, s.bars + 1);
  EXPECT_EQ(s.bars, 101);  // 100 returns
  s.own[kSilver] = .2;
  run_to(s, 102);
  s.own[kSilver] = .0002;
  while (eligible(s) == 12 && s.bars < 140) run_to(s, s.bars + 1);
  EXPECT_EQ(s.bars, 102 + 20);  // one wild return makes the link ineligible when it is not among the newest twenty any more
  const auto with_older = [](int older) {
    EngineConfig c = market_of(kAll);
    set_param(c, 17, "correlation_lookback", 60);
    set_param(c, 17, "recent_correlation_window", 60 - older);
    S17 few(std::move(c), {});
    run_to(few, 61);
    return eligible(few);
  };
  EXPECT_EQ(with_older(10), 12);
  EXPECT_EQ(with_older(9), 0);
}

TEST(S17, ABreakIsFreshForFiveCloses) {
  S17 s(market_of(kAll), {"XAGUSD"});
  run_to(s, 101);
  while (fresh(s) == 0 && s.bars < 121) run_to(s, s.bars + 1);
  EXPECT_EQ(fresh(s), 1);
  int closes = 0;
  for (; fresh(s) == 1 && s.bars < 121; ++closes) run_to(s, s.bars + 1);
  EXPECT_EQ(closes, 5);
  EXPECT_EQ(eligible(s), 12);
}

TEST(S17, FourHoursOfRest) {
  const auto again_after = [](int closes) {
    EngineConfig patient = market_of(kAll);
    set_param(patient, 17, "second_order_window", 20);  // the same break is still fresh then
    S17 s(std::move(patient));
    EXPECT_TRUE(s.until_signal(125));
    const int first = s.bars;
    FeatureValue& volume = s.frames[0].values[s.handle(FeatureId::kVolumeRatio, M15, 20)];
    volume = FeatureValue::of(1);  // holds it back
    run_to(s, first + closes - 1);
    volume = FeatureValue::of(1.4);
    const bool again = s.until_signal(1).has_value();
    EXPECT_EQ(s.funnel(17).suppressed_cooldown(), again ? 0u : 1u);
    return again;
  };
  EXPECT_FALSE(again_after(15));
  EXPECT_TRUE(again_after(16));
}

TEST(S17, ABrokenCascadeThatHealsEndsThePosition) {
  S17 s;
  const auto signal = s.until_signal(125);
  ASSERT_TRUE(signal);
  const Seq cause = s.seq;
  s.fill_entry(*signal, cause, signal->entry_ref);
  s.loose.clear();
  bool asked = false;
  for (int i = 0; i < 40 && !asked; ++i) {
    s.prices();
    const SignalsOut& o = s.step();
    for (std::uint32_t e = 0; e < o.exit_count; ++e) {
      asked = true;
      EXPECT_EQ(o.exits[e].reason, ExitReason::kInvalidation);
      EXPECT_LT(o.exits[e].value, .2);
      EXPECT_DOUBLE_EQ(o.exits[e].threshold, .2);
      EXPECT_EQ(o.exits[e].instrument, 0);
    }
    EXPECT_EQ(o.signal_count, 0u);
  }
  EXPECT_TRUE(asked);
}

TEST(S17, AStepWaitsForEveryLegAndNoLongerThanTheNextEvent) {
  S17 whole, late;
  for (int i = 0; i < 110; ++i) {
    whole.prices();
    whole.step();
    late.prices(4);  // GBPJPY never closes
    EXPECT_EQ(late.step().signal_count, 0u);
    const auto before = late.funnel(17).evaluations();
    late.advance(kMinute_ns);
    late.step();  // nothing closes, but it is later than the close
    EXPECT_EQ(late.funnel(17).evaluations(), before + 1);
    late.advance(-kMinute_ns);
  }
  EXPECT_EQ(whole.funnel(17).evaluations(), 110u);
  EXPECT_EQ(late.funnel(17).evaluations(), 110u);
}

TEST(S17, AStateSavedBetweenTheLegsOfACloseGoesOnAlike) {
  S17 straight, cut;
  for (int i = 0; i < 104; ++i) {
    for (S17* s : {&straight, &cut}) {
      s->prices();
      s->step();
    }
  }
  for (int i = 0; i < 20; ++i) {
    straight.prices(2);
    cut.prices(2);
    straight.step();
    cut.step();
    StateWriter out;
    cut.stage->save(out);
    cut.rebuild_stage();
    StateReader in(out.bytes());
    cut.stage->load(in);
    ASSERT_TRUE(in.at_end());
    for (S17* s : {&straight, &cut}) {
      s->advance(kMinute_ns);
      s->step();
      s->advance(-kMinute_ns);
    }
    EXPECT_EQ(straight.stage->digest(), cut.stage->digest()) << i;
    EXPECT_EQ(straight.stage->signals_raised(), cut.stage->signals_raised());
  }
  EXPECT_EQ(straight.stage->signals_raised(), 1u);
}

TEST(S17, TooFewLinksDisableItOpenly) {
  const S17 few(market_of({"EURUSD", "GBPUSD", "EURJPY", "EURGBP"}), {});
  std::size_t rows = 0;
  for (const StrategyDisabled& d : few.stage->disabled()) {
    if (d.strategy != 17) continue;
    ++rows;
    EXPECT_EQ(d.missing, capability::kMulti);
  }
  EXPECT_EQ(rows, 4u);
  const std::vector<std::string> five{"EURUSD", "GBPUSD", "EURJPY", "EURGBP", "GBPJPY"};  // links
  auto six = five;
  six.push_back("XAUUSD");
  EXPECT_TRUE(S17(market_of(five), {}).stage->running().empty());
  S17 enough(market_of(six), {});
  run_to(enough, 101);
  EXPECT_EQ(enough.funnel(17).passed(0), 1u);
}

}  // namespace
}  // namespace omega::test
