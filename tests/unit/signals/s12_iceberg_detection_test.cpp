#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

EngineConfig book_config(std::string_view name = "", double value = 0) {
  EngineConfig c = config_with({3, 12});
  for (InstrumentConfig& i : c.instruments) i.capabilities |= capability::kL2 | capability::kTrades | capability::kTradesSided;
  if (!name.empty()) set_param(c, 12, name, value);
  return c;
}

/// What the tracker says of one side.
struct Refills {
  double ratio = 6, count = 6, price = 1.10000, hold = 10;
};

/// Scenario A of S12: bid 1.10000 shows 5, six sell trades of 5 are each refilled: X = 30, rho 6, six refills; ten bars hold.
struct S12 : StageHarness {
  explicit S12(EngineConfig c = book_config()) : StageHarness(std::move(c)) {
    none(-1);
    level(+1, {});
    fz(.5);
    vpin(.20);
  }
  static constexpr FeatureId kIds[] = {FeatureId::kRefillRatio, FeatureId::kRefillCount, FeatureId::kRefillPrice, FeatureId::kRefillHold};
  void level(int d, const Refills& r) {
    const int p0 = d * kLeast;
    set(r.ratio, FeatureId::kRefillRatio, M1, p0);
    set(r.count, FeatureId::kRefillCount, M1, p0);
    set(static_cast<double>(px(r.price)), FeatureId::kRefillPrice, M1, p0);
    set(r.hold, FeatureId::kRefillHold, M1, p0);
  }
  void none(int d) {
    for (const FeatureId id : kIds) set(0, id, M1, d * kLeast);
  }
  const SignalsOut& m1(double close = 1.10012) {
    advance(kMinute_ns);
    close_bar(M1, close, close, close, close);
    return step();
  }
  /// A frame of the book alone, seconds after the last.
  const SignalsOut& broken(BookSide side, double price) {
    advance(kSecond_ns);
    frames[0].book.broken[0] = {side, px(price)};
    frames[0].book.broken_count = 1;
    return step();
  }
  static constexpr int kLeast = 3;
};

template <class Change>
std::uint32_t signals_after(Change&& change) {
  S12 s;
  change(s);
  return s.m1().signal_count;
}

TEST(S12, ScenarioAGivesTheLongOfTheSpecification) {
  S12 s;
  ASSERT_EQ(s.m1().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.entry_ref, px(1.10012));
  EXPECT_EQ(g.stop_loss, px(1.09900));
  ASSERT_EQ(g.tp_count, 3);
  EXPECT_EQ(g.take_profit[2], px(1.104152));  // 3.6 × 11.2 p
  EXPECT_DOUBLE_EQ(g.tp_r[0], 1.5);
  EXPECT_DOUBLE_EQ(g.tp_r[1], 2.5);
  EXPECT_DOUBLE_EQ(g.tp_r[2], 3.6);
  EXPECT_EQ(g.level, 2);
  EXPECT_DOUBLE_EQ(g.quality_raw, .7);
  EXPECT_EQ(g.rr_min, 2.0);
  EXPECT_EQ(g.time_stop_ns, 60 * kMinute_ns);
  EXPECT_EQ(g.expiry_ns, kMinute_ns);
  EXPECT_EQ(g.family, SignalFamily::kMicro);
  EXPECT_EQ(g.flow_source, FlowSource::kTradeSigned);
  EXPECT_NE(g.flags & signal_flag::kUsesVpin, 0);
  EXPECT_NE(g.flags & signal_flag::kBreakEven, 0);
  EXPECT_NE(g.flags & signal_flag::kTargetsInR, 0);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.10000);
  EXPECT_EQ(g.criteria[1], 6);
  EXPECT_EQ(g.criteria[2], 6);
  EXPECT_EQ(g.criteria[3], 10);
  EXPECT_NEAR(g.criteria[4], 1.2, 1e-12);
  EXPECT_EQ(g.criteria[5], 1);  // MEDIUM: six refills, but not eight times the size
}

TEST(S12, ScenarioBHasNotExecutedEnough) {
  S12 s;
  s.level(+1, {.ratio = 1.6});
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(12).passed(0), 1u);
  EXPECT_EQ(s.funnel(12).passed(1), 0u);
}

TEST(S12, TheAskSideIsTheMirror) {
  S12 s;
  s.none(+1);
  s.level(-1, {});
  s.fz(-.5);
  ASSERT_EQ(s.m1(1.09988).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.stop_loss, px(1.10100));
  EXPECT_EQ(g.take_profit[2], px(1.095848));
  EXPECT_EQ(g.level, 2);
  EXPECT_NEAR(g.criteria[4], 1.2, 1e-12);
}

TEST(S12, RefillsRatioAndHoldAreInclusive) {
  const auto with = [](Refills r) { return signals_after([&](S12& s) { s.level(+1, r); }); };
  EXPECT_EQ(with({.count = 3}), 1u);
  EXPECT_EQ(with({.count = 2}), 0u);
  EXPECT_EQ(with({.count = 4}), 1u);
  EXPECT_EQ(with({.ratio = 5.2}), 1u);
  EXPECT_EQ(with({.ratio = 5.2 - 1e-9}), 0u);
  EXPECT_EQ(with({.ratio = 5.2 + 1e-9}), 1u);
  EXPECT_EQ(with({.hold = 10}), 1u);
  EXPECT_EQ(with({.hold = 9}), 0u);
  EXPECT_EQ(with({.hold = 11}), 1u);
}

TEST(S12, TheCloseIsAtLeastOneUnitAwayFromTheLevel) {
  const auto close = [](double c) {
    S12 s;
    return s.m1(c).signal_count;
  };
  EXPECT_EQ(close(1.10010), 1u);
  EXPECT_EQ(close(1.100099999), 0u);
  EXPECT_EQ(close(1.100100001), 1u);
  EXPECT_EQ(close(1.09950), 0u);
}

TEST(S12, VpinAboveTheCautionTakesOneStepOffTheConfidence) {
  const auto medium = [](double v) { return signals_after([v](S12& s) { s.vpin(v); }); };
  EXPECT_EQ(medium(.35), 1u);
  EXPECT_EQ(medium(.35 - 1e-9), 1u);
  EXPECT_EQ(medium(.35 + 1e-9), 0u);  // LOW
  S12 high;
  high.level(+1, {.ratio = 8});
  high.vpin(.36);
  ASSERT_EQ(high.m1().signal_count, 1u);
  EXPECT_EQ(high.out().signals[0].quality_raw, .7);
  EXPECT_EQ(high.out().signals[0].criteria[5], 1);
}

TEST(S12, HighConfidenceNeedsSixRefillsAndEightTimesTheSize) {
  const auto quality = [](double count, double ratio) {
    S12 s;
    s.level(+1, {.ratio = ratio, .count = count});
    return s.m1().signal_count == 1 ? s.out().signals[0].quality_raw : 0.0;
  };
  EXPECT_EQ(quality(6, 8), .9);
  EXPECT_EQ(quality(7, 8 + 1e-9), .9);
  EXPECT_EQ(quality(5, 8), .7);
  EXPECT_EQ(quality(6, 8 - 1e-9), .7);
}

TEST(S12, StrongFlowAgainstTheLevelForbidsIt) {
  const auto flow = [](double v) { return signals_after([v](S12& s) { s.fz(v); }); };
  EXPECT_EQ(flow(-2), 0u);
  EXPECT_EQ(flow(-2 + 1e-9), 1u);
  EXPECT_EQ(flow(-2 - 1e-9), 0u);
}

TEST(S12, SizingLevelsFollowConfidenceFlowAndVpin) {
  const auto level = [](double ratio, double flow, double vpin) {
    S12 s;
    s.level(+1, {.ratio = ratio});
    s.fz(flow);
    s.vpin(vpin);
    return s.m1().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  EXPECT_EQ(level(8, .5, .25 - 1e-9), 3);
  EXPECT_EQ(level(8, .5, .25), 2);
  EXPECT_EQ(level(8, 1e-9, .20), 3);
  EXPECT_EQ(level(8, 0, .20), 1);
  EXPECT_EQ(level(6, 1e-9, .20), 2);
  EXPECT_EQ(level(6, 0, .20), 1);
  EXPECT_EQ(level(6, -1e-9, .20), 1);
}

TEST(S12, TheStopIsAtMostItsShareOfPriceAway) {
  S12 s(book_config("stop_loss_pct", .2));
  s.level(+1, {.price = 1.09850});
  ASSERT_EQ(s.m1(1.10012).signal_count, 1u);  // 26 p, .2 % is 22
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10012) - std::llround(.002 * 1.10012e9));
  S12 plain;
  plain.level(+1, {.price = 1.08700});
  ASSERT_EQ(plain.m1(1.10012).signal_count, 1u);  // 141 p, 1.2 % is 132
  EXPECT_EQ(plain.out().signals[0].stop_loss, px(1.10012) - std::llround(.012 * 1.10012e9));
  S12 wide(book_config("stop_buffer_pips", 20));
  ASSERT_EQ(wide.m1().signal_count, 1u);
  EXPECT_EQ(wide.out().signals[0].stop_loss, px(1.09800));
}

TEST(S12, TheSideThatPassesMoreConditionsIsEvaluatedAndTheBidOnTies) {
  S12 s;
  s.level(+1, {.ratio = 1});
  s.level(-1, {.price = 1.10024, .hold = 4});  // fails one condition later
  s.m1();
  EXPECT_EQ(s.funnel(12).passed(1), 1u);
  EXPECT_EQ(s.funnel(12).passed(2), 0u);
  s.level(-1, {.price = 1.10024});
  ASSERT_EQ(s.m1().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  S12 both;
  both.level(-1, {.price = 1.10024});
  ASSERT_EQ(both.m1().signal_count, 1u);
  EXPECT_EQ(both.out().signals[0].direction, kLong);
  EXPECT_EQ(both.funnel(12).evaluations(), 1u);
}

TEST(S12, ASideWithoutALevelIsAnEvaluationThatFailsSoThatTheNextLevelIsAnEdge) {
  S12 s;
  ASSERT_EQ(s.m1().signal_count, 1u);
  s.none(+1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(12).evaluations(), 11u);
  EXPECT_EQ(s.funnel(12).passed(0), 1u);
  s.level(+1, {.price = 1.09990});
  EXPECT_EQ(s.m1().signal_count, 1u);
}

TEST(S12, NothingIsEvaluatedBeforeItsFeaturesAreReady) {
  const auto skipped = [](FeatureId id, int p0, int p1 = 0) {
    S12 s;
    s.value(id, M1, p0, p1) = FeatureValue::invalid();
    EXPECT_EQ(s.m1().signal_count, 0u);
    EXPECT_EQ(s.funnel(12).evaluations(), 0u);
    return s.funnel(12).skipped_not_ready();
  };
  for (const FeatureId id : S12::kIds) {  // a stale book
    EXPECT_EQ(skipped(id, 3), 1u);
    EXPECT_EQ(skipped(id, -3), 1u);
  }
  EXPECT_EQ(skipped(FeatureId::kVpin, 50), 1u);
  EXPECT_EQ(skipped(FeatureId::kFlowZ, 20, 500), 1u);
}

TEST(S12, AnEntryNeedsTheFullConditionToHaveBeenFalseBefore) {
  S12 s;
  s.m1();
  for (int i = 0; i < 5; ++i) s.m1();
  s.level(+1, {.price = 1.09990});
  EXPECT_EQ(s.m1().signal_count, 0u);  // an edge, ten minutes not over
  EXPECT_EQ(s.funnel(12).suppressed_cooldown(), 1u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(12).suppressed_edge(), 20u);
}

TEST(S12, TenMinutesOfRest) {
  const auto other_level_after = [](int minutes) {
    S12 s;
    s.m1();
    s.none(+1);
    for (int i = 1; i < minutes; ++i) s.m1();
    s.level(+1, {.price = 1.09990});
    return s.m1().signal_count;
  };
  EXPECT_EQ(other_level_after(9), 0u);
  EXPECT_EQ(other_level_after(10), 1u);
}

TEST(S12, ALevelTradesOnceUntilItIsForgotten) {
  const auto again_after = [](int minutes) {
    S12 s;
    s.m1();
    EXPECT_EQ(s.m1().signal_count, 0u);
    s.none(+1);
    s.advance((minutes - 3) * kMinute_ns);
    s.m1();
    s.level(+1, {});
    return s.m1().signal_count;
  };
  EXPECT_EQ(again_after(24 * 60 - 1), 0u);
  EXPECT_EQ(again_after(24 * 60), 1u);
  EXPECT_EQ(again_after(24 * 60 + 1), 1u);
}

TEST(S12, TheSameLevelOfTheOtherSideIsAnotherOne) {
  S12 s;
  s.m1();
  s.none(+1);
  for (int i = 0; i < 10; ++i) s.m1();
  s.level(-1, {});
  s.fz(-.5);
  ASSERT_EQ(s.m1(1.09988).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
}

TEST(S12, OnlyTheNewestTradedLevelsAreRemembered) {
  const auto first_again_after = [](int others) {
    S12 s;
    const auto trade = [&](double price) {
      s.none(+1);
      for (int i = 0; i < 10; ++i) s.m1();
      s.level(+1, {.price = price});
      return s.m1().signal_count;
    };
    EXPECT_EQ(trade(1.10000), 1u);
    for (int i = 1; i <= others; ++i) EXPECT_EQ(trade(1.10000 - .0001 * i), 1u);
    return trade(1.10000);
  };
  EXPECT_EQ(first_again_after(4), 0u);
  EXPECT_EQ(first_again_after(5), 1u);
}

TEST(S12, TheBestPriceGoingThroughTheLevelClosesThePositionAtOnce) {
  for (const bool restart : {false, true}) {
    S12 s;
    s.restart_every_event = restart;
    const Signal g = s.m1().signals[0];
    const Seq cause = s.seq;
    s.fill_entry(g, cause, px(1.10017));
    EXPECT_EQ(s.m1().exit_count, 0u);
    EXPECT_EQ(s.broken(BookSide::kBid, 1.09999).exit_count, 0u) << "another level";
    EXPECT_EQ(s.broken(BookSide::kAsk, 1.10000).exit_count, 0u) << "the other side";
    const auto evaluations = s.funnel(12).evaluations();
    ASSERT_EQ(s.broken(BookSide::kBid, 1.10000).exit_count, 1u);
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
    EXPECT_DOUBLE_EQ(s.out().exits[0].threshold, 1.10000);
    EXPECT_DOUBLE_EQ(s.out().exits[0].value, 1.09999);
    EXPECT_EQ(s.funnel(12).evaluations(), evaluations) << "entries are judged at M1 closes";
    EXPECT_EQ(s.broken(BookSide::kBid, 1.09990).exit_count, 0u) << "asked for once until the next close";
    EXPECT_EQ(s.m1().exit_count, 1u) << "still open";
    s.close_position(g, cause, px(1.09995));
    EXPECT_EQ(s.m1().exit_count, 0u);
  }
}

TEST(S12, ABreakBeforeTheFillClosesThePositionAtTheNextClose) {
  S12 s;
  const Signal g = s.m1().signals[0];
  const Seq cause = s.seq;
  EXPECT_EQ(s.broken(BookSide::kBid, 1.10000).exit_count, 0u);
  s.fill_entry(g, cause, px(1.10017));
  ASSERT_EQ(s.m1().exit_count, 1u);
  s.close_position(g, cause, px(1.10000));
  EXPECT_EQ(s.m1().exit_count, 0u);
}

TEST(S12, ABreakOfTheShortsLevelClosesTheShort) {
  S12 s;
  s.none(+1);
  s.level(-1, {});
  const Signal g = s.m1(1.09988).signals[0];
  s.fill_entry(g, s.seq, px(1.09983));
  EXPECT_EQ(s.broken(BookSide::kBid, 1.10000).exit_count, 0u);
  ASSERT_EQ(s.broken(BookSide::kAsk, 1.10000).exit_count, 1u);
  EXPECT_DOUBLE_EQ(s.out().exits[0].value, 1.10001);
}

TEST(S12, AnOldBreakDoesNotTouchTheNextTrade) {
  S12 s;
  const Signal g = s.m1().signals[0];
  const Seq cause = s.seq;
  s.fill_entry(g, cause, px(1.10017));
  s.broken(BookSide::kBid, 1.10000);
  s.close_position(g, cause, px(1.09995));
  s.none(+1);
  for (int i = 0; i < 10; ++i) s.m1();
  s.level(+1, {.price = 1.09990});
  ASSERT_EQ(s.m1().signal_count, 1u);
  const Signal next = s.out().signals[0];
  s.fill_entry(next, s.seq, px(1.10017));
  EXPECT_EQ(s.m1().exit_count, 0u);
}

TEST(S12, AnOpenPositionHoldsASecondLevelBack) {
  S12 s;
  const Signal g = s.m1().signals[0];
  s.fill_entry(g, s.seq, px(1.10017));
  s.none(+1);
  for (int i = 0; i < 10; ++i) s.m1();
  s.level(+1, {.price = 1.09990});
  EXPECT_EQ(s.m1().signal_count, 0u);
  EXPECT_EQ(s.funnel(12).suppressed_position(), 1u);
}

TEST(S12, TheLeastRefillsAreAskedOfTheTracker) {
  StageHarness s(book_config("min_refills", 5));
  for (const FeatureId id : S12::kIds) {
    EXPECT_LT(s.handle(id, M1, 5), s.keys().size());
    EXPECT_LT(s.handle(id, M1, -5), s.keys().size());
  }
}

TEST(S12, ACheckpointRemembersTheTradedLevels) {
  S12 s;
  s.restart_every_event = true;
  ASSERT_EQ(s.m1().signal_count, 1u);
  s.none(+1);
  for (int i = 0; i < 20; ++i) s.m1();
  s.level(+1, {});
  EXPECT_EQ(s.m1().signal_count, 0u);
  s.level(+1, {.price = 1.09990});
  EXPECT_EQ(s.m1().signal_count, 1u);
}

TEST(S12, ABookWithoutSidedTradesDisablesItOpenly) {
  EngineConfig c = book_config();
  c.instruments[0].capabilities &= ~capability::kTradesSided;
  S12 s(std::move(c));
  EXPECT_EQ(s.m1().signal_count, 0u);
  s.m1();
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].strategy, 12);
  EXPECT_EQ(records[0].missing, capability::kTradesSided);
}

}  // namespace
}  // namespace omega::test
