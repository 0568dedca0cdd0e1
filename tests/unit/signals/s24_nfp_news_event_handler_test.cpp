#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

EngineConfig news_config(std::initializer_list<std::pair<const char*, double>> params = {}) {
  EngineConfig c = config_with({3, 24});
  c.instruments[0].capabilities |= capability::kCalendarNews;
  for (const auto& [name, value] : params) set_param(c, 24, name, value);
  return c;
}

/// An NFP at 13:30; bars are closed at a given tau.
struct S24 : StageHarness {
  static constexpr TimeNs kRelease = 1'741'354'200'000'000'000;  // 2025-03-07 13:30 UTC
  explicit S24(EngineConfig c = news_config()) : StageHarness(std::move(c)) {
    now = kRelease - kHour_ns;
    fz(0);
    cvd(0);
    vpin(.45);
    vr(1);
    before(1.09);
    set(static_cast<double>(px(1.0880)), FeatureId::kLowest, M1, 50);
    set(static_cast<double>(px(1.0990)), FeatureId::kHighest, M1, 50);
    news(kRelease);
  }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M1, 19); }
  void before(double v) { set(static_cast<double>(px(v)), FeatureId::kCloseLag, M1, 2); }
  void spreads(double spread, double median) {
    set(spread * 1e9, FeatureId::kSpread);
    set(median * 1e9, FeatureId::kSpreadMedian);
  }
  const SignalsOut& bar(int tau, double close, double high = 0, double low = 0) {
    now = kRelease + tau * kMinute_ns;
    close_bar(M1, close, std::max(high, close), low > 0 ? low : close, close);
    return step();
  }
  /// 29 bars of range 10 u up to the release; P0 = 1.0900.
  void quiet(double p0 = 1.0900) {
    for (int tau = -29; tau <= 0; ++tau) bar(tau, p0, p0 + .0005, p0 - .0005);
  }
};

TEST(S24, ScenarioAIsWaveTwo) {
  S24 s;
  s.quiet();
  s.bar(1, 1.0970, 1.0980, 1.0900);
  s.bar(30, 1.0950);
  s.bar(31, 1.0950, 0, 1.0934);  // x = .375: not yet
  s.fz(.8);
  ASSERT_EQ(s.bar(32, 1.0936).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.0936));
  EXPECT_EQ(g.stop_loss, px(1.091712));
  ASSERT_EQ(g.tp_count, 1);
  EXPECT_EQ(g.take_profit[0], px(1.103576));
  EXPECT_NEAR(static_cast<double>(g.take_profit[0] - g.entry_ref) / static_cast<double>(g.entry_ref - g.stop_loss), 5.284, 5e-4);
  EXPECT_EQ(g.level, 3);
  EXPECT_DOUBLE_EQ(g.quality_raw, .75);
  EXPECT_DOUBLE_EQ(g.rr_min, 1);
  EXPECT_EQ(g.time_stop_ns, 88 * kMinute_ns);
  EXPECT_NEAR(g.criteria[2], 80, 1e-9);
  EXPECT_NEAR(g.criteria[3], .55, 1e-9);
  EXPECT_DOUBLE_EQ(g.str, .7);
}

TEST(S24, ScenarioBIsAPreEntryAndTooEarlyOneMinuteBefore) {
  const auto at = [](int tau) {
    S24 s;
    s.fz(4.5);
    s.cvd(.2);
    s.vpin(.20);
    s.bar(tau, 1.0900);
    return s.out().signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  const Signal g = at(-10);
  EXPECT_EQ(g.direction, kLong);
  EXPECT_NEAR(g.quality_raw, .72, 1e-12);
  EXPECT_EQ(g.level, 2);
  EXPECT_EQ(g.stop_loss, px(1.0878));
  EXPECT_EQ(g.time_stop_ns, 130 * kMinute_ns);
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_DOUBLE_EQ(g.tp_r[1], 2.5);
  EXPECT_EQ(at(-31).direction, 0);
  EXPECT_EQ(at(-30).direction, kLong);
  EXPECT_EQ(at(-2).direction, kLong);
  EXPECT_EQ(at(-1).direction, 0);
}

template <class Change>
std::uint32_t pre(Change&& change, EngineConfig c = news_config()) {
  S24 s(std::move(c));
  s.fz(4.5);
  s.cvd(.2);
  s.vpin(.20);
  change(s);
  return s.bar(-10, 1.0900).signal_count;
}

TEST(S24, EveryRuleOfThePrePhaseIsTestedAtItsThreshold) {
  EXPECT_EQ(pre([](S24& s) { s.fz(2.5); s.vpin(0); }), 0u) << "confidence .5";
  EXPECT_EQ(pre([](S24& s) { s.fz(3); s.vpin(0); }), 1u);
  EXPECT_EQ(pre([](S24& s) { s.fz(3 - 1e-8); s.vpin(0); }), 0u);
  EXPECT_EQ(pre([](S24& s) { s.fz(4.5); s.vpin(1 - .6 / .9); }), 1u);
  EXPECT_EQ(pre([](S24& s) { s.fz(4.5); s.vpin(1 - .6 / .9 + 1e-8); }), 0u);
  const EngineConfig high = news_config({{"ofi_threshold", 4.5}});
  EXPECT_EQ(pre([](S24&) {}, high), 1u);
  EXPECT_EQ(pre([](S24& s) { s.fz(4.5 - 1e-9); }, high), 0u);
  EXPECT_EQ(pre([](S24& s) { s.cvd(0); }), 0u);
  EXPECT_EQ(pre([](S24& s) { s.cvd(1e-12); }), 1u);
  EXPECT_EQ(pre([](S24& s) { s.cvd(-.2); }), 0u);
  S24 s;
  s.fz(-6);
  s.cvd(-.7);
  s.vpin(.40);  // conf: |fz|/5 saturates at 1
  ASSERT_EQ(s.bar(-10, 1.0900).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_NEAR(s.out().signals[0].quality_raw, .60, 1e-12);
  EXPECT_EQ(s.out().signals[0].level, 3) << "one more for a cvd_n of .70";
}

TEST(S24, ThePreVpinLimitIsFiftyFiveHundredths) {
  // conf >= .60 needs vpin <= .40, so only the funnel can tell
  const auto passed = [](double vpin) {
    S24 s;
    s.fz(6);
    s.cvd(.2);
    s.vpin(vpin);
    s.bar(-10, 1.0900);
    return s.funnel(24).passed(4);
  };
  EXPECT_EQ(passed(.55), 1u);
  EXPECT_EQ(passed(.55 + 1e-9), 0u);
}

TEST(S24, APrePositionIsClosedOneMinuteBeforeUnlessItIsOneRUp) {
  const auto exits_at = [](double close, int tau) {
    S24 s;
    s.fz(4.5);
    s.cvd(.2);
    s.vpin(.20);
    const Signal g = s.bar(-10, 1.0900).signals[0];
    s.fill_entry(g, s.seq, px(1.0900));  // stop 1.0878: 1R = 22 u
    EXPECT_EQ(s.bar(-2, close).exit_count, 0u);
    const auto count = s.bar(tau, close).exit_count;
    if (count > 0) {
      EXPECT_EQ(s.out().exits[0].reason, ExitReason::kTimeStop);
      EXPECT_EQ(s.bar(tau + 1, close).exit_count, 0u) << "asked once";
    }
    return count;
  };
  EXPECT_EQ(exits_at(1.0922, -1), 0u);
  EXPECT_EQ(exits_at(1.0921999, -1), 1u);
  EXPECT_EQ(exits_at(1.0890, -1), 1u);
  EXPECT_EQ(exits_at(1.0890, 1), 1u) << "minutes without bars do not save it";
}

/// Range 20 u at tau = 1 against a mean of 10 u.
struct Spike : S24 {
  explicit Spike(EngineConfig c = news_config()) : S24(std::move(c)) {
    quiet();
    fz(1);
    vpin(.60);
    before(1.0895);
  }
  double ratio = 2.0, close = 1.0910;
  int tau = 1;
  const SignalsOut& go() { return bar(tau, close, 1.0915, 1.0915 - ratio * .0010); }
};
template <class Change>
std::uint32_t spike(Change&& change, EngineConfig c = news_config()) {
  Spike s(std::move(c));
  change(s);
  return s.go().signal_count;
}

TEST(S24, ASpikeFollowsTheMoveWhenItIsConfirmed) {
  Spike s;
  ASSERT_EQ(s.go().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.level, 3);
  EXPECT_DOUBLE_EQ(g.quality_raw, .75);
  EXPECT_NE(g.flags & signal_flag::kToxExempt, 0);
  EXPECT_EQ(g.time_stop_ns, 119 * kMinute_ns);
  EXPECT_NEAR(g.criteria[4], 2, 1e-9);
}

TEST(S24, EveryRuleOfTheSpikeIsTestedAtItsThreshold) {
  EXPECT_EQ(spike([](Spike& s) { s.ratio = 2 - 1e-5; }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.ratio = 2 + 1e-5; }), 1u);
  EXPECT_EQ(spike([](Spike& s) { s.ratio = 10; }), 1u);
  EXPECT_EQ(spike([](Spike& s) { s.ratio = 10 + 1e-5; }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.fz(1 - 1e-9); }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.fz(-1); }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.before(1.0911); s.fz(-1); }), 1u);
  EXPECT_EQ(spike([](Spike& s) { s.before(1.0910); }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.vpin(.60 - 1e-9); }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.spreads(.0003, .0001); }), 1u);
  EXPECT_EQ(spike([](Spike& s) { s.spreads(.0003 + 1e-9, .0001); }), 0u);
  EXPECT_EQ(spike([](Spike& s) { s.tau = 15; }), 1u);
  EXPECT_EQ(spike([](Spike& s) { s.tau = 16; }), 0u);
}

TEST(S24, AbsorptionFadesTheSpike) {
  const auto direction = [](double vr, double ratio) {
    Spike s;
    s.vr(vr);
    s.ratio = ratio;
    return s.go().signal_count == 1 ? static_cast<int>(s.out().signals[0].direction) : 0;
  };
  EXPECT_EQ(direction(5, 2.5), kLong);
  EXPECT_EQ(direction(5 + 1e-9, 2.5), kShort);
  EXPECT_EQ(direction(6, 3), kLong);
  EXPECT_EQ(direction(6, 3 - 1e-5), kShort);
  Spike s;
  s.vr(6);
  s.ratio = 2.5;
  s.go();
  EXPECT_DOUBLE_EQ(s.out().signals[0].quality_raw, .70);
}

TEST(S24, TheWrongSideOfP0InvalidatesASpike) {
  Spike s;
  const Signal g = s.go().signals[0];
  s.fill_entry(g, s.seq, px(1.0911));
  EXPECT_EQ(s.bar(3, 1.0900).exit_count, 0u);
  ASSERT_EQ(s.bar(4, 1.0899999).exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
  Spike a;  // an absorption starts on the wrong side
  a.vr(6);
  a.ratio = 2.5;
  const Signal h = a.go().signals[0];
  a.fill_entry(h, a.seq, px(1.0909));
  EXPECT_EQ(a.bar(3, 1.0908).exit_count, 0u);
  EXPECT_EQ(a.bar(4, 1.0899).exit_count, 0u);
  EXPECT_EQ(a.bar(5, 1.0901).exit_count, 1u);
}

/// The move of scenario A with its retracement to 1.0934.
struct Post : S24 {
  explicit Post(EngineConfig c = news_config()) : S24(std::move(c)) {
    quiet();
    bar(1, 1.0970, extreme, 1.0900);
    bar(31, 1.0950, 0, 1.0934);
    fz(.8);
  }
  static constexpr double extreme = 1.0980;
};

TEST(S24, WaveTwoIsInclusiveAtBothEndsOfItsBand) {
  const auto close = [](double price) { Post s; return s.bar(32, price).signal_count; };
  EXPECT_EQ(close(1.0980 - .5 * .0080), 1u);
  EXPECT_EQ(close(1.0980 - .5 * .0080 + 1e-8), 0u);
  EXPECT_EQ(close(1.0980 - .618 * .0080), 1u);
  EXPECT_EQ(close(1.0980 - .618 * .0080 - 1e-8), 0u);
  const auto flow = [](double fz) { Post s; s.fz(fz); return s.bar(32, 1.0936).signal_count; };
  EXPECT_EQ(flow(.5), 1u);
  EXPECT_EQ(flow(.5 - 1e-9), 0u);
  const auto toxicity = [](double v) { Post s; s.vpin(v); return s.bar(32, 1.0936).signal_count; };
  EXPECT_EQ(toxicity(.55), 1u);
  EXPECT_EQ(toxicity(.55 + 1e-9), 0u);
}

TEST(S24, WaveThreeIsACloseBeyondTheExtremeAfterARetracement) {
  const auto with_retrace = [](double close, double fz = 1.5) {
    S24 s;
    s.quiet();
    s.bar(1, 1.0970, 1.0980, 1.0900);
    s.bar(20, close, 0, 1.0945);
    s.fz(fz);
    return s.bar(40, 1.0981).signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  const Signal g = with_retrace(1.0980 - .382 * .0080);
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.stop_loss, px(1.0940));
  EXPECT_EQ(g.take_profit[0], px(1.0945 + 1.618 * .0080));
  EXPECT_DOUBLE_EQ(g.quality_raw, .80);
  EXPECT_EQ(with_retrace(1.0980 - .382 * .0080 + 1e-8).direction, 0);
  EXPECT_EQ(with_retrace(1.0945, 1.5 - 1e-9).direction, 0);
  S24 s;
  s.quiet();
  s.bar(1, 1.0970, 1.0980, 1.0900);
  s.bar(20, 1.0945);
  s.fz(1.5);
  EXPECT_EQ(s.bar(40, 1.0980).signal_count, 0u) << "at the extreme, not beyond";
}

TEST(S24, ABearishMoveMirrors) {
  S24 s;
  s.quiet();
  s.bar(1, 1.0830, 1.0900, 1.0820);
  s.bar(31, 1.0850, 1.0866);
  s.fz(-.8);
  ASSERT_EQ(s.bar(32, 1.0864).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.088288));
  EXPECT_EQ(g.take_profit[0], px(1.0866 - 1.272 * .0080));
}

TEST(S24, TheMoveMustBeTwentyUnits) {
  const auto move = [](double high) {
    S24 s;
    s.quiet();
    s.bar(1, 1.0905, high, 1.0900);
    const double half = high - .5 * (high - 1.0900);
    s.bar(31, half + .0001, 0, half);
    s.fz(.8);
    return s.bar(32, half - .00005).signal_count;
  };
  EXPECT_EQ(move(1.0920), 1u);
  EXPECT_EQ(move(1.0920 - 1e-6), 0u);
}

TEST(S24, PhasesEndWhereTheySayAndEachEntersOnce) {
  const auto at = [](int tau) { Post s; return s.bar(tau, 1.0936).signal_count; };
  EXPECT_EQ(at(120), 1u);
  EXPECT_EQ(at(121), 0u);
  Post s;
  ASSERT_EQ(s.bar(32, 1.0936).signal_count, 1u);
  s.fz(0);
  s.bar(33, 1.0936);
  s.fz(.8);
  EXPECT_EQ(s.bar(34, 1.0936).signal_count, 0u);
  EXPECT_EQ(s.funnel(24).suppressed_edge(), 0u) << "refused by the phase, not by the edge";
  Post off(news_config({{"wave_detection_enabled", 0}}));
  EXPECT_EQ(off.bar(32, 1.0936).signal_count, 0u);
}

TEST(S24, OnlyWantedEventsOfTheSymbolsCurrenciesCount) {
  const auto with_news = [](const char* currency, NewsType type, NewsImpact impact, EngineConfig c = news_config()) {
    S24 s(std::move(c));
    s.rebuild_stage();  // without the NFP
    s.news(S24::kRelease, 5, currency, type, impact);
    s.fz(4.5);
    s.cvd(.2);
    s.vpin(.20);
    return s.bar(-10, 1.0900).signal_count;
  };
  EXPECT_EQ(with_news("USD", NewsType::kCpi, NewsImpact::kHigh), 1u);
  EXPECT_EQ(with_news("EUR", NewsType::kEcb, NewsImpact::kHigh), 1u);
  EXPECT_EQ(with_news("GBP", NewsType::kBoe, NewsImpact::kHigh), 0u);
  EXPECT_EQ(with_news("USD", NewsType::kOther, NewsImpact::kHigh), 0u);
  EXPECT_EQ(with_news("USD", NewsType::kNfp, NewsImpact::kMedium), 0u);
  EXPECT_EQ(with_news("USD", NewsType::kCpi, NewsImpact::kHigh, news_config({{"event_types", 1 + 2 + 8 + 16 + 32}})), 0u);
  EXPECT_EQ(with_news("USD", NewsType::kBoe, NewsImpact::kHigh, news_config({{"event_types", 32}})), 1u);
}

TEST(S24, WithoutAPriceJustBeforeTheReleaseThereIsOnlyThePrePhase) {
  const auto last_bar_at = [](int tau) {
    S24 s;
    s.bar(tau, 1.0900);
    s.bar(5, 1.0970, 1.0980, 1.0900);
    s.bar(31, 1.0950, 0, 1.0934);
    s.fz(.8);
    return s.bar(32, 1.0936).signal_count;
  };
  EXPECT_EQ(last_bar_at(-3), 1u);
  EXPECT_EQ(last_bar_at(-4), 0u);
}

TEST(S24, TheLaterOfTwoEventsRulesFromItsWindowOn) {
  Post s;
  s.news(S24::kRelease + 60 * kMinute_ns, 2);
  const std::uint64_t before = s.funnel(24).passed(2);
  EXPECT_EQ(s.bar(32, 1.0936).signal_count, 0u) << "tau = -28 of the second: fz .8 is no PRE";
  EXPECT_EQ(s.funnel(24).passed(2), before);
}

TEST(S24, ACheckpointAfterAnyBarKeepsTheEvent) {
  S24 s;
  s.restart_every_event = true;
  s.quiet();
  s.bar(1, 1.0970, 1.0980, 1.0900);
  s.bar(31, 1.0950, 0, 1.0934);
  s.fz(.8);
  ASSERT_EQ(s.bar(32, 1.0936).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].take_profit[0], px(1.103576));
  s.fz(0);
  s.bar(33, 1.0936);
  s.fz(.8);
  EXPECT_EQ(s.bar(34, 1.0936).signal_count, 0u);
}

TEST(S24, TheFlowOfThePrePhaseIsInclusive) {
  const auto passed = [](double fz) {
    S24 s;
    s.fz(fz);
    s.cvd(.2);
    s.vpin(.20);
    s.bar(-10, 1.0900);
    return s.funnel(24).passed(2);
  };
  EXPECT_EQ(passed(2.5), 1u);
  EXPECT_EQ(passed(2.5 - 1e-9), 0u);
  EXPECT_EQ(passed(-2.5), 1u);
  EXPECT_EQ(passed(-2.5 + 1e-9), 0u);
}

TEST(S24, ThePreStopIsAtMostTwoPercentAwayAndTheBonusStartsAtSeventyHundredths) {
  const auto signal = [](double cvd) {
    S24 s;
    s.fz(4.5);
    s.cvd(cvd);
    s.vpin(.20);
    s.set(static_cast<double>(px(1.0000)), FeatureId::kLowest, M1, 50);
    return s.bar(-10, 1.0900).signal_count == 1 ? s.out().signals[0] : Signal{};
  };
  EXPECT_EQ(signal(.7).stop_loss, px(1.0900) - std::llround(.02 * 1.09e9));
  EXPECT_EQ(signal(.7).level, 3);
  EXPECT_EQ(signal(.7 - 1e-9).level, 2);
}

TEST(S24, ASpikeIsMeasuredAgainstTwentyNineBars) {
  const auto spike_after = [](int bars) {
    S24 s;
    for (int tau = 1 - bars; tau <= 0; ++tau) s.bar(tau, 1.0900, 1.0905, 1.0895);
    s.fz(2);
    s.vpin(.7);
    s.before(1.0890);
    return s.bar(1, 1.0930, 1.0930, 1.0890).signal_count;  // 40 u, four times theirs
  };
  EXPECT_EQ(spike_after(29), 1u);
  EXPECT_EQ(spike_after(28), 0u);
}

}  // namespace
}  // namespace omega::test
