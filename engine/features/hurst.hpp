// What:     F20 Hurst exponent by rescaled range on the last N returns, with the small-sample correction
//           H = H_raw − H_AL + 0.5. Scales 5, 10, 20, 40, 80; blocks aligned to the newest return; per block Z = cumulative
//           deviations, R = max(0,Z) − min(0,Z), S = population sd, blocks with S = 0 dropped; H_raw = OLS slope of
//           ln(mean R/S) on ln n; H_AL = slope of ln E(R/S), E(R/S)_n = Γ((n−1)/2)/(√π Γ(n/2))·Σ √((n−i)/i).
// Units:    H about [0,1], R² [0,1].   Warm-up: N returns; O(N) per close of the timeframe. GAP returns skipped.
// Source:   Hurst (1951); Mandelbrot & Wallis (1969); Anis & Lloyd (1976) Biometrika 63(1):111-116.
#pragma once

#include <array>
#include <span>

#include "engine/features/returns.hpp"

namespace omega {

struct HurstResult {
  bool ok = false;
  double raw = 0, corrected = 0, r2 = 0;
  std::array<double, 5> mean_rs{};
};
inline constexpr std::array<int, 5> kHurstScales{5, 10, 20, 40, 80};

/// values: oldest first. Pure.
[[nodiscard]] HurstResult hurst_rescaled_range(std::span<const double> values) noexcept;
/// Expected R/S of white noise for a block of n.
[[nodiscard]] double expected_rescaled_range(int n) noexcept;

class Hurst {
 public:
  explicit Hurst(int n) : returns_(static_cast<std::size_t>(n)), scratch_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (previous_close_ != 0 && !bar.gap()) returns_.push(return_quanta(previous_close_, bar.close));
    previous_close_ = bar.close;
    if (!returns_.full()) return;
    for (std::size_t i = 0; i < scratch_.size(); ++i) {
      scratch_[i] = static_cast<double>(returns_.back(scratch_.size() - 1 - i)) / kReturnScale;
    }
    const HurstResult r = hurst_rescaled_range(scratch_);
    h_ = r.ok ? FeatureValue::of(r.corrected) : FeatureValue::invalid();
    r2_ = r.ok ? FeatureValue::of(r.r2) : FeatureValue::invalid();
  }
  [[nodiscard]] FeatureValue value() const noexcept { return h_; }
  [[nodiscard]] FeatureValue r2() const noexcept { return r2_; }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, previous_close_, h_, r2_); }

 private:
  Window<std::int64_t> returns_;
  std::vector<double> scratch_;  // working space, not state
  Price previous_close_ = 0;
  FeatureValue h_, r2_;
};

}  // namespace omega
