// What:     Comparisons "as written on paper": fractions are rounded to 1e-9 before they meet a limit, money is compared
//           exactly, so that a value equal to its limit never falls on the wrong side by a rounding error.
// Threads:  pure functions; any.   Units: fractions; Money 1e-8.
// Source:   STRATEGIES 1.3-6, 4.5 (boundary tests: >=).
#pragma once

#include "engine/core/types.hpp"

namespace omega {

inline constexpr double kPaperScale = 1e9;

[[nodiscard]] inline bool above(double value, double limit) noexcept {
  return std::llround(value * kPaperScale) > std::llround(limit * kPaperScale);
}
[[nodiscard]] inline bool below(double value, double limit) noexcept { return above(limit, value); }

/// A fraction as it is compared.
[[nodiscard]] inline std::int64_t on_paper(double fraction) noexcept { return std::llround(fraction * kPaperScale); }
/// part/whole >= limit in integers; false for whole <= 0. limit: on_paper().
[[nodiscard]] inline bool fraction_reached(Money part, Money whole, std::int64_t limit) noexcept {
  if (whole <= 0) return false;
  return i128{part} * static_cast<std::int64_t>(kPaperScale) >= i128{whole} * limit;
}
[[nodiscard]] inline bool fraction_reached(Money part, Money whole, double limit) noexcept { return fraction_reached(part, whole, on_paper(limit)); }

}  // namespace omega
