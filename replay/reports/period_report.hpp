// What:     omega.period-report/1: the daily, weekly, monthly, strategies and compare reports.
// Owner:    pure functions of a Book.   Threads: any.
// Errors:   a period the journal knows nothing of: kUsage, with the first and last it has.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/core/result.hpp"
#include "replay/reports/book.hpp"

namespace omega::replay {

/// which: a date, YYYY-Www, YYYY-MM, or -1 (the last such period with market days), -2 (the one before) ...
[[nodiscard]] Result<nlohmann::ordered_json> daily_report(const Book& book, const std::string& which);
[[nodiscard]] Result<nlohmann::ordered_json> weekly_report(const Book& book, const std::string& which);
[[nodiscard]] Result<nlohmann::ordered_json> monthly_report(const Book& book, const std::string& which);
/// The whole journal.
[[nodiscard]] nlohmann::ordered_json strategies_report(const Book& book);
/// Two weeks.
[[nodiscard]] Result<nlohmann::ordered_json> compare_report(const Book& book, const std::string& first, const std::string& second);

}  // namespace omega::replay
