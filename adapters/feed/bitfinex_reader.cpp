#include "adapters/feed/bitfinex_reader.hpp"

#include "adapters/feed/json_frames.hpp"
#include "adapters/feed/json_tokens.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

using Kind = JsonToken::Kind;
using Tokens = std::span<const JsonToken>;

struct BookRow {
  std::uint64_t number = 0;
  RestingOrder order;  // price 0: gone
};

/// [order, price, amount] at the beginning of the tokens, which it is cut off from.
std::optional<RowKind> take_row(Tokens& tokens, BookRow& out, std::uint64_t& rounded) {
  if (tokens.size() < 5 || tokens[0].kind != Kind::kBeginArray || tokens[4].kind != Kind::kEnd) return RowKind::kBadRecord;
  if (tokens[1].kind != Kind::kNumber || tokens[2].kind != Kind::kNumber || tokens[3].kind != Kind::kNumber) return RowKind::kBadRecord;
  const auto number = parse_whole(tokens[1].text);
  if (!number) return RowKind::kBadRecord;
  out.number = *number;
  Qty amount = 0;
  if (const auto fault = take_price(parse_scientific(tokens[2].text, kPriceDigits), out.order.price, rounded)) return fault;
  if (const auto fault = take_volume(parse_scientific(tokens[3].text, kQtyDigits), amount, rounded)) return fault;
  out.order.side = amount < 0 ? BookSide::kAsk : BookSide::kBid;
  out.order.size = amount < 0 ? -amount : amount;
  tokens = tokens.subspan(5);
  if (out.order.price == 0) return std::nullopt;  // of an order that is gone the amount is only its side
  if (out.order.price < 0 || out.order.price > kPriceLimit) return RowKind::kBadTickPrice;
  return out.order.size == 0 || out.order.size > kVolumeLimit ? std::optional(RowKind::kBadTickSize) : std::nullopt;
}

class BitfinexFile {
 public:
  explicit BitfinexFile(Reader& reader) : reader_(&reader) {}

  /// A fault of one frame, or an Error that ends the file.
  Result<std::optional<RowKind>> take(const JsonFrame& frame) {
    const auto step = static_cast<i128>(*reader_->options.frame_step_ns);
    const i128 ts = *reader_->options.start_ts + step * (frame.number - 1);
    if (ts >= kEnd_ts) return Error{ErrorKind::kUsage, where(frame) + "its time is beyond the year 2199; use a smaller --frame-step"};
    ts_ = static_cast<TimeNs>(ts);
    line_ = static_cast<std::uint32_t>(frame.number);
    if (frame.too_long) return std::optional(RowKind::kLineTooLong);
    if (!frame.whole) return std::optional(RowKind::kCutRecord);
    if (!json_.read(frame.text)) return std::optional(RowKind::kBadJson);
    const Tokens tokens = json_.all();
    if (tokens[0].kind == Kind::kBeginObject) return venue_event(frame);
    if (tokens[0].kind != Kind::kBeginArray || tokens.size() < 3 || tokens[1].kind != Kind::kNumber) return std::optional(RowKind::kBadRecord);
    return channel_frame(tokens[1].text, tokens.subspan(2, tokens.size() - 3));
  }

 private:
  struct Channel {
    InstrumentId instrument = kNoInstrument;
    OrderTable orders;
  };
  static constexpr TimeNs kEnd_ts = 84'006 * kDay_ns;  // 2200-01-01

  [[nodiscard]] std::string where(const JsonFrame& frame) const { return reader_->where() + ": frame " + std::to_string(frame.number) + ": "; }

  /// {"event": ...}: only a subscription says something of the book.
  Result<std::optional<RowKind>> venue_event(const JsonFrame& frame) {
    const auto text = [this](std::string_view key) {
      const JsonToken* const t = json_.member(key);
      return t == nullptr ? std::string_view{} : t->text;
    };
    if (text("event") != "subscribed" || text("channel") != "book") return std::optional<RowKind>{};
    if (text("prec") != "R0") {
      return Error{ErrorKind::kData, where(frame) + "the book has precision '" + std::string(text("prec")) + "'; only raw books, R0, are read"};
    }
    std::string_view symbol = reader_->options.symbol.empty() ? text("symbol") : std::string_view(reader_->options.symbol);
    if (reader_->options.symbol.empty() && symbol.starts_with('t')) symbol.remove_prefix(1);  // t: traded, as against funding
    auto id = reader_->symbols.require(symbol, reader_->where());
    if (!id) return id.error();
    channels_[std::string(text("chanId"))].instrument = id.value();
    return std::optional<RowKind>{};
  }

  /// What follows the channel's number, without the frame's own end.
  std::optional<RowKind> channel_frame(const std::string_view number, Tokens body) {
    const auto it = channels_.find(std::string(number));
    if (it == channels_.end()) return RowKind::kUnknownType;
    Channel& channel = it->second;
    if (body.size() == 1 && body[0].kind == Kind::kString) return std::nullopt;  // "hb"
    if (body.size() < 2 || body[0].kind != Kind::kBeginArray) return RowKind::kBadRecord;
    const bool whole_book = body[1].kind != Kind::kNumber;
    if (whole_book) body = body.subspan(1, body.size() - 2);
    rows_.clear();
    while (!body.empty()) {
      if (const auto fault = take_row(body, rows_.emplace_back(), reader_->quality.rounded)) return fault;
      if (!whole_book && !body.empty()) return RowKind::kExtraField;
    }
    if (whole_book) begin(channel);
    for (const BookRow& row : rows_) apply(channel.orders, row);
    publish(channel);
    return std::nullopt;
  }

  void begin(Channel& channel) {
    channel.orders.clear();
    if (channel.orders.book().lose()) reader_->quality.add(RowKind::kBookGap, line_, "a second whole book of the channel");
  }

  void apply(OrderTable& orders, const BookRow& row) {
    if (row.order.price != 0) orders.set(row.number, row.order);
    else if (!orders.erase(row.number)) reader_->quality.add(RowKind::kOlderOrder, line_, "end of order " + std::to_string(row.number));
  }

  void publish(Channel& channel) {
    LevelBook& book = channel.orders.book();
    book.publish(reader_->ticks[channel.instrument], ts_, line_);
    if (book.crossed()) reader_->quality.add(RowKind::kCrossedBook, line_, "best bid above best ask");
    reader_->quality.locked += book.locked() ? 1 : 0;
  }

  Reader* reader_;
  std::map<std::string, Channel> channels_;  // by the number the venue gave
  JsonTokens json_;
  std::vector<BookRow> rows_;  // of one frame
  TimeNs ts_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace

Status read_bitfinex(ByteSource& bytes, Reader& reader) {
  SourceQuality& quality = reader.quality;
  quality.ticks = quality.quote_sizes = quality.modelled_time = true;
  JsonFrames frames(bytes);
  BitfinexFile file(reader);
  for (JsonFrame frame; frames.next(frame);) {
    ++quality.rows;
    const auto fault = file.take(frame);
    if (!fault) return fault.error();
    if (fault.value()) quality.add(*fault.value(), RowFate::kRejected, frame.number, frame.text);
  }
  if (!frames.status()) return frames.status();
  if (!frames.complete() && quality.count(RowKind::kCutRecord) == 0) {
    quality.add(RowKind::kCutRecord, quality.rows, quality.rows == 0 ? "not a JSON array" : "the array is not closed, or something is behind it");
  }
  return Ok{};
}

}  // namespace omega::feed
