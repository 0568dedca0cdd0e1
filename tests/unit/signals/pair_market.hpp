// What:     A signals stage with one pair whose log levels the test sets: x (leg 2) wanders, y (leg 1) is beta·x + w.
// Owner:    one per test.   Units: levels in percent of log price.
#pragma once

#include <functional>
#include <optional>

#include "engine/core/detmath.hpp"
#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {

inline EngineConfig pair_config(StrategyId id) {
  EngineConfig c = config_with({3, id}, 2);
  c.instruments[1].symbol = "GBPUSD";
  for (InstrumentConfig& i : c.instruments) i.capabilities |= capability::kMulti;
  return c;
}
inline EngineConfig pair_config(StrategyId id, const char* param, double value) {
  EngineConfig c = pair_config(id);
  set_param(c, id, param, value);
  return c;
}

struct PairMarket : StageHarness {
  PairMarket(EngineConfig c, Timeframe timeframe) : StageHarness(std::move(c)), tf(timeframe) {}

  void put(std::size_t frame, double v, FeatureId id, Timeframe on, int p0 = 0, int p1 = 0) { frames[frame].values[handle(id, on, p0, p1)] = FeatureValue::of(v); }
  double uniform() {  // STRATEGIES 5.3
    state = 1664525u * state + 1013904223u;
    return static_cast<double>(state) / 4294967296.0 - .5;
  }
  /// One close of both legs: x moves by dx, w by dw.
  const SignalsOut& close(double dx, double dw) {
    x += dx;
    w += dw;
    advance(duration_ns(tf));
    leg(0, beta * x + w);
    leg(1, x);
    ++bars;
    return step();
  }
  /// A close at which the legs stand at these levels.
  const SignalsOut& stand(double y_level, double x_level) { return close(x_level - x, y_level - beta * x_level - w); }
  /// A close at which x takes dx_span and w, drawn to 0 by `pull`, dw_span of noise.
  const SignalsOut& wander(double dx_span, double dw_span, double pull = 0, double drift = 0) {
    const double dx = uniform() * dx_span;  // in this order with every compiler
    return close(dx, drift - pull * w + uniform() * dw_span);
  }
  /// A close that leg 2 misses: the step comes with the next event.
  void close_of_leg_1_only() {
    advance(duration_ns(tf));
    leg(0, beta * x + w);
    step();
    advance(kMinute_ns);
    step();
    advance(-kMinute_ns);
  }
  void leg(std::size_t i, double level) {
    const double p = detmath::exp(level / 100) * 1.1;
    close_bar_on(frames[i], tf, {px(p), px(p * 1.0001), px(p * .9999), px(p)}, 100);
  }
  /// Both entries of the signal raised by the newest event are filled.
  void fill_both(const Signal& one, const Signal& two, Seq cause) {
    fill_entry(one, cause, one.entry_ref);
    fill_entry(two, cause, two.entry_ref);
  }

  Timeframe tf;
  double x = 0, w = 0, beta = .8;
  int bars = 0;
  std::uint32_t state = 12345;
};

}  // namespace omega::test
