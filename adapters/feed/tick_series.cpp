#include "adapters/feed/tick_series.hpp"

#include <algorithm>
#include <map>

#include "adapters/feed/tick_checks.hpp"

namespace omega::feed {
namespace {

struct Span {
  TimeNs first = 0, last = 0;
};

/// Books of two files must follow one another. The first event of each later one says that changes are missing before it.
Status separate_books(TickList& list, const std::string& symbol, std::span<SourceQuality> qualities) {
  std::map<std::uint32_t, Span> spans;
  for (PlacedTick& t : list.ticks) {
    if (!t.is_book()) continue;
    const auto [it, fresh] = spans.try_emplace(t.source, Span{t.ts, t.ts});
    it->second.last = t.ts;
    if (fresh && spans.size() > 1) t.flags |= tick_flag::kGap;
  }
  for (const auto& [a, one] : spans) {
    for (const auto& [b, two] : spans) {
      if (a >= b || one.last < two.first || two.last < one.first) continue;
      return Error{ErrorKind::kUsage, symbol + ": " + qualities[a].file + " and " + qualities[b].file +
                                          " both give the book of the same time; import one of them"};
    }
  }
  return Ok{};
}

}  // namespace

Status order_ticks(TickList& list, bool keep, const std::string& symbol, std::span<SourceQuality> qualities) {
  std::stable_sort(list.ticks.begin(), list.ticks.end(), [](const PlacedTick& a, const PlacedTick& b) {
    if (a.ts != b.ts) return a.ts < b.ts;
    return event_rank(a.event_type()) < event_rank(b.event_type());
  });  // stable: by source, then arrival
  if (Status s = separate_books(list, symbol, qualities); !s) return s;
  check_tick_overlap(list.ticks, keep, qualities);
  return Ok{};
}

TickSummary summarise_ticks(const TickList& list, std::span<SourceQuality> qualities) {
  TickSummary s{.quote_sizes = true};
  for (const PlacedTick& t : list.ticks) {
    SourceQuality& q = qualities[t.source];
    ++q.events;
    s.quarantined += t.good() ? 0 : 1;
    s.book_gaps += t.is_book() && (t.flags & tick_flag::kGap) != 0 ? 1 : 0;
    switch (t.event_type()) {
      case EventType::kQuote: ++s.quotes, ++q.quotes, s.quote_sizes = s.quote_sizes && q.quote_sizes; break;
      case EventType::kTrade: ++s.trades, ++q.trades, s.trades_sided += t.side != 0 ? 1 : 0; break;
      case EventType::kBookSnapshot: ++s.book_snapshots, ++q.book_events; break;
      default: ++s.book_deltas, ++q.book_events; break;
    }
  }
  if (s.quotes == 0) s.quote_sizes = s.book_snapshots != 0;
  return s;
}

}  // namespace omega::feed
