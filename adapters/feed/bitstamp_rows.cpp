// Rows of the two files to what they say of one order or trade.
#include <array>

#include "adapters/feed/bitstamp_reader.hpp"
#include "adapters/feed/json_tokens.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

using Kind = BitstampRow::Kind;

struct Word {
  std::string_view text;
  Kind kind;
};
constexpr std::array<Word, 5> kEvents{{{"order_created", Kind::kCreated}, {"order_changed", Kind::kChanged}, {"order_deleted", Kind::kDeleted},
                                       {"trade", Kind::kTrade}, {"order_book", Kind::kNothing}}};
constexpr std::array<Word, 3> kActions{{{"created", Kind::kCreated}, {"changed", Kind::kChanged}, {"deleted", Kind::kDeleted}}};

template <std::size_t N>
const Word* find(const std::array<Word, N>& words, std::string_view text) noexcept {
  for (const Word& w : words) {
    if (w.text == text) return &w;
  }
  return nullptr;
}

/// What the engine can hold; of an order that ends or changes, nothing may be left.
std::optional<RowKind> judge(const BitstampRow& row) noexcept {
  if (row.order.price <= 0 || row.order.price > kPriceLimit) return RowKind::kBadTickPrice;
  const bool may_be_nothing = row.kind == Kind::kChanged || row.kind == Kind::kDeleted;
  if (row.order.size < 0 || (row.order.size == 0 && !may_be_nothing) || row.order.size > kVolumeLimit) return RowKind::kBadTickSize;
  return std::nullopt;
}

}  // namespace

std::optional<RowKind> parse_bitstamp_line(std::string_view text, BitstampRow& out, std::uint64_t& rounded) {
  const std::size_t first = text.find(' '), second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return RowKind::kMissingField;
  const auto ts = parse_epoch(text.substr(0, first), EpochUnit::kMillis);
  if (!ts) return RowKind::kBadTimestamp;
  const Word* const event = find(kEvents, text.substr(first + 1, second - first - 1));
  if (event == nullptr) return RowKind::kUnknownType;
  out = {.kind = event->kind, .ts = *ts, .number = 0, .order = {}};
  if (out.kind == Kind::kNothing) return std::nullopt;

  JsonTokens json;
  if (!json.read(text.substr(second + 1))) return RowKind::kBadJson;
  const JsonToken *const id = json.member("id"), *const price = json.member("price"), *const amount = json.member("amount");
  if (id == nullptr || price == nullptr || amount == nullptr) return RowKind::kMissingField;
  const auto number = parse_whole(id->text);
  if (!number) return RowKind::kBadRecord;
  out.number = *number;
  if (const auto fault = take_price(parse_scientific(price->text, kPriceDigits), out.order.price, rounded)) return fault;
  if (const auto fault = take_volume(parse_scientific(amount->text, kQtyDigits), out.order.size, rounded)) return fault;
  if (out.kind != Kind::kTrade) {
    const JsonToken* const side = json.member("order_type");
    if (side == nullptr) return RowKind::kMissingField;
    if (side->text != "0" && side->text != "1") return RowKind::kUnknownType;
    out.order.side = side->text == "0" ? BookSide::kBid : BookSide::kAsk;
  }
  return judge(out);
}

std::optional<RowKind> parse_bitstamp_csv(std::string_view text, BitstampRow& out, std::uint64_t& rounded) {
  std::array<std::string_view, 7> field;
  const std::size_t n = split_fields(text, ',', field);
  if (const auto fault = field_count_fault(text, ',', n, field.size())) return fault;
  const auto ts = parse_epoch(field[1], EpochUnit::kMillis);
  if (!ts) return RowKind::kBadTimestamp;
  const Word* const action = find(kActions, field[5]);
  if (action == nullptr || (field[6] != "bid" && field[6] != "ask")) return RowKind::kUnknownType;
  out = {.kind = action->kind, .ts = *ts, .number = 0, .order = {.side = field[6] == "bid" ? BookSide::kBid : BookSide::kAsk}};
  const auto number = parse_whole(field[0]);
  if (!number) return RowKind::kBadRecord;
  out.number = *number;
  if (const auto fault = read_price(field[3], out.order.price, rounded)) return fault;
  // volumes are whole numbers of 1e-8
  if (const auto fault = take_volume(parse_decimal(field[4], 0), out.order.size, rounded)) return fault;
  return judge(out);
}

}  // namespace omega::feed
