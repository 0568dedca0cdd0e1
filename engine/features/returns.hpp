// What:     F11 simple returns of one timeframe: realised volatility and sample standard deviation of the last w.
// Owner:    feature set.   Threads: one.
// Formula:  r = (C_t − C_{t−1})/C_{t−1}, one IEEE division, rounded once to 2^-40; RV_w = sqrt(Σ_w r²); σ_w with ddof 1.
//           The return of a GAP bar is skipped; the next return starts from that bar's close.
// Units:    fraction.   Ready: w returns.
// Source:   Andersen, Bollerslev, Diebold, Labys (2003) Econometrica 71(2):579-625.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

inline constexpr double kReturnScale = static_cast<double>(std::int64_t{1} << 40);

/// r in 2^-40 quanta; bounded to ±2^10 so that a price series fresh out of a fuzzer stays defined.
[[nodiscard]] inline std::int64_t return_quanta(Price previous, Price current) noexcept {
  const double r = static_cast<double>(current - previous) / static_cast<double>(previous);
  return std::llround(std::clamp(r, -1024.0, 1024.0) * kReturnScale);
}

class ReturnWindow {
 public:
  explicit ReturnWindow(int w) : returns_(static_cast<std::size_t>(w)) {}

  void on_bar(const TfBar& bar) noexcept {
    if (previous_close_ != 0 && !bar.gap()) returns_.push(return_quanta(previous_close_, bar.close));
    previous_close_ = bar.close;
  }
  [[nodiscard]] FeatureValue sigma() const noexcept {
    return returns_.full() ? FeatureValue::of(returns_.sd() / kReturnScale) : FeatureValue::warming();
  }
  [[nodiscard]] FeatureValue realised() const noexcept {
    return returns_.full() ? FeatureValue::of(returns_.root_sum_of_squares() / kReturnScale) : FeatureValue::warming();
  }
  [[nodiscard]] const RollingMoments& returns() const noexcept { return returns_; }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, previous_close_); }

 private:
  RollingMoments returns_;
  Price previous_close_ = 0;  // 0: no bar yet
};

}  // namespace omega
