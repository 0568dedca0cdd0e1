// What:     The built-in simulated market: M1 bars with both sides and tick counts for several FX symbols, for runs
//           without data; on request trades and an order book for some of them, and news releases. Plausible, not real: every bar carries kSimulated and every report says so.
// Owner:    the driver.   Threads: the sequencer's.
// Ordering: the total order; minute by minute: its ticks, its bars by InstrumentId, the news of its end. FX week only (STRATEGIES 1.4, US daylight time by rule).
// Errors:   create() refuses unknown or repeated symbols and bad numbers; next() cannot fail. No allocation in next().
// Same seed, same bytes, whatever compiler; a symbol's bars do not depend on which other symbols are asked for.
// Models:   sim_currencies.hpp (factors, regimes, drifts, runs), sim_symbol.hpp (bars, spreads, volumes, gaps),
//           sim_pattern.hpp (stop runs, exhaustion spikes, displacements), sim_ticks.hpp and sim_book_pattern.hpp (trades, book and
//           what happens in it), sim_news.hpp (calendar, releases), sim_crises.hpp; describe_lines() prints them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/feed/sim_symbol.hpp"
#include "adapters/feed/sim_ticks.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"

namespace omega {

struct SimMarketConfig {
  std::uint64_t seed = 1;
  std::vector<std::string> symbols{"EURUSD", "GBPUSD", "USDJPY"};
  int days = 90;                                            // calendar days
  TimeNs start_ts = 1'704'067'200 * kSecond_ns;             // 2024-01-01T00:00Z; a whole minute
  int spread_percent = 100;                                 // of the usual spreads; 15 makes most of them one to three ticks
  std::vector<std::string> book{};                          // some of symbols: these have trades and an order book
  bool news = false;                                        // releases of the symbols' currencies
  bool crises = false;                                      // crises of currencies, decouplings, inducements
  std::vector<InstrumentId> instruments{};                  // parallel to symbols; empty: 0, 1, 2 ...
};

class SimMarket final : public ExternalFeed {
 public:
  static Result<std::unique_ptr<SimMarket>> create(const SimMarketConfig& config);
  [[nodiscard]] static std::vector<std::string> supported_symbols();
  /// What the market is made of, one sentence a line, for `omega run` and the README.
  [[nodiscard]] static std::vector<std::string> describe_lines();

  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  bool next(InputEvent& out) noexcept override;
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }

  /// Patterns started so far, all symbols; momentum runs and crises counted per currency.
  [[nodiscard]] std::uint32_t patterns(sim::PatternKind kind) const noexcept;
  [[nodiscard]] std::uint32_t twin_episodes() const noexcept { return currencies_.twin_episodes(); }
  /// News releases so far, of all currencies.
  [[nodiscard]] std::uint32_t releases() const noexcept { return calendar_.count(); }

 private:
  explicit SimMarket(const SimMarketConfig& config);
  void fill_minute() noexcept;
  bool take_tick(InputEvent& out) noexcept;
  bool take_news(InputEvent& out) noexcept;

  sim::Currencies currencies_;
  sim::Crises crises_;
  std::vector<sim::SimSymbol> symbols_;  // by InstrumentId
  std::vector<Bar> bars_;                // of the current minute
  std::vector<sim::SimTicks> ticks_;     // of the symbols with a book, by InstrumentId
  sim::NewsCalendar calendar_;
  std::vector<sim::Release> news_;       // of the symbols' currencies, by time
  std::size_t next_event_ = 0, next_release_ = 0;
  std::size_t bar_count_ = 0, next_bar_ = 0;
  std::int64_t minute_, end_minute_;
  std::int64_t last_open_minute_ = 0;
  FeedDescription description_;
  std::string error_;
};

}  // namespace omega
