// What:     F03 bulk volume classification: how much of a bar's volume was bought.
//           V^B = V·Φ(ΔP/σ), ΔP = C_t − C_{t−1} (after a GAP bar C_t − O_t), σ = sample sd of ΔP over lag(500) bars;
//           σ = 0 -> V/2. δ = V^B − V^S = 2·V^B − V.
// Units:    volume 1e-8 units. The buy volume is rounded once to 1e-8 (finer than the 2^-20 quanta of the
//           specification), so every later sum is exact.
// Warm-up:  100 bars. O(1). A bar without volume gives no classification but its ΔP still enters σ.
// Source:   Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493.
#pragma once

#include "engine/core/detmath.hpp"
#include "engine/features/rolling.hpp"
#include "engine/market/tf_bar.hpp"

namespace omega {

struct BarFlow {
  bool ready = false;
  Qty volume = 0, buy = 0;
  [[nodiscard]] Qty delta() const noexcept { return 2 * buy - volume; }
  template <class Archive> void serialize(Archive& ar) { ar(ready, volume, buy); }
};

class BulkVolumeClassifier {
 public:
  static constexpr std::size_t kWindow_bars = 500, kWarmUp_bars = 100;

  void on_bar(const TfBar& bar) noexcept {
    const bool first = !has_previous_;
    const Price change = (bar.gap() || first) ? bar.close - bar.open : bar.close - previous_close_;
    flow_ = {};
    if (bar.has_volume() && changes_.size() >= kWarmUp_bars) {
      const double sigma = changes_.sd();
      const double share = sigma > 0 ? detmath::normal_cdf(static_cast<double>(change) / sigma) : 0.5;
      flow_ = {true, bar.volume, std::llround(static_cast<double>(bar.volume) * share)};
    }
    changes_.push(change);
    previous_close_ = bar.close;
    has_previous_ = true;
  }
  [[nodiscard]] const BarFlow& flow() const noexcept { return flow_; }
  template <class Archive> void serialize(Archive& ar) { ar(changes_, flow_, previous_close_, has_previous_); }

 private:
  RollingMoments changes_{kWindow_bars};
  BarFlow flow_;
  Price previous_close_ = 0;
  bool has_previous_ = false;
};

}  // namespace omega
