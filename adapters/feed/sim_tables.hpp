// What:     Fixed numbers of the simulated market: currencies and their factor loadings, symbols, the day's profile.
// Threads:  constants; any.   Units: prices in quote currency, spreads and units (u) likewise, daily shares of price.
// Source:   spreads, ticks and u from STRATEGIES 1.6; loadings chosen so that pair correlations have the signs and about
//           the sizes of the table in STRATEGIES 4.7.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace omega::sim {

enum class Currency : std::uint8_t { kUsd, kEur, kGbp, kJpy, kChf, kAud, kNzd, kCad, kCount };
inline constexpr std::size_t kCurrencies = static_cast<std::size_t>(Currency::kCount);

/// Common shocks: the dollar, Europe, commodities, risk appetite.
inline constexpr std::size_t kFactors = 4;
struct CurrencyRow {
  std::string_view code;
  std::array<double, kFactors> loading;
  double own;                     // weight of the currency's own shock
};
[[nodiscard]] const CurrencyRow& currency_row(Currency c) noexcept;

struct SymbolRow {
  std::string_view name;
  Currency base, quote;
  double start;                   // price on day one
  std::int64_t tick;              // Price, 1e-9
  double u;                       // threshold unit
  double spread;
  double ticks_per_minute;        // mean tick count of a minute in an average hour
};
[[nodiscard]] std::span<const SymbolRow> symbol_rows() noexcept;
[[nodiscard]] const SymbolRow* find_symbol(std::string_view name) noexcept;

/// Interpolated between the hours, mean 1 over the day. minute_of_day in [0, 1440).
[[nodiscard]] double volatility_profile(int minute_of_day) noexcept;
[[nodiscard]] double volume_profile(int minute_of_day) noexcept;
/// Spread multiple: wide around the roll of the day (21-23 UTC).
[[nodiscard]] double spread_profile(int minute_of_day) noexcept;

}  // namespace omega::sim
