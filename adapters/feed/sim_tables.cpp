#include "adapters/feed/sim_tables.hpp"

namespace omega::sim {
namespace {

constexpr std::array<CurrencyRow, kCurrencies> kCurrencyRows{{
    // USD    Europe commod. risk     own
    {"USD", {1.00, 0.00, 0.00, -0.10}, 0.00},
    {"EUR", {0.00, 0.90, 0.00, 0.00}, 0.35},
    {"GBP", {0.00, 0.70, 0.00, 0.10}, 0.60},
    {"JPY", {0.00, 0.00, 0.00, -0.60}, 0.75},
    {"CHF", {0.00, 0.85, 0.00, -0.25}, 0.40},
    {"AUD", {0.00, 0.00, 0.90, 0.35}, 0.40},
    {"NZD", {0.00, 0.00, 0.90, 0.35}, 0.45},  // not used: AUD's twin (sim_currencies.hpp)
    {"CAD", {0.00, 0.00, 0.55, 0.20}, 0.50},
}};

using C = Currency;
constexpr std::array<SymbolRow, 14> kSymbolRows{{
    {"EURUSD", C::kEur, C::kUsd, 1.1000, 10'000, 0.0001, 0.00010, 90},
    {"GBPUSD", C::kGbp, C::kUsd, 1.2700, 10'000, 0.0001, 0.00015, 85},
    {"USDJPY", C::kUsd, C::kJpy, 145.00, 1'000'000, 0.01, 0.010, 95},
    {"AUDUSD", C::kAud, C::kUsd, 0.6700, 10'000, 0.0001, 0.00010, 70},
    {"NZDUSD", C::kNzd, C::kUsd, 0.6200, 10'000, 0.0001, 0.00015, 55},
    {"USDCAD", C::kUsd, C::kCad, 1.3400, 10'000, 0.0001, 0.00012, 70},
    {"USDCHF", C::kUsd, C::kChf, 0.8700, 10'000, 0.0001, 0.00012, 60},
    {"EURGBP", C::kEur, C::kGbp, 0.8661, 10'000, 0.0001, 0.00015, 60},
    {"EURJPY", C::kEur, C::kJpy, 159.50, 1'000'000, 0.01, 0.015, 80},
    {"GBPJPY", C::kGbp, C::kJpy, 184.15, 1'000'000, 0.01, 0.020, 85},
    {"AUDJPY", C::kAud, C::kJpy, 97.15, 1'000'000, 0.01, 0.018, 65},
    {"NZDJPY", C::kNzd, C::kJpy, 89.90, 1'000'000, 0.01, 0.022, 50},
    {"EURAUD", C::kEur, C::kAud, 1.6418, 10'000, 0.0001, 0.00020, 65},
    {"EURCAD", C::kEur, C::kCad, 1.4740, 10'000, 0.0001, 0.00020, 60},
}};

// UTC hours 0..23; each row has mean 1.
constexpr std::array<double, 24> kVolatility{0.75, 0.80, 0.75, 0.70, 0.65, 0.70, 0.90, 1.25, 1.45, 1.30, 1.15, 1.05,
                                             1.15, 1.55, 1.65, 1.50, 1.20, 0.95, 0.85, 0.80, 0.75, 0.60, 0.70, 0.85};
constexpr std::array<double, 24> kVolume{0.60, 0.65, 0.60, 0.55, 0.50, 0.60, 0.95, 1.45, 1.65, 1.45, 1.25, 1.15,
                                         1.35, 1.90, 2.00, 1.75, 1.30, 0.95, 0.80, 0.70, 0.60, 0.35, 0.40, 0.50};
constexpr std::array<double, 24> kSpread{1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
                                         1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 2.0, 2.2, 1.4};

double interpolate(const std::array<double, 24>& row, int minute_of_day) noexcept {
  const auto hour = static_cast<std::size_t>(minute_of_day / 60);
  const double share = static_cast<double>(minute_of_day % 60) / 60.0;
  return row[hour] + (row[(hour + 1) % 24] - row[hour]) * share;
}

}  // namespace

const CurrencyRow& currency_row(Currency c) noexcept { return kCurrencyRows[static_cast<std::size_t>(c)]; }
std::span<const SymbolRow> symbol_rows() noexcept { return kSymbolRows; }

const SymbolRow* find_symbol(std::string_view name) noexcept {
  for (const SymbolRow& row : kSymbolRows)
    if (row.name == name) return &row;
  return nullptr;
}

double volatility_profile(int minute_of_day) noexcept { return interpolate(kVolatility, minute_of_day); }
double volume_profile(int minute_of_day) noexcept { return interpolate(kVolume, minute_of_day); }
double spread_profile(int minute_of_day) noexcept { return kSpread[static_cast<std::size_t>(minute_of_day / 60)]; }

}  // namespace omega::sim
