#include "adapters/feed/timestamp.hpp"

#include <algorithm>
#include <chrono>

namespace omega::feed {
namespace {

constexpr int kYear_min = 1970, kYear_max = 2199;

/// Value of a run of digits, or -1.
int number(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > 9) return -1;
  int n = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    n = n * 10 + (c - '0');
  }
  return n;
}

std::optional<DurationNs> clock(int hour, int minute, int second) noexcept {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  return hour * kHour_ns + minute * kMinute_ns + second * kSecond_ns;
}

std::optional<DurationNs> parse_fraction(std::string_view digits) noexcept {
  if (!all_digits(digits)) return std::nullopt;
  DurationNs ns = 0;
  for (std::size_t i = 0; i < 9; ++i) ns = ns * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return ns;
}

}  // namespace

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<TimeNs> parse_date(std::string_view text) noexcept {
  int year = -1, month = -1, day = -1;
  if (text.size() == 8) {
    year = number(text.substr(0, 4)), month = number(text.substr(4, 2)), day = number(text.substr(6, 2));
  } else if (text.size() == 10 && text[4] == text[7] && (text[4] == '-' || text[4] == '/' || text[4] == '.')) {
    year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
  }
  if (year < kYear_min || year > kYear_max || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return static_cast<TimeNs>(std::chrono::sys_days{date}.time_since_epoch().count()) * kDay_ns;
}

std::optional<DurationNs> parse_time_of_day(std::string_view text) noexcept {
  if (all_digits(text) && (text.size() == 6 || text.size() == 4)) {
    return clock(number(text.substr(0, 2)), number(text.substr(2, 2)), text.size() == 6 ? number(text.substr(4, 2)) : 0);
  }
  if (text.size() < 5 || text[2] != ':') return std::nullopt;
  const int hour = number(text.substr(0, 2)), minute = number(text.substr(3, 2));
  if (text.size() == 5) return clock(hour, minute, 0);
  if (text.size() < 8 || text[5] != ':') return std::nullopt;
  const auto whole = clock(hour, minute, number(text.substr(6, 2)));
  if (!whole || text.size() == 8) return whole;
  if (text[8] != '.' && text[8] != ',') return std::nullopt;
  const auto fraction = parse_fraction(text.substr(9));
  if (!fraction) return std::nullopt;
  return *whole + *fraction;
}

std::optional<WallTime> parse_timestamp(std::string_view text) noexcept {
  const std::size_t gap = text.find_first_of(" T");
  if (gap == std::string_view::npos) return std::nullopt;
  const auto date = parse_date(text.substr(0, gap));
  std::string_view rest = text.substr(gap + 1);
  WallTime wall;
  if (rest.ends_with('Z')) {
    wall.offset = 0;
    rest.remove_suffix(1);
  } else if (const std::size_t sign = rest.find_first_of("+-"); sign != std::string_view::npos) {
    const std::string_view offset = rest.substr(sign + 1);
    const bool colon = offset.size() == 5 && offset[2] == ':';
    if (!colon && offset.size() != 4 && offset.size() != 2) return std::nullopt;
    const int hours = number(offset.substr(0, 2)), minutes = offset.size() == 2 ? 0 : number(offset.substr(colon ? 3 : 2));
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
    wall.offset = (rest[sign] == '-' ? -1 : 1) * (hours * kHour_ns + minutes * kMinute_ns);
    rest = rest.substr(0, sign);
  }
  const auto time = parse_time_of_day(rest);
  if (!date || !time) return std::nullopt;
  wall.local = *date + *time;
  return wall;
}

std::optional<TimeNs> parse_epoch(std::string_view text, EpochUnit unit) noexcept {
  if (!all_digits(text) || text.size() > 19) return std::nullopt;
  if (unit == EpochUnit::kByDigits) {
    switch (text.size()) {
      case 10: unit = EpochUnit::kSeconds; break;
      case 13: unit = EpochUnit::kMillis; break;
      case 16: unit = EpochUnit::kMicros; break;
      case 19: unit = EpochUnit::kNanos; break;
      default: return std::nullopt;
    }
  }
  const DurationNs scale = unit == EpochUnit::kSeconds  ? kSecond_ns
                           : unit == EpochUnit::kMillis ? kMilli_ns
                           : unit == EpochUnit::kMicros ? kMicro_ns
                                                        : 1;
  constexpr i128 kLimit = i128{7'258'118'400} * kSecond_ns;  // 2200-01-01
  i128 value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  value *= scale;
  if (value >= kLimit) return std::nullopt;
  return static_cast<TimeNs>(value);
}

}  // namespace omega::feed
