#include "adapters/feed/itch_reader.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

constexpr Price kUnit = kPriceScale / 10'000;
constexpr std::size_t kLength_bytes = 2, kMessage_bytes_max = 64;  // the longest of the specification has 50

/// Bytes of each message type; 0: not of the format.
constexpr std::size_t length_of(char type) noexcept {
  switch (type) {
    case 'S': return 12;
    case 'R': return 39;
    case 'H': return 25;
    case 'Y': return 20;
    case 'L': return 26;
    case 'V': return 35;
    case 'W': return 12;
    case 'K': return 28;
    case 'J': return 35;
    case 'h': return 21;
    case 'A': return 36;
    case 'F': return 40;
    case 'E': return 31;
    case 'C': return 36;
    case 'X': return 23;
    case 'D': return 19;
    case 'U': return 35;
    case 'P': return 44;
    case 'Q': return 40;
    case 'B': return 19;
    case 'I': return 50;
    case 'N': return 20;
    case 'O': return 48;
    default: return 0;
  }
}

/// One message; fields by their offset in the specification.
struct Message {
  std::array<unsigned char, kMessage_bytes_max> bytes{};
  std::size_t size = 0;

  [[nodiscard]] char type() const noexcept { return static_cast<char>(bytes[0]); }
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t width) const noexcept {
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < width; ++i) n = n << 8 | bytes[at + i];
    return n;
  }
  [[nodiscard]] DurationNs time() const noexcept { return static_cast<DurationNs>(number(5, 6)); }
  [[nodiscard]] std::string_view stock(std::size_t at) const noexcept {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + at, 8);
    return text.substr(0, text.find_last_not_of(' ') + 1);
  }
};

struct Order {
  InstrumentId instrument = kNoInstrument;
  BookSide side = BookSide::kBid;
  Price price = 0;
  std::uint64_t shares = 0;
};

class ItchFile {
 public:
  ItchFile(Reader& reader, TimeNs date, InstrumentId only) : reader_(&reader), date_(date), only_(only) {}

  [[nodiscard]] std::optional<RowKind> take(const Message& m, std::uint64_t line) {
    if (m.size == 0 || length_of(m.type()) == 0) return RowKind::kUnknownType;
    if (m.size != length_of(m.type())) return RowKind::kBadRecord;
    if (m.time() >= kDay_ns) return RowKind::kBadTimestamp;
    const Resolved when = reader_->clock->to_utc(date_ + m.time());
    if (!when.ok || when.finding) return RowKind::kBadTimestamp;
    if (when.utc < ts_) return RowKind::kTickOutOfOrder;
    line_ = static_cast<std::uint32_t>(line);
    const TimeNs before = std::exchange(ts_, when.utc);
    const auto fault = act(m);
    if (fault) ts_ = before;
    return fault;
  }

 private:
  std::optional<RowKind> act(const Message& m) {
    switch (m.type()) {
      case 'A':
      case 'F': return enter(m);
      case 'E': return execute(m, {});
      case 'C': return execute(m, m.number(32, 4));
      case 'X': return cancel(m, m.number(19, 4));
      case 'D': return cancel(m, std::nullopt);
      case 'U': return replace(m);
      case 'P': return trade(m, 24, m.number(20, 4), m.number(32, 4));
      case 'Q': return m.number(11, 8) == 0 ? std::nullopt : trade(m, 19, m.number(11, 8), m.number(27, 4));
      case 'H': return halt(m);
      default: return std::nullopt;
    }
  }

  [[nodiscard]] InstrumentId instrument_of(std::string_view stock) {
    const auto [it, fresh] = ids_.try_emplace(std::string(stock), kNoInstrument);
    if (fresh) it->second = reader_->symbols.find(stock);
    return only_ == kNoInstrument || it->second == only_ ? it->second : kNoInstrument;
  }
  static bool in_range(std::uint64_t price, std::uint64_t shares) noexcept {
    return price > 0 && shares > 0 && shares <= static_cast<std::uint64_t>(kVolumeLimit / kQtyScale);
  }

  std::optional<RowKind> enter(const Message& m) {
    const InstrumentId id = instrument_of(m.stock(24));
    if (id == kNoInstrument) return std::nullopt;
    const std::uint64_t price = m.number(32, 4), shares = m.number(20, 4);
    const char side = static_cast<char>(m.bytes[19]);
    if (side != 'B' && side != 'S') return RowKind::kUnknownType;
    if (!in_range(price, shares)) return price == 0 ? RowKind::kBadTickPrice : RowKind::kBadTickSize;
    const Order order{id, side == 'B' ? BookSide::kBid : BookSide::kAsk, static_cast<Price>(price) * kUnit, shares};
    if (!orders_.emplace(m.number(11, 8), order).second) return RowKind::kDuplicateOrder;
    change(order, static_cast<std::int64_t>(shares));
    publish(id);
    return std::nullopt;
  }

  std::optional<RowKind> execute(const Message& m, std::optional<std::uint64_t> price) {
    const auto it = orders_.find(m.number(11, 8));
    if (it == orders_.end()) return older(m);
    const std::uint64_t shares = m.number(19, 4);
    if (shares == 0 || shares > it->second.shares) return RowKind::kBadTickSize;
    if (price && *price == 0) return RowKind::kBadTickPrice;
    const Order order = it->second;
    reduce(it, shares);
    publish(order.instrument);
    const bool prints = m.type() == 'E' || m.bytes[31] == 'Y';
    if (!prints) return std::nullopt;
    add(order.instrument, Trade{.price = price ? static_cast<Price>(*price) * kUnit : order.price, .size = static_cast<Qty>(shares) * kQtyScale,
                                .aggressor = order.side == BookSide::kBid ? kShort : kLong});
    return std::nullopt;
  }

  /// shares: as many less; none: the whole order.
  std::optional<RowKind> cancel(const Message& m, std::optional<std::uint64_t> shares) {
    const auto it = orders_.find(m.number(11, 8));
    if (it == orders_.end()) return older(m);
    if (shares && (*shares == 0 || *shares > it->second.shares)) return RowKind::kBadTickSize;
    const InstrumentId id = it->second.instrument;
    reduce(it, shares.value_or(it->second.shares));
    publish(id);
    return std::nullopt;
  }

  std::optional<RowKind> replace(const Message& m) {
    const auto it = orders_.find(m.number(11, 8));
    if (it == orders_.end()) return older(m);
    const std::uint64_t fresh = m.number(19, 8), shares = m.number(27, 4), price = m.number(31, 4);
    if (!in_range(price, shares)) return price == 0 ? RowKind::kBadTickPrice : RowKind::kBadTickSize;
    if (orders_.contains(fresh)) return RowKind::kDuplicateOrder;
    Order order = it->second;
    reduce(it, order.shares);
    order.price = static_cast<Price>(price) * kUnit;
    order.shares = shares;
    orders_.emplace(fresh, order);
    change(order, static_cast<std::int64_t>(shares));
    publish(order.instrument);
    return std::nullopt;
  }

  std::optional<RowKind> trade(const Message& m, std::size_t stock_at, std::uint64_t shares, std::uint64_t price) {
    const InstrumentId id = instrument_of(m.stock(stock_at));
    if (id == kNoInstrument) return std::nullopt;
    if (!in_range(price, shares)) return price == 0 ? RowKind::kBadTickPrice : RowKind::kBadTickSize;
    add(id, Trade{.price = static_cast<Price>(price) * kUnit, .size = static_cast<Qty>(shares) * kQtyScale});
    return std::nullopt;
  }

  std::optional<RowKind> halt(const Message& m) {
    const InstrumentId id = instrument_of(m.stock(11));
    if (id == kNoInstrument || m.bytes[19] == 'T') return std::nullopt;
    reader_->quality.add(RowKind::kHalt, line_, m.stock(11));
    if (const auto book = books_.find(id); book != books_.end() && book->second.lose()) {
      reader_->quality.add(RowKind::kBookGap, line_, "the next state is journaled whole");
    }
    return std::nullopt;
  }

  std::optional<RowKind> older(const Message& m) {
    reader_->quality.add(RowKind::kOlderOrder, line_, std::string(1, m.type()) + " of order " + std::to_string(m.number(11, 8)));
    return std::nullopt;
  }

  void change(const Order& o, std::int64_t shares) { books_[o.instrument].add(o.side, o.price, shares * kQtyScale); }
  void reduce(std::unordered_map<std::uint64_t, Order>::iterator it, std::uint64_t shares) {
    change(it->second, -static_cast<std::int64_t>(shares));
    it->second.shares -= shares;
    if (it->second.shares == 0) orders_.erase(it);
  }
  void publish(InstrumentId id) { books_[id].publish(reader_->ticks[id], ts_, line_); }
  void add(InstrumentId id, Trade t) {
    t.ts = ts_;
    reader_->ticks[id].add(t, line_);
  }

  Reader* reader_;
  TimeNs date_;
  InstrumentId only_;
  std::unordered_map<std::uint64_t, Order> orders_;
  std::unordered_map<std::string, InstrumentId> ids_;
  std::map<InstrumentId, LevelBook> books_;
  TimeNs ts_ = 0;
  std::uint32_t line_ = 0;
};

/// Blocks of the file, so that a message does not cost a call of the decompressor.
class Bytes {
 public:
  explicit Bytes(ByteSource& source) : source_(&source), block_(kBlock_bytes) {}

  /// How many of the wanted bytes there were.
  Result<std::size_t> take(unsigned char* out, std::size_t want) {
    std::size_t have = 0;
    while (have < want) {
      if (next_ == end_) {
        auto got = source_->read(block_.data(), block_.size());
        if (!got) return got.error();
        if (got.value() == 0) break;
        next_ = 0, end_ = got.value();
      }
      const std::size_t n = std::min(want - have, end_ - next_);
      std::memcpy(out + have, block_.data() + next_, n);
      have += n, next_ += n;
    }
    return have;
  }

 private:
  static constexpr std::size_t kBlock_bytes = 256 * 1024;
  ByteSource* source_;
  std::vector<char> block_;
  std::size_t next_ = 0, end_ = 0;
};

}  // namespace

std::optional<TimeNs> itch_date(std::string_view member) noexcept {
  for (std::size_t i = 0; i + 8 <= member.size(); ++i) {
    const std::string_view d = member.substr(i, 8);
    if (!all_digits(d) || (i > 0 && all_digits(member.substr(i - 1, 1))) || (i + 8 < member.size() && all_digits(member.substr(i + 8, 1)))) continue;
    if (const auto date = parse_date(d)) return date;
    const std::array<char, 8> turned{d[4], d[5], d[6], d[7], d[0], d[1], d[2], d[3]};
    if (const auto date = parse_date({turned.data(), turned.size()})) return date;
  }
  return std::nullopt;
}

Status read_itch(ByteSource& bytes, Reader& reader) {
  const auto date = itch_date(reader.member);
  if (!date) return Error{ErrorKind::kUsage, reader.where() + ": the file name does not state the day; expected YYYYMMDD or MMDDYYYY in it"};
  InstrumentId only = kNoInstrument;
  if (!reader.options.symbol.empty()) {
    auto id = reader.symbols.require(reader.options.symbol, reader.where());
    if (!id) return id.error();
    only = id.value();
  }
  SourceQuality& quality = reader.quality;
  quality.ticks = quality.quote_sizes = true;
  Bytes in(bytes);
  ItchFile file(reader, *date, only);
  for (Message m;;) {
    std::array<unsigned char, kLength_bytes> length{};
    auto got = in.take(length.data(), length.size());
    if (!got) return got.error();
    if (got.value() == 0) return Ok{};
    ++quality.rows;
    m.size = std::size_t{length[0]} << 8 | length[1];
    if (got.value() != length.size()) {
      quality.add(RowKind::kCutRecord, quality.rows, "one byte");
      return Ok{};
    }
    if (m.size > m.bytes.size()) {  // the frames are lost from here on
      return Error{ErrorKind::kData, quality.file + ": message " + std::to_string(quality.rows) + " says it has " + std::to_string(m.size) +
                                         " bytes, more than any message of ITCH 5.0; check --format and the file"};
    }
    got = in.take(m.bytes.data(), m.size);
    if (!got) return got.error();
    if (got.value() != m.size) {
      quality.add(RowKind::kCutRecord, quality.rows, std::to_string(got.value()) + " of " + std::to_string(m.size) + " bytes");
      return Ok{};
    }
    if (const auto fault = file.take(m, quality.rows)) {
      quality.add(*fault, RowFate::kRejected, quality.rows, std::string_view(reinterpret_cast<const char*>(m.bytes.data()), m.size));
    }
  }
}

}  // namespace omega::feed
