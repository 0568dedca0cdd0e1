#include "adapters/feed/trading_week.hpp"

#include <algorithm>

#include "adapters/feed/time_zone.hpp"

namespace omega::feed {
namespace {

constexpr DurationNs kCloseOfWeek_ns = 17 * kHour_ns;  // New York wall clock, Friday
constexpr std::int64_t kThursday = 0, kFriday = 1;      // days since 1970-01-01 modulo 7: that day was a Thursday
static_assert((kThursday + 1) % 7 == kFriday);

}  // namespace

Break classify_break(TimeNs after, TimeNs before, AssetClass asset_class) {
  Break b{.missing_minutes = static_cast<std::uint64_t>((before - after) / kMinute_ns)};
  if (asset_class == AssetClass::kCrypto) return b;
  static const TimeZone new_york = TimeZone::new_york();
  for (std::int64_t day = floor_div(after, kDay_ns) - 3; day <= floor_div(before, kDay_ns); ++day) {
    if (((day % 7) + 7) % 7 != kFriday) continue;
    const TimeNs close = new_york.to_utc(day * kDay_ns + kCloseOfWeek_ns).first;
    const TimeNs open = new_york.to_utc((day + 2) * kDay_ns + kCloseOfWeek_ns).first;
    const TimeNs from = std::max(after, close), to = std::min(before, open);
    if (from >= to) continue;
    b.weekend = true;
    b.missing_minutes -= static_cast<std::uint64_t>((to - from) / kMinute_ns);
  }
  return b;
}

}  // namespace omega::feed
