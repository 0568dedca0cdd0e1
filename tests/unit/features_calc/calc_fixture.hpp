// What:     The generator of STRATEGIES 5.3, bars from highs and lows, mirrored bars, and seeded random walks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <random>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/features/frame.hpp"

namespace omega::test {

/// s <- (1664525 s + 1013904223) mod 2^32, u = s/2^32, from s = 12345.
class Lcg {
 public:
  double operator()() noexcept {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<double>(state_) / 4294967296.0;
  }

 private:
  std::uint32_t state_ = 12345;
};

inline TfBar bar_of(int index, Price high, Price low, Price close, DurationNs length = kMinute_ns) {
  TfBar b;
  b.t_open = index * length;
  b.t_close = b.t_open + length;
  b.high = high;
  b.low = low;
  b.open = b.close = close;
  return b;
}

/// p -> 2·centre − p.
inline TfBar mirrored(const TfBar& b, Price centre) {
  TfBar m = b;
  m.open = 2 * centre - b.open;
  m.close = 2 * centre - b.close;
  m.high = 2 * centre - b.low;
  m.low = 2 * centre - b.high;
  return m;
}

/// The seed is printed, so a failure can be run again.
inline std::mt19937_64 seeded(std::uint64_t seed) {
  std::cout << "seed " << seed << '\n';
  return std::mt19937_64(seed);
}

inline std::int64_t below(std::mt19937_64& random, std::int64_t n) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
}

/// A walk around 1.1 in steps of 1e-5, with gaps and with equal highs and lows now and then.
inline std::vector<TfBar> random_walk(std::mt19937_64& random, int count, DurationNs length = kMinute_ns) {
  constexpr Price kTick = 10'000;
  std::vector<TfBar> bars;
  Price close = 1'100'000'000;
  for (int i = 0; i < count; ++i) {
    const Price open = close;
    close += (below(random, 21) - 10) * kTick;
    TfBar b = bar_of(i, std::max(open, close) + below(random, 4) * kTick, std::min(open, close) - below(random, 4) * kTick, close, length);
    b.open = open;
    if (below(random, 60) == 0) b.flags |= tf_flag::kGap;
    bars.push_back(b);
  }
  return bars;
}

template <class T>
std::vector<std::uint8_t> saved(const T& value) {
  StateWriter writer;
  writer(value);
  return writer.bytes();
}

}  // namespace omega::test
