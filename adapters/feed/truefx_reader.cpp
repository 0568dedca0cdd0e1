#include "adapters/feed/truefx_reader.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kWithPair = 4, kWithoutPair = 3;
using Fields = std::array<std::string_view, kWithPair>;

class TruefxFile {
 public:
  TruefxFile(Reader& reader, std::size_t columns) : reader_(&reader), columns_(columns) {}

  /// Without a pair in the rows the name must state one.
  Status need_symbol() {
    if (columns_ == kWithPair && reader_->options.symbol.empty()) return Ok{};
    std::string symbol = reader_->options.symbol;
    if (symbol.empty()) symbol = reader_->member.substr(0, reader_->member.find_first_of("-_."));
    auto id = reader_->symbols.require(symbol, reader_->where());
    if (!id) return id.error();
    id_ = id.value();
    return Ok{};
  }

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    Fields field;
    const std::size_t n = split_fields(row.text, ',', field);
    if (const auto fault = field_count_fault(row.text, ',', n, columns_)) return fault;
    const std::size_t time = columns_ - kWithoutPair;
    const InstrumentId own = columns_ == kWithPair ? reader_->symbols.find(field[0]) : id_;
    if (own == kNoInstrument || (id_ != kNoInstrument && own != id_)) return RowKind::kUnknownSymbol;
    const auto wall = parse_timestamp(field[time]);
    if (!wall) return RowKind::kBadTimestamp;
    Quote q;
    if (const auto fault = read_price(field[time + 1], q.bid, reader_->quality.rounded)) return fault;
    if (const auto fault = read_price(field[time + 2], q.ask, reader_->quality.rounded)) return fault;
    reader_->place(own, q, Resolved{.utc = wall->local - wall->offset.value_or(0), .finding = {}}, row);
    return std::nullopt;
  }

 private:
  Reader* reader_;
  std::size_t columns_;
  InstrumentId id_ = kNoInstrument;
};

}  // namespace

Status read_truefx(ByteSource& bytes, Reader& reader) {
  reader.quality.ticks = true;
  RowSource rows(bytes, reader.quality);
  std::optional<TruefxFile> file;
  for (Row row; rows.next(row);) {
    if (!file) {
      Fields field;
      const bool header = row.text == "timestamp,bid,ask";
      file.emplace(reader, header || split_fields(row.text, ',', field) == kWithoutPair ? kWithoutPair : kWithPair);
      if (Status s = file->need_symbol(); !s) return s;
      if (header) {
        rows.forget_header();
        continue;
      }
    }
    if (const auto fault = file->read_row(row)) rows.reject(row, *fault);
    else if (!row.terminated) reader.quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
  }
  return rows.status();
}

}  // namespace omega::feed
