// What:     Bars for the feature tests: by hand and at random from a seed.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "engine/core/archive.hpp"
#include "engine/core/civil_time.hpp"
#include "engine/features/frame.hpp"

namespace omega::test {

inline constexpr TimeNs kMonday = utc_time(2025, 1, 13);

/// A one-minute bar whose body is [open, close].
inline TfBar tf_bar(TimeNs t_open, Price open, Price close, Qty volume) {
  TfBar b;
  b.t_open = t_open;
  b.t_close = t_open + kMinute_ns;
  b.open = open;
  b.close = close;
  b.high = std::max(open, close);
  b.low = std::min(open, close);
  b.bid_close = close - 5;
  b.ask_close = close + 5;
  b.volume = volume;
  b.n_m1 = 1;
  b.volume_kind = volume > 0 ? VolumeKind::kTicks : VolumeKind::kNone;
  if (volume == 0) b.flags |= tf_flag::kNoVolume;
  return b;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// 0 .. n-1
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n)); }
  bool one_in(std::int64_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// Random walk around 1.1 in price units of 1e-9; some bars without volume, some gaps.
inline std::vector<TfBar> random_tf_bars(std::uint64_t seed, int count) {
  Random random(seed);
  std::vector<TfBar> bars;
  TimeNs t = kMonday + random.below(1'440) * kMinute_ns;
  Price price = 1'100'000'000;
  for (int i = 0; i < count; ++i) {
    const Price close = price + (random.below(41) - 20) * 10'000;
    TfBar b = tf_bar(t, price + (random.below(5) - 2) * 10'000, close,
                     random.one_in(6) ? 0 : (1 + random.below(900)) * kQtyScale);
    b.high += random.below(9) * 10'000;
    b.low -= random.below(9) * 10'000;
    b.ask_close += random.below(20) * 1'000;
    if (i > 0 && random.one_in(200)) {
      b.flags |= tf_flag::kGap;
      b.t_open += 3 * kHour_ns;
      b.t_close += 3 * kHour_ns;
    }
    t = b.t_close;
    price = close;
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

/// Equal as results: same state, and the same bits when READY.
inline bool same(const FeatureValue& a, const FeatureValue& b) {
  return a.state == b.state && (!a.ready() || std::memcmp(&a.value, &b.value, sizeof a.value) == 0);
}

inline double naive_mean(const std::vector<double>& x) {
  long double sum = 0;
  for (const double v : x) sum += v;
  return static_cast<double>(sum / static_cast<long double>(x.size()));
}
inline double naive_sd(const std::vector<double>& x) {
  const long double mean = naive_mean(x);
  long double sum = 0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return static_cast<double>(std::sqrt(sum / static_cast<long double>(x.size() - 1)));
}
/// The n items before item i.
inline std::vector<double> lag(const std::vector<double>& x, std::size_t i, std::size_t n) {
  return {x.begin() + static_cast<long>(i - n), x.begin() + static_cast<long>(i)};
}

}  // namespace omega::test
