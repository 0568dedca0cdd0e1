// What:     Frames for the level book from M1 bars: H4 and D1 bars closed inside the last minute of their period.
#pragma once

#include "calc_fixture.hpp"

namespace omega::test {

class LevelFrames {
 public:
  FeatureFrame next(const TfBar& m1) {
    FeatureFrame f;
    f.ts = m1.t_close;
    set(f, Timeframe::kM1, m1);
    add(h4_, m1);
    add(d1_, m1);
    if (m1.t_close % (4 * kHour_ns) == 0) set(f, Timeframe::kH4, take(h4_, m1));
    if (m1.t_close % kDay_ns == 0) set(f, Timeframe::kD1, take(d1_, m1));
    return f;
  }
  static void set(FeatureFrame& f, Timeframe tf, const TfBar& bar) {
    f.closed_mask = static_cast<std::uint8_t>(f.closed_mask | 1u << static_cast<unsigned>(tf));
    f.bars[static_cast<std::size_t>(tf)] = bar;
  }

 private:
  static void add(TfBar& whole, const TfBar& m1) {
    if (whole.n_m1 == 0) whole = m1;
    whole.high = std::max(whole.high, m1.high);
    whole.low = std::min(whole.low, m1.low);
    whole.close = m1.close;
    whole.n_m1 = 1;
  }
  static TfBar take(TfBar& whole, const TfBar& m1) {
    TfBar done = whole;
    done.t_close = m1.t_close;
    whole = {};
    return done;
  }
  TfBar h4_, d1_;
};

}  // namespace omega::test
