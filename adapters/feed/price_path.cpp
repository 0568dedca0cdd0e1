#include "adapters/feed/price_path.hpp"

#include <chrono>
#include <cstdio>

namespace omega::feed {

std::string price_text(Price p) {
  // as unsigned, so that the most negative value has a magnitude
  const auto magnitude = p < 0 ? 0 - static_cast<std::uint64_t>(p) : static_cast<std::uint64_t>(p);
  constexpr auto kScale = static_cast<std::uint64_t>(kPriceScale);
  std::string fraction = std::to_string(kScale + magnitude % kScale).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return (p < 0 ? "-" : "") + std::to_string(magnitude / kScale) + (fraction.empty() ? "" : "." + fraction);
}

std::string path_text(const Bar& b) {
  std::string text;
  for (const Price p : path_of(b)) text += (text.empty() ? "" : "/") + price_text(p);
  return text;
}

std::string utc_text(TimeNs ts) {
  const std::int64_t day = floor_div(ts, kDay_ns);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  const DurationNs in_day = ts - day * kDay_ns;
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(in_day / kHour_ns),
                static_cast<int>(in_day / kMinute_ns % 60), static_cast<int>(in_day / kSecond_ns % 60),
                static_cast<int>(in_day % kSecond_ns));
  return out;
}

}  // namespace omega::feed
