// What:     Date and time texts of data files to ns on their own wall clock, strictly.
// Owner:    pure functions.   Threads: any.
// Accepts:  dates YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD, YYYYMMDD (never DD/MM or MM/DD: they cannot be told apart);
//           times HH:MM[:SS[.fraction]], HHMMSS, HHMM; one space or T between; then nothing, Z, or ±HH[:]MM.
// Errors:   nullopt. Years 1970 to 2199; seconds 0 to 59; fractions finer than 1 ns are cut.
// Units:    ns.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/types.hpp"

namespace omega::feed {

struct WallTime {
  TimeNs local = 0;                  // as if the wall clock were UTC
  std::optional<DurationNs> offset;  // local - UTC, when the text states it
};

enum class EpochUnit : std::uint8_t { kByDigits, kSeconds, kMillis, kMicros, kNanos };

[[nodiscard]] std::optional<TimeNs> parse_date(std::string_view text) noexcept;
[[nodiscard]] std::optional<DurationNs> parse_time_of_day(std::string_view text) noexcept;
[[nodiscard]] std::optional<WallTime> parse_timestamp(std::string_view text) noexcept;
/// Whole numbers since 1970 UTC. kByDigits: 10 digits s, 13 ms, 16 us, 19 ns; any other count is refused.
[[nodiscard]] std::optional<TimeNs> parse_epoch(std::string_view text, EpochUnit unit) noexcept;
[[nodiscard]] bool all_digits(std::string_view text) noexcept;

}  // namespace omega::feed
