#include "adapters/feed/sim_news.hpp"

#include <algorithm>
#include <string_view>

#include "engine/core/civil_time.hpp"
#include "engine/market/session_clock.hpp"

namespace omega::sim {
namespace {

constexpr int kBefore_minutes = 35, kAfter_minutes = 120, kLeakStart = -24, kLeakEnd = -4;
constexpr int kJump_minutes = 5, kRush_minutes = 5, kExtreme_minutes = 15, kBack_minutes = 40, kEnd_minutes = 95;
constexpr double kExtreme = 1.05;

enum class Daylight : std::uint8_t { kNone, kUs, kEu };
constexpr std::uint16_t kEveryMonth = 0xfff;
constexpr std::uint16_t kEight = 0b1101'0111'0101;  // bit 0 is January: not February, April, August, October

struct CalendarRow {
  Currency currency;
  NewsType type;
  Weekday weekday;
  int nth;                     // of the month
  int minute_of_day;           // UTC in winter
  Daylight daylight;
  std::uint16_t months;
  double usual, surprise;      // consensus and sd of the surprise
};
using C = Currency;
constexpr CalendarRow kRows[] = {
    {C::kUsd, NewsType::kNfp, Weekday::kFriday, 1, 810, Daylight::kUs, kEveryMonth, 180e3, 60e3},
    {C::kUsd, NewsType::kCpi, Weekday::kWednesday, 2, 810, Daylight::kUs, kEveryMonth, 0.3, 0.1},
    {C::kUsd, NewsType::kFomc, Weekday::kWednesday, 3, 1140, Daylight::kUs, kEight, 5.0, 0.25},
    {C::kUsd, NewsType::kGdp, Weekday::kThursday, 4, 810, Daylight::kUs, kEveryMonth, 2.2, 0.5},
    {C::kEur, NewsType::kEcb, Weekday::kThursday, 2, 795, Daylight::kEu, kEight, 4.0, 0.25},
    {C::kEur, NewsType::kCpi, Weekday::kTuesday, 3, 600, Daylight::kEu, kEveryMonth, 2.4, 0.2},
    {C::kGbp, NewsType::kBoe, Weekday::kThursday, 1, 720, Daylight::kEu, kEight, 5.0, 0.25},
    {C::kGbp, NewsType::kCpi, Weekday::kWednesday, 3, 420, Daylight::kEu, kEveryMonth, 3.0, 0.2},
    {C::kCad, NewsType::kCpi, Weekday::kTuesday, 3, 810, Daylight::kUs, kEveryMonth, 0.3, 0.15},
    {C::kJpy, NewsType::kCpi, Weekday::kThursday, 3, 1410, Daylight::kNone, kEveryMonth, 2.5, 0.2},
};

std::int64_t minute_of(const CalendarRow& row, int year, int month) noexcept {
  const std::int64_t first = days_from_civil(year, month, 1);
  const int shift = (static_cast<int>(row.weekday) - static_cast<int>(weekday_of_day(first)) + 7) % 7;
  const std::int64_t minute = (first + shift + 7 * (row.nth - 1)) * 1440 + row.minute_of_day;
  const TimeNs ts = minute * kMinute_ns;
  const bool early = row.daylight == Daylight::kUs ? us_daylight_saving(ts) : row.daylight == Daylight::kEu && eu_daylight_saving(ts);
  return minute - (early ? 60 : 0);
}

Release make(const CalendarRow& row, std::int64_t minute, const Random& random) noexcept {
  const auto slot = [&](std::uint32_t n) { return 32 * static_cast<std::uint32_t>(row.currency) + n; };
  const auto draw = [&](std::uint32_t n) { return random.uniform(minute, slot(n)); };
  Release r;
  r.minute = minute;
  r.currency = row.currency;
  r.type = row.type;
  const bool good = draw(0) < 0.5;
  const double strength = draw(1);
  r.previous = row.usual + row.surprise * (2 * draw(2) - 1);
  r.consensus = row.usual + row.surprise * (draw(3) - 0.5);
  r.actual = r.consensus + (good ? 1 : -1) * row.surprise * (0.5 + 1.5 * strength);
  r.jump = (good ? 1 : -1) * (0.0032 + 0.0028 * strength);
  r.leak = draw(4) < 0.5 ? 0.7 * (draw(5) < 0.75 ? r.jump : -r.jump) : 0;
  r.back = draw(6) < 0.7 ? 0.54 + 0.06 * draw(7) : 0.25 + 0.55 * draw(7);
  r.after = draw(8) < 0.6 ? 1.3 : 0.1;
  r.heavy = draw(9) < 0.3;
  r.event_id = random.bits(minute, slot(10));
  return r;
}

}  // namespace

NewsEvent Release::event() const noexcept {
  return {.ts = (minute - kNewsLead_minutes) * kMinute_ns, .ts_release = minute * kMinute_ns, .event_id = event_id, .consensus = consensus,
          .previous = previous, .currency = currency_code(currency_row(currency).code), .type = type, .impact = NewsImpact::kHigh,
          .has = news_has::kConsensus | news_has::kPrevious};
}

double Release::moved(int tau) const noexcept {
  const auto between = [tau](int from, double a, int to, double b) { return a + (b - a) * (tau - from) / (to - from); };
  if (tau <= kLeakStart) return 0;
  if (tau < kLeakEnd) return between(kLeakStart, 0, kLeakEnd, leak);
  double level = 1;
  const double low = kExtreme * (1 - back);
  if (tau <= 0) level = 0;
  else if (tau < kJump_minutes) level = between(0, 0, kJump_minutes, 1);
  else if (tau < kExtreme_minutes) level = between(kJump_minutes, 1, kExtreme_minutes, kExtreme);
  else if (tau < kBack_minutes) level = between(kExtreme_minutes, kExtreme, kBack_minutes, low);
  else if (tau < kEnd_minutes) level = between(kBack_minutes, low, kEnd_minutes, after);
  else level = after;
  return leak + jump * level;
}

NewsCalendar::NewsCalendar(std::uint64_t seed, std::int64_t from_minute, std::int64_t to_minute) {
  const Random random(seed, 0x6e657773);  // a stream of its own
  const CivilDate first = civil_date(from_minute * kMinute_ns), last = civil_date(to_minute * kMinute_ns);
  for (int month = 12 * first.year + first.month - 1; month <= 12 * last.year + last.month - 1; ++month)
    for (const CalendarRow& row : kRows) {
      if ((row.months >> (month % 12) & 1) == 0) continue;
      const std::int64_t minute = minute_of(row, month / 12, month % 12 + 1);
      if (minute - kNewsLead_minutes > from_minute && minute <= to_minute) releases_.push_back(make(row, minute, random));
    }
  std::stable_sort(releases_.begin(), releases_.end(), [](const Release& a, const Release& b) { return a.minute < b.minute; });
}

const NewsEffects& NewsCalendar::step(std::int64_t minute) noexcept {
  effect_.fill({});
  while (first_ < releases_.size() && releases_[first_].minute + kAfter_minutes < minute) ++first_;
  for (std::size_t i = first_; i < releases_.size() && releases_[i].minute - kBefore_minutes <= minute; ++i) {
    const Release& r = releases_[i];
    const int tau = static_cast<int>(minute - r.minute);
    NewsEffect& e = effect_[static_cast<std::size_t>(r.currency)];
    e.window = true;
    e.move += r.moved(tau + 1) - r.moved(tau);
    if (tau == 0) ++count_;
    const bool leaks = r.leak != 0 && tau >= kLeakStart && tau < kLeakEnd;
    if (leaks) e.leak = r.leak > 0 ? 1 : -1;
    const double volume = tau < 0 ? (leaks ? 1.6 : 1.0)
                        : tau < kRush_minutes ? (r.heavy ? 50 : 12) : tau < kExtreme_minutes ? (r.heavy ? 6 : 4) : 1.5;
    const double spread = tau >= 0 && tau < kRush_minutes ? 2.2 : tau >= 0 && tau < 10 ? 1.4 : 1;
    e.volume = std::max(e.volume, volume);
    e.spread = std::max(e.spread, spread);
  }
  return effect_;
}

}  // namespace omega::sim
