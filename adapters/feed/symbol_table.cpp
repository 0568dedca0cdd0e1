#include "adapters/feed/symbol_table.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace omega::feed {
namespace {

/// Levenshtein's edit distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string normal_symbol(std::string_view symbol) {
  std::string out;
  for (const char c : symbol) {
    if (c == '/' || c == '-' || c == '_') continue;
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

InstrumentId SymbolTable::find(std::string_view symbol) const {
  const std::string want = normal_symbol(symbol);
  for (std::size_t i = 0; i < size(); ++i) {
    if (config_->instruments[i].symbol == want) return static_cast<InstrumentId>(i);
  }
  return kNoInstrument;
}

Result<InstrumentId> SymbolTable::require(std::string_view symbol, const std::string& where) const {
  if (const InstrumentId id = find(symbol); id != kNoInstrument) return id;
  const std::string want = normal_symbol(symbol);
  std::string nearest;
  std::size_t best = want.size() + 1;
  for (const InstrumentConfig& i : config_->instruments) {
    const std::size_t d = edit_distance(want, i.symbol);
    if (d < best) best = d, nearest = i.symbol;
  }
  return Error{ErrorKind::kUsage, where + ": symbol '" + std::string(symbol) + "' is not in the instrument table" +
                                      (nearest.empty() ? "" : " (nearest: " + nearest + ")") +
                                      "; add it to config/instruments.yaml or name another with --symbol"};
}

}  // namespace omega::feed
