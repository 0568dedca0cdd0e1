// What:     The statistics of one stretch of a run. A signal belongs to the period in which it was raised, with whatever became of it
//           later; a trade to the one in which it was closed; a bar stamped T to the minute before T. Periods are (from, to].
// Owner:    pure functions of a Book.   Threads: any.   Units: as in report.json; undefined is null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/reports/book.hpp"

namespace omega::replay {

struct Period {
  std::string name;           // "2018-03-01", "2018-W09", "2018-03", "all"
  TimeNs from = 0, to = 0;    // (from, to]
};

/// The whole journal; a UTC day; a week from Monday 00:00 UTC; a month.
[[nodiscard]] Period whole(const Book& book);
[[nodiscard]] Period day_period(std::int64_t day);
[[nodiscard]] Period week_period(std::int64_t any_day);
[[nodiscard]] Period month_period(std::int64_t any_day);

/// Periods of that kind in which the journal has market days, in order.
[[nodiscard]] std::vector<Period> periods_of(const Book& book, Period (*kind)(std::int64_t));

/// {"period", "statistics", "strategies", "symbols", "killswitch", "red_flags", "targets", "trades", "equity"}
[[nodiscard]] nlohmann::ordered_json period_json(const Book& book, const Period& period);
/// How the numbers are defined, printed in every header.
[[nodiscard]] nlohmann::ordered_json conventions(const Book& book);

/// The benchmark table of the profile, graded: [{"metric", "value", "target", "acceptable", "grade"}].
[[nodiscard]] nlohmann::ordered_json targets_json(const std::string& profile, const nlohmann::ordered_json& statistics);

}  // namespace omega::replay
