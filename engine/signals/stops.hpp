// What:     The structural stop STOP(p): beyond the 50-bar extreme by 2 u, distance clamped to
//           [max(min_stop·u, 3·spread), p·entry]. Where the two bounds cross, the upper one wins: risk is never above p.
// Threads:  pure functions; any.   Units: Price; fraction p of the entry price.   Source: STRATEGIES 3.0.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/core/config.hpp"

namespace omega {

/// n threshold units of the instrument as a price distance.
[[nodiscard]] inline Price units(double n, const InstrumentConfig& i) noexcept { return std::llround(n * static_cast<double>(i.u)); }

/// extreme: lowest low (d = +1) or highest high (d = -1) of the last 50 bars of the timeframe.
[[nodiscard]] inline Price structural_stop(const InstrumentConfig& instrument, Direction d, Price entry, Price extreme, Price spread,
                                           double fraction) noexcept {
  constexpr double kBeyond_u = 2.0;
  constexpr Price kSpreads_min = 3;
  const Price beyond = extreme - d * units(kBeyond_u, instrument);
  const Price least = std::max(units(instrument.min_stop_u, instrument), kSpreads_min * spread);
  const Price most = std::llround(fraction * static_cast<double>(entry));
  const Price distance = std::min(std::max(d * (entry - beyond), least), most);
  return entry - d * distance;
}

/// A stop that the strategy places itself, at most a fraction of the entry price away.
[[nodiscard]] inline Price capped_stop(Direction d, Price entry, Price stop, double fraction) noexcept {
  const Price most = std::llround(fraction * static_cast<double>(entry));
  return entry - d * std::min(d * (entry - stop), most);
}

}  // namespace omega
