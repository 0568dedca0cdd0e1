#include "adapters/feed/reader.hpp"

namespace omega::feed {
namespace {

RowKind price_fault(DecimalError error) noexcept {
  switch (error) {
    case DecimalError::kEmpty: return RowKind::kMissingField;
    case DecimalError::kNotFinite: return RowKind::kNanPrice;
    case DecimalError::kExponent: return RowKind::kExponent;
    case DecimalError::kOverflow: return RowKind::kOverflow;
    case DecimalError::kNone:
    case DecimalError::kNotANumber: break;
  }
  return RowKind::kTextInPrice;
}

}  // namespace

std::optional<RowKind> read_price(std::string_view field, Price& out, std::uint64_t& rounded) noexcept {
  const Decimal d = parse_decimal(field, kPriceDigits);
  if (!d.ok()) return price_fault(d.error);
  out = d.value;
  rounded += d.rounded ? 1 : 0;
  return std::nullopt;
}

std::optional<RowKind> read_volume(std::string_view field, Qty& out, std::uint64_t& rounded) noexcept {
  const Decimal d = parse_decimal(field, kQtyDigits);
  if (!d.ok()) return d.error == DecimalError::kEmpty ? RowKind::kMissingField : RowKind::kBadVolume;
  out = d.value;
  rounded += d.rounded ? 1 : 0;
  return std::nullopt;
}

std::optional<RowKind> field_count_fault(std::string_view text, char separator, std::size_t have, std::size_t want) noexcept {
  if (have == want) return std::nullopt;
  if (have == 1) {
    for (const char other : {';', ',', '\t', '|'}) {
      if (other != separator && text.find(other) != std::string_view::npos) return RowKind::kWrongSeparator;
    }
  }
  return have < want ? RowKind::kMissingField : RowKind::kExtraField;
}

void Reader::place(Bar bar, const Resolved& when, const Row& row) {
  bar.t_open = when.utc;
  bar.ts = when.utc + kMinute_ns;
  if (when.finding) {
    quality.add(*when.finding, when.quarantine ? RowFate::kQuarantined : RowFate::kRepaired, row.line, row.text);
    if (when.quarantine) bar.flags |= bar_flag::kBadOrder;
  }
  bars.push_back({bar, static_cast<std::uint32_t>(row.line), 0});
}

}  // namespace omega::feed
