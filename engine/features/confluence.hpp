// What:     F28 confluence of the structure labels of six timeframes with a direction.
// Formula:  conf(d) = Σ_tf w_tf·s_tf, s = 1 if the label is d, ½ if 0, 0 if −d; w: D1 .25, H4 .25, H1 .15, M30 .15, M15 .10,
//           M5 .10; conf(−d) = 1 − conf(d). Any label UNKNOWN -> INVALID.
// Exact:    the weights are twentieths and s is halves, so conf is an integer over 40, divided once.
// Source:   weights .50/.30/.20 of the source; idea: Müller et al. (1997) J. Empirical Finance 4(2-3):213-239.
#pragma once

#include <array>

#include "engine/features/frame.hpp"

namespace omega {

inline constexpr std::array<Timeframe, 6> kConfluenceTimeframes{Timeframe::kM5, Timeframe::kM15, Timeframe::kM30,
                                                                Timeframe::kH1, Timeframe::kH4,  Timeframe::kD1};
inline constexpr std::array<int, 6> kConfluenceWeights_20ths{2, 2, 3, 3, 5, 5};

/// conf(+1) from the labels, in the order of kConfluenceTimeframes.
[[nodiscard]] inline FeatureValue confluence(const std::array<FeatureValue, 6>& labels) noexcept {
  int fortieths = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!labels[i].ready()) return FeatureValue::invalid();
    const int agreement = labels[i].value > 0 ? 2 : labels[i].value < 0 ? 0 : 1;  // halves
    fortieths += kConfluenceWeights_20ths[i] * agreement;
  }
  return FeatureValue::of(static_cast<double>(fortieths) / 40.0);
}

/// conf(d) from conf(+1).
[[nodiscard]] inline double confluence_for(double conf, Direction d) noexcept { return d > 0 ? conf : 1.0 - conf; }

}  // namespace omega
