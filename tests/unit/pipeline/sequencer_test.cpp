#include "engine/pipeline/sequencer.hpp"

#include <gtest/gtest.h>

#include "engine/core/civil_time.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {
namespace {

class SequencerTest : public ::testing::Test, private Downstream {
 protected:
  explicit SequencerTest(EngineConfig config = base_config()) : config_(std::move(config)), sequencer_(config_, inputs_, orders_, *this) {}

  static Bar bar(TimeNs t_open, Price close = 1'100'000'000) {
    Bar b;
    b.t_open = t_open;
    b.ts = t_open + kMinute_ns;
    b.bid_open = b.bid_high = b.bid_low = b.bid_close = close;
    b.ask_open = b.ask_high = b.ask_low = b.ask_close = close + 100'000;
    b.volume = 10 * kQtyScale;
    b.volume_kind = VolumeKind::kTicks;
    return b;
  }
  template <class T>
  void feed(const T& event) { sequencer_.on_external(InputEvent::of(event)); }
  std::vector<InputEvent> of_type(EventType t) const {
    std::vector<InputEvent> out;
    for (const InputEvent& e : published_) {
      if (e.type == t) out.push_back(e);
    }
    return out;
  }

  EngineConfig config_;
  NullSink inputs_;
  OrderQueue orders_;
  std::vector<InputEvent> published_;
  Sequencer sequencer_;

 private:
  void publish(const InputEvent& e) noexcept override { published_.push_back(e); }
  void wait_passed(TimeNs) noexcept override {}
};

const TimeNs kMonday = utc_time(2024, 1, 8, 10);

TEST_F(SequencerTest, NumbersEveryInputWithoutGapsAndNeverTurnsTimeBack) {
  for (int m = 0; m < 50; ++m) feed(bar(kMonday + m * kMinute_ns));
  feed(bar(kMonday + 10 * kMinute_ns));  // from the past
  Seq expected = 1;
  TimeNs last = 0;
  for (const InputEvent& e : published_) {
    EXPECT_EQ(e.seq, expected++);
    EXPECT_GE(e.ts(), last);
    last = e.ts();
  }
}

TEST_F(SequencerTest, TheTimerOfABoundaryComesBeforeTheBarOfThatTime) {
  feed(bar(kMonday));
  ASSERT_EQ(published_.size(), 2u);
  EXPECT_EQ(published_[0].type, EventType::kTimer);
  EXPECT_EQ(published_[0].ts(), kMonday + kMinute_ns);
  EXPECT_EQ(published_[1].type, EventType::kBar);
}

TEST_F(SequencerTest, MissingMinutesStillGetTheirTimers) {
  feed(bar(kMonday));
  feed(bar(kMonday + 7 * kMinute_ns));
  EXPECT_EQ(of_type(EventType::kTimer).size(), 8u);
}

TEST_F(SequencerTest, MidnightIsADayTimer) {
  const TimeNs before = utc_time(2024, 1, 9) - 2 * kMinute_ns;
  feed(bar(before));
  feed(bar(before + kMinute_ns));  // stamped midnight
  int days = 0;
  for (const InputEvent& e : of_type(EventType::kTimer)) days += e.as<Timer>().kind == TimerKind::kDay ? 1 : 0;
  EXPECT_EQ(days, 1);
  EXPECT_EQ(published_.back().type, EventType::kBar);
}

TEST_F(SequencerTest, AYearOfSilenceGetsDayTimersOnly) {
  feed(bar(kMonday));
  feed(bar(kMonday + 365 * kDay_ns));
  const auto timers = of_type(EventType::kTimer);
  EXPECT_LT(timers.size(), 365u + 1441u + 2u);
  std::size_t days = 0;
  for (const InputEvent& e : timers) days += e.as<Timer>().kind == TimerKind::kDay ? 1 : 0;
  EXPECT_EQ(days, 365u);
}

TEST_F(SequencerTest, ABarFromThePastIsMarkedAndKept) {
  feed(bar(kMonday + 5 * kMinute_ns));
  feed(bar(kMonday));
  const Bar& b = published_.back().as<Bar>();
  EXPECT_NE(b.flags & bar_flag::kBadOrder, 0);
  EXPECT_EQ(b.t_open, kMonday);
  EXPECT_EQ(sequencer_.guard().quarantined(), 1u);
}

TEST_F(SequencerTest, AnOrderIsFilledAtTheNextOpenAndReportedJustBeforeThatBar) {
  feed(bar(kMonday));
  OrderCommand c;
  c.action = OrderAction::kEnter;
  c.ts = kMonday + kMinute_ns;
  c.active_ts = c.ts + config_.venue.latency_ns;
  c.order_id = 1u << 8;
  c.quantity = kQtyScale / 10;
  c.direction = kLong;
  c.stop_loss = 1'090'000'000;
  c.take_profit[0] = 1'120'000'000;
  c.tp_quantity[0] = c.quantity;
  c.tp_count = 1;
  c.expiry_ts = c.ts + 5 * kMinute_ns;
  c.entry_ref = 1'100'000'000;
  ASSERT_TRUE(orders_.push({c, 1}));
  feed(bar(kMonday + kMinute_ns));
  ASSERT_GE(published_.size(), 2u);
  const InputEvent& report = published_[published_.size() - 2];
  ASSERT_EQ(report.type, EventType::kExecReport);
  EXPECT_EQ(report.as<ExecReport>().kind, ExecKind::kFilled);
  EXPECT_EQ(report.as<ExecReport>().fill_ts, c.active_ts);
  EXPECT_EQ(report.ts(), published_.back().ts());
  EXPECT_EQ(report.as<ExecReport>().price, 1'100'100'000 + 50'000);  // ask + half a pip
}

EngineConfig with_book() {
  EngineConfig config = base_config();
  config.instruments[0].capabilities = capability::kBars | capability::kL2 | capability::kTrades;
  return config;
}

/// Instrument 0 has a book.
struct BookSequencerTest : SequencerTest {
  BookSequencerTest() : SequencerTest(with_book()) { feed(snapshot(kMonday)); }

  static BookSnapshot snapshot(TimeNs ts) {
    BookSnapshot s;
    s.ts = ts;
    s.bid_levels = s.ask_levels = 1;
    s.bid_price[0] = 1'100'000'000;
    s.ask_price[0] = 1'100'100'000;
    s.bid_size[0] = s.ask_size[0] = 1'000'000 * kQtyScale;
    return s;
  }
  static BookDelta delta(TimeNs ts, Price price = 1'100'000'000) {
    return {.ts = ts, .price = price, .new_size = 900'000 * kQtyScale, .side = BookSide::kBid};
  }
  /// Acts at kMonday + latency.
  void order() {
    OrderCommand c;
    c.ts = kMonday;
    c.active_ts = c.ts + config_.venue.latency_ns;
    c.order_id = 1u << 8;
    c.quantity = kQtyScale / 10;
    c.direction = kLong;
    c.stop_loss = 1'090'000'000;
    ASSERT_TRUE(orders_.push({c, 1}));
  }
};

TEST_F(BookSequencerTest, AnOrderActsInTheFirstTickAtItsMomentAndIsReportedJustBeforeIt) {
  order();
  feed(delta(kMonday + config_.venue.latency_ns - 1));
  EXPECT_TRUE(of_type(EventType::kExecReport).empty());
  feed(delta(kMonday + config_.venue.latency_ns));
  ASSERT_EQ(of_type(EventType::kExecReport).size(), 1u);
  const InputEvent& report = published_[published_.size() - 2];
  ASSERT_EQ(report.type, EventType::kExecReport);
  EXPECT_EQ(report.ts(), published_.back().ts());
  EXPECT_EQ(report.as<ExecReport>().fill_ts, kMonday + config_.venue.latency_ns);
  EXPECT_EQ(report.as<ExecReport>().price, 1'100'100'000 + 50'000);
}

TEST_F(BookSequencerTest, AQuarantinedChangeOfTheBookHoldsOrdersBackUntilTheNextSnapshot) {
  order();
  const TimeNs active = kMonday + config_.venue.latency_ns;
  feed(delta(active, -1));
  feed(delta(active + 1));
  EXPECT_EQ(sequencer_.guard().quarantined(), 1u);
  EXPECT_TRUE(of_type(EventType::kExecReport).empty());
  feed(snapshot(active + 2));
  EXPECT_EQ(of_type(EventType::kExecReport).size(), 1u);
}

}  // namespace
}  // namespace omega::test
