#include "adapters/feed/csv_reader.hpp"

namespace omega::feed {
namespace {

using Fields = std::array<std::string_view, kCsvColumns_max>;

std::string_view at(const Fields& field, int column) noexcept { return field[static_cast<std::size_t>(column)]; }

std::optional<RowKind> parse_time(const Fields& field, const CsvLayout& layout, EpochUnit epoch, CsvRow& row) noexcept {
  if (layout.date != CsvLayout::kAbsent) {
    const auto date = parse_date(at(field, layout.date));
    const auto time = parse_time_of_day(at(field, layout.time));
    if (!date || !time) return RowKind::kBadTimestamp;
    row.local = *date + *time;
  } else if (all_digits(at(field, layout.time))) {
    row.utc = parse_epoch(at(field, layout.time), epoch);
    if (!row.utc) return RowKind::kBadTimestamp;
  } else {
    const auto wall = parse_timestamp(at(field, layout.time));
    if (!wall) return RowKind::kBadTimestamp;
    row.local = wall->local;
    if (wall->offset) row.utc = wall->local - *wall->offset;
  }
  if (!row.utc && layout.states_utc) row.utc = row.local;
  return std::nullopt;
}

std::string_view trim(std::string_view field) noexcept {
  const std::size_t first = field.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return field.substr(first, field.find_last_not_of(' ') - first + 1);
}

class CsvFile {
 public:
  CsvFile(Reader& reader, const CsvLayout& layout) : reader_(&reader), layout_(&layout) {}

  /// nullopt: placed, or row.fault says why not. Only a usage error stops the file.
  [[nodiscard]] Result<std::optional<RowKind>> read_row(const Row& row) {
    CsvRow r;
    if (const auto fault = parse_csv_row(row.text, *layout_, reader_->options.epoch, r)) return fault;
    const InstrumentId id = instrument_of(r.symbol);
    if (id == kNoInstrument) return std::optional(RowKind::kUnknownSymbol);
    Resolved when;
    const LocalClock* clock = reader_->clock;
    if (r.utc) {
      if (clock != nullptr && !clock->zone().is_utc()) {
        return usage(row, "the timestamps state their own zone (offset, epoch number or column name), and --tz says " +
                              clock->zone().name() + "; leave --tz out");
      }
      when.utc = *r.utc;
    } else {
      if (clock == nullptr) {
        return usage(row, std::string("needs --tz: the timestamps do not state their zone; use one of: ") + kTimeZoneNames);
      }
      when = clock->to_utc(r.local);
      if (!when.ok) return std::optional(RowKind::kBadTimestamp);
    }
    if (r.spaced) reader_->quality.add(RowKind::kLeadingSpace, row.line, row.text);
    reader_->quality.rounded += r.rounded;
    if (layout_->shape == CsvLayout::Shape::kTicks) add_tick(r, when, id, row);
    else add_bar(r, when, id, row);
    return std::optional<RowKind>{};
  }

 private:
  [[nodiscard]] Error usage(const Row& row, const std::string& what) const {
    return {ErrorKind::kUsage, reader_->where() + ":" + std::to_string(row.line) + ": " + what};
  }
  InstrumentId instrument_of(std::string_view symbol) const {
    return reader_->symbols.find(layout_->symbol == CsvLayout::kAbsent ? std::string_view(reader_->options.symbol) : symbol);
  }

  void add_tick(const CsvRow& r, const Resolved& when, InstrumentId id, const Row& row) {
    reader_->place(id, Quote{.bid = r.prices[0], .ask = r.asks[0]}, when, row);
  }

  void add_bar(const CsvRow& r, Resolved when, InstrumentId id, const Row& row) {
    if (reader_->options.stamp == StampOf::kClose) when.utc -= kMinute_ns;
    Bar bar{.bid_open = r.prices[0], .bid_high = r.prices[1], .bid_low = r.prices[2], .bid_close = r.prices[3],
            .ask_open = r.asks[0], .ask_high = r.asks[1], .ask_low = r.asks[2], .ask_close = r.asks[3],
            .volume = r.volume, .instrument = id, .basis = layout_->basis, .volume_kind = layout_->volume_kind};
    constexpr Qty kTicks_max = Qty{0xffffffff};
    if (layout_->volume_kind == VolumeKind::kTicks && r.volume >= 0 && r.volume / kQtyScale <= kTicks_max) {
      bar.n_ticks = static_cast<std::uint32_t>(r.volume / kQtyScale);
    }
    reader_->place(bar, when, row);
  }

  Reader* reader_;
  const CsvLayout* layout_;
};

}  // namespace

std::optional<RowKind> parse_csv_row(std::string_view text, const CsvLayout& layout, EpochUnit epoch, CsvRow& row) noexcept {
  Fields field;
  const std::size_t n = split_fields(text, layout.separator, field);
  if (const auto fault = field_count_fault(text, layout.separator, n, layout.columns)) return fault;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string_view whole = field[i];
    field[i] = trim(whole);
    row.spaced = row.spaced || field[i].size() != whole.size();
  }
  if (const auto fault = parse_time(field, layout, epoch, row)) return fault;
  for (std::size_t i = 0; i < 4; ++i) {
    if (layout.prices[i] != CsvLayout::kAbsent) {
      if (const auto fault = read_price(at(field, layout.prices[i]), row.prices[i], row.rounded)) return fault;
    }
    if (layout.asks[i] != CsvLayout::kAbsent) {
      if (const auto fault = read_price(at(field, layout.asks[i]), row.asks[i], row.rounded)) return fault;
    }
  }
  if (layout.volume != CsvLayout::kAbsent) {
    if (const auto fault = read_volume(at(field, layout.volume), row.volume, row.rounded)) return fault;
  }
  if (layout.symbol != CsvLayout::kAbsent) row.symbol = at(field, layout.symbol);
  return std::nullopt;
}

Status read_csv(ByteSource& bytes, Reader& reader) {
  RowSource rows(bytes, reader.quality);
  Row row;
  if (!rows.next(row)) {
    if (!rows.status()) return rows.status();
    return Error{ErrorKind::kData, reader.where() + ": is empty; expected a header and rows"};
  }
  rows.forget_header();
  auto layout = parse_csv_header(row.text, reader.options, reader.where());
  if (!layout) return layout.error();
  if (!reader.options.symbol.empty()) {
    if (auto id = reader.symbols.require(reader.options.symbol, reader.where()); !id) return id.error();
  }
  reader.quality.ticks = layout.value().shape == CsvLayout::Shape::kTicks;
  if (!layout.value().ignored.empty()) reader.quality.notes = "columns ignored: " + layout.value().ignored;

  CsvFile file(reader, layout.value());
  while (rows.next(row)) {
    auto fault = file.read_row(row);
    if (!fault) return fault.error();
    if (fault.value()) rows.reject(row, *fault.value());
    else if (!row.terminated) reader.quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
  }
  return rows.status();
}

}  // namespace omega::feed
