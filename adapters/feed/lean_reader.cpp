#include "adapters/feed/lean_reader.hpp"

#include <array>

#include "adapters/feed/tick_bars.hpp"

namespace omega::feed {
namespace {

constexpr int kMsDigits_ns = 6;  // ms text with six decimals is ns

Error usage(const Reader& r, const std::string& what) { return {ErrorKind::kUsage, r.where() + ": " + what}; }

std::optional<DurationNs> parse_ms_of_day(std::string_view text) noexcept {
  const Decimal d = parse_decimal(text, kMsDigits_ns);
  if (!d.ok() || d.value < 0 || d.value >= kDay_ns) return std::nullopt;
  return d.value;
}

/// The four prices from field[first] on.
std::optional<RowKind> read_ohlc(const std::array<std::string_view, 11>& field, std::size_t first, std::array<Price, 4>& out,
                                 std::uint64_t& rounded) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    if (const auto fault = read_price(field[first + i], out[i], rounded)) return fault;
  }
  return std::nullopt;
}

std::size_t field_count(LeanName::Layout layout) noexcept {
  switch (layout) {
    case LeanName::Layout::kMinuteQuote: return 11;
    case LeanName::Layout::kMinuteTrade: return 6;
    case LeanName::Layout::kTickQuote: return 3;
  }
  return 0;
}

Status check_choices(const Reader& r, LeanName::Layout layout) {
  const bool trade = layout == LeanName::Layout::kMinuteTrade;
  if (r.options.basis && !(trade && *r.options.basis == PriceBasis::kTrade)) {
    return usage(r, std::string("holds ") + (trade ? "trades" : "bid and ask quotes") + "; leave --price-basis out");
  }
  if (*r.options.volume == VolumeChoice::kColumn && !trade) {
    return usage(r, "quotes have sizes but no traded volume; use --volume range-proxy, none" +
                        std::string(layout == LeanName::Layout::kTickQuote ? " or ticks" : ""));
  }
  if (*r.options.volume == VolumeChoice::kTicks && layout != LeanName::Layout::kTickQuote) {
    return usage(r, std::string("--volume ticks needs tick data, these are minute bars; use ") + (trade ? "column, " : "") +
                        "range-proxy or none");
  }
  return Ok{};
}

class LeanFile {
 public:
  LeanFile(Reader& reader, const LeanName& name, InstrumentId id)
      : reader_(&reader), name_(&name), id_(id),
        ticks_(id, *reader.options.volume == VolumeChoice::kTicks ? VolumeKind::kTicks : VolumeKind::kNone, reader.quality) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    std::array<std::string_view, 11> field;
    const std::size_t n = split_fields(row.text, ',', field);
    if (const auto fault = field_count_fault(row.text, ',', n, field_count(name_->layout))) return fault;
    const auto ms = parse_ms_of_day(field[0]);
    if (!ms) return RowKind::kBadTimestamp;
    const Resolved when = reader_->clock->to_utc(name_->date + *ms);
    if (!when.ok) return RowKind::kBadTimestamp;
    return name_->layout == LeanName::Layout::kTickQuote ? read_tick(row, field, when) : read_bar(row, field, when);
  }
  void finish() { ticks_.build(reader_->bars); }

 private:
  std::optional<RowKind> read_tick(const Row& row, const std::array<std::string_view, 11>& field, const Resolved& when) {
    Price bid = 0, ask = 0;
    if (const auto fault = read_price(field[1], bid, reader_->quality.rounded)) return fault;
    if (const auto fault = read_price(field[2], ask, reader_->quality.rounded)) return fault;
    if (when.finding) {
      reader_->quality.add(*when.finding, when.quarantine ? RowFate::kRejected : RowFate::kRepaired, row.line, row.text);
      if (when.quarantine) return std::nullopt;
    }
    ticks_.add(when.utc, bid, ask, row.line, row.text);
    return std::nullopt;
  }

  std::optional<RowKind> read_bar(const Row& row, const std::array<std::string_view, 11>& field, const Resolved& when) {
    std::array<Price, 4> bid{}, ask{};
    Bar bar{.instrument = id_};
    std::uint64_t rounded = 0;
    if (const auto fault = read_ohlc(field, 1, bid, rounded)) return fault;
    if (name_->layout == LeanName::Layout::kMinuteQuote) {
      if (const auto fault = read_ohlc(field, 6, ask, rounded)) return fault;
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
  TickBars ticks_;
};

}  // namespace

Result<LeanName> parse_lean_name(const Reader& reader) {
  const std::string_view member = std::string_view(reader.member).substr(0, reader.member.rfind('.'));
  std::array<std::string_view, 4> part;
  const std::size_t n = split_fields(member, '_', part);
  const auto date = parse_date(part[0]);
  if (n != 4 || !date) {
    return usage(reader, "'" + reader.member + "' is not a LEAN name; expected YYYYMMDD_symbol_minute_quote.csv (or minute_trade, tick_quote)");
  }
  LeanName name{.date = *date, .symbol = reader.options.symbol};
  if (part[2] == "minute" && part[3] == "quote") name.layout = LeanName::Layout::kMinuteQuote;
  else if (part[2] == "minute" && part[3] == "trade") name.layout = LeanName::Layout::kMinuteTrade;
  else if (part[2] == "tick" && part[3] == "quote") name.layout = LeanName::Layout::kTickQuote;
  else {
    return usage(reader, "LEAN " + std::string(part[2]) + " " + std::string(part[3]) +
                             " files are not read; use minute quote, minute trade or tick quote files");
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
  reader.quality.ticks = name.value().layout == LeanName::Layout::kTickQuote;

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
