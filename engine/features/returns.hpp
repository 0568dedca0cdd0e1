// What:     F11 simple returns r = (C_t − C_{t−1})/C_{t−1}, quantised once to 2^-40; σ_w sample sd and RV_w = √Σr².
//           The return of a GAP bar is skipped.
// Units:    fraction.   Warm-up: w returns; O(1), exact on quanta.
// Source:   Andersen, Bollerslev, Diebold, Labys (2003) Econometrica 71(2):579-625.
#pragma once

#include "engine/features/feature.hpp"

namespace omega {

inline constexpr double kReturnQuantum = 1099511627776.0;  // 2^40

/// Return of b after a, in 2^-40 quanta.
[[nodiscard]] inline std::int64_t return_quanta(Price a, Price b) noexcept {
  return std::llround(static_cast<double>(b - a) / static_cast<double>(a) * kReturnQuantum);
}

class ReturnVolatility final : public FeatureGroupBase<ReturnVolatility> {
 public:
  explicit ReturnVolatility(std::size_t w) : returns_(w) {}
  void on_bar(const TfBar& bar, const FeatureContext&) noexcept override {
    if (previous_ > 0 && !bar.gap()) returns_.push(return_quanta(previous_, bar.close));
    previous_ = bar.close;
  }
  [[nodiscard]] FeatureValue value(FeatureId id) const noexcept override {
    if (!returns_.full()) return FeatureValue::warming();
    if (id == FeatureId::kReturnSigma) return FeatureValue::of(returns_.sd() / kReturnQuantum);
    return FeatureValue::of(std::sqrt(static_cast<double>(returns_.squares())) / kReturnQuantum);
  }
  template <class Archive> void serialize(Archive& ar) { ar(returns_, previous_); }

 private:
  RollingMoments returns_;
  Price previous_ = 0;
};

}  // namespace omega
