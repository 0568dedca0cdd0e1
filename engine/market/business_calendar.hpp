// What:     F29 business days, option-expiry days and ends of months from a holiday list given as input (config/calendar).
// Owner:    whoever builds it from EngineConfig::holidays; immutable.   Threads: any reader.
// Formula:  business day = Monday to Friday and not in the list; bd(a, b) = business days after a up to b (negative backwards);
//           expiry = third Friday of the month, or the business day before it when that Friday is a holiday.
// Range:    the list speaks for whole years, from that of its first to that of its last day; outside nothing is known: covers() is
//           false and nothing else may be asked.   Cost: O(1) from a table built at start.
// Units:    days since 1970-01-01.   Source: STRATEGIES F29.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/civil_time.hpp"

namespace omega {

class BusinessCalendar {
 public:
  BusinessCalendar() = default;  // no list: covers nothing
  explicit BusinessCalendar(std::span<const std::int64_t> holidays);

  [[nodiscard]] bool covers(std::int64_t day) const noexcept { return day >= first_ && day - first_ < static_cast<std::int64_t>(upto_.size()); }
  [[nodiscard]] bool is_business_day(std::int64_t day) const noexcept;
  /// bd(a, b).
  [[nodiscard]] std::int64_t between(std::int64_t a, std::int64_t b) const noexcept { return upto(b) - upto(a); }
  [[nodiscard]] std::int64_t expiry_day(int year, int month) const noexcept;
  /// Business days from the day to the end of its month, itself included when it is one: 1 on the last one.
  [[nodiscard]] std::int64_t left_in_month(std::int64_t day) const noexcept;
  /// The last business day of the month that holds the day.
  [[nodiscard]] std::int64_t last_of_month(std::int64_t day) const noexcept;

 private:
  [[nodiscard]] std::int64_t upto(std::int64_t day) const noexcept;

  std::int64_t first_ = 0;            // 1 January of the first year
  std::vector<std::int32_t> upto_;    // business days from first_ up to the day, itself included
};

}  // namespace omega
