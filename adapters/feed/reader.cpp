#include "adapters/feed/reader.hpp"

#include "adapters/feed/tick_checks.hpp"
#include "engine/market/input_guard.hpp"

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

std::optional<RowKind> take_price(const Decimal& d, Price& out, std::uint64_t& rounded) noexcept {
  if (!d.ok()) return price_fault(d.error);
  out = d.value;
  rounded += d.rounded ? 1 : 0;
  return std::nullopt;
}

std::optional<RowKind> take_volume(const Decimal& d, Qty& out, std::uint64_t& rounded) noexcept {
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

template <class T>
void Reader::place_tick(InstrumentId id, T tick, const Resolved& when, const Row& row) {
  const bool keep = options.keep_ticks();
  const RowFate bad = keep ? RowFate::kQuarantined : RowFate::kRejected;
  tick.ts = when.utc;
  // a reader has set a bit: the source itself doubts the tick
  const auto fault = tick_fault(tick.flags) ? std::optional(RowKind::kSuspiciousTick) : tick_fault(judge_tick(InputEvent::of(tick)));
  tick.flags |= judge_tick(InputEvent::of(tick));
  if (when.finding) quality.add(*when.finding, when.quarantine ? bad : RowFate::kRepaired, row.line, row.text);
  if (when.quarantine) tick.flags |= tick_flag::kBadOrder;
  else if (fault) quality.add(*fault, bad, row.line, row.text);  // one word per tick that is lost
  if (!keep && (tick.flags & tick_flag::kBadMask) != 0) return;
  ticks[id].add(tick, static_cast<std::uint32_t>(row.line));
}

void Reader::place(InstrumentId id, Quote quote, const Resolved& when, const Row& row) {
  if (quote.bid == quote.ask && quote.bid > 0) ++quality.locked;
  place_tick(id, quote, when, row);
}

void Reader::place(InstrumentId id, Trade trade, const Resolved& when, const Row& row) { place_tick(id, trade, when, row); }

}  // namespace omega::feed
