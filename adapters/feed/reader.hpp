// What:     What every format reader gets: the options, the instrument table, the clock, and where results go.
// Owner:    the import, for one member of one file.   Threads: one.
// Errors:   a reader returns an Error only for what makes the whole file unusable (usage, damage); rows are counted.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "adapters/feed/byte_source.hpp"
#include "adapters/feed/decimal.hpp"
#include "adapters/feed/local_clock.hpp"
#include "adapters/feed/placed_bar.hpp"
#include "adapters/feed/placed_tick.hpp"
#include "adapters/feed/row_source.hpp"
#include "adapters/feed/symbol_table.hpp"

namespace omega::feed {

struct Reader {
  const ImportOptions& options;
  const SymbolTable& symbols;
  const LocalClock* clock;       // null: no --tz
  const std::string& folder;     // name of the folder that holds the file
  const std::string& member;     // file or zip member name
  SourceQuality& quality;
  std::vector<PlacedBar>& bars;  // in file order
  std::map<InstrumentId, TickList>& ticks;  // in file order, faulty ones marked, or left out unless they are kept

  /// Appends one bar whose t_open is a local time; reports what the zone says about it.
  void place(Bar bar, const Resolved& when, const Row& row);
  /// Appends one quote or trade, judged; its ts is set from when.
  void place(InstrumentId id, Quote quote, const Resolved& when, const Row& row);
  void place(InstrumentId id, Trade trade, const Resolved& when, const Row& row);
  [[nodiscard]] std::string where() const { return quality.file; }

 private:
  template <class T> void place_tick(InstrumentId id, T tick, const Resolved& when, const Row& row);
};

/// A price or volume field; nullopt when it was read. rounded counts values finer than the scale.
[[nodiscard]] std::optional<RowKind> take_price(const Decimal& d, Price& out, std::uint64_t& rounded) noexcept;
[[nodiscard]] std::optional<RowKind> take_volume(const Decimal& d, Qty& out, std::uint64_t& rounded) noexcept;
[[nodiscard]] inline std::optional<RowKind> read_price(std::string_view field, Price& out, std::uint64_t& rounded) noexcept {
  return take_price(parse_decimal(field, kPriceDigits), out, rounded);
}
[[nodiscard]] inline std::optional<RowKind> read_volume(std::string_view field, Qty& out, std::uint64_t& rounded) noexcept {
  return take_volume(parse_decimal(field, kQtyDigits), out, rounded);
}

/// Cuts a row at the separator; fields between double quotes may hold it. Returns the number of fields, which may be
/// more than fit in out.
template <class Fields>
[[nodiscard]] std::size_t split_fields(std::string_view text, char separator, Fields& out) noexcept {
  std::size_t n = 0;
  while (true) {
    std::size_t end;
    std::string_view field;
    if (!text.empty() && text[0] == '"') {
      const std::size_t close = text.find('"', 1);
      if (close == std::string_view::npos) {
        field = text, end = text.size();
      } else {
        field = text.substr(1, close - 1);
        end = text.find(separator, close);
        if (end != close + 1 && !(end == std::string_view::npos && close + 1 == text.size())) {
          field = text.substr(0, end);  // text after the closing quote: not a quoted field
        }
      }
    } else {
      end = text.find(separator);
      field = text.substr(0, end);
    }
    if (n < out.size()) out[n] = field;
    ++n;
    if (end >= text.size()) return n;
    text.remove_prefix(end + 1);
  }
}

/// What a wrong number of fields means: another separator, too few, or too many.
[[nodiscard]] std::optional<RowKind> field_count_fault(std::string_view text, char separator, std::size_t have,
                                                       std::size_t want) noexcept;

}  // namespace omega::feed
