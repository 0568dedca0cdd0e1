#include "adapters/feed/tick_checks.hpp"

#include <algorithm>

#include "adapters/feed/longest_run.hpp"
#include "adapters/feed/price_path.hpp"

namespace omega::feed {
namespace {

std::string describe(const PlacedTick& t) {
  std::string text = utc_text(t.ts);
  if (!t.is(EventType::kBookSnapshot)) text += " " + price_text(t.price);
  if (t.is(EventType::kQuote)) text += "/" + price_text(t.ask);
  return text;
}

void mark(PlacedTick& t, RowKind kind, std::uint16_t bit, bool keep, SourceQuality& quality) {
  t.flags |= bit;
  quality.add(kind, keep ? RowFate::kQuarantined : RowFate::kRejected, t.line, describe(t));
}

bool same_values(const PlacedTick& a, const PlacedTick& b) noexcept {
  return a.price == b.price && a.ask == b.ask && a.size == b.size && a.ask_size == b.ask_size && a.side == b.side;
}

}  // namespace

std::optional<RowKind> tick_fault(std::uint16_t flags) noexcept {
  if ((flags & tick_flag::kBadPrice) != 0) return RowKind::kBadTickPrice;
  if ((flags & tick_flag::kBadSize) != 0) return RowKind::kBadTickSize;
  if ((flags & tick_flag::kBadCrossed) != 0) return RowKind::kCrossedTick;
  return std::nullopt;
}

void check_tick_order(TickList& list, bool keep, SourceQuality& quality) {
  std::vector<TimeNs> times;
  times.reserve(list.ticks.size());
  for (const PlacedTick& t : list.ticks) {
    if (t.good()) times.push_back(t.ts);
  }
  if (std::is_sorted(times.begin(), times.end())) return;
  const std::vector<bool> in_order = longest_run(times, false);
  std::size_t i = 0;
  for (PlacedTick& t : list.ticks) {
    if (t.good() && !in_order[i++]) mark(t, RowKind::kTickOutOfOrder, tick_flag::kBadOrder, keep, quality);
  }
  if (!keep) std::erase_if(list.ticks, [](const PlacedTick& t) { return !t.good(); });
}

void check_tick_overlap(std::vector<PlacedTick>& sorted, bool keep, std::span<SourceQuality> qualities) {
  bool found = false;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].ts == sorted[begin].ts && sorted[end].type == sorted[begin].type) ++end;
    if (sorted[begin].source == sorted[end - 1].source) continue;  // nearly always
    for (std::size_t i = begin; i < end; ++i) {
      if (!sorted[i].good()) continue;
      for (std::size_t j = begin; j < i && sorted[j].source != sorted[i].source; ++j) {
        if (!sorted[j].good() || !same_values(sorted[i], sorted[j])) continue;
        mark(sorted[i], RowKind::kDuplicateTick, tick_flag::kBadDuplicate, keep, qualities[sorted[i].source]);
        found = true;
        break;
      }
    }
  }
  if (found && !keep) std::erase_if(sorted, [](const PlacedTick& t) { return !t.good(); });
}

}  // namespace omega::feed
