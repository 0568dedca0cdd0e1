// What:     Crises of the simulated market (feed key crises=on): what happens to whole currencies, so that their crosses stay base / quote.
//           All odds are made up. d = direction of the trade that the episode invites; shares of the currency's level.
//   flash crash       p 0.22 a weekday, 08-15 UTC, EUR, GBP, JPY or CAD: four minutes of 0.35 % against d, each on a fifth to a quarter of a
//                     day's volume; a minute that stands still on as much; 0.62 % back in one; then an hour home (p 0.65) or on
//   crisis            p 0.22 a weekday, likewise: 1.65 % against d in ten minutes on a day's volume; six minutes that stand still on a third of
//                     it; a snap of 0.42 %; five wicky minutes, twenty that rise 0.045 % on volume and fall 0.036 % without; then 2 h home or on
//   persistent trend  p 0.16 a weekday while none runs: for 10 days one currency has drifts held for 2.5 h, 8 h and a day; on the fifth,
//                     seventh, ninth and eleventh day 0.54 % with the day's drift in 3 h, 0.31 % against it in 2, and so on, then at 11:45 UTC a
//                     break: 0.6 % in half an hour on four times the volume
//   cascade           p 0.15 a weekday, 10-12 UTC: for 26 h one factor moves EUR twice, GBP once and JPY minus once (level drawn anew every
//                     15 min, everything else at 0.4); then for 90 min EURUSD goes its own way, 0.18 % in 15 min on 3 times the volume of EUR,
//                     half of it the dollar's, JPY moves more than that and GBP to and fro: three links of EURUSD break at once
//   decoupling        of the twins AUD and NZD: see sim_currencies.hpp; inducement of one symbol: see sim_pattern.hpp
//           Flash crash, crisis and cascade exclude one another.
// Owner:    SimMarket.   Threads: one.   Arithmetic: + − × ÷ only. No allocation.
#pragma once

#include <array>

#include "adapters/feed/sim_pattern.hpp"
#include "adapters/feed/sim_random.hpp"
#include "adapters/feed/sim_tables.hpp"

namespace omega::sim {

/// What a crisis does to one currency in one minute.
struct CrisisEffect {
  double move = 0;                 // relative
  double volume = 1, spread = 1;   // multiples
  double minutes = 0;              // volume in minutes' worth of an average hour, whatever the move; 0: none
  double tail = 1;                 // scale of high and low beyond open and close
  bool window = false;             // no other pattern
};
struct CrisisEffects {
  std::array<CrisisEffect, kCurrencies> of{};
  double hush = 1;                 // scale of everything else in the market
};

class Crises {
 public:
  Crises() = default;              // none
  explicit Crises(std::uint64_t seed) noexcept : random_(seed, 0x637269736573), on_(true) {}

  /// minute: of an open market, after that of the call before.
  [[nodiscard]] const CrisisEffects& step(std::int64_t minute) noexcept;
  [[nodiscard]] bool on() const noexcept { return on_; }
  [[nodiscard]] std::uint32_t count(PatternKind kind) const noexcept { return counts_[static_cast<std::size_t>(kind)]; }

 private:
  void start_day(std::int64_t minute) noexcept;
  void begin(std::int64_t minute) noexcept;
  void flash_crash(int t) noexcept;
  void crisis(int t) noexcept;
  void cascade(int t, std::int64_t minute) noexcept;
  void trend(std::int64_t minute) noexcept;
  [[nodiscard]] double factor_level(std::int64_t slot) const noexcept;
  [[nodiscard]] double held(std::int64_t minute, std::int64_t length, std::uint32_t slot) const noexcept;
  [[nodiscard]] CrisisEffect& effect(Currency c) noexcept { return effects_.of[static_cast<std::size_t>(c)]; }
  void count_one(PatternKind kind) noexcept { ++counts_[static_cast<std::size_t>(kind)]; }

  Random random_{0, 0};
  bool on_ = false;
  CrisisEffects effects_;
  PatternKind kind_ = PatternKind::kCount;       // what runs or is due today; kCount: nothing
  Currency currency_ = Currency::kEur, trending_ = Currency::kEur;
  int d_ = 0;
  bool follows_ = false;
  std::int64_t day_ = -1, start_ = 0;            // start_: minute
  std::int64_t trend_from_ = 0, trend_to_ = 0;   // days
  std::array<std::uint32_t, kPatternKinds> counts_{};
};

}  // namespace omega::sim
