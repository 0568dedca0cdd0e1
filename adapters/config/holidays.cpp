#include "adapters/config/holidays.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "adapters/config/memory.hpp"
#include "engine/core/civil_time.hpp"

namespace omega::config {
namespace {

constexpr int kYear_first = 1970, kYear_last = 2200;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

/// "2025-04-18"; nothing for a date that the calendar does not have.
std::optional<std::int64_t> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  if (!year || !month || !day || *year < kYear_first || *year > kYear_last || *month < 1 || *month > 12) return std::nullopt;
  const std::int64_t days = days_from_civil(*year, *month, *day);
  if (civil_from_days(days) != CivilDate{*year, *month, *day}) return std::nullopt;
  return days;
}

}  // namespace

std::vector<std::int64_t> read_holidays(const std::filesystem::path& file, const std::string& shown_as, Issues& issues) {
  std::vector<std::int64_t> days;
  errno = 0;
  std::ifstream in(file);
  if (!in) require_memory_to_open();
  const std::size_t before = issues.size();
  bool header = false;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (!header) {
      header = true;
      if (line != "date,name") issues.add({shown_as, number}, "date", "expected the header 'date,name', got '" + line + "'");
      continue;
    }
    const auto day = day_of(std::string_view(line).substr(0, line.find(',')));
    if (!day) {
      issues.add({shown_as, number}, "date", "expected a date such as 2025-04-18, got '" + line.substr(0, line.find(',')) + "'");
    } else if (!days.empty() && *day <= days.back()) {
      issues.add({shown_as, number}, "date", "expected ascending dates, got '" + line.substr(0, 10) + "' after a later or equal one");
    } else {
      days.push_back(*day);
    }
  }
  if (days.empty() && issues.size() == before) issues.add({shown_as}, "date", "expected at least one date, got none");
  if (issues.size() != before) days.clear();
  return days;
}

}  // namespace omega::config
