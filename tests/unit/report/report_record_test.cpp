// Every signal ends with exactly one reason code, whatever the lanes hold.
#include "replay/report_record.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "engine/core/civil_time.hpp"

namespace omega::replay {
namespace {

EngineConfig config_of(std::size_t instruments) {
  EngineConfig c;
  c.instruments.resize(instruments);
  for (StrategyId id = 1; id <= 24; ++id) c.strategies.push_back({.id = id, .name = "s" + std::to_string(id), .params = {}, .plugin = {}});
  return c;
}

template <class T>
void feed(RunRecord& record, Lane lane, Seq seq, const T& event) {
  record.on(lane, EventTypeOf<T>::value, seq, &event);
}

Signal signal_of(StrategyId strategy, std::uint32_t index) {
  Signal s;
  s.strategy = strategy;
  s.index = index;
  return s;
}

RiskDecision decision_of(StrategyId strategy, std::uint32_t index, ReasonCode code) {
  RiskDecision d;
  d.strategy = strategy;
  d.signal_index = index;
  d.code = code;
  return d;
}

SignalOutcome outcome_of(StrategyId strategy, Seq seq, std::uint32_t index, ReasonCode code) {
  SignalOutcome o;
  o.strategy = strategy;
  o.signal_seq = seq;
  o.order_id = seq << 8 | index;
  o.code = code;
  return o;
}

std::uint64_t reasons(const RunRecord& r, StrategyId strategy, ReasonCode code) {
  return r.strategies[strategy - 1u].reasons[static_cast<std::size_t>(code)];
}

TEST(RunRecord, EverySignalEndsWithExactlyOneCode) {
  RunRecord r(config_of(1));
  for (std::uint32_t i = 0; i < 5; ++i) feed(r, Lane::kSignals, 10, signal_of(2, i));
  feed(r, Lane::kSignals, 11, signal_of(4, 0));
  feed(r, Lane::kRisk, 10, decision_of(2, 0, ReasonCode::kSession));
  feed(r, Lane::kRisk, 10, decision_of(2, 1, ReasonCode::kApproved));
  feed(r, Lane::kRisk, 10, decision_of(2, 2, ReasonCode::kApproved));
  feed(r, Lane::kRisk, 10, decision_of(2, 3, ReasonCode::kApproved));
  feed(r, Lane::kRisk, 11, decision_of(4, 0, ReasonCode::kArbLost));
  feed(r, Lane::kOrders, 12, outcome_of(2, 10, 1, ReasonCode::kFilled));
  feed(r, Lane::kOrders, 12, outcome_of(2, 10, 1, ReasonCode::kFilled));  // a repeated outcome counts once
  feed(r, Lane::kOrders, 13, outcome_of(2, 10, 2, ReasonCode::kStale));
  r.finish();
  EXPECT_EQ(r.signals, 6u);
  EXPECT_EQ(r.filled, 1u);
  EXPECT_EQ(reasons(r, 2, ReasonCode::kSession), 1u);
  EXPECT_EQ(reasons(r, 2, ReasonCode::kFilled), 1u);
  EXPECT_EQ(reasons(r, 2, ReasonCode::kStale), 1u);
  EXPECT_EQ(reasons(r, 2, ReasonCode::kApproved), 1u) << "approved, on its way at the end";
  EXPECT_EQ(reasons(r, 2, ReasonCode::kNone), 1u) << "never decided: a bug that must show";
  EXPECT_EQ(reasons(r, 4, ReasonCode::kArbLost), 1u);
  for (const StrategyRecord& s : r.strategies) {
    EXPECT_EQ(std::accumulate(s.reasons.begin(), s.reasons.end(), std::uint64_t{0}), s.signals);
  }
}

TEST(RunRecord, CountsTripsPerLayerAndEntriesOnly) {
  RunRecord r(config_of(1));
  KillSwitchEvent trip;
  trip.layer = KillSwitchLayer::kStrategy;
  feed(r, Lane::kRisk, 1, trip);
  trip.action = KillSwitchAction::kExpire;
  feed(r, Lane::kRisk, 2, trip);
  OrderCommand order;
  feed(r, Lane::kOrders, 3, order);
  order.action = OrderAction::kModifyStop;
  feed(r, Lane::kOrders, 4, order);
  EXPECT_EQ(r.activations[2], 1u);
  EXPECT_EQ(r.entries, 1u);
}

TEST(RunRecord, CountsBarsGapsAndQuarantineAndSeesMarketDays) {
  RunRecord r(config_of(2));
  Bar bar;
  bar.volume_kind = VolumeKind::kTicks;
  bar.volume = 5;
  const auto at = [&](TimeNs open, std::uint16_t flags) {
    bar.t_open = open;
    bar.ts = open + kMinute_ns;
    bar.flags = flags;
    feed(r, Lane::kInputs, 1, bar);
  };
  const TimeNs monday = utc_time(2018, 1, 1, 22);
  at(monday, 0);
  at(monday + 2 * kHour_ns + kMinute_ns, 0);           // exactly 2 h without a bar: no gap
  at(monday + 4 * kHour_ns + 3 * kMinute_ns, 0);       // one minute more: a gap
  at(monday + 5 * kHour_ns, bar_flag::kBadCrossed | bar_flag::kBadJump);
  bar.volume = 0;
  at(utc_time(2018, 1, 1, 23, 59) + 3 * kDay_ns, 0);     // its day is the day it opens in
  const InputQuality& q = r.quality[0];
  EXPECT_EQ(q.bars, 5u);
  EXPECT_EQ(q.quarantined, 1u);
  EXPECT_EQ(q.by_flag[2], 1u);
  EXPECT_EQ(q.by_flag[5], 1u);
  EXPECT_EQ(q.gaps, 2u);
  EXPECT_EQ(q.without_volume, 1u);
  EXPECT_EQ(q.first_ts, monday + kMinute_ns);
  const std::int64_t first = days_from_civil(2018, 1, 1);
  EXPECT_EQ(r.market_days, (std::vector<std::int64_t>{first, first + 1, first + 3}));
  EXPECT_EQ(r.quality[1].bars, 0u);
}

}  // namespace
}  // namespace omega::replay
