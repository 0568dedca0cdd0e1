#include "engine/market/business_calendar.hpp"

#include <algorithm>

#include "engine/core/assert.hpp"

namespace omega {
namespace {

std::int64_t month_end(std::int64_t day) noexcept {
  const CivilDate d = civil_from_days(day);
  return (d.month == 12 ? days_from_civil(d.year + 1, 1, 1) : days_from_civil(d.year, d.month + 1, 1)) - 1;
}

}  // namespace

BusinessCalendar::BusinessCalendar(std::span<const std::int64_t> holidays) {
  if (holidays.empty()) return;
  const auto [low, high] = std::minmax_element(holidays.begin(), holidays.end());
  first_ = days_from_civil(civil_from_days(*low).year, 1, 1);
  const std::int64_t end = days_from_civil(civil_from_days(*high).year + 1, 1, 1);
  std::vector<bool> closed(static_cast<std::size_t>(end - first_));
  for (const std::int64_t h : holidays) closed[static_cast<std::size_t>(h - first_)] = true;
  upto_.reserve(closed.size());
  std::int32_t n = 0;
  for (std::int64_t day = first_; day < end; ++day) {
    const Weekday w = weekday_of_day(day);
    const bool business = w != Weekday::kSaturday && w != Weekday::kSunday && !closed[static_cast<std::size_t>(day - first_)];
    upto_.push_back(n += business ? 1 : 0);
  }
}

std::int64_t BusinessCalendar::upto(std::int64_t day) const noexcept {
  if (day == first_ - 1) return 0;
  OMEGA_REQUIRE(covers(day), day, first_);
  return upto_[static_cast<std::size_t>(day - first_)];
}

bool BusinessCalendar::is_business_day(std::int64_t day) const noexcept { return between(day - 1, day) == 1; }

std::int64_t BusinessCalendar::expiry_day(int year, int month) const noexcept {
  std::int64_t day = nth_weekday(year, month, Weekday::kFriday, 3);
  while (!is_business_day(day)) --day;
  return day;
}

std::int64_t BusinessCalendar::left_in_month(std::int64_t day) const noexcept { return between(day - 1, month_end(day)); }

std::int64_t BusinessCalendar::last_of_month(std::int64_t day) const noexcept {
  std::int64_t last = month_end(day);
  while (!is_business_day(last)) --last;
  return last;
}

}  // namespace omega
