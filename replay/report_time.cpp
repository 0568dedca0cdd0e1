#include "replay/report_time.hpp"

#include <fmt/format.h>

#include "engine/core/civil_time.hpp"

namespace omega::replay {

std::string format_date(TimeNs ts) {
  const CivilDate d = civil_from_days(utc_day(ts));
  return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}

std::string format_time(TimeNs ts) {
  const DurationNs t = time_of_day(ts);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:09}Z", format_date(ts), t / kHour_ns, t / kMinute_ns % 60,
                     t / kSecond_ns % 60, t % kSecond_ns);
}

std::string format_duration(DurationNs d) {
  if (d < kMinute_ns) return fmt::format("{:.1f} s", static_cast<double>(d) / static_cast<double>(kSecond_ns));
  if (d < kHour_ns) return fmt::format("{}m {:02}s", d / kMinute_ns, d / kSecond_ns % 60);
  if (d < kDay_ns) return fmt::format("{}h {:02}m", d / kHour_ns, d / kMinute_ns % 60);
  return fmt::format("{}d {:02}h", d / kDay_ns, d / kHour_ns % 24);
}

std::optional<TimeNs> parse_time(std::string_view text) {
  std::size_t at = 0;
  const auto number = [&](std::size_t digits, int min, int max) -> std::optional<int> {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at) {
      if (at >= text.size() || text[at] < '0' || text[at] > '9') return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    return value < min || value > max ? std::nullopt : std::optional<int>(value);
  };
  const auto mark = [&](char c) { return at < text.size() && text[at] == c && ++at > 0; };
  const auto year = number(4, 1970, 2200);
  if (!year || !mark('-')) return std::nullopt;
  const auto month = number(2, 1, 12);
  if (!month || !mark('-')) return std::nullopt;
  const auto day = number(2, 1, 31);
  if (!day) return std::nullopt;
  const std::int64_t days = days_from_civil(*year, *month, *day);
  if (civil_from_days(days).day != *day) return std::nullopt;  // 31 April
  TimeNs ts = days * kDay_ns;
  if (at == text.size()) return ts;
  if (!mark('T')) return std::nullopt;
  const auto hour = number(2, 0, 23);
  if (!hour || !mark(':')) return std::nullopt;
  const auto minute = number(2, 0, 59);
  if (!minute) return std::nullopt;
  ts += *hour * kHour_ns + *minute * kMinute_ns;
  if (mark(':')) {
    const auto second = number(2, 0, 59);
    if (!second) return std::nullopt;
    ts += *second * kSecond_ns;
    if (mark('.')) {
      std::int64_t scale = kSecond_ns;
      do {
        const auto digit = number(1, 0, 9);
        if (!digit || scale == 1) return std::nullopt;
        scale /= 10;
        ts += *digit * scale;
      } while (at < text.size() && text[at] != 'Z');
    }
  }
  return mark('Z') && at == text.size() ? std::optional<TimeNs>(ts) : std::nullopt;
}

}  // namespace omega::replay
