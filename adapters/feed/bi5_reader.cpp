#include "adapters/feed/bi5_reader.hpp"

#include <bit>
#include <cmath>

namespace omega::feed {
namespace {

constexpr std::size_t kRecord_bytes = 20;
constexpr Price kCoarseTick = kPriceScale / 1000;  // instruments of this tick or a coarser one are quoted in thousandths

using Record = std::array<unsigned char, kRecord_bytes>;

std::uint32_t big_endian(const Record& r, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(r[at]) << 24 | static_cast<std::uint32_t>(r[at + 1]) << 16 | static_cast<std::uint32_t>(r[at + 2]) << 8 |
         static_cast<std::uint32_t>(r[at + 3]);
}

/// Millions of units to the whole unit; nullopt when it is no size.
std::optional<Qty> size_of(std::uint32_t bits) noexcept {
  const double units = std::round(static_cast<double>(std::bit_cast<float>(bits)) * 1e6);
  return to_fixed(units, kQtyScale);
}

/// Whole records; what is left at the end of the file is a cut one.
class RecordSource {
 public:
  explicit RecordSource(ByteSource& bytes) : bytes_(&bytes) {}

  Result<std::size_t> next(Record& out) {
    std::size_t have = 0;
    while (have < out.size()) {
      auto got = bytes_->read(reinterpret_cast<char*>(out.data()) + have, out.size() - have);
      if (!got) return got.error();
      if (got.value() == 0) break;
      have += got.value();
    }
    return have;
  }

 private:
  ByteSource* bytes_;
};

/// The text of a record in a report.
std::string describe(const Record& r) {
  return std::to_string(big_endian(r, 0)) + " ms, ask " + std::to_string(big_endian(r, 4)) + ", bid " + std::to_string(big_endian(r, 8));
}

}  // namespace

Result<Bi5Name> parse_bi5_path(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  std::vector<std::string> parts;
  for (const auto& p : whole) parts.push_back(p.string());
  const auto digits = [](std::string_view text, std::size_t size) { return text.size() == size && all_digits(text); };
  const std::size_t n = parts.size();
  const bool named = n >= 5 && parts[n - 1].size() == 13 && parts[n - 1].ends_with("h_ticks.bi5") && digits(parts[n - 1].substr(0, 2), 2) &&
                     digits(parts[n - 2], 2) && digits(parts[n - 3], 2) && digits(parts[n - 4], 4);
  const auto number = [&](std::size_t from_end) { return named ? std::stoi(parts[n - from_end]) : 0; };
  char text[16] = "";
  if (named) std::snprintf(text, sizeof text, "%04d%02d%02d", number(4) % 10'000, number(3) % 100 + 1, number(2) % 100);
  const auto date = parse_date(text);
  const int hour = named ? std::stoi(parts[n - 1].substr(0, 2)) : 24;
  if (!date || hour > 23) {
    return Error{ErrorKind::kUsage, path.string() + ": is not a Dukascopy path; expected SYMBOL/YYYY/MM/DD/HHh_ticks.bi5 with months from 00 to 11"};
  }
  return Bi5Name{.symbol = parts[n - 5], .hour = *date + hour * kHour_ns};
}

Status read_bi5(ByteSource& bytes, Reader& reader, const std::filesystem::path& path) {
  auto name = parse_bi5_path(path);
  if (!name) return name.error();
  auto id = reader.symbols.require(reader.options.symbol.empty() ? name.value().symbol : reader.options.symbol, reader.where());
  if (!id) return id.error();
  const InstrumentConfig& instrument = reader.symbols.at(id.value());
  const AssetClass c = instrument.asset_class;
  if (c == AssetClass::kCrypto || c == AssetClass::kFuture || c == AssetClass::kIndex || c == AssetClass::kEquity) {
    return Error{ErrorKind::kUsage, reader.where() + ": the price unit of " + instrument.symbol + " in these files is not known; only currencies, metals and oil are read"};
  }
  const Price unit = kPriceScale / (instrument.tick >= kCoarseTick ? 1'000 : 100'000);
  SourceQuality& quality = reader.quality;
  quality.ticks = quality.quote_sizes = true;

  RecordSource records(bytes);
  for (Record r;;) {
    auto got = records.next(r);
    if (!got) return got.error();
    if (got.value() == 0) return Ok{};
    ++quality.rows;
    if (got.value() != r.size()) {
      quality.add(RowKind::kCutRecord, quality.rows, std::to_string(got.value()) + " of " + std::to_string(r.size()) + " bytes");
      return Ok{};
    }
    const std::string text = describe(r);
    const DurationNs in_hour = big_endian(r, 0) * kMilli_ns;
    const auto ask_size = size_of(big_endian(r, 12)), bid_size = size_of(big_endian(r, 16));
    if (in_hour >= kHour_ns) {
      quality.add(RowKind::kBadTimestamp, quality.rows, text);
    } else if (!ask_size || !bid_size) {
      quality.add(RowKind::kBadVolume, quality.rows, text);
    } else {
      reader.place(id.value(), Quote{.bid = big_endian(r, 8) * unit, .ask = big_endian(r, 4) * unit, .bid_size = *bid_size, .ask_size = *ask_size},
                   Resolved{.utc = name.value().hour + in_hour, .finding = {}}, Row{.text = text, .line = quality.rows});
    }
  }
}

}  // namespace omega::feed
