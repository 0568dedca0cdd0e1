// What:     F03 bulk volume classification: how much of a bar's volume was bought, guessed from its price change. The only
//           flow source of instruments that have bars alone; every flow feature (F06 F07 F08) of an instrument reads this one.
// Owner:    feature set of the instrument (M1 bars).   Threads: one.
// Formula:  x = ΔP/σ, V^B = V·Φ(x), δ = V^B − V^S; σ = sample sd of ΔP over lag(500), at least 100; σ = 0 -> V^B = V/2.
//           ΔP = C_t − C_{t−1}; on a bar that carries GAP ΔP = C_t − O_t, which also enters σ (it is a one-minute change).
// Exact:    V^B is rounded once to 2^-20 of a Qty quantum, so every sum built on it is exact. The smaller side is the rounded
//           one: mirrored prices give exactly mirrored flow.
// Source:   Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493; (2016) J. Financial Economics 120(2):269-285.
#pragma once

#include "engine/core/detmath.hpp"
#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

inline constexpr int kFlowFraction_bits = 20;
inline constexpr double kFlowScale = 1 << kFlowFraction_bits;

/// Volume of one bar and the part of it that was bought.
struct Flow {
  Qty volume = 0;
  i128 buy = 0;        // 2^-20 Qty quanta, 0 <= buy <= volume · 2^20
  bool known = false;  // false while σ is warming
  bool quotes = false; // from best quotes (F04): counts in bars without volume too; delta() is then the OFI, volume 0
  [[nodiscard]] i128 delta() const noexcept { return 2 * buy - (static_cast<i128>(volume) << kFlowFraction_bits); }
  template <class Archive> void serialize(Archive& ar) { ar(volume, buy, known, quotes); }
};

/// Nearest Qty, ties away from zero (the same for both signs); saturates far beyond any real volume.
[[nodiscard]] inline std::int64_t flow_to_qty(i128 quanta) noexcept {
  constexpr i128 kHalf = i128{1} << (kFlowFraction_bits - 1);
  constexpr i128 kMax = std::numeric_limits<std::int64_t>::max();
  const i128 magnitude = ((quanta < 0 ? -quanta : quanta) + kHalf) >> kFlowFraction_bits;
  const auto bounded = static_cast<std::int64_t>(std::min(magnitude, kMax));
  return quanta < 0 ? -bounded : bounded;
}

/// The rule itself, for a given x.
[[nodiscard]] inline Flow classify_bulk(Qty volume, double x) noexcept {
  const i128 whole = static_cast<i128>(volume) << kFlowFraction_bits;
  const double magnitude = x < 0 ? -x : x;
  const double smaller = nearest_double(whole) * detmath::normal_cdf(-magnitude);
  const i128 minority = std::min(static_cast<i128>(std::nearbyint(smaller)), whole / 2);
  return {.volume = volume, .buy = x < 0 ? minority : whole - minority, .known = true};
}

class Bvc {
 public:
  static constexpr std::size_t kWindow = 500, kWarmUp = 100;

  void on_bar(const TfBar& bar) noexcept {
    const bool first = previous_close_ == 0;
    const Price change = bar.close - (bar.gap() || first ? bar.open : previous_close_);
    previous_close_ = bar.close;
    const double sigma = changes_.size() >= kWarmUp ? changes_.sd() : 0.0;
    const double x = sigma > 0 ? static_cast<double>(change) / sigma : 0.0;
    flow_ = classify_bulk(bar.has_volume() ? bar.volume : 0, x);
    flow_.known = changes_.size() >= kWarmUp;
    if (!first) changes_.push(change);
  }
  /// Of the last bar.
  [[nodiscard]] const Flow& flow() const noexcept { return flow_; }
  [[nodiscard]] const RollingMoments& changes() const noexcept { return changes_; }
  template <class Archive> void serialize(Archive& ar) { ar(changes_, previous_close_, flow_); }

 private:
  RollingMoments changes_{kWindow};
  Price previous_close_ = 0;  // 0: no bar yet (prices are positive)
  Flow flow_;
};

}  // namespace omega
