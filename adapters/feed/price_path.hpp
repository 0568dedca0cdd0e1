// What:     The four prices of one side of a Bar as an array, and texts of prices and times for reports.
// Owner:    value type.   Threads: any.   Units: Price 1e-9, TimeNs UTC.
#pragma once

#include <array>
#include <string>

#include "engine/core/events.hpp"

namespace omega::feed {

using Path = std::array<Price, 4>;
inline constexpr std::size_t kOpen = 0, kHigh = 1, kLow = 2, kClose = 3;

[[nodiscard]] inline Path path_of(const Bar& b) noexcept { return {b.bid_open, b.bid_high, b.bid_low, b.bid_close}; }
[[nodiscard]] inline Path ask_path_of(const Bar& b) noexcept { return {b.ask_open, b.ask_high, b.ask_low, b.ask_close}; }

/// Exact decimal, no locale: 1.24056.
[[nodiscard]] std::string price_text(Price p);
/// O/H/L/C of the bar's first side.
[[nodiscard]] std::string path_text(const Bar& b);
/// RFC 3339 with nanoseconds: 2018-03-07T05:00:00.000000000Z.
[[nodiscard]] std::string utc_text(TimeNs ts);

}  // namespace omega::feed
