// What:     The eight currencies of the simulated market. Every symbol is base ÷ quote, so triangles hold (up to the
//           symbols' own small, decaying deviations) and correlations follow from the factor loadings.
// Model, per minute and currency c, level P_c (1 on day one):
//           r_c = σ·(Σ_k loading_ck·f_k + own_c·f_c) + drift_c − pull·(P_c − 1) − centring   and   P_c ← P_c·(1 + r_c)
//   f        0.92·normal + 0.39·(persistent order flow, an AR(1) with coefficient 0.9), one per factor and currency
//   σ        0.30 % a day, times the hour's profile and the regime (range 0.75, trend 1, shock 2.2)
//   regime   one Markov chain for the market, a step each 15 min; mean stay: range 20 h, trend 24 h, shock 100 min
//   drift    sign −1, 0 or +1 per currency, redrawn each UTC day with p = 0.1 (or when 0); full in a trend (0.34 % a day), a third
//            otherwise; against it on 35 % of days; forced homewards beyond ±5 %
//   centring in a range the level is drawn to where the range began, half-life about 6 h
//   pull     2 % of the distance from 1 a day
//   run      a non-dollar currency starts with p = 0.17 a weekday (Mon-Thu, 06-13 UTC) a momentum run: 1.15-1.45 % in
//            330 min, 60 % of it in the last 90, when volumes of all its symbols triple; on the side of its four-day mean with p = 0.9
//   twin     NZD is AUD times 1 + w: w takes own shocks of 0.7 of a unit and returns with a half-life of 10 h, so symbols of the two are
//            cointegrated (rho of returns about 0.9). An episode begins with p = 0.2 a weekday (Mon-Thu) between 14 and 18 UTC: w drifts to
//            0.42-0.62 % by 08-12 UTC of the next day, an hour up and an hour down by 0.16 % besides (the two decouple); then for four hours AUD moves half the gap on 2.6 times the volume
//            of all symbols of the two, while w halves every two hours
//   decoupling  with the feed key crises=on every such episode, and p = 0.22, own shocks of 0.45: AUD at 0.4 of its volatility, a gap of 3.8 sd of w and swings of
//            0.18 % times the regime until the correlation of 20 hourly returns in dollars is below 0.42
//            while w opens; while it closes, with a half-life of 16 h, both move 0.09 % in the last 25 min of each hour, AUD's way, on 5 times the volume: the correlation of a day falls and turns up
//   crises   with the feed key crises=on: see sim_crises.hpp
//   news     with the feed key news=on: what a release does to its currency, see sim_news.hpp
// Threads:  one.   Arithmetic: + − × ÷ and square root only.
#pragma once

#include <array>
#include <utility>

#include "adapters/feed/sim_crises.hpp"
#include "adapters/feed/sim_news.hpp"
#include "adapters/feed/sim_random.hpp"
#include "adapters/feed/sim_tables.hpp"
#include "engine/core/civil_time.hpp"

namespace omega::sim {

enum class Regime : std::uint8_t { kRange, kTrend, kShock };
inline constexpr double kDailyVolatility = 0.0030;   // of one unit of loading

class Currencies {
 public:
  /// crises: twin episodes become decouplings.
  explicit Currencies(std::uint64_t seed, bool crises = false) noexcept;

  /// Advances by one minute. minute: since 1970; closed minutes (weekend) are skipped by the caller, who passes
  /// scale > 1 for the first minute after a pause, so that the market gaps.
  void step(std::int64_t minute, double scale, const NewsEffects& news = {}, const CrisisEffects& crises = {}) noexcept;

  [[nodiscard]] double level(Currency c) const noexcept { return state(c).level; }
  [[nodiscard]] bool in_run(Currency c) const noexcept { return state(leader(c)).run_left > 0 || (is_twin(c) && twin_.closing > 0); }
  /// Volume multiple of a momentum run, 1 without one.
  [[nodiscard]] double run_volume(Currency c) const noexcept;
  [[nodiscard]] const NewsEffect& news(Currency c) const noexcept { return news_[static_cast<std::size_t>(c)]; }
  [[nodiscard]] const CrisisEffect& crisis(Currency c) const noexcept { return crisis_.of[static_cast<std::size_t>(c)]; }
  [[nodiscard]] Regime regime() const noexcept { return regime_; }
  [[nodiscard]] double regime_volatility() const noexcept;
  [[nodiscard]] std::uint32_t runs() const noexcept { return runs_; }
  [[nodiscard]] std::uint32_t twin_episodes() const noexcept { return twin_.episodes; }

 private:
  struct State {
    double level = 1, center = 1, mean = 1, flow = 0;
    int drift = 0;
    bool pullback = false;                 // today against the drift
    int run_left = 0, run_direction = 0;   // minutes
    double run_size = 0;
    int run_start = -1;                    // minute of today at which a run begins, -1: none
  };
  static constexpr std::size_t kTwinHours = 20;
  struct Twin {                            // NZD beside AUD
    double w = 0, flow = 0, gap = 0;
    int start = -1;                        // minute of today at which an episode begins, -1: none
    int opening = 0, closing = 0;          // minutes left
    std::uint32_t episodes = 0;
    // only with crises: mean and mean square of w over some six days; returns of the last hours in dollars
    double mean = 0, square = 0, last_aud = 1, last_nzd = 1;
    std::array<std::pair<double, double>, kTwinHours> hours{};
    std::size_t hour_count = 0;
  };
  [[nodiscard]] static constexpr bool is_twin(Currency c) noexcept { return c == Currency::kAud || c == Currency::kNzd; }
  [[nodiscard]] static constexpr Currency leader(Currency c) noexcept { return c == Currency::kNzd ? Currency::kAud : c; }
  void step_twin(std::int64_t minute, double sigma) noexcept;
  [[nodiscard]] const State& state(Currency c) const noexcept { return state_[static_cast<std::size_t>(c)]; }
  void start_day(std::int64_t minute) noexcept;
  void start_twin_day(Weekday weekday) noexcept;
  void step_regime(std::int64_t minute) noexcept;
  [[nodiscard]] double twin_hush() const noexcept;
  [[nodiscard]] bool pushes() const noexcept;
  [[nodiscard]] bool apart() const noexcept;
  [[nodiscard]] double run_return(State& s) noexcept;

  Random random_;
  std::array<State, kCurrencies> state_{};
  std::array<double, kFactors> flow_{};
  Regime regime_ = Regime::kRange;
  Twin twin_;
  NewsEffects news_{};
  CrisisEffects crisis_;
  bool crises_ = false;
  std::int64_t day_ = -1;
  std::uint32_t runs_ = 0;
};

}  // namespace omega::sim
