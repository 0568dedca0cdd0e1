#include "adapters/feed/histdata_reader.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kFields = 6;

/// EURUSD of DAT_ASCII_EURUSD_M1_2018.csv; empty when the name is not HistData's.
std::string_view symbol_of(std::string_view member) noexcept {
  constexpr std::string_view kPrefix = "DAT_ASCII_";
  const std::size_t at = member.rfind(kPrefix);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = member.substr(at + kPrefix.size());
  return rest.substr(0, rest.find('_'));
}

}  // namespace

std::optional<RowKind> parse_histdata_row(std::string_view text, HistdataRow& row) noexcept {
  std::array<std::string_view, kFields> field;
  const std::size_t n = split_fields(text, ';', field);
  if (const auto fault = field_count_fault(text, ';', n, kFields)) return fault;
  const std::string_view stamp = field[0];
  if (stamp.size() != 15 || stamp[8] != ' ' || !all_digits(stamp.substr(9))) return RowKind::kBadTimestamp;
  const auto date = parse_date(stamp.substr(0, 8));
  const auto time = parse_time_of_day(stamp.substr(9));
  if (!date || !time) return RowKind::kBadTimestamp;
  row.local_open = *date + *time;
  for (std::size_t i = 0; i < 4; ++i) {
    if (const auto fault = read_price(field[i + 1], row.ohlc[i], row.rounded)) return fault;
  }
  return read_volume(field[5], row.volume, row.rounded);
}

Status read_histdata(ByteSource& bytes, Reader& reader) {
  std::string symbol = reader.options.symbol;
  if (symbol.empty()) symbol = symbol_of(reader.member);
  if (symbol.empty()) {
    return Error{ErrorKind::kUsage, reader.where() + ": the file name does not state the symbol (DAT_ASCII_SYMBOL_M1_YEAR.csv); give --symbol"};
  }
  auto id = reader.symbols.require(symbol, reader.where());
  if (!id) return id.error();
  const bool column = *reader.options.volume == VolumeChoice::kColumn;

  RowSource rows(bytes, reader.quality);
  for (Row row; rows.next(row);) {
    HistdataRow r;
    if (const auto fault = parse_histdata_row(row.text, r)) {
      rows.reject(row, *fault);
      continue;
    }
    const Resolved when = reader.clock->to_utc(r.local_open);
    if (!when.ok) {
      rows.reject(row, RowKind::kBadTimestamp);
      continue;
    }
    if (!row.terminated) reader.quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
    reader.quality.rounded += r.rounded;
    Bar bar{.bid_open = r.ohlc[0], .bid_high = r.ohlc[1], .bid_low = r.ohlc[2], .bid_close = r.ohlc[3],
            .instrument = id.value(), .basis = *reader.options.basis};
    if (column) {
      bar.volume = r.volume;
      bar.volume_kind = VolumeKind::kTraded;
    }
    reader.place(bar, when, row);
  }
  return rows.status();
}

}  // namespace omega::feed
