#include "adapters/feed/lean_reader.hpp"

#include <array>
#include <limits>

namespace omega::feed {
namespace {

constexpr int kMsDigits_ns = 6;  // ms text with six decimals is ns

Error usage(const Reader& r, const std::string& what) { return {ErrorKind::kUsage, r.where() + ": " + what}; }

std::optional<DurationNs> parse_ms_of_day(std::string_view text) noexcept {
  const Decimal d = parse_decimal(text, kMsDigits_ns);
  if (!d.ok() || d.value < 0 || d.value >= kDay_ns) return std::nullopt;
  return d.value;
}

std::size_t field_count(LeanName::Layout layout) noexcept {
  switch (layout) {
    case LeanName::Layout::kMinuteQuote: return 11;
    case LeanName::Layout::kMinuteTrade: return 6;
    case LeanName::Layout::kTickQuote: return 3;
    case LeanName::Layout::kEquityTickQuote: return 8;
    case LeanName::Layout::kEquityTickTrade: return 6;
  }
  return 0;
}

bool is_tick(LeanName::Layout layout) noexcept {
  return layout == LeanName::Layout::kTickQuote || layout == LeanName::Layout::kEquityTickQuote || layout == LeanName::Layout::kEquityTickTrade;
}

Status check_choices(const Reader& r, LeanName::Layout layout) {
  const bool trade = layout == LeanName::Layout::kMinuteTrade || layout == LeanName::Layout::kEquityTickTrade;
  if (r.options.basis && !(trade && *r.options.basis == PriceBasis::kTrade)) {
    return usage(r, std::string("holds ") + (trade ? "trades" : "bid and ask quotes") + "; leave --price-basis out");
  }
  const bool trades_may_come_with_them = layout == LeanName::Layout::kEquityTickQuote;  // in another file; the series is asked
  if (*r.options.volume == VolumeChoice::kColumn && !trade && !trades_may_come_with_them) {
    return usage(r, "quotes have sizes but no traded volume; use --volume range-proxy, none" +
                        std::string(layout == LeanName::Layout::kTickQuote ? " or ticks" : ""));
  }
  if (*r.options.volume == VolumeChoice::kTicks && !is_tick(layout)) {
    return usage(r, std::string("--volume ticks needs tick data, these are minute bars; use ") + (trade ? "column, " : "") +
                        "range-proxy or none");
  }
  if (r.options.keep_ticks() && !is_tick(layout)) return usage(r, "--ticks keep needs tick data, these are minute bars; leave --ticks out");
  return Ok{};
}

/// Prices of LEAN's equity files are whole ten-thousandths.
std::optional<RowKind> read_tenthousandths(std::string_view field, Price& out) noexcept {
  constexpr Price kUnit = kPriceScale / 10'000;
  const Decimal d = parse_decimal(field, 0);
  if (d.error == DecimalError::kEmpty) return RowKind::kMissingField;
  if (!d.ok() || d.rounded) return RowKind::kTextInPrice;
  if (d.value > std::numeric_limits<Price>::max() / kUnit || d.value < std::numeric_limits<Price>::min() / kUnit) return RowKind::kOverflow;
  out = d.value * kUnit;
  return std::nullopt;
}

/// The four prices from field[first] on.
std::optional<RowKind> read_ohlc(const std::array<std::string_view, 11>& field, std::size_t first, bool shares, std::array<Price, 4>& out,
                                 std::uint64_t& rounded) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    const auto fault = shares ? read_tenthousandths(field[first + i], out[i]) : read_price(field[first + i], out[i], rounded);
    if (fault) return fault;
  }
  return std::nullopt;
}

class LeanFile {
 public:
  LeanFile(Reader& reader, const LeanName& name, InstrumentId id) : reader_(&reader), name_(&name), id_(id),
        shares_(reader.symbols.at(id).asset_class == AssetClass::kEquity) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    std::array<std::string_view, 11> field;
    const std::size_t n = split_fields(row.text, ',', field);
    if (const auto fault = field_count_fault(row.text, ',', n, field_count(name_->layout))) return fault;
    const auto ms = parse_ms_of_day(field[0]);
    if (!ms) return RowKind::kBadTimestamp;
    const Resolved when = reader_->clock->to_utc(name_->date + *ms);
    if (!when.ok) return RowKind::kBadTimestamp;
    switch (name_->layout) {
      case LeanName::Layout::kTickQuote: return read_tick(row, field, when);
      case LeanName::Layout::kEquityTickQuote: return read_side(row, field, when);
      case LeanName::Layout::kEquityTickTrade: return read_trade(row, field, when);
      default: return read_bar(row, field, when);
    }
  }
  void finish() { flush(); }

 private:
  using Fields = std::array<std::string_view, 11>;
  struct Side {
    Price price = 0;
    Qty size = 0;
  };
  struct Held {
    Resolved when;
    Row row;
    std::string text;  // the row's own, which does not live so long
    std::uint16_t flags = 0;
  };

  std::optional<RowKind> read_tick(const Row& row, const Fields& field, const Resolved& when) {
    Quote q;
    if (const auto fault = read_price(field[1], q.bid, reader_->quality.rounded)) return fault;
    if (const auto fault = read_price(field[2], q.ask, reader_->quality.rounded)) return fault;
    reader_->place(id_, q, when, row);
    return std::nullopt;
  }

  /// ms,bid,bid size,ask,ask size,exchange,condition,suspicious; one side a row, the other 0.
  std::optional<RowKind> read_side(const Row& row, const Fields& field, const Resolved& when) {
    Side bid, ask;
    if (const auto fault = read_tenthousandths(field[1], bid.price)) return fault;
    if (const auto fault = read_volume(field[2], bid.size, reader_->quality.rounded)) return fault;
    if (const auto fault = read_tenthousandths(field[3], ask.price)) return fault;
    if (const auto fault = read_volume(field[4], ask.size, reader_->quality.rounded)) return fault;
    const std::uint16_t doubted = field[7] == "0" ? 0 : tick_flag::kBadPrice;
    const bool has_bid = bid.price != 0, has_ask = ask.price != 0;
    const bool completes = held_ && !has_bid && has_ask && held_->when.utc == when.utc && doubted == 0;
    if (!completes) flush();
    if (!has_bid && !has_ask) return RowKind::kBadTickPrice;
    if (has_bid) bid_ = bid;
    if (has_ask) ask_ = ask;
    held_ = Held{when, row, std::string(row.text), doubted};
    if (has_ask || doubted != 0) flush();
    if (doubted != 0) {  // what is doubted must not stand as the other side of the next row
      if (has_bid) bid_ = {};
      if (has_ask) ask_ = {};
    }
    return std::nullopt;
  }

  /// The quote of the row that is held, with the other side as it stands.
  void flush() {
    if (!held_) return;
    const Held held = std::move(*held_);
    held_.reset();
    Row row = held.row;
    row.text = held.text;
    if (bid_.price == 0 || ask_.price == 0) {
      reader_->quality.add(RowKind::kOtherSideUnknown, row.line, row.text);
      return;
    }
    reader_->place(id_, Quote{.bid = bid_.price, .ask = ask_.price, .bid_size = bid_.size, .ask_size = ask_.size, .flags = held.flags},
                   held.when, row);
  }

  /// ms,price,size,exchange,condition,suspicious. Who took liquidity is not in the file.
  std::optional<RowKind> read_trade(const Row& row, const Fields& field, const Resolved& when) {
    Trade t;
    if (const auto fault = read_tenthousandths(field[1], t.price)) return fault;
    if (const auto fault = read_volume(field[2], t.size, reader_->quality.rounded)) return fault;
    if (field[5] != "0") t.flags = tick_flag::kBadPrice;
    reader_->place(id_, t, when, row);
    return std::nullopt;
  }

  std::optional<RowKind> read_bar(const Row& row, const Fields& field, const Resolved& when) {
    std::array<Price, 4> bid{}, ask{};
    Bar bar{.instrument = id_};
    std::uint64_t rounded = 0;
    if (const auto fault = read_ohlc(field, 1, shares_, bid, rounded)) return fault;
    if (name_->layout == LeanName::Layout::kMinuteQuote) {
      if (const auto fault = read_ohlc(field, 6, shares_, ask, rounded)) return fault;
    } else {
      Qty volume = 0;
      if (const auto fault = read_volume(field[5], volume, rounded)) return fault;
      bar.basis = PriceBasis::kTrade;
      if (*reader_->options.volume == VolumeChoice::kColumn) {
        bar.volume = volume;
        bar.volume_kind = VolumeKind::kTraded;
      }
    }
    bar.bid_open = bid[0], bar.bid_high = bid[1], bar.bid_low = bid[2], bar.bid_close = bid[3];
    bar.ask_open = ask[0], bar.ask_high = ask[1], bar.ask_low = ask[2], bar.ask_close = ask[3];
    reader_->quality.rounded += rounded;
    reader_->place(bar, when, row);
    return std::nullopt;
  }

  Reader* reader_;
  const LeanName* name_;
  InstrumentId id_;
  bool shares_;               // prices are ten-thousandths
  Side bid_, ask_;            // equity quotes: the last of each
  std::optional<Held> held_;  // a bid row: the ask row of the same millisecond behind it makes one quote of both
};

}  // namespace

Result<LeanName> parse_lean_name(const Reader& reader) {
  const std::string_view member = std::string_view(reader.member).substr(0, reader.member.rfind('.'));
  std::array<std::string_view, 4> part;
  const std::size_t n = split_fields(member, '_', part);
  const auto date = parse_date(part[0]);
  if (n != 4 || !date) {
    return usage(reader, "'" + reader.member + "' is not a LEAN name; expected YYYYMMDD_symbol_minute_quote.csv (or minute_trade, tick_quote), "
                             "or YYYYMMDD_symbol_Quote_Tick.csv (or Trade_Tick) of shares");
  }
  LeanName name{.date = *date, .symbol = reader.options.symbol};
  const auto is = [&part](std::string_view third, std::string_view fourth) { return part[2] == third && part[3] == fourth; };
  if (is("minute", "quote")) name.layout = LeanName::Layout::kMinuteQuote;
  else if (is("minute", "trade")) name.layout = LeanName::Layout::kMinuteTrade;
  else if (is("tick", "quote")) name.layout = LeanName::Layout::kTickQuote;
  else if (is("Quote", "Tick")) name.layout = LeanName::Layout::kEquityTickQuote;
  else if (is("Trade", "Tick")) name.layout = LeanName::Layout::kEquityTickTrade;
  else {
    return usage(reader, "LEAN " + std::string(part[2]) + " " + std::string(part[3]) +
                             " files are not read; use minute quote, minute trade or tick quote files, or tick quote and trade files of shares");
  }
  if (name.symbol.empty()) {
    const bool folder_fits = reader.symbols.find(part[1]) == kNoInstrument && reader.symbols.find(reader.folder) != kNoInstrument;
    name.symbol = folder_fits ? reader.folder : std::string(part[1]);
  }
  return name;
}

Status read_lean(ByteSource& bytes, Reader& reader) {
  auto name = parse_lean_name(reader);
  if (!name) return name.error();
  auto id = reader.symbols.require(name.value().symbol, reader.where());
  if (!id) return id.error();
  if (Status s = check_choices(reader, name.value().layout); !s) return s;
  const bool of_shares = name.value().layout == LeanName::Layout::kEquityTickQuote || name.value().layout == LeanName::Layout::kEquityTickTrade;
  if (of_shares && reader.symbols.at(id.value()).asset_class != AssetClass::kEquity) {
    return usage(reader, "is named as a file of shares, and " + reader.symbols.at(id.value()).symbol + " is not of class equity");
  }
  reader.quality.ticks = is_tick(name.value().layout);
  if (name.value().layout == LeanName::Layout::kEquityTickTrade) reader.quality.basis = PriceBasis::kTrade;
  reader.quality.quote_sizes = name.value().layout == LeanName::Layout::kEquityTickQuote;

  RowSource rows(bytes, reader.quality);
  LeanFile file(reader, name.value(), id.value());
  for (Row row; rows.next(row);) {
    if (const auto fault = file.read_row(row)) rows.reject(row, *fault);
    else if (!row.terminated) reader.quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
  }
  file.finish();
  return rows.status();
}

}  // namespace omega::feed
