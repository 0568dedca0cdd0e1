#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M1 = Timeframe::kM1;

EngineConfig book_config(std::string_view name = "", double value = 0) {
  EngineConfig c = config_with({3, 23});
  for (InstrumentConfig& i : c.instruments) i.capabilities |= capability::kL2 | capability::kTrades;
  if (!name.empty()) set_param(c, 23, name, value);
  return c;
}

/// A large bid of the scenario: 25 where the median is 2, I_5 = (33 − 5)/38, mid +.6 u, gone after 3.2 s with nothing traded.
struct Pulled {
  BookSide side = BookSide::kBid;
  DurationNs life_ns = 3'200'000'000;
  double cancel_ratio = 1, imbalance = (33.0 - 5.0) / 38.0, moved_u = .6, mid = 1.10000;
};

struct S23 : StageHarness {
  explicit S23(EngineConfig c = book_config()) : StageHarness(std::move(c)) {
    extremes(1.09800, 1.10200);
    vpin(.30);
    fz(0);
  }
  void extremes(double low, double high) {
    set(static_cast<double>(px(low)), FeatureId::kLowest, M1, 50);
    set(static_cast<double>(px(high)), FeatureId::kHighest, M1, 50);
  }
  LargeOrder order(const Pulled& p) const {
    const int away = p.side == BookSide::kBid ? 1 : -1;
    LargeOrder o;
    o.ts = now;
    o.opened_ts = now - p.life_ns;
    o.price = px(p.mid - away * .0003);
    o.mid_closed = 2 * px(p.mid);
    o.mid_opened = o.mid_closed - away * std::llround(2 * p.moved_u * 1e5);
    o.size = o.removed = 25 * kQtyScale;
    o.traded = std::llround((1 - p.cancel_ratio) * 25e8);
    o.imbalance = p.imbalance;
    o.cancel_ratio = p.cancel_ratio;
    o.side = p.side;
    return o;
  }
  /// The order goes `after` the last event: a frame of the book alone.
  const SignalsOut& gone(const Pulled& p = {}, DurationNs after = 4 * kMinute_ns) {
    advance(after);
    add(p);
    return step();
  }
  void add(const Pulled& p) { frames[0].book.large[frames[0].book.large_count++] = order(p); }
  const SignalsOut& m1(double close = 1.10000) {
    advance(kMinute_ns);
    close_bar(M1, close, close, close, close);
    return step();
  }
};

/// Signals of the second of two events, the second as given.
std::uint32_t second(const Pulled& p) {
  S23 s;
  s.gone();
  return s.gone(p).signal_count;
}

TEST(S23, ScenarioAGivesTheShortOfTheSpecification) {
  S23 s;
  EXPECT_EQ(s.gone().signal_count, 0u);
  ASSERT_EQ(s.gone({}, 4 * kMinute_ns).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kShort);
  EXPECT_EQ(g.entry_ref, px(1.10000));
  EXPECT_EQ(g.stop_loss, px(1.10220));  // the high of 50 bars and 2 u
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_EQ(g.take_profit[0], px(1.09670));
  EXPECT_EQ(g.take_profit[1], px(1.09560));
  EXPECT_DOUBLE_EQ(g.tp_r[0], 1.5);
  EXPECT_DOUBLE_EQ(g.tp_r[1], 2);
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[1], .5);
  EXPECT_EQ(g.level, 2);
  EXPECT_DOUBLE_EQ(g.quality_raw, .60);
  EXPECT_EQ(g.ts, s.now);
  EXPECT_EQ(g.time_stop_ns, 15 * kMinute_ns);
  EXPECT_EQ(g.family, SignalFamily::kMicro);
  EXPECT_NE(g.flags & signal_flag::kUsesVpin, 0);
  EXPECT_NE(g.flags & signal_flag::kTargetsInR, 0);
  EXPECT_EQ(g.flags & signal_flag::kBreakEven, 0);
  EXPECT_DOUBLE_EQ(g.criteria[0], 1.09970);
  EXPECT_EQ(g.criteria[1], 25);
  EXPECT_DOUBLE_EQ(g.criteria[2], 3.2);
  EXPECT_EQ(g.criteria[3], 1);
  EXPECT_NEAR(g.criteria[4], .7368, 5e-5);
  EXPECT_NEAR(g.criteria[5], .6, 1e-9);
  EXPECT_EQ(g.criteria[6], 2);
}

TEST(S23, ScenarioBWasTradedAndNotPulled) {
  S23 s;
  s.gone({.cancel_ratio = .20});  // 20 of 25
  EXPECT_EQ(s.gone({.cancel_ratio = .20}).signal_count, 0u);
  EXPECT_EQ(s.funnel(23).evaluations(), 2u);
  EXPECT_EQ(s.funnel(23).passed(0), 2u);
  EXPECT_EQ(s.funnel(23).passed(1), 0u);
  EXPECT_EQ(s.gone().signal_count, 0u) << "neither was an event";
}

TEST(S23, AsksAreTheMirror) {
  S23 s;
  s.gone({.side = BookSide::kAsk});
  ASSERT_EQ(s.gone({.side = BookSide::kAsk}).signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_EQ(g.stop_loss, px(1.09780));
  EXPECT_EQ(g.take_profit[1], px(1.10440));
  EXPECT_NEAR(g.criteria[5], .6, 1e-9);
}

TEST(S23, LifeCancelRatioImbalanceAndMoveAreInclusive) {
  EXPECT_EQ(second({.life_ns = 5 * kSecond_ns}), 1u);
  EXPECT_EQ(second({.life_ns = 5 * kSecond_ns + 1}), 0u);
  EXPECT_EQ(second({.life_ns = 5 * kSecond_ns - 1}), 1u);
  EXPECT_EQ(second({.cancel_ratio = .90}), 1u);
  EXPECT_EQ(second({.cancel_ratio = .90 - 1e-8}), 0u);
  EXPECT_EQ(second({.cancel_ratio = .90 + 1e-8}), 1u);
  EXPECT_EQ(second({.imbalance = .70}), 1u);
  EXPECT_EQ(second({.imbalance = .70 - 1e-8}), 0u);
  EXPECT_EQ(second({.imbalance = .70 + 1e-8}), 1u);
  EXPECT_EQ(second({.moved_u = .5}), 1u);
  EXPECT_EQ(second({.moved_u = .49999}), 0u);
  EXPECT_EQ(second({.moved_u = .50001}), 1u);
  EXPECT_EQ(second({.moved_u = -.6}), 0u) << "toward its side";
  EXPECT_EQ(second({.imbalance = -.8}), 0u) << "the book leaned to the other side";
}

TEST(S23, AnEventIsRememberedForFifteenMinutes) {
  const auto after = [](DurationNs d) {
    S23 s;
    s.gone();
    return s.gone({}, d).signal_count;
  };
  EXPECT_EQ(after(15 * kMinute_ns), 1u);
  EXPECT_EQ(after(15 * kMinute_ns + 1), 0u);
  EXPECT_EQ(after(15 * kMinute_ns - 1), 1u);
}

TEST(S23, AnEventHasTheTimeAtWhichItsOrderWentNotThatAtWhichItIsTold) {
  const auto told_late = [](DurationNs first_late, DurationNs second_late, DurationNs apart) {
    S23 s;
    const TimeNs start = s.now;
    const auto tell = [&s](DurationNs late) {
      LargeOrder& o = s.frames[0].book.large[0];
      s.add({});
      o.ts -= late;
      o.opened_ts -= late;
      return s.step().signal_count;
    };
    s.now = start + first_late;
    tell(first_late);
    s.now = start + apart + second_late;
    return tell(second_late);
  };
  EXPECT_EQ(told_late(0, kSecond_ns, 15 * kMinute_ns), 1u);
  EXPECT_EQ(told_late(0, kSecond_ns, 15 * kMinute_ns + 1), 0u);
  EXPECT_EQ(told_late(kSecond_ns, 0, 15 * kMinute_ns), 1u);
  EXPECT_EQ(told_late(kSecond_ns, 0, 15 * kMinute_ns + 1), 0u);
}

TEST(S23, TheCancellationWindowCountsWhereTheMemoryIsShorter) {
  const auto after = [](double memory, double bars, DurationNs d) {
    EngineConfig c = book_config("memory", memory);
    set_param(c, 23, "cancellation_window_bars", bars);
    S23 s(std::move(c));
    s.gone();
    return s.gone({}, d).signal_count;
  };
  const auto after_with_its_own = [](DurationNs d) {
    S23 s(book_config("memory", 1));
    s.gone();
    return s.gone({}, d).signal_count;
  };
  EXPECT_EQ(after_with_its_own(5 * kMinute_ns), 1u);
  EXPECT_EQ(after_with_its_own(5 * kMinute_ns + 1), 0u);
  EXPECT_EQ(after(1, 5, 5 * kMinute_ns), 1u);
  EXPECT_EQ(after(1, 5, 5 * kMinute_ns + 1), 0u);
  EXPECT_EQ(after(1, 1, kMinute_ns), 1u);
  EXPECT_EQ(after(1, 1, kMinute_ns + 1), 0u);
  EXPECT_EQ(after(15, 30, 30 * kMinute_ns), 1u);
  EXPECT_EQ(after(15, 30, 30 * kMinute_ns + 1), 0u);
}

TEST(S23, OnlyEventsOfTheSameSideCount) {
  S23 s;
  s.gone();
  EXPECT_EQ(s.gone({.side = BookSide::kAsk}, kMinute_ns).signal_count, 0u);
  ASSERT_EQ(s.gone({}, kMinute_ns).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
}

TEST(S23, VpinIsInclusiveAtItsThreshold) {
  const auto with = [](double v) {
    S23 s;
    s.gone();
    s.vpin(v);
    return s.gone().signal_count;
  };
  EXPECT_EQ(with(.40), 1u);
  EXPECT_EQ(with(.40 - 1e-9), 1u);
  EXPECT_EQ(with(.40 + 1e-9), 0u);
}

TEST(S23, FlowAgainstTheTradeHalvesTheSize) {
  const auto level = [](BookSide side, double flow) {
    S23 s;
    s.fz(flow);
    s.gone({.side = side});
    s.gone({.side = side});
    return static_cast<int>(s.out().signals[0].level);
  };
  EXPECT_EQ(level(BookSide::kBid, 1.5), 2);
  EXPECT_EQ(level(BookSide::kBid, 1.5 + 1e-9), 1);
  EXPECT_EQ(level(BookSide::kBid, 1.5 - 1e-9), 2);
  EXPECT_EQ(level(BookSide::kAsk, -1.5), 2);
  EXPECT_EQ(level(BookSide::kAsk, -1.5 - 1e-9), 1);
  EXPECT_EQ(level(BookSide::kAsk, 3), 2);
}

TEST(S23, QualityGrowsWithTheEventsUpToSix) {
  const auto quality = [](int events) {
    S23 s;
    s.vpin(.5);  // holds the entry back until the last
    for (int i = 1; i < events; ++i) s.gone({}, kMinute_ns);
    s.vpin(.3);
    return s.gone({}, kMinute_ns).signal_count == 1 ? s.out().signals[0].quality_raw : 0.0;
  };
  EXPECT_NEAR(quality(2), .60, 1e-12);
  EXPECT_NEAR(quality(3), .65, 1e-12);
  EXPECT_NEAR(quality(6), .80, 1e-12);
  EXPECT_NEAR(quality(7), .80, 1e-12);
  EXPECT_NEAR(quality(16), .80, 1e-12);
}

TEST(S23, MoreEventsMayBeAskedFor) {
  S23 s(book_config("min_events", 4));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(s.gone({}, kMinute_ns).signal_count, 0u);
  ASSERT_EQ(s.gone({}, kMinute_ns).signal_count, 1u);
  EXPECT_NEAR(s.out().signals[0].quality_raw, .70, 1e-12);
}

TEST(S23, TheTargetIsTheLastHalfOrAllOfIt) {
  S23 s(book_config("take_profit_r_multiple", 1.5));
  s.gone();
  ASSERT_EQ(s.gone().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].tp_count, 1);
  EXPECT_DOUBLE_EQ(s.out().signals[0].tp_fraction[0], 1);
  S23 three(book_config("take_profit_r_multiple", 3));
  three.gone();
  ASSERT_EQ(three.gone().signal_count, 1u);
  EXPECT_DOUBLE_EQ(three.out().signals[0].tp_r[1], 3);
}

TEST(S23, TheStopIsStructuralAndAtMostOnePercentAway) {
  S23 s;
  s.extremes(1.08, 1.12);
  s.gone();
  ASSERT_EQ(s.gone().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10000) + px(.011));
  S23 tight;  // the least stop of the instrument: 5 u
  tight.extremes(1.09999, 1.10001);
  tight.gone();
  ASSERT_EQ(tight.gone().signal_count, 1u);
  EXPECT_EQ(tight.out().signals[0].stop_loss, px(1.10050));
}

TEST(S23, TheEntryReferenceIsTheMidOfTheMoment) {
  S23 s;
  s.gone();
  ASSERT_EQ(s.gone({.mid = 1.100125}).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].entry_ref, px(1.100125));
}

TEST(S23, AnOrderThatIsNoEventLeavesThePatternAndItsEdgeAlone) {
  S23 s;
  s.gone();
  s.gone();
  for (int i = 0; i < 3; ++i) {
    s.gone({.cancel_ratio = .2}, 3 * kMinute_ns);
    EXPECT_EQ(s.gone({}, 3 * kMinute_ns).signal_count, 0u) << "the same pattern goes on";
  }
  EXPECT_EQ(s.funnel(23).suppressed_edge(), 3u);
  EXPECT_EQ(s.gone({}, 16 * kMinute_ns).signal_count, 0u);  // alone again: the edge is free
  EXPECT_EQ(s.gone({}, kMinute_ns).signal_count, 1u);
}

TEST(S23, AQuarterOfAnHourOfRest) {
  const auto other_side_after = [](DurationNs d) {
    S23 s;
    s.gone();
    s.gone();
    s.gone({.side = BookSide::kAsk}, d - kMinute_ns);
    return s.gone({.side = BookSide::kAsk}, kMinute_ns).signal_count;
  };
  EXPECT_EQ(other_side_after(15 * kMinute_ns - 1), 0u);
  EXPECT_EQ(other_side_after(15 * kMinute_ns), 1u);
}

TEST(S23, SeveralOrdersInOneFrameGiveOneSignal) {
  S23 s;
  s.advance(kMinute_ns);
  for (int i = 0; i < 3; ++i) s.add({});
  s.add({.side = BookSide::kAsk});
  ASSERT_EQ(s.step().signal_count, 1u);
  EXPECT_EQ(s.funnel(23).evaluations(), 4u);
  EXPECT_EQ(s.funnel(23).suppressed_edge(), 1u);
}

TEST(S23, AnEventOfTheOppositeSideInvalidatesThePosition) {
  for (const bool restart : {false, true}) {
    S23 s;
    s.restart_every_event = restart;
    s.gone();
    const Signal g = s.gone().signals[0];
    const Seq cause = s.seq;
    s.fill_entry(g, cause, px(1.09995));
    EXPECT_EQ(s.gone({}, kMinute_ns).exit_count, 0u) << "the same side";
    EXPECT_EQ(s.gone({.side = BookSide::kAsk, .cancel_ratio = .2}, kMinute_ns).exit_count, 0u) << "no event";
    EXPECT_EQ(s.m1().exit_count, 0u);
    s.advance(kMinute_ns);
    s.add({.side = BookSide::kAsk});
    s.add({.side = BookSide::kAsk});
    ASSERT_EQ(s.step().exit_count, 1u) << "once per frame";
    EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
    s.close_position(g, cause, px(1.09990));
    EXPECT_EQ(s.gone({.side = BookSide::kAsk}, kMinute_ns).exit_count, 0u);
  }
  S23 s;
  s.gone({.side = BookSide::kAsk});
  const Signal g = s.gone({.side = BookSide::kAsk}).signals[0];
  s.fill_entry(g, s.seq, px(1.10005));
  EXPECT_EQ(s.gone({.side = BookSide::kAsk}, kMinute_ns).exit_count, 0u);
  EXPECT_EQ(s.gone({}, kMinute_ns).exit_count, 1u);
}

TEST(S23, AnOpenPositionHoldsTheNextPatternBack) {
  S23 s;
  s.gone();
  const Signal g = s.gone().signals[0];
  s.fill_entry(g, s.seq, px(1.09995));
  s.gone({}, 16 * kMinute_ns);
  EXPECT_EQ(s.gone({}, kMinute_ns).signal_count, 0u);
  EXPECT_EQ(s.funnel(23).suppressed_position(), 1u);
}

TEST(S23, EventsAreRememberedWhileItsFeaturesAreNotReady) {
  for (const FeatureId id : {FeatureId::kHighest, FeatureId::kLowest, FeatureId::kVpin, FeatureId::kFlowZ, FeatureId::kSpread}) {
    S23 s;
    const int p0 = id == FeatureId::kFlowZ ? 20 : id == FeatureId::kSpread ? 0 : 50, p1 = id == FeatureId::kFlowZ ? 500 : 0;
    const FeatureValue ready = s.value(id, M1, p0, p1);
    s.value(id, M1, p0, p1) = FeatureValue::warming();
    s.gone();
    EXPECT_EQ(s.gone({}, kMinute_ns).signal_count, 0u);
    EXPECT_EQ(s.funnel(23).skipped_not_ready(), 2u);
    s.value(id, M1, p0, p1) = ready;
    ASSERT_EQ(s.gone({}, kMinute_ns).signal_count, 1u);
    EXPECT_EQ(s.out().signals[0].criteria[6], 3);
  }
}

TEST(S23, BarsAloneAreNoEvaluation) {
  S23 s;
  for (int i = 0; i < 5; ++i) s.m1();
  EXPECT_EQ(s.funnel(23).evaluations(), 0u);
  s.gone();
  s.advance(kMinute_ns);
  s.close_bar(M1, 1.1, 1.1, 1.1, 1.1);
  s.add({});  // an order goes in the event that closes the bar
  EXPECT_EQ(s.step().signal_count, 1u);
}

TEST(S23, TheThresholdIsAskedOfTheTracker) {
  StageHarness plain(book_config());
  EXPECT_LT(plain.handle(FeatureId::kLargeOrders, M1, 10), plain.keys().size());
  StageHarness s(book_config("large_order_threshold", 20));
  EXPECT_LT(s.handle(FeatureId::kLargeOrders, M1, 20), s.keys().size());
}

TEST(S23, ACheckpointRemembersTheEvents) {
  S23 s;
  s.restart_every_event = true;
  s.gone();
  EXPECT_EQ(s.gone().signal_count, 1u);
  EXPECT_EQ(s.gone().signal_count, 0u);
  EXPECT_EQ(s.funnel(23).suppressed_edge(), 1u);
}

TEST(S23, WithoutABookItIsDisabledOpenly) {
  EngineConfig c = book_config();
  c.instruments[0].capabilities &= ~capability::kL2;
  S23 s(std::move(c));
  s.gone();
  EXPECT_EQ(s.gone().signal_count, 0u);
  const auto records = s.sink.all<StrategyDisabled>();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].strategy, 23);
  EXPECT_EQ(records[0].missing, capability::kL2);
}

TEST(S23, ItsTextsSpeakOfAPattern) {
  const StrategyInfo& info = *strategy_registry()[22].info;
  for (const std::string text : {info.idea, info.formula}) {
    EXPECT_NE(text.find("pattern"), std::string::npos);
    for (const char* word : {"spoof", "manipulat", "fraud", "fake"}) EXPECT_EQ(text.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace omega::test
