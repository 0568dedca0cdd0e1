// What:     The made-up calendar of the simulated market (feed key news=on) and what each release does to its currency.
// Calendar: USD NFP first Friday, CPI second Wednesday, GDP fourth Thursday (13:30 UTC), FOMC third Wednesday of eight months (19:00);
//           EUR ECB second Thursday of eight months (13:15), CPI third Tuesday (10:00); GBP BOE first Thursday of eight months (12:00), CPI
//           third Wednesday (07:00); CAD CPI third Tuesday (13:30); JPY CPI third Thursday (23:30). Times are those of winter, one hour earlier
//           while daylight saving is on by the US rule (USD, CAD) or the EU rule (EUR, GBP). Impact HIGH, published 12 h before.
// Model:    J = 0.32-0.60 % of the currency, with the surprise; tau = minutes since the release, level moved by J times
//             0 to 1 in the first 5 min · to 1.05 at 15 · back by 0.54-0.60 of that at 40 (p 0.7; else 0.25-0.80) · at 95 on to 1.3 (p 0.6) or
//             back to 0.1; before it, with p 0.5, a leak: 0.7 J between tau -24 and -4, with the surprise in 75 %, volume 1.6 times,
//           one-sided trades and best quotes in a book
//           volume of the currency's symbols 12 times for 5 min, 4 times to 15, 1.5 to 120 (p 0.3: 50 and 6 times); spread 2.2 times for 5 min
// Threads:  one after construction; value type.   Arithmetic: + − × ÷ only.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "adapters/feed/sim_random.hpp"
#include "adapters/feed/sim_tables.hpp"
#include "engine/core/events.hpp"

namespace omega::sim {

struct Release {
  std::int64_t minute = 0;          // since 1970
  Currency currency = Currency::kUsd;
  NewsType type = NewsType::kOther;
  double consensus = 0, previous = 0, actual = 0;
  std::uint64_t event_id = 0;
  double jump = 0, leak = 0;        // relative, signed
  double back = 0, after = 0;       // share won back at 40 min; level at 95 min, in units of the jump
  bool heavy = false;

  [[nodiscard]] NewsEvent event() const noexcept;
  [[nodiscard]] NewsRelease release() const noexcept { return {.ts = minute * kMinute_ns, .event_id = event_id, .actual = actual}; }
  /// How far the release has moved its currency, tau minutes after it (relative; negative tau: before).
  [[nodiscard]] double moved(int tau) const noexcept;
};

/// What the calendar does to one minute.
struct NewsEffect {
  double move = 0;                  // relative
  double volume = 1, spread = 1;
  int leak = 0;                     // direction in which somebody knows more
  bool window = false;              // from 35 minutes before a release to 120 after: no other pattern
};

using NewsEffects = std::array<NewsEffect, kCurrencies>;

inline constexpr int kNewsLead_minutes = 12 * 60;

class NewsCalendar {
 public:
  NewsCalendar() = default;         // without releases
  /// Releases in (from, to] minutes that are published after from.
  NewsCalendar(std::uint64_t seed, std::int64_t from_minute, std::int64_t to_minute);

  [[nodiscard]] std::span<const Release> releases() const noexcept { return releases_; }   // by time
  /// minute: not before that of the call before.
  [[nodiscard]] const NewsEffects& step(std::int64_t minute) noexcept;
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }                     // started so far

 private:
  std::vector<Release> releases_;
  std::size_t first_ = 0;           // the first whose window may still be open
  NewsEffects effect_{};
  std::uint32_t count_ = 0;
};

}  // namespace omega::sim
