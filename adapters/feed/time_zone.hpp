// What:     Wall-clock zones of data files, by rule (never the host's zone database), and local time to UTC.
// Owner:    value type.   Threads: any.
// Names:    UTC · UTC+H, UTC-H, UTC±HH:MM (fixed) · NewYork (UTC-5 with the US summer time rule)
//           · NewYork-EU-DST (UTC-5, one hour ahead while the European Union has summer time).
// Rules:    US 2007 on: 2nd Sunday of March 02:00 to 1st Sunday of November 02:00 (Energy Policy Act of 2005);
//           US 1987-2006: 1st Sunday of April to last Sunday of October (Uniform Time Act as amended 1986).
//           EU 1996 on: last Sunday of March to last Sunday of October, both 01:00 UTC (directive 2000/84/EC).
// Errors:   a local time that a zone repeats or skips is reported with both readings; a year before the rule is kUnknown.
// Units:    local and UTC times are ns since 1970-01-01T00:00 on their own clock.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.hpp"
#include "engine/core/types.hpp"

namespace omega::feed {

inline constexpr const char* kTimeZoneNames = "UTC, UTC-5, UTC+8, UTC+5:30 (any UTC±H[:MM]), NewYork, NewYork-EU-DST";

struct LocalTime {
  enum class Kind : std::uint8_t { kUnique, kRepeated, kSkipped, kUnknown };
  Kind kind = Kind::kUnique;
  TimeNs first = 0;   // the reading with the offset in force before the change
  TimeNs second = 0;  // the reading with the offset in force after it; equal to first when kUnique
};

class TimeZone {
 public:
  [[nodiscard]] static Result<TimeZone> parse(std::string_view name);
  [[nodiscard]] static TimeZone utc() noexcept { return TimeZone(Rule::kFixed, 0, "UTC"); }
  [[nodiscard]] static TimeZone new_york() noexcept { return TimeZone(Rule::kUs, -5 * kHour_ns, "NewYork"); }

  [[nodiscard]] LocalTime to_utc(TimeNs local) const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is_utc() const noexcept { return rule_ == Rule::kFixed && offset_ == 0; }

 private:
  enum class Rule : std::uint8_t { kFixed, kUs, kEu };
  struct Summer {
    bool known = false;
    TimeNs begin = 0, end = 0;  // UTC
  };
  TimeZone(Rule rule, DurationNs offset, std::string name) : rule_(rule), offset_(offset), name_(std::move(name)) {}
  [[nodiscard]] Summer summer_of(int year) const noexcept;

  Rule rule_;
  DurationNs offset_;  // local = UTC + offset in winter
  std::string name_;
};

}  // namespace omega::feed
