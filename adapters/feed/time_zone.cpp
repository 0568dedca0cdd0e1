#include "adapters/feed/time_zone.hpp"

#include <chrono>
#include <optional>

namespace omega::feed {
namespace {

using std::chrono::sys_days;

constexpr int kFirstUsYear = 1987, kUsRuleOf2007 = 2007, kFirstEuYear = 1996;
constexpr int kOffsetHours_max = 14;  // UTC+14 is the largest in use

TimeNs at(sys_days day, DurationNs time_of_day) noexcept {
  return static_cast<TimeNs>(day.time_since_epoch().count()) * kDay_ns + time_of_day;
}

/// "+8", "-05", "+5:30" to an offset.
std::optional<DurationNs> parse_offset(std::string_view text) noexcept {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  const auto number = [](std::string_view digits) -> std::optional<int> {
    if (digits.empty() || digits.size() > 2) return std::nullopt;
    int n = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      n = n * 10 + (c - '0');
    }
    return n;
  };
  const std::size_t colon = text.find(':');
  const auto hours = number(text.substr(0, colon));
  std::optional<int> minutes = 0;
  if (colon != std::string_view::npos) {
    if (text.size() - colon - 1 != 2) return std::nullopt;
    minutes = number(text.substr(colon + 1));
  }
  if (!hours || !minutes || *minutes >= 60 || *hours * 60 + *minutes > kOffsetHours_max * 60) return std::nullopt;
  const DurationNs offset = *hours * kHour_ns + *minutes * kMinute_ns;
  return negative ? -offset : offset;
}

}  // namespace

Result<TimeZone> TimeZone::parse(std::string_view name) {
  if (name == "UTC") return utc();
  if (name == "NewYork") return new_york();
  if (name == "NewYork-EU-DST") return TimeZone(Rule::kEu, -5 * kHour_ns, std::string(name));
  if (name.substr(0, 3) == "UTC") {
    if (const auto offset = parse_offset(name.substr(3))) return TimeZone(Rule::kFixed, *offset, std::string(name));
  }
  return Error{ErrorKind::kUsage, "--tz '" + std::string(name) + "' is not a known zone; use one of: " + kTimeZoneNames};
}

TimeZone::Summer TimeZone::summer_of(int year) const noexcept {
  using namespace std::chrono;
  const std::chrono::year y{year};
  if (rule_ == Rule::kEu) {
    if (year < kFirstEuYear) return {};
    return {true, at(sys_days{y / March / Sunday[last]}, kHour_ns), at(sys_days{y / October / Sunday[last]}, kHour_ns)};
  }
  if (year < kFirstUsYear) return {};
  const bool new_rule = year >= kUsRuleOf2007;
  const sys_days begin = new_rule ? sys_days{y / March / Sunday[2]} : sys_days{y / April / Sunday[1]};
  const sys_days end = new_rule ? sys_days{y / November / Sunday[1]} : sys_days{y / October / Sunday[last]};
  // 02:00 on the wall: winter offset before the spring change, summer offset before the autumn one
  return {true, at(begin, 2 * kHour_ns - offset_), at(end, 2 * kHour_ns - offset_ - kHour_ns)};
}

LocalTime TimeZone::to_utc(TimeNs local) const noexcept {
  const TimeNs winter = local - offset_;
  if (rule_ == Rule::kFixed) return {LocalTime::Kind::kUnique, winter, winter};
  const TimeNs summer = winter - kHour_ns;
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>(std::chrono::nanoseconds(local)));
  const int year = static_cast<int>(std::chrono::year_month_day(day).year());
  const Summer s = summer_of(year);
  if (!s.known) return {LocalTime::Kind::kUnknown, winter, winter};
  const bool summer_fits = summer >= s.begin && summer < s.end;
  const bool winter_fits = winter < s.begin || winter >= s.end;
  if (summer_fits && winter_fits) return {LocalTime::Kind::kRepeated, summer, winter};   // autumn: summer time came first
  if (!summer_fits && !winter_fits) return {LocalTime::Kind::kSkipped, winter, summer};  // spring: winter time came first
  const TimeNs utc = summer_fits ? summer : winter;
  return {LocalTime::Kind::kUnique, utc, utc};
}

}  // namespace omega::feed
