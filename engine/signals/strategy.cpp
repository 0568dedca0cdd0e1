#include "engine/signals/strategy.hpp"

namespace omega {
namespace {

constexpr double kRewardRisk_default = 1.5;  // RRmin of 3.0
constexpr int kFlowWindow_bars = 20, kFlowBase_bars = 500, kVpin_buckets = 50;

}  // namespace

CommonHandles CommonHandles::request(FeatureRequests& r) {
  const auto m1 = [&](FeatureId id, int p0 = 0, int p1 = 0) { return r.request({id, Timeframe::kM1, p0, p1}); };
  const auto m15 = [&](FeatureId id) { return r.request({id, Timeframe::kM15, 0, 0}); };
  return {.fz = m1(FeatureId::kFlowZ, kFlowWindow_bars, kFlowBase_bars),
          .cvd_n = m1(FeatureId::kCvdN, kFlowWindow_bars),
          .vpin = m1(FeatureId::kVpin, kVpin_buckets),
          .spread = m1(FeatureId::kSpread),
          .spread_median = m1(FeatureId::kSpreadMedian),
          .confluence = m1(FeatureId::kConfluence),
          .label_h4 = r.request({FeatureId::kLabel, Timeframe::kH4, 0, 0}),
          .label_d1 = r.request({FeatureId::kLabel, Timeframe::kD1, 0, 0}),
          .regime_trend = m15(FeatureId::kRegimeTrend),
          .regime_range = m15(FeatureId::kRegimeRange),
          .regime_shock = m15(FeatureId::kRegimeShock)};
}

Signal& StrategyOut::signal() noexcept {
  OMEGA_REQUIRE(out_->signal_count < out_->signal_capacity, out_->signal_count, out_->signal_capacity);
  Signal& s = out_->signals[out_->signal_count];
  s = {};
  s.index = out_->signal_count++;
  return s;
}

ExitRequest& StrategyOut::exit() noexcept {
  OMEGA_REQUIRE(out_->exit_count < out_->exit_capacity, out_->exit_count, out_->exit_capacity);
  ExitRequest& e = out_->exits[out_->exit_count];
  e = {};
  e.index = out_->exit_count++;
  return e;
}

Strategy::Strategy(const StrategyInfo& info, const StrategySetup& setup)
    : info_(setup.info != nullptr ? setup.info : &info), params_(setup.params.begin(), setup.params.end()), common_(CommonHandles::request(setup.requests)) {
  OMEGA_REQUIRE(params_.size() == info.params.size(), params_.size(), info.params.size());
  OMEGA_REQUIRE(info.conditions.size() <= Funnel::kConditionsMax, info.conditions.size(), Funnel::kConditionsMax);
}

FeatureHandle Strategy::need(FeatureHandle handle) {
  OMEGA_REQUIRE(needed_count_ < needed_.size(), needed_count_, needed_.size());
  needed_[needed_count_++] = handle;
  return handle;
}

bool Strategy::ready(const FeatureFrame& frame) noexcept {
  bool all = true;
  for (std::size_t i = 0; i < needed_count_; ++i) {
    if (frame.get(needed_[i]).ready()) continue;
    funnel_.feature_not_ready(i);
    all = false;
  }
  if (!all) funnel_.not_ready();
  return all;
}

bool Strategy::admit(EntryEdge& edge, TimeNs ts, bool position_open) noexcept {
  const bool rising = !edge.held;
  edge.held = true;
  if (!rising) {
    funnel_.not_an_edge();
    return false;
  }
  if (edge.raised_before && ts - edge.last_signal_ts < info_->cooldown_ns) {
    funnel_.cooling();
    return false;
  }
  if (position_open) {
    funnel_.position_open();
    return false;
  }
  return true;
}

Signal& Strategy::raise(InstrumentId id, TimeNs ts, StrategyOut& out, Direction d, Price entry, Price stop) noexcept {
  OMEGA_ASSERT(d == kLong || d == kShort, d, info_->id);
  edge_.raised_before = true;
  edge_.last_signal_ts = ts;
  funnel_.raised();
  Signal& s = out.signal();
  s.ts = ts;
  s.entry_ref = entry;
  s.stop_loss = stop;
  s.time_stop_ns = info_->time_stop_ns;
  s.expiry_ns = duration_ns(info_->timeframe);
  s.rr_min = kRewardRisk_default;
  s.instrument = id;
  s.strategy = info_->id;
  s.family = info_->family;
  s.direction = d;
  s.timeframe = info_->timeframe;
  return s;
}

void Strategy::request_exit(InstrumentId id, TimeNs ts, StrategyOut& out, ExitReason reason, double value, double threshold) noexcept {
  ExitRequest& e = out.exit();
  e.ts = ts;
  e.value = value;
  e.threshold = threshold;
  e.instrument = id;
  e.strategy = info_->id;
  e.reason = reason;
}

}  // namespace omega
