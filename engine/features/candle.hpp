// What:     F18 shape of one candle. Pure functions for strategies; nothing to warm up.
// Units:    Price; wick_share is a fraction of the range.
#pragma once

#include <algorithm>

#include "engine/features/frame.hpp"

namespace omega {

/// max(|C − O|, 1 tick).
[[nodiscard]] inline Price candle_body(const TfBar& bar, Price tick) noexcept {
  const Price body = bar.close > bar.open ? bar.close - bar.open : bar.open - bar.close;
  return std::max(body, tick);
}
[[nodiscard]] inline Price candle_range(const TfBar& bar) noexcept { return bar.high - bar.low; }

/// The wick that speaks for d: the lower one for d = +1, the upper one for d = -1.
[[nodiscard]] inline Price candle_wick(const TfBar& bar, Direction d) noexcept {
  return d > 0 ? std::min(bar.open, bar.close) - bar.low : bar.high - std::max(bar.open, bar.close);
}

/// w_d = wick/range; 0 when the range is 0.
[[nodiscard]] inline double wick_share(const TfBar& bar, Direction d) noexcept {
  const Price range = candle_range(bar);
  return range == 0 ? 0.0 : static_cast<double>(candle_wick(bar, d)) / static_cast<double>(range);
}

}  // namespace omega
