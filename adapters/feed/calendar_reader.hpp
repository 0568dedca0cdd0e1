// What:     A calendar of economic releases (the Forex Factory export: Date, Time, Currency, Event, Impact, Actual, Forecast, Previous and
//           optionally Combined DateTime, by header name) to news events.
// Owner:    the import.   Threads: one.
// Rules:    a row without a time of day ("All Day", "Day 1", "Tentative", a month's "Data") is left out and noted; exact repeats are left
//           out; a date without a year is taken from Combined DateTime; January rows after the file has reached late December belong to the
//           next year (the export ends with them under the old year's number), repaired and listed.
//           "Non-economic" counts as low impact. A figure may end in %, K, M, B or T; one that cannot be read is absent.
// Published: when an event became known is not in the file; it is taken as kLead before the release.
// Errors:   usage (2) when the header lacks a column; rows are counted and listed.
// Units:    releases UTC ns; figures in their own unit, K M B T multiplied out.
#pragma once

#include <vector>

#include "adapters/feed/reader.hpp"

namespace omega::feed {

inline constexpr DurationNs kNewsLead_ns = kDay_ns;

struct PlacedNews {
  NewsEvent event;
  std::optional<double> actual;
  std::uint32_t line = 0;
};

/// clock: never null here (check_options).
[[nodiscard]] Status read_calendar(ByteSource& bytes, const LocalClock& clock, SourceQuality& quality, std::vector<PlacedNews>& out);

/// What S24 may trade, by currency and name; kOther for the rest.
[[nodiscard]] NewsType news_type_of(std::string_view currency, std::string_view name) noexcept;

}  // namespace omega::feed
