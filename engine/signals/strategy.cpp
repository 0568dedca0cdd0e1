#include "engine/signals/strategy.hpp"

#include <algorithm>

namespace omega {
namespace {

constexpr double kStopBeyond_u = 2.0, kStopSpreads_min = 3.0, kRewardRisk_default = 1.5;

}  // namespace

CommonHandles CommonHandles::request(FeatureRequests& r) {
  const auto m1 = [&](FeatureId id, int p0 = 0, int p1 = 0) { return r.request({id, Timeframe::kM1, p0, p1}); };
  const auto m15 = [&](FeatureId id) { return r.request({id, Timeframe::kM15, 0, 0}); };
  return {.fz = m1(FeatureId::kFlowZ, 20, 500),
          .cvd_n = m1(FeatureId::kCvdN, 20),
          .vpin = m1(FeatureId::kVpin, 50),
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
  OMEGA_ASSERT(out_->signal_count < out_->signal_capacity, out_->signal_count, out_->signal_capacity);
  Signal& s = out_->signals[out_->signal_count];
  s = {};
  s.index = out_->signal_count++;
  return s;
}

ExitRequest& StrategyOut::exit() noexcept {
  OMEGA_ASSERT(out_->exit_count < out_->exit_capacity, out_->exit_count, out_->exit_capacity);
  ExitRequest& e = out_->exits[out_->exit_count];
  e = {};
  e.index = out_->exit_count++;
  return e;
}

bool Strategy::admit(TimeNs ts) noexcept {
  const bool edge = !held_;
  held_ = true;
  if (!edge) {
    funnel_.not_an_edge();
    return false;
  }
  if (last_signal_ts_ != 0 && ts - last_signal_ts_ < info_->cooldown_ns) {
    funnel_.cooling();
    return false;
  }
  return true;
}

Signal& Strategy::raise(const StrategyContext& c, StrategyOut& out, Direction d, Price entry, Price stop) noexcept {
  last_signal_ts_ = c.ts;
  funnel_.raised();
  Signal& s = out.signal();
  s.ts = c.ts;
  s.entry_ref = entry;
  s.stop_loss = stop;
  s.time_stop_ns = info_->time_stop_ns;
  s.expiry_ns = duration_ns(info_->timeframe);
  s.rr_min = kRewardRisk_default;
  s.instrument = c.id;
  s.strategy = info_->id;
  s.family = info_->family;
  s.direction = d;
  s.timeframe = info_->timeframe;
  return s;
}

void Strategy::request_exit(const StrategyContext& c, StrategyOut& out, ExitReason reason, double value, double threshold) noexcept {
  ExitRequest& e = out.exit();
  e.ts = c.ts;
  e.value = value;
  e.threshold = threshold;
  e.instrument = c.id;
  e.strategy = info_->id;
  e.reason = reason;
}

Price structural_stop(const InstrumentConfig& instrument, Direction d, Price entry, Price extreme, Price spread,
                      double fraction) noexcept {
  const Price beyond = extreme - d * units(kStopBeyond_u, instrument);
  const Price low = std::max(units(instrument.min_stop_u, instrument),
                             static_cast<Price>(std::llround(kStopSpreads_min * static_cast<double>(spread))));
  const Price high = std::llround(fraction * static_cast<double>(entry));
  const Price distance = std::min(std::max(d * (entry - beyond), low), high);  // the cap wins over the floor
  return entry - d * distance;
}

void targets_in_r(Signal& s, std::span<const std::pair<double, double>> r_and_share) noexcept {
  const auto risk = static_cast<double>(s.direction * (s.entry_ref - s.stop_loss));
  s.tp_count = 0;
  for (const auto& [r, share] : r_and_share) {
    s.take_profit[s.tp_count] = s.entry_ref + s.direction * std::llround(r * risk);
    s.tp_r[s.tp_count] = r;
    s.tp_fraction[s.tp_count] = share;
    ++s.tp_count;
  }
  s.flags |= signal_flag::kTargetsInR;
}

void standard_targets(Signal& s, double final_r) noexcept {
  std::array<std::pair<double, double>, 3> list{};
  std::size_t n = 0;
  double rest = 1.0;
  for (const auto& [r, share] : {std::pair{1.5, 0.5}, std::pair{2.5, 0.3}}) {
    if (r >= final_r) continue;
    list[n++] = {r, share};
    rest -= share;
  }
  list[n++] = {final_r, rest};
  targets_in_r(s, {list.data(), n});
  s.flags |= signal_flag::kBreakEven | signal_flag::kTrailM15;
}

}  // namespace omega
