// What:     The generator of the numeric fixtures (STRATEGIES 5.3): s ← 1664525·s + 1013904223 mod 2³², u = s/2³², s₀ = 12345.
#pragma once

#include <cstdint>

#include "engine/market/tf_bar.hpp"

namespace omega::test {

class Lcg {
 public:
  double next() noexcept {
    s_ = 1664525u * s_ + 1013904223u;
    return s_ / 4294967296.0;
  }

 private:
  std::uint32_t s_ = 12345;
};

inline TfBar bar_at(int i, double open, double high, double low, double close, Timeframe tf = Timeframe::kM15) {
  const auto price = [](double p) { return static_cast<Price>(p * 1e9 + (p < 0 ? -.5 : .5)); };
  TfBar b;
  b.t_open = i * duration_ns(tf);
  b.t_close = b.t_open + duration_ns(tf);
  b.open = price(open);
  b.high = price(high);
  b.low = price(low);
  b.close = price(close);
  b.n_m1 = 1;
  return b;
}

}  // namespace omega::test
