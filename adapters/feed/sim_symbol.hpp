// What:     One symbol of the simulated market: follows base ÷ quote plus its own small deviation, runs the patterns and
//           writes M1 bars with both sides, tick counts and spreads.
// Model:    mid = start·P_base/P_quote·(1 + x); x decays with a half-life of about two days, takes 5 % of the volatility as
//           own noise and absorbs what a pattern did. High and low lie beyond open and close by 0.35·|normal|·σ each. The
//           spread is one whole number of ticks per bar: table × (0.85..1.15) × hour × regime (shock 2) × pattern × the
//           share that is asked for.
//           Ticks of a minute: table × hour × regime × (0.45 + 0.55·|move|/σ, move/σ at most 4) × (0.7..1.3) × pattern.
// Patterns: trend = order of price, its two-day and its seven-day mean. Between 07 and 19 UTC, outside shocks and runs:
//           stop run per minute near the level with p 0.4 along the trend, 0.08 against, 0.2 without one, each level once a
//           day; displacement at an M15 boundary before 14 UTC with p 1/60, along the trend in 80 %; exhaustion at an M5
//           boundary of a range with p 1/60 when the last 70 min were calm, its reversal along the trend in 75 %.
//           With an order book besides: iceberg, OFI burst, footprint and spoof, each with p 1/700 a minute, along the trend in 80 %
//           (the burst p 2/700, only along the trend and the last 20 min).
//           With crises=on: inducement with p 1/1500 a minute between 08 and 18 UTC, along the trend in 70 %.
//           News and crises of one of its currencies end a pattern and keep others away.
//           The symbols of the twins (base AUD or NZD) have none: theirs are the episodes of sim_currencies.hpp.
// Absent:   a minute in 400, and every 20 days or so an outage of 125-185 min; the price moves on unseen.
// Threads:  one.
#pragma once

#include <array>

#include "adapters/feed/sim_book_pattern.hpp"
#include "adapters/feed/sim_currencies.hpp"
#include "adapters/feed/sim_pattern.hpp"
#include "engine/core/events.hpp"

namespace omega::sim {

class SimSymbol {
 public:
  /// book: the symbol has an order book, and its patterns.
  SimSymbol(const SymbolRow& row, InstrumentId id, std::uint64_t seed, bool book = false, bool crises = false, int spread_percent = 100) noexcept;

  /// The bar of this minute; false when the minute is missing.
  bool step(const Currencies& currencies, std::int64_t minute, Bar& out) noexcept;

  /// Of the minute of the last step().
  [[nodiscard]] const TickPlan& tick_plan() const noexcept { return tick_plan_; }
  [[nodiscard]] const SymbolRow& row() const noexcept { return *row_; }
  [[nodiscard]] Random tick_random(std::uint64_t seed) const noexcept;
  [[nodiscard]] InstrumentId id() const noexcept { return id_; }
  [[nodiscard]] const std::array<std::uint32_t, kPatternKinds>& patterns() const noexcept { return patterns_; }

 private:
  static constexpr std::size_t kM5Window = 200;  // lookback of S01, the reader of exhaustion spikes
  void start_day() noexcept;
  [[nodiscard]] bool quiet(const Currencies& currencies, int hour) const noexcept;
  [[nodiscard]] int trend() const noexcept;
  [[nodiscard]] int side_of(int trend, double along, std::int64_t minute) const noexcept;
  void maybe_start(const Currencies& currencies, std::int64_t minute) noexcept;
  bool maybe_induce(double sigma, std::int64_t minute) noexcept;
  [[nodiscard]] bool in_window(const Currencies& currencies) const noexcept;
  void maybe_start_book(std::int64_t minute) noexcept;
  void keep_bounds(Bar& bar) const noexcept;
  bool maybe_stop_run(int trend, std::int64_t minute) noexcept;
  [[nodiscard]] bool moments(double& mean, double& sd) const noexcept;
  [[nodiscard]] bool missing(std::int64_t minute) noexcept;
  void write(const MinutePlan& plan, double open, double high, double low, double volume, std::int64_t minute, Bar& out) const noexcept;
  void remember(double high, double low, double close, int minute_of_day) noexcept;
  [[nodiscard]] double spread(const MinutePlan& plan, std::int64_t minute) const noexcept;

  const SymbolRow* row_;
  InstrumentId id_;
  Random random_;
  bool book_, crises_;
  double spread_share_;                          // of the usual spread
  Pattern pattern_;
  BookPattern book_pattern_;
  TickPlan tick_plan_;
  double close_ = 0, deviation_ = 0;
  double fast_ = 0, slow_ = 0;                   // means whose order is the trend that most patterns follow
  double shock_spread_ = 1;
  double day_high_ = 0, day_low_ = 0, prior_high_ = 0, prior_low_ = 0;
  bool high_run_ = false, low_run_ = false;      // yesterday's level already run today
  std::array<double, kM5Window> m5_close_{};
  std::size_t m5_count_ = 0;
  std::int64_t day_ = -1, outage_until_ = 0;
  std::array<std::uint32_t, kPatternKinds> patterns_{};
};

}  // namespace omega::sim
