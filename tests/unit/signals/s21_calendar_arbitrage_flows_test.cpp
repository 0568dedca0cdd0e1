#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M15 = Timeframe::kM15;

EngineConfig calendar_config(std::initializer_list<std::pair<const char*, double>> params = {}) {
  EngineConfig c = config_with({3, 21});
  c.instruments[0].capabilities |= capability::kCalendarHolidays;
  for (const CivilDate d : {CivilDate{2025, 1, 1}, {2025, 4, 18}, {2025, 12, 25}}) c.holidays.push_back(days_from_civil(d.year, d.month, d.day));
  for (const auto& [name, value] : params) set_param(c, 21, name, value);
  return c;
}

/// Scenario A of S21: every injected value, at 10:15 on the given day.
struct S21 : StageHarness {
  explicit S21(CivilDate day = {2025, 9, 17}, int hour = 10, EngineConfig c = calendar_config()) : StageHarness(std::move(c)) {
    at(day, hour);
    vr(2.0);
    vmr(1.3);
    fz(2.2);
    cvd(.35);
    vpin(.28);
    set(static_cast<double>(px(1.10000)), FeatureId::kCloseLag, M15, 4);
    set(static_cast<double>(px(1.09500)), FeatureId::kLowest, M15, 50);
    set(static_cast<double>(px(1.10500)), FeatureId::kHighest, M15, 50);
  }
  void at(CivilDate d, int hour, int minute = 0) { now = utc_time(d.year, d.month, d.day, hour, minute); }
  void vr(double v) { set(v, FeatureId::kVolumeRatio, M15, 20); }
  void vmr(double v) { set(v, FeatureId::kVolumeMeanRatio, M15, 5, 15); }
  const SignalsOut& m15(double close = 1.10154, double volume = 100) {  // +.14 %
    advance(15 * kMinute_ns);
    close_bar(M15, close, close, close, close, volume);
    return step();
  }
};

template <class Change>
std::uint32_t signals_after(Change&& change, EngineConfig c = calendar_config()) {
  S21 s({2025, 9, 17}, 10, std::move(c));
  change(s);
  return s.m15().signal_count;
}

TEST(S21, ScenarioAGivesTheLongOfTheSpecification) {
  S21 s;
  ASSERT_EQ(s.m15().signal_count, 1u);
  const Signal& g = s.out().signals[0];
  EXPECT_EQ(g.direction, kLong);
  EXPECT_NEAR(g.score, 3.8164, 5e-5);
  EXPECT_EQ(g.level, 2);
  EXPECT_EQ(g.entry_ref, px(1.10154));
  EXPECT_EQ(g.stop_loss, px(1.09480));
  ASSERT_EQ(g.tp_count, 2);
  EXPECT_DOUBLE_EQ(g.tp_r[0], 1.5);
  EXPECT_DOUBLE_EQ(g.tp_fraction[0], .5);
  EXPECT_DOUBLE_EQ(g.tp_r[1], 2.2);
  EXPECT_EQ(g.time_stop_ns, 8 * kHour_ns);
  EXPECT_EQ(g.criteria[0], 2);
  EXPECT_EQ(g.criteria[7], 2);
  EXPECT_DOUBLE_EQ(g.str, .7) << "levels say nothing about an event";
  EXPECT_EQ(g.family, SignalFamily::kEvent);
}

TEST(S21, ScenarioBIsThreeBusinessDaysAway) {
  S21 s({2025, 9, 16});
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(21).evaluations(), 1u);
  EXPECT_EQ(s.funnel(21).passed(0), 0u);
}

TEST(S21, WindowsAreThoseOfTheCalendar) {
  const auto kind = [](CivilDate day, EngineConfig c = calendar_config()) {
    S21 s(day, 10, std::move(c));
    return s.m15().signal_count == 1 ? static_cast<int>(s.out().signals[0].criteria[0]) : 0;
  };
  EXPECT_EQ(kind({2025, 9, 18}), 2);
  EXPECT_EQ(kind({2025, 9, 19}), 2) << "the expiry day itself";
  EXPECT_EQ(kind({2025, 9, 22}), 0);
  EXPECT_EQ(kind({2025, 9, 20}), 0) << "a Saturday";
  EXPECT_EQ(kind({2025, 9, 25}), 0);
  EXPECT_EQ(kind({2025, 9, 26}), 1);
  EXPECT_EQ(kind({2025, 9, 29}), 1);
  EXPECT_EQ(kind({2025, 9, 30}), 1);
  EXPECT_EQ(kind({2025, 10, 29}), 0);
  EXPECT_EQ(kind({2025, 10, 30}), 3);
  EXPECT_EQ(kind({2025, 10, 31}), 3);
  EXPECT_EQ(kind({2025, 4, 15}), 2) << "Good Friday moves the expiry to the 17th";
  EXPECT_EQ(kind({2025, 4, 14}), 0);
  EXPECT_EQ(kind({2025, 4, 18}), 0);
  EXPECT_EQ(kind({2025, 9, 16}, calendar_config({{"opex_anticipation_days", 3}})), 2);
  EXPECT_EQ(kind({2025, 9, 18}, calendar_config({{"opex_anticipation_days", 0}})), 0);
  EXPECT_EQ(kind({2025, 9, 26}, calendar_config({{"quarter_end_window_days", 2}})), 0);
  EXPECT_EQ(kind({2025, 9, 18}, calendar_config({{"quarter_end_window_days", 10}})), 1) << "the quarter comes before the expiry";
  EXPECT_EQ(kind({2025, 10, 30}, calendar_config({{"month_end_window_days", 1}})), 0);
}

TEST(S21, TheHoursAreSevenToTwentyHalfOpen) {
  const auto closes_at = [](int hour, int minute) {
    S21 s;
    s.at({2025, 9, 17}, hour, minute);
    s.now -= 15 * kMinute_ns;
    return s.m15().signal_count;
  };
  EXPECT_EQ(closes_at(6, 45), 0u);
  EXPECT_EQ(closes_at(7, 0), 1u);
  EXPECT_EQ(closes_at(19, 45), 1u);
  EXPECT_EQ(closes_at(20, 0), 0u);
}

TEST(S21, OneSignalPerWindow) {
  S21 s;
  ASSERT_EQ(s.m15().signal_count, 1u);
  s.vr(1);
  s.m15();
  s.vr(2);
  EXPECT_EQ(s.m15().signal_count, 0u);
  s.at({2025, 9, 19}, 15);
  s.vr(1);
  s.m15();
  s.vr(2);
  EXPECT_EQ(s.m15().signal_count, 0u) << "still the same expiry";
  s.at({2025, 9, 29}, 15);
  s.vr(1);
  s.m15();
  s.vr(2);
  EXPECT_EQ(s.m15().signal_count, 1u);
}

TEST(S21, TheVolumeBurstIsInclusiveAndNeedsVolume) {
  EXPECT_EQ(signals_after([](S21& s) { s.vr(1.8); }), 1u);
  EXPECT_EQ(signals_after([](S21& s) { s.vr(1.8 - 1e-9); }), 0u);
  EXPECT_EQ(signals_after([](S21& s) { s.vr(1.8 + 1e-9); }), 1u);
  S21 s;
  EXPECT_EQ(s.m15(1.10154, 0).signal_count, 0u);
}

TEST(S21, FlowAndDeltaMustAgree) {
  const EngineConfig c = calendar_config({{"min_confirmation_score", 2.5}});
  EXPECT_EQ(signals_after([](S21& s) { s.cvd(1e-12); }, c), 1u);
  EXPECT_EQ(signals_after([](S21& s) { s.cvd(0); }, c), 0u);
  EXPECT_EQ(signals_after([](S21& s) { s.cvd(-1e-12); }, c), 0u);
  S21 s;
  s.fz(-2.5);
  s.cvd(-.55);
  ASSERT_EQ(s.m15(1.09846).signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].direction, kShort);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10520));
}

TEST(S21, TheScoreIsInclusiveAndEachTermSaturatesWhereItSays) {
  const auto score = [](auto&& change) {
    S21 s({2025, 9, 17}, 10, calendar_config({{"min_confirmation_score", 2.5}}));
    change(s);
    return s.m15().signal_count == 1 ? s.out().signals[0].score : 0.0;
  };
  const double base = .88 + .35 / .55 + 1 + .6 + .7;
  EXPECT_NEAR(score([](S21&) {}), base, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.fz(2.5); }), base + .12, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.cvd(.55); }), base + .2 / .55, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.vpin(.40); }), base - .5, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.vmr(1.5); }), base + .4, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.vmr(1.0); }), base - .6, 1e-9);
  EXPECT_NEAR(score([](S21& s) { s.set(static_cast<double>(px(1.10154 / 1.002)), FeatureId::kCloseLag, M15, 4); }), base + .3, 1e-6);
  const auto with_cvd = [](double cvd) { return signals_after([cvd](S21& s) { s.cvd(cvd); }); };
  const double at = .55 * (3.5 - (.88 + 1 + .6 + .7));  // 3.5 in all
  EXPECT_EQ(with_cvd(at), 1u);
  EXPECT_EQ(with_cvd(at - 1e-8), 0u);
  EXPECT_EQ(with_cvd(at + 1e-8), 1u);
}

TEST(S21, TheSizeIsThreeFromFourOnButTwoAtMonthEnd) {
  const auto level = [](CivilDate day, double cvd) {
    S21 s(day);
    s.cvd(cvd);
    return s.m15().signal_count == 1 ? static_cast<int>(s.out().signals[0].level) : 0;
  };
  const double at = .55 * (4 - (.88 + 1 + .6 + .7));
  EXPECT_EQ(level({2025, 9, 17}, at), 3);
  EXPECT_EQ(level({2025, 9, 17}, at - 1e-8), 2);
  EXPECT_EQ(level({2025, 9, 30}, at), 3);
  EXPECT_EQ(level({2025, 10, 31}, .55), 2);
}

TEST(S21, TheWindowEndsAtTwentyTwoOnItsLastDay) {
  const auto time_stop = [](CivilDate day, int hour) {
    S21 s(day, hour);
    return s.m15().signal_count == 1 ? s.out().signals[0].time_stop_ns : 0;
  };
  EXPECT_EQ(time_stop({2025, 9, 19}, 18), 22 * kHour_ns - 18 * kHour_ns - 15 * kMinute_ns);
  EXPECT_EQ(time_stop({2025, 9, 18}, 18), 8 * kHour_ns);
  EXPECT_EQ(time_stop({2025, 9, 30}, 18), 3 * kHour_ns + 45 * kMinute_ns);
  EXPECT_EQ(time_stop({2025, 9, 19}, 13), 8 * kHour_ns);
}

TEST(S21, FlowThatTurnsInvalidatesThePosition) {
  S21 s;
  const Signal g = s.m15().signals[0];
  s.fill_entry(g, s.seq, px(1.1016));
  s.fz(-2.5 + 1e-9);
  EXPECT_EQ(s.m15().exit_count, 0u);
  s.fz(-2.5);
  ASSERT_EQ(s.m15().exit_count, 1u);
  EXPECT_EQ(s.out().exits[0].reason, ExitReason::kInvalidation);
}

TEST(S21, OutsideTheYearsOfTheListNothingIsEvaluated) {
  S21 s({2026, 1, 30});
  EXPECT_EQ(s.m15().signal_count, 0u);
  EXPECT_EQ(s.funnel(21).evaluations(), 0u);
}

TEST(S21, ACheckpointRemembersTheUsedWindow) {
  S21 s;
  s.restart_every_event = true;
  ASSERT_EQ(s.m15().signal_count, 1u);
  s.vr(1);
  s.m15();
  s.vr(2);
  EXPECT_EQ(s.m15().signal_count, 0u);
}

TEST(S21, TheStopIsNeverFurtherThanItsShareOfThePrice) {
  S21 s;
  s.set(static_cast<double>(px(1.00000)), FeatureId::kLowest, M15, 50);
  ASSERT_EQ(s.m15().signal_count, 1u);
  EXPECT_EQ(s.out().signals[0].stop_loss, px(1.10154) - std::llround(.01 * 1.10154e9));
}

}  // namespace
}  // namespace omega::test
