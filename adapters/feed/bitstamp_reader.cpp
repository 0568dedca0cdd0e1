#include "adapters/feed/bitstamp_reader.hpp"

#include <unordered_set>

#include "adapters/feed/fill_matcher.hpp"

namespace omega::feed {
namespace {

using Kind = BitstampRow::Kind;

/// The csv cuts volumes to 1e-8 where the stream rounds them: a fill is the difference of two, and so is the other.
constexpr Qty kCsvFillTolerance = 2;

class BitstampFile {
 public:
  BitstampFile(Reader& reader, InstrumentId id, bool csv) : reader_(&reader), id_(id), csv_(csv), fills_(csv ? kCsvFillTolerance : 0) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    BitstampRow r;
    std::uint64_t& rounded = reader_->quality.rounded;
    if (const auto fault = csv_ ? parse_bitstamp_csv(row.text, r, rounded) : parse_bitstamp_line(row.text, r, rounded)) return fault;
    if (!in_order(r.ts)) return RowKind::kTickOutOfOrder;
    line_ = static_cast<std::uint32_t>(row.line);
    text_ = row.text;
    const TimeNs before = ts_;
    ts_ = r.ts;
    const auto fault = act(r);
    if (fault) ts_ = before;
    return fault;
  }

 private:
  /// Not before the row before; nor so far behind it that one damaged time would put all that follow out of order, until a second row
  /// confirms it.
  bool in_order(TimeNs ts) noexcept {
    if (ts < ts_) return false;
    const bool far = ts_ != 0 && ts - ts_ > kDay_ns, confirmed = ts >= far_ts_ && ts - far_ts_ <= kDay_ns;
    if (!far || confirmed) return true;
    far_ts_ = ts;
    return false;
  }

  std::optional<RowKind> act(const BitstampRow& r) {
    switch (r.kind) {
      case Kind::kCreated: return enter(r);
      case Kind::kChanged: return change(r);
      case Kind::kDeleted: return end(r);
      case Kind::kTrade: add(r.order.price, r.order.size, fills_.taker(ts_, r.order.price, r.order.size)); break;
      case Kind::kNothing: break;
    }
    return std::nullopt;
  }

  std::optional<RowKind> enter(const BitstampRow& r) {
    if (ended_.contains(r.number)) return note(RowKind::kLateOrder);
    if (orders_.find(r.number) != nullptr) return RowKind::kDuplicateOrder;
    orders_.set(r.number, r.order);
    publish();
    return std::nullopt;
  }

  std::optional<RowKind> change(const BitstampRow& r) {
    const RestingOrder* const known = orders_.find(r.number);
    if (known == nullptr) return unknown(r, true);
    const RestingOrder before = *known;
    orders_.set(r.number, r.order);
    publish();
    filled(r.number, before, before.size - r.order.size);
    return std::nullopt;
  }

  /// Of an order that was filled to its end nothing is left; one that was cancelled says what it still had.
  std::optional<RowKind> end(const BitstampRow& r) {
    const bool all_filled = r.order.size == 0;
    const RestingOrder* const known = orders_.find(r.number);
    if (known == nullptr) {
      const auto fault = unknown(r, all_filled);
      ended_.insert(r.number);
      return fault;
    }
    const RestingOrder before = *known;
    orders_.erase(r.number);
    ended_.insert(r.number);
    publish();
    if (all_filled) filled(r.number, before, before.size);
    return std::nullopt;
  }

  std::optional<RowKind> unknown(const BitstampRow& r, bool perhaps_filled) {
    if (ended_.contains(r.number)) return note(RowKind::kEndedOrder);
    if (perhaps_filled) take({.ts = ts_, .order = r.number, .price = r.order.price, .side = r.order.side});
    return note(RowKind::kOlderOrder);
  }

  void filled(std::uint64_t number, const RestingOrder& order, Qty size) {
    if (size > 0) take({.ts = ts_, .order = number, .price = order.price, .size = size, .side = order.side});
  }
  void take(const Fill& fill) {
    const auto both = fills_.add(fill);
    if (both && csv_) add(both->price, both->size, both->aggressor);
  }

  std::optional<RowKind> note(RowKind kind) {
    reader_->quality.add(kind, line_, text_);
    return std::nullopt;
  }
  void publish() {
    LevelBook& book = orders_.book();
    book.publish(reader_->ticks[id_], ts_, line_);
    if (book.crossed()) note(RowKind::kCrossedBook);
    reader_->quality.locked += book.locked() ? 1 : 0;
  }
  void add(Price price, Qty size, Direction aggressor) {
    reader_->ticks[id_].add(Trade{.ts = ts_, .price = price, .size = size, .aggressor = aggressor}, line_);
  }

  Reader* reader_;
  InstrumentId id_;
  bool csv_;
  OrderTable orders_;
  std::unordered_set<std::uint64_t> ended_;
  FillMatcher fills_;
  TimeNs ts_ = 0;
  TimeNs far_ts_ = 0;  // of the last row that was too far behind the one before it
  std::uint32_t line_ = 0;
  std::string_view text_;
};

}  // namespace

Status read_bitstamp(ByteSource& bytes, Reader& reader) {
  auto id = reader.symbols.require(reader.options.symbol, reader.where());
  if (!id) return id.error();
  reader.quality.ticks = reader.quality.quote_sizes = true;
  RowSource rows(bytes, reader.quality);
  std::optional<BitstampFile> file;
  for (Row row; rows.next(row);) {
    if (!file) {
      const bool csv = row.text == kBitstampCsvHeader;
      file.emplace(reader, id.value(), csv);
      if (csv) {
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
