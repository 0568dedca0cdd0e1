// What:     F20 Hurst exponent by rescaled range on the last N returns, with the small-sample correction
//           H = H_raw − H_AL + 0.5. Scales 5, 10, 20, 40, 80; blocks aligned to the newest return; per block Z = cumulative
//           deviations, R = max(0,Z) − min(0,Z), S = population sd, blocks with S = 0 dropped; H_raw = OLS slope of
//           ln(mean R/S) on ln n; H_AL = slope of ln E(R/S), E(R/S)_n = Γ((n−1)/2)/(√π Γ(n/2))·Σ √((n−i)/i). The ratio of the two Γ is
//           a recurrence, which is more exact than detmath::lgamma; they agree to the latter's bound.
// Units:    H about [0,1], R² [0,1].   Warm-up: N returns. GAP returns skipped.
// Cost:     a block depends on its own returns alone, so each return computes the blocks that end with it, one per scale; those that end
//           earlier are remembered, by the age of their end, and only added up: O(155 + N/2.6) per close instead of O(5 N).
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

/// values: oldest first. Pure; what Hurst must give at every close, bit for bit.
[[nodiscard]] HurstResult hurst_rescaled_range(std::span<const double> values) noexcept;
/// Expected R/S of white noise for a block of n.
[[nodiscard]] double expected_rescaled_range(int n) noexcept;

class Hurst {
 public:
  explicit Hurst(int n);
  void on_bar(const TfBar& bar) noexcept {
    const bool counts = previous_close_ != 0 && !bar.gap();
    const Price previous = previous_close_;
    previous_close_ = bar.close;
    if (!counts) return;
    returns_.push(return_quanta(previous, bar.close));
    close_blocks(returns_.back(0));
    if (returns_.full()) evaluate();
  }
  [[nodiscard]] FeatureValue value() const noexcept { return h_; }
  [[nodiscard]] FeatureValue r2() const noexcept { return r2_; }
  template <class Archive> void serialize(Archive& ar) {
    ar(returns_, previous_close_, h_, r2_);
    if constexpr (Archive::kLoading) rebuild_blocks();
  }

 private:
  static constexpr std::size_t kLongest = kHurstScales.back();
  using Blocks = std::array<Window<double>, kHurstScales.size()>;
  void close_blocks(std::int64_t newest) noexcept;
  void rebuild_blocks() noexcept;
  void evaluate() noexcept;

  Window<std::int64_t> returns_;
  Price previous_close_ = 0;
  FeatureValue h_, r2_;
  // ---- follow from returns_
  std::array<double, 2 * kLongest> recent_{};  // the newest returns twice over, so that any block is one span
  std::size_t recent_next_ = 0, recent_count_ = 0;
  Blocks blocks_;  // per scale: R/S of the block that ends at each return; −1: it is flat
};

}  // namespace omega
