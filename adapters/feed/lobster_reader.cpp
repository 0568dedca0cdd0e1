// The two halves of a day as they are read; lobster_join.cpp makes events of them.
#include <charconv>
#include <unordered_set>

#include "adapters/feed/lobster_reader.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

constexpr Price kUnit = kPriceScale / 10'000;
constexpr std::int64_t kNoLevel = 9'999'999'999;  // price of an empty level, negative on the bid side
constexpr int kSecondDigits_ns = 9;

/// The number at the beginning of text, which is cut off together with the separator behind it.
bool next_number(std::string_view& text, std::int64_t& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty()) return true;
  if (text.front() != ',' || text.size() == 1) return false;
  text.remove_prefix(1);
  return true;
}

bool in_range(std::int64_t price, std::int64_t size) noexcept {
  return price > 0 && price <= kPriceLimit / kUnit && size > 0 && size <= kVolumeLimit / kQtyScale;
}

class MessageFile {
 public:
  MessageFile(SourceQuality& quality, LobsterDay& day) : quality_(&quality), day_(&day) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    std::array<std::string_view, 6> field;
    const std::size_t n = split_fields(row.text, ',', field);
    if (const auto fault = field_count_fault(row.text, ',', n, field.size())) return fault;
    const Decimal time = parse_decimal(field[0], kSecondDigits_ns);
    if (!time.ok() || time.value < 0 || time.value >= kDay_ns) return RowKind::kBadTimestamp;
    std::array<std::int64_t, 5> number{};
    for (std::size_t i = 0; i < number.size(); ++i) {
      const Decimal d = parse_decimal(field[i + 1], 0);
      if (!d.ok() || d.rounded) return d.error == DecimalError::kEmpty ? RowKind::kMissingField : i == 3 ? RowKind::kTextInPrice : RowKind::kBadVolume;
      number[i] = d.value;
    }
    const auto [type, order, size, price, direction] = number;
    if (type < 1 || type > 7) return RowKind::kUnknownType;
    if (type == 7) {
      quality_->add(RowKind::kHalt, row.line, row.text);
      day_->messages.push_back({.time = time.value, .line = static_cast<std::uint32_t>(row.line), .type = 7});
      return std::nullopt;
    }
    if (direction != 1 && direction != -1) return RowKind::kUnknownType;
    if (!in_range(price, size)) return price <= 0 ? RowKind::kBadTickPrice : RowKind::kBadTickSize;
    if (type == 1) orders_.insert(order);
    else if (type <= 4 && !orders_.contains(order)) quality_->add(RowKind::kOlderOrder, row.line, row.text);
    day_->messages.push_back({.time = time.value, .price = price * kUnit, .size = size * kQtyScale, .line = static_cast<std::uint32_t>(row.line),
                              .type = static_cast<std::uint8_t>(type), .direction = static_cast<Direction>(direction)});
    return std::nullopt;
  }

 private:
  SourceQuality* quality_;
  LobsterDay* day_;
  std::unordered_set<std::int64_t> orders_;
};

using Levels = std::vector<BookLevel>;

class BookFile {
 public:
  BookFile(SourceQuality& quality, LobsterDay& day, std::size_t levels) : quality_(&quality), day_(&day), levels_(levels) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    day_->rows.resize(row.line, LobsterRow{.changes_end = static_cast<std::uint32_t>(day_->changes.size()), .readable = false});
    if (const auto fault = parse(row.text)) return fault;
    change(BookSide::kBid, bids_, new_bids_);
    change(BookSide::kAsk, asks_, new_asks_);
    const bool both = !bids_.empty() && !asks_.empty();
    const bool crossed = both && bids_.front().price > asks_.front().price;
    if (crossed) quality_->add(RowKind::kCrossedBook, row.line, row.text);
    if (both && bids_.front().price == asks_.front().price) ++quality_->locked;
    day_->rows.back() = {.changes_end = static_cast<std::uint32_t>(day_->changes.size()), .readable = true};
    return std::nullopt;
  }

 private:
  std::optional<RowKind> parse(std::string_view text) {
    new_bids_.clear();
    new_asks_.clear();
    for (std::size_t i = 0; i < levels_; ++i) {
      if (!take_level(text, kNoLevel, 1, new_asks_) || !take_level(text, -kNoLevel, -1, new_bids_)) {
        return text.empty() ? RowKind::kMissingField : RowKind::kBadBookRow;
      }
    }
    return text.empty() ? std::nullopt : std::optional(RowKind::kExtraField);
  }

  /// sign: +1 where worse prices are higher.
  static bool take_level(std::string_view& text, std::int64_t none, int sign, Levels& side) {
    std::int64_t price = 0, size = 0;
    if (!next_number(text, price) || !next_number(text, size)) return false;
    if (price == none && size == 0) return true;
    if (!in_range(price, size) || (!side.empty() && sign * price * kUnit <= sign * side.back().price)) return false;
    side.push_back({price * kUnit, size * kQtyScale});
    return true;
  }

  void change(BookSide side, Levels& old, Levels& now) {
    if (old == now) return;
    level_changes(side, old, now, [this](const LevelChange& c) { day_->changes.push_back(c); });
    std::swap(old, now);
  }

  SourceQuality* quality_;
  LobsterDay* day_;
  std::size_t levels_;
  Levels bids_, asks_, new_bids_, new_asks_;
};

template <class File>
Status read_rows(ByteSource& bytes, SourceQuality& quality, File file) {
  RowSource rows(bytes, quality);
  bool any = false;
  for (Row row; rows.next(row);) {
    if (const auto fault = file.read_row(row)) {
      rows.reject(row, *fault);
      continue;
    }
    any = true;
    if (!row.terminated) quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
  }
  if (!rows.status() || any) return rows.status();
  const std::string first = quality.listed.empty() ? "" : " (first: " + std::string(info(quality.listed.front().kind).name) + ")";
  return Error{ErrorKind::kData, quality.file + ": none of its " + std::to_string(quality.rows) + " rows could be read as lobster" + first +
                                     "; check --format and the file"};
}

}  // namespace

Result<LobsterName> parse_lobster_name(const std::string& member, const std::string& where) {
  std::array<std::string_view, 6> part;
  const std::string_view stem = std::string_view(member).substr(0, member.rfind('.'));
  const std::size_t n = split_fields(stem, '_', part);
  const auto date = parse_date(part[1]);
  const bool messages = part[4] == "message", book = part[4] == "orderbook";
  std::size_t levels = 0;
  const auto [end, error] = std::from_chars(part[5].data(), part[5].data() + part[5].size(), levels);
  if (n != part.size() || !date || (!messages && !book) || error != std::errc{} || end != part[5].data() + part[5].size()) {
    return Error{ErrorKind::kUsage, where + ": '" + member + "' is not a LOBSTER name; expected TICKER_YYYY-MM-DD_start_end_message_LEVELS.csv and the "
                                            "same with orderbook"};
  }
  if (levels < 1 || levels > kLobsterLevels_max) {
    return Error{ErrorKind::kUsage, where + ": the name says " + std::string(part[5]) + " levels; 1 to " + std::to_string(kLobsterLevels_max) + " are read"};
  }
  const std::string day = std::string(part[0]) + "_" + std::string(part[1]) + "_" + std::string(part[2]) + "_" + std::string(part[3]) + "_" +
                          std::string(part[5]);
  return LobsterName{.ticker = std::string(part[0]), .date = *date, .messages = messages, .levels = levels, .day = day};
}

Status read_lobster(ByteSource& bytes, Reader& reader, std::uint32_t source, LobsterDays& days) {
  auto name = parse_lobster_name(reader.member, reader.where());
  if (!name) return name.error();
  auto id = reader.symbols.require(reader.options.symbol.empty() ? name.value().ticker : reader.options.symbol, reader.where());
  if (!id) return id.error();
  LobsterDay& day = days[name.value().day];
  bool& seen = name.value().messages ? day.has_messages : day.has_book;
  if (seen) return Error{ErrorKind::kUsage, reader.where() + ": this half of the day was given before; name each file once"};
  seen = true;
  day.instrument = id.value();
  day.date = name.value().date;
  (name.value().messages ? day.message_source : day.book_source) = source;
  reader.quality.ticks = reader.quality.quote_sizes = true;
  reader.quality.symbol = reader.symbols.at(id.value()).symbol;
  if (name.value().messages) return read_rows(bytes, reader.quality, MessageFile(reader.quality, day));
  return read_rows(bytes, reader.quality, BookFile(reader.quality, day, name.value().levels));
}

}  // namespace omega::feed
