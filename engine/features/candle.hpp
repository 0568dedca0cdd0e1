// What:     F18 candle shape: body = max(|C − O|, 1 tick); wick in direction d: lower wick for d = +1, upper for −1.
// Threads:  pure functions.   Units: Price; w_d is a share of the range in [0, 1] (0 when the range is 0).
// Source:   STRATEGIES F18; Sw of 3.0.
#pragma once

#include <algorithm>

#include "engine/market/tf_bar.hpp"

namespace omega {

[[nodiscard]] inline Price candle_body(const TfBar& b, Price tick) noexcept {
  const Price body = b.close > b.open ? b.close - b.open : b.open - b.close;
  return std::max(body, tick);
}
[[nodiscard]] inline Price candle_wick(const TfBar& b, Direction d) noexcept {
  return d > 0 ? std::min(b.open, b.close) - b.low : b.high - std::max(b.open, b.close);
}
[[nodiscard]] inline double candle_wick_share(const TfBar& b, Direction d) noexcept {
  const Price range = b.high - b.low;
  return range > 0 ? static_cast<double>(candle_wick(b, d)) / static_cast<double>(range) : 0.0;
}

}  // namespace omega
