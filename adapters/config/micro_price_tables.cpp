#include "adapters/config/micro_price_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/config/model_file.hpp"

namespace omega::config {
namespace {

constexpr const char* kHeader = "symbol,bin,spread_1,spread_2,spread_3";
constexpr const char* kEverySymbol = "*";
constexpr std::size_t kColumns = 2 + MicroPriceTable::kSpreads;

/// The rows of one symbol as they come.
struct Rows {
  std::string symbol;
  Place first;
  bool known = true;  // the symbol: else one complaint is enough
  std::array<bool, MicroPriceTable::kBins> seen{};
  bool wrong = false;
  MicroPriceTable table;
};

template <class T> bool whole_text(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// What is wrong with the row, or nothing.
std::string read_row(const std::vector<std::string>& cells, Rows& rows) {
  if (cells.size() != kColumns) return fmt::format("expected {} columns, got {}", kColumns, cells.size());
  std::size_t bin = 0;
  if (!whole_text(cells[1], bin) || bin < 1 || bin > MicroPriceTable::kBins) {
    return fmt::format("expected a bin from 1 to {}, got '{}'", MicroPriceTable::kBins, cells[1]);
  }
  if (rows.seen[bin - 1]) return fmt::format("expected one row per bin, got a second one for bin {}", bin);
  rows.seen[bin - 1] = true;
  for (std::size_t s = 0; s < MicroPriceTable::kSpreads; ++s) {
    double& value = rows.table.adjustment_ticks[bin - 1][s];
    if (!whole_text(cells[2 + s], value) || !(value >= -kAdjustmentMax_ticks && value <= kAdjustmentMax_ticks)) {
      return fmt::format("expected spread_{} from {} to {} ticks, got '{}'", s + 1, -kAdjustmentMax_ticks, kAdjustmentMax_ticks, cells[2 + s]);
    }
  }
  return {};
}

std::string missing_bins(const Rows& rows) {
  std::string missing;
  for (std::size_t b = 0; b < rows.seen.size(); ++b) {
    if (!rows.seen[b]) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", b + 1);
  }
  return missing;
}

}  // namespace

void read_micro_price_tables(const std::filesystem::path& file, const std::string& shown_as, EngineConfig& config, Issues& issues) {
  const auto instrument = [&](const std::string& symbol) {
    return std::find_if(config.instruments.begin(), config.instruments.end(), [&](const InstrumentConfig& i) { return i.symbol == symbol; });
  };
  std::vector<Rows> symbols;
  for (const ModelRow& row : read_model_rows(file, shown_as, kHeader, "a micro-price table", issues)) {
    const std::string& symbol = row.cells[0];
    auto rows = std::find_if(symbols.begin(), symbols.end(), [&](const Rows& r) { return r.symbol == symbol; });
    if (rows == symbols.end()) {
      rows = symbols.insert(symbols.end(), {.symbol = symbol, .first = row.place, .table = {}});
      rows->known = symbol == kEverySymbol || instrument(symbol) != config.instruments.end();
      if (!rows->known) issues.add(row.place, "model", "expected a symbol of instruments.yaml, or *, got '" + symbol + "'");
    }
    if (!rows->known) continue;
    const std::string wrong = read_row(row.cells, *rows);
    if (wrong.empty()) continue;
    issues.add(row.place, "model." + symbol, wrong);
    rows->wrong = true;
  }
  for (Rows& rows : symbols) {
    if (!rows.known) continue;
    const std::string missing = missing_bins(rows);
    if (!rows.wrong && !missing.empty()) {
      issues.add(rows.first, "model." + rows.symbol, fmt::format("expected the bins 1 to {}, got none of {}", MicroPriceTable::kBins, missing));
      rows.wrong = true;
    }
    if (!rows.wrong && rows.symbol != kEverySymbol) instrument(rows.symbol)->micro_price = rows.table;
  }
  const auto every = std::find_if(symbols.begin(), symbols.end(), [](const Rows& r) { return r.symbol == kEverySymbol; });
  if (every == symbols.end() || every->wrong) return;
  for (InstrumentConfig& i : config.instruments) {
    if (!i.micro_price) i.micro_price = every->table;
  }
}

}  // namespace omega::config
