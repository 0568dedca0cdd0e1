#include "adapters/feed/csv_header.hpp"

#include <algorithm>
#include <cctype>

#include "adapters/feed/reader.hpp"

namespace omega::feed {
namespace {

constexpr std::array<std::string_view, 4> kSides{"open", "high", "low", "close"};

std::string normal_name(std::string_view raw) {
  std::string name;
  for (const char c : raw) {
    if (c == '<' || c == '>' || c == '"') continue;
    name += c == ' ' || c == '-' || c == '/' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto is_edge = [](char c) { return c == '_'; };
  name.erase(name.begin(), std::find_if_not(name.begin(), name.end(), is_edge));
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

char find_separator(std::string_view header) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char c : {',', ';', '\t', '|'}) {
    const auto n = std::count(header.begin(), header.end(), c);
    if (n > most) most = n, best = c;
  }
  return best;
}

class Columns {
 public:
  explicit Columns(std::vector<std::string> names) : names_(std::move(names)), used_(names_.size(), false) {}

  int find(std::initializer_list<std::string_view> aliases) {
    for (const std::string_view alias : aliases) {
      const auto it = std::find(names_.begin(), names_.end(), alias);
      if (it == names_.end()) continue;
      return static_cast<int>(it - names_.begin());
    }
    return CsvLayout::kAbsent;
  }
  int take(int column) {
    if (column != CsvLayout::kAbsent) used_[static_cast<std::size_t>(column)] = true;
    return column;
  }
  /// All four prices of a side, or false.
  bool find_side(std::string_view side, std::array<int, 4>& out) {
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string name(kSides[i]), s(side);
      out[i] = side.empty() ? find({name, name.substr(0, 1)}) : find({s + "_" + name, s + name, name + "_" + s});
    }
    return std::none_of(out.begin(), out.end(), [](int c) { return c == CsvLayout::kAbsent; });
  }
  [[nodiscard]] const std::string& name(int column) const { return names_[static_cast<std::size_t>(column)]; }
  [[nodiscard]] std::string list(bool unused_only) const {
    std::string text;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (unused_only && used_[i]) continue;
      text += (text.empty() ? "" : ", ") + names_[i];
    }
    return text;
  }
  [[nodiscard]] std::string repeated() const {
    std::vector<std::string> sorted = names_;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    return twice == sorted.end() ? "" : *twice;
  }

 private:
  std::vector<std::string> names_;
  std::vector<bool> used_;
};

Error usage(const std::string& where, const std::string& what) { return {ErrorKind::kUsage, where + ":1: " + what}; }

bool find_time(Columns& columns, CsvLayout& layout) {
  layout.time = columns.find({"timestamp_utc", "timestamp", "datetime_utc", "datetime", "date_time_utc", "date_time",
                              "open_time_utc", "open_time", "ts_utc", "ts"});
  if (layout.time == CsvLayout::kAbsent) {
    layout.time = columns.find({"time_utc", "time"});
    const int date = columns.find({"date_utc", "date"});
    if (layout.time == CsvLayout::kAbsent) layout.time = date;
    else layout.date = columns.take(date);
  }
  if (layout.time == CsvLayout::kAbsent) return false;
  columns.take(layout.time);
  layout.states_utc = columns.name(layout.time).ends_with("_utc") ||
                      (layout.date != CsvLayout::kAbsent && columns.name(layout.date).ends_with("_utc"));
  return true;
}

Status find_prices(Columns& columns, const ImportOptions& options, const std::string& where, CsvLayout& layout) {
  std::array<int, 4> one{}, bid{}, ask{};
  const bool has_one = columns.find_side("", one), has_bid = columns.find_side("bid", bid), has_ask = columns.find_side("ask", ask);
  const int tick_bid = columns.find({"bid"}), tick_ask = columns.find({"ask"});
  const bool has_ticks = tick_bid != CsvLayout::kAbsent && tick_ask != CsvLayout::kAbsent;
  layout.shape = CsvLayout::Shape::kOneSide;
  if (!options.basis && has_bid && has_ask) {
    layout.shape = CsvLayout::Shape::kBothSides;
    layout.prices = bid, layout.asks = ask;
  } else if (!options.basis && has_ticks && !has_one) {
    layout.shape = CsvLayout::Shape::kTicks;
    layout.prices[0] = tick_bid, layout.asks[0] = tick_ask;
  } else if (!options.basis && (has_bid || has_ask) && !has_one) {
    layout.basis = has_bid ? PriceBasis::kBid : PriceBasis::kAsk;
    layout.prices = has_bid ? bid : ask;
  } else if (options.basis && ((*options.basis == PriceBasis::kBid && has_bid) || (*options.basis == PriceBasis::kAsk && has_ask))) {
    layout.basis = *options.basis;
    layout.prices = *options.basis == PriceBasis::kBid ? bid : ask;
  } else if (has_one) {
    if (!options.basis) return usage(where, "needs --price-basis: the column names do not state the side; use bid, ask, mid or trade");
    layout.basis = *options.basis;
    layout.prices = one;
  } else if (options.basis && (has_ticks || has_bid || has_ask)) {
    return usage(where, std::string("has no open, high, low, close columns for --price-basis ") + name_of(*options.basis) +
                            "; leave --price-basis out to use " + (has_ticks ? "bid and ask" : "the sides the names state"));
  } else {
    return usage(where, "the header does not name prices; found: " + columns.list(false) +
                            "; expected open, high, low, close, or bid_open ... ask_close, or bid, ask");
  }
  for (const int c : layout.prices) columns.take(c);
  for (const int c : layout.asks) columns.take(c);
  return Ok{};
}

Status find_volume(Columns& columns, const ImportOptions& options, const std::string& where, CsvLayout& layout) {
  if (*options.volume == VolumeChoice::kColumn) {
    layout.volume = columns.take(columns.find({"volume", "vol", "v"}));
    if (layout.volume == CsvLayout::kAbsent || layout.shape == CsvLayout::Shape::kTicks) {
      return usage(where, "--volume column needs a volume column; found: " + columns.list(false) + "; use range-proxy or none");
    }
    layout.volume_kind = VolumeKind::kTraded;
  } else if (*options.volume == VolumeChoice::kTicks) {
    if (layout.shape != CsvLayout::Shape::kTicks) {
      layout.volume = columns.take(columns.find({"tick_volume", "tickvolume", "tickvol", "n_ticks"}));
      if (layout.volume == CsvLayout::kAbsent) {
        return usage(where, "--volume ticks needs ticks (bid, ask) or a tick_volume column; found: " + columns.list(false) +
                                "; use column, range-proxy or none");
      }
    }
    layout.volume_kind = VolumeKind::kTicks;
  }
  return Ok{};
}

}  // namespace

Result<CsvLayout> parse_csv_header(std::string_view header, const ImportOptions& options, const std::string& where) {
  CsvLayout layout;
  layout.separator = find_separator(header);
  std::array<std::string_view, kCsvColumns_max> field;
  layout.columns = split_fields(header, layout.separator, field);
  if (layout.columns > kCsvColumns_max) return usage(where, "more than " + std::to_string(kCsvColumns_max) + " columns");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layout.columns; ++i) names.push_back(normal_name(field[i]));
  Columns columns(std::move(names));
  if (!find_time(columns, layout)) {
    return usage(where, "the first line must name the columns; found: " + excerpt(columns.list(false)) +
                            "; expected timestamp (or date and time), open, high, low, close, and optionally volume, symbol");
  }
  if (const std::string twice = columns.repeated(); !twice.empty()) {
    return usage(where, "the header names column '" + twice + "' twice; rename one");
  }
  if (Status s = find_prices(columns, options, where, layout); !s) return s.error();
  if (Status s = find_volume(columns, options, where, layout); !s) return s.error();
  if (options.symbol.empty()) {
    layout.symbol = columns.take(columns.find({"symbol", "ticker", "instrument"}));
    if (layout.symbol == CsvLayout::kAbsent) return usage(where, "needs --symbol: there is no symbol column");
  }
  layout.ignored = columns.list(true);
  return layout;
}

}  // namespace omega::feed
